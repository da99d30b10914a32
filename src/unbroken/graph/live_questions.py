"""Questions for the tenant's own `evaluate`, sampled so that every policy's conditions are met and missed. The same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from unbroken.entra.snapshot import Snapshot

_CLIENTS = ("browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other")
_PLATFORMS = ("windows", "macOS", "iOS", "android", "linux")
_RISKS = ("none", "none", "none", "low", "medium", "high")
_COUNTRIES = ("GB", "US", "DE", "CH", "NG", "BR")
_ADDRESSES = ("192.0.2.7", "198.51.100.9", "203.0.113.40")
"""Addresses that nobody has; those of the tenant's own named locations come on top."""
_ANY_APP = "00000003-0000-0ff1-ce00-000000000000"
"""SharePoint Online: in every tenant."""
Body = dict[str, Any]


def questions(snapshot: Snapshot, count: int, seed: int) -> Iterator[Body]:
    """Yield `count` bodies of `evaluate`, all conditions given: what is left out cannot be answered."""
    chance = Random(seed)  # noqa: S311 -- a sample, not a secret
    users = sorted(user.id for user in snapshot.users.records if user.account_enabled is not False)
    apps = sorted({each.app_id for each in snapshot.service_principals.records if each.app_id} | {_ANY_APP})
    places = _places(snapshot)
    for _ in range(count if users else 0):
        address, country = chance.choice(places)
        yield _body(chance, chance.choice(users), chance.choice(apps), address, country)


def _places(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Return addresses with countries, inside and outside the tenant's named locations."""
    ranges = [each.partition("/")[0].partition("-")[0] for location in snapshot.locations.records for each in location.ranges]
    countries = sorted({country for location in snapshot.locations.records for country in location.countries} | set(_COUNTRIES))
    return [(address, country) for address in (*sorted(ranges), *_ADDRESSES) for country in countries]


def _body(chance: Random, user: str, app: str, address: str, country: str) -> Body:
    return {
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": user},
        "signInContext": {"@odata.type": "#microsoft.graph.applicationContext", "includeApplications": [app]},
        "signInConditions": {
            "devicePlatform": chance.choice(_PLATFORMS),
            "clientAppType": chance.choice(_CLIENTS),
            "ipAddress": address,
            "country": country,
            "signInRiskLevel": chance.choice(_RISKS),
            "userRiskLevel": chance.choice(_RISKS),
            "insiderRiskLevel": "minor",
            "deviceInfo": {"isCompliant": chance.random() < 0.5},
            "authenticationFlow": {"transferMethod": chance.choice(("none", "none", "deviceCodeFlow"))},
        },
        "appliedPoliciesOnly": False,
    }
