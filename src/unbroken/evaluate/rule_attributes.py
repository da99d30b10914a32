"""The attributes a filter rule may name, and which operators each of them takes.

Source: entra-docs, concept-condition-filters-for-devices.md (device filters) and concept-filter-for-applications.md.
"""

from __future__ import annotations

from collections.abc import Mapping

EQUALITY = frozenset({"eq", "ne"})
MEMBERSHIP = EQUALITY | {"in", "notin"}
CONTAINMENT = frozenset({"contains", "notcontains"})
TEXT = MEMBERSHIP | CONTAINMENT | {"startswith", "notstartswith", "endswith", "notendswith"}

COLLECTIONS = frozenset({"physicalids", "systemlabels"})
"""`-contains` matches a whole element of these, and a part of the value of every other attribute."""
BOOLEANS = frozenset({"iscompliant"})
EXTENSION_ATTRIBUTES = frozenset(f"extensionattribute{number}" for number in range(1, 16))

MANAGED_BY = "mdmappid"

DEVICE_PREFIX = "device."
SECURITY_PREFIX = "customsecurityattribute."

_DEVICE: dict[str, frozenset[str]] = {
    **dict.fromkeys(("deviceid", MANAGED_BY), MEMBERSHIP),
    **dict.fromkeys(("deviceownership", "iscompliant", "profiletype", "trusttype"), EQUALITY),
    **dict.fromkeys(COLLECTIONS, CONTAINMENT),
    **dict.fromkeys(("displayname", "enrollmentprofilename", "manufacturer", "model"), TEXT),
    **dict.fromkeys(("operatingsystem", "operatingsystemversion", *EXTENSION_ATTRIBUTES), TEXT),
}


def operators_of(name: str) -> frozenset[str]:
    """Return the operators that the attribute, named as in the rule but in lower case, takes; none when it is not known."""
    if name.startswith(DEVICE_PREFIX):
        return _DEVICE.get(name.removeprefix(DEVICE_PREFIX), frozenset())
    return TEXT if name.startswith(SECURITY_PREFIX) else frozenset()


def attribute_key(name: str) -> str:
    """Return the one spelling under which an attribute is compared: no prefix, lower case, `Set.Name` as `set_name`.

    Policies spell a custom security attribute by the id of its definition, `Set_Name`; directory objects nest it as `Set.Name`.
    """
    return name.lower().removeprefix(DEVICE_PREFIX).removeprefix(SECURITY_PREFIX).replace(".", "_")


def visible_attributes(attributes: Mapping[str, object]) -> dict[str, object]:
    """Return the device attributes a rule can see: extension attributes only of managed, compliant or hybrid joined devices.

    Managed means that `mdmAppId` is set; everything else that is absent is null.
    """
    known = {attribute_key(name): value for name, value in attributes.items()}
    hybrid = str(known.get("trusttype", "")).lower() == "serverad"
    if known.get(MANAGED_BY) or hybrid or str(known.get("iscompliant", "")).lower() == "true":
        return known
    return {name: value for name, value in known.items() if name not in EXTENSION_ATTRIBUTES}
