"""All sign-ins there can be under one policy table, in classes, and every policy as boxes of classes.

A space of *worlds* holds whoever or whatever is not fully known once for each way it can be: what holds in all of it holds whatever the
missing facts are. A space of *certainties* holds everything once: what is surely so there is so in every world. Where nothing is
missing the two are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from unbroken.entra.vocabulary import LEGACY_CLIENTS, ClientAppType, DevicePlatform, InsiderRiskLevel, RiskLevel, TransferMethod
from unbroken.evaluate.bits import Bits
from unbroken.evaluate.people import EAS
from unbroken.evaluate.risk import INSIDER_LEVELS, LEVELS, Risk
from unbroken.evaluate.session import EAS_PLATFORMS, Shape
from unbroken.evaluate.worlds import Engine
from unbroken.prove.aspect import Aspect, Value, apart
from unbroken.prove.devices import device_aspect
from unbroken.prove.diagram import Box
from unbroken.prove.places import PlaceClasses, place_classes
from unbroken.prove.targets import APPS, Asked, target_aspect
from unbroken.prove.who import Crowd, crowd

Part = Mapping[str, int]
"""Classes by dimension; a dimension that is not named is unconstrained."""
WHO, TARGET, CLIENT, PLATFORM, DEVICE, FLOW = "users", "applications", "clients", "platforms", "devices", "flows"
ADDRESS, COUNTRY, SIGN_IN_RISK, USER_RISK, INSIDER_RISK = "addresses", "countries", "signInRisk", "userRisk", "insiderRisk"
MODERN = tuple(client for client in ClientAppType if client not in LEGACY_CLIENTS)
CLIENTS = (*MODERN, ClientAppType.OTHER, ClientAppType.EXCHANGE_ACTIVE_SYNC, ClientAppType.EAS_SUPPORTED)
PLATFORMS = (DevicePlatform.WINDOWS, *(each for each in DevicePlatform if each is not DevicePlatform.WINDOWS))


@dataclass(frozen=True)
class Space:
    """The dimensions of all sign-ins; `boxes` gives every policy as products of their classes."""

    engine: Engine
    worlds: bool
    who: Crowd
    places: PlaceClasses
    aspects: Mapping[str, Aspect]
    certain: bool
    """Nothing policies ask for is missing: worlds and certainties are the same."""
    cut: tuple[str, ...]
    """What could not be followed, so that nothing may be said of all sign-ins."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the dimensions in the order of every box."""
        return (WHO, *self.aspects)

    @cached_property
    def full(self) -> Box:
        """Return everything."""
        return (self.who.full, *(aspect.full for aspect in self.aspects.values()))

    @cached_property
    def legacy(self) -> Part:
        """Return sign-ins of legacy clients: they carry no device state and begin no authentication flow."""
        return {CLIENT: self._clients(lambda client: client in LEGACY_CLIENTS), DEVICE: 0b1, FLOW: 0b1}

    @cached_property
    def modern(self) -> Part:
        """Return sign-ins of modern clients."""
        return {CLIENT: self._clients(lambda client: client not in LEGACY_CLIENTS)}

    @cached_property
    def apps(self) -> int:
        """Return the classes of applications: all targets but user actions and authentication contexts."""
        return self.targets(lambda asked: asked.kind == APPS)

    def targets(self, chosen: Callable[[Asked], bool]) -> int:
        """Return the target classes that hold something `chosen`."""
        return sum(1 << at for at, members in enumerate(self.aspects[TARGET].members) if any(map(chosen, members)))

    def box(self, *parts: Part) -> Box | None:
        """Return the product of `parts`, None when nothing is in it."""
        found = list(self.full)
        for part in parts:
            for name, classes in part.items():
                found[self._position[name]] &= classes
        return tuple(found) if all(found) else None

    def boxes(self, policy: int, *, sure: bool) -> list[Box]:
        """Return where a policy's assignments and conditions surely hold, or where they may."""
        workload_risk = self.engine.table.risks[3].dimension("none").bits
        if not workload_risk.true >> policy & 1 or (sure and self.engine.table.unmodelled >> policy & 1):
            return []
        plain = {name: aspect.where(policy, sure=sure) for name, aspect in self.aspects.items() if aspect.name not in self._apart}
        combinations = product(self._people(policy, sure=sure), self._eas(policy), self.places.boxes(policy, sure=sure))
        return list(self.products((plain, *parts) for parts in combinations))

    def products(self, combinations: Iterable[Sequence[Part]]) -> Iterator[Box]:
        """Yield the product of each combination of parts that is not empty."""
        for parts in combinations:
            box = self.box(*parts)
            if box is not None:
                yield box

    def _people(self, policy: int, *, sure: bool) -> Iterator[Part]:
        """Yield the people a policy is assigned to; its roles and guests reach everybody who uses Exchange ActiveSync."""
        normal, eas = (self.who.sure, self.who.eas_sure) if sure else (self.who.possible, self.who.eas_possible)
        if not self.engine.table.people.widened >> policy & 1 or normal[policy] == eas[policy]:
            yield {WHO: normal[policy]}
            return
        yield {WHO: normal[policy], CLIENT: self._clients(lambda client: client not in EAS)}
        yield {WHO: eas[policy], CLIENT: self._clients(lambda client: client in EAS)}

    def _eas(self, policy: int) -> Iterator[Part]:
        """Yield the clients of a policy; which Exchange ActiveSync clients are supported depends on the platform."""
        sessions = self.engine.table.sessions
        direct = self._clients(lambda client: bool(sessions.client(client, DevicePlatform.UNKNOWN).true >> policy & 1))
        supported = self._clients(lambda client: bool(sessions.client(client, DevicePlatform.IOS).true >> policy & 1))
        yield {CLIENT: direct}
        if supported & ~direct:
            platforms = sum(1 << at for at, platform in enumerate(PLATFORMS) if platform in EAS_PLATFORMS)
            yield {CLIENT: supported & ~direct, PLATFORM: platforms}

    @cached_property
    def shapes(self) -> tuple[tuple[Shape, Part], ...]:
        """Return what grant controls tell apart in client, device and flow, and where."""
        found = [(Shape(legacy=True, device_code=False, compliant=False, hybrid=False), self.legacy)]
        begun = 1 << tuple(TransferMethod).index(TransferMethod.DEVICE_CODE)
        for (device_code, flows), (grants, devices) in product(
            ((False, self.aspects[FLOW].full & ~begun), (True, begun)), self._devices.items()
        ):
            shape = Shape(legacy=False, device_code=device_code, compliant=grants[0], hybrid=grants[1])
            found.append((shape, {**self.modern, FLOW: flows, DEVICE: devices}))
        return tuple(found)

    @cached_property
    def _devices(self) -> dict[tuple[bool, bool], int]:
        """Return the classes of devices by (compliant, hybrid joined)."""
        found: dict[tuple[bool, bool], int] = {}
        for at, members in enumerate(self.aspects[DEVICE].members):
            grants = members[0].get("iscompliant") is True, members[0].get("trusttype") == "ServerAD"
            found[grants] = found.get(grants, 0) | 1 << at
        return found

    @cached_property
    def _position(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def _apart(self) -> frozenset[str]:
        """Return the dimensions whose conditions are no product: clients, and places."""
        return frozenset({CLIENT, *(side.aspect.name for side in self.places.sides)})

    def _clients(self, chosen: Callable[[ClientAppType], bool]) -> int:
        return sum(1 << at for at, client in enumerate(CLIENTS) if chosen(client))


def space(engine: Engine, *, worlds: bool, beside: Space | None = None) -> Space:
    """Return all sign-ins under the policies of `engine`; where everybody is known, the people are those of the space `beside` it."""
    table, count = engine.table, len(engine.table.policies)
    people = beside.who if beside and beside.who.certain else crowd(engine, worlds=worlds)
    targets, targets_certain = target_aspect(table, worlds=worlds)
    devices, all_devices, readable = device_aspect(table.sessions, count)
    places = place_classes(table.networks, count, worlds=worlds)
    sign_in, user, insider, _ = table.risks
    aspects = (
        targets,
        apart(CLIENT, (Value(client, Bits(table.all, table.all)) for client in CLIENTS), count),
        apart(PLATFORM, (Value(platform, table.sessions.platform(platform)) for platform in PLATFORMS), count),
        devices,
        apart(FLOW, (Value(flow, table.sessions.flow(flow)) for flow in TransferMethod), count),
        *(side.aspect for side in places.sides),
        _risk(SIGN_IN_RISK, sign_in, map(RiskLevel, LEVELS), count),
        _risk(USER_RISK, user, map(RiskLevel, LEVELS), count),
        _risk(INSIDER_RISK, insider, map(InsiderRiskLevel, INSIDER_LEVELS), count),
    )
    return Space(
        engine=engine,
        worlds=worlds,
        who=people,
        places=places,
        aspects={aspect.name: aspect for aspect in aspects},
        certain=people.certain and targets_certain and readable and places.certain and not table.unmodelled & table.evaluated,
        cut=() if all_devices else ("the kinds of device that the device filters tell apart are too many to follow",),
    )


def _risk(name: str, risk: Risk, levels: Iterable[RiskLevel | InsiderRiskLevel], policies: int) -> Aspect:
    return apart(name, (Value(level, risk.dimension(level).bits) for level in levels), policies)
