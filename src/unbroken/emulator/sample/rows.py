"""Rows of the sign-in log as Graph beta `signIn` records, put together from fragments of JSON that are encoded once.

A row is who, which app, which machine, where, and what happened; what happened is asked of the enforcement once for equal circumstances.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, NamedTuple

import msgspec

from unbroken.emulator.enforcement import enforce
from unbroken.emulator.sample.accounts import Account, Place
from unbroken.emulator.sample.ids import Seed, random_id
from unbroken.emulator.sample.records import Session, Step, application, device, facts_of, location, outcome, who
from unbroken.emulator.sample.wording import FIRST_FACTOR_ERRORS
from unbroken.emulator.tenant import Record, Tenant


class Written(NamedTuple):
    """What a row says: its error code (0: access) and its id."""

    error: int
    id: str


@dataclass(slots=True)
class Rows:
    """Writes rows as (second, record) until somebody takes them away."""

    seed: Seed
    tenant: Tenant
    policies: list[Record]
    rows: list[tuple[int, str]] = field(default_factory=list)
    _fragments: dict[object, str] = field(default_factory=dict)
    _outcomes: dict[object, tuple[str, int]] = field(default_factory=dict)
    _classes: dict[str, object] = field(default_factory=dict)
    _places: dict[tuple[str, str], object] = field(default_factory=dict)
    _filters: bool = False
    """A policy looks at more of a device than whether it is managed."""

    def __post_init__(self) -> None:
        """Look at the policies."""
        self._filters = _filter_devices(self.policies)

    def renew(self, tenant: Tenant, policies: list[Record]) -> None:
        """Judge from now on by other policies, groups or places."""
        self.tenant, self.policies, self._filters = tenant, policies, _filter_devices(policies)
        for kept in (self._outcomes, self._classes, self._places):
            kept.clear()

    def forget(self, account_id: str) -> None:
        """Look at an account anew: its methods, its name or its state have changed."""
        self._classes.pop(account_id, None)
        self._fragments.pop(("account", account_id), None)

    def write(self, session: Session, step: Step, at: int, correlation: str, rng: Random) -> Written:
        """Append one row and return what it says."""
        happened, error = self.judged(session, step)
        account, machine, place = session.account, session.machine, session.place
        stamp, key = iso(at), random_id(rng)
        whose = self._fragment(("account", account.id), lambda: who(account, self.seed.tenant_id))
        app = self._fragment(step.app, lambda: application(step.app, self.seed))
        kind = (machine.device_id, machine.user_agent, machine.operating_system, step.app.client)
        what = self._fragment(kind, lambda: device(machine, step.app.client))
        where = self._fragment((place.ip, place.city, place.country), lambda: location(place))
        row = (
            f'{{"id":"{key}","createdDateTime":"{stamp}",{whose},{app},{what},{where},{happened.replace("@T", stamp)},'
            f'"correlationId":"{correlation}","originalRequestId":"{key}","sessionId":"{session.id}",'
            f'"uniqueTokenIdentifier":"{key[:8]}{key[-12:]}"}}\n'
        )
        self.rows.append((at, row))
        return Written(error, key)

    def _fragment(self, key: object, build: Callable[[], dict[str, Any]]) -> str:
        text = self._fragments.get(key)
        if text is None:
            text = self._fragments[key] = _inner(build())
        return text

    def judged(self, session: Session, step: Step) -> tuple[str, int]:
        """Return the fragment that says what happens, and the error code; equal circumstances are judged once."""
        account, machine = session.account, session.machine
        group = self._classes.get(account.id) or self._class(account)
        managed = machine if self._filters else (machine.compliant, machine.trust, machine.device_id != "")
        state = (machine.platform, managed, session.risk, self._at(session.place))
        key = (group, step, state, session.transfer, session.protocol, session.fresh)
        found = self._outcomes.get(key)
        if found is None:
            found = self._outcomes[key] = self._judge(session, step)
        return found

    def _at(self, place: Place) -> object:
        """Return what tells places apart for the policies: the named locations they are in."""
        key = (place.ip, place.country)
        if key not in self._places:
            self._places[key] = self.tenant.locations_of(*key)
        return self._places[key]

    def _class(self, account: Account) -> object:
        """Return what tells accounts apart for the policies and the wording: those of one class meet the same."""
        scopes = [policy["conditions"].get("users") or {} for policy in self.policies]
        users, groups = (_named(scopes, kind) for kind in ("Users", "Groups"))
        found = (
            self.tenant.groups_of(account.id) & groups,
            self.tenant.roles_of(account.id),
            account.id if account.id in users else "",
            (account.guest_kind, account.home_tenant, account.registered, account.synced, account.per_user_mfa),
        )
        self._classes[account.id] = found
        return found

    def _judge(self, session: Session, step: Step) -> tuple[str, int]:
        verdict = None if step.error in FIRST_FACTOR_ERRORS else enforce(self.policies, facts_of(session, step), self.tenant)
        error = step.error if step.error is not None else verdict.error_code if verdict else 0
        return _inner(outcome(session, step, verdict, error)), error


def _filter_devices(policies: list[Record]) -> bool:
    return any((policy["conditions"].get("devices") or {}).get("deviceFilter") for policy in policies)


def _named(scopes: list[Record], kind: str) -> set[str]:
    return {key for scope in scopes for side in ("include", "exclude") for key in scope.get(f"{side}{kind}") or ()}


def _inner(record: dict[str, Any]) -> str:
    """Return the members of `record` as JSON, without the braces."""
    return msgspec.json.encode(record)[1:-1].decode()


def iso(at: int) -> str:
    """Return a second as Graph writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
