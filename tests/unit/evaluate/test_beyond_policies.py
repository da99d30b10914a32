"""Security defaults, per-user MFA and the platform's own MFA, in the corners the conformance cases leave out."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.entra.directory import Registration
from unbroken.entra.request import AccessRequest, Identity, SessionFacts
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.entra.well_known import AZURE_PORTAL, AZURE_RESOURCE_MANAGER, OFFICE_365_PORTAL
from unbroken.evaluate.beyond_policies import CONTROL_PLANE_CLIENTS, BeyondPolicies, mandatory_mfa
from unbroken.evaluate.circumstances import Circumstances, situations
from unbroken.evaluate.decision import MandatoryMfa, Outcome
from unbroken.evaluate.people import Person
from unbroken.evaluate.session import Shape

ADA = "ada"


def outcomes(
    *,
    state: str = "disabled",
    defaults: bool | None = False,
    legacy: bool = False,
    capable: bool = True,
    trusted: bool = False,
    **facts: Any,
) -> tuple[frozenset[Outcome], tuple[str, ...]]:
    """Return what the demands beyond the policies may lead to for ada, and what an open answer hangs on."""
    tenant = Snapshot(
        source="tenant",
        policies=Collection("conditionalAccessPolicies", (), complete=True, why=""),
        users=Collection("users"),
        security_defaults=defaults,
        registrations=Collection("userRegistrationDetails", (Registration(user_id=ADA, is_mfa_capable=capable),), complete=True, why=""),
        per_user_mfa=Collection("userAuthenticationRequirements", ((ADA, state),), complete=True, why=""),
    )
    standing = Circumstances(tenant, frozenset()).standing(Person(ADA, None, None))
    shape = Shape(legacy=legacy, device_code=False, compliant=False, hybrid=False)
    here = next(iter(situations(standing, shape, SessionFacts(**facts), (True,), strengths=False)))
    beyond = BeyondPolicies(tenant, any_enabled=False)
    return beyond.outcomes(standing, here, in_trusted_ips=trusted), beyond.missing(standing, here)


ALLOW, MFA, REGISTER, LOCKED_OUT, BLOCK = Outcome.ALLOW, Outcome.MFA, Outcome.REGISTER, Outcome.LOCKED_OUT, Outcome.BLOCK


@pytest.mark.parametrize("state", ["enabled", "enforced"])
@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, MFA),
        ({"capable": False}, REGISTER),
        ({"mfa_satisfied": True}, ALLOW),
        ({"authentication_method": "fido2"}, ALLOW),
        ({"interactive": False}, LOCKED_OUT),
        ({"interactive": False, "mfa_satisfied": True}, ALLOW),
        ({"trusted": True}, ALLOW),
    ],
)
def test_per_user_mfa_asks_every_modern_client(state: str, how: dict[str, Any], expected: Outcome) -> None:
    assert outcomes(state=state, **how) == ({expected}, ())


def test_per_user_mfa_leaves_legacy_clients_to_app_passwords_once_it_is_enforced() -> None:
    assert outcomes(state="enabled", legacy=True) == ({ALLOW}, ())
    assert outcomes(state="disabled", legacy=True) == ({ALLOW}, ())
    assert outcomes(state="enforced", legacy=True) == (
        {ALLOW, LOCKED_OUT},
        ("whether this client uses an app password (per-user MFA is enforced)",),
    )


@pytest.mark.parametrize(
    ("defaults", "how", "expected", "open_"),
    [
        (True, {"capable": False}, {REGISTER}, ()),
        (True, {"legacy": True}, {BLOCK}, ()),
        (True, {"mfa_satisfied": True}, {ALLOW}, ()),
        (True, {}, {ALLOW, MFA}, ("when security defaults ask this user for MFA (Microsoft judges each sign-in)",)),
        (
            None,
            {"capable": False},
            {ALLOW, REGISTER},
            ("whether security defaults are on (identitySecurityDefaultsEnforcementPolicy not exported)",),
        ),
        (None, {"mfa_satisfied": True}, {ALLOW}, ()),
        (False, {"legacy": True, "capable": False}, {ALLOW}, ()),
    ],
)
def test_security_defaults_are_on_off_or_unknown(
    defaults: bool | None, how: dict[str, Any], expected: set[Outcome], open_: tuple[str, ...]
) -> None:
    assert outcomes(defaults=defaults, **how) == (expected, open_)


PORTALS = "the Azure portal, the Entra and the Intune admin center demand MFA of everybody"
CENTER = "the Microsoft 365 admin center demands MFA, other pages of the same application do not"
AZURE = "Azure demands MFA to create, update or delete resources, not to read them"
NO = "this application is not among those with mandatory MFA"


@pytest.mark.parametrize(
    ("app", "client", "expected"),
    [
        (AZURE_PORTAL.upper(), None, MandatoryMfa(mandatory=True, why=PORTALS)),
        (AZURE_RESOURCE_MANAGER, AZURE_PORTAL.upper(), MandatoryMfa(mandatory=True, why=PORTALS)),
        (OFFICE_365_PORTAL, None, MandatoryMfa(mandatory=None, why=CENTER)),
        (AZURE_RESOURCE_MANAGER, None, MandatoryMfa(mandatory=None, why=AZURE)),
        *((client, None, MandatoryMfa(mandatory=None, why=AZURE)) for client in sorted(CONTROL_PLANE_CLIENTS)),
        *(("another", client.upper(), MandatoryMfa(mandatory=None, why=AZURE)) for client in sorted(CONTROL_PLANE_CLIENTS)),
        ("another", None, MandatoryMfa(mandatory=False, why=NO)),
        ("another", "client", MandatoryMfa(mandatory=False, why=NO)),
    ],
)
def test_the_platform_demands_mfa_for_its_portals_and_control_plane(app: str, client: str | None, expected: MandatoryMfa) -> None:
    request = AccessRequest(identity=Identity(user_id=ADA), apps=(app,), facts=SessionFacts(client_app_id=client))

    assert mandatory_mfa(request, sync_account=False) == expected


def test_the_platform_demands_no_mfa_of_workloads_and_the_synchronisation_account() -> None:
    workload = AccessRequest(identity=Identity(service_principal_id="daemon"), apps=(AZURE_PORTAL,))
    user = AccessRequest(identity=Identity(user_id=ADA), apps=(AZURE_PORTAL,))

    assert mandatory_mfa(workload, sync_account=False) == MandatoryMfa(
        mandatory=False, why="mandatory MFA does not cover workload identities"
    )
    assert mandatory_mfa(user, sync_account=True) == MandatoryMfa(
        mandatory=False, why="mandatory MFA leaves out the directory synchronisation account"
    )
