"""The logs: sign-ins (v1.0 and beta, interactive unless asked otherwise), directory audits, and the registration report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

import msgspec

from unbroken.emulator.cloud.archive import Window
from unbroken.emulator.cloud.filter_text import AnyOf, Joined, Node, Test, parse
from unbroken.emulator.cloud.freshness import freshness
from unbroken.emulator.cloud.grammar import check, moment, passes
from unbroken.emulator.cloud.listing import context, next_link, page_size, query_of, refuse_unknown_options
from unbroken.emulator.cloud.log_entities import DIRECTORY_AUDIT, REGISTRATION, SIGN_IN
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.page_tokens import Position
from unbroken.emulator.cloud.permissions import SEES_APPLIED_POLICIES, denied
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.selecting import shape
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import missing

INTERACTIVE = ("interactiveUser",)
REPORT_SECONDS = 6 * 3600.0
"""How old the registration report may get before it is made anew."""
_REPORT = "userRegistrationDetails"


def _sign_ins(tenancy: Tenancy, call: Call) -> Reply:
    tenancy.demand_premium()
    refuse_unknown_options(call)
    node = _filter(call)
    window, size = _window(tenancy, call, node), page_size(call, SIGN_IN)
    if call.option("skiptoken") is not None and tenancy.pages.rng.random() < tenancy.pages.empty_share:
        size = 0
    rows = _matching(tenancy, window, node)
    chosen = list(islice(rows, size))
    body: Wire = {"@odata.context": context(call)}
    if _more(rows):
        created, key, _ = chosen[-1] if chosen else (*(window.after or ("", "")), {})
        position = Position(key, 0, tenancy.world.real_time(), query_of(call), created)
        body["@odata.nextLink"] = next_link(call, tenancy.pages.tokens, position)
    body["value"] = [_visible(call, record, listed=True) for _, _, record in chosen]
    return Reply(200, body)


def _more(rows: Iterator[tuple[str, str, Wire]]) -> bool:
    return next(rows, None) is not None


def _filter(call: Call) -> Node | None:
    order = (call.option("orderby") or "createdDateTime desc").split()
    if order[0] != "createdDateTime" or order[1:] not in ([], ["desc"]):
        raise Refusal(400, "BadRequest", f"Sorting by '{' '.join(order)}' is not supported: sign-ins come newest first.")
    text = call.option("filter")
    if not text:
        return None
    node = parse(text)
    check(node, SIGN_IN.filters, SIGN_IN.resource)
    if not call.beta and "signInEventTypes" in text:
        raise Refusal(400, "BadRequest", "Could not find a property named 'signInEventTypes' on type 'microsoft.graph.signIn'.")
    return node


def _window(tenancy: Tenancy, call: Call, node: Node | None) -> Window:
    """Return which rows the database is asked for: at least those that the filter lets pass."""
    since, until = "", "9999"
    kinds: tuple[str, ...] = () if "signInEventTypes" in (call.option("filter") or "") else INTERACTIVE
    for part in node.parts if isinstance(node, Joined) and node.word == "and" else (node,):
        if isinstance(part, Test) and part.path == "createdDateTime":
            value = moment(str(part.values[0]))
            since = max(since, value) if part.operator in {"ge", "eq"} else since
            until = min(until, value) if part.operator in {"le", "eq"} else until
        kinds = _one_kind(part) or kinds
    after = None
    if call.option("skiptoken") is not None:
        position = tenancy.pages.tokens.open(call.option("skiptoken") or "", query_of(call), tenancy.world.real_time())
        after = (position.key, position.after)
    return Window(since, until, kinds, after)


def _one_kind(node: Node | None) -> tuple[str, ...]:
    """Return the kind that `signInEventTypes/any(t: t eq 'x')` asks for."""
    if isinstance(node, AnyOf) and node.path == "signInEventTypes" and isinstance(node.inner, Test) and node.inner.operator == "eq":
        return (str(node.inner.values[0]),)
    return ()


def _matching(tenancy: Tenancy, window: Window, node: Node | None) -> Iterator[tuple[str, str, Wire]]:
    fresh = freshness(tenancy.world)
    for created, key, row in tenancy.world.archive.sign_ins(window, tenancy.world.clock()):
        record = fresh.row(created, msgspec.json.decode(row))
        if record is not None and (node is None or passes(record, node)):
            yield created, key, record


def _sign_in(tenancy: Tenancy, call: Call) -> Reply:
    tenancy.demand_premium()
    row = tenancy.world.archive.sign_in(call.params["id"], tenancy.world.clock())
    found: Wire = msgspec.json.decode(row) if row else {}
    record = freshness(tenancy.world).row(moment(found["createdDateTime"]), found) if found else None
    if record is None:
        raise Refusal(404, "ResourceNotFound", f"Sign-in '{call.params['id']}' was not found.")
    return Reply(200, {"@odata.context": context(call, single=True), **_visible(call, record, listed=False)})


def _visible(call: Call, record: Wire, *, listed: bool) -> Wire:
    """Return a row without the policies that applied when the caller may not read policies."""
    if call.caller.permissions.isdisjoint(SEES_APPLIED_POLICIES):
        record.pop("appliedConditionalAccessPolicies", None)
    return shape(call, record, SIGN_IN, listed=listed)


def _audits(tenancy: Tenancy, call: Call) -> Reply:
    entries = freshness(tenancy.world).entries(tenancy.world.of("directoryAudits").values())
    records = sorted(entries, key=lambda record: moment(record["activityDateTime"]), reverse=True)
    return page_of(tenancy, call, records, DIRECTORY_AUDIT)


def _audit(tenancy: Tenancy, call: Call) -> Reply:
    record = tenancy.world.found("directoryAudits", call.params["id"])
    if not freshness(tenancy.world).entries([record]):
        raise missing(call.params["id"])
    return one(call, record, DIRECTORY_AUDIT)


def _registrations(tenancy: Tenancy, call: Call) -> Reply:
    """Return the report: without disabled users, as of when it was last made."""
    tenancy.demand_premium()
    return page_of(tenancy, call, _report(tenancy), REGISTRATION)


def _registration(tenancy: Tenancy, call: Call) -> Reply:
    tenancy.demand_premium()
    _report(tenancy)
    return one(call, tenancy.world.found(_REPORT, call.params["id"]), REGISTRATION)


def _summary(name: str, count: Callable[[list[Wire]], list[Wire]]) -> Handler:
    """Return the handler that counts users: the service tells a signed-in user only, never an app by itself."""

    def handler(tenancy: Tenancy, call: Call) -> Reply:
        tenancy.demand_premium()
        if not call.caller.delegated:
            raise denied()
        rows = _report(tenancy)
        body: Wire = {"@odata.context": context(call, single=True), "totalUserCount": len(rows), "userTypes": "all", "userRoles": "all"}
        return Reply(200, body | {name: count(rows)})

    return handler


def _methods(rows: list[Wire]) -> list[Wire]:
    counts = Counter(method for row in rows for method in row["methodsRegistered"])
    return [{"authenticationMethod": name, "userCount": count} for name, count in sorted(counts.items())]


def _features(rows: list[Wire]) -> list[Wire]:
    flags = {feature: f"is{feature[0].upper()}{feature[1:]}" for feature in _FEATURES}
    return [{"feature": feature, "userCount": sum(bool(row.get(flag)) for row in rows)} for feature, flag in flags.items()]


_FEATURES = ("ssprRegistered", "ssprEnabled", "ssprCapable", "passwordlessCapable", "mfaCapable")


def _report(tenancy: Tenancy) -> list[Wire]:
    """Return the rows of the report, made anew from what has changed when it is old enough."""
    world = tenancy.world
    waiting = world.of("registrationChanges")
    due = [key for key, change in waiting.items() if world.clock() - change["at"] >= REPORT_SECONDS / tenancy.accelerate]
    for key in due:
        row = waiting[key]["row"]
        world.put(_REPORT, key, row | {"lastUpdatedDateTime": world.now})
        world.remove("registrationChanges", key)
    enabled = {key for key, user in world.of("users").items() if user.get("accountEnabled") is not False}
    return [row for key, row in world.of(_REPORT).items() if key in enabled]


_BY_METHOD = _summary("userRegistrationMethodCounts", _methods)
_BY_FEATURE = _summary("userRegistrationFeatureCounts", _features)
ROUTES: dict[str, Handler] = {
    "GET /auditLogs/signIns": _sign_ins,
    "GET /auditLogs/signIns/{id}": _sign_in,
    "GET /auditLogs/directoryAudits": _audits,
    "GET /auditLogs/directoryAudits/{id}": _audit,
    "GET /reports/authenticationMethods/userRegistrationDetails": _registrations,
    "GET /reports/authenticationMethods/usersRegisteredByMethod": _BY_METHOD,
    "GET /reports/authenticationMethods/usersRegisteredByMethod/{arguments}": _BY_METHOD,
    "GET /reports/authenticationMethods/usersRegisteredByFeature": _BY_FEATURE,
    "GET /reports/authenticationMethods/usersRegisteredByFeature/{arguments}": _BY_FEATURE,
    "GET /reports/authenticationMethods/userRegistrationDetails/{id}": _registration,
}
