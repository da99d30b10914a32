"""One question to a tenant of 10,000 users, 2,000 nested groups and 100 policies, process start included (goal: under 0.6 s)."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from _stopwatch import BARE_PYTHON, UNBROKEN, line, seconds

USERS, GROUPS, POLICIES, LOCATIONS = 10_000, 2_000, 100, 25
OFFICE_365_EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"


def guid(kind: int, number: int) -> str:
    """Return a fixed id: `kind` tells users, groups, policies and locations apart."""
    return f"{kind:08x}-0000-4000-8000-{number:012x}"


def users() -> list[dict[str, object]]:
    return [
        {
            "id": guid(1, n),
            "userPrincipalName": f"user{n}@contoso.example",
            "displayName": f"User {n}",
            "accountEnabled": True,
            "userType": "Member",
            "creationType": None,
            "externalUserState": None,
            "onPremisesSyncEnabled": None,
            "assignedLicenses": [],
        }
        for n in range(USERS)
    ]


def groups(chance: random.Random) -> list[dict[str, object]]:
    """Return groups of ten users each; every group but the first also holds up to three later ones, so nesting is deep and acyclic."""
    return [
        {
            "id": guid(2, n),
            "displayName": f"Group {n}",
            "members": [{"id": guid(1, chance.randrange(USERS))} for _ in range(10)]
            + [{"id": guid(2, later)} for later in range(n + 1, GROUPS) if chance.random() < 3 / GROUPS],
        }
        for n in range(GROUPS)
    ]


def policies(chance: random.Random) -> list[dict[str, object]]:
    """Return policies that between them use groups, apps, platforms, places, clients and several grants."""
    return [
        {
            "id": guid(3, n),
            "displayName": f"CA{n:03}",
            "state": "enabledForReportingButNotEnforced" if n % 10 == 9 else "enabled",
            "conditions": {
                "users": {
                    "includeUsers": ["All"] if n % 4 == 0 else [],
                    "includeGroups": [] if n % 4 == 0 else [guid(2, chance.randrange(GROUPS)) for _ in range(3)],
                    "excludeGroups": [guid(2, chance.randrange(GROUPS))],
                },
                "applications": {"includeApplications": ["All"] if n % 3 else [OFFICE_365_EXCHANGE]},
                "clientAppTypes": ["all"] if n % 5 else ["exchangeActiveSync", "other"],
                "platforms": {"includePlatforms": ["android", "iOS"]} if n % 7 == 0 else None,
                "locations": {"includeLocations": ["All"], "excludeLocations": [guid(4, n % LOCATIONS)]} if n % 2 else None,
            },
            "grantControls": {"operator": "OR", "builtInControls": [("mfa", "compliantDevice", "block")[n % 3 if n % 5 == 0 else 0]]},
            "sessionControls": None,
        }
        for n in range(POLICIES)
    ]


def locations() -> list[dict[str, object]]:
    return [
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": guid(4, n),
            "displayName": f"Office {n}",
            "isTrusted": n % 2 == 0,
            "ipRanges": [
                {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": f"198.51.{n}.{16 * part}/28"} for part in range(16)
            ],
        }
        for n in range(LOCATIONS)
    ]


QUESTION = {
    "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": guid(1, 4711)},
    "signInContext": {"@odata.type": "#microsoft.graph.applicationContext", "includeApplications": [OFFICE_365_EXCHANGE]},
    "signInConditions": {
        "clientAppType": "browser",
        "devicePlatform": "windows",
        "ipAddress": "203.0.113.7",
        "country": "GB",
        "deviceInfo": {},
        "signInRiskLevel": "none",
        "userRiskLevel": "none",
        "insiderRiskLevel": "none",
    },
}


def write(folder: Path) -> None:
    """Write the tenant folder and `question.json` to `folder`; the same every time."""
    chance = random.Random(1)
    collections = {
        "users": users(),
        "groups": groups(chance),
        "conditionalAccessPolicies": policies(chance),
        "namedLocations": locations(),
        "directoryRoles": [],
        "userRegistrationDetails": [
            {"id": guid(1, n), "isMfaRegistered": n % 8 > 0, "isMfaCapable": n % 8 > 0, "methodsRegistered": ["microsoftAuthenticatorPush"]}
            for n in range(USERS)
        ],
    }
    for name, records in collections.items():
        (folder / f"{name}.json").write_text(json.dumps({"value": records}), encoding="utf-8")
    (folder / "question.json").write_text(json.dumps(QUESTION), encoding="utf-8")


def measure(folder: Path, *, show: bool) -> None:
    command = [UNBROKEN, "whatif", folder, "--request", folder / "question.json", "--format", "json"]
    bare = seconds(BARE_PYTHON)
    print(line("python -c pass", bare, bare))
    print(line(f"unbroken whatif, {USERS:,} users, {POLICIES} policies", seconds(command, may_exit=(0, 2)), bare))
    if show:
        profile = [sys.executable, "-X", "importtime", "-m", "unbroken", *map(str, command[1:])]
        print(subprocess.run(profile, capture_output=True, encoding="utf-8", check=False).stderr)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--imports", action="store_true", help="also show what importing costs")
    arguments.add_argument("--keep", type=Path, help="write the tenant here and leave it")
    chosen = arguments.parse_args()
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
        write(chosen.keep)
        measure(chosen.keep, show=chosen.imports)
        return
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        measure(Path(folder), show=chosen.imports)


if __name__ == "__main__":
    main()
