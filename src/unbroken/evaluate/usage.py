"""How each account is used, from the cube: the evidence for guesses at what an account is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import Dictionaries
from unbroken.evaluate.account_facts import Usage
from unbroken.evaluate.logged import Reading, people_positions


def usage_by_user(facts: Dictionaries, cube: Mapping[str, NDArray[np.int64]], reading: Reading) -> dict[str, Usage]:
    """Return the usage of every user the log holds, by user id."""
    found: dict[str, Usage] = {}
    positions = people_positions(reading, facts.users)
    people = positions[cube["user"]]
    first = np.unique(positions, return_index=True)[1]
    pairs = {column: _distinct(people, cube[column]) for column in ("context", "target", "device", "address")}
    shared = {code for code, users in _inverse(pairs["device"]).items() if len(users) > 1}
    totals = np.bincount(people, weights=cube["count"], minlength=len(first)).astype(np.int64)
    interactive = np.array([context.is_interactive is True for context in facts.contexts], dtype=bool)
    asked = np.bincount(people, weights=cube["count"] * interactive[cube["context"]], minlength=len(first)) if len(interactive) else totals
    last = np.zeros(len(first), dtype=np.int64)
    np.maximum.at(last, people, cube["last"])
    cross_tenant: dict[int, set[str]] = defaultdict(set)
    for position, user in zip(positions.tolist(), facts.users, strict=True):
        cross_tenant[position] |= {user.cross_tenant_access_type} - {""}
    for code, row in enumerate(first.tolist()):
        user = facts.users[row]
        contexts = [facts.contexts[each] for each in pairs["context"][code]]
        targets = [facts.targets[each] for each in pairs["target"][code]]
        devices = [each for each in pairs["device"][code] if facts.devices[each].device_id]
        found[reading.user_id(user)] = Usage(
            user_principal_name=user.user_principal_name,
            sign_ins=int(totals[code]),
            interactive=int(asked[code]),
            clients=frozenset(each.client_app_used for each in contexts),
            apps=len({each.app_id for each in targets}),
            addresses=len(pairs["address"][code]),
            devices=len(devices),
            last_seen_us=int(last[code]),
            resources=frozenset(name for each in targets for name in (each.resource_name, each.app_name) if name),
            protocols=frozenset(each.authentication_protocol for each in contexts if each.authentication_protocol),
            cross_tenant=frozenset(cross_tenant[code]),
            shared_devices=len(shared.intersection(devices)),
        )
    return found


def _distinct(users: NDArray[np.int64], codes: NDArray[np.int64]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for packed in np.unique(users.astype(np.int64) << 32 | codes.astype(np.int64)).tolist():
        found[packed >> 32].append(packed & 0xFFFFFFFF)
    return found


def _inverse(pairs: dict[int, list[int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for user, codes in pairs.items():
        for code in codes:
            found[code].append(user)
    return found
