"""What is demanded beside the policies. Sources: entra-docs, security-defaults.md, howto-mfa-userstates.md, the page on mandatory MFA."""

from __future__ import annotations

import pytest

from unbroken.emulator.beyond_policies import beyond_policies, mandatory_mfa, security_defaults
from unbroken.emulator.facts import SignInFacts, UnsupportedPolicy
from unbroken.emulator.sample.policies import authentication_strengths
from unbroken.emulator.tenant import Tenant
from unbroken.entra.well_known import AZURE_PORTAL, AZURE_RESOURCE_MANAGER, GLOBAL_ADMINISTRATOR, SYNC_ROLES

ROLES = [
    {"roleTemplateId": GLOBAL_ADMINISTRATOR, "members": [{"id": "root"}]},
    {"roleTemplateId": min(SYNC_ROLES), "members": [{"id": "syncers"}]},
]
KNOWN = {
    "directoryRoles": ROLES,
    "groups": [{"id": "syncers", "members": [{"id": "sync"}]}],
    "authenticationStrengthPolicies": authentication_strengths(),
    "userAuthenticationRequirements": [{"id": "ann", "perUserMfaState": "enforced"}, {"id": "bob", "perUserMfaState": "enabled"}],
}
PLAIN = Tenant(KNOWN, mfa_trusted_ips=("198.51.100.0/24",))
DEFAULTS = Tenant({**KNOWN, "identitySecurityDefaultsEnforcementPolicy": [{"isEnabled": True}]})


def sign_in(user: str = "ann", **facts: object) -> SignInFacts:
    return SignInFacts(**{"user_id": user, "apps": ("app",), **facts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (sign_in(), ("mfa",)),
        (sign_in("bob"), ("mfa",)),
        (sign_in("carl"), ()),
        (sign_in(mfa=True), ()),
        (sign_in(method="fido2"), ()),
        (sign_in(ip_address="198.51.100.7"), ()),  # trusted addresses skip it
        (sign_in("bob", client="other"), ()),  # enabled, but not yet enforced: no app password is asked for
        (SignInFacts(service_principal_id="daemon", apps=("app",)), ()),
    ],
)
def test_per_user_mfa(facts: SignInFacts, expected: tuple[str, ...]) -> None:
    assert beyond_policies(facts, PLAIN, any_enabled=True) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (sign_in("carl", client="other"), ("block",)),
        (sign_in("root"), ("mfa",)),
        (sign_in("carl", mfa_registered=False), ("mfa",)),
        (sign_in("carl", mfa=True), ()),
        (sign_in("sync", client="other"), ()),  # the synchronisation account is left out, through a group as well
    ],
)
def test_security_defaults(facts: SignInFacts, expected: tuple[str, ...]) -> None:
    assert security_defaults(facts, DEFAULTS, any_enabled=False) == expected
    assert security_defaults(facts, DEFAULTS, any_enabled=True) == security_defaults(facts, PLAIN, any_enabled=False) == ()


def test_what_microsoft_does_not_say_is_refused() -> None:
    with pytest.raises(UnsupportedPolicy, match="registered user"):
        security_defaults(sign_in("carl"), DEFAULTS, any_enabled=False)
    with pytest.raises(UnsupportedPolicy, match="app password"):
        beyond_policies(sign_in(client="other"), PLAIN, any_enabled=True)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (sign_in(apps=(AZURE_PORTAL,)), True),
        (sign_in("sync", apps=(AZURE_PORTAL,)), False),
        (sign_in(apps=(AZURE_RESOURCE_MANAGER,)), None),
        (sign_in(), False),
        (sign_in(apps=(), user_action="urn:user:registersecurityinfo"), None),
        (SignInFacts(service_principal_id="daemon", apps=(AZURE_PORTAL,)), False),
    ],
)
def test_mandatory_mfa(facts: SignInFacts, expected: bool | None) -> None:
    assert mandatory_mfa(facts, PLAIN) is expected
