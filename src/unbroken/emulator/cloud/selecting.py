"""Which properties of a record are answered: `$select`, the default set, and what a version of Graph does not have."""

from __future__ import annotations

from unbroken.emulator.cloud.entity import Entity
from unbroken.emulator.cloud.evolvable import as_known
from unbroken.emulator.cloud.message import Call, Refusal, Wire

_V1_NESTED = {"appliedConditionalAccessPolicies": ("id", "displayName", "enforcedGrantControls", "enforcedSessionControls", "result")}
"""Properties of closed types inside others, in v1.0."""
_BETA_ONLY_TYPES = frozenset({"#microsoft.graph.hardwareOathAuthenticationMethodConfiguration"})


def shape(call: Call, record: Wire, entity: Entity, *, listed: bool = False) -> Wire:
    """Return the record as it is answered.

    Raises:
        Refusal: 400 for a property that the resource does not have, 501 for one that only a single object gives.
    """
    names = _chosen(call, entity, listed=listed)
    whole = as_known(call, record if call.beta else _v1(record, entity), entity.resource)
    if names is None:
        return {name: value for name, value in whole.items() if name not in entity.hidden}
    found = {name: value for name, value in whole.items() if name.startswith("@odata")}
    return found | {name: _null(name, whole) for name in names if whole.get(name) is not None or name not in _ABSENT_WHEN_NULL}


_ABSENT_WHEN_NULL = frozenset({"signInActivity", "appliedConditionalAccessPolicies"})
"""Left out, not null: nobody signed in, or the caller may not see it."""
_LISTS = frozenset(
    {"businessPhones", "assignedLicenses", "assignedPlans", "otherMails", "proxyAddresses", "provisionedPlans", "identities"}
)


def _null(name: str, record: Wire) -> object:
    return record.get(name, [] if name in _LISTS else None)


def _chosen(call: Call, entity: Entity, *, listed: bool) -> tuple[str, ...] | None:
    text = call.option("select")
    if text is None or text.strip() in {"", "*"}:
        return entity.default or None
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    known = entity.known or (frozenset(entity.v1) if not call.beta else frozenset())
    for name in names:
        if known and name not in known:
            kind = entity.resource[:1].lower() + entity.resource[1:]
            raise Refusal(400, "BadRequest", f"Could not find a property named '{name}' on type 'microsoft.graph.{kind}'.")
        if listed and name in entity.single_only:
            raise Refusal(501, "NotImplemented", f"The property '{name}' can only be retrieved for a single {entity.resource.lower()}.")
    return names if "id" in names or entity.directory else ("id", *names)


def _v1(record: Wire, entity: Entity) -> Wire:
    """Return the record without what only beta has."""
    found = {name: record[name] for name in record if not entity.v1 or name in entity.v1 or name.startswith("@odata")}
    for name, inner in _V1_NESTED.items():
        if isinstance(found.get(name), list):
            found[name] = [{key: each[key] for key in inner if key in each} for each in found[name]]
    if "authenticationMethodConfigurations" in found:
        configurations = found["authenticationMethodConfigurations"]
        found["authenticationMethodConfigurations"] = [each for each in configurations if each.get("@odata.type") not in _BETA_ONLY_TYPES]
    return found
