"""Which rows are one sign-in, and what its session says of MFA."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from builders_sign_ins import MINUTE, NOON, SECOND, sign_in
from unbroken.entra.cube import MfaEvidence
from unbroken.store.archive import Archive

Build = Callable[..., Archive]
PASSWORD = (("Password", "Correct password"),)
PROMPTED = (*PASSWORD, ("Mobile app notification", "MFA completed in Azure AD"))
SINGLE, MULTI = "singleFactorAuthentication", "multiFactorAuthentication"
TYPED = {"methods": PASSWORD, "authentication_requirement": SINGLE, "incoming_token_type": "none"}
DONE = {"methods": PROMPTED, "authentication_requirement": MULTI, "incoming_token_type": "none"}
DAY = 24 * 60 * MINUTE


def counts(archive: Archive) -> tuple[int, int, int]:
    return archive.duplicates, archive.joined, archive.evaluated


def evidence(archive: Archive) -> list[str]:
    """Return the evidence of the sign-ins in the order of time."""
    (piece,) = archive.sign_ins("created", "mfa")
    return [MfaEvidence(code).name for code in piece["mfa"][np.lexsort((piece["mfa"], piece["created"]))].tolist()]


def errors(archive: Archive) -> list[int]:
    return sorted(archive.logged()["error_code"].repeat(archive.logged()["count"]).tolist())


def test_the_same_id_is_one_sign_in_and_the_fuller_row_wins(archive_of: Build) -> None:
    early, late = sign_in(id="a", error_code=50074), sign_in(id="a", correlation_id="c", authentication_requirement=MULTI)
    for batches in ([early, late], [late, early]):
        archive = archive_of(batches)
        assert counts(archive) == (1, 0, 1)
        assert errors(archive) == [0]


def test_among_equally_full_rows_a_success_wins(archive_of: Build) -> None:
    archive = archive_of([sign_in(id="a", error_code=0), sign_in(id="a", error_code=50074)], [sign_in(id="a", error_code=53003)])
    assert (counts(archive), errors(archive)) == ((2, 0, 1), [0])


@pytest.mark.parametrize(
    "more",
    [
        {"correlation_id": "c"},
        {"session_id": "s"},
        {"original_request_id": "r"},
        {"user_agent": "curl"},
        {"user_type": "member"},
        {"country": "GB"},
    ],
)
def test_every_fact_makes_a_row_fuller(archive_of: Build, more: dict[str, object]) -> None:
    fuller, later = sign_in(id="a", error_code=53003, **{"country": "", **more}), sign_in(id="a", created=NOON + SECOND, country="")
    assert errors(archive_of([fuller, later])) == [53003]


def test_a_success_wins_even_before_a_later_row(archive_of: Build) -> None:
    archive = archive_of([sign_in(id="a"), sign_in(id="a", error_code=50074, created=NOON + SECOND)])
    assert (counts(archive), errors(archive)) == ((1, 0, 1), [0])


def test_a_row_with_policies_is_kept_before_one_without(archive_of: Build) -> None:
    archive = archive_of([sign_in(id="a", applied_policies=(("p", "success"),)), sign_in(id="a")])
    assert archive.dictionaries().applied[int(archive.logged()["applied"][0])] == (("p", "success"),)


def test_rows_without_id_are_the_same_only_when_all_is_equal(archive_of: Build) -> None:
    rows = [sign_in(id=""), sign_in(id=""), sign_in(id="", browser="Edge"), sign_in(id="", created=NOON + 1)]
    assert counts(archive_of(rows)) == (1, 0, 3)


def test_an_interrupt_joins_the_row_that_followed_it(archive_of: Build) -> None:
    rows = [
        sign_in(correlation_id="c", error_code=50074, created=NOON),
        sign_in(correlation_id="c", error_code=50140, created=NOON + MINUTE),
        sign_in(correlation_id="c", created=NOON + 2 * MINUTE),
    ]
    archive = archive_of(rows)
    assert (counts(archive), errors(archive), evidence(archive)) == ((0, 2, 1), [0], ["DONE"])


def test_an_interrupt_at_the_same_moment_comes_first(archive_of: Build) -> None:
    archive = archive_of([sign_in(correlation_id="c"), sign_in(correlation_id="c", error_code=50058)])
    assert (counts(archive), errors(archive)) == ((0, 1, 1), [0])


def test_an_abandoned_attempt_stays_one_sign_in_that_was_not_let_through(archive_of: Build) -> None:
    archive = archive_of([sign_in(correlation_id="c", error_code=50074, created=NOON + n * MINUTE) for n in range(3)])
    assert (counts(archive), errors(archive), evidence(archive)) == ((0, 2, 1), [50074], ["NONE_CERTAIN"])


def test_a_retry_is_found_by_the_original_request(archive_of: Build) -> None:
    archive = archive_of([sign_in(id="a", error_code=50076), sign_in(id="b", original_request_id="a", created=NOON + SECOND)])
    assert (counts(archive), archive.example_id(0)) == ((0, 1, 1), "b")


@pytest.mark.parametrize(
    "other",
    [
        {"user_id": "bob", "user_principal_name": "bob@contoso.example"},
        {"app_id": "chat"},
        {"resource_id": "graph"},
        {"client_app_used": "IMAP4"},
        {"ip_address": "198.51.100.1"},
        {"correlation_id": "d"},
        {"created": NOON + 11 * MINUTE},
        {"created": NOON - SECOND},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_differs_is_not_joined(archive_of: Build, other: dict[str, object]) -> None:
    interrupt, retry = sign_in(correlation_id="c", error_code=50074), sign_in(correlation_id="c", created=NOON + SECOND)
    assert counts(archive_of([interrupt, retry])) == (0, 1, 1)
    assert counts(archive_of([interrupt, {**retry, **other}])) == (0, 0, 2)


def test_successes_never_join(archive_of: Build) -> None:
    assert counts(archive_of([sign_in(correlation_id="c", created=NOON + n) for n in range(5)])) == (0, 0, 5)


def test_failed_mfa_is_not_an_interrupt(archive_of: Build) -> None:
    rows = [sign_in(correlation_id="c", error_code=500121), sign_in(correlation_id="c", created=NOON + SECOND)]
    assert counts(archive_of(rows)) == (0, 0, 2)


def test_a_success_ends_the_attempt(archive_of: Build) -> None:
    codes = (50074, 0, 50074, 0)
    archive = archive_of([sign_in(correlation_id="c", error_code=code, created=NOON + n * SECOND) for n, code in enumerate(codes)])
    assert (counts(archive), errors(archive)) == ((0, 2, 2), [0, 0])


def test_rows_without_correlation_are_not_joined(archive_of: Build) -> None:
    assert counts(archive_of([sign_in(error_code=50074), sign_in(created=NOON + SECOND)])) == (0, 0, 2)


def test_mfa_of_a_folded_row_counts_for_the_sign_in(archive_of: Build) -> None:
    rows = [sign_in(correlation_id="c", error_code=50140, **DONE), sign_in(correlation_id="c", created=NOON + SECOND, **TYPED)]
    assert evidence(archive_of(rows)) == ["DONE"]


def test_an_attempt_that_ends_with_refused_mfa_holds_none(archive_of: Build) -> None:
    rows = [sign_in(correlation_id="c", error_code=50140, **DONE), sign_in(correlation_id="c", created=NOON + SECOND, error_code=500121)]
    archive = archive_of(rows)
    assert (counts(archive), evidence(archive)) == ((0, 1, 1), ["NONE_CERTAIN"])


def test_a_success_that_says_single_factor_after_mfa_was_asked_for_proves_nothing(archive_of: Build) -> None:
    rows = [sign_in(correlation_id="c", error_code=50074), sign_in(correlation_id="c", created=NOON + SECOND, **TYPED)]
    assert evidence(archive_of(rows)) == ["UNKNOWN"]


def test_registration_that_was_asked_for_can_be_put_off_and_proves_nothing(archive_of: Build) -> None:
    rows = [sign_in(correlation_id="c", error_code=50079), sign_in(correlation_id="c", created=NOON + SECOND)]
    archive = archive_of(rows)
    assert (counts(archive), evidence(archive)) == ((0, 1, 1), ["UNKNOWN"])


def follow(*steps: dict[str, object], apart: int = MINUTE) -> list[dict[str, object]]:
    return [sign_in(created=NOON + n * apart, **step) for n, step in enumerate(steps)]


def test_mfa_is_seen_in_the_rest_of_the_session_and_not_before(archive_of: Build) -> None:
    rows = follow({"session_id": "s"}, {"session_id": "s", **DONE}, {"session_id": "s", "app_id": "chat"}, {"session_id": "other"}, {})
    assert evidence(archive_of(rows)) == ["NONE_SEEN", "DONE", "SEEN_EARLIER", "NONE_SEEN", "UNKNOWN"]


def test_another_person_with_the_same_session_id_has_seen_nothing(archive_of: Build) -> None:
    rows = follow({"session_id": "s", **DONE}, {"session_id": "s", "user_id": "bob", "user_principal_name": "bob@contoso.example"})
    assert evidence(archive_of(rows)) == ["DONE", "NONE_SEEN"]


def test_a_session_that_is_asked_for_mfa_again_holds_none(archive_of: Build) -> None:
    rows = follow({"session_id": "s", **DONE}, {"session_id": "s", "error_code": 50078}, {"session_id": "s"})
    assert evidence(archive_of(rows)) == ["DONE", "NONE_CERTAIN", "NONE_SEEN"]


def test_a_strength_that_refuses_does_not_end_the_mfa_of_a_session(archive_of: Build) -> None:
    strength = {"error_code": 50074, "requirement_providers": ("authenticationStrengths",)}
    rows = follow({"session_id": "s", **DONE}, {"session_id": "s", **strength}, {"session_id": "s"})
    assert evidence(archive_of(rows)) == ["DONE", "SEEN_EARLIER", "SEEN_EARLIER"]


def test_of_mfa_and_its_refusal_at_the_same_moment_the_refusal_counts(archive_of: Build) -> None:
    rows = [sign_in(session_id="s", **DONE), sign_in(session_id="s", error_code=50074), sign_in(session_id="s", created=NOON + SECOND)]
    assert evidence(archive_of(rows))[-1] == "NONE_SEEN"


def test_mfa_at_the_same_moment_is_not_earlier(archive_of: Build) -> None:
    assert evidence(archive_of(follow({"session_id": "s", **DONE}, {"session_id": "s", "app_id": "chat"}, apart=0))) == [
        "NONE_SEEN",
        "DONE",
    ]


def test_mfa_on_a_registered_device_lasts_two_weeks(archive_of: Build) -> None:
    rows = follow({"device_id": "pc", **DONE}, {"device_id": "PC"}, {"device_id": "tablet"}, {}, {"device_id": "pc"}, apart=4 * DAY)
    assert evidence(archive_of(rows)) == ["DONE", "SEEN_EARLIER", "NONE_SEEN", "UNKNOWN", "NONE_SEEN"]


def test_a_password_typed_on_a_device_with_mfa_is_still_no_mfa_but_in_the_same_session_it_is(archive_of: Build) -> None:
    rows = follow({"device_id": "pc", "session_id": "s", **DONE}, {"device_id": "pc", **TYPED}, {"session_id": "s", **TYPED})
    assert evidence(archive_of(rows)) == ["DONE", "NONE_CERTAIN", "SEEN_EARLIER"]
