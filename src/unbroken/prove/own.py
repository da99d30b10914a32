"""The tenant's own rules as questions; a word that may stand for something not read leaves the rule open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from unbroken.entra.policy import ConditionalAccessPolicy, Grant
from unbroken.entra.snapshot import OwnProperty
from unbroken.entra.vocabulary import LEGACY_CLIENTS, ClientAppType
from unbroken.errors import BadInput
from unbroken.evaluate.grants import Demand
from unbroken.evaluate.table import PolicyTable
from unbroken.prove.own_words import ALL, BREAK_GLASS, EVERYONE, GUESTS, Words
from unbroken.prove.question import Question, any_app, anything, for_everybody, unique
from unbroken.prove.scope import Meant, Scopes
from unbroken.prove.space import CLIENT, CLIENTS, Part, Space

NOTHING = "nothing"
GROUPS = {"legacy": LEGACY_CLIENTS, "modern": frozenset(ClientAppType) - LEGACY_CLIENTS}


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A rule with words that stand for nothing known."""

    name: str
    text: str
    missing: tuple[str, ...]


def own_question(own: OwnProperty, table: PolicyTable, scopes: Scopes) -> Question | Unresolved:
    """Return the question that a rule asks; what it names is looked up in the tenant.

    Raises BadInput when a complete export has no such thing, or several of that name.
    """
    words = Words(table, scopes)
    only, without = words.people(own.users), words.people(own.except_users)
    needs = () if own.needs == (NOTHING,) else tuple(map(words.need, own.needs))
    inside, outside = words.apps(own.apps), words.apps(own.except_apps)
    if words.mistakes:
        raise BadInput(f"unbroken.toml, [[property]] {own.name!r}", "; ".join(words.mistakes), remedy="correct the rule")
    if words.missing:
        return Unresolved(own.name, _text(own), unique(words.missing))
    named = BREAK_GLASS in own.users or bool(only.sure and only.sure <= scopes.break_glass.sure)
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
        notes=unique((*only.notes, *without.notes, *_break_glass_as_well(own, only, without, scopes))),
        own=True,
        stated=_stated(own, words, needs),
        spared=without.sure | without.maybe | (frozenset() if named else scopes.break_glass.sure | scopes.break_glass.maybe),
        spared_groups=scopes.break_glass.groups,
        unsure_whom=bool(scopes.break_glass.missing),
        groups=only.groups,
    )


def _stated(own: OwnProperty, words: Words, needs: Sequence[Demand]) -> ConditionalAccessPolicy | None:
    """Return the rule as a policy; None where one cannot say it: nothing may be demanded, or one of two strengths must be."""
    strengths = {demand.grant.strength for demand in needs} - {None}
    if not needs or len(strengths) > 1:
        return None
    grant = Grant(
        controls=frozenset(control for demand in needs for control in demand.grant.controls),
        strength=next(iter(strengths), None),
        terms_of_use=next((demand.grant.terms_of_use for demand in needs if demand.grant.terms_of_use), ()),
    )
    return replace(
        for_everybody(own.name, grant, _types(own.clients) - {ClientAppType.EAS_SUPPORTED}),
        users=(words.scope(own.users), words.scope(own.except_users)),
        target=words.target(own.apps, own.except_apps),
    )


def _break_glass_as_well(own: OwnProperty, only: Meant, without: Meant, scopes: Scopes) -> Iterator[str]:
    """Yield a note when a rule demands something of break-glass accounts among others; no repair reaches these."""
    meant = scopes.break_glass.sure if EVERYONE in own.users else only.sure & scopes.break_glass.sure
    if meant - without.sure and BREAK_GLASS not in own.users and own.needs != (NOTHING,):
        yield 'it speaks of break-glass accounts as well, which no repair reaches; except = ["break_glass"] leaves them out'


def _but(inside: bool | None, outside: bool | None) -> bool | None:
    """Return Kleene's inside AND NOT outside."""
    if inside is False or outside is True:
        return False
    return None if None in (inside, outside) else True


def _clients(space: Space, words: Sequence[str]) -> Part:
    if not words:
        return {}
    wanted = _types(words)
    chosen = sum(1 << at for at, client in enumerate(CLIENTS) if client in wanted)
    legacy: Mapping[str, int] = space.legacy
    return {**legacy, CLIENT: chosen} if not chosen & ~legacy[CLIENT] else {CLIENT: chosen}


def _types(words: Iterable[str]) -> frozenset[str]:
    return frozenset(str(client) for word in words for client in GROUPS.get(word, {word}))


def _text(own: OwnProperty) -> str:
    users = ", ".join(own.users) + (f" except {', '.join(own.except_users)}" if own.except_users else "")
    apps = ("any app" if own.apps == (ALL,) else ", ".join(own.apps)) + (f" except {', '.join(own.except_apps)}" if own.except_apps else "")
    clients = f" from {', '.join(own.clients)} clients" if own.clients else ""
    why = f" ({own.why})" if own.why else ""
    return f"Every sign-in of {users} to {apps}{clients} needs {' or '.join(own.needs)}{why}"
