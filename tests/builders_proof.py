"""Proofs made by hand: one property of each kind, with names that try to break out of every face."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from builders import guid
from builders_report import decision
from unbroken.entra.request import AccessRequest, Identity
from unbroken.entra.vocabulary import ClientAppType, DevicePlatform, GuestKind
from unbroken.evaluate.decision import Decision, Outcome
from unbroken.prove.proof import Condition, Counterexample, Edit, Proof, Region, Repair, Result, Who

USER_IDS = tuple(guid(f"person {number}") for number in range(12))
NAMES = {each: f"person{number}@contoso.example" for number, each in enumerate(USER_IDS)}
APP = guid("app wiki")
PARTNER = guid("fabrikam")
POLICY_ID = guid("policy CA001")
MISSING = "members of group Field staff were not exported"


def condition(name: str, *values: str, **changes: Any) -> Condition:
    """Return what a region says of one dimension."""
    return Condition(name=name, values=values, **changes)


UNKNOWN_PLATFORM = (condition("clients", "browser"), condition("platforms", "unknown"))


def region(who: Who | None = None, *conditions: Condition, **changes: Any) -> Region:
    """Return a region of the first three people; everyone unless `who` says otherwise."""
    made = Region(users=USER_IDS[:3], who=who or Who(everyone=True), conditions=conditions)
    return replace(made, **changes)


def request(**changes: Any) -> AccessRequest:
    """Return a sign-in of the first person to the wiki."""
    made = AccessRequest(
        identity=Identity(user_id=USER_IDS[0]),
        apps=(APP,),
        client=ClientAppType.BROWSER,
        platform=DevicePlatform.UNKNOWN,
        ip_address="198.51.100.7",
        country="GB",
    )
    return replace(made, **changes)


def answer(outcome: Outcome = Outcome.ALLOW, **changes: Any) -> Decision:
    """Return a decision that demands nothing more."""
    return replace(decision(), outcome=outcome, requires=(), alternatives=(), missing=(), **changes)


def counterexample(position: int = 0, **changes: Any) -> Counterexample:
    """Return a sign-in of region `position` that is allowed."""
    return replace(Counterexample(request=request(), decision=answer(), region=position), **changes)


def edit(**changes: Any) -> Edit:
    """Return an edit of CA001."""
    made = Edit(policy_id=POLICY_ID, policy="CA001 - Require MFA", field="conditions.users.excludeGroups", text="remove group Sales")
    return replace(made, **changes)


def repair(*edits: Edit, **changes: Any) -> Repair:
    """Return a repair that closes the first region, by one edit of CA001 unless `edits` say otherwise."""
    made = Repair(edits=edits or (edit(),), closes=(0,), closes_all=True, users_left=0, stricter_users=3, laxer_users=0)
    return replace(made, **changes)


def violated(**changes: Any) -> Result:
    """Return `mfa-everywhere`, violated in two regions."""
    made = Result(
        name="mfa-everywhere",
        text="No sign-in by a user outside break_glass is granted without MFA.",
        holds=False,
        users=USER_IDS[:7],
        regions=(
            region(Who(every=("group Sales",)), *UNKNOWN_PLATFORM),
            region(
                Who(people=("direct connect users of fabrikam.example",)),
                condition("applications", "Wiki", ids=(APP,)),
                users=(),
                externals=(Identity(guest_kind=GuestKind.B2B_DIRECT_CONNECT, home_tenant_id=PARTNER),),
            ),
        ),
        counterexamples=(counterexample(), counterexample(1)),
        repairs=(repair(),),
        notes=("the exemption of scanner@contoso.example ends on 2027-03-31",),
    )
    return replace(made, **changes)


def holding(**changes: Any) -> Result:
    """Return `legacy-blocked`, which holds."""
    made = Result(name="legacy-blocked", text="No sign-in with a legacy client is granted.", holds=True)
    return replace(made, **changes)


def undecided(**changes: Any) -> Result:
    """Return `break-glass-free`, which hangs on a missing fact."""
    text = "Nothing demands anything of a break_glass user in any sign-in."
    return replace(Result(name="break-glass-free", text=text, holds=None, missing=(MISSING,)), **changes)


def proof(*properties: Result, **changes: Any) -> Proof:
    """Return a proof of Contoso; one property of each kind when none is given."""
    found = properties or (violated(), undecided(), holding())
    made = Proof(tenant="Contoso", properties=found, policies=14, users=2000, seconds=0.42)
    return replace(made, **changes)


def stricter(**changes: Any) -> Result:
    """Return `stricter`, with one region."""
    made = Result(
        name="stricter",
        text="No sign-in gets stricter.",
        holds=False,
        users=USER_IDS[:3],
        regions=(region(Who(every=("group Sales",)), condition("clients", "browser"), policies=("CA001 - Require MFA",)),),
        counterexamples=(counterexample(before=answer(), decision=answer(Outcome.MFA)),),
    )
    return replace(made, **changes)


def difference(*properties: Result, **changes: Any) -> Proof:
    """Return a difference in which some sign-ins get stricter and none laxer."""
    laxer = Result(name="laxer", text="No sign-in gets laxer.", holds=True)
    found = properties or (stricter(), laxer)
    return proof(*found, **({"changes": (("CA001 - Require MFA", "replaced"), ("CA002", "unchanged"))} | changes))
