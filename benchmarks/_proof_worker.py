"""One measurement in a process of its own: `python _proof_worker.py WHAT WORLD`, with a world as JSON. Prints one line of JSON.

CPU seconds of the one thread are counted, from a snapshot that is ready. `start` is what the process took before that.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial

from _proof_grid import grid
from _proof_question import TODAY, World, boxes
from _proof_worlds import split

from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.difference import difference
from unbroken.prove.escape import SignIns, sign_ins, widest_first
from unbroken.prove.properties import prove
from unbroken.prove.queries import volume
from unbroken.prove.space import space

SAMPLE = 20_000
Told = dict[str, object]


def proof(snapshot: Snapshot, *, repairing: bool = False) -> Told:
    """Answer all built-in properties: verdicts, people, regions and a sign-in for each."""
    marks: list[tuple[str, float]] = []
    start = time.process_time()
    found = prove(Engine(PolicyTable(snapshot)), TODAY, lambda name: marks.append((name, time.process_time())), repairing=repairing)
    end = time.process_time()
    ends = [at for _, at in marks[1:]] + [end]
    results = {
        result.name: {
            "holds": result.holds,
            "regions": len(result.regions),
            "cut": result.cut,
            "users": len(result.users),
            "seconds": last - first,
        }
        for result, (_, first), last in zip(found.properties, marks, ends, strict=True)
    }
    return {"seconds": end - start, "results": results}


def one_set(snapshot: Snapshot) -> Told:
    """Build the set that the other engines are asked for, classes included, and count it."""
    start = time.process_time()
    found = boxes(snapshot)
    closing = widest_first(found.space, found.closing)

    def build(made: SignIns) -> None:
        made.add(found.start)
        made.remove(closing)

    made = sign_ins(found.space, build)
    seconds = time.process_time() - start
    return {"seconds": seconds, "found": volume(made.diagram, made.node)}


def classes(snapshot: Snapshot) -> Told:
    """Build the classes of all dimensions, and nothing else."""
    start = time.process_time()
    found = space(Engine(PolicyTable(snapshot)), worlds=True)
    seconds = time.process_time() - start
    memberships = sum(len(group.members) for group in snapshot.groups.records)
    return {
        "seconds": seconds,
        "memberships": memberships,
        "widths": {name: full.bit_length() for name, full in zip(found.names, found.full, strict=True)},
    }


def same(snapshot: Snapshot) -> Told:
    """Compare the policies with the same ones split, shuffled and renamed."""
    after = split(snapshot.policies.records)
    start = time.process_time()
    found = difference(snapshot, snapshot.policies.records, after)
    return {"seconds": time.process_time() - start, "after": len(after), "holds": [result.holds for result in found.properties]}


def _rival(name: str) -> Callable[[Snapshot], Told]:
    """Answer `mfa-everywhere` by something else; the classes are given, what imports take is not counted."""

    def run(snapshot: Snapshot) -> Told:
        import _proof_rivals as rivals

        ways = {
            "z3 Boolean per class": rivals.one_by_bools,
            "z3 bit vectors, ranges": rivals.one_by_bit_vectors,
            "z3 integers, ranges": rivals.one_by_integers,
            "CUDD, applications first": lambda found: rivals.set_by_cudd(found, users_first=False),
            "CUDD, users first": lambda found: rivals.set_by_cudd(found, users_first=True),
            "grid": lambda found: rivals.points_of_a_grid(found, SAMPLE),
        }
        found = boxes(snapshot)
        start = time.process_time()
        answer = ways[name](found)
        seconds = time.process_time() - start
        return {
            "seconds": seconds,
            "found": answer,
            "boxes": len(found.closing),
            "points": grid(snapshot.policies.records),
            "sample": SAMPLE,
        }

    return run


def main() -> None:
    what, world = sys.argv[1], World(**json.loads(sys.argv[2]))
    ours = {"proof": proof, "repairs": partial(proof, repairing=True), "set": one_set, "classes": classes, "same": same}
    told = (ours.get(what) or _rival(what))(world.snapshot())
    print(json.dumps({**told, "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
