"""Every place a sign-in can come from: classes of addresses and classes of countries, judged independently, and open locations.

No address and no country says whether a sign-in comes through the compliant network, or from where a phone's GPS says: such a
location, and one that was not read, is a dimension of its own with two classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from unbroken.evaluate.dimension import ATOM_LIMIT
from unbroken.evaluate.network import Networks
from unbroken.prove.aspect import Aspect, turned

NO_COUNTRY = ""
_CODES = """
US GB DE FR ES IT NL BE CH AT SE NO DK FI IE PT PL CZ CA AU NZ JP IN BR MX ZA AE SG KR CN RU UA TR GR RO HU BG HR SI SK
EE LV LT LU MT CY IS LI MC AD SM VA AL BA ME MK RS XK MD BY GE AM AZ KZ UZ TM KG TJ MN HK MO TW TH VN MY ID PH KH LA MM
BN TL PK BD LK NP BT MV AF IR IQ SY LB JO IL PS SA YE OM QA BH KW EG LY TN DZ MA EH SD SS ET ER DJ SO KE UG TZ RW BI CD
CG GA GQ CM CF TD NE NG BJ TG GH CI LR SL GN GW SN GM ML BF MR CV ST AO ZM ZW MW MZ MG MU SC KM YT RE NA BW SZ LS AR CL
UY PY BO PE EC CO VE GY SR GF PA CR NI HN SV GT BZ CU HT DO JM BS BB TT GD LC VC AG DM KN AI VG VI PR TC KY BM AW CW SX
BQ GP MQ MF BL MS FK GS GL PM FO AX SJ GI GG JE IM KP PG SB VU NC FJ NR TV KI MH FM PW WS TO CK NU TK PF WF AS GU MP UM
PN NF CX CC HM AQ IO SH TF BV
"""
COUNTRIES = tuple(_CODES.split())
"""ISO 3166-1 alpha-2, and XK, which Microsoft uses for Kosovo."""
UNLISTED = "ZZ"
"""Stands for a code that no list holds when the policies list all of `COUNTRIES`; ISO 3166-1 leaves it to users."""


@dataclass(frozen=True, slots=True)
class Side:
    """One dimension of places and, by policy, the classes its include list names and those its exclude list names."""

    aspect: Aspect
    include: tuple[int, ...]
    exclude: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PlaceClasses:
    """The dimensions of places, and for every policy the boxes of places its network condition holds in."""

    sides: tuple[Side, ...]
    """Addresses, countries, then the open locations, each with the classes `no` and `yes`."""
    unconstrained: int
    """Policies (as bits) without a network condition."""
    loose: tuple[int, int]
    """Policies whose include, and whose exclude list names a location that is neither decided nor followed."""
    trusted: int
    """Address classes among the MFA service's trusted addresses."""
    certain: bool

    def boxes(self, policy: int, *, sure: bool) -> Iterator[dict[str, int]]:
        """Yield the classes, by dimension, of every box in which the network condition of `policy` holds."""
        include_loose, exclude_loose = (mask >> policy & 1 for mask in self.loose)
        if sure and exclude_loose:
            return
        outside = {side.aspect.name: side.aspect.full & ~side.exclude[policy] for side in self.sides}
        if self.unconstrained >> policy & 1 or (include_loose and not sure):
            yield outside
            return
        for side in self.sides:
            if inside := side.include[policy] & outside[side.aspect.name]:
                yield outside | {side.aspect.name: inside}


def place_classes(networks: Networks, policies: int, *, worlds: bool) -> PlaceClasses:
    """Return all places; in a space of `worlds` open locations are dimensions, otherwise what hangs on them is merely possible."""
    open_ = networks.open_everywhere()
    followed = open_[:ATOM_LIMIT] if worlds else []
    loose = [networks.sides(0, frozenset({name})) for name in open_[len(followed) :]]
    addresses = _side("addresses", _addresses(networks), policies)
    trusted = sum(1 << at for at, members in enumerate(addresses.aspect.members) if members[0].in_mfa_trusted)
    sides = [addresses, _side("countries", _countries(networks), policies)]
    sides += [_open(networks, name, policies) for name in followed]
    everywhere = networks.sides(0)
    return PlaceClasses(
        sides=tuple(sides),
        unconstrained=networks.unconstrained | everywhere[0],
        loose=(_or(include for include, _ in loose), _or(exclude & ~everywhere[1] for _, exclude in loose)),
        trusted=trusted,
        certain=not open_,
    )


def _or(masks: Iterable[int]) -> int:
    return reduce(or_, masks, 0)


@dataclass(frozen=True, slots=True)
class Spot:
    """A class of addresses: the named locations (as bits) that hold them, and one of them."""

    inside: int
    address: str
    in_mfa_trusted: bool


def _addresses(networks: Networks) -> Iterator[tuple[Spot, int, int]]:
    examples = networks.places.address_examples()
    for inside in sorted(examples, key=lambda signature: (signature != 0, signature)):
        spot = Spot(inside, examples[inside], bool(inside & networks.places.mfa_trusted))
        yield spot, *networks.sides(inside)


def _countries(networks: Networks) -> Iterator[tuple[str, int, int]]:
    """Yield every country code there is, the unknown country, and a code on no list when the lists hold all codes there are."""
    listed = {code for place in networks.places.locations for code in place.countries}
    codes = [*COUNTRIES, *sorted(listed - {*COUNTRIES})]
    for code in (*codes, NO_COUNTRY, *([UNLISTED] if listed >= {*COUNTRIES} else [])):
        yield code, *networks.sides(networks.places.in_country(code).true)


def _side(name: str, values: Iterable[tuple[Any, int, int]], policies: int) -> Side:
    """Return one dimension of places, values that lie in the same locations of all policies in one class."""
    classes: dict[tuple[int, int, bool], list[Any]] = {}
    for value, include, exclude in values:
        classes.setdefault((include, exclude, isinstance(value, Spot) and value.in_mfa_trusted), []).append(value)
    named, left_out = (turned([key[side] for key in classes], policies) for side in (0, 1))
    members = tuple(tuple(found) for found in classes.values())
    always = ((1 << len(members)) - 1,) * policies
    return Side(Aspect(name, members, always, always), named, left_out)


def _open(networks: Networks, name: str, policies: int) -> Side:
    """Return the dimension of an open location: outside of it, and inside."""
    outside, inside = networks.sides(0), networks.sides(0, frozenset({name}))
    include, exclude = (turned([outside[side], inside[side]], policies) for side in (0, 1))
    return Side(Aspect(f"through {name}", ((False,), (True,)), *(((0b11,) * policies,) * 2)), include, exclude)
