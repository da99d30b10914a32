"""Locked out is said of a client where it is only the client."""

from __future__ import annotations

from dataclasses import replace

from builders_report import blast_radius
from unbroken.evaluate.blast_radius import Impact, Person, Tally
from unbroken.evaluate.decision import Outcome
from unbroken.report.lockouts import Lockouts

PERSON = replace(blast_radius().people[0], why="CA001 demands MFA, which this client cannot do")


def says(person: Person, after: Tally, client_after: Tally) -> str:
    user = Impact(id=person.user_id, name="erp", sign_ins=9, before={Outcome.ALLOW: 9}, after=after, worst=Outcome.LOCKED_OUT)
    client = Impact(id="IMAP4", name="IMAP4", sign_ins=9, before={Outcome.ALLOW: 9}, after=client_after, worst=Outcome.LOCKED_OUT)
    return Lockouts(blast_radius(users=(user,), clients=(client,))).says(person)


def test_one_old_client_of_a_person_stops_by_name() -> None:
    said = says(PERSON, {Outcome.LOCKED_OUT: 4, Outcome.MFA: 5}, {Outcome.LOCKED_OUT: 4})

    assert said == "IMAP4 stops, other sign-ins work"


def test_who_has_nothing_else_cannot_get_in() -> None:
    assert says(PERSON, {Outcome.LOCKED_OUT: 9}, {Outcome.LOCKED_OUT: 9}) == "cannot get in (IMAP4 stops)"


def test_a_client_that_goes_on_is_not_named() -> None:
    assert says(PERSON, {Outcome.LOCKED_OUT: 9}, {Outcome.ALLOW: 9}) == "cannot get in (one client stops)"


def test_where_the_client_is_not_the_reason_none_is_named() -> None:
    place = replace(PERSON, why="CA001 demands MFA, which cannot be met from here")

    assert says(place, {Outcome.LOCKED_OUT: 9}, {Outcome.LOCKED_OUT: 9}) == "cannot get in"


def test_nothing_is_said_of_who_is_not_locked_out() -> None:
    assert says(replace(PERSON, effect="prompted"), {Outcome.MFA: 9}, {}) == ""
