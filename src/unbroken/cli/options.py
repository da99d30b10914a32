"""Options that several commands have, so that they are spelled and read alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

_SEVERAL = Parameter(negative="", consume_multiple=True)
Paths = Annotated[list[Path] | None, _SEVERAL]
With = Annotated[list[Path] | None, Parameter(name="--with"), _SEVERAL]
Changed = Annotated[list[Path], Parameter(name="--with"), _SEVERAL]
"""`With` where there is no question without proposed policies."""
Format = Annotated[Literal["text", "json"], Parameter(help="text for people, json for programs")]
