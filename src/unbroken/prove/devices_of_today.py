"""The registered devices of today, each as what a sign-in with it can be: its class of devices, and the platforms it can have.

A policy sees the platform of a sign-in apart from the device record, but one machine has one operating system: a registered iPhone is no
way past a policy for Windows. A device that is disabled cannot be used to sign in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unbroken.entra.directory import Device
from unbroken.entra.request import DeviceState
from unbroken.entra.vocabulary import Control, DevicePlatform
from unbroken.evaluate.bits import each, union
from unbroken.evaluate.session import Sessions
from unbroken.prove.space import DEVICE, PLATFORM, PLATFORMS, Part, Space

UNREGISTERED_CLASS = 0b1
_SYSTEMS = {
    **dict.fromkeys(("ios", "ipad", "iphone"), DevicePlatform.IOS),
    **dict.fromkeys(("macmdm", "macos", "mac os"), DevicePlatform.MACOS),
    "android": DevicePlatform.ANDROID,
    "linux": DevicePlatform.LINUX,
    "windows phone": DevicePlatform.WINDOWS_PHONE,
    "windowsphone": DevicePlatform.WINDOWS_PHONE,
    "windows": DevicePlatform.WINDOWS,
}
"""How an `operatingSystem` begins, in lower case (`AndroidForWork`, `Windows 10 Enterprise`); the first that fits counts."""
_DEVICE_CONTROLS = frozenset({Control.COMPLIANT_DEVICE, Control.DOMAIN_JOINED_DEVICE})


class DevicesOfToday:
    """The devices of one tenant, under its `enabled` policies (bits)."""

    def __init__(self, space: Space, enabled: int) -> None:
        """Take the devices and their filters from the engine of `space`."""
        table = space.engine.table
        self._space, self._enabled, self._read = space, enabled, table.snapshot.devices
        self._classes = {_signature(table.sessions, members[0]): 1 << at for at, members in enumerate(space.aspects[DEVICE].members)}

    def parts(self, *, sure: bool) -> list[Part]:
        """Return the devices and platforms that sign-ins surely can have today, or perhaps can; without a device any platform."""
        if not sure and not self._read.complete:
            return [{}]
        found: dict[int, int] = {self._space.aspects[PLATFORM].full: UNREGISTERED_CLASS}
        for device in self._read.records:
            platforms = self._platforms(device, sure=sure)
            state = DeviceState(attributes=tuple(sorted(device.attributes)))
            found[platforms] = found.get(platforms, 0) | self._classes.get(_signature(self._space.engine.table.sessions, state), 0)
        return [{DEVICE: devices, PLATFORM: platforms} for platforms, devices in found.items()]

    def missing(self) -> Iterator[str]:
        """Yield what is not known of the devices, where an enabled policy asks for one."""
        if not self._asked_for:
            return
        if not self._read.complete:
            yield f"the devices of today (devices {self._read.why})"
        unsure = [device for device in self._read.records if _enabled(device) is None]
        yield from _of_each(unsure, "whether {} can be used (accountEnabled of devices)")
        usable = [device for device in self._read.records if _enabled(device) is not False]
        unplaced = [] if self._indifferent else [device for device in usable if _platform(device) is None]
        yield from _of_each(unplaced, "which platform {} has (operatingSystem of devices)")

    def _platforms(self, device: Device, *, sure: bool) -> int:
        """Return the platforms (as bits) that a sign-in with `device` surely, or perhaps, can have."""
        enabled, platform = _enabled(device), _platform(device)
        if enabled is False or (sure and enabled is None):
            return 0
        if platform is not None:
            return 1 << PLATFORMS.index(platform)
        return 0 if sure and not self._indifferent else self._space.aspects[PLATFORM].full

    @property
    def _indifferent(self) -> bool:
        """Return whether no enabled policy tells platforms apart."""
        platforms = self._space.aspects[PLATFORM]
        return all(platforms.where(policy, sure=True) in {0, platforms.full} for policy in each(self._enabled))

    @property
    def _asked_for(self) -> bool:
        policies = [self._space.engine.table.policies[policy] for policy in each(self._enabled)]
        return any(policy.conditions.device_filter or policy.grant.controls & _DEVICE_CONTROLS for policy in policies)


def _signature(sessions: Sessions, device: DeviceState) -> tuple[object, ...]:
    choices = union(sessions.device_choices(device))
    return choices, device.get("iscompliant") is True, device.get("trusttype") == "ServerAD", bool(device.attributes)


def _enabled(device: Device) -> bool | None:
    found = dict(device.attributes).get("accountenabled")
    return found if isinstance(found, bool) else None


def _platform(device: Device) -> DevicePlatform | None:
    """Return the platform of a device; None when its operating system was not read or says none we know."""
    system = str(dict(device.attributes).get("operatingsystem") or "").strip().lower()
    return next((platform for begin, platform in _SYSTEMS.items() if system.startswith(begin)), None)


def _of_each(devices: Sequence[Device], text: str) -> Iterator[str]:
    if devices:
        more = f" and {len(devices) - 1} more" if devices[1:] else ""
        yield text.format(f"the device {devices[0].display_name or devices[0].device_id}{more}")
