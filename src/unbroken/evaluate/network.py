"""From where: which policies' network condition an address and a country meet.

Address and country are judged independently: a range that one provider puts wholly in one country is not assumed to be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from unbroken.entra.location import ALL_LOCATIONS, ALL_TRUSTED, COMPLIANT_NETWORK, MFA_TRUSTED_IPS
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.request import AccessRequest
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.bits import Bits, joined, mask_of, masks_of
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
        conditions = [policy.conditions.locations for policy in policies]
        self.unconstrained = mask_of(sides.include is None for sides in conditions)
        self._include = masks_of(sides.include or () for sides in conditions)
        self._exclude = masks_of(sides.exclude for sides in conditions)
        self._atoms = dict(self._open(snapshot, named | {each.id for each in records if trusted and each.trusted}))

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
        open_ = self._open_here(request.ip_address)
        options = distinct(
            Alternative(self._policies(inside, taken, open_[ATOM_LIMIT:]), bool(inside >> self._mfa & 1) or MFA_TRUSTED_IPS in taken)
            for inside, taken in self._situations(request, open_[:ATOM_LIMIT])
        )
        bits = hull(each.bits for each in options)
        return Dimension(options, (("location", bits),), tuple(self._unknowns(request, bits.unknown)))

    def open_everywhere(self) -> list[str]:
        """Return the locations of which no address and no country decides whether a sign-in is in them."""
        return self._open_here(None)

    def sides(self, inside: int, taken: frozenset[str] = frozenset()) -> tuple[int, int]:
        """Return the policies whose include and those whose exclude list names a location of `inside` (bits) or `taken` (open ones)."""
        return self._side(self._include, inside, taken), self._side(self._exclude, inside, taken)

    @property
    def _mfa(self) -> int:
        return len(self.places.locations)

    def _open_here(self, ip: str | None) -> list[str]:
        """Return the locations of which it is open whether the sign-in is in them whatever the address and the country.

        Any address may lie in a range that could not be read. The MFA service's come first: they matter beyond the policies.
        """
        found = self.places.matching(ip) if ip is not None else None
        doubtful = found.unknown if found is not None else self.places.doubtful
        return [name for name, bit in reversed(self._ids.items()) if doubtful >> bit & 1] + list(self._atoms)

    def _situations(self, request: AccessRequest, followed: Sequence[str]) -> Iterator[tuple[int, frozenset[str]]]:
        """Yield every possible (locations the sign-in is in, open ones it is taken to be in)."""
        for by_address, by_country in product(self._addresses(request.ip_address), self._countries(request.country)):
            for choice in product((False, True), repeat=len(followed)):
                yield by_address | by_country, frozenset(name for name, taken in zip(followed, choice, strict=True) if taken)

    def _addresses(self, ip: str | None) -> Iterable[int]:
        found = self.places.matching(ip) if ip is not None else None
        return self.places.address_signatures() if found is None else {found.true}

    def _countries(self, country: str | None) -> Iterable[int]:
        if country is not None:
            return {self.places.in_country(country).true}
        codes = {code for place in self.places.locations for code in place.countries}
        return {self.places.in_country(code).true for code in (*codes, "", "??")}

    def _policies(self, inside: int, taken: frozenset[str], loose: Sequence[str]) -> Bits:
        """Return which policies' condition is met; those on `loose` locations, too many to be followed, may be."""
        include, exclude = self.unconstrained | self._side(self._include, inside, taken), self._side(self._exclude, inside, taken)
        included, excluded = (joined(masks, self._meant_by(loose)) for masks in (self._include, self._exclude))
        return Bits(include & ~exclude & ~excluded, (include | included) & ~exclude)

    def _side(self, masks: dict[str, int], inside: int, taken: frozenset[str]) -> int:
        found = masks.get(ALL_LOCATIONS, 0)
        for name, mask in masks.items():
            bit = self._ids.get(name)
            if name in taken or (bit is not None and inside >> bit & 1):
                found |= mask
        if inside & self.places.trusted or any(map(self._is_trusted, taken)):
            found |= masks.get(ALL_TRUSTED, 0)
        return found

    def _naming(self, names: Iterable[str]) -> int:
        """Return the policies that one of the locations matters to."""
        every = self._meant_by(names)
        return joined(self._include, every) | joined(self._exclude, every)

    def _meant_by(self, names: Iterable[str]) -> set[str]:
        """Return the words policies have for the locations: their names, and the one for all trusted ones if one of them is."""
        every = {*names}
        return every | {ALL_TRUSTED} if any(map(self._is_trusted, every)) else every

    def _is_trusted(self, name: str) -> bool:
        bit = self._ids.get(name, -1)
        return name in {ALL_TRUSTED, MFA_TRUSTED_IPS} or (0 <= bit < self._mfa and self.places.locations[bit].trusted)

    def _unknowns(self, request: AccessRequest, unknown: int) -> Iterator[tuple[int, str]]:
        if request.ip_address is None or self.places.matching(request.ip_address) is None:
            yield unknown & self._at(self.places.by_address), "IP address (signInConditions.ipAddress)"
        if self.places.doubtful:
            yield unknown & self._at(self.places.doubtful), f"address ranges: {'; '.join(self.places.problems)}"
        if request.country is None:
            yield unknown & self._at(self.places.by_country), "country (signInConditions.country)"
        for name, text in self._atoms.items():
            yield unknown & self._naming([name]), text

    def _at(self, places: int) -> int:
        """Return the policies that locations (as bits) matter to."""
        return self._naming(name for name, bit in self._ids.items() if places >> bit & 1)
