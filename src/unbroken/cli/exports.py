"""`unbroken exports`: what to download or fetch from a tenant before asking about it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from unbroken.errors import WrongUsage

if TYPE_CHECKING:
    from rich.console import Console

    from unbroken.sources.exports import Export

COLUMNS = ("name", "what", "portal", "graph", "powershell", "permissions", "role", "licence", "cost", "proof_cost", "needed")


def exports_command(format: str = "text") -> int:  # noqa: A002 -- the option's name
    """Say which downloads or Graph collections to make, how, with which role and licence, and what each missing one costs.

    Parameters
    ----------
    format
        text for people, json for programs, csv for a spreadsheet.
    """
    forms = {"text": _print_text, "json": _print_json, "csv": _print_csv}
    if format not in forms:
        raise WrongUsage(f"there is no format {format!r}", remedy=f"use one of {', '.join(forms)}")
    forms[format]()
    return 0


def _print_json() -> None:
    import json
    from dataclasses import asdict

    from unbroken.sources.exports import EXPORTS, powershell_preamble

    exports = [{**asdict(export), "proof_cost": export.proof_cost} for export in EXPORTS]
    body = {"schemaVersion": 1, "powershellPreamble": powershell_preamble(), "exports": exports}
    sys.stdout.write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")


def _print_csv() -> None:
    import csv

    from unbroken.sources.exports import EXPORTS

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for export in EXPORTS:
        values = (getattr(export, column) for column in COLUMNS)
        writer.writerow(" ; ".join(value) if isinstance(value, tuple) else value for value in values)


def _print_text() -> None:
    from rich.console import Console

    from unbroken.sources.exports import EXPORTS, powershell_preamble
    from unbroken.sources.proof_costs import NOTHING

    console = Console(highlight=False, markup=False, emoji=False)
    console.print("Put the files into one folder (or zip it) and name them as below, with .json; give that folder to unbroken.")
    console.print("Files marked * are needed. Every other one that is missing makes answers unknown where it matters.\n")
    _print_table(console, "what an answer loses without it", [(export, export.cost) for export in EXPORTS])
    console.print("\nunbroken prove and diff speak of every sign-in that can be: they need no log, nor what is not listed here.\n")
    _print_table(console, "what a proof loses without it", [(each, each.proof_cost) for each in EXPORTS if each.proof_cost != NOTHING])
    console.print("\nHow to get each\n", style="bold")
    for export in EXPORTS:
        _print_ways(console, export)
    console.print("All of them with PowerShell 7 (Install-Module Microsoft.Graph.Authentication); first, once:\n", style="bold")
    for line in powershell_preamble():
        console.print(line, soft_wrap=True)
    console.print("\nthen the PowerShell line of each file above. Tools that do it too: EntraExporter, IntuneManagement.")


def _print_table(console: Console, heading: str, costs: list[tuple[Export, str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column("file", no_wrap=True)
    table.add_column(heading)
    for export, cost in costs:
        table.add_row(f"{'*' if export.needed else ' '} {export.name}", cost)
    console.print(table)


def _print_ways(console: Console, export: Export) -> None:
    console.print(f"{export.name}: {export.what}", style="bold", soft_wrap=True)
    ways = [("portal", export.portal or "no download that carries all of it"), *(("Graph", request) for request in export.graph)]
    needs = [("permission", ", ".join(export.permissions)), ("role", export.role), ("licence", export.licence)]
    for way, text in (*ways, ("PowerShell", export.powershell), *needs):
        console.print(f"  {way:<11}{text}", soft_wrap=True)
    console.print()
