"""`unbroken whatif`: ask what one sign-in, or a list of them, would meet."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from cyclopts import Parameter

from unbroken.cli.options import Format, With

if TYPE_CHECKING:
    from unbroken.evaluate.decision import Decision

Answers: TypeAlias = "Iterable[Decision]"
File = Annotated[str, Parameter(allow_leading_hyphen=True)]
"""A path, or - for standard input, which is no option."""


def whatif(tenant: Path, *, request: File, with_: With = None, format: Format = "text") -> int:  # noqa: A002 -- the option's name
    """Say what a sign-in would meet, and policy by policy why.

    Exits 2 when a request is blocked or locked out, and 0 when none is: also for one that is unknown or needs another control.

    Parameters
    ----------
    tenant
        Folder or .zip with the tenant's exports.
    request
        File with one request, an array or JSON lines, each the body of Graph's conditionalAccess/evaluate; - for standard input.
    with_
        Proposed policies, laid over the tenant's as in assess. Without it the answer is about the policies as they are.
    """
    from unbroken import wiring

    stdin = sys.stdin.read() if request == "-" else ""
    answers, form = wiring.what_if(tenant, None if request == "-" else Path(request), stdin, with_ or ())
    shown = (_as_asked(body, decision) for body, decision in answers)
    return _print_json(shown, form) if format == "json" else _print_text(shown, form)


def _as_asked(body: dict[str, Any], decision: Decision) -> Decision:
    """Return the decision without the policies that do not apply, where the request does not want them."""
    if not body.get("appliedPoliciesOnly"):
        return decision
    return replace(decision, policies=tuple(policy for policy in decision.policies if policy.applies is not False))


def _print_json(answers: Answers, form: str) -> int:
    import json

    from unbroken.report.json_form import decision_json

    bodies = [decision_json(decision) for decision in answers]
    if form == "lines":
        sys.stdout.writelines(json.dumps(answer, ensure_ascii=False) + "\n" for answer in bodies)
    else:
        sys.stdout.write(json.dumps(bodies if form == "array" else bodies[0], indent=2, ensure_ascii=False) + "\n")
    return 2 if any(answer["outcome"] in {"block", "locked_out"} for answer in bodies) else 0


def _print_text(answers: Answers, form: str) -> int:
    from rich.console import Console

    from unbroken.report.decision_text import print_decision

    console = Console(highlight=False)
    found = False
    for number, decision in enumerate(answers, 1):
        if form != "object":
            console.print(f"\nRequest {number}", style="dim")
        print_decision(console, decision)
        found |= decision.outcome in {"block", "locked_out"}
    return 2 if found else 0
