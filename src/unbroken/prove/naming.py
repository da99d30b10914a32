"""Boxes of classes in people's words: who by groups and roles, and for every dimension that is constrained the values in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from unbroken.entra.location import NamedLocation
from unbroken.entra.request import DeviceState
from unbroken.entra.well_known import AZURE_RESOURCE_MANAGER, SERVICE_MANAGEMENT_APPS
from unbroken.evaluate.bits import each
from unbroken.prove.aspect import Aspect
from unbroken.prove.diagram import Box
from unbroken.prove.labels import TRUSTED_ADDRESSES, Labels
from unbroken.prove.people_names import PeopleNames
from unbroken.prove.places import NO_COUNTRY, Spot
from unbroken.prove.proof import Condition, Region
from unbroken.prove.space import ADDRESS, CLIENT, COUNTRY, DEVICE, TARGET, WHO, Space
from unbroken.prove.targets import ANY_OTHER_APP, ANY_OTHER_CONTEXT, APPS, CONTEXTS, Asked


class Naming:
    """The words for one space."""

    def __init__(self, space: Space) -> None:
        """Name the classes of `space`."""
        self.space = space
        self._labels = Labels(space.engine.table.snapshot)
        self.people = PeopleNames(space, self._labels)

    def region(self, box: Box, scope: Box, chosen: Iterable[Asked] | None = None, policies: Sequence[str] = ()) -> Region:
        """Return `box` in words; what the whole `scope` allows is no condition. `chosen`: the only targets meant."""
        positions = box[0] & scope[0]
        parts = zip(self.space.names, box, scope, strict=True)
        wanted = None if chosen is None else {*chosen}
        conditions = (
            self._condition(name, mine & whole, whole, wanted) for name, mine, whole in parts if name != WHO and mine & whole != whole
        )
        return Region(
            users=self.space.who.users(positions),
            externals=self.space.who.externals(positions),
            who=self.people.who(positions, scope[0]),
            conditions=tuple(conditions),
            policies=tuple(policies),
        )

    def _condition(self, name: str, mine: int, whole: int, chosen: set[Asked] | None) -> Condition:
        aspect = self.space.aspects[name]
        if name == TARGET:
            return self._targets(aspect, mine, whole, chosen)
        words = _WORDS.get(name, _plain)
        inside, outside = list(words(self, aspect, mine)), list(words(self, aspect, whole & ~mine))
        few = FEW if name == CLIENT else 0
        if name != DEVICE and few < len(inside) > len(outside) and REST.isdisjoint(outside):
            return Condition(name=name, values=tuple(outside), all_but=True)
        return Condition(name=name, values=tuple(inside))

    def _targets(self, aspect: Aspect, mine: int, whole: int, chosen: set[Asked] | None) -> Condition:
        inside, outside = (self._asked(aspect, classes, chosen) for classes in (mine, whole & ~mine))
        all_but = 0 < len(outside) < len(inside)
        shown = _without_echoes(outside if all_but else inside)
        labels = dict.fromkeys(self._together(shown))
        ids = dict.fromkeys(asked.name for asked in shown if asked.kind == APPS and asked.name != ANY_OTHER_APP)
        return Condition(name=TARGET, values=tuple(labels), all_but=all_but, ids=tuple(ids))

    def _together(self, shown: Sequence[Asked]) -> Iterator[str]:
        """Yield the names of targets, one for all of Azure management where all of it is among them."""
        managing = {AZURE_RESOURCE_MANAGER, *SERVICE_MANAGEMENT_APPS}
        if managing <= {asked.name for asked in shown}:
            yield AZURE_MANAGEMENT
            shown = [asked for asked in shown if asked.name not in managing]
        yield from map(self.asked, shown)

    def _asked(self, aspect: Aspect, classes: int, chosen: set[Asked] | None) -> list[Asked]:
        return [asked for at in each(classes) for asked in aspect.members[at] if chosen is None or asked in chosen]

    def asked(self, asked: Asked) -> str:
        """Return the name of a target."""
        if asked.kind == APPS:
            name = "any other app" if asked.name == ANY_OTHER_APP else self._labels.app(asked.name)
            return f"{name} ({_scopes(asked)} only{self._client(asked)})" if asked.of_baseline_scopes else name
        if asked.kind == CONTEXTS:
            return "any other authentication context" if asked.name == ANY_OTHER_CONTEXT else f"authentication context {asked.name}"
        return ACTIONS[asked.name]

    def _client(self, asked: Asked) -> str:
        client = asked.facts.client_app_id
        return f", for {self._labels.app(client)}" if client else ""

    def addresses(self, aspect: Aspect, classes: int) -> Iterator[str]:
        """Yield the named locations whose addresses are meant."""
        locations = self.space.engine.table.networks.places.locations
        for at in each(classes):
            for spot in aspect.members[at]:
                yield _spot(spot, [location.display_name or location.id for location in locations])

    def devices(self, aspect: Aspect, classes: int) -> Iterator[str]:
        """Yield the kinds of devices: by registration, join, compliance, and the filters that match."""
        full = aspect.full
        registered = full & ~1
        compliant = self._where(aspect, "iscompliant", value=True)
        hybrid = self._where(aspect, "trusttype", value="ServerAD")
        plain = (
            ("an unregistered device", 1),
            ("any registered device", registered),
            ("a compliant device", compliant),
            ("a device that is not compliant", full & ~compliant),
            ("a hybrid joined device", hybrid),
            ("a device that is not hybrid joined", full & ~hybrid),
            ("a device that is neither compliant nor hybrid joined", full & ~compliant & ~hybrid),
            ("a compliant or hybrid joined device", compliant | hybrid),
            ("a registered device that is not compliant", registered & ~compliant),
            ("a hybrid joined device that is not compliant", hybrid & ~compliant),
            ("a compliant device that is not hybrid joined", compliant & ~hybrid),
            ("a compliant, hybrid joined device", compliant & hybrid),
            ("a registered device that is neither compliant nor hybrid joined", registered & ~compliant & ~hybrid),
        )
        for label, own in (*plain, *self._filters(aspect)):
            if own == classes:
                yield label
                return
        yield from (_device(aspect.members[at][0]) for at in each(classes))

    def _filters(self, aspect: Aspect) -> Iterator[tuple[str, int]]:
        """Yield what each device filter matches, and what it does not."""
        sessions = self.space.engine.table.sessions
        for text in sessions.rules:
            matched = sum(1 << at for at, members in enumerate(aspect.members) if sessions.matches(text, members[0]))
            yield f"a device that matches `{text}`", matched
            yield f"a device that does not match `{text}`", aspect.full & ~matched

    def _where(self, aspect: Aspect, attribute: str, *, value: object) -> int:
        return sum(1 << at for at, members in enumerate(aspect.members) if members[0].get(attribute) == value)

    def countries(self, aspect: Aspect, classes: int) -> Iterator[str]:
        """Yield the named location that is just these countries, else their codes; a class with very many is every other country."""
        location = self._country_location(aspect, classes)
        if location:
            yield location
            return
        for at in each(classes):
            codes = aspect.members[at]
            if len(codes) > MANY:
                yield ANY_OTHER_COUNTRY
                yield from (UNKNOWN_COUNTRY for code in codes if code == NO_COUNTRY)
            else:
                yield from (code or UNKNOWN_COUNTRY for code in codes)

    def _country_location(self, aspect: Aspect, classes: int) -> str:
        codes = {code for at in each(classes) for code in aspect.members[at]}
        found = (place for place in self.space.engine.table.networks.places.locations if len(place.countries) > 1)
        return next((place.display_name for place in found if codes == place.countries | _unknown(place)), "")


FEW, MANY = 2, 60
ANY_OTHER_COUNTRY, NOWHERE_NAMED = "any other country", "outside every named location"
AZURE_MANAGEMENT = "Azure management (Windows Azure Service Management API and all it covers)"
REST = frozenset({ANY_OTHER_COUNTRY, NOWHERE_NAMED})
"""Labels for all that has no name: to leave them out is best said by what remains."""
UNKNOWN_COUNTRY = "no known country"
ACTIONS = {
    "urn:user:registersecurityinfo": "registering security information",
    "urn:user:registerdevice": "registering or joining a device",
}
_WORDS = {ADDRESS: Naming.addresses, DEVICE: Naming.devices, COUNTRY: Naming.countries}


def _unknown(place: NamedLocation) -> frozenset[str]:
    return frozenset({NO_COUNTRY} if place.include_unknown_countries else ())


def _plain(_: Naming, aspect: Aspect, classes: int) -> Iterator[str]:
    for at in each(classes):
        yield from (("yes" if value else "no") if isinstance(value, bool) else str(value) for value in aspect.members[at])


def _without_echoes(found: Sequence[Asked]) -> list[Asked]:
    """Return targets without what an application gets as a client where the application itself is among them."""
    apps = {asked.name for asked in found}
    return [asked for asked in found if asked.facts.client_app_id not in apps]


def _spot(spot: Spot, names: Sequence[str]) -> str:
    inside = [names[bit] for bit in each(spot.inside) if bit < len(names)]
    inside += [TRUSTED_ADDRESSES] if spot.in_mfa_trusted else []
    return " and ".join(inside) or NOWHERE_NAMED


def _scopes(asked: Asked) -> str:
    return ", ".join(sorted(asked.facts.requested_scopes or ()))


def _device(device: DeviceState) -> str:
    if not device.attributes:
        return "an unregistered device"
    shown = ", ".join(f"{name} {value}" for name, value in device.attributes)
    return f"a device with {shown}"
