"""`unbroken calibrate --live`: our answers beside those of the tenant's own what-if tool."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from unbroken.cli.forms import print_json
from unbroken.cli.options import Format
from unbroken.cli.sign_in_options import NONE_GIVEN, Options, sign_in_of
from unbroken.errors import WrongUsage

if TYPE_CHECKING:
    from unbroken.graph.live_answers import Comparison

SHOWN = 20


def calibrate(
    tenant: Path,
    *,
    live: Annotated[bool, Parameter(negative="")] = False,
    questions: int = 100,
    seed: int = 1,
    sign_in_options: Options = NONE_GIVEN,
    format: Format = "text",  # noqa: A002 -- the option's name
) -> int:
    """Ask the tenant's own what-if tool the same questions, and say where it and unbroken differ. Reads only.

    Exits 2 when they differ.

    Parameters
    ----------
    tenant
        Folder that unbroken fetch wrote of the same tenant, just now.
    live
        Must be given: the questions are sent to the tenant.
    questions
        How many sampled sign-ins; Graph takes one a second.
    seed
        Another number asks other questions.
    """
    from unbroken import wiring
    from unbroken.cli.progress import bars

    if not live:
        raise WrongUsage("calibrate needs --live", remedy="assess compares with the log by itself; --live asks the tenant")
    if questions < 1:
        raise WrongUsage(f"--questions {questions} is less than 1", remedy="leave it out for 100")
    with bars() as told:
        found = wiring.calibrate_live(tenant, sign_in_of(sign_in_options), count=questions, seed=seed, say=_say, progress=told)
    _print(found, format)
    return 2 if found.disagreements else 0


def _say(line: str) -> None:
    from unbroken.report.visible import visible

    sys.stderr.write(f"{visible(line)}\n")


def _print(found: Comparison, form: str) -> None:
    differing = [
        {"policy": each.policy, "ours": each.ours, "theirs": each.theirs, "reasons": each.reasons, "question": each.question}
        for each in found.disagreements
    ]
    if form == "json":
        counts = {"questions": found.questions, "compared": found.compared, "agreed": found.agreed, "unknown": found.unknown}
        print_json({**counts, "onlyOneHas": sorted(found.strangers), "disagreements": differing})
        return
    share = f", {found.agreed / found.compared:.2%} of them alike" if found.compared else ""
    lines = [
        f"{found.questions:,} questions, {found.compared:,} verdicts on policies compared{share}; {found.unknown:,} not known to one side"
    ]
    lines += [f"only one side has the policy {name}: fetch the tenant again" for name in sorted(found.strangers)]
    for each in found.disagreements[:SHOWN]:
        word = "applies" if each.ours else "does not apply"
        lines.append(f"{each.policy}: unbroken says it {word}, the tenant says otherwise ({each.reasons or 'no reason given'})")
    if len(found.disagreements) > SHOWN:
        lines.append(f"and {len(found.disagreements) - SHOWN:,} more: see --format json")
    sys.stdout.writelines(f"{line}\n" for line in lines)
