"""A log's dictionaries as classes: for every code the bits of every policy, in 64-bit lanes that numpy can AND.

The bits come from the same `PolicyTable` that `decide` reads; facts that no policy tells apart fall into one class.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import Dictionaries
from unbroken.entra.request import AccessRequest, DeviceState, Identity
from unbroken.evaluate.bits import Bits
from unbroken.evaluate.circumstances import Standing
from unbroken.evaluate.logged import Context, Reading
from unbroken.evaluate.session import Shape
from unbroken.evaluate.worlds import Engine

K = TypeVar("K", bound=Hashable)
Lanes = NDArray[np.uint64]
NOBODY = Identity()


@dataclass(frozen=True)
class Axis(Generic[K]):
    """One dimension of the log: `classes[code]` is the class, and each class has its bits and whatever else it means."""

    classes: NDArray[np.int32]
    true: Lanes
    """Shape (classes, lanes)."""
    possible: Lanes
    meaning: tuple[K, ...]


@dataclass(frozen=True)
class Axes:
    """All dimensions of a log for one policy set."""

    users: Axis[tuple[Standing, ...]]
    targets: Axis[None]
    sessions: Axis[tuple[tuple[Shape, ...], bool]]
    """By (context class, device class), flattened; the meaning is the possible shapes and whether a prompt can be shown."""
    contexts: NDArray[np.int32]
    devices: NDArray[np.int32]
    device_classes: int
    places: Axis[tuple[bool, ...]]
    """The meaning: whether the address is among the MFA service's trusted ones."""


def lanes(masks: Sequence[int], count: int) -> Lanes:
    """Return policy masks as an array (len(masks), lanes) of 64 policies each."""
    width = max(1, -(-count // 64))
    low = (1 << 64) - 1
    return np.array([[mask >> (64 * lane) & low for lane in range(width)] for mask in masks], dtype=np.uint64).reshape(len(masks), width)


def axes(engine: Engine, reading: Reading, facts: Dictionaries) -> Axes:
    """Return the log's dictionaries as classes under the policies of `engine`."""
    count = len(engine.table.policies)
    contexts, context_list = _classes(facts.contexts, reading.context)
    devices, device_list = _device_classes(engine, [reading.device(each) for each in facts.devices])
    sessions = [_session(engine, context, device) for context in context_list for device in device_list]
    return Axes(
        users=_axis([_user(engine, reading.identity(each)) for each in facts.users], count),
        targets=_axis([_target(engine, reading, each) for each in facts.targets], count),
        sessions=_axis(sessions, count),
        contexts=contexts,
        devices=devices,
        device_classes=max(1, len(device_list)),
        places=_places(engine, facts),
    )


def _axis(entries: Sequence[tuple[Bits, K]], count: int) -> Axis[K]:
    classes, distinct = _classes(entries, lambda entry: entry)
    return Axis(
        classes,
        lanes([bits.true for bits, _ in distinct], count),
        lanes([bits.possible for bits, _ in distinct], count),
        tuple(meaning for _, meaning in distinct),
    )


T = TypeVar("T")


def _classes(entries: Sequence[T], key: Callable[[T], K]) -> tuple[NDArray[np.int32], list[K]]:
    found: dict[K, int] = {}
    codes = [found.setdefault(key(entry), len(found)) for entry in entries]
    return np.array(codes, dtype=np.int32), list(found)


def _device_classes(engine: Engine, devices: Sequence[DeviceState | None]) -> tuple[NDArray[np.int32], list[DeviceState | None]]:
    examples: dict[tuple[object, ...], DeviceState | None] = {}
    signatures = [engine.table.sessions.device_signature(device) for device in devices]
    for signature, device in zip(signatures, devices, strict=True):
        examples.setdefault(signature, device)
    codes, _ = _classes(signatures, lambda signature: signature)
    return codes, list(examples.values()) or [None]


def _user(engine: Engine, identity: Identity) -> tuple[Bits, tuple[Standing, ...]]:
    dimension = engine.table.people.dimension(identity, eas=None)
    return dimension.bits, tuple(dict.fromkeys(engine.circumstances.standing(option.facts) for option in dimension.alternatives))


def _target(engine: Engine, reading: Reading, target: object) -> tuple[Bits, None]:
    context = Context(None, None, None, None, None, promptable=True)
    request = AccessRequest(identity=NOBODY, apps=reading.apps(target), facts=reading.facts(target, context, 0))  # type: ignore[arg-type]
    return engine.table.targets.dimension(request).bits, None


def _session(engine: Engine, context: Context, device: DeviceState | None) -> tuple[Bits, tuple[tuple[Shape, ...], bool]]:
    request = AccessRequest(
        identity=NOBODY, client=context.client, platform=context.platform, device=device, transfer_method=context.transfer_method
    )
    dimension = engine.table.sessions.dimension(request)
    sign_in, user, insider, workload = engine.table.risks
    risks = (
        sign_in.dimension(context.sign_in_risk),
        user.dimension(context.user_risk),
        insider.dimension(None),
        workload.dimension("none"),
    )
    bits = dimension.bits
    for risk in risks:
        bits &= risk.bits
    shapes: dict[Shape, None] = dict.fromkeys(option.facts for option in dimension.alternatives)
    return bits, (tuple(shapes), context.promptable)


def _places(engine: Engine, facts: Dictionaries) -> Axis[tuple[bool, ...]]:
    networks = engine.table.networks
    signatures = networks.places.signatures(address.ip for address in facts.addresses)
    countries = {country: networks.places.in_country(country).true for country in {address.country for address in facts.addresses}}
    keys = [
        (signature if signature is None else signature | countries[address.country], address)
        for signature, address in zip(signatures, facts.addresses, strict=True)
    ]
    by_key: dict[int | tuple[None, str], tuple[Bits, tuple[bool, ...]]] = {}
    entries = []
    for signature, address in keys:
        key = (None, address.country) if signature is None else signature
        if key not in by_key:
            request = AccessRequest(identity=NOBODY, ip_address=address.ip or None, country=address.country)
            dimension = networks.dimension(request)
            by_key[key] = dimension.bits, tuple(dict.fromkeys(bool(option.facts) for option in dimension.alternatives))
        entries.append(by_key[key])
    return _axis(entries, len(engine.table.policies))
