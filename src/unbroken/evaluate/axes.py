"""A log's dictionaries as classes: for every code the bits of every policy, in 64-bit lanes that numpy can AND.

The bits come from the same `PolicyTable` that `decide` reads; facts that no policy tells apart fall into one class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import Dictionaries, LoggedDevice, LoggedTarget, PackedAddresses
from unbroken.entra.request import AccessRequest, DeviceState, Identity
from unbroken.evaluate.axis import Axis, axis, classes
from unbroken.evaluate.bits import Bits
from unbroken.evaluate.circumstances import Standing
from unbroken.evaluate.dimension import Alternative
from unbroken.evaluate.logged import Context, Reading, stated_country
from unbroken.evaluate.places_of_log import packed, segments
from unbroken.evaluate.session import Shape
from unbroken.evaluate.users_of_log import user_axis
from unbroken.evaluate.worlds import Engine

NOBODY = Identity()


@dataclass(frozen=True)
class Axes:
    """All dimensions of a log for one policy set."""

    users: Axis[tuple[Standing, ...]]
    targets: Axis[tuple[Alternative, ...]]
    sessions: Axis[tuple[tuple[Shape, ...], bool]]
    """By (context class, device class), flattened; the meaning is the possible shapes and whether a prompt can be shown."""
    contexts: NDArray[np.int32]
    devices: NDArray[np.int32]
    device_classes: int
    places: Axis[tuple[bool, ...]]
    """The meaning: whether the address is among the MFA service's trusted ones."""
    spots: NDArray[np.int64]
    """By address: equal numbers are the same to every named location, by address and by country."""


def axes(engine: Engine, reading: Reading, facts: Dictionaries, identities: Sequence[Identity]) -> Axes:
    """Return the log's dictionaries as classes under the policies of `engine`; `identities` are those of the users."""
    count = len(engine.table.policies)
    contexts, context_list = classes(facts.contexts, reading.context)
    devices, device_list = _devices(engine, reading, facts.devices)
    places, spots = _places(engine, packed(facts.addresses))
    sessions = [_session(engine, context, device) for context in context_list for device in device_list]
    return Axes(
        users=user_axis(engine, identities),
        targets=axis([_target(engine, reading, each) for each in facts.targets], count),
        sessions=axis(sessions, count),
        contexts=contexts,
        devices=devices,
        device_classes=max(1, len(device_list)),
        places=places,
        spots=spots,
    )


def _devices(engine: Engine, reading: Reading, devices: Sequence[LoggedDevice]) -> tuple[NDArray[np.int32], list[DeviceState | None]]:
    """Return the class of every device and one device of each class: equal in what filters and grant controls ask about."""
    asked = engine.table.sessions.asked_attributes
    examples: dict[tuple[object, ...], LoggedDevice] = {}
    found = [reading.device_key(device, asked) for device in devices]
    for key, device in zip(found, devices, strict=True):
        examples.setdefault(key, device)
    codes, keys = classes(found, lambda key: key)
    states = [reading.device(examples[key]) for key in keys] or [None]
    same, distinct = classes(states, engine.table.sessions.device_signature)
    position: dict[object, DeviceState | None] = {}
    for state in states:
        position.setdefault(engine.table.sessions.device_signature(state), state)
    return same[codes] if len(codes) else codes, [position[signature] for signature in distinct]


def _target(engine: Engine, reading: Reading, target: LoggedTarget) -> tuple[Bits, tuple[Alternative, ...]]:
    context = Context(None, None, None, None, None, promptable=True)
    request = AccessRequest(identity=NOBODY, apps=reading.apps(target), facts=reading.facts(target, context, 0))
    dimension = engine.table.targets.dimension(request)
    return dimension.bits, dimension.alternatives


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


def _places(engine: Engine, addresses: PackedAddresses) -> tuple[Axis[tuple[bool, ...]], NDArray[np.int64]]:
    """Return the classes of addresses, one question for each distinct segment and country, and these."""
    networks = engine.table.networks
    where = segments(networks.places, addresses)
    _, first, inverse = np.unique(where * len(addresses.countries) + addresses.country, return_index=True, return_inverse=True)
    entries = []
    for row in first:
        request = AccessRequest(identity=NOBODY, ip_address=addresses.ips[row] or None, country=stated_country(addresses[int(row)].country))
        dimension = networks.dimension(request)
        entries.append((dimension.bits, tuple(dict.fromkeys(bool(option.facts) for option in dimension.alternatives))))
    found = axis(entries, len(engine.table.policies))
    return replace(found, classes=found.classes[inverse]), inverse
