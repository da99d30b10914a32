"""A proof on a terminal: one line per property, then for each that does not hold where, for whom, an example and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from unbroken.prove.proof import Counterexample, Proof, Region, Result
from unbroken.report import proof_words
from unbroken.report.printing import bullets, title, unpadded
from unbroken.report.proof_words import Names
from unbroken.report.region_text import names as listed
from unbroken.report.region_text import region_text
from unbroken.report.visible import visible
from unbroken.report.words import count

REGIONS_SHOWN = 8
EXAMPLES_SHOWN = 5
"""The most counterexamples that stand for a user instead of a region."""
_NOBODY: Mapping[str, str] = MappingProxyType({})


def print_proof(console: Console, proof: Proof, names: Names = _NOBODY) -> None:
    """Print which properties hold, then those that do not; `names` as in `proof_words`."""
    with unpadded(console):
        title(console, f"Proof: {proof.tenant or 'tenant without a name'}", _size(proof))
        bullets(console, proof_words.FIRST, proof.cautions, len(proof.cautions))
        console.print()
        _verdicts(console, proof)
        _details(console, proof, names)


def print_difference(console: Console, proof: Proof, names: Names = _NOBODY) -> None:
    """Print which sign-ins the proposed policies make stricter and which laxer."""
    with unpadded(console):
        title(console, f"Difference: {proof.tenant or 'tenant without a name'}", _size(proof))
        bullets(console, proof_words.FIRST, proof.cautions, len(proof.cautions))
        console.print()
        for result in proof.properties:
            style = proof_words.verdict(result).style
            whom = proof_words.concerned(result)
            console.print(Text.assemble((proof_words.answer(result), style), f": {whom}" if whom else ""))
        changed = [f"{name}: {change}" for name, change in proof.changes if change != "unchanged"]
        bullets(console, "Proposed policies", changed, len(changed))
        _details(console, proof, names)


def _size(proof: Proof) -> str:
    return f"All sign-ins of {count(proof.users, 'user')} under {count(proof.policies, 'policy', 'policies')}, in {proof.seconds:.1f} s"


def _verdicts(console: Console, proof: Proof) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    for result in proof.properties:
        verdict = proof_words.verdict(result)
        name = Text.assemble(visible(result.name), (" (own)" if result.own else "", "dim"))
        grid.add_row(Text(verdict.word, style=verdict.style), name, Text(proof_words.concerned(result)))
    console.print(grid)


def _details(console: Console, proof: Proof, names: Names) -> None:
    for result in proof.properties:
        if result.holds is not True:
            _result(console, result, names)
    notes = [f"{result.name}: {note}" for result in proof.properties if result.holds for note in result.notes]
    bullets(console, "Good to know", notes, len(notes))
    bullets(console, proof_words.NOT_READ, proof.problems, len(proof.problems))
    if any(result.repairs for result in proof.properties):
        console.print()
        console.print(Text(proof_words.FIRST_ASSESS, style="dim"))
    if any(result.counterexamples for result in proof.properties):
        console.print()
        console.print(Text(proof_words.ASK_AGAIN, style="dim"))


def _result(console: Console, result: Result, names: Names) -> None:
    title(console, proof_words.headline(result))
    if not proof_words.is_change(result):
        console.print(Text(visible(proof_words.stated(result))))
    if result.users:
        console.print(Text(visible(proof_words.people(result.users, names))))
    for position, region in enumerate(result.regions[:REGIONS_SHOWN]):
        _region(console, result, position, region, names)
    _left_out(console, result)
    for example in proof_words.examples(result, -1)[:EXAMPLES_SHOWN]:
        _example(console, example, names)
    bullets(console, "Missing facts", result.missing, len(result.missing))
    repairs = [proof_words.repair_text(repair, len(result.users)) for repair in result.repairs]
    bullets(console, proof_words.REPAIRS, repairs, len(repairs))
    bullets(console, "Good to know", result.notes, len(result.notes))


def _region(console: Console, result: Result, position: int, region: Region, names: Names) -> None:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(f"{position + 1}."), Text(visible(region_text(region)), style="bold"))
    for line in _about(result, position, region, names):
        grid.add_row("", Text(visible(line)))
    console.print(Padding(grid, (1, 0, 0, 1)))


def _about(result: Result, position: int, region: Region, names: Names) -> list[str]:
    """Return who is in a region, which policies do it, and a sign-in that shows it."""
    lines = [proof_words.people(region.users, names)] if region.users else []
    lines += [f"by {listed(region.policies)}"] if region.policies else []
    shown = proof_words.examples(result, position)[:1]
    known = proof_words.with_apps(region, names)
    return lines + [f"For example {proof_words.example_text(example, known)}" for example in shown]


def _left_out(console: Console, result: Result) -> None:
    left = len(result.regions) - REGIONS_SHOWN
    if left > 0:
        console.print(Text(f"\n ... and {left:,} more regions; the JSON output has them", style="dim"))
    if result.cut is not None:
        console.print(Text(f"\n The list of regions was cut at {result.cut:,}: there are more", style="bold magenta"))


def _example(console: Console, example: Counterexample, names: Names) -> None:
    line = f"For example {proof_words.example_text(example, names)}"
    console.print(Padding(Text(visible(line)), (1, 0, 0, 1)))
