"""What has to be read before any figure."""

from __future__ import annotations

from dataclasses import replace

from builders_report import blast_radius
from unbroken.evaluate.blast_radius import SignInCounts
from unbroken.evaluate.decision import Outcome
from unbroken.report.cautions import cautions, warnings
from unbroken.report.next_steps import next_steps

FILES = (("a.json", "Graph", 5), ("b.csv", "not usable", 0), ("c.csv", "Entra portal sign-ins, CSV", 9))


def test_a_clean_run_has_none() -> None:
    assert cautions(blast_radius(problems=())) == []


def test_files_that_were_refused_or_cut_off_are_counted_with_their_lines_and_come_first_in_next() -> None:
    problems = ("b.csv: the file is empty; export it again", "c.csv:7: the row is torn", "c.csv:8: the row is torn")
    radius = blast_radius(files=FILES, problems=problems)
    (caution,) = cautions(radius)

    assert caution.title.startswith("1 of 3 log files not read, 1 of 3 log files read only in part")
    assert caution.lines == problems[:2]
    assert next_steps(radius)[0].startswith("Export again what was not read")
    assert warnings(radius) == []


def test_a_column_that_is_missing_is_no_file_that_was_not_read() -> None:
    problems = ("c.csv: has no column for riskState; what depends on it stays unknown, JSON has it",)

    assert cautions(blast_radius(files=FILES[2:], problems=problems)) == []


def test_a_file_whose_name_begins_alike_is_not_meant() -> None:
    assert cautions(blast_radius(files=FILES[:1], problems=("a.json.gz: cannot be read to its end",))) == []


def test_nothing_evaluated_is_a_warning() -> None:
    nothing = replace(blast_radius(problems=()), sign_ins=SignInCounts(read=0, duplicates=0, joined=0, evaluated=0, skipped={}), after={})

    assert warnings(nothing) == ["No sign-in was evaluated: nothing can be predicted"]


def test_a_proposal_that_is_not_enabled_is_a_warning_and_an_unchanged_policy_is_none() -> None:
    radius = blast_radius(problems=())
    off = replace(radius, policies=(replace(radius.policies[0], state="disabled"), *radius.policies[1:]))

    assert [said.partition(" is ")[2].split(":")[0] for said in warnings(off)] == ["disabled"]


def test_more_than_half_unknown_is_a_warning_and_half_is_none() -> None:
    half = blast_radius(problems=(), after={Outcome.ALLOW: 500, Outcome.UNKNOWN: 500})
    more = blast_radius(problems=(), after={Outcome.ALLOW: 500, Outcome.UNKNOWN: 501})

    assert warnings(half) == []
    assert warnings(more) == ["501 of 1,001 sign-ins (50.0 %) are unknown after the change: facts are missing"]


def test_a_file_that_breaks_off_is_read_in_part() -> None:
    radius = blast_radius(files=(("d.gz", "not usable", 40),), problems=("d.gz: cannot be read to its end",))

    assert cautions(radius)[0].title.startswith("1 of 1 log file read only in part")


def test_a_policy_that_is_switched_off_on_purpose_is_no_proposal_that_was_forgotten() -> None:
    """An enabled policy laid over with a disabled one is how the loss of it is assessed."""
    first, *others = blast_radius(problems=()).policies
    off = replace(first, change="replaced", state="disabled", replaced_state="enabled")

    assert cautions(blast_radius(problems=(), policies=(off, *others))) == []
    assert cautions(blast_radius(problems=(), policies=(replace(off, replaced_state="disabled"), *others)))
