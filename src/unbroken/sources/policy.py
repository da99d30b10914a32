"""A Conditional Access policy as Graph, EntraExporter or IntuneManagement wrote it -> the noun; what we cannot read keeps its path.

A list with a word we do not know constrains nothing and is named in `unmodelled`: it must never rule anybody out. Nor must what an
export left out: a policy without `users`, without `applications` or without controls was half read.
"""

from __future__ import annotations

from collections.abc import Iterable

from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Filter, Sides
from unbroken.entra.vocabulary import ClientAppType, DevicePlatform, InsiderRiskLevel, PolicyState, RiskLevel, TransferMethod
from unbroken.errors import BadInput
from unbroken.sources.assignment import NOT_EXPORTED, read_assignment, read_target
from unbroken.sources.grant import read_grant
from unbroken.sources.ids import canonical, synthetic_id
from unbroken.sources.not_understood import not_understood
from unbroken.sources.wire import Json, WireObject, is_set, plain

_STATES = {state.lower(): state for state in PolicyState} | {"reporting": PolicyState.REPORT_ONLY}
"""`Reporting` is the word of the old directory API, which ROADtools exports."""
_SAYS_NOTHING = ("templateId", "description", "createdDateTime", "modifiedDateTime", "conditions", "grantControls", "sessionControls")
_PLATFORM_WORDS = frozenset(platform.value for platform in DevicePlatform if platform is not DevicePlatform.UNKNOWN) | {"all"}
_LOCATION_WORDS = {"all": "All", "alltrusted": "AllTrusted"}


def is_policy(body: Json) -> bool:
    """Return whether a JSON object is a policy: it has `conditions` and grant controls, session controls or a state."""
    names = {key.lower() for key in body} if isinstance(body, dict) else set()
    return "conditions" in names and bool(names & {"grantcontrols", "sessioncontrols", "state"})


def policy_from_wire(body: Json, *, where: str = "policy", fallback_name: str = "") -> ConditionalAccessPolicy:
    """Return the policy `body` describes; an id it lacks is made from its name, else from `fallback_name`.

    A state we do not know becomes `enabled` with the state in `unmodelled`: whether the policy applies is then unknown.
    Raises `BadInput` naming `where` when `body` does not have the form of a policy at all.
    """
    if not is_policy(body):
        raise BadInput(where, "is not a Conditional Access policy", remedy="a policy has conditions and grantControls or a state")
    wire = WireObject(body, "", where)
    name = wire.text("displayName") or fallback_name
    policy_id = canonical(wire.text("id")) or synthetic_id(name)
    unmodelled: list[str] = []
    state = _state(wire.text("state"), unmodelled)
    modified = wire.text("modifiedDateTime") or wire.text("createdDateTime")
    conditions = wire.inner("conditions")
    users, workloads = read_assignment(conditions, unmodelled)
    target = read_target(conditions, unmodelled)
    rest = _conditions(conditions, unmodelled)
    unmodelled_grant: list[str] = []
    has_grant, left_out = wire.has("grantControls"), not wire.present("grantControls")
    grant = read_grant(wire.inner("grantControls"), unmodelled_grant)
    session = _session_controls(wire.inner("sessionControls"))
    if has_grant and not (grant or session or unmodelled_grant) and state is PolicyState.ENABLED:
        unmodelled_grant.append("grantControls without a control")
    if left_out and not session:
        unmodelled_grant.append(f"{wire.at('grantControls')}{NOT_EXPORTED}")
    wire.ignore(_SAYS_NOTHING)
    unmodelled += wire.left_over()
    return ConditionalAccessPolicy(
        id=policy_id,
        display_name=name,
        state=state,
        users=users,
        workloads=workloads,
        target=target,
        conditions=rest,
        grant=grant,
        session_controls=session,
        unmodelled=tuple(unmodelled),
        unmodelled_grant=tuple(unmodelled_grant),
        unmodelled_values=not_understood(body, unmodelled),
        unmodelled_grant_values=not_understood(body, unmodelled_grant),
        modified=modified,
    )


def _state(word: str, unmodelled: list[str]) -> PolicyState:
    state = _STATES.get(word.lower())
    if state is None:
        unmodelled.append(f"state: {word or 'missing'}")
    return state or PolicyState.ENABLED


def _conditions(wire: WireObject, unmodelled: list[str]) -> Conditions:
    conditions = Conditions(
        client_app_types=_unless_all(_known(wire, "clientAppTypes", (*ClientAppType, "all"), unmodelled)),
        platforms=_platforms(wire.inner("platforms"), unmodelled),
        locations=_locations(wire.inner("locations"), unmodelled),
        device_filter=_device_filter(wire.inner("devices"), unmodelled),
        sign_in_risk=_known(wire, "signInRiskLevels", RiskLevel, unmodelled),
        user_risk=_known(wire, "userRiskLevels", RiskLevel, unmodelled),
        service_principal_risk=_known(wire, "servicePrincipalRiskLevels", RiskLevel, unmodelled),
        insider_risk=_known(wire, "insiderRiskLevels", InsiderRiskLevel, unmodelled),
        transfer_methods=_transfer_methods(wire.inner("authenticationFlows"), unmodelled),
    )
    unmodelled += wire.left_over()
    return conditions


def _known(wire: WireObject, name: str, words: Iterable[str], unmodelled: list[str]) -> frozenset[str]:
    """Return the list at `name` in Microsoft's spelling; nothing (no constraint) when a word in it is unknown."""
    spelling = {str(word).lower(): str(word) for word in words}
    tokens = wire.texts(name)
    strangers = [token for token in tokens if token.lower() not in spelling]
    unmodelled += [f"{wire.at(name)}: {token}" for token in strangers]
    return frozenset() if strangers else frozenset(spelling[token.lower()] for token in tokens)


def _unless_all(words: frozenset[str]) -> frozenset[str]:
    return frozenset() if "all" in words else words


def _platforms(wire: WireObject, unmodelled: list[str]) -> Sides:
    include = _known(wire, "includePlatforms", _PLATFORM_WORDS, unmodelled)
    exclude = _known(wire, "excludePlatforms", _PLATFORM_WORDS, unmodelled)
    unmodelled += wire.left_over()
    return Sides(include=_unless_all(include) or None, exclude=exclude)


def _locations(wire: WireObject, unmodelled: list[str]) -> Sides:
    include, exclude = (
        frozenset(_LOCATION_WORDS.get(token.lower(), canonical(token)) for token in wire.texts(name))
        for name in ("includeLocations", "excludeLocations")
    )
    unmodelled += wire.left_over()
    return Sides(include=include or None, exclude=exclude)


def _device_filter(wire: WireObject, unmodelled: list[str]) -> Filter | None:
    inner = wire.inner("deviceFilter")
    mode, rule = inner.text("mode"), inner.text("rule")
    unmodelled += inner.left_over() + wire.left_over()
    if rule and mode.lower() in {"include", "exclude"}:
        return Filter(mode=mode.lower(), rule=rule)
    if rule or mode:
        unmodelled.append(f"{inner.path}: mode {mode or 'missing'}, rule {rule or 'missing'}")
    return None


def _transfer_methods(wire: WireObject, unmodelled: list[str]) -> frozenset[str]:
    methods = _known(wire, "transferMethods", TransferMethod, unmodelled)
    unmodelled += wire.left_over()
    return methods - {TransferMethod.NONE}


def _session_controls(wire: WireObject) -> tuple[tuple[str, object], ...]:
    return tuple((name, plain(value)) for name, value in wire.remaining() if _switched_on(value))


def _switched_on(value: Json) -> bool:
    if isinstance(value, dict):
        switch = {key.lower(): item for key, item in value.items()}.get("isenabled")
        return switch is not False and is_set(value)
    return value is not False
