"""A region of sign-ins as one fragment of a sentence: who, to which apps, from what, from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from unbroken.prove.proof import Condition, Region, Who

MOST_NAMES = 5
"""The most names in one list; of more, these and how many more there are."""

CLIENTS = {
    "browser": "a browser",
    "mobileAppsAndDesktopClients": "a mobile app or desktop client",
    "exchangeActiveSync": "an Exchange ActiveSync client",
    "easSupported": "an Exchange ActiveSync client on a supported platform",
    "other": "a POP, IMAP, SMTP or other legacy client",
}
KINDS_OF_CLIENT = (
    (("exchangeActiveSync", "easSupported", "other"), "a legacy client"),
    (("exchangeActiveSync", "easSupported"), "an Exchange ActiveSync client"),
    (("browser", "mobileAppsAndDesktopClients"), "a modern client"),
)
"""Clients that together have one name."""
PLATFORMS = {
    "android": "Android",
    "windows": "Windows",
    "windowsPhone": "Windows Phone",
    "linux": "Linux",
    "unknown": "an unknown platform",
}
FLOWS = {"none": "no special flow", "deviceCodeFlow": "device code flow", "authenticationTransfer": "authentication transfer"}
CONTAINERS, ASSIGNMENTS = ("group ", "role "), ("assigned to ", "under ")
RISKS = {"none": "no", "hidden": "a hidden"}


@dataclass(frozen=True, slots=True)
class _Wording:
    """How a dimension is told: `lead` before the values, `rest` before those that are left out, `tail` after either."""

    lead: str
    rest: str
    words: Mapping[str, str]
    tail: str = ""


WORDINGS = {
    "applications": _Wording("to", "to any app but", {}),
    "clients": _Wording("from", "from any client but", CLIENTS),
    "platforms": _Wording("on", "on any platform but", PLATFORMS),
    "devices": _Wording("with", "with any device but", {}),
    "addresses": _Wording("from", "from anywhere but", {}),
    "countries": _Wording("from", "from any country but", {"": "an unknown country"}),
    "flows": _Wording("by", "by any flow but", FLOWS),
    "signInRisk": _Wording("at", "at any sign-in risk but", RISKS, " sign-in risk"),
    "userRisk": _Wording("at", "at any user risk but", RISKS, " user risk"),
    "insiderRisk": _Wording("at", "at any insider risk but", RISKS, " insider risk"),
}
"""Dimension -> its words."""


def region_text(region: Region) -> str:
    """Return the region in words: "anyone in group Sales, to any app, from a browser on an unknown platform, from anywhere".

    What a region leaves open is not mentioned, but for the app and the place: a reader asks for those.
    """
    by_name = {condition.name: condition for condition in region.conditions}
    app = _told(by_name["applications"]) if "applications" in by_name else "to any app"
    client = " ".join(_told(by_name[name]) for name in ("clients", "platforms", "devices") if name in by_name)
    place = _place(by_name.get("addresses"), by_name.get("countries"))
    rest = [_told(by_name[name]) for name in ("flows", "signInRisk", "userRisk", "insiderRisk") if name in by_name]
    strange = [f"{name} {_condition(condition)}" for name, condition in by_name.items() if name not in WORDINGS]
    return ", ".join(part for part in (who_text(region), app, client, place, *rest, *strange) if part)


def who_text(region: Region) -> str:
    """Return the people of a region in words."""
    who = region.who
    if who.everyone:
        return "anyone"
    if who.every:
        return f"{_every(who)} but {_left_out(who)}" if who.all_but else _every(who)
    if who.all_but:
        return f"anyone but {_left_out(who)}"
    if who.people:
        return names(who.people)
    found = len(region.users) + len(region.externals)
    return f"{found:,} {'user' if found == 1 else 'users'}"


def names(found: Sequence[str], joint: str = "and") -> str:
    """Return a list in words: the first few, and how many more there are."""
    if len(found) > MOST_NAMES:
        return f"{', '.join(found[:MOST_NAMES])} and {len(found) - MOST_NAMES:,} more"
    return f" {joint} ".join(part for part in (", ".join(found[:-1]), found[-1]) if part) if found else ""


def _every(who: Who) -> str:
    """Return a union: groups and roles are what someone is in, policies what someone is assigned to, kinds of user speak for themselves."""
    for prefixes, lead in ((CONTAINERS, "anyone in "), (ASSIGNMENTS, "anyone ")):
        if all(label.startswith(prefixes) for label in who.every):
            return f"{lead}{names(who.every, 'or')}"
    parts = [f"anyone in {label}" if label.startswith(CONTAINERS) else _people(label, "anyone") for label in who.every]
    return names(parts, "or")


def _left_out(who: Who) -> str:
    return names([_people(label, "whoever is") for label in who.all_but])


def _people(label: str, lead: str) -> str:
    """Return a label that tells whom a policy assigns as people."""
    return f"{lead} {label}" if label.startswith(ASSIGNMENTS) else label


def _place(addresses: Condition | None, countries: Condition | None) -> str:
    """Return where a sign-in comes from; of both sides the country comes second."""
    if addresses is None and countries is None:
        return "from anywhere"
    told = [_told(condition) for condition in (addresses, countries) if condition is not None]
    return ", in ".join((told[0], told[1].removeprefix("from "))) if len(told) > 1 else told[0]


def _told(condition: Condition) -> str:
    wording = WORDINGS[condition.name]
    condition = replace(condition, values=_together(condition.values)) if condition.name == "clients" else condition
    if condition.all_but:
        words = {} if wording.tail else wording.words
        rest = "to anything but" if any(map(_is_action, condition.values)) else wording.rest
        return f"{rest} {names([words.get(value, value) for value in condition.values])}"
    lead = "when" if all(map(_is_action, condition.values)) else wording.lead
    return f"{lead} {names([wording.words.get(value, value) for value in condition.values], 'or')}{wording.tail}"


def _together(clients: Sequence[str]) -> tuple[str, ...]:
    """Return clients with one name for those that have one together."""
    found = tuple(clients)
    for kinds, name in KINDS_OF_CLIENT:
        if {*kinds} <= {*found}:
            found = (*(each for each in found if each not in kinds), name)
    return found


def _is_action(value: str) -> bool:
    """Return whether a target is something people do, which is no app: `registering or joining a device`."""
    return value.startswith("registering ")


def _condition(condition: Condition) -> str:
    return f"any but {names(condition.values)}" if condition.all_but else names(condition.values, "or")
