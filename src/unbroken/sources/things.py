"""Service principals, devices and named locations."""

from __future__ import annotations

from unbroken.entra.directory import Device, ServicePrincipal
from unbroken.entra.location import NamedLocation
from unbroken.errors import BadInput
from unbroken.sources.ids import canonical
from unbroken.sources.wire import Json, WireObject, plain

_LOCATION_KINDS = {"ipnamedlocation": "ip", "countrynamedlocation": "country", "compliantnetworknamedlocation": "compliantNetwork"}
_KIND_BY_FIELD = {"ipranges": "ip", "countriesandregions": "country", "compliantnetworktype": "compliantNetwork"}
_GPS = "authenticatorappgps"
_TRUST_TYPES = {"serverad": "ServerAD", "azuread": "AzureAD", "workplace": "Workplace"}


def service_principal(body: Json, where: str) -> ServicePrincipal:
    """Return the noun; an owner of null is not known. Only custom security attributes of type string can be in an application filter."""
    wire = WireObject(body, "", where)
    read = {key.lower() for key in body}
    attributes = wire.take("customSecurityAttributes")
    return ServicePrincipal(
        id=canonical(_required(wire, "id")),
        app_id=canonical(_required(wire, "appId")),
        display_name=wire.text("displayName"),
        owner_tenant_id=canonical(wire.text("appOwnerOrganizationId")) or None,
        kind=wire.text("servicePrincipalType"),
        attributes=tuple(_attributes(attributes)) if "customsecurityattributes" in read else None,
    )


def _attributes(sets: Json) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for set_name, values in sets.items() if isinstance(sets, dict) else ():
        for name, value in plain(values).items() if isinstance(values, dict) else ():
            pairs += [(f"{set_name}.{name}", one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    return pairs


def device(body: Json, where: str) -> Device:
    """Return the noun with every attribute that was read; null is a value, a missing key is none."""
    wire = WireObject(body, "", where)
    device_id = canonical(wire.text("deviceId") or wire.text("id"))
    if not device_id:
        raise BadInput(where, "has no deviceId", remedy="export it again with deviceId")
    extensions = body.get("extensionAttributes")
    flat = body | extensions if isinstance(extensions, dict) else body
    attributes = {key.lower(): _frozen(value) for key, value in plain(flat).items() if not isinstance(value, dict)}
    if isinstance(attributes.get("trusttype"), str):
        attributes["trusttype"] = trust_type(str(attributes["trusttype"]))
    return Device(device_id=device_id, display_name=wire.text("displayName"), attributes=tuple(attributes.items()))


def trust_type(word: str) -> str:
    """Return a `trustType` in the spelling of device filters (`ServerAD`); Graph's devices say `ServerAd`."""
    return _TRUST_TYPES.get(word.lower().replace(" ", ""), word)


def _frozen(value: Json) -> object:
    return tuple(map(str, value)) if isinstance(value, list) else value


def named_location(body: Json, where: str) -> NamedLocation:
    """Return the noun; the kind is told by `@odata.type`, where that is missing by the fields."""
    wire = WireObject(body, "", where)
    kind = _kind(body)
    if kind == "country" and wire.text("countryLookupMethod").lower() == _GPS:
        kind = "gps"
    _refuse_without(wire, kind)
    return NamedLocation(
        id=canonical(_required(wire, "id")),
        display_name=wire.text("displayName"),
        kind=kind,
        ranges=tuple(_range(each) for each in wire.objects("ipRanges")),
        countries=frozenset(code.upper() for code in wire.texts("countriesAndRegions")),
        include_unknown_countries=wire.take("includeUnknownCountriesAndRegions") is True,
        trusted=wire.take("isTrusted") is True,
    )


def _refuse_without(wire: WireObject, kind: str) -> None:
    """Raise when what makes up the place was not read: an unread place is not an empty one."""
    content = {"ip": "ipRanges", "country": "countriesAndRegions", "gps": "countriesAndRegions"}.get(kind)
    if content and not wire.has(content):
        raise BadInput(wire.where, f"has no {content}", remedy=f"export it again with {content}")


def _kind(body: dict[str, Json]) -> str:
    fields = {key.lower(): value for key, value in body.items()}
    wire_type = str(fields.get("@odata.type") or "").rpartition(".")[2]
    if wire_type:
        return _LOCATION_KINDS.get(wire_type.lower(), wire_type)
    return next((kind for name, kind in _KIND_BY_FIELD.items() if fields.get(name)), "unknown")


def _range(wire: WireObject) -> str:
    cidr, lower, upper = wire.text("cidrAddress"), wire.text("lowerAddress"), wire.text("upperAddress")
    if not cidr and not (lower and upper):
        raise BadInput(wire.where, "has an address range without cidrAddress or lowerAddress and upperAddress", remedy="export it again")
    return cidr or f"{lower}-{upper}"


def _required(wire: WireObject, name: str) -> str:
    value = wire.text(name)
    if not value:
        raise BadInput(wire.where, f"has no {name}", remedy=f"export it again with {name}")
    return value
