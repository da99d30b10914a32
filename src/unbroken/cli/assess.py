"""`unbroken assess`: the blast radius of a change."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from unbroken.cli.options import Format, Paths, With
from unbroken.cli.written import refuse_missing_folder, write

if TYPE_CHECKING:
    from unbroken.evaluate.blast_radius import BlastRadius
    from unbroken.report.assessed import Assessed


def assess(
    tenant: Path,
    *,
    with_: With = None,
    signins: Paths = None,
    report: Path | None = None,
    tables: Path | None = None,
    keep: Path | None = None,
    pseudonymise: Annotated[bool, Parameter(negative="")] = False,
    format: Format = "text",  # noqa: A002 -- the option's name
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
        Write one self-contained HTML file here, with what unbroken prove says of the same policies.
    tables
        Write every table as CSV into this folder.
    keep
        Keep what was read from the log in this folder: the next run with the same log files starts from it. See unbroken purge.
    pseudonymise
        Replace every name, for reports that leave the house.
    """
    from unbroken import wiring
    from unbroken.cli.progress import progress

    refuse_missing_folder(report)
    before = _stamp(keep)
    with progress() as told:
        found = wiring.assess(tenant, with_ or [], signins or [], proving=report is not None, keep=keep, progress=told)
    _say_kept(keep, before)
    found = wiring.pseudonymised(found) if pseudonymise else found
    _write_files(found, report, tables)
    _warn(found.radius)
    _print(found.radius, format, report)
    return 2 if _finds(found.radius) else 0


def _finds(radius: BlastRadius) -> bool:
    from unbroken.evaluate.decision import Outcome

    return bool(radius.after.get(Outcome.BLOCK) or radius.after.get(Outcome.LOCKED_OUT))


def _write_files(found: Assessed, report: Path | None, tables: Path | None) -> None:
    if report is not None:
        from unbroken.report.html_page import render_html

        write(report, render_html(found.radius, found.proof))
    if tables is not None:
        from unbroken.report.csv_tables import write_tables

        _say(f"wrote {len(write_tables(found.radius, tables))} tables to {tables}")


def _stamp(keep: Path | None) -> int | None:
    """Return when the archive kept in `keep` was written; None when there is none."""
    from unbroken.store.folder import MANIFEST

    manifest = keep / MANIFEST if keep else None
    return manifest.stat().st_mtime_ns if manifest and manifest.is_file() else None


def _say_kept(keep: Path | None, before: int | None) -> None:
    if keep is not None:
        _say(f"kept the log in {keep}" if _stamp(keep) != before else f"started from the log kept in {keep}")


def _warn(radius: BlastRadius) -> None:
    from unbroken.report.cautions import warnings

    for warning in warnings(radius):
        _say(f"unbroken: warning: {warning}")


def _say(line: str) -> None:
    """Tell the person on standard error; the answer alone is on standard output."""
    from unbroken.report.visible import visible

    sys.stderr.write(f"{visible(line)}\n")


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
