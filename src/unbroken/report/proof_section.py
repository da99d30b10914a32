"""What is proved of a change, in a few words for the report of `assess`; the page of `unbroken prove` says all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from unbroken.prove.proof import Proof, Result
from unbroken.report import proof_words
from unbroken.report.proof_words import HOLDS, UNKNOWN, Names, Verdict
from unbroken.report.region_text import region_text
from unbroken.report.words import count

REGIONS_SHOWN = 3
LINES_SHOWN = 8
"""The most regions, and lines of one list, of a property; how many more there are is said."""
Change = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One region in words."""

    region: str
    people: str
    """How many users, and whether external ones without an object."""
    policies: str
    """Names of the policies that do it; empty when it is the absence of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One property in words. Every text may hold names of the tenant."""

    name: str
    text: str
    own: bool
    verdict: Verdict
    concerned: str
    """How many users have a counterexample; empty when none has."""
    before: Verdict
    """Under the policies of today; the verdict itself when nothing is proposed."""
    concerned_before: str
    places: tuple[Place, ...] = ()
    more: str = ""
    """How many regions are left out; empty when none is."""
    example: str = ""
    repairs: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def altered(self) -> bool:
        """Return whether the proposed policies change the verdict."""
        return self.verdict != self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofSection:
    """Every property under the policies a report is about."""

    properties: tuple[Told, ...]
    proposed: bool
    """Whether policies are laid over the tenant's, so that there is a before and an after."""

    @property
    def summary(self) -> str:
        """Return how many properties hold, and how many verdicts the proposed policies alter."""
        kinds = [told.verdict for told in self.properties]
        holding, unknown = kinds.count(HOLDS), kinds.count(UNKNOWN)
        found = f"{holding:,} of {count(len(kinds), 'property', 'properties')} {'holds' if holding == 1 else 'hold'}, "
        found += f"{len(kinds) - holding - unknown:,} violated, {unknown:,} unknown"
        altered = sum(told.altered for told in self.properties)
        return f"With the proposed policies {found}; {count(altered, 'verdict')} altered." if self.proposed else f"{found}."

    @property
    def unknown(self) -> bool:
        """Return whether some property hangs on missing facts."""
        return any(told.verdict == UNKNOWN for told in self.properties)

    @property
    def broken(self) -> list[str]:
        """Return what holds today and, with the proposed policies, is violated or unknown, each with that verdict."""
        return [f"{told.name} is {told.verdict.word.lower()}" for told in self.properties if told.before == HOLDS and told.altered]


def proof_section(before: Proof, after: Proof | None, names: Names) -> ProofSection:
    """Return the properties of `after` beside those of `before`; of `before` alone when nothing is proposed. `names` as in `proof_words`.

    Both must be proofs of the same properties in the same order.
    """
    pairs = zip(before.properties, (after or before).properties, strict=True)
    return ProofSection(properties=tuple(_told(old, new, names) for old, new in pairs), proposed=after is not None)


def reworded(section: ProofSection, change: Change) -> ProofSection:
    """Return `section` with `change` made to every text that may hold names; the built-in properties keep theirs."""
    return replace(section, properties=tuple(_reworded(told, change) for told in section.properties))


def _told(before: Result, result: Result, names: Names) -> Told:
    shown = result.regions[:REGIONS_SHOWN]
    return Told(
        name=result.name,
        text=result.text,
        own=result.own,
        verdict=proof_words.verdict(result),
        concerned=proof_words.concerned(result),
        before=proof_words.verdict(before),
        concerned_before=proof_words.concerned(before),
        places=tuple(
            Place(region=region_text(each), people=proof_words.how_many(each), policies=", ".join(each.policies)) for each in shown
        ),
        more=_more(result),
        example=_example(result, names),
        repairs=_few([proof_words.repair_text(each, len(result.users)) for each in result.repairs]),
        missing=_few(result.missing),
        notes=_few(result.notes),
    )


def _more(result: Result) -> str:
    """Return what is left out; of a list that was cut only that there is more."""
    left = len(result.regions) - REGIONS_SHOWN
    if result.cut is not None:
        return f"at least {max(left, 0) + 1:,} more, the list was cut"
    return f"{left:,} more" if left > 0 else ""


def _example(result: Result, names: Names) -> str:
    """Return one counterexample, of the first region where there are regions."""
    found = next(iter(proof_words.examples(result, 0) or result.counterexamples), None)
    if found is None:
        return ""
    known = proof_words.with_apps(result.regions[found.region], names) if found.region >= 0 else names
    return proof_words.example_text(found, known)


def _few(lines: Sequence[str]) -> tuple[str, ...]:
    left = len(lines) - LINES_SHOWN
    return (*lines[:LINES_SHOWN], *([f"and {left:,} more"] if left > 0 else []))


def _reworded(told: Told, change: Change) -> Told:
    return replace(
        told,
        name=change(told.name) if told.own else told.name,
        text=change(told.text) if told.own else told.text,
        places=tuple(Place(region=change(each.region), people=each.people, policies=change(each.policies)) for each in told.places),
        example=change(told.example),
        repairs=tuple(map(change, told.repairs)),
        missing=tuple(map(change, told.missing)),
        notes=tuple(map(change, told.notes)),
    )
