"""What-if of 10, 60 and 100 policies over millions of sign-ins, against merely counting them, and against evaluating row by row.

Usage: python benchmarks/replay.py [ARCHIVE ...]   (default: makes archives of 1 and 10 million sign-ins)
Prints CPU seconds, wall seconds and their ratio to DuckDB's bare scan-and-GROUP BY (user, app) of the encoded sign-ins, all in one run.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from _replay_data import TENANT, USERS, guid, make

from unbroken.entra.directory import Group, Registration, User
from unbroken.entra.location import NamedLocation
from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Filter, Grant, Sides, Target, UserScope
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.logged import Reading
from unbroken.evaluate.replay import OUTCOMES, RANK, UNKNOWN, Replay
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.tallies import by_code
from unbroken.evaluate.worlds import Engine
from unbroken.store.archive import Archive

GROUPS, LOCATIONS, SAMPLE = 150, 25, 20_000


def collection(name: str, records: list[object]) -> Collection[object]:
    return Collection(name, tuple(records), complete=True, why="")


def tenant(policies: int, seed: int = 7) -> Snapshot:
    """Return a tenant of 20,000 users in 150 overlapping groups, with a realistic mix of policies."""
    dice = random.Random(seed)
    users = [
        User(id=guid(1, n), user_principal_name=f"user{n}@contoso.example", account_enabled=True, user_type="Member", external=False)
        for n in range(USERS)
    ]
    groups = [
        Group(id=guid(6, n), members=tuple(guid(1, u) for u in dice.sample(range(USERS), dice.randrange(20, 4000)))) for n in range(GROUPS)
    ]
    places = [
        NamedLocation(id=guid(7, n), ranges=(f"10.{n}.0.0/16", f"203.{n}.0.0/16"), trusted=n < 3)
        if n < 15
        else NamedLocation(id=guid(7, n), kind="country", countries=frozenset(dice.sample(["GB", "FR", "DE", "US", "ES"], 2)))
        for n in range(LOCATIONS)
    ]
    registered = [
        Registration(
            user_id=guid(1, n),
            is_mfa_registered=n % 8 > 0,
            is_mfa_capable=n % 8 > 0,
            methods=frozenset({"microsoftAuthenticatorPush"} if n % 8 else ()),
        )
        for n in range(USERS)
    ]
    return Snapshot(
        source="benchmark",
        tenant_id=TENANT,
        policies=collection("conditionalAccessPolicies", [policy(n, dice) for n in range(policies)]),
        users=collection("users", users),
        groups=collection("groups", groups),
        roles=collection("directoryRoles", []),
        locations=collection("namedLocations", places),
        registrations=collection("userRegistrationDetails", registered),
        security_defaults=False,
    )


def policy(n: int, dice: random.Random) -> ConditionalAccessPolicy:
    """Return one policy of the mix: who, what, from where, with what, demanding what."""
    everyone = dice.random() < 0.4
    include = UserScope(everyone=everyone, groups=frozenset() if everyone else frozenset(guid(6, g) for g in dice.sample(range(GROUPS), 3)))
    exclude = UserScope(
        groups=frozenset(guid(6, g) for g in dice.sample(range(GROUPS), 2)), users=frozenset({guid(1, dice.randrange(USERS))})
    )
    some = dice.random() < 0.5
    apps = Target(include_apps=frozenset(guid(3, a) for a in dice.sample(range(40), 4))) if some else Target(all_apps=True)
    place = dice.random()
    locations = (
        Sides()
        if place < 0.6
        else Sides(include=frozenset({"All"}), exclude=frozenset({"AllTrusted" if place < 0.8 else guid(7, dice.randrange(LOCATIONS))}))
    )
    clients = dice.choice(
        [frozenset(), frozenset(), frozenset({"browser", "mobileAppsAndDesktopClients"}), frozenset({"other", "exchangeActiveSync"})]
    )
    device = Filter(mode="exclude", rule='device.trustType -eq "Workplace"') if dice.random() < 0.15 else None
    grant = dice.choice(
        [Grant(controls=frozenset({"mfa"}))] * 4
        + [
            Grant(controls=frozenset({"block"})),
            Grant(operator="OR", controls=frozenset({"mfa", "compliantDevice"})),
            Grant(controls=frozenset({"compliantDevice"})),
        ]
    )
    blocks_narrowly = "block" in grant.controls
    return ConditionalAccessPolicy(
        id=guid(8, n),
        display_name=f"CA{n:03}",
        state=PolicyState.ENABLED if dice.random() < 0.7 else PolicyState.REPORT_ONLY,
        users=(UserScope(groups=frozenset({guid(6, n % GROUPS)})) if blocks_narrowly else include, exclude),
        target=apps,
        conditions=Conditions(client_app_types=clients, locations=locations, device_filter=device),
        grant=grant,
    )


def timed(what: Callable[[], np.ndarray]) -> tuple[np.ndarray, float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    found = what()
    return found, time.process_time() - cpu, time.perf_counter() - wall


def floor(archive: Archive) -> None:
    """Count the encoded sign-ins by user and app, and nothing else."""
    with archive.database() as database:
        database.execute(
            'SELECT "user", target, count(*) FROM read_parquet($files) GROUP BY ALL', {"files": archive.files("sign-ins")}
        ).fetchnumpy()


def what_if(archive: Archive, snapshot: Snapshot) -> np.ndarray:
    """Compile, replay, and count by user, app and outcome: everything from the archive on disk to the answer."""
    facts, cube = archive.dictionaries(), archive.whole_cube()
    replay = Replay(Engine(PolicyTable(snapshot)), Reading(snapshot), facts)
    found = replay.outcomes(cube)
    return by_user_and_app(found.outcomes, cube)


def by_user_and_app(outcomes: np.ndarray, cube: dict[str, np.ndarray], names: tuple[str, ...] = ("user", "target")) -> np.ndarray:
    """Return sign-ins by outcome, once by user and once by app, as the report shows them."""
    tables = [by_code(cube[name], int(cube[name].max()) + 1, outcomes, cube["count"]) for name in names]
    return tables[0].sum(axis=0)


def row_by_row(archive: Archive, snapshot: Snapshot) -> tuple[float, bool]:
    """Return seconds per tuple of deciding one by one, and whether a sample gives the very outcomes of the replay."""
    facts, cube = archive.dictionaries(), archive.whole_cube()
    engine = Engine(PolicyTable(snapshot))
    replay = Replay(engine, Reading(snapshot), facts)
    rows = np.sort(np.random.default_rng(5).choice(len(cube["user"]), min(SAMPLE, len(cube["user"])), replace=False))
    part = {name: np.asarray(column[rows]) for name, column in cube.items()}
    fast = replay.outcomes(part).outcomes
    start = time.process_time()
    slow = [one(engine, replay, part, row) for row in range(len(rows))]
    return (time.process_time() - start) / len(rows), bool((fast == np.array(slow)).all())


def one(engine: Engine, replay: Replay, cube: dict[str, np.ndarray], row: int) -> int:
    request = replay.request(cube, row)
    outcomes = {outcome for world in engine.worlds(request, engine.table.dimensions(request)) for outcome in world.outcomes}
    return RANK[outcomes.pop()] if len(outcomes) == 1 else UNKNOWN


def compare(folder: Path) -> None:
    archive = Archive(folder)
    print(f"\n{archive.evaluated:,} sign-ins, {archive.tuples:,} distinct tuples ({archive.evaluated / archive.tuples:.1f} x fewer)")
    floor(archive)
    _, cpu, wall = min((timed(lambda: floor(archive)) for _ in range(3)), key=lambda each: each[2])
    print(f"  counting them by user and app   {cpu:6.2f} s CPU {wall:6.2f} s")
    for policies in (10, 60, 100):
        found, ours, took = min((timed(partial(what_if, archive, tenant(policies))) for _ in range(3)), key=lambda each: each[2])
        ratios = f"{ours / cpu:5.2f} x CPU, {took / wall:5.2f} x wall"
        print(f"  what-if of {policies:3} policies         {ours:6.2f} s CPU {took:6.2f} s  {ratios}")
        shares = (f"{outcome} {n / archive.evaluated:.1%}" for outcome, n in zip(OUTCOMES, found, strict=True) if n)
        print("      " + ", ".join(shares))
    seconds, equal = row_by_row(archive, tenant(100))
    per_row = seconds * archive.evaluated
    print(f"  row by row: {seconds * 1e6:.0f} us each, {per_row / took:,.0f} x the replay for all sign-ins; sample equal: {equal}")
    print(f"  peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        for each in sys.argv[1:]:
            subprocess.run([sys.executable, __file__, each], check=True)
    elif len(sys.argv) == 2:
        compare(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as place:
            for size in (1_000_000, 10_000_000):
                make(Path(place, str(size)), size)
                subprocess.run([sys.executable, __file__, str(Path(place, str(size)))], check=True)
