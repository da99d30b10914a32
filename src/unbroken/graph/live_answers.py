"""What the tenant's own `evaluate` says to a question, and how that compares with what we say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from unbroken.graph.client import Graph
from unbroken.graph.paging import page_in

_EVALUATE = "v1.0/identity/conditionalAccess/evaluate"
_UNSAID = "notEnoughInformation"


class PolicyAnswer(msgspec.Struct, rename="camel"):
    """What `evaluate` says of one policy."""

    id: str
    policy_applies: bool | None = None
    analysis_reasons: str = ""
    display_name: str = ""
    modified_date_time: str | None = None

    @property
    def applies(self) -> bool | None:
        """Return whether it applies; None when Graph says that it cannot tell."""
        return None if _UNSAID in self.analysis_reasons else self.policy_applies


def ask(graph: Graph, body: Mapping[str, Any]) -> dict[str, PolicyAnswer]:
    """Return the answer of `evaluate` by policy id; raise `GraphFailure`."""
    url = graph.address(_EVALUATE)
    page = page_in(graph.post_query(url, body), f"POST {url}")
    answers = [msgspec.json.decode(each, type=PolicyAnswer) for each in page.value]
    return {each.id.lower(): each for each in answers}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A policy of which Graph and we say different things for one question."""

    policy: str
    ours: bool
    theirs: bool
    reasons: str
    """Why it does not apply, in Graph's words or ours."""
    question: Mapping[str, Any]


Ours = Mapping[str, tuple[str, bool | None, str]]
"""Policy id -> its name, whether it applies, and the reasons why not."""


@dataclass(slots=True)
class Comparison:
    """Verdicts compared, one for each question and policy."""

    questions: int = 0
    compared: int = 0
    agreed: int = 0
    unknown: int = 0
    """One of the two did not know."""
    strangers: set[str] = field(default_factory=set)
    """Policies that only one of the two has: the tenant was changed since it was fetched."""
    disagreements: list[Disagreement] = field(default_factory=list)

    def add(self, question: Mapping[str, Any], ours: Ours, theirs: Mapping[str, PolicyAnswer]) -> None:
        """Compare the answers to one question."""
        self.questions += 1
        self.strangers |= {ours[each][0] for each in ours.keys() - theirs.keys()}
        self.strangers |= {theirs[each].display_name for each in theirs.keys() - ours.keys()}
        for each in sorted(ours.keys() & theirs.keys()):
            name, applies, reasons = ours[each]
            self._compare(question, name, applies, reasons, theirs[each])

    def _compare(self, question: Mapping[str, Any], name: str, ours: bool | None, reasons: str, answer: PolicyAnswer) -> None:
        if ours is None or answer.applies is None:
            self.unknown += 1
            return
        self.compared += 1
        self.agreed += ours == answer.applies
        if ours != answer.applies:
            why = answer.analysis_reasons if ours else reasons
            self.disagreements.append(Disagreement(name, ours, answer.applies, why, question))
