"""Findings of a proof for tools that annotate files: what is wrong, how bad it is, and in which policy's file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from unbroken.prove.proof import Proof, Region, Result
from unbroken.report import proof_words
from unbroken.report.proof_words import Names
from unbroken.report.region_text import region_text

Files = Mapping[str, str]
"""Policy id -> the file it was read from."""
Kind = Literal["violated", "unknown", "change"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to show: a region of a property that does not hold, or the property itself where it has none."""

    result: Result
    position: int
    """Position of the property in the proof."""
    kind: Kind
    text: str
    region: Region | None
    files: tuple[str, ...]
    """Files of the policies to edit or that do it; empty when none is known."""


def findings(proof: Proof, files: Files, names: Names) -> Iterator[Finding]:
    """Yield every region of every property that does not hold, and one finding for each that has no region."""
    for position, result in enumerate(proof.properties):
        if result.holds is True:
            continue
        for number, region in enumerate(result.regions):
            text = _told(result, number, region, names)
            yield Finding(result, position, _kind(result), text, region, _files(result, number, region, files))
        if not result.regions:
            yield Finding(result, position, _kind(result), _alone(result, names), None, ())


def _kind(result: Result) -> Kind:
    if result.holds is None:
        return "unknown"
    return "change" if proof_words.is_change(result) else "violated"


def _told(result: Result, number: int, region: Region, names: Names) -> str:
    """Return the region, its users, an example and the repairs that close it, one line each."""
    lines = [region_text(region), proof_words.people(region.users, names)]
    known = proof_words.with_apps(region, names)
    lines += [f"For example {proof_words.example_text(each, known)}" for each in proof_words.examples(result, number)[:1]]
    lines += [f"Repair: {proof_words.repair_text(each, len(result.users))}" for each in result.repairs if number in each.closes]
    return "\n".join(line for line in (*lines, *_open(result)) if line)


def _alone(result: Result, names: Names) -> str:
    lines = [proof_words.answer(result), proof_words.people(result.users, names)]
    lines += [f"For example {proof_words.example_text(each, names)}" for each in result.counterexamples[:1]]
    lines += [f"Repair: {proof_words.repair_text(each, len(result.users))}" for each in result.repairs]
    return "\n".join(line for line in (*lines, *_open(result)) if line)


def _open(result: Result) -> list[str]:
    return [f"Missing: {fact}" for fact in result.missing]


def _files(result: Result, number: int, region: Region, files: Files) -> tuple[str, ...]:
    """Return the files of the policies that a repair would edit, then of those that do it, each once."""
    ids = [edit.policy_id for repair in result.repairs if number in repair.closes for edit in repair.edits]
    verdicts = [policy for each in proof_words.examples(result, number) for policy in each.decision.policies]
    ids += [policy.id for policy in verdicts if policy.display_name in region.policies]
    return tuple(dict.fromkeys(files[each] for each in ids if each in files))
