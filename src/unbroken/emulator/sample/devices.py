"""Registered machines: their `/devices` records, and what a filter for devices sees of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unbroken.emulator.sample.accounts import Account, Machine
from unbroken.emulator.sample.ids import Seed

Wire = dict[str, Any]


def devices(accounts: Iterable[Account], seed: Seed) -> list[Wire]:
    """Return the `/devices` records of every registered machine."""
    machines = [machine for account in accounts for machine in (account.pc, account.phone) if machine and machine.device_id]
    return [_device(machine, seed.id("device object", machine.device_id)) for machine in machines]


FILTERED = (
    *("deviceId", "displayName", "operatingSystem", "operatingSystemVersion", "trustType", "profileType", "isCompliant"),
    *("deviceOwnership", "manufacturer", "model", "mdmAppId"),
)
"""Attributes that filters for devices ask for."""


def filtered_attributes(machine: Machine) -> tuple[tuple[str, object], ...]:
    """Return what a filter for devices sees of a machine; nothing of one that is not registered."""
    record = _device(machine, "") if machine.device_id else {}
    return tuple((name, record[name]) for name in FILTERED if record.get(name) not in {None, ""})


def _device(machine: Machine, key: str) -> Wire:
    managed = machine.compliant or machine.trust == "ServerAd"
    system = {"windows": "Windows", "iOS": "IPhone", "android": "Android"}.get(machine.platform, machine.platform)
    version = {"windows": "10.0.26100.6899", "iOS": "18.6", "android": "15"}.get(machine.platform, "")
    return {
        "id": key,
        "deviceId": machine.device_id,
        "displayName": machine.name,
        "accountEnabled": True,
        "operatingSystem": system,
        "operatingSystemVersion": version,
        "trustType": machine.trust,
        "profileType": "RegisteredDevice",
        "isCompliant": machine.compliant,
        "isManaged": managed,
        "deviceOwnership": "Personal" if machine.trust == "Workplace" else "Company",
        "managementType": "mdm" if managed else None,
        "manufacturer": "Dell Inc." if machine.platform == "windows" else "",
        "model": machine.model,
        "mdmAppId": "0000000a-0000-0000-c000-000000000000" if machine.compliant else None,
        "onPremisesSyncEnabled": True if machine.trust == "ServerAd" else None,
        "physicalIds": [],
        "systemLabels": [],
        "extensionAttributes": {f"extensionAttribute{number}": None for number in range(1, 16)},
    }
