"""What is asked of all sign-ins: of whom, to what, with which clients, and which demands are enough."""

from __future__ import annotations

from typing import Any

import pytest

from builders import guest, guid, policy, user
from builders_space import MakeTenant, prover
from unbroken.evaluate.grants import MFA_ALONE
from unbroken.evaluate.session import Shape
from unbroken.prove.obligations import Cell, Obligations
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question, any_app, anything, built_in, demand_for, unique
from unbroken.prove.rows import BLOCKED
from unbroken.prove.scope import Meant
from unbroken.prove.targets import ACTIONS, APPS, CONTEXTS, Asked
from unbroken.prove.who import NO_TRUST

ANN, BOB, GAIL = (guid(name) for name in ("ann", "bob", "gail"))
LEGACY = Cell(None, NO_TRUST, Shape(legacy=True, device_code=False, compliant=False, hybrid=False))
COMPLIANT = Cell(None, NO_TRUST, Shape(legacy=False, device_code=False, compliant=True, hybrid=False))
PLAIN = Cell(None, NO_TRUST, Shape(legacy=False, device_code=False, compliant=False, hybrid=False))


@pytest.fixture
def made(tenant: MakeTenant) -> Prover:
    """Return the prover of a tenant of Ann, Bob and a guest, in which one policy is open, so that worlds and certainties differ."""
    return prover(tenant(policy("odd", weather={"includeWeather": ["rain"]}), users=[user("ann"), user("bob"), guest("gail")]))


def spoken_of(found: Prover, *, worlds: bool, **question: Any) -> set[str]:
    """Return the users a question speaks of."""
    space = found.worlds if worlds else found.certainties
    return {*space.who.users(Question(name="q", text="", **question).who(space))}


def test_where_it_is_open_who_is_meant_worlds_hold_all_who_may_be_and_certainties_who_surely_are(made: Prover) -> None:
    perhaps = Meant(frozenset({ANN}), frozenset({BOB}))

    assert spoken_of(made, worlds=True, only=perhaps) == {ANN, BOB}
    assert spoken_of(made, worlds=False, only=perhaps) == {ANN}
    assert spoken_of(made, worlds=True, without=perhaps) == {BOB, GAIL}
    assert spoken_of(made, worlds=False, without=perhaps) == {GAIL}


def test_guests_are_added_to_those_named_or_left_out(made: Prover) -> None:
    space = made.worlds
    question = Question(name="q", text="", only=Meant(), guests=True)

    assert spoken_of(made, worlds=True, only=Meant(), guests=True) == {GAIL}
    assert len(space.who.externals(question.who(space))) == 3
    assert spoken_of(made, worlds=True, without_guests=True) == {ANN, BOB}
    assert not space.who.externals(Question(name="q", text="", without_guests=True).who(space))


def test_whoever_may_be_a_guest_is_one_only_where_that_is_safe_to_say(tenant: MakeTenant) -> None:
    unknown = {key: value for key, value in user("gail").items() if key != "userType"}
    found = prover(tenant(policy("odd", weather={"includeWeather": ["rain"]}), users=[user("ann"), unknown]))

    assert spoken_of(found, worlds=False, only=Meant(), guests=True) == set()
    assert spoken_of(found, worlds=True, only=Meant(), guests=True) == {GAIL}
    assert spoken_of(found, worlds=False, without_guests=True) == {ANN}
    assert spoken_of(found, worlds=True, without_guests=True) == {ANN, GAIL}


def test_a_target_of_which_it_is_open_whether_it_is_meant_is_in_the_worlds_alone(made: Prover) -> None:
    question = Question(name="q", text="", chosen=lambda asked: None if asked.kind == APPS else False)

    assert question.parts(made.worlds)[1]["applications"] == made.worlds.apps
    assert question.parts(made.certainties)[1]["applications"] == 0


def needed(*needs: Any, at: Cell) -> frozenset[str] | None:
    return Question(name="q", text="", needs=needs).needed(Obligations(()))(at)


def test_any_of_several_needs_is_enough_and_one_that_is_met_as_things_are_asks_for_nothing_more() -> None:
    mfa, terms = needed(MFA_ALONE, at=PLAIN), needed(demand_for("approvedApplication"), at=PLAIN)

    assert needed(MFA_ALONE, demand_for("approvedApplication"), at=PLAIN) == (mfa or set()) | (terms or set())
    assert needed(MFA_ALONE, demand_for("compliantDevice"), at=PLAIN) == mfa
    assert needed(MFA_ALONE, demand_for("compliantDevice"), at=COMPLIANT) is None
    assert needed(BLOCKED, at=PLAIN) == needed(MFA_ALONE, at=LEGACY) == frozenset()


def test_the_built_in_properties_speak_of_whom_their_names_say(made: Prover) -> None:
    questions = {each.name: each for each in built_in(Meant(frozenset({ANN}), notes=("note",)), Meant(frozenset({BOB})))}
    space = made.worlds
    people = {name: {*space.who.users(each.who(space))} for name, each in questions.items()}

    assert people == {"mfa-everywhere": {GAIL}, "break-glass-free": {ANN}, "legacy-blocked": {GAIL}}
    assert questions["break-glass-free"].needs == (), "nothing may be demanded of them"
    assert questions["legacy-blocked"].clients(space) == space.legacy
    assert all(each.notes == ("note",) for each in questions.values())


@pytest.mark.parametrize(("asked", "app"), [(Asked(APPS, "a"), True), (Asked(ACTIONS, "b"), False), (Asked(CONTEXTS, "c1"), False)])
def test_mfa_everywhere_is_about_applications_and_break_glass_about_everything(asked: Asked, app: bool) -> None:
    assert any_app(asked) is app
    assert anything(asked)


def test_a_text_is_said_once() -> None:
    assert unique(["b", "a", "b"]) == ("b", "a")
