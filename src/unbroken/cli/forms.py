"""The two forms every command answers in."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any, Literal

from cyclopts import Parameter

Format = Annotated[Literal["text", "json"], Parameter(help="text for people, json for programs")]


def print_json(answer: dict[str, Any]) -> None:
    """Print one object, the version of its shape first."""
    sys.stdout.write(json.dumps({"schemaVersion": 1, **answer}, indent=2, ensure_ascii=False) + "\n")
