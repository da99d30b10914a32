"""What an administrator reads when something does not hold."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.console import Console

from builders_proof import (
    APP,
    MISSING,
    NAMES,
    USER_IDS,
    answer,
    condition,
    counterexample,
    difference,
    edit,
    holding,
    proof,
    region,
    repair,
    request,
    undecided,
    violated,
)
from builders_report import ESCAPE, MARKUP
from unbroken.entra.request import UNREGISTERED, DeviceState, Identity
from unbroken.entra.vocabulary import GuestKind, RiskLevel, TransferMethod, UserAction
from unbroken.entra.well_known import AZURE_PORTAL
from unbroken.evaluate.decision import Outcome
from unbroken.prove.proof import Proof, Who
from unbroken.prove.targets import ANY_OTHER_APP
from unbroken.report.proof_text import print_difference, print_proof


def printed(found: Proof, names: dict[str, str] | None = None, *, width: int = 80, **console: Any) -> str:
    file = io.StringIO()
    print_proof(Console(file=file, width=width, **console), found, NAMES if names is None else names)
    return file.getvalue()


def compared(found: Proof, width: int = 80) -> str:
    file = io.StringIO()
    print_difference(Console(file=file, width=width), found, NAMES)
    return file.getvalue()


def joined(text: str) -> str:
    """Return the text as if no line had been wrapped."""
    return " ".join(text.split())


def test_every_property_has_its_verdict_at_the_top() -> None:
    text = printed(proof())
    top = text[: text.index("mfa-everywhere: VIOLATED")]

    assert re.findall(r"^(VIOLATED|UNKNOWN|HOLDS) +(\S+)(?: +(\S.*))?$", top, re.MULTILINE) == [
        ("VIOLATED", "mfa-everywhere", "7 users and external users"),
        ("UNKNOWN", "break-glass-free", ""),
        ("HOLDS", "legacy-blocked", ""),
    ]


def test_where_for_whom_and_one_sign_in_that_shows_it() -> None:
    text = joined(printed(proof()))

    assert "1. anyone in group Sales, to any app, from a browser on an unknown platform, from anywhere 3 users: person0@" in text
    assert "7 users: person0@contoso.example, person1@contoso.example, " in text
    assert "person4@contoso.example and 2 more" in text
    assert "on an unknown platform, from 198.51.100.7 (GB): meets ALLOWED" in text
    assert "unbroken whatif TENANT --request FILE" in text


def test_what_holds_is_one_line() -> None:
    assert "No sign-in with a legacy client is granted." not in printed(proof())


def test_nothing_to_ask_again_where_nothing_was_found() -> None:
    assert "whatif" not in printed(proof(holding()))


def test_ids_stand_where_no_name_is_known() -> None:
    text = joined(printed(proof(), {}))

    assert f"7 users: {USER_IDS[0]}, " in text


def test_the_only_app_of_a_region_is_named_in_its_example() -> None:
    assert "For example person0@contoso.example, to Wiki, from a browser" in joined(printed(proof()))


def test_an_app_of_several_has_the_name_the_caller_knows() -> None:
    """Of several applications a region's labels and ids need not correspond."""
    two = condition("applications", "any other app", "Wiki", ids=("other id", APP))
    found = proof(violated(regions=(region(None, two),)))

    assert f"For example person0@contoso.example, to {APP}, from a browser" in joined(printed(found))
    assert "For example person0@contoso.example, to Wiki, from a browser" in joined(printed(found, NAMES | {APP: "Wiki"}))


def test_missing_facts_repairs_and_notes_are_told() -> None:
    text = joined(printed(proof()))

    assert f"Missing facts - {MISSING}" in text
    assert "CA001 - Require MFA, conditions.users.excludeGroups: remove group Sales; closes all; stricter for 3 users" in text
    assert "- the exemption of scanner@contoso.example ends on 2027-03-31" in text
    assert "Not read, not used, or taken for granted - x.json: broken" in joined(printed(proof(problems=("x.json: broken",))))
    assert "legacy-blocked: soon over" in joined(printed(proof(holding(notes=("soon over",)))))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"closes_all": False, "closes": (0, 2), "users_left": 2}, "closes regions 1 and 3, 2 of 7 users left; stricter for 3 users"),
        ({"closes_all": False, "closes": (), "users_left": 2}, "remove group Sales; 2 of 7 users left; stricter for 3 users"),
        (
            {"closes_all": False, "closes": (1,), "laxer_users": 1},
            "closes region 2, 0 of 7 users left; stricter for 3 users, laxer for 1 user",
        ),
        ({"stricter_users": 0}, "closes all; no other user of today is affected"),
        (
            {"edits": (edit(policy_id="", policy="Require MFA", field="", text="of all users"),)},
            "New policy Require MFA: of all users; closes",
        ),
        ({"edits": (edit(), edit(field="state", text="enabled"))}, "excludeGroups: remove group Sales; state: enabled; closes all"),
    ],
)
def test_what_a_repair_does(changes: dict[str, Any], text: str) -> None:
    assert text in joined(printed(proof(violated(repairs=(repair(**changes),)))))


def test_at_most_eight_regions_are_shown_and_how_many_more() -> None:
    regions = tuple(region(Who(people=(f"user {number}",))) for number in range(11))
    text = printed(proof(violated(regions=regions)))

    assert "user 7," in text
    assert "user 8," not in text
    assert "... and 3 more regions" in text


def test_a_list_that_was_cut_says_so() -> None:
    assert "The list of regions was cut at 200" in printed(proof(violated(cut=200)))
    assert "was cut" not in printed(proof())


def test_an_unknown_property_with_regions_shows_them() -> None:
    text = printed(proof(undecided(regions=(region(),), cut=1)))

    assert "1. anyone, to any app, from anywhere" in text


def test_an_example_that_stands_for_a_user() -> None:
    text = joined(printed(proof(violated(regions=(), counterexamples=(counterexample(-1, decision=answer(Outcome.LOCKED_OUT)),)))))

    assert "For example person0@contoso.example" in text
    assert "meets LOCKED OUT" in text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"device": UNREGISTERED}, "with an unregistered device"),
        ({"device": DeviceState(attributes=(("iscompliant", True), ("trusttype", "ServerAD")))}, "with a compliant hybrid joined device"),
        ({"device": DeviceState(attributes=(("displayname", "x"),))}, "with a non-compliant device"),
        ({"country": ""}, "from 198.51.100.7 (no known country)"),
        ({"ip_address": None}, "platform, from GB: meets"),
        ({"ip_address": None, "country": None}, "on an unknown platform: meets"),
        ({"transfer_method": TransferMethod.DEVICE_CODE}, "by device code flow"),
        ({"sign_in_risk": RiskLevel.HIGH, "user_risk": RiskLevel.NONE}, "at high sign-in risk: meets"),
        ({"apps": (), "user_action": UserAction.REGISTER_DEVICE}, "to the registration of a device"),
        ({"apps": (ANY_OTHER_APP, AZURE_PORTAL)}, "to any other app and "),
        ({"apps": (), "authentication_context": "c1"}, "to authentication context c1"),
        (
            {"identity": Identity(guest_kind=GuestKind.SERVICE_PROVIDER, home_tenant_id="t")},
            "one of the service provider users of tenant t",
        ),
    ],
)
def test_an_example_says_what_is_special_about_it(changes: dict[str, Any], text: str) -> None:
    assert text in joined(printed(proof(violated(counterexamples=(counterexample(request=request(**changes)),)))))


def test_tenant_text_is_neither_markup_nor_obeyed() -> None:
    hostile = violated(
        regions=(region(Who(every=(f"group {MARKUP}",)), condition("applications", ESCAPE)),), notes=(ESCAPE,), missing=(MARKUP,)
    )
    text = printed(proof(hostile, tenant=ESCAPE, problems=(ESCAPE,)), {USER_IDS[0]: ESCAPE})

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert MARKUP in joined(text)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = violated(regions=(region(Who(people=("x" * 150, "group " * 40))),), notes=("y" * 130,))

    for text in (printed(proof(long), width=width), compared(difference(), width)):
        assert max(map(len, text.splitlines())) <= width
        assert not re.search(r"[ \t]$", text, re.MULTILINE)


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[1;31m" in printed(proof(), force_terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")

    assert "31m" not in printed(proof(), force_terminal=True)


def test_a_difference_says_which_sign_ins_get_stricter() -> None:
    text = joined(compared(difference()))

    assert "Some sign-ins get stricter: 3 users" in text
    assert "No sign-in gets laxer" in text
    assert "1. anyone in group Sales, to any app, from a browser, from anywhere" in text
    assert "by CA001 - Require MFA" in text
    assert "meets ALLOWED today, then MFA" in text
    assert "- CA001 - Require MFA: replaced" in text
    assert "CA002" not in text


def test_a_difference_without_any_says_so_twice() -> None:
    same = difference(*(holding(name=name) for name in ("stricter", "laxer")))

    assert "No sign-in gets stricter\nNo sign-in gets laxer\n" in compared(same)


def test_an_unknown_difference_is_never_none() -> None:
    text = compared(difference(undecided(name="stricter"), holding(name="laxer")))

    assert "Whether a sign-in gets stricter is unknown" in text
    assert "No sign-in gets stricter" not in text
    assert MISSING in text


def test_what_to_read_first_comes_before_the_verdicts() -> None:
    caution = "The proposed policy CA010 is report-only: it changes nothing until it is enabled"
    proved, differs = joined(printed(proof(cautions=(caution,)))), joined(compared(difference(cautions=(caution,))))

    assert proved.index(f"Read this first - {caution}") < proved.index("VIOLATED")
    assert differs.index(f"Read this first - {caution}") < differs.index("Some sign-ins get stricter")
