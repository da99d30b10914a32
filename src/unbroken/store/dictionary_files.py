"""The dictionaries on disk: facts as JSON, addresses by column with their numbers, so that no text is parsed a second time."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from unbroken.entra.cube import Dictionaries, LoggedContext, LoggedDevice, LoggedTarget, LoggedUser, PackedAddresses
from unbroken.evaluate.places_of_log import packed

FACTS = "dictionaries.json"
ADDRESSES = "addresses.json"
NUMBERS = "addresses.npz"


class _Stored(msgspec.Struct):
    """`Dictionaries` without its addresses."""

    users: list[LoggedUser]
    targets: list[LoggedTarget]
    contexts: list[LoggedContext]
    devices: list[LoggedDevice]
    applied: list[tuple[tuple[str, str], ...] | None]


class _Texts(msgspec.Struct):
    ips: list[str]
    countries: list[str]


def write_dictionaries(folder: Path, facts: Dictionaries) -> None:
    """Write `facts` into files of `folder`."""
    stored = _Stored(facts.users, facts.targets, facts.contexts, facts.devices, facts.applied)
    addresses = packed(facts.addresses)
    (folder / FACTS).write_bytes(msgspec.json.encode(stored))
    (folder / ADDRESSES).write_bytes(msgspec.json.encode(_Texts(addresses.ips, addresses.countries)))
    with (folder / NUMBERS).open("wb") as file:
        np.savez(file, country=addresses.country, family=addresses.family, high=addresses.high, low=addresses.low)


def read_dictionaries(folder: Path) -> Dictionaries:
    """Return the dictionaries of the archive at `folder`."""
    stored = msgspec.json.decode((folder / FACTS).read_bytes(), type=_Stored)
    texts = msgspec.json.decode((folder / ADDRESSES).read_bytes(), type=_Texts)
    with np.load(folder / NUMBERS) as numbers:
        addresses = PackedAddresses(texts.ips, texts.countries, numbers["country"], numbers["family"], numbers["high"], numbers["low"])
    return Dictionaries(stored.users, stored.targets, stored.contexts, stored.devices, addresses, stored.applied)
