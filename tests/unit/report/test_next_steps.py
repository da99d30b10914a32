"""What to do next follows from what was found."""

from __future__ import annotations

from dataclasses import replace

from builders_report import blast_radius
from unbroken.evaluate.blast_radius import Calibration, SignInCounts
from unbroken.evaluate.decision import Outcome
from unbroken.report.next_steps import next_steps


def test_findings_come_first_and_running_again_last() -> None:
    steps = next_steps(blast_radius())

    assert steps[0].startswith("Correct 2 mistakes")
    assert "assess` again" in steps[-1]


def test_whoever_would_be_locked_out_stops_the_enforcement() -> None:
    assert any(step.startswith("Do not enforce yet: 4 accounts would be locked out or blocked") for step in next_steps(blast_radius()))


def test_a_poor_calibration_is_a_step_of_its_own() -> None:
    poor = blast_radius(calibration=Calibration(compared=100, agreed=90))

    assert any("treat every figure as a guess" in step for step in next_steps(poor))


def test_noise_is_no_dependency_to_move() -> None:
    noise = tuple(entry for entry in blast_radius().legacy if entry.noise)

    assert not any("legacy client" in step for step in next_steps(blast_radius(legacy=noise)))


def test_nobody_stopped_is_never_called_safe() -> None:
    prompted = tuple(person for person in blast_radius().people if person.effect == "prompted")
    steps = next_steps(blast_radius(people=prompted, legacy=(), findings=(), calibration=Calibration(compared=9, agreed=9)))

    assert steps == ["These sign-ins show no one stopped. Pilot with a small group first: a log cannot show people who did not sign in."]


def test_without_sign_ins_nothing_is_said_about_anybody() -> None:
    nothing = replace(blast_radius(people=(), legacy=()), sign_ins=SignInCounts(read=0, duplicates=0, joined=0, evaluated=0, skipped={}))

    assert "no figure here says anything" in next_steps(nothing)[-1]


def test_a_legacy_client_that_nothing_stops_is_no_step() -> None:
    prompted = tuple(person for person in blast_radius().people if person.effect == "prompted")

    assert not any("legacy client" in step for step in next_steps(blast_radius(people=prompted)))


def test_an_account_that_is_stopped_by_its_old_client_is_counted_once() -> None:
    clients = tuple(replace(client, after={Outcome.LOCKED_OUT: client.sign_ins}) for client in blast_radius().clients)
    stops = next(step for step in next_steps(blast_radius(clients=clients)) if step.startswith("Do not enforce yet"))

    assert "move the legacy clients of 2 of them" in stops
    assert "give the other 2 another way in" in stops


def test_who_is_stopped_while_the_old_client_goes_on_needs_another_way_in() -> None:
    clients = tuple(replace(client, after={Outcome.ALLOW: client.sign_ins}) for client in blast_radius().clients)
    stops = next(step for step in next_steps(blast_radius(clients=clients)) if step.startswith("Do not enforce yet"))

    assert stops.endswith("blocked; give them another way in, or a dated exception.")


def test_only_people_are_asked_to_register() -> None:
    person = next(person for person in blast_radius().people if person.effect == "must register")
    kinds = ("", "no phone", "guest", "shared mailbox", "shared mailbox", "service")
    people = tuple(replace(person, user_id=f"u{n}", kind=kind) for n, kind in enumerate(kinds))
    steps = next_steps(blast_radius(people=people))

    assert any(step.startswith("Ask 2 people to register") for step in steps)
    assert any("4 other accounts that would have to register (1 guest, 2 shared mailboxes, 1 service account)" in step for step in steps)


def test_the_lists_by_name_are_pointed_to() -> None:
    assert any("--tables FOLDER" in step for step in next_steps(blast_radius()))
