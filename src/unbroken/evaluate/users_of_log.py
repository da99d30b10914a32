"""A log's users under a policy set, all at once: the same answers as `People.dimension`, one pass over the groups instead of one a user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.request import Identity
from unbroken.evaluate.axis import Axis, Lanes, lanes
from unbroken.evaluate.circumstances import Standing
from unbroken.evaluate.people import Person
from unbroken.evaluate.worlds import Engine


def user_axis(engine: Engine, identities: Sequence[Identity]) -> Axis[tuple[Standing, ...]]:
    """Return every user as a class of their own.

    Plain members of a directory whose groups were all read take the fast way; everybody else is asked one by one.
    """
    people, count = engine.table.people, len(engine.table.policies)
    members = {each.user_id for each in identities if people.is_plain_member(each)}
    plain = {user_id: position for position, user_id in enumerate(members)}
    true, possible, inside = _members(engine, plain)
    # A user may stand in several rows of the log's dictionary; those who are no plain members take any row until they are asked.
    rows = np.fromiter((plain.get(each.user_id, 0) for each in identities), dtype=np.int64, count=len(identities))
    true, possible = true[:, rows], possible[:, rows]
    kinds = np.zeros(len(identities), dtype=np.int32)
    standings: dict[tuple[Standing, ...], int] = {}
    remembered: dict[tuple[object, ...], int] = {}
    for row, identity in enumerate(identities):
        if identity.user_id in plain:
            person = Person(identity.user_id, None, None, inside.get(identity.user_id or "", frozenset()))
            key = engine.circumstances.standing_key(person)
            if key not in remembered:
                remembered[key] = standings.setdefault((engine.circumstances.standing(person),), len(standings))
            kinds[row] = remembered[key]
        else:
            dimension = people.dimension(identity, eas=None)
            true[:, row], possible[:, row] = (lanes([mask], count)[:, 0] for mask in dimension.bits)
            own = tuple(dict.fromkeys(engine.circumstances.standing(option.facts) for option in dimension.alternatives))
            kinds[row] = standings.setdefault(own, len(standings))
    return Axis(np.arange(len(identities), dtype=np.int32), true, possible, kinds, tuple(standings))


def _members(engine: Engine, plain: Mapping[str | None, int]) -> tuple[Lanes, Lanes, Mapping[str, frozenset[str]]]:
    """Return the lanes of the plain members by position, and the groups and roles beyond policies that hold them."""
    people, count = engine.table.people, len(engine.table.policies)
    ends = []
    for everyone, by_key in people.sides():
        end = np.repeat(lanes([everyone], count), max(1, len(plain)), axis=1)
        for key, mask in by_key.items():
            rows = _rows(people.holds(key), plain)
            end[:, rows] |= lanes([mask], count)
        ends.append(end)
    include, exclude = ends
    possible = (include | lanes([people.widened], count)) & ~exclude
    inside: dict[str, frozenset[str]] = {}
    for key in people.beyond:
        for user_id in people.holds(key) & plain.keys():
            inside[str(user_id)] = inside.get(str(user_id), frozenset()) | {key}
    return include & ~exclude, possible, inside


def _rows(holders: set[str], plain: Mapping[str | None, int]) -> NDArray[np.int64]:
    found = np.fromiter(map(plain.get, holders, repeat(-1)), dtype=np.int64, count=len(holders))
    return found[found >= 0]
