"""Security defaults, line by line."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.emulator.security_defaults import Asked, security_defaults_error
from unbroken.entra.well_known import AZURE_RESOURCE_MANAGER, SYNC_ROLES

GLOBAL = "62e90394-69f5-4237-9190-012177145e10"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 0),
        ({"client": "exchangeActiveSync"}, 530035),
        ({"client": "other", "roles": frozenset(SYNC_ROLES)}, 0),
        ({"registered": False}, 50072),
        ({"registered": False, "interactive": False}, 50079),
        ({"roles": frozenset({GLOBAL})}, 50074),
        ({"roles": frozenset({GLOBAL}), "interactive": False}, 50076),
        ({"roles": frozenset({GLOBAL}), "mfa": True}, 0),
        ({"resource": AZURE_RESOURCE_MANAGER}, 50074),
        ({"suspicious": True}, 50074),
        ({"suspicious": True, "mfa": True}, 0),
    ],
)
def test_what_they_ask(changed: dict[str, Any], expected: int) -> None:
    plain: dict[str, Any] = {"client": "browser", "resource": "mail", "roles": frozenset(), "registered": True}
    asked = Asked(**plain | {"mfa": False, "interactive": True, "suspicious": False} | changed)

    assert security_defaults_error(asked) == expected
