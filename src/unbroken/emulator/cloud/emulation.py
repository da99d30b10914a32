"""The emulated service as a whole: takes one call after the other, checks who asks and how often, and answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from uuid import uuid4

from unbroken.emulator.cloud.apps import ASSESS, ROLLOUT, by_name, register_defaults
from unbroken.emulator.cloud.archive import Archive
from unbroken.emulator.cloud.batch import answer_batch
from unbroken.emulator.cloud.budgets import Buckets
from unbroken.emulator.cloud.consistency import demand_call_reached
from unbroken.emulator.cloud.evolvable import PREFERENCE, prefers_all
from unbroken.emulator.cloud.faults import Faults
from unbroken.emulator.cloud.lag import Lag
from unbroken.emulator.cloud.listing import Pages
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.page_tokens import LIFETIME_SECONDS, PageTokens
from unbroken.emulator.cloud.permissions import demand
from unbroken.emulator.cloud.routes import ROUTES, route, tidy
from unbroken.emulator.cloud.schedules import ACTIVE, current
from unbroken.emulator.cloud.tenancy import Tenancy
from unbroken.emulator.cloud.token_endpoint import SignInService
from unbroken.emulator.cloud.tokens import Bearer, SigningKey
from unbroken.emulator.cloud.world import Clock, World
from unbroken.emulator.people.clock import VirtualClock
from unbroken.emulator.people.population import origin_of
from unbroken.emulator.people.simulation import People, people_of

_KEYS = "emulator"
BATCH = "/$batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the emulator differs from the real service in time."""

    accelerate: float = 1.0
    """Limits refill, and reports are made, this many times faster."""
    lag: float = 0.0
    """How late logs, replicas and policies are, as a share of the real service's lateness; 0: never."""
    empty_share: float = 0.1
    """Of the pages after the first, this share comes empty."""
    page_token_seconds: float = LIFETIME_SECONDS
    speed: float = 1.0
    """Seconds that pass in the tenant in one second of the machine's; 0: its clock stands still until it is moved."""


@dataclass(slots=True)
class Emulation:
    """One tenant, its sign-in service and Graph. Calls come one at a time."""

    tenancy: Tenancy
    sign_in: SignInService
    buckets: Buckets
    faults: Faults
    clock: VirtualClock
    people: People | None = None
    """Who signs in; None for a tenant whose people are not known."""
    calls: int = 0
    """How many were answered since the start."""
    _bearer: Bearer = field(init=False)

    def __post_init__(self) -> None:
        """Read tokens with the key that signs them."""
        self._bearer = Bearer(self.sign_in.key)

    @property
    def world(self) -> World:
        """Return the tenant."""
        return self.tenancy.world

    def credentials(self) -> Wire:
        """Return tenant and the client that may do everything a rollout does, and the one that only reads."""
        assess, rollout = by_name(self.world, ASSESS) or {}, by_name(self.world, ROLLOUT) or {}
        own = {"tenantId": self.world.tenant_id, "clientId": rollout["appId"], "clientSecret": rollout["secret"]}
        return own | {"readOnly": {"clientId": assess["appId"], "clientSecret": assess["secret"]}}

    def catch_up(self) -> None:
        """Let people do what they have been doing since the last call."""
        if self.people:
            self.people.catch_up()

    def move_clock(self, moment: float) -> None:
        """Put the clock forward; a state that is taken up again goes on from there, or from the present if that is later."""
        self.clock.move_to(moment)
        self.world.keep(_KEYS, [("clock", {"now": self.clock()})])

    def graph(self, call: Call) -> Reply:
        """Return Graph's answer to a call from outside, with its headers."""
        self.calls += 1
        self.catch_up()
        call.path = tidy(call.path)
        return self._finished(call, self._outer(call))

    def _outer(self, call: Call) -> Reply:
        try:
            return self._batch(call) if call.path == BATCH else self._answer(call, authenticated=False)
        except Refusal as refusal:
            return refused(refusal, call, self.world)

    def _batch(self, call: Call) -> Reply:
        call.caller = self._bearer.caller(call.headers.get("authorization"), self.world.real_time())
        if call.method != "POST":
            raise Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
        return answer_batch(call, self._inner)

    def _inner(self, call: Call) -> Reply:
        """Answer one call of a batch; its refusal is its own."""
        try:
            return self._answer(call, authenticated=True)
        except Refusal as refusal:
            return refused(refusal, call, self.world)

    def _answer(self, call: Call, *, authenticated: bool) -> Reply:
        striking = self.faults.striking(call)
        instead = self.faults.before(striking)
        if instead:
            return instead
        if not authenticated:
            call.caller = self._bearer.caller(call.headers.get("authorization"), self.world.real_time())
        key, call.params = route(call.method, call.path, call.version)
        demand(call.caller, key)
        spent = self.buckets.spend(call, key)
        demand_call_reached(self.world, call)
        current(self.world, ACTIVE)
        if any(fault.kind == "emptyPage" for fault in striking):
            reply = ROUTES[key](self._all_empty(), call)
        else:
            reply = ROUTES[key](self.tenancy, call)
        reply.headers = spent | ({"Preference-Applied": PREFERENCE} if prefers_all(call) else {}) | reply.headers
        return self.faults.after(reply, striking)

    def _all_empty(self) -> Tenancy:
        """Return the tenancy with every page after the first empty, for the one call that a fault wants so."""
        pages = Pages(self.tenancy.pages.tokens, self.tenancy.rng, 1.0)
        return Tenancy(self.world, pages, self.tenancy.rng, self.tenancy.accelerate)

    def _finished(self, call: Call, reply: Reply) -> Reply:
        common = {
            "request-id": str(uuid4()),
            "client-request-id": call.headers.get("client-request-id") or str(uuid4()),
            "OData-Version": "4.0",
        }
        error = (reply.body or {}).get("error")
        if isinstance(error, dict) and isinstance(error.get("innerError"), dict):
            common["request-id"] = error["innerError"]["request-id"]
            common["client-request-id"] = error["innerError"]["client-request-id"]
        reply.headers = common | reply.headers
        return reply


def refused(refusal: Refusal, call: Call, world: World) -> Reply:
    """Return a refusal as Graph writes it."""
    request = str(uuid4())
    inner: Wire = {
        "date": world.now.removesuffix("Z"),
        "request-id": request,
        "client-request-id": call.headers.get("client-request-id") or request,
    }
    if refusal.status == 429:
        inner = {"code": "429", "message": "Please retry after", "status": "429"} | inner
    return Reply(refusal.status, {"error": {"code": refusal.code, "message": refusal.message, "innerError": inner}}, dict(refusal.headers))


def open_emulation(archive: Archive, clock: Clock, *, seed: int = 1, pace: Pace | None = None) -> Emulation:
    """Return the service over a filled archive; the key and the apps are made the first time and kept in it."""
    pace, rng = pace or Pace(), Random(seed)  # noqa: S311 -- chance, no secret
    own = VirtualClock(clock, pace.speed)
    world = World(archive, own, wall=clock, lag=Lag(pace.lag, seed))
    key = _signing_key(world)
    secret = hashlib.sha256(key.pem).digest()
    register_defaults(world)
    pages = Pages(PageTokens(secret, pace.page_token_seconds), rng, pace.empty_share)
    tenancy = Tenancy(world, pages, rng, pace.accelerate)
    faults, origin = Faults(world, rng), origin_of(world)
    people = people_of(world, own, origin, faults.outages) if origin else None
    own.move_to(max(people.memory.state.played_until if people else 0, world.of(_KEYS).get("clock", {"now": 0})["now"]))
    return Emulation(tenancy, SignInService(world, key, rng), Buckets(world, pace.accelerate), faults, own, people)


def _signing_key(world: World) -> SigningKey:
    kept: Mapping[str, str] = world.of(_KEYS).get("signingKey", {})
    key = SigningKey(kept["pem"].encode() if kept else None)
    if not kept:
        world.put(_KEYS, "signingKey", {"pem": key.pem.decode()})
    return key
