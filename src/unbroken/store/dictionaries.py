"""From dictionaries in the order of reading to the final ones, sorted by content, and the tables that lead from one to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import Dictionaries, LoggedAddress, LoggedContext, LoggedDevice, LoggedTarget, LoggedUser
from unbroken.store.codes import Arrays, Codes, Encoder, filled
from unbroken.store.mfa import row_evidence

Facts = list[tuple[Any, ...]]
_NO_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Settled:
    """The final dictionaries, the user agents beside them, and per dictionary the arrays of its `map_` table."""

    dictionaries: Dictionaries
    agents: list[str]
    maps: dict[str, Arrays]


def settle_dictionaries(encoder: Encoder, last_seen: NDArray[np.int64]) -> Settled:
    """Sort every dictionary by content; `last_seen` (microseconds per raw user code) decides which names a user has."""
    facts: dict[str, Facts] = {name: list(codes) for name, codes in encoder.codes.items()}  # type: ignore[arg-type]
    ordered = {name: _in_order(rows) for name, rows in facts.items() if name != "user"}
    final = {name: [facts[name][raw] for raw in order] for name, order in ordered.items()}
    users, user_map = _people(facts["user"], last_seen)
    maps = {name: _map(facts[name], order) for name, order in ordered.items()}
    _add_keys(maps, facts)
    dictionaries = Dictionaries(
        users,
        [LoggedTarget(*row) for row in final["target"]],
        [LoggedContext(*row) for row in final["context"]],
        [LoggedDevice(*row) for row in final["device"]],
        [LoggedAddress(*row) for row in final["address"]],
        [None if applied is None else tuple(sorted(applied)) for (applied,) in final["applied"]],
    )
    return Settled(dictionaries, [agent for (agent,) in final["agent"]], {**maps, "user": user_map})


def _in_order(rows: Facts) -> list[int]:
    """Return the raw codes sorted by content."""
    return sorted(range(len(rows)), key=[repr(row) for row in rows].__getitem__)


def _map(rows: Facts, order: list[int]) -> Arrays:
    code = np.empty(len(rows), np.int32)
    code[order] = np.arange(len(rows), dtype=np.int32)
    return {"raw": np.arange(len(rows), dtype=np.int32), "code": code, "filled": np.fromiter(map(filled, rows), np.int32, len(rows))}


def _add_keys(maps: Mapping[str, Arrays], facts: Mapping[str, Facts]) -> None:
    """Add what the joining of rows compares: coarser than the codes, equal for equal values."""
    maps["target"]["asked"] = _classes(facts["target"], lambda row: (row[0], row[2]))
    maps["context"]["client"] = _classes(facts["context"], lambda row: row[0].lower())
    maps["address"]["ip"] = _classes(facts["address"], lambda row: row[0])
    maps["device"]["registered"] = _classes(facts["device"], lambda row: row[0].lower(), none="")
    maps["proof"]["evidence"] = np.fromiter((row_evidence(*row) for row in facts["proof"]), np.int8, len(facts["proof"]))


def _classes(rows: Facts, key: Callable[[tuple[Any, ...]], Hashable], none: Hashable = None) -> NDArray[np.int32]:
    """Number the distinct keys from 1; the key `none` is 0."""
    codes = Codes({none: 0})
    return np.fromiter((codes[key(row)] for row in rows), np.int32, len(rows))


def _people(rows: Facts, last_seen: NDArray[np.int64]) -> tuple[list[LoggedUser], Arrays]:
    """Merge rows that differ only in names: one user per person, home tenant, cross-tenant access and user type."""
    persons = _person_keys(rows)
    merged: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for raw, row in enumerate(rows):
        merged[persons[raw], *row[1:4]].append(raw)
    keys = sorted(merged)
    numbers = {person: number for number, person in enumerate(sorted(set(persons)))}
    code, users = np.empty(len(rows), np.int32), []
    for position, key in enumerate(keys):
        code[merged[key]] = position
        users.append(_named([rows[raw] for raw in sorted(merged[key], key=lambda raw: (-last_seen[raw], rows[raw]))]))
    places = _map(rows, _in_order(rows))
    return users, {
        **places,
        "place": places["code"],
        "code": code,
        "person": np.fromiter((numbers[person] for person in persons), np.int32, len(rows)),
    }


def _person_keys(rows: Facts) -> list[str]:
    """Return who each row is: the id; for rows with only a name, the one id of that name, else the name itself."""
    ids: dict[str, set[str]] = defaultdict(set)
    for identity, *_, name, _display in rows:
        if _has_id(identity):
            ids[name.lower()].add(identity.lower())
    keys = []
    for identity, *_, name, _display in rows:
        known = ids.get(name.lower(), set()) if name else set()
        keys.append(identity.lower() if _has_id(identity) else next(iter(known)) if len(known) == 1 else name.lower() or identity.lower())
    return keys


def _has_id(identity: str) -> bool:
    return identity not in {"", _NO_ID}


def _named(rows: Facts) -> LoggedUser:
    """Return the user with the newest names that are not empty; `rows` newest first."""
    identity = next((row[0] for row in rows if _has_id(row[0])), rows[0][0])
    name = next((row[4] for row in rows if row[4]), "")
    display = next((row[5] for row in rows if row[5]), "")
    _, home, access, kind, *_ = rows[0]
    return LoggedUser(identity, name, display, kind, home, access)
