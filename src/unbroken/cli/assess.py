"""`unbroken assess`: the blast radius of a change."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from unbroken.errors import UnbrokenError

if TYPE_CHECKING:
    from unbroken.evaluate.blast_radius import BlastRadius

Paths = Annotated[list[Path] | None, Parameter(negative="", consume_multiple=True)]


def assess(
    tenant: Path,
    *,
    with_: Annotated[list[Path] | None, Parameter(name="--with", negative="", consume_multiple=True)] = None,
    signins: Paths = None,
    report: Path | None = None,
    tables: Path | None = None,
    keep: Path | None = None,
    pseudonymise: Annotated[bool, Parameter(negative="")] = False,
    format: Annotated[Literal["text", "json"], Parameter(help="text for people, json for programs")] = "text",  # noqa: A002
) -> int:
    """Say who would be prompted, who must register, who is locked out and what breaks.

    Replays every logged sign-in against the tenant's policies and against the proposed ones laid over them. Exits 2 when a sign-in
    would be blocked or locked out.

    Parameters
    ----------
    tenant
        Folder or .zip with the tenant's exports (see unbroken exports).
    with_
        Proposed policies: a file with one or an array of them, or a folder. Laid over the tenant's by id, then by display name.
    signins
        More sign-in logs, in any supported form.
    report
        Write one self-contained HTML file here.
    tables
        Write every table as CSV into this folder.
    keep
        Keep what was read from the log in this folder: the next run with the same log files starts from it. See unbroken purge.
    pseudonymise
        Replace every name, for reports that leave the house.
    """
    from unbroken import wiring
    from unbroken.cli.progress import progress

    with progress() as told:
        radius = wiring.assess(tenant, with_ or [], signins or [], keep=keep, progress=told)
    radius = wiring.pseudonymised(radius) if pseudonymise else radius
    _write_files(radius, report, tables)
    _print(radius, format, report)
    return 2 if _finds(radius) else 0


def _finds(radius: BlastRadius) -> bool:
    from unbroken.evaluate.decision import Outcome

    return bool(radius.after.get(Outcome.BLOCK) or radius.after.get(Outcome.LOCKED_OUT))


def _write_files(radius: BlastRadius, report: Path | None, tables: Path | None) -> None:
    if report is not None:
        from unbroken.report.html_page import render_html

        _write(report, render_html(radius))
    if tables is not None:
        from unbroken.report.csv_tables import write_tables

        write_tables(radius, tables)


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UnbrokenError(f"{file}: cannot be written ({error.strerror})", remedy="name another file with --report") from error


def _print(radius: BlastRadius, form: str, report: Path | None) -> None:
    if form == "json":
        import json

        from unbroken.report.json_form import blast_radius_json

        sys.stdout.write(json.dumps(blast_radius_json(radius), indent=2, ensure_ascii=False) + "\n")
        return
    from rich.console import Console

    from unbroken.report.terminal import print_blast_radius

    console = Console(highlight=False)
    print_blast_radius(console, radius)
    if report is not None:
        console.print(f"The whole report: {report}", soft_wrap=True)
