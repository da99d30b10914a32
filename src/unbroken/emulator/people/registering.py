"""Registering a method: whether the tenant lets somebody, which one it becomes, and the traces it leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.method_store import new_method, store_methods
from unbroken.emulator.conditions import REGISTER_SECURITY_INFO
from unbroken.emulator.enforcement import enforce
from unbroken.emulator.people.memory import Memory, Mind
from unbroken.emulator.people.methods import CONFIGURATIONS, kind_of
from unbroken.emulator.people.present import Present
from unbroken.emulator.people.temper import Temper
from unbroken.emulator.sample.records import Session, Step, facts_of
from unbroken.emulator.sample.rows import iso
from unbroken.emulator.tenant import Record

_WITH_PHONE = ("password,microsoftAuthenticatorPush", "password,sms", "password,softwareOath", "password,voice")
"""What people choose, as far as it is allowed."""
_SPOKEN = {
    "microsoftAuthenticator": "User registered Authenticator App with Notification and Code",
    "phone": "User registered Mobile Phone SMS",
    "softwareOath": "User registered Authenticator App with Code",
    "fido2": "User registered Fido2 Security Key",
}
_MOST_SNOOZES = 3
_MAIL_HELPS, _CALL_HELPS = 0.1, 0.25
"""By how much one mail that was read, one call, raises the chance that somebody registers when asked."""


@dataclass(slots=True)
class Registering:
    """Registration of security information by the users themselves."""

    present: Present
    memory: Memory
    count: int = 0
    """Registrations so far."""

    def blocked_here(self, session: Session, step: Step) -> bool:
        """Return whether a policy on registering security information stops it in this session.

        Only policies that name the action count: one for all resources has asked already, and what it asks for is what is registered.
        """
        named = [policy for policy in self.present.rows.policies if _names_registration(policy)]
        facts = replace(facts_of(session, step), apps=(), user_action=REGISTER_SECURITY_INFO)
        return enforce(named, facts, self.present.rows.tenant).error_code != 0

    def choices(self, temper: Temper, user: str, *, with_pass: bool = False) -> list[str]:
        """Return the combinations somebody could register, the most wanted first.

        Who has no telephone has a security key only when somebody hands one out: together with a Temporary Access Pass.
        """
        wanted = _WITH_PHONE if temper.has_phone else ("fido2",) if with_pass else ()
        allowed = self.present.allowed(user)
        return [name for name in wanted if allowed.get(CONFIGURATIONS[name][1], False)]

    @staticmethod
    def is_willing(temper: Temper, mind: Mind, rng: Random) -> bool:
        """Return whether somebody registers who cannot go on without."""
        persuaded = _MAIL_HELPS * mind.mails + _CALL_HELPS * mind.calls
        return rng.random() < (temper.kind.when_asked + persuaded if temper.kind.when_asked else temper.kind.after_call * (mind.calls > 0))

    def register(self, session: Session, factor: str, at: int) -> None:
        """Write the method to the user's own, and a line to the directory audits."""
        user, kind = session.account.id, CONFIGURATIONS[factor][0]
        world, methods = self.present.world, self.present.methods(user)
        replaced = [method for method in methods if kind_of(method) == kind and (kind == "phone" or self.memory.mind(user).stale)]
        kept = [method for method in methods if method not in replaced]
        store_methods(world, user, [*kept, new_method(world, kind)])
        if kind == "microsoftAuthenticator":
            self.memory.mind(user).stale = False
        self._audit(session, _SPOKEN.get(kind, "User registered security info"), at)
        self.count += 1
        self.present.refresh()

    def use_up(self, user: str, given: Wire) -> None:
        """Mark a Temporary Access Pass that works once as used."""
        if given.get("isUsableOnce"):
            used = given | {"isUsable": False, "methodUsabilityReason": "OneTimeUsed"}
            methods = [used if method is given else method for method in self.present.methods(user)]
            store_methods(self.present.world, user, methods)
            self.present.refresh()

    def is_nudged(self, session: Session, at: int) -> bool:
        """Return whether the registration campaign asks now, after a sign-in with MFA.

        Source: entra-docs, how-to-mfa-registration-campaign.md: users in scope who lack the method, are enabled for it, are not on a
        telephone, and did not postpone it.
        """
        user, campaign = session.account.id, self.present.campaign()
        mind = self.memory.minds.get(user, Mind())
        if campaign.get("state") != "enabled" or session.machine.platform in {"iOS", "android"} or at < mind.snoozed_until:
            return False
        aimed_at = self.present.is_target(_targets(campaign), user) and not self.present.is_target(campaign.get("excludeTargets"), user)
        has = any(kind_of(method) == "microsoftAuthenticator" for method in self.present.methods(user))
        return aimed_at and not has and self.present.allowed(user).get("MicrosoftAuthenticator", False)

    def follows(self, temper: Temper, user: str, at: int, rng: Random) -> bool:
        """Return whether somebody does what the campaign asks; else it is postponed, three times at most where the tenant says so."""
        campaign, mind = self.present.campaign(), self.memory.mind(user)
        forced = mind.snoozes >= _MOST_SNOOZES and campaign.get("enforceRegistrationAfterAllowedSnoozes", True)
        if temper.has_phone and (forced or rng.random() < temper.kind.when_nudged):
            return True
        mind.snoozes += 1
        mind.snoozed_until = at + int(campaign.get("snoozeDurationInDays") or 0) * 86400
        return False

    def _audit(self, session: Session, reason: str, at: int) -> None:
        world, account = self.present.world, session.account
        key = f"Authentication Methods_{world.new_id('audit')}"
        whose = {"id": account.id, "displayName": None, "userPrincipalName": account.upn}
        record: Wire = {
            "id": key,
            "category": "UserManagement",
            "correlationId": world.new_id("correlation"),
            "result": "success",
            "resultReason": reason,
            "activityDisplayName": "User registered security info",
            "activityDateTime": iso(at),
            "loggedByService": "Authentication Methods",
            "operationType": "Add",
            "initiatedBy": {"app": None, "user": {**whose, "ipAddress": session.place.ip}},
            "targetResources": [{**whose, "type": "User", "modifiedProperties": []}],
            "additionalDetails": [],
        }
        world.put("directoryAudits", key, record)


def _targets(campaign: Wire) -> list[Wire]:
    """Return whom the campaign wants to register Microsoft Authenticator."""
    return [each for each in campaign.get("includeTargets") or () if each.get("targetedAuthenticationMethod") == "microsoftAuthenticator"]


def _names_registration(policy: Record) -> bool:
    return REGISTER_SECURITY_INFO in (policy["conditions"]["applications"].get("includeUserActions") or ())
