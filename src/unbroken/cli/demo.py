"""`unbroken demo`: the whole of it on an emulated tenant."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from unbroken.cli.forms import print_json
from unbroken.cli.options import Format
from unbroken.errors import WrongUsage

if TYPE_CHECKING:
    from rich.console import Console

    from unbroken.demo.story import Day, Story, SwitchedOn


def demo(*, seed: int = 1, users: int = 120, keep: Path | None = None, format: Format = "text") -> int:  # noqa: A002 -- the option's name
    """Read an emulated tenant, foretell and prove what a policy would do, then switch it on and see who was right.

    Everything happens on this machine. Exits 0 when everybody got in of whom that was foretold, 2 otherwise.

    Parameters
    ----------
    seed
        Another number gives another company, and other days.
    users
        Employees of the company.
    keep
        Keep what was fetched in this new folder: assess, prove and whatif can be tried on it.
    """
    from unbroken.cli.progress import progress
    from unbroken.demo.telling import tell

    if keep is not None and keep.exists():
        raise WrongUsage(f"{keep} is there already", remedy="name a new folder with --keep")
    with ExitStack() as stack:
        folder = keep or _scratch(stack)
        told = stack.enter_context(progress())
        story = tell(folder, seed=seed, users=users, told=_day if format == "text" else _nothing, progress=told)
    if format == "json":
        print_json(_json(story))
    else:
        _print_end(story)
    return 0 if story.ends_well else 2


def _scratch(stack: ExitStack) -> Path:
    import tempfile

    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="unbroken-"))) / "tenant"


def _nothing(_: Day) -> None:
    return None


def _day(day: Day) -> None:
    from unbroken.report.printing import bullets, unpadded

    with unpadded(console := _console()):
        bullets(console, f"Day {day.day}, {day.date}: {day.phase}", day.events, len(day.events))


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _print_end(story: Story) -> None:
    from unbroken.demo.story import LEVELS
    from unbroken.report.printing import bullets, table, title, unpadded

    verdict = story.verdict
    worse = [f"{name}: foretold {before}, met {after}" for name, before, after in verdict.worse] or ["nobody"]
    unseen = [f"{name}: {met}" for name, met in verdict.unseen]
    with unpadded(console := _console()):
        title(console, "What was foretold, and what happened", "Accounts that signed in under the policy, by the worst that each met")
        columns = [("foretold", "left"), *((f"met: {level}", "right") for level in LEVELS)]
        table(console, columns, [[before, *(str(verdict.table.get((before, after), 0)) for after in LEVELS)] for before in LEVELS])
        bullets(console, "Met something worse than foretold", worse, len(worse))
        bullets(console, "Were not in the log before, so nothing was foretold", unseen, len(unseen))
        bullets(console, "What came of switching it on for everybody at once", _sum(story.switched_on), 3)


def _sum(on: SwitchedOn) -> list[str]:
    from unbroken.report.words import count

    return [
        f"{count(on.locked_out, 'account')} could not get in, with one client or with all, when it ended",
        f"{count(on.forced_registrations, 'person', 'people')} had to register in the middle of their work",
        f"{count(on.helpdesk_calls, 'call')} to the helpdesk",
    ]


def _json(story: Story) -> dict[str, object]:
    verdict, final, on = story.verdict, story.final, story.switched_on
    return {
        "seed": story.seed,
        "days": [{"day": each.day, "date": each.date, "phase": each.phase, "events": list(each.events)} for each in story.days],
        "final": {
            "phase": final.phase,
            "capableShare": final.capable_share,
            "legacySuccesses": final.legacy_successes,
            "breakGlassFree": final.break_glass_free,
            "lockedOutProtected": None,
            "unexplainedSingleFactor": None,
            "journalVerified": None,
        },
        "switchedOnInstead": {
            "lockedOut": on.locked_out,
            "forcedRegistrations": on.forced_registrations,
            "helpdeskCalls": on.helpdesk_calls,
        },
        "foretold": [{"foretold": before, "happened": after, "accounts": n} for (before, after), n in sorted(verdict.table.items())],
        "worseThanForetold": [{"user": name, "foretold": before, "happened": after} for name, before, after in verdict.worse],
        "notForetold": [{"user": name, "happened": met} for name, met in verdict.unseen],
    }
