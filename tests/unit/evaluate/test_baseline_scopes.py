"""Requests that only ask who the user is, under policies on all resources that exclude some."""

from __future__ import annotations

import pytest

from unbroken.entra.request import SessionFacts
from unbroken.entra.vocabulary import BaselineScopeMode
from unbroken.entra.well_known import CONFIDENTIAL_BASELINE_SCOPES, MICROSOFT_GRAPH, NATIVE_BASELINE_SCOPES
from unbroken.evaluate.baseline_scopes import applies_to_baseline, baseline_only
from unbroken.evaluate.bits import Bits, certain

NATIVE, CONFIDENTIAL = NATIVE_BASELINE_SCOPES[MICROSOFT_GRAPH], CONFIDENTIAL_BASELINE_SCOPES[MICROSOFT_GRAPH]


@pytest.mark.parametrize(
    ("scopes", "public", "expected"),
    [
        (NATIVE, True, {True}),
        (NATIVE, None, {True}),
        (NATIVE | {"Mail.Read"}, True, {False}),
        (CONFIDENTIAL, False, {True}),
        (CONFIDENTIAL, True, {False}),
        (CONFIDENTIAL, None, {False, True}),
        (CONFIDENTIAL | {"Mail.Read"}, None, {False}),
        (frozenset(), True, {True}),
        (None, True, {False, True}),
    ],
)
def test_the_whole_list_of_baseline_scopes_is_still_baseline_only(
    scopes: frozenset[str] | None, public: bool | None, expected: set[bool]
) -> None:
    assert baseline_only(MICROSOFT_GRAPH, SessionFacts(requested_scopes=scopes, client_is_public=public)) == expected


def test_scopes_of_another_resource_are_never_baseline() -> None:
    assert baseline_only("another", SessionFacts(requested_scopes=frozenset({"openid"}))) == {False}


def test_a_policy_that_neither_the_resource_nor_the_directory_meets_is_not_met() -> None:
    """Policies 0 and 1 exclude something (0 only the resource), 2 has the directory as its target, 3 neither."""
    plain, directory, with_exclusions = certain(0b0010), certain(0b0101), 0b0011

    assert applies_to_baseline(plain, directory, with_exclusions, BaselineScopeMode.ENFORCED) == certain(0b0101)
    assert applies_to_baseline(plain, directory, with_exclusions, BaselineScopeMode.LEGACY) == Bits(0, 0)
    assert applies_to_baseline(plain, directory, with_exclusions, BaselineScopeMode.CUSTOMIZE) == Bits(0, 0b0101)


def test_scopes_are_the_same_in_any_letters() -> None:
    asked = frozenset({"user.read", "OPENID", "People.READ"})

    assert baseline_only(MICROSOFT_GRAPH, SessionFacts(requested_scopes=asked, client_is_public=True)) == {True}
    assert baseline_only(MICROSOFT_GRAPH, SessionFacts(requested_scopes=asked | {"mail.read"}, client_is_public=True)) == {False}
