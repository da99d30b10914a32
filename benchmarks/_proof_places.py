"""Named locations of the synthetic tenant: address ranges that overlap, and countries."""

from __future__ import annotations

from random import Random

from _proof_ids import LOCATION, guid

from unbroken.entra.location import NamedLocation

_CODES = (
    "AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ DE "
    "DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FR GA GB GD GE GH GM GN GR GT GY HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KP KR "
    "KW KZ LA LB LK LT LU LV MA MD MG MK MM MN MX MY NG NL NO NZ OM PA PE PH PK PL PT QA RO RS RU SA SE SG SI SK SN SY TH TN TR TW UA US"
)
_COUNTRIES = [_CODES[start : start + 2] for start in range(0, len(_CODES), 3)]
_SHARED_COUNTRIES = 30
"""The last countries lie in several locations; each of the others in one at most."""


def location(number: int, count: int, chance: Random) -> NamedLocation:
    """Return three places with addresses to every two countries; a third of the former are trusted."""
    id_, name = guid(LOCATION, number), f"Location {number}"
    if number % 5 < 3:
        return NamedLocation(id=id_, display_name=name, ranges=_ranges(number, count, chance), trusted=chance.random() < 1 / 3)
    own = _COUNTRIES[: len(_COUNTRIES) - _SHARED_COUNTRIES][number // 5 * 2 + number % 5 - 3]
    countries = frozenset({own, *chance.sample(_COUNTRIES[-_SHARED_COUNTRIES:], chance.randint(2, 12))})
    return NamedLocation(id=id_, display_name=name, kind="country", countries=countries, include_unknown_countries=chance.random() < 0.2)


def _ranges(number: int, count: int, chance: Random) -> tuple[str, ...]:
    """Return a range of each family of its own, and some out of a few nested ones that other locations have, too."""
    shared = []
    for _ in range(chance.randint(2, 5)):
        outer, inner = chance.randrange(max(2, count // 3)), chance.randrange(4)
        v4 = (f"10.{outer}.0.0/16", f"10.{outer}.{inner}.0/24", f"10.{outer}.{inner}.64-10.{outer}.{inner + 1}.9")
        v6 = (f"2001:db8:{outer:x}::/48", f"2001:db8:{outer:x}:{inner}::/64", f"2001:db8:{outer:x}:{inner}:8000::/65")
        shared += [chance.choice(v4), chance.choice(v6)]
    return (f"172.16.{number}.0/24", f"2001:db8:f{number:03x}::/48", *dict.fromkeys(shared))
