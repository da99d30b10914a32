"""Dictionary encoding: each distinct group of raw facts gets an integer, each batch becomes arrays of them.

Python holds only the distinct facts; the rows go on to the database as numbers, and as text only their id.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.sign_in import COLUMNS, SignInBatch

Arrays = dict[str, NDArray[np.generic]]

FACTS: dict[str, tuple[str, ...]] = {
    "user": ("user_id", "home_tenant_id", "cross_tenant_access_type", "user_type", "user_principal_name", "user_display_name"),
    "target": ("app_id", "app_display_name", "resource_id", "resource_display_name", "audiences"),
    "context": (
        "client_app_used",
        "operating_system",
        "is_interactive",
        "authentication_protocol",
        "original_transfer_method",
        "sign_in_risk",
        "user_risk",
        "event_type",
    ),
    "device": ("device_id", "device_name", "trust_type", "is_compliant", "is_managed", "device_known"),
    "address": ("ip_address", "country"),
    "applied": ("applied_policies",),
    "agent": ("user_agent",),
    "proof": (
        "methods",
        "additional_details",
        "authentication_requirement",
        "incoming_token_type",
        "requirement_providers",
        "error_code",
    ),
}
"""Dictionary -> the columns of `SignInBatch` whose values together are one entry."""

UNSTATED_ERROR = -1
"""Error code of a row whose form does not say whether it succeeded."""


class Codes(dict[Hashable, int]):
    """Fact -> code in the order of first appearance; looking up a new fact adds it."""

    def __missing__(self, fact: Hashable) -> int:
        """Return the next free code and remember it."""
        code = self[fact] = len(self)
        return code

    def encode(self, facts: zip[tuple[Hashable, ...]], count: int) -> NDArray[np.int32]:
        """Return the codes of `count` facts."""
        return np.fromiter(map(self.__getitem__, facts), np.int32, count)


class Encoder:
    """The dictionaries of one archive being built."""

    def __init__(self) -> None:
        """Start with empty dictionaries."""
        self.codes = {name: Codes() for name in FACTS}

    def encode(self, batch: SignInBatch) -> Arrays:
        """Return the batch as equally long arrays: `created` in microseconds, a code per dictionary, hashes of ids, the id as text."""
        columns, count = batch.columns, len(batch)
        arrays: Arrays = {
            name: codes.encode(zip(*(columns[c] for c in FACTS[name]), strict=True), count) for name, codes in self.codes.items()
        }
        arrays["created"] = np.array(columns["created"], np.int64)
        arrays["error"] = np.array([UNSTATED_ERROR if e is None else e for e in columns["error_code"]], np.int32)
        arrays["id"] = np.array(columns["id"], object)
        arrays["same"] = hashes(columns["id"])
        for name, column in (("correlation", "correlation_id"), ("session", "session_id"), ("origin", "original_request_id")):
            arrays[name] = hashes(columns[column])
        tell_apart_without_id(columns, arrays["same"])
        return arrays


def hashes(texts: Sequence[object]) -> NDArray[np.int64]:
    """Return a 64-bit hash per text, 0 for an empty one; equal texts have equal hashes within one process."""
    return np.fromiter(map(hash, texts), np.int64, len(texts))


def tell_apart_without_id(columns: dict[str, list[object]], same: NDArray[np.generic]) -> None:
    """Give rows without an id the hash of all their columns: only a row that is equal in everything is the same sign-in."""
    for position in np.flatnonzero(same == 0).tolist():
        same[position] = hash(tuple(columns[name][position] for name in COLUMNS))


def filled(fact: Hashable) -> int:
    """Return how much an entry says: its parts that are neither empty nor null (an empty list of policies says more than none)."""
    parts = fact if isinstance(fact, tuple) else (fact,)
    return sum(0 if part is None or part == "" else 1 + bool(part) if isinstance(part, tuple) else 1 for part in parts)
