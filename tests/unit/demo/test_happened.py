"""How far an account came with a policy, read off the rows of its sign-ins, against what was foretold."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.demo.happened import Happened
from unbroken.demo.story import Met

NEW, OLD = "new policy", "old policy"


def row(error: int = 0, *, user: str = "ann", client: str = "Browser", **results: str) -> dict[str, Any]:
    applied = [{"id": {"new": NEW, "old": OLD}[name], "result": result} for name, result in results.items()]
    name = f"{user}@contoso.example"
    status = {"errorCode": error}
    return {
        "userId": user,
        "userPrincipalName": name,
        "clientAppUsed": client,
        "status": status,
        "appliedConditionalAccessPolicies": applied,
    }


@pytest.mark.parametrize(
    ("error", "result", "level"),
    [(0, "success", "nothing"), (50074, "failure", "prompted"), (50079, "failure", "register"), (53003, "failure", "stopped")],
)
def test_how_far_one_sign_in_comes(error: int, result: str, level: str) -> None:
    happened = Happened(NEW)
    happened.read(row(error, new=result))

    assert [each.level for each in happened.met.values()] == [level]


@pytest.mark.parametrize(
    "given",
    [
        row(0, new="notApplied"),
        row(0, new="reportOnlyFailure"),
        row(50126),
        row(53003, new="failure", old="failure"),
        row(0) | {"appliedConditionalAccessPolicies": None},
    ],
)
def test_what_the_policy_did_not_do_is_not_laid_at_its_door(given: dict[str, Any]) -> None:
    happened = Happened(NEW)
    happened.read(given)

    assert happened.met == {}


def test_the_worst_counts_whatever_comes_after() -> None:
    happened = Happened(NEW)
    for each in (row(50074, new="failure"), row(53003, new="failure"), row(0, new="success")):
        happened.read(each)

    assert happened.met["ann"].level == "stopped"
    assert happened.refusals == 2


def test_who_is_still_outside_is_counted_by_client() -> None:
    happened = Happened(NEW)
    happened.read(row(50072, new="failure"))
    happened.read(row(0, new="success"))
    happened.read(row(53003, user="bob", client="Other clients", new="failure"))
    happened.read(row(0, user="bob", new="success"))

    outcome = happened.outcome(["ann", "somebody else"], calls=4)

    assert (outcome.locked_out, outcome.forced_registrations, outcome.helpdesk_calls) == (1, 1, 4)


def test_foretold_against_happened() -> None:
    happened = Happened(NEW)
    for each in (row(50074, new="failure"), row(53003, user="bob", new="failure"), row(50074, user="eve", new="failure")):
        happened.read(each)
    foretold = {each.user: each for each in (Met(user="ann", name="ann", level="register"), Met(user="bob", name="bob", level="prompted"))}

    verdict = happened.against(foretold)

    assert verdict.table == {("register", "prompted"): 1, ("prompted", "stopped"): 1}
    assert verdict.worse == (("bob@contoso.example", "prompted", "stopped"),)
    assert verdict.unseen == (("eve@contoso.example", "prompted"),)
