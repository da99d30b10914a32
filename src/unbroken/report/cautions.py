"""What takes the ground from under every figure: logs that were not read, nothing evaluated, a proposal that is switched off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from unbroken.evaluate.blast_radius import BlastRadius
from unbroken.evaluate.decision import Outcome
from unbroken.report.words import STATES, count, percent

NOT_USABLE = "not usable"
"""What a log file was read as when nothing in it could be used."""
_NOT_LOST = (": has no column for ", ": words not understood ")
"""What problem lines say of a file whose rows were all read."""
MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to read before any figure, with what to do about it."""

    title: str
    lines: tuple[str, ...] = ()
    step: str = ""
    """The first of what to do next; empty when the last step says it anyway."""
    warns: bool = True
    """Whether it is also a warning on standard error."""


def cautions(radius: BlastRadius) -> list[Caution]:
    """Return what to say before everything else, the worst first; empty when every log was read and the proposal is enabled."""
    return [*_unread(radius), *_nothing(radius), *_switched_off(radius), *_unknown(radius)]


def warnings(radius: BlastRadius) -> list[str]:
    """Return the cautions that a program's log should show too, each as one line."""
    return [" ".join(caution.title.split()) for caution in cautions(radius) if caution.warns]


def _unread(radius: BlastRadius) -> Iterator[Caution]:
    """Yield one caution on log files that were refused, or of which something was left out."""
    told = {file: _line(file, radius.problems) for file, _, _ in radius.files}
    refused = [file for file, form, records in radius.files if form == NOT_USABLE and not records]
    cut_off = {file for file, form, records in radius.files if form == NOT_USABLE and records}
    partly = [file for file, line in told.items() if (line or file in cut_off) and file not in refused]
    if not refused and not partly:
        return
    parts = [f"{len(refused):,} of {count(len(radius.files), 'log file')} not read"] if refused else []
    parts += [f"{len(partly):,} of {count(len(radius.files), 'log file')} read only in part"] if partly else []
    lines = [told[file] or f"{file}: not usable" for file in (*refused, *partly)]
    left = len(lines) - MOST_LINES
    more = [f"and {count(left, 'more file')}: see Not read or not used"] if left > 0 else []
    yield Caution(
        f"{', '.join(parts)}: what was in them is missing from every figure",
        (*lines[:MOST_LINES], *more),
        f"Export again what was not read ({', '.join(parts)}) and run again: those sign-ins are missing from every figure.",
        warns=False,
    )


def _line(file: str, problems: tuple[str, ...]) -> str:
    """Return the first line about what is lost of `file`, its records included; empty when there is none."""
    about = (line for line in problems if line.startswith((f"{file}:", f"{file},")))
    return next((line for line in about if not any(said in line for said in _NOT_LOST)), "")


def _nothing(radius: BlastRadius) -> Iterator[Caution]:
    if not radius.sign_ins.evaluated:
        yield Caution("No sign-in was evaluated: nothing can be predicted")


def _switched_off(radius: BlastRadius) -> Iterator[Caution]:
    for policy in radius.policies:
        switched_off = policy.replaced_state == "enabled"  # laid over to see what its removal opens
        if policy.change in {"added", "replaced"} and policy.state != "enabled" and not switched_off:
            name, state = policy.display_name or policy.id, STATES.get(policy.state, policy.state)
            yield Caution(
                f"The proposed policy {name} is {state}: it changes nothing; set its state to enabled to see what it would do",
                step=f"Set the state of the proposed policy {name} to enabled in its file, and run again: as {state} it changes nothing.",
            )


def _unknown(radius: BlastRadius) -> Iterator[Caution]:
    unknown, total = radius.after.get(Outcome.UNKNOWN, 0), sum(radius.after.values())
    if unknown * 2 > total:
        yield Caution(
            f"{unknown:,} of {count(total, 'sign-in')} ({percent(unknown / total)}) are unknown after the change: facts are missing"
        )
