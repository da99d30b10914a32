"""`unbroken prove` and `unbroken diff`: what holds for every sign-in that can be, and what a change makes stricter or laxer."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from unbroken.cli.options import Changed, With
from unbroken.cli.written import refuse_missing_folder, write

if TYPE_CHECKING:
    from unbroken.prove.proof import Proof

Format = Annotated[
    Literal["text", "json", "github", "sarif"],
    Parameter(help="text for people, json for programs, github for annotations of a workflow, sarif for code scanning"),
]


def prove(tenant: Path, *, with_: With = None, report: Path | None = None, format: Format = "text") -> int:  # noqa: A002 -- the option's name
    """Prove what must never happen: a sign-in without MFA, a caught break-glass account, an administrator locked out.

    Speaks of every sign-in that can be, not only of those in a log. Each violation comes with the people it concerns and a sign-in that
    shows it. Exits 2 when a property does not hold, 0 when all hold or hang on facts that are missing (these are named).

    Parameters
    ----------
    tenant
        Folder or .zip with the tenant's exports (see unbroken exports). Rules of your own: [[property]] in its unbroken.toml.
    with_
        Proposed policies, laid over the tenant's as in assess. Without it the answer is about the policies as they are.
    report
        Write one self-contained HTML file here.
    """
    from unbroken import wiring
    from unbroken.cli.progress import progress

    refuse_missing_folder(report)
    with progress() as told:
        proof, names = wiring.prove(tenant, with_ or [], progress=told)
    _show(proof, names, format, report, [*(with_ or []), tenant])
    return 2 if any(result.holds is False for result in proof.properties) else 0


def diff(
    tenant: Path,
    *,
    with_: Changed,
    fail_on: Literal["stricter", "laxer"] | None = None,
    report: Path | None = None,
    format: Format = "text",  # noqa: A002 -- the option's name
) -> int:
    """Say which sign-ins proposed policies make stricter and which laxer, for whom, of all that can be.

    Order, names and the way a policy is written make no difference. Exits 0, and with --fail-on 2 when something gets stricter, or laxer.

    Parameters
    ----------
    tenant
        Folder or .zip with the tenant's exports (see unbroken exports).
    with_
        Proposed policies: a file with one or an array of them, or a folder. Laid over the tenant's by id, then by display name.
    fail_on
        Exit 2 when some sign-in gets stricter, or laxer, or when that cannot be told.
    report
        Write one self-contained HTML file here.
    """
    from unbroken import wiring
    from unbroken.cli.progress import progress

    refuse_missing_folder(report)
    with progress() as told:
        proof, names = wiring.differ(tenant, with_, progress=told)
    _show(proof, names, format, report, [*with_, tenant])
    return 2 if any(result.name == fail_on and result.holds is not True for result in proof.properties) else 0


def _show(proof: Proof, names: dict[str, str], form: str, report: Path | None, sources: list[Path]) -> None:
    if report is not None:
        from unbroken.report.proof_page import render_proof

        write(report, render_proof(proof, names))
    if form == "json":
        from unbroken.report.proof_json import proof_json

        _print_json(proof_json(proof))
    elif form == "sarif":
        from unbroken.report.proof_sarif import sarif
        from unbroken.sources.policy_files import file_of_rules

        _print_json(sarif(proof, _files(sources), names, otherwise=file_of_rules(sources[-1])))
    elif form == "github":
        from unbroken.report.proof_annotations import github_lines

        sys.stdout.writelines(f"{line}\n" for line in github_lines(proof, _files(sources), names))
    else:
        _print_text(proof, names, report)


def _print_json(body: object) -> None:
    sys.stdout.write(json.dumps(body, indent=2, ensure_ascii=False) + "\n")


def _print_text(proof: Proof, names: dict[str, str], report: Path | None) -> None:
    from rich.console import Console

    from unbroken.report.proof_text import print_difference, print_proof
    from unbroken.report.proof_words import is_difference

    console = Console(highlight=False)
    (print_difference if is_difference(proof) else print_proof)(console, proof, names)
    if report is not None:
        console.print(f"The whole report: {report}", soft_wrap=True)


def _files(sources: list[Path]) -> dict[str, str]:
    from unbroken.sources.policy_files import policy_files

    return policy_files(sources)
