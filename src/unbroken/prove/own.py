"""The tenant's own rules as questions: each word of `[[property]]` looked up; a word that stands for nothing known leaves the rule open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from unbroken.entra.policy import Grant
from unbroken.entra.snapshot import OwnProperty, Snapshot
from unbroken.entra.vocabulary import LEGACY_CLIENTS, ClientAppType
from unbroken.evaluate.grants import MFA_STRENGTH, Demand
from unbroken.evaluate.membership import looks_like_an_id
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.targets import BUNDLES
from unbroken.prove.question import Question, any_app, anything, demand_for, unique
from unbroken.prove.rows import BLOCKED
from unbroken.prove.scope import Meant, Scopes, together
from unbroken.prove.space import CLIENT, CLIENTS, Part, Space
from unbroken.prove.targets import APPS, Asked

EVERYONE, GUESTS, BREAK_GLASS, ALL, NOTHING = "everyone", "guests", "break_glass", "all", "nothing"
GROUPS = {"legacy": LEGACY_CLIENTS, "modern": frozenset(ClientAppType) - LEGACY_CLIENTS}
STRENGTH = "authenticationStrength:"
NO_TERMS = "terms that no policy demands"


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A rule with words that stand for nothing known."""

    name: str
    text: str
    missing: tuple[str, ...]


class _Words:
    """Looks words up, and notes those that stand for nothing known."""

    def __init__(self, table: PolicyTable, scopes: Scopes) -> None:
        self.table, self.scopes = table, scopes
        self.snapshot: Snapshot = table.snapshot
        self.missing: list[str] = []

    def people(self, words: Iterable[str]) -> Meant:
        return together(self._person(word) for word in words if word not in {EVERYONE, GUESTS})

    def _person(self, word: str) -> Meant:
        if word == BREAK_GLASS:
            return self.scopes.break_glass
        prefix, colon, name = word.partition(":")
        if not colon:
            ids = {user.id for user in self.snapshot.users.records if word.lower() in (user.id.lower(), user.user_principal_name.lower())}
            return Meant(frozenset(ids)) if ids else self._nothing("user", word, self.snapshot.users.why)
        if prefix == "role":
            roles = [(role.template_id, role.display_name) for role in self.snapshot.roles.records]
            found = _called(name, roles) or ([name.lower()] if looks_like_an_id(name) else [])
            return self.scopes.role(found[0]) if len(found) == 1 else self._nothing("role", name, self.snapshot.roles.why)
        groups = _called(name, [(group.id, group.display_name) for group in self.snapshot.groups.records])
        return self.scopes.group(groups[0]) if len(groups) == 1 else self._nothing("group", name, self.snapshot.groups.why)

    def apps(self, words: Sequence[str]) -> Callable[[Asked], bool | None]:
        """Return what tells whether an application is among `words`."""
        bundles = [word for word in words if word in BUNDLES]
        ids = {app for word in words if word not in BUNDLES and word != ALL for app in self._app(word)}
        targets = self.table.targets

        def chosen(asked: Asked) -> bool | None:
            if asked.kind != APPS:
                return False
            if ALL in words or asked.name in ids:
                return True
            belongs = [targets.in_bundle(asked.name, name) for name in bundles]
            return True if True in belongs else None if None in belongs else False

        return chosen

    def _app(self, word: str) -> list[str]:
        if looks_like_an_id(word):
            return [word.lower()]
        found = _called(word, [(each.app_id.lower(), each.display_name) for each in self.snapshot.service_principals.records])
        if len(found) != 1:
            self._nothing("application", word, self.snapshot.service_principals.why)
        return found

    def need(self, word: str) -> Demand:
        if word == "block":
            return BLOCKED
        if word == "termsOfUse":
            terms = dict.fromkeys(term for policy in self.table.policies for term in policy.grant.terms_of_use)
            return Demand(grant=Grant(terms_of_use=tuple(terms) or (NO_TERMS,)), strength=None, at_risk=False, unread=False)
        return self._strength(word.removeprefix(STRENGTH)) if word.startswith(STRENGTH) else demand_for(word)

    def _strength(self, word: str) -> Demand:
        records = {each.id: each for each in self.snapshot.strengths.records}
        found = _called(word, [(each.id, each.display_name) for each in records.values()])
        if len(found) != 1 and word.lower() != MFA_STRENGTH:
            self._nothing("authentication strength", word, self.snapshot.strengths.why)
        strength = records[found[0]] if len(found) == 1 else None
        return Demand(grant=Grant(strength=strength.id if strength else word), strength=strength, at_risk=False, unread=False)

    def _nothing(self, kind: str, word: str, why: str) -> Meant:
        self.missing.append(f"which {kind} {word!r} stands for ({why or 'no such id, and no single such name, in the export'})")
        return Meant()


def _called(word: str, named: Iterable[tuple[str, str]]) -> list[str]:
    """Return the ids that are `word`, or else whose name it is, in any case."""
    pairs = list(named)
    return [each for each, _ in pairs if each.lower() == word.lower()] or [each for each, name in pairs if name.lower() == word.lower()]


def own_question(own: OwnProperty, table: PolicyTable, scopes: Scopes) -> Question | Unresolved:
    """Return the question that a rule asks; what it names is looked up in the tenant."""
    words = _Words(table, scopes)
    only, without = words.people(own.users), words.people(own.except_users)
    needs = () if own.needs == (NOTHING,) else tuple(map(words.need, own.needs))
    inside, outside = words.apps(own.apps), words.apps(own.except_apps)
    if words.missing:
        return Unresolved(own.name, _text(own), unique(words.missing))
    everything = own.apps == (ALL,) and not own.except_apps
    whole = any_app if needs else anything
    return Question(
        name=own.name,
        text=_text(own),
        only=None if EVERYONE in own.users else only,
        guests=GUESTS in own.users,
        without=without,
        without_guests=GUESTS in own.except_users,
        chosen=whole if everything else lambda asked: _but(inside(asked), outside(asked)),
        clients=lambda space: _clients(space, own.clients),
        needs=needs,
        missing=unique((*only.missing, *without.missing)),
        notes=unique((*only.notes, *without.notes)),
        own=True,
    )


def _but(inside: bool | None, outside: bool | None) -> bool | None:
    """Return Kleene's inside AND NOT outside."""
    if inside is False or outside is True:
        return False
    return None if None in (inside, outside) else True


def _clients(space: Space, words: Sequence[str]) -> Part:
    if not words:
        return {}
    wanted = {client for word in words for client in GROUPS.get(word, {word})}
    chosen = sum(1 << at for at, client in enumerate(CLIENTS) if client in wanted)
    legacy: Mapping[str, int] = space.legacy
    return {**legacy, CLIENT: chosen} if not chosen & ~legacy[CLIENT] else {CLIENT: chosen}


def _text(own: OwnProperty) -> str:
    users = ", ".join(own.users) + (f" except {', '.join(own.except_users)}" if own.except_users else "")
    apps = ("any app" if own.apps == (ALL,) else ", ".join(own.apps)) + (f" except {', '.join(own.except_apps)}" if own.except_apps else "")
    clients = f" from {', '.join(own.clients)} clients" if own.clients else ""
    why = f" ({own.why})" if own.why else ""
    return f"Every sign-in of {users} to {apps}{clients} needs {' or '.join(own.needs)}{why}"
