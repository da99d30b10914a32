"""How fast everything is proved of a tenant, beside z3, CUDD and a grid; how that grows; and what becomes of policy sets made to be hard.

Usage: python benchmarks/proof.py [--full]   (--full: the long growth table and a longer wait for z3; about half an hour)
Every figure is CPU seconds of one thread in a process of its own, from a ready snapshot to the answer. What z3, CUDD and the grid are
given for nothing is the hardest part to prepare: the classes of values that no policy tells apart. Our time includes making them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from _proof_question import World

HERE = Path(__file__).parent
Z3 = ("z3 Boolean per class", "z3 bit vectors, ranges", "z3 integers, ranges")
CUDD = ("CUDD, applications first", "CUDD, users first")
HARD = (
    World("no_baseline", 100),
    World("no_baseline", 195),
    World("near_catch_all", 160),
    World("near_catch_all", 195),
    World("near_catch_all", 195, holes=3),
    World("jigsaw", 400),
    World("needle", 400),
    World("random_boxes", 30),
    World("random_boxes", 60),
)
WORDS = {True: "holds", False: "does not hold", None: "unknown"}


def measured(what: str, world: World, patience: int = 300) -> dict[str, Any] | None:
    """Return what one measurement says; None when it took longer than `patience` seconds."""
    command = [sys.executable, str(HERE / "_proof_worker.py"), what, json.dumps(asdict(world))]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=patience)
    except subprocess.TimeoutExpired:
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def proved(world: World, times: int = 1, what: str = "proof") -> dict[str, Any]:
    """Return the quickest of several proofs of one world."""
    runs = [found for _ in range(times) if (found := measured(what, world))]
    if not runs:
        sys.exit(f"{world} took longer than five minutes")
    return min(runs, key=lambda found: float(found["seconds"]))


def beside_others(patience: int) -> Iterator[str]:
    """Yield the time of the whole answer, and how many times as long each other way takes for less."""
    world = World()
    ours = proved(world, times=3)
    yield f"all built-in properties, classes included  {ours['seconds']:8.2f} s   {ours['mebibytes']:5.0f} MiB peak"
    repaired = proved(world, what="repairs")
    yield f"the same with repairs                     {repaired['seconds']:8.2f} s   {repaired['mebibytes']:5.0f} MiB peak"
    decided = measured("set", world)
    if decided:
        counted = f"{decided['found']:,} class tuples"
        yield f"mfa-everywhere as a set, classes included  {decided['seconds']:8.2f} s   {_share(decided['seconds'], ours)}   {counted}"
    for name in (*Z3, *CUDD):
        found = measured(name, world, patience)
        what = "one point" if name in Z3 else "the set"
        if found is None:
            yield f"{name}, {what}".ljust(41) + f"> {patience:8.2f} s   {_share(patience, ours)}"
        else:
            yield f"{name}, {what}".ljust(42) + f" {found['seconds']:8.2f} s   {_share(found['seconds'], ours)}   {found['found']:,} found"
    found = measured("grid", world)
    if found:
        rate = found["sample"] / found["seconds"]
        whole = found["points"] / rate
        yield (
            f"grid of {found['points']:,} points".ljust(42)
            + f" {whole:8.0f} s   {_share(whole, ours)}   extrapolated from {rate:,.0f} points/s"
        )


def _share(seconds: float, ours: dict[str, Any]) -> str:
    return f"{seconds / ours['seconds']:9.1f} x"


def hard_ones() -> Iterator[str]:
    """Yield what becomes of each family: every property with its time, verdict, and where its list was cut."""
    for world in HARD:
        found = proved(world)
        name = f"{world.family} {world.policies}" + (f", {world.holes} holes" if world.holes > 1 else "")
        repaired = proved(world, what="repairs")
        seconds = f"{found['seconds']:6.2f} s, with repairs {repaired['seconds']:6.2f} s"
        yield f"{name:<28} {seconds} {repaired['mebibytes']:5.0f} MiB"
        for property_, told in found["results"].items():
            cut = "" if told["cut"] is None else f", list cut at {told['cut']}"
            yield f"    {property_:<22} {told['seconds']:6.2f} s  {WORDS[told['holds']]}, {told['regions']} regions{cut}"


def equivalence() -> Iterator[str]:
    """Yield how long it takes to compare 200 policies with the same ones split, against one proof."""
    world = World(policies=200)
    ours, found = proved(world), measured("same", world)
    if found:
        verdicts = " and ".join(WORDS[holds] for holds in found["holds"])
        times = _share(found["seconds"], ours).strip()
        yield f"200 policies against {found['after']}: {found['seconds']:.2f} s = {times} one proof; {verdicts}"


def growth(*, full: bool) -> Iterator[str]:
    """Yield seconds by policies and users, and by locations."""
    policies, users = ((25, 50, 100, 195), (1_000, 5_000, 20_000, 100_000)) if full else ((25, 195), (1_000, 20_000))
    yield "policies " + "".join(f"{count:>14,} users" for count in users)
    for count in policies:
        runs = [proved(World(policies=count, users=each)) for each in users]
        yield f"{count:8} " + "".join(f"{run['seconds']:10.2f} s {run['mebibytes']:4.0f} MiB" for run in runs)
    for count in (25, 100, 195) if full else (195,):
        run = proved(World(locations=count))
        yield f"{count:3} named locations, 195 policies, 20,000 users: {run['seconds']:.2f} s {run['mebibytes']:.0f} MiB"


def making_classes() -> Iterator[str]:
    """Yield how long the classes take by users, and by membership."""
    for users in (25_000, 50_000, 100_000):
        found = measured("classes", World(users=users))
        if found:
            each = found["seconds"] / found["memberships"] * 1e9
            yield f"{users:7,} users, {found['memberships']:9,} memberships: {found['seconds']:5.2f} s, {each:4.0f} ns each"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--full", action="store_true", help="the long growth table, and two minutes for z3")
    full = arguments.parse_args().full
    parts = (
        ("195 realistic policies, 20,000 users, 300 applications, 25 named locations", beside_others(120 if full else 45)),
        ("Classes", making_classes()),
        ("Equivalence", equivalence()),
        ("Growth", growth(full=full)),
        ("Hard families, 20,000 users", hard_ones()),
    )
    for title, lines in parts:
        print(f"\n{title}")
        for line in lines:
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
