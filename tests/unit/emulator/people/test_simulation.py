"""The laws of the emulated people: repeatable in any pieces, over a restart, and never past an enabled policy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from living import MFA_FOR_ALL, Town, town
from unbroken.emulator.cloud.archive import Archive
from unbroken.emulator.cloud.method_store import methods_of
from unbroken.emulator.conditions import SignInFacts, UnsupportedPolicy
from unbroken.emulator.enforcement import enforce
from unbroken.emulator.people.memory import KEPT, MINDS, Later
from unbroken.emulator.people.methods import is_registered

CLIENTS = {
    "Browser": "browser",
    "Mobile Apps and Desktop clients": "mobileAppsAndDesktopClients",
    "Exchange ActiveSync": "exchangeActiveSync",
}
PLATFORMS = {"Windows": "windows", "Ios": "iOS", "Android": "android", "MacOs": "macOS", "Linux": "linux"}


def remembered(place: Town) -> dict[str, Any]:
    return {name: place.world.of(name) for name in (KEPT, MINDS, "helpdeskCalls", "authenticationMethods", "directoryAudits")}


def live_three_days(place: Town, *stops: str) -> None:
    """Enforce MFA for all on Tuesday at ten; `stops` are further moments at which the clock is looked at."""
    for moment in sorted({*stops, "2026-11-24T10:00:00", "2026-11-26T00:00:00"}):
        place.until(moment)
        if moment == "2026-11-24T10:00:00":
            place.enforce()


def test_the_same_calls_give_the_same_log_byte_by_byte() -> None:
    with town() as one, town() as other:
        for place in (one, other):
            live_three_days(place)

        assert one.raw() == other.raw()
        assert remembered(one) == remembered(other)
        assert len(one.raw()) > 1000


def test_it_does_not_matter_in_which_pieces_time_passes() -> None:
    stops = [f"2026-11-{day}T{hour:02}:{minute}:07" for day in (23, 24, 25) for hour in range(0, 24, 3) for minute in (11, 48)]
    with town() as whole, town() as pieces:
        live_three_days(whole)
        live_three_days(pieces, *stops)

        assert pieces.raw() == whole.raw()
        assert remembered(pieces) == remembered(whole)


def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    with town() as whole:
        live_three_days(whole)
        expected, minds = whole.raw(), remembered(whole)
    with town(file=tmp_path / "state") as first:
        first.until("2026-11-24T10:00:00")
        first.enforce()
        first.until("2026-11-24T14:30:00")
    archive = Archive(tmp_path / "state")
    again = Town(archive)
    again.until("2026-11-26T00:00:00")

    assert again.raw() == expected
    assert remembered(again) == minds
    archive.close()


def facts(row: dict[str, Any], guest_kind: str, home: str) -> SignInFacts:
    """Return a row of the log as the interpreter sees it, from what the log alone says."""
    device, client = row["deviceDetail"], CLIENTS.get(row["clientAppUsed"], "other")
    steps = row["authenticationDetails"]
    second = [step for step in steps if step["succeeded"] and step["authenticationStepResultDetail"].startswith("MFA")]
    return SignInFacts(
        user_id=row["userId"],
        guest_kind=guest_kind,
        home_tenant_id=home,
        apps=(row["resourceId"],),
        client=client,
        platform=next((name for word, name in PLATFORMS.items() if device["operatingSystem"].startswith(word)), ""),
        ip_address=row["ipAddress"],
        country=row["location"]["countryOrRegion"],
        is_compliant=device["isCompliant"],
        is_hybrid_joined=device["trustType"] == "Hybrid Azure AD joined",
        sign_in_risk=row["riskLevelDuringSignIn"],
        transfer_method=row["originalTransferMethod"].replace("none", ""),
        mfa=bool(second),
        interactive=row["isInteractive"],
    )


def test_no_success_in_the_log_violates_an_enabled_policy() -> None:
    """Each row is put before the interpreter again, with the facts that the log tells."""
    with town() as place:
        place.enforce()
        place.until("2026-11-26T00:00:00")
        people = place.people.life.population.by_id
        policies, tenant = list(place.world.of("conditionalAccessPolicies").values()), place.world.tenant()
        good = [row for row in place.rows(since="2026-11-22T12") if row["status"]["errorCode"] == 0]
        seen = [enforce(policies, facts(row, people[row["userId"]].guest_kind, people[row["userId"]].home_tenant), tenant) for row in good]

    assert len(good) > 500
    assert [row for row, verdict in zip(good, seen, strict=True) if verdict.error_code != 0] == []
    assert {entry["result"] for row in good for entry in row["appliedConditionalAccessPolicies"]} & {"failure"} == set()


def test_a_policy_bites_from_the_moment_it_is_enabled() -> None:
    with town() as place:
        place.until("2026-11-24T10:00:00")
        place.enforce()
        place.until("2026-11-25T00:00:00")
        rows = place.rows(since="2026-11-24")
    states = {
        when: {entry["result"] for row in rows if (row["createdDateTime"] > "2026-11-24T10:00:00Z") is when
               for entry in row["appliedConditionalAccessPolicies"] if entry["id"] == MFA_FOR_ALL["id"]}
        for when in (False, True)
    }  # fmt: skip

    assert states[False] == set()
    assert states[True] >= {"success", "failure"}


def test_everybody_whom_the_audits_call_registered_is() -> None:
    with town() as place:
        place.enforce()
        counts = place.until("2026-11-27T00:00:00")
        entries = [
            entry
            for entry in place.world.of("directoryAudits").values()
            if entry["loggedByService"] == "Authentication Methods"  # the sample's own are from the core directory
        ]
        users = {entry["targetResources"][0]["id"] for entry in entries}

        assert len(entries) == counts["registrations"] > 3
        assert all(is_registered(methods_of(place.world, user)) for user in users)
        assert users <= place.world.of("registrationChanges").keys()


def test_rows_of_one_sign_in_follow_each_other() -> None:
    with town() as place:
        place.enforce()
        place.until("2026-11-24T18:00:00")
        rows = place.rows()
    by_sign_in: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_sign_in.setdefault(row["correlationId"], []).append(row)
    longer = [found for found in by_sign_in.values() if len(found) > 1]

    assert len({row["id"] for row in rows}) == len(rows)
    assert len(longer) > 5
    assert all(len({row["userId"] for row in found}) == 1 for found in longer)
    assert all(found[0]["status"]["errorCode"] in {50072, 50074, 50076, 50079} for found in longer)


def test_a_policy_that_is_not_understood_stops_everybody_and_says_so() -> None:
    with town() as place:
        unknown = MFA_FOR_ALL["conditions"] | {"weather": ["rain"]}
        place.enforce(conditions=unknown)
        with pytest.raises(UnsupportedPolicy, match="weather"):
            place.until("2026-11-24T00:00:00")
        place.service.clock.move_to(place.service.clock() + 90000)
        place.service.catch_up()

        assert "weather" in place.people.halted
        place.enforce(state="disabled")
        place.service.catch_up()

        assert place.people.halted == ""
        assert len(place.rows()) > 100


def test_one_persons_lot_does_not_change_anothers() -> None:
    with town() as plain, town() as other:
        for place in (plain, other):
            place.enforce()
        lost = other.someone(factor="password,microsoftAuthenticatorPush")
        other.people.memory.mind(lost).stale = True
        for place in (plain, other):
            place.until("2026-11-26T00:00:00")
        mine, theirs = ([row for row in place.rows() if row["userId"] != lost] for place in (plain, other))

    assert len(mine) > 1000
    assert mine == theirs


def test_what_breaks_off_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    with town() as whole:
        whole.until("2026-11-24T00:00:00")
        expected = whole.raw()
    with town(file=tmp_path / "state") as broken:
        broken.people.life.days.add([Later(1_795_430_000, "unheard of", "unheard of", broken.someone())])
        with pytest.raises(KeyError):
            broken.until("2026-11-24T00:00:00")
    archive = Archive(tmp_path / "state")
    again = Town(archive)
    again.until("2026-11-24T00:00:00")

    assert again.raw() == expected
    archive.close()
