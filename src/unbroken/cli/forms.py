"""The JSON that small commands answer in."""

from __future__ import annotations

import json
import sys
from typing import Any


def print_json(answer: dict[str, Any]) -> None:
    """Print one object, the version of its shape first."""
    sys.stdout.write(json.dumps({"schemaVersion": 1, **answer}, indent=2, ensure_ascii=False) + "\n")
