"""`unbroken.toml`: what only the operator knows. A key we do not know is refused: a misspelled break-glass list must not be silent."""

from __future__ import annotations

from datetime import date

from unbroken.entra.snapshot import Exemption, OperatorFacts
from unbroken.entra.vocabulary import BaselineScopeMode
from unbroken.errors import BadInput
from unbroken.sources.documents import Document
from unbroken.sources.wire import Json

_KEYS = ("break_glass", "exempt", "pilot_group", "baseline_scope_mode", "time_zone", "mfa_trusted_ips")
_EXEMPT_KEYS = ("user", "until", "owner", "why")
_REMEDY = "correct it; docs/reference describes unbroken.toml"


def read_facts(document: Document) -> OperatorFacts:
    """Return the operator's facts; raise `BadInput` naming the key when one is unknown or of the wrong type."""
    import tomllib  # noqa: PLC0415 -- many tenants have no such file

    try:
        facts = tomllib.loads(document.utf8().decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(document.where, f"not valid TOML ({error})", remedy=_REMEDY) from error
    reader = _Facts(facts, document.where)
    reader.refuse_strangers(_KEYS)
    trusted = reader.texts("mfa_trusted_ips") if "mfa_trusted_ips" in facts else None
    return OperatorFacts(
        break_glass=reader.texts("break_glass"),
        exempt=tuple(reader.exemption(number, entry) for number, entry in enumerate(reader.list("exempt"), 1)),
        pilot_group=reader.text("pilot_group"),
        baseline_scope_mode=reader.mode(),
        time_zone=reader.time_zone(),
        mfa_trusted_ips=reader.networks(trusted) if trusted is not None else None,
    )


class _Facts:
    """The table of one file, or of one entry in it, and how to name a wrong key."""

    def __init__(self, table: dict[str, Json], where: str) -> None:
        self.table = table
        self.where = where

    def refuse(self, key: str, problem: str) -> BadInput:
        return BadInput(self.where, f"{key} {problem}", remedy=_REMEDY)

    def refuse_strangers(self, keys: tuple[str, ...]) -> None:
        for key in self.table:
            if key not in keys:
                raise self.refuse(key, f"is not a key; the keys are {', '.join(keys)}")

    def list(self, key: str) -> list[Json]:
        value = self.table.get(key, [])
        if not isinstance(value, list):
            raise self.refuse(key, "must be a list")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.list(key)
        if not all(isinstance(item, str) and item.strip() for item in value):
            raise self.refuse(key, "must be a list of texts")
        return tuple(item.strip() for item in value)

    def text(self, key: str) -> str:
        value = self.table.get(key, "")
        if not isinstance(value, str):
            raise self.refuse(key, "must be a text")
        return value.strip()

    def mode(self) -> BaselineScopeMode:
        word = self.text("baseline_scope_mode") or BaselineScopeMode.ENFORCED
        if word not in set(BaselineScopeMode):
            raise self.refuse("baseline_scope_mode", f"must be one of {', '.join(BaselineScopeMode)}")
        return BaselineScopeMode(word)

    def time_zone(self) -> str:
        name = self.text("time_zone")
        if name:
            from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 -- few files name a zone

            try:
                ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError) as error:
                raise self.refuse("time_zone", f"{name!r} is not a time zone such as Europe/London") from error
        return name

    def networks(self, entries: tuple[str, ...]) -> tuple[str, ...]:
        from ipaddress import ip_network  # noqa: PLC0415 -- few files have trusted addresses

        for entry in entries:
            try:
                ip_network(entry, strict=False)
            except ValueError as error:
                raise self.refuse("mfa_trusted_ips", f"{entry!r} is not an address or a range such as 192.0.2.0/24") from error
        return entries

    def exemption(self, number: int, entry: Json) -> Exemption:
        if not isinstance(entry, dict):
            raise self.refuse("exempt", f'entry {number} must be a table such as {{ user = "...", until = 2027-03-31 }}')
        inner = _Facts(entry, f"{self.where}, exempt entry {number}")
        inner.refuse_strangers(_EXEMPT_KEYS)
        user = inner.text("user")
        if not user:
            raise inner.refuse("user", "is missing")
        return Exemption(user=user, until=inner.day("until"), owner=inner.text("owner"), why=inner.text("why"))

    def day(self, key: str) -> str:
        value = self.table.get(key)
        try:
            return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()[:10]  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise self.refuse(key, "must be a date such as 2027-03-31") from error
