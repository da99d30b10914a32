"""What a region of sign-ins holds, in the words that policies have for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from unbroken.entra.location import ALL_TRUSTED, NamedLocation
from unbroken.entra.request import Identity
from unbroken.evaluate.bits import each
from unbroken.evaluate.network import Networks
from unbroken.prove.diagram import Box
from unbroken.prove.naming import Naming
from unbroken.prove.places import NO_COUNTRY, Spot
from unbroken.prove.space import ADDRESS, CLIENT, COUNTRY, PLATFORM, TARGET, WHO, Space
from unbroken.prove.targets import Asked


@dataclass(frozen=True)
class Wanted:
    """A box of a space, read by those who edit policies so that they cover it."""

    naming: Naming
    box: Box
    scope: Box
    """All that the question speaks of."""

    @property
    def space(self) -> Space:
        """Return the space that the box is in."""
        return self.naming.space

    @cached_property
    def users(self) -> frozenset[str]:
        """Return the ids of its users."""
        return frozenset(self.space.who.users(self._classes(WHO)))

    @cached_property
    def externals(self) -> tuple[Identity, ...]:
        """Return its external kinds without an object."""
        return self.space.who.externals(self._classes(WHO))

    @cached_property
    def guests(self) -> bool:
        """Return whether guests or external users are in it."""
        mine = self._classes(WHO)
        return any(positions & mine for sorts, positions in self.space.who.sorts.items() for sort in sorts if sort.kind is not None)

    @cached_property
    def holders(self) -> tuple[str, ...]:
        """Return the groups and roles that together are exactly its people; none when no few of those that policies name are."""
        return self.naming.people.holders(self._classes(WHO), self.scope[0])

    @cached_property
    def targets(self) -> tuple[Asked, ...]:
        """Return what is asked for in it."""
        return tuple(self._values(TARGET))

    @cached_property
    def clients(self) -> frozenset[str]:
        """Return its `clientAppTypes`."""
        return frozenset(map(str, self._values(CLIENT)))

    @cached_property
    def platforms(self) -> frozenset[str]:
        """Return its platforms, `unknown` among them."""
        return frozenset(map(str, self._values(PLATFORM)))

    def is_at(self, name: str, networks: Networks) -> bool:
        """Return whether some of its places are in the location that policies call `name`."""
        places = networks.places.locations
        if name == ALL_TRUSTED:
            return any(self._at(bit, place) for bit, place in enumerate(places) if place.trusted)
        found = [(bit, place) for bit, place in enumerate(places) if place.id == name]
        return not found or any(self._at(bit, place) for bit, place in found)

    def _at(self, bit: int, place: NamedLocation) -> bool:
        codes = place.countries | ({NO_COUNTRY} if place.include_unknown_countries else set())
        spots: Iterator[Spot] = self._values(ADDRESS)
        return any(spot.inside >> bit & 1 for spot in spots) or not codes.isdisjoint(self._values(COUNTRY))

    def _values(self, name: str) -> Iterator[Any]:
        members = self.space.aspects[name].members
        return (value for at in each(self._classes(name)) for value in members[at])

    def _classes(self, name: str) -> int:
        at = self.space.names.index(name)
        return self.box[at] & self.scope[at]
