"""The words of `[[property]]` looked up in a tenant: users, groups, roles, applications, authentication strengths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from unbroken.entra.policy import Grant, GuestScope, Target, UserScope
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.entra.vocabulary import GuestKind
from unbroken.evaluate.grants import MFA_STRENGTH, Demand
from unbroken.evaluate.membership import looks_like_an_id
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.targets import BUNDLES
from unbroken.prove.question import demand_for
from unbroken.prove.rows import BLOCKED
from unbroken.prove.scope import Meant, Scopes, together
from unbroken.prove.targets import APPS, Asked

EVERYONE, GUESTS, BREAK_GLASS, ALL = "everyone", "guests", "break_glass", "all"
STRENGTH = "authenticationStrength:"
NO_TERMS = "terms that no policy demands"


class Words:
    """Looks words up, and notes those that stand for nothing known."""

    def __init__(self, table: PolicyTable, scopes: Scopes) -> None:
        """Look words up in the tenant of `table`."""
        self.table, self.scopes = table, scopes
        self.snapshot: Snapshot = table.snapshot
        self.missing: list[str] = []
        self.mistakes: list[str] = []

    def people(self, words: Iterable[str]) -> Meant:
        """Return the users that `words` mean; `everyone` and `guests` are not among them."""
        return together(self._person(word) for word in words if word not in {EVERYONE, GUESTS})

    def _person(self, word: str) -> Meant:
        if word == BREAK_GLASS:
            return self.scopes.break_glass
        kind, found = self._key(word)
        if len(found) != 1:
            return self._nothing(kind, word.partition(":")[2] or word, _collection(self.snapshot, kind), several=bool(found))
        return {"user": _one, "role": self.scopes.role, "group": self.scopes.group}[kind](found[0])

    def _key(self, word: str) -> tuple[str, list[str]]:
        """Return what a word names (`user`, `role`, `group`), and the ids it may stand for."""
        prefix, colon, name = word.partition(":")
        if not colon:
            users = self.snapshot.users.records
            return "user", [each.id for each in users if word.lower() in (each.id.lower(), each.user_principal_name.lower())]
        if prefix == "role":
            found = _called(name, [(role.template_id, role.display_name) for role in self.snapshot.roles.records])
            return "role", found or ([name.lower()] if looks_like_an_id(name) else [])
        return "group", _called(name, [(group.id, group.display_name) for group in self.snapshot.groups.records])

    def scope(self, words: Iterable[str]) -> UserScope:
        """Return the people that `words` stand for as one side of a policy's assignment."""
        words = [*words]
        found = [self._key(word) for word in words if word not in {EVERYONE, GUESTS, BREAK_GLASS}]
        ids = {kind: frozenset(each for own, keys in found if own == kind for each in keys) for kind in ("user", "role", "group")}
        return UserScope(
            everyone=EVERYONE in words,
            users=ids["user"] | (self.scopes.break_glass.sure if BREAK_GLASS in words else frozenset()),
            groups=ids["group"],
            roles=ids["role"],
            guests=(GuestScope(kinds=frozenset(map(str, GuestKind))),) if GUESTS in words else (),
        )

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
            taken = dict(asked.taken)
            belongs = [taken.get(name, targets.in_bundle(asked.name, name)) for name in bundles]
            return True if True in belongs else None if None in belongs else False

        return chosen

    def target(self, include: Sequence[str], exclude: Sequence[str]) -> Target:
        """Return the applications that words mean as a policy's target."""
        inside, outside = (frozenset(app for word in words if word != ALL for app in self._named_app(word)) for words in (include, exclude))
        return Target(all_apps=ALL in include, include_apps=frozenset() if ALL in include else inside, exclude_apps=outside)

    def _named_app(self, word: str) -> list[str]:
        return [word] if word in BUNDLES else self._app(word)

    def _app(self, word: str) -> list[str]:
        if looks_like_an_id(word):
            return [word.lower()]
        found = _called(word, [(each.app_id.lower(), each.display_name) for each in self.snapshot.service_principals.records])
        if len(found) != 1:
            self._nothing("application", word, self.snapshot.service_principals, several=bool(found))
        return found

    def need(self, word: str) -> Demand:
        """Return the demand that a word of `needs` stands for."""
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
            self._nothing("authentication strength", word, self.snapshot.strengths, several=bool(found))
        strength = records[found[0]] if len(found) == 1 else None
        return Demand(grant=Grant(strength=strength.id if strength else word), strength=strength, at_risk=False, unread=False)

    def _nothing(self, kind: str, word: str, known: Collection[Any], *, several: bool) -> Meant:
        """Note that a word stands for nothing known: a mistake where the export is complete, else something that may not have been read."""
        if not known.complete:
            self.missing.append(f"which {kind} {word!r} stands for ({known.why})")
        elif several:
            self.mistakes.append(f"several are called {word!r}: name the {kind} by its id")
        else:
            self.mistakes.append(f"there is no {kind} {word!r} in the export{_meant(word, known)}{_forms(kind)}")
        return Meant()


def _meant(word: str, known: Collection[Any]) -> str:
    """Return what may have been meant: the name that looks most like `word`."""
    names = [name for each in known.records if (name := getattr(each, "user_principal_name", "") or getattr(each, "display_name", ""))]
    close = get_close_matches(word, names, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _forms(kind: str) -> str:
    return "; people are everyone, guests, break_glass, a user principal name or id, group:NAME or role:NAME" if kind == "user" else ""


def _one(user_id: str) -> Meant:
    return Meant(frozenset({user_id}))


def _collection(snapshot: Snapshot, kind: str) -> Collection[Any]:
    found: dict[str, Collection[Any]] = {"user": snapshot.users, "role": snapshot.roles, "group": snapshot.groups}
    return found[kind]


def _called(word: str, named: Iterable[tuple[str, str]]) -> list[str]:
    """Return the ids that are `word`, or else whose name it is, in any case, and with or without hyphens."""
    pairs = list(named)
    return [each for each, _ in pairs if each.lower() == word.lower()] or [each for each, name in pairs if _plain(name) == _plain(word)]


def _plain(name: str) -> str:
    return name.lower().replace("-", " ")
