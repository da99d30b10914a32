"""What a proof says, in the words every face shares: verdicts, people, examples, repairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from unbroken.entra.request import AccessRequest, DeviceState, Identity
from unbroken.entra.vocabulary import UserAction
from unbroken.evaluate.decision import Decision
from unbroken.prove import well_known_apps
from unbroken.prove.people_names import external_name
from unbroken.prove.proof import Counterexample, Edit, Proof, Region, Repair, Result
from unbroken.prove.targets import ANY_OTHER_APP
from unbroken.report.decision_text import MEANINGS
from unbroken.report.region_text import CLIENTS, FLOWS, PLATFORMS, names
from unbroken.report.words import count

Names = Mapping[str, str]
"""User id -> user principal name; app ids and their names may be in it as well. What is not in it is shown by its id."""

CHANGES = ("stricter", "laxer")
"""The properties of a difference."""
ACTIONS = {
    UserAction.REGISTER_SECURITY_INFO: "the registration of security information",
    UserAction.REGISTER_DEVICE: "the registration of a device",
}
NOT_READ = "Not read, not used, or taken for granted"
"""Heading of a proof's problems."""
FIRST = "Read this first"
REPAIRS = "Repairs, those that leave fewest users first; none is applied"
FIRST_ASSESS = (
    "Whom an edit locks out today is another question: edit a copy of the policy and ask unbroken assess TENANT --with FILE first"
)
ASK_AGAIN = "Ask again: unbroken whatif TENANT --request FILE; each request is in the JSON output"

_APPS = {**well_known_apps.NAMES, ANY_OTHER_APP: "any other app"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a property holds: the word, its style on a terminal, its style class on a page."""

    word: str
    style: str
    kind: str


HOLDS = Verdict("HOLDS", "bold green", "holds")
UNKNOWN = Verdict("UNKNOWN", "bold magenta", "unknown")
_VERDICTS = {True: HOLDS, False: Verdict("VIOLATED", "bold red", "violated"), None: UNKNOWN}
_CHANGED = {"stricter": Verdict("STRICTER", "bold yellow", "stricter"), "laxer": Verdict("LAXER", "bold red", "laxer")}


def is_change(result: Result) -> bool:
    """Return whether this is a property of a difference: its regions are news, not mistakes."""
    return result.name in CHANGES and not result.own


def is_difference(proof: Proof) -> bool:
    """Return whether this compares two policy sets."""
    return bool(proof.properties) and all(map(is_change, proof.properties))


def verdict(result: Result) -> Verdict:
    """Return the verdict; a difference has its own words for what does not hold."""
    if not is_change(result):
        return _VERDICTS[result.holds]
    return {True: Verdict("NONE", "bold green", "holds"), False: _CHANGED[result.name], None: UNKNOWN}[result.holds]


def answer(result: Result) -> str:
    """Return the property of a difference with its answer as one sentence; any other property as it is stated."""
    if not is_change(result):
        return result.text
    stated = f"No sign-in gets {result.name}"
    if result.holds is None:
        return f"Whether a sign-in gets {result.name} is unknown"
    return stated if result.holds else f"Some sign-ins get {result.name}"


def stated(result: Result) -> str:
    """Return what a property says, as what should hold where it does not."""
    whose = " (a rule of your own)" if result.own else ""
    return f"{result.text}{whose}" if result.holds else f"What should hold{whose}: {result.text[:1].lower()}{result.text[1:]}"


def headline(result: Result) -> str:
    """Return a property and its verdict as a heading."""
    return answer(result) if is_change(result) else f"{result.name}: {verdict(result).word}"


def concerned(result: Result) -> str:
    """Return how many users have a counterexample, and whether external ones without an object do; empty when none has."""
    external = any(region.externals for region in result.regions)
    parts = [count(len(result.users), "user")] if result.users else []
    return " and ".join([*parts, *(["external users"] if external else [])])


def all_concerned(result: Result) -> str:
    """Return what the list of all users is called."""
    return f"All {len(result.users):,} users concerned" if len(result.users) > 1 else "The user concerned"


def people(ids: Sequence[str], known: Names) -> str:
    """Return how many users these are and the first of them: "7 users: ann@contoso.example, ... and 2 more"."""
    return f"{count(len(ids), 'user')}: {names([known.get(each, each) for each in ids])}" if ids else ""


def people_of(region: Region, known: Names) -> str:
    """Return the users of a region as `people` does; only how many they are where the region's own words begin with their names."""
    return (how_many(region) if region.users else "") if region.who.people else people(region.users, known)


def how_many(region: Region) -> str:
    """Return how many users a region holds, and whether external ones without an object are in it."""
    parts = [count(len(region.users), "user")] if region.users else []
    return " and ".join([*parts, *(["external users"] if region.externals else [])])


def examples(result: Result, position: int) -> list[Counterexample]:
    """Return the counterexamples of the region at `position`; -1 for those that stand for a user."""
    return [each for each in result.counterexamples if each.region == position]


def with_apps(region: Region, known: Names) -> Names:
    """Return `known` and the name of the region's only application; of several, labels and ids need not correspond."""
    single = [each for each in region.conditions if each.name == "applications" and len(each.ids) == len(each.values) == 1]
    return {**{each.ids[0]: each.values[0] for each in single}, **known}


def example_text(example: Counterexample, known: Names) -> str:
    """Return one sign-in and what it meets, on one line; of a difference what it meets today as well."""
    now = outcome_text(example.decision)
    meets = f"meets {now}" if example.before is None else f"meets {outcome_text(example.before)} today, then {now}"
    return f"{', '.join(_parts(example.request, known))}: {meets}"


def outcome_text(decision: Decision) -> str:
    """Return the outcome at a glance and what it needs."""
    word = MEANINGS[decision.outcome][0]
    return f"{word} (needs {', then '.join(decision.requires)})" if decision.requires else word


def repair_text(repair: Repair, users: int) -> str:
    """Return where to change what, what that leaves of so many `users`, and for how many something gets stricter or laxer."""
    left = "closes all" if repair.closes_all else _left(repair, users)
    breaks = f"; but {names(repair.breaks)} would not surely hold any more" if repair.breaks else ""
    return f"{'; '.join(_edits(repair.edits))}; {left}; {_affects(repair)}{breaks}"


def _left(repair: Repair, users: int) -> str:
    closes = f"closes {_regions(repair.closes)}, " if repair.closes else ""
    return f"{closes}{repair.users_left:,} of {count(users, 'user')} left"


def _edits(edits: Sequence[Edit]) -> Iterator[str]:
    """Yield edits, a policy's name with its first one."""
    for before, edit in zip((None, *edits), edits, strict=False):
        where = f"{edit.policy}, {edit.field}" if edit.field else f"New policy {edit.policy}"
        yield f"{edit.field if before and before.policy == edit.policy else where}: {edit.text}"


def _regions(positions: Sequence[int]) -> str:
    found = [str(position + 1) for position in positions]
    return f"{'region' if len(found) == 1 else 'regions'} {names(found)}"


def _affects(repair: Repair) -> str:
    affected = ((repair.stricter_users, "stricter"), (repair.laxer_users, "laxer"))
    parts = [f"{word} for {count(number, 'user')}" for number, word in affected if number]
    parts += ["external users are affected as well"] if repair.external else []
    return ", ".join(parts) or "no other user of today is affected"


def _parts(request: AccessRequest, known: Names) -> list[str]:
    """Return the sign-in in the order of a region: who, to what, from what, from where."""
    parts = [_who(request.identity, known), f"to {_target(request, known)}"]
    parts += [part for part in (" ".join(_machine(request)), _place(request)) if part]
    parts += [f"by {FLOWS[request.transfer_method]}"] if request.transfer_method and request.transfer_method != "none" else []
    risks = ((request.sign_in_risk, "sign-in"), (request.user_risk, "user"), (request.insider_risk, "insider"))
    return parts + [f"at {level} {kind} risk" for level, kind in risks if level and level != "none"]


def _who(identity: Identity, known: Names) -> str:
    named = identity.user_id or identity.service_principal_id
    if named:
        return known.get(named, named)
    return f"one of the {external_name(identity)}" if identity.guest_kind else "somebody"


def _target(request: AccessRequest, known: Names) -> str:
    if request.user_action:
        return ACTIONS[request.user_action]
    if request.authentication_context:
        return f"authentication context {request.authentication_context}"
    return names([known.get(app) or _APPS.get(app, app) for app in request.apps])


def _machine(request: AccessRequest) -> Iterator[str]:
    if request.client:
        yield f"from {CLIENTS.get(request.client, request.client)}"
    if request.platform:
        yield f"on {PLATFORMS.get(request.platform, request.platform)}"
    if request.device is not None:
        yield _device(request.device)


def _device(device: DeviceState) -> str:
    """Return the device in a few words: all its attributes are in the request."""
    if not device.attributes:
        return "with an unregistered device"
    state = "a compliant" if device.get("iscompliant") is True else "a non-compliant"
    trust = {"ServerAD": " hybrid joined", "AzureAD": " joined", "Workplace": " registered"}.get(str(device.get("trusttype")), "")
    return f"with {state}{trust} device"


def _place(request: AccessRequest) -> str:
    country = "no known country" if request.country == "" else request.country
    if request.ip_address is None:
        return f"from {country}" if country else ""
    return f"from {request.ip_address}{f' ({country})' if country else ''}"
