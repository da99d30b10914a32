"""A region reads like a sentence a person would say, and leaves nothing out that limits it."""

from __future__ import annotations

import pytest

from builders_proof import condition, region
from unbroken.prove.proof import Condition, Who
from unbroken.report.region_text import region_text

SALES = Who(every=("group Sales",))


def test_a_region_reads_like_a_sentence() -> None:
    found = region(SALES, condition("clients", "browser"), condition("platforms", "unknown"))

    assert region_text(found) == "anyone in group Sales, to any app, from a browser on an unknown platform, from anywhere"


def test_the_order_of_the_conditions_does_not_matter() -> None:
    two = (condition("signInRisk", "low", "medium"), condition("applications", "Wiki"))

    assert region_text(region(None, *two)) == region_text(region(None, *reversed(two)))


@pytest.mark.parametrize(
    ("who", "text"),
    [
        (Who(everyone=True), "anyone"),
        (SALES, "anyone in group Sales"),
        (Who(every=("group Sales", "role Reader")), "anyone in group Sales or role Reader"),
        (Who(every=("internal guests",)), "internal guests"),
        (Who(every=("group Sales", "internal guests")), "anyone in group Sales or internal guests"),
        (Who(every=("group A", "internal guests", "role B")), "anyone in group A, internal guests or anyone in role B"),
        (Who(every=tuple(f"group {n}" for n in range(8))), "anyone in group 0, group 1, group 2, group 3, group 4 and 3 more"),
        (Who(all_but=("group Sales", "ann@contoso.example")), "anyone but group Sales and ann@contoso.example"),
        (Who(every=("group Sales",), all_but=("role Reader",)), "anyone in group Sales but role Reader"),
        (Who(every=("assigned to CA1", "assigned to CA2")), "anyone assigned to CA1 or assigned to CA2"),
        (Who(every=("group Sales", "under per-user MFA")), "anyone in group Sales or anyone under per-user MFA"),
        (Who(all_but=("group Sales", "assigned to CA1")), "anyone but group Sales and whoever is assigned to CA1"),
        (Who(people=("a", "b", "c", "d", "e")), "a, b, c, d and e"),
        (Who(people=("a", "b", "c", "d", "e", "f")), "a, b, c, d, e and 1 more"),
        (Who(), "3 users"),
    ],
)
def test_who(who: Who, text: str) -> None:
    assert region_text(region(who)) == f"{text}, to any app, from anywhere"


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (condition("applications", "Wiki", "Shop"), "anyone, to Wiki or Shop, from anywhere"),
        (condition("applications", "Wiki", all_but=True), "anyone, to any app but Wiki, from anywhere"),
        (condition("clients", "exchangeActiveSync", "easSupported", "other"), "from a legacy client, from anywhere"),
        (condition("clients", "exchangeActiveSync", "easSupported"), "from an Exchange ActiveSync client, from anywhere"),
        (condition("clients", "browser", "other"), "from a browser or a POP, IMAP, SMTP or other legacy client"),
        (condition("applications", "registering security information"), "anyone, when registering security information, from anywhere"),
        (condition("applications", "registering security information", all_but=True), "to anything but registering security information"),
        (condition("clients", "a pigeon"), "from a pigeon"),
        (condition("platforms", "iOS", "macOS", all_but=True), "on any platform but iOS and macOS"),
        (condition("devices", "a device that matches x"), "with a device that matches x"),
        (condition("addresses", "outside every named location"), "anyone, to any app, from outside every named location"),
        (condition("addresses", "Office", all_but=True), "from anywhere but Office"),
        (condition("countries", "GB", ""), "from GB or an unknown country"),
        (condition("countries", "GB", "FR", all_but=True), "from any country but GB and FR"),
        (condition("flows", "deviceCodeFlow"), "by device code flow"),
        (condition("signInRisk", "none", "low"), "at no or low sign-in risk"),
        (condition("userRisk", "high", all_but=True), "at any user risk but high"),
        (condition("userRisk", "none", all_but=True), "at any user risk but none"),
        (condition("insiderRisk", "minor"), "at minor insider risk"),
        (condition("moon", "full"), "moon full"),
        (condition("moon", "full", all_but=True), "moon any but full"),
    ],
)
def test_what_limits_a_region_is_said(given: Condition, text: str) -> None:
    said = region_text(region(None, given))

    assert text in said
    assert said.count("any app") <= 1
    assert said.count("from anywhere") <= 1


def test_a_place_with_both_sides_says_both() -> None:
    found = region(None, condition("addresses", "outside every named location"), condition("countries", "GB"))

    assert region_text(found).endswith("from outside every named location, in GB")
