"""A synthetic archive of any size, made without reading logs: 20,000 users with ten habits each, 300 apps, 260,000 addresses.

The rows enter where a reader's rows would, and the same statements settle them: duplicates, retries, sessions, cube.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from unbroken.store.archive import Archive, finish
from unbroken.store.codes import Arrays, Encoder
from unbroken.store.folder import appearing_at_once
from unbroken.store.staging import MEMORY_LIMIT, Staging

USERS, HABITS, APPS, DEVICES, HOME_ADDRESSES, MOBILE_ADDRESSES, OFFICES = 20_000, 10, 300, 40_000, 20_000, 240_000, 40
POLICIES = 30
ROWS_A_PIECE = 500_000
DAY = 24 * 3600 * 1_000_000
START = 1_790_000_000_000_000
TENANT = "11111111-2222-4333-8444-555555555555"
PASSWORD = (("Password", "Correct password"),)
PROMPTED = (*PASSWORD, ("Mobile app notification", "MFA completed in Azure AD"))
CLAIMED = (("Previously satisfied", "First factor requirement satisfied by claim in the token"),)
SINGLE, MULTI = "singleFactorAuthentication", "multiFactorAuthentication"
PROOFS = (
    (PASSWORD, "", SINGLE, "none", (), 0),
    (CLAIMED, "", SINGLE, "refreshToken", (), 0),
    (CLAIMED, "MFA requirement satisfied by claim in the token", MULTI, "refreshToken", (), 0),
    (PROMPTED, "", MULTI, "none", (), 0),
    (PASSWORD, "", MULTI, "none", (), 50074),
)
INTERRUPT = len(PROOFS) - 1


def guid(kind: int, number: int) -> str:
    """Return a fixed id: `kind` tells users, apps and devices apart."""
    return f"{kind:08x}-0000-4000-8000-{number:012x}"


def contexts() -> list[tuple[object, ...]]:
    """Return the ways of asking, the legacy ones last."""
    systems = ("Windows 11", "MacOs", "Ios 19", "Android 16", "Linux")
    modern = [
        (client, system, interactive, "", "", "none", "none", "interactiveUser" if interactive else "nonInteractiveUser")
        for client in ("Browser", "Mobile Apps and Desktop clients")
        for system in systems
        for interactive in (True, False)
    ]
    return [*modern, *((client, "", False, "", "", "none", "none", "nonInteractiveUser") for client in ("IMAP4", "Authenticated SMTP"))]


def encoder() -> Encoder:
    """Return dictionaries that hold the whole tenant."""
    made = Encoder()
    facts: dict[str, list[tuple[object, ...]]] = {
        "user": [(guid(1, n), TENANT, "none", "member", f"user{n}@contoso.example", f"User {n}") for n in range(USERS)],
        "target": [(guid(2, n), f"App {n}", guid(3, n % 40), f"Resource {n % 40}", ()) for n in range(APPS)],
        "context": contexts(),
        "device": [("", "", "", None, None, True)]
        + [
            (guid(4, n), f"PC{n}", "Azure AD joined" if n % 3 else "Azure AD registered", n % 3 > 0, n % 2 > 0, True)
            for n in range(DEVICES)
        ],
        "address": [(address(n), "GB" if n % 9 else "FR") for n in range(HOME_ADDRESSES + MOBILE_ADDRESSES + OFFICES)],
        "applied": [
            (tuple((guid(5, p), "success" if n >> p % 5 & 1 and p % 7 else "notApplied") for p in range(POLICIES)),) for n in range(32)
        ],
        "agent": [(f"Mozilla/5.0 ({n})",) for n in range(60)],
        "proof": list(PROOFS),
    }
    for name, rows in facts.items():
        for row in rows:
            made.codes[name][row]
    return made


def address(number: int) -> str:
    """Return an IPv4 address, or an IPv6 address for every third."""
    return f"2001:db8:{number >> 8:x}::{number & 255:x}" if number % 3 == 0 else f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


class Habits:
    """What each user does again and again: app, context, device and address per (user, habit)."""

    def __init__(self, random: np.random.Generator) -> None:
        """Draw the habits."""
        shape = (USERS, HABITS)
        user = np.arange(USERS)[:, None]
        self.target = np.minimum(random.zipf(1.3, shape) - 1, APPS - 1).astype(np.int32)
        self.context = random.integers(0, 20, shape, np.int32)
        self.context[random.random(shape) < 0.004] = 20
        own = 1 + 2 * user + random.integers(0, 2, shape)
        self.device = np.where((random.random(shape) < 0.3) | (self.context >= 20), 0, own).astype(np.int32)
        self.place = random.choice(3, shape, p=(0.4, 0.45, 0.15))
        self.home = np.broadcast_to(user % HOME_ADDRESSES, shape)
        self.office = HOME_ADDRESSES + MOBILE_ADDRESSES + np.broadcast_to(user % OFFICES, shape)


def piece(random: np.random.Generator, habits: Habits, count: int, number: int) -> Arrays:
    """Return `count` rows: 3 % of them interrupts before another row, 1 % repetitions of another row."""
    user = np.minimum((random.random(count) ** 1.6 * USERS).astype(np.int32), USERS - 1)
    habit = np.minimum(random.geometric(0.3, count) - 1, HABITS - 1)
    target = habits.target[user, habit]
    stray = random.random(count) < 0.03
    target = np.where(stray, random.integers(0, APPS, count, np.int32), target)
    mobile = HOME_ADDRESSES + (user * 12 + random.integers(0, 12, count)) % MOBILE_ADDRESSES
    place = np.choose(habits.place[user, habit], (habits.home[user, habit], habits.office[user, habit], mobile))
    created = START + random.integers(0, 30 * DAY, count)
    session = (user.astype(np.int64) << 20) + habit * 32 + (created - START) // DAY + 1
    rows: Arrays = {
        "user": user,
        "target": target.astype(np.int32),
        "context": habits.context[user, habit],
        "device": habits.device[user, habit],
        "address": place.astype(np.int32),
        "applied": ((target * 7 + user) % 32).astype(np.int32),
        "agent": (user % 60).astype(np.int32),
        "proof": random.choice(INTERRUPT, count, p=(0.1, 0.6, 0.25, 0.05)).astype(np.int32),
        "created": created,
        "error": np.zeros(count, np.int32),
        "same": (np.arange(count) + number * ROWS_A_PIECE + 1) * 2_654_435_761,
        "session": session,
        "correlation": random.integers(1, 2**62, count),
        "origin": np.zeros(count, np.int64),
    }
    interrupts, repeated = int(count * 0.03), int(count * 0.01)
    for name in rows:
        rows[name][:interrupts] = rows[name][interrupts : 2 * interrupts] if name != "same" else rows[name][:interrupts]
        rows[name][count - repeated :] = rows[name][count - 2 * repeated : count - repeated]
    rows["created"][:interrupts] -= 20_000_000
    rows["error"][:interrupts], rows["proof"][:interrupts] = 50074, INTERRUPT
    rows["id"] = np.array([f"{n & 0xFFFFFFFF:08x}-{n >> 32 & 0xFFFF:04x}-4000-8000-{n:012x}" for n in rows["same"].tolist()], object)
    return rows


def make(folder: Path, sign_ins: int, seed: int = 1, memory_limit: str = MEMORY_LIMIT) -> Archive:
    """Write an archive of `sign_ins` rows at `folder`."""
    random = np.random.default_rng(seed)
    habits = Habits(random)
    with appearing_at_once(folder) as building, Staging(building / "work", memory_limit) as staging:
        for number, start in enumerate(range(0, sign_ins, ROWS_A_PIECE)):
            staging.add(piece(random, habits, min(ROWS_A_PIECE, sign_ins - start), number))
        finish(staging, encoder(), building, tenant_id=TENANT)
    return Archive(folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sign_ins", type=int)
    arguments = parser.parse_args()
    print(make(arguments.folder, arguments.sign_ins).manifest)
