"""What demands MFA without being a Conditional Access policy: security defaults, per-user MFA, and the platform itself."""

from __future__ import annotations

from unbroken.entra.request import AccessRequest
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import PerUserMfaState
from unbroken.entra.well_known import AZURE_PORTAL, AZURE_RESOURCE_MANAGER, OFFICE_365_PORTAL
from unbroken.evaluate.circumstances import Standing
from unbroken.evaluate.decision import MandatoryMfa, Outcome
from unbroken.evaluate.grants import MFA_ALONE, RANK, Situation, meet

ALLOWED = frozenset({Outcome.ALLOW})
CONTROL_PLANE_CLIENTS = frozenset(
    {
        "04b07795-8ddb-461a-bbee-02f9e1bf7b46",  # Azure CLI
        "1950a258-227b-4e31-a9cf-717495945fc2",  # Azure PowerShell
        "0c1307d4-29d6-4389-a11c-5cbe7f65d7fa",  # Azure mobile app
    }
)


class BeyondPolicies:
    """Security defaults and per-user MFA, as demands that may come on top of the policies'."""

    def __init__(self, snapshot: Snapshot, *, any_enabled: bool) -> None:
        """Security defaults are known to be off when `any_enabled` policy exists: the two exclude each other."""
        self.defaults = False if any_enabled else snapshot.security_defaults
        self._roles_why = snapshot.roles.why or "holds groups or roles whose members were not read"

    def outcomes(self, standing: Standing, here: Situation, *, in_trusted_ips: bool) -> frozenset[Outcome]:
        """Return every outcome these demands may lead to in this situation; one when all is known."""
        defaults = self._security_defaults(standing, here)
        per_user = ALLOWED if in_trusted_ips else _per_user_mfa(standing, here)
        return frozenset(max(a, b, key=RANK.__getitem__) for a in defaults for b in per_user)

    def _security_defaults(self, standing: Standing, here: Situation) -> frozenset[Outcome]:
        if self.defaults is False:
            return ALLOWED
        found = frozenset().union(*(ALLOWED if sync else _defaults_on(standing, here) for sync in standing.sync_account))
        return found if self.defaults else found | ALLOWED

    def missing(self, standing: Standing, here: Situation) -> tuple[str, ...]:
        """Return what an open answer hangs on."""
        roles = len(standing.sync_account) > 1 or len(standing.administrator) > 1
        found = (
            (self.defaults is None, "whether security defaults are on (identitySecurityDefaultsEnforcementPolicy not exported)"),
            (roles, f"whether this user holds a role that security defaults treat differently (directoryRoles {self._roles_why})"),
            (
                self.defaults is True and _judged(standing, here),
                "when security defaults ask this user for MFA (Microsoft judges each sign-in)",
            ),
        )
        texts = [text for open_, text in found if open_ and len(self._security_defaults(standing, here)) > 1]
        if len(standing.per_user_mfa) > 1 and len(_per_user_mfa(standing, here)) > 1:
            texts.append("state of per-user MFA of this user (userAuthenticationRequirements is not complete)")
        elif len(_per_user_mfa(standing, here)) > 1:
            texts.append("whether this client uses an app password (per-user MFA is enforced)")
        return tuple(texts)


def _defaults_on(standing: Standing, here: Situation) -> frozenset[Outcome]:
    """Source: entra-docs, fundamentals/security-defaults.md."""
    if here.shape.legacy:
        return frozenset({Outcome.BLOCK})
    demanded = frozenset({meet(MFA_ALONE, here).outcome})
    return demanded | ALLOWED if _judged(standing, here) else demanded


def _judged(standing: Standing, here: Situation) -> bool:
    """Return whether Microsoft may let a sign-in pass without MFA: that of a registered user who may be no administrator."""
    return here.ability.mfa and False in standing.administrator


def _per_user_mfa(standing: Standing, here: Situation) -> frozenset[Outcome]:
    """Source: entra-docs, howto-mfa-userstates.md: enforced users need app passwords for legacy clients."""
    return frozenset().union(*(_in_state(state, here) for state in standing.per_user_mfa))


def _in_state(state: str, here: Situation) -> frozenset[Outcome]:
    if state == PerUserMfaState.DISABLED:
        return ALLOWED
    if here.shape.legacy:
        return frozenset({Outcome.ALLOW, Outcome.LOCKED_OUT}) if state == PerUserMfaState.ENFORCED else ALLOWED
    return frozenset({meet(MFA_ALONE, here).outcome})


def mandatory_mfa(request: AccessRequest, *, sync_account: bool) -> MandatoryMfa:
    """Return what the platform demands by itself, whatever the policies say and whoever they exclude.

    Source: entra-docs, concept-mandatory-multifactor-authentication.md: portals since 2024 and 2025; create, update and delete
    through Azure Resource Manager since 2025-10-01. Not for workload identities, nor for the directory synchronisation account.
    """
    if request.identity.service_principal_id is not None:
        return MandatoryMfa(mandatory=False, why="mandatory MFA does not cover workload identities")
    if sync_account:
        return MandatoryMfa(mandatory=False, why="mandatory MFA leaves out the directory synchronisation account")
    return _of_resources({app.lower() for app in request.apps}, client=(request.facts.client_app_id or "").lower())


def _of_resources(apps: set[str], *, client: str) -> MandatoryMfa:
    if AZURE_PORTAL in {*apps, client}:
        return MandatoryMfa(mandatory=True, why="the Azure portal, the Entra and the Intune admin center demand MFA of everybody")
    if OFFICE_365_PORTAL in apps:
        return MandatoryMfa(mandatory=None, why="the Microsoft 365 admin center demands MFA, other pages of the same application do not")
    if apps & ({AZURE_RESOURCE_MANAGER} | CONTROL_PLANE_CLIENTS) or client in CONTROL_PLANE_CLIENTS:
        return MandatoryMfa(mandatory=None, why="Azure demands MFA to create, update or delete resources, not to read them")
    if not apps:
        return MandatoryMfa(mandatory=None, why="which resource stands behind a user action or an authentication context is not known")
    return MandatoryMfa(mandatory=False, why="this application is not among those with mandatory MFA")
