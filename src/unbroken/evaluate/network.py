"""From where: which policies' network condition an address and a country meet.

Address and country are judged independently: a range that one provider puts wholly in one country is not assumed to be there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import product

from unbroken.entra.location import ALL_LOCATIONS, ALL_TRUSTED, COMPLIANT_NETWORK, MFA_TRUSTED_IPS
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.request import AccessRequest
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate import bits as policy_bits
from unbroken.evaluate.bits import Bits
from unbroken.evaluate.dimension import ATOM_LIMIT, Alternative, Dimension, distinct, hull
from unbroken.evaluate.membership import looks_like_an_id
from unbroken.evaluate.place import Places


class Networks:
    """The network conditions of a policy set over the tenant's named locations."""

    def __init__(self, snapshot: Snapshot, policies: Sequence[ConditionalAccessPolicy]) -> None:
        """Fold the conditions into masks over the locations that policies name."""
        named = {name for p in policies for name in (*(p.conditions.locations.include or ()), *p.conditions.locations.exclude)}
        trusted = ALL_TRUSTED in named
        records = [each for each in snapshot.locations.records if each.id in named or (trusted and each.trusted)]
        self.places = Places(records, snapshot.facts.mfa_trusted_ips)
        self._ids = {each.id: bit for bit, each in enumerate(records)} | {MFA_TRUSTED_IPS: len(records)}
        self._names = [each.display_name or each.id for each in records]
        self._any = sum(1 << i for i, policy in enumerate(policies) if policy.conditions.locations.include is None)
        self._masks: tuple[dict[str, int], dict[str, int]] = (defaultdict(int), defaultdict(int))
        for index, policy in enumerate(policies):
            sides = (policy.conditions.locations.include or (), policy.conditions.locations.exclude)
            for side, masks in zip(sides, self._masks, strict=True):
                for name in side:
                    masks[name] |= 1 << index
        self._atoms = dict(self._open(snapshot, named))

    def _open(self, snapshot: Snapshot, named: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the locations that neither an address nor a country decides, with what to say of them."""
        for name in sorted(set(named) - {ALL_LOCATIONS, ALL_TRUSTED}):
            bit = self._ids.get(name)
            if bit is None and name == COMPLIANT_NETWORK:
                yield name, "whether the sign-in comes through the compliant network (no address tells)"
                continue
            if bit is None and (not snapshot.locations.complete or not looks_like_an_id(name)):
                yield name, f"named location {name} (namedLocations {snapshot.locations.why or 'has no such id, and no single such name'})"
            elif bit is not None and not (1 << bit) & (self.places.by_address | self.places.by_country):
                kind = self.places.locations[bit].kind
                yield name, f"whether the sign-in comes through {self._names[bit]} ({kind} cannot be told from an address)"
        if ALL_TRUSTED in named and not snapshot.locations.complete:
            yield ALL_TRUSTED, f"trusted named locations (namedLocations {snapshot.locations.why})"

    def dimension(self, request: AccessRequest) -> Dimension:
        """Return what the network condition of each policy says of the request's address and country."""
        options = distinct(
            Alternative(self._policies(inside, taken), bool(inside >> self._mfa & 1)) for inside, taken in self._situations(request)
        )
        bits = hull(each.bits for each in options)
        return Dimension(options, (("location", bits),), tuple(self._unknowns(request, bits.unknown)))

    @property
    def _mfa(self) -> int:
        return len(self.places.locations)

    def _situations(self, request: AccessRequest) -> Iterator[tuple[int, frozenset[str]]]:
        """Yield every possible (locations the sign-in is in, undecidable ones it is taken to be in)."""
        atoms = list(self._atoms)[:ATOM_LIMIT]
        for by_address, by_country in product(self._addresses(request.ip_address), self._countries(request.country)):
            for choice in product((False, True), repeat=len(atoms)):
                yield by_address | by_country, frozenset(name for name, taken in zip(atoms, choice, strict=True) if taken)

    def _addresses(self, ip: str | None) -> Iterable[int]:
        found = self.places.matching(ip) if ip is not None else None
        if found is None:
            return self.places.address_signatures()
        doubtful = [1 << bit for bit in policy_bits.each(found.unknown)][:ATOM_LIMIT]
        return {found.true | sum(chosen) for chosen in product(*((0, bit) for bit in doubtful))}

    def _countries(self, country: str | None) -> Iterable[int]:
        if country is not None:
            return {self.places.in_country(country).true}
        codes = {code for place in self.places.locations for code in place.countries}
        return {self.places.in_country(code).true for code in (*codes, "", "??")}

    def _policies(self, inside: int, taken: frozenset[str]) -> Bits:
        include, exclude = (self._side(masks, inside, taken) for masks in self._masks)
        mask = (self._any | include) & ~exclude
        return Bits(mask & ~self._beyond, mask | self._beyond)

    @cached_property
    def _beyond(self) -> int:
        """Return the policies on undecidable locations that are too many to follow one by one."""
        return self._joined(self._masks, list(self._atoms)[ATOM_LIMIT:])

    def _side(self, masks: dict[str, int], inside: int, taken: frozenset[str]) -> int:
        found = masks.get(ALL_LOCATIONS, 0)
        for name, mask in masks.items():
            bit = self._ids.get(name)
            if name in taken or (bit is not None and inside >> bit & 1):
                found |= mask
        if inside & self.places.trusted or ALL_TRUSTED in taken or any(self._is_trusted(name) for name in taken):
            found |= masks.get(ALL_TRUSTED, 0)
        return found

    def _is_trusted(self, name: str) -> bool:
        bit = self._ids.get(name)
        return bit is not None and bit < self._mfa and self.places.locations[bit].trusted

    def _unknowns(self, request: AccessRequest, unknown: int) -> Iterator[tuple[int, str]]:
        masks = [self._masks[0], self._masks[1]]
        by_address = self._touching(self.places.by_address, masks)
        if request.ip_address is None or self.places.matching(request.ip_address) is None:
            yield unknown & by_address, "IP address (signInConditions.ipAddress)"
        elif self.places.doubtful:
            yield unknown & self._touching(self.places.doubtful, masks), f"address ranges: {'; '.join(self.places.problems)}"
        if request.country is None:
            yield unknown & self._touching(self.places.by_country, masks), "country (signInConditions.country)"
        for name, text in self._atoms.items():
            yield unknown & self._joined(masks, (name, ALL_TRUSTED)), text

    def _touching(self, places: int, masks: Sequence[dict[str, int]]) -> int:
        names = {name for name, bit in self._ids.items() if places >> bit & 1} | ({ALL_TRUSTED} if places & self.places.trusted else set())
        return self._joined(masks, names)

    @staticmethod
    def _joined(masks: Sequence[dict[str, int]], names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= masks[0].get(name, 0) | masks[1].get(name, 0)
        return found
