"""Faults on demand: what goes wrong between a client and the service, for chosen calls, so many times or by chance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import msgspec

from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.page_tokens import expired
from unbroken.emulator.cloud.world import World
from unbroken.emulator.people.outages import Outage

KINDS = {
    "throttle": "429; `retryAfter` seconds (a fraction may be), without it no Retry-After",
    "error": "`status` (503 without it), nothing is done",
    "timeout": "no answer for `seconds` (60 without it), then 504; nothing is done",
    "slow": "the right answer after `seconds`",
    "tear": "the connection breaks in the middle of the answer; what was asked is done",
    "lostResponse": "what was asked is done, the answer is `status` (503 without it)",
    "expirePageToken": "a page token is too old",
    "nullSkipToken": "the log does not know its own page token, once",
    "duplicateRows": "the last row of a page comes twice",
    "lateRows": "a `share` of the rows of this window (0.1 without it) come only after `seconds` (600 without it)",
    "emptyPage": "a page without records, with a link to go on",
    "nonPremium": "403 as of a tenant without a licence, though it has one",
    "notReplicated": "404, the object has not reached this replica yet",
    "mfaOutage": "MFA fails for a `share` (1 without it) of the requests from `from` to `to`, in the tenant's time",
    "otherAdministrator": "somebody else changes the policy `id` (the first without it) by `change` before the call is answered",
}
"""Kind -> what it does."""


class Fault(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """One fault. It meets calls whose method and path fit, after `skip` of them, `times` times (0: always), with chance `chance`."""

    kind: str
    method: str = ""
    path: str = ""
    """Regular expression that is searched in `/v1.0/path?query`."""
    times: int = 1
    skip: int = 0
    chance: float = 1.0
    status: int = 503
    seconds: float | None = None
    retry_after: float | None = None
    share: float | None = None
    begins: datetime | None = msgspec.field(default=None, name="from")
    to: datetime | None = None
    id: str = ""
    change: Wire = msgspec.field(default_factory=dict)
    met: int = 0
    """How often it has struck."""


_CODES = {500: "generalException", 502: "BadGateway", 503: "serviceNotAvailable", 504: "UnknownError"}


@dataclass(slots=True)
class Faults:
    """The faults that are set, and their effects before and after a call is answered."""

    world: World
    rng: Random
    active: list[Fault] = field(default_factory=list)
    log: list[Wire] = field(default_factory=list)
    """Every strike: kind, method, address; the proof that a client met it."""

    def add(self, raw: object) -> None:
        """Set faults from JSON: one object or an array.

        Raises:
            Refusal: 400, it is no fault.
        """
        try:
            added = msgspec.convert(raw if isinstance(raw, list) else [raw], list[Fault])
            for fault in added:
                re.compile(fault.path)
                _outage(fault)
        except (msgspec.ValidationError, re.error, ValueError) as error:
            raise Refusal(400, "BadRequest", f"no fault: {error}") from error
        unknown = [fault.kind for fault in added if fault.kind not in KINDS]
        if unknown:
            raise Refusal(400, "BadRequest", f"no fault: unknown kind '{unknown[0]}', choose from {', '.join(KINDS)}")
        self.active += added

    def outages(self) -> list[Outage]:
        """Return the outages of the MFA service that are set."""
        return [outage for fault in self.active if (outage := _outage(fault))]

    def striking(self, call: Call) -> list[Fault]:
        """Return the faults that strike this call, and count them."""
        address = f"/{call.version}{call.path}" + (
            "?" + "&".join(f"{key}={value}" for key, value in call.query.items()) if call.query else ""
        )
        found = [fault for fault in self.active if self._strikes(fault, call.method, address)]
        self.active = [fault for fault in self.active if not fault.times or fault.met < fault.times]
        self.log += [{"kind": fault.kind, "method": call.method, "address": address} for fault in found]
        return found

    def _strikes(self, fault: Fault, method: str, address: str) -> bool:
        if fault.kind == "mfaOutage" or (fault.method and fault.method.upper() != method) or not re.search(fault.path, address):
            return False
        if fault.skip:
            fault.skip -= 1
            return False
        if fault.chance < 1 and self.rng.random() >= fault.chance:
            return False
        if fault.kind in _PAGED_ONLY and "skiptoken" not in address:
            return False
        fault.met += 1
        return True

    def before(self, striking: Sequence[Fault]) -> Reply | None:
        """Do what comes before the call is answered; return an answer that takes its place.

        Raises:
            Refusal: the fault is a refusal.
        """
        for fault in striking:
            refusal = _refusal(fault)
            if refusal:
                raise refusal
            if fault.kind == "timeout":
                return Reply(504, _body("UnknownError", "Gateway Timeout"), delay_seconds=60.0 if fault.seconds is None else fault.seconds)
            if fault.kind == "otherAdministrator":
                self._edit(fault)
        return None

    def _edit(self, fault: Fault) -> None:
        policies = self.world.of("conditionalAccessPolicies")
        policy = policies.get(fault.id) or next(iter(policies.values()))
        self.world.put("conditionalAccessPolicies", policy["id"], policy | fault.change | {"modifiedDateTime": self.world.now})

    def after(self, reply: Reply, striking: Sequence[Fault]) -> Reply:
        """Return the answer as it arrives."""
        for fault in striking:
            reply = self._spoilt(reply, fault)
        return reply

    def _spoilt(self, reply: Reply, fault: Fault) -> Reply:
        if fault.kind == "lostResponse":
            return Reply(fault.status, _body(_CODES.get(fault.status, "UnknownError"), "The service is unavailable."))
        if fault.kind == "slow":
            reply.delay_seconds = fault.seconds or 1.0
        reply.torn = reply.torn or fault.kind == "tear"
        rows = (reply.body or {}).get("value")
        if isinstance(rows, list) and rows:
            self._rows(reply, rows, fault)
        return reply

    def _rows(self, reply: Reply, rows: list[Wire], fault: Fault) -> None:
        if fault.kind == "duplicateRows":
            rows.append(rows[-1])
        if fault.kind == "lateRows" and reply.body:
            late = {row["id"] for row in rows if self.rng.random() < (_LATE_SHARE if fault.share is None else fault.share)}
            self.world.archive.hold_back(late, self.world.clock() + (600.0 if fault.seconds is None else fault.seconds))
            reply.body["value"] = [row for row in rows if row["id"] not in late]


def _outage(fault: Fault) -> Outage | None:
    """Return the outage a fault stands for, None for another kind.

    Raises:
        ValueError: it has no beginning, or ends before it.
    """
    if fault.kind != "mfaOutage":
        return None
    if fault.begins is None or fault.to is None or fault.begins.tzinfo is None or fault.to.tzinfo is None or fault.to <= fault.begins:
        raise ValueError("mfaOutage needs `from` and a later `to`, such as 2026-12-01T08:00:00Z")
    return Outage(fault.begins.timestamp(), fault.to.timestamp(), 1.0 if fault.share is None else fault.share)


_LATE_SHARE = 0.1
_PAGED_ONLY = frozenset({"expirePageToken", "nullSkipToken", "emptyPage"})


def _refusal(fault: Fault) -> Refusal | None:
    if fault.kind == "throttle":
        headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
        return Refusal(429, "TooManyRequests", "Please retry again later.", headers=headers)
    if fault.kind == "error":
        return Refusal(fault.status, _CODES.get(fault.status, "UnknownError"), "The service is unavailable.")
    if fault.kind == "nonPremium":
        code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
        return Refusal(403, code, "Neither tenant is B2C or tenant doesn't have premium license")
    if fault.kind == "notReplicated":
        return Refusal(
            404, "Request_ResourceNotFound", "Resource does not exist or one of its queried reference-property objects are not present."
        )
    if fault.kind == "nullSkipToken":
        return Refusal(400, "BadRequest", "Invalid Skip Token, skip token is null.")
    return expired() if fault.kind == "expirePageToken" else None


def _body(code: str, message: str) -> Wire:
    return {"error": {"code": code, "message": message}}
