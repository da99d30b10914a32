"""The tenant as it is now, seen by somebody who signs in; what changes in the directory is taken over before the next sign-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from unbroken.emulator.cloud.effect import defaults_in_effect, policies_in_effect, tenant_in_effect
from unbroken.emulator.cloud.folder import SETTINGS
from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.method_store import methods_of
from unbroken.emulator.cloud.policy_reads import METHODS_POLICY
from unbroken.emulator.cloud.world import World
from unbroken.emulator.people.methods import factors, is_registered
from unbroken.emulator.sample.accounts import Account
from unbroken.emulator.sample.rows import Rows

_OF_ONE_USER = frozenset({"users", "authenticationMethods", "userAuthenticationRequirements", "userRegistrationDetails"})
EVERYBODY = "all_users"


@dataclass(slots=True)
class Present:
    """Accounts, policies and methods of this moment, and the rows that are written by them."""

    world: World
    rows: Rows
    habits: Mapping[str, Account]
    """The accounts as the seed made them, by id."""
    told: Mapping[str, Callable[[str], None]]
    """Collection -> who is told of the user of whom it speaks: ended sessions, new passwords."""
    _read: int = 0
    _live: dict[str, Account | None] = field(default_factory=dict)
    _factors: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def refresh(self) -> None:
        """Take over what has changed since the last sign-in."""
        changes = self.world.changes
        news, self._read = changes[self._read :], len(changes)
        for collection, key, _ in news:
            if collection in _OF_ONE_USER:
                self.forget(key)
            elif collection in self.told:
                self.told[collection](key)
        policies, tenant = policies_in_effect(self.world), tenant_in_effect(self.world)
        others = tenant is not self.rows.tenant or policies != self.rows.policies
        if others:
            self.rows.renew(tenant, policies)
        if others or any(collection == SETTINGS for collection, _, _ in news):
            self._live.clear()
            self._factors.clear()

    def forget(self, user: str) -> None:
        """Look at a user anew."""
        self._live.pop(user, None)
        self._factors.pop(user, None)
        self.rows.forget(user)

    def account(self, user: str) -> Account | None:
        """Return the account as it is now; None when it was deleted."""
        if user not in self._live:
            self._live[user] = self._account(user)
        return self._live[user]

    def _account(self, user: str) -> Account | None:
        habit, record = self.habits[user], self.world.of("users").get(user)
        if record is None:
            return habit if habit.kind == "partner" else None
        usable = self.factors(user)
        requirement = self.world.of("userAuthenticationRequirements").get(user) or {}
        return replace(
            habit,
            upn=record["userPrincipalName"],
            name=record.get("displayName") or habit.name,
            enabled=record.get("accountEnabled") is not False,
            registered=is_registered(self.methods(user)) or (habit.guest_kind != "" and self.trusts_mfa_of(habit.home_tenant)),
            capable=bool(usable),
            factor=usable[0] if usable else "password",
            per_user_mfa=requirement.get("perUserMfaState", "disabled"),
        )

    def methods(self, user: str) -> list[Wire]:
        """Return what the user has registered."""
        return methods_of(self.world, user)

    def factors(self, user: str) -> tuple[str, ...]:
        """Return the combinations the user can sign in with, the habitual one first."""
        if user not in self._factors:
            habit = self.habits[user].factor
            self._factors[user] = factors(self.methods(user), habit, self.allowed(user))
        return self._factors[user]

    def allowed(self, user: str) -> dict[str, bool]:
        """Return which authentication methods are on for a user: exclusion wins, no target is nobody."""
        policy = self.world.of(SETTINGS).get(METHODS_POLICY) or {}
        return {each["id"]: self._targets(each, user) for each in policy.get("authenticationMethodConfigurations") or ()}

    def _targets(self, configuration: Wire, user: str) -> bool:
        if configuration.get("state") != "enabled" or self.is_target(configuration.get("excludeTargets"), user):
            return False
        return self.is_target(configuration.get("includeTargets"), user)

    def is_target(self, targets: list[Wire] | None, user: str) -> bool:
        """Return whether a list of targets names a user, a group of the user's, or everybody."""
        mine = {EVERYBODY, user} | self.rows.tenant.groups_of(user)
        return any(target.get("id") in mine for target in targets or ())

    def campaign(self) -> Wire:
        """Return the registration campaign's settings."""
        policy = self.world.of(SETTINGS).get(METHODS_POLICY) or {}
        enforcement: Wire = policy.get("registrationEnforcement") or {}
        return enforcement.get("authenticationMethodsRegistrationCampaign") or {}

    def security_defaults(self) -> bool:
        """Return whether security defaults are on."""
        return defaults_in_effect(self.world)

    def trusts_mfa_of(self, home_tenant: str) -> bool:
        """Return whether MFA done in a guest's home tenant counts here."""
        access = self.world.of(SETTINGS).get("crossTenantAccessPolicy") or {}
        partner = next((each for each in access.get("partners") or () if each.get("tenantId") == home_tenant), None)
        trust = (partner or {}).get("inboundTrust") or (access.get("default") or {}).get("inboundTrust") or {}
        return bool(trust.get("isMfaAccepted"))
