"""`unbroken.toml`: what only the operator knows. A key we do not know is refused: a misspelled break-glass list must not be silent."""

from __future__ import annotations

from unbroken.entra.snapshot import Exemption, OperatorFacts
from unbroken.entra.vocabulary import BaselineScopeMode
from unbroken.errors import BadInput
from unbroken.sources.documents import Document
from unbroken.sources.own_property import read_properties
from unbroken.sources.toml_table import REMEDY, TomlTable
from unbroken.sources.wire import Json

KEYS = ("break_glass", "exempt", "pilot_group", "baseline_scope_mode", "time_zone", "mfa_trusted_ips", "property")
_EXEMPT_KEYS = ("user", "until", "owner", "why")


def read_facts(document: Document) -> OperatorFacts:
    """Return the operator's facts; raise `BadInput` naming the key when one is unknown or of the wrong type."""
    import tomllib  # noqa: PLC0415 -- many tenants have no such file

    try:
        facts = tomllib.loads(document.utf8().decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(document.where, f"not valid TOML ({error})", remedy=REMEDY) from error
    file = TomlTable(facts, document.where)
    file.refuse_strangers(KEYS)
    return OperatorFacts(
        break_glass=file.texts("break_glass"),
        exempt=tuple(_exemption(file, number, entry) for number, entry in enumerate(file.entries("exempt"), 1)),
        pilot_group=file.text("pilot_group"),
        baseline_scope_mode=_mode(file),
        time_zone=_time_zone(file),
        mfa_trusted_ips=_networks(file) if "mfa_trusted_ips" in facts else None,
        properties=read_properties(file),
    )


def _mode(file: TomlTable) -> BaselineScopeMode:
    word = file.text("baseline_scope_mode") or BaselineScopeMode.ENFORCED
    if word not in set(BaselineScopeMode):
        raise file.refuse("baseline_scope_mode", f"must be one of {', '.join(BaselineScopeMode)}")
    return BaselineScopeMode(word)


def _time_zone(file: TomlTable) -> str:
    name = file.text("time_zone")
    if name:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 -- few files name a zone

        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise file.refuse("time_zone", f"{name!r} is not a time zone such as Europe/London") from error
    return name


def _networks(file: TomlTable) -> tuple[str, ...]:
    from ipaddress import ip_network  # noqa: PLC0415 -- few files have trusted addresses

    entries = file.texts("mfa_trusted_ips")
    for entry in entries:
        try:
            ip_network(entry, strict=False)
        except ValueError as error:
            raise file.refuse("mfa_trusted_ips", f"{entry!r} is not an address or a range such as 192.0.2.0/24") from error
    return entries


def _exemption(file: TomlTable, number: int, entry: Json) -> Exemption:
    if not isinstance(entry, dict):
        raise file.refuse("exempt", f'entry {number} must be a table such as {{ user = "...", until = 2027-03-31 }}')
    inner = TomlTable(entry, f"{file.where}, exempt entry {number}")
    inner.refuse_strangers(_EXEMPT_KEYS)
    user = inner.text("user")
    if not user:
        raise inner.refuse("user", "is missing")
    return Exemption(user=user, until=inner.day("until"), owner=inner.text("owner"), why=inner.text("why"))
