"""`[[property]]` of `unbroken.toml`: the tenant's own rules. Words are checked here; whom and what they name is looked up by the proof."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from unbroken.entra.snapshot import OwnProperty
from unbroken.sources.own_property_words import ALL_APPS, EVERYONE, NOTHING, app, client, need, user
from unbroken.sources.toml_table import TomlTable
from unbroken.sources.wire import Json

PROPERTY_KEYS = ("name", "users", "except", "apps", "except_apps", "clients", "needs", "why")
TAKEN_NAMES = frozenset({"mfa-everywhere", "break-glass-free", "legacy-blocked", "admins-can-sign-in", "stricter", "laxer"})
"""The properties that `unbroken prove` and `unbroken diff` answer by themselves."""
_NAME = re.compile("[A-Za-z0-9-]+")
_HINT = "; keys of the file itself stand above the first [[property]]"
"""In TOML whatever follows `[[property]]` belongs to it."""


def read_properties(file: TomlTable) -> tuple[OwnProperty, ...]:
    """Return the tenant's own rules in their order; raise `BadInput` naming the rule, the key and what may stand there."""
    if isinstance(file.table.get("property"), dict):
        raise file.refuse("property", "must be written with two brackets: [[property]]")
    found: dict[str, OwnProperty] = {}
    for number, entry in enumerate(file.entries("property"), 1):
        table = _table(file, number, entry)
        rule = _property(table)
        if found.setdefault(rule.name.lower(), rule) is not rule:
            raise table.refuse("name", "is the name of an earlier property; every name may stand once, in whatever case")
    return tuple(found.values())


def _table(file: TomlTable, number: int, entry: Json) -> TomlTable:
    """Return one entry, called by its number and, as far as it has one, its name."""
    if not isinstance(entry, dict):
        raise file.refuse("property", f"entry {number} must be a table under [[property]]")
    name = entry.get("name")
    return TomlTable(entry, f"{file.where}, property entry {number}{f' ({name})' if name and isinstance(name, str) else ''}")


def _property(table: TomlTable) -> OwnProperty:
    table.refuse_strangers(PROPERTY_KEYS, _HINT)
    return OwnProperty(
        name=_name(table),
        users=_some(table, "users", user),
        except_users=_but(table, "except", user, EVERYONE),
        apps=_some(table, "apps", app, absent=(ALL_APPS,)),
        except_apps=_but(table, "except_apps", app, ALL_APPS),
        clients=_words(table, "clients", client),
        needs=_needs(table),
        why=table.text("why"),
    )


def _name(table: TomlTable) -> str:
    name = table.text("name")
    if not name:
        raise table.refuse("name", "is missing")
    if not _NAME.fullmatch(name):
        raise table.refuse("name", f"{name!r} may hold only the letters a to z, digits and -")
    if name.lower() in TAKEN_NAMES:
        raise table.refuse("name", f"{name!r} is the name of a built-in property; choose another")
    return name


def _needs(table: TomlTable) -> tuple[str, ...]:
    needs = _some(table, "needs", need, absent=("mfa",))
    if NOTHING in needs and len(needs) > 1:
        raise table.refuse("needs", f"{NOTHING!r} must stand alone")
    return needs


def _some(table: TomlTable, key: str, read: Callable[[str], str], absent: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the words at `key`. An empty list is refused: a rule about nobody, or one that nothing meets, is never what was meant."""
    words = _words(table, key, read) if key in table.table else absent
    if not words:
        raise table.refuse(key, "must not be empty" if key in table.table else "is missing")
    return words


def _but(table: TomlTable, key: str, read: Callable[[str], str], everything: str) -> tuple[str, ...]:
    """Return the words at `key`; leaving out everything is refused, as a rule about nothing always holds."""
    words = _words(table, key, read)
    if everything in words:
        raise table.refuse(key, f"{everything!r} leaves nothing that the property speaks of")
    return words


def _words(table: TomlTable, key: str, read: Callable[[str], str]) -> tuple[str, ...]:
    """Return the words at `key` in the spelling they are kept in, each once."""
    return tuple(dict.fromkeys(_spelled(table, key, read, table.text_or_texts(key))))


def _spelled(table: TomlTable, key: str, read: Callable[[str], str], words: Iterable[str]) -> Iterable[str]:
    for word in words:
        try:
            yield read(word)
        except ValueError as error:
            raise table.refuse(key, f"{word!r} {error}") from error
