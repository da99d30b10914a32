"""Computers and telephones: hybrid joined, Entra joined, registered, or not known to the tenant at all."""

from __future__ import annotations

from random import Random

from unbroken.emulator.sample.accounts import Account, Machine
from unbroken.emulator.sample.ids import Seed

_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
_EDGE = f"{_WINDOWS} Edg/142.0.0.0"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15"
_LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
_IPAD = "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
_ANDROID = "Mozilla/5.0 (Linux; Android 15; SM-A556B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"

TABLET = Machine(operating_system="Ios 18.6", browser="Mobile Safari 18.6", user_agent=_IPAD, platform="iOS")
"""The CFO's own tablet, unknown to the tenant."""
SHARED_TERMINAL = "Shop floor terminal"


def windows_pc(device_id: str, name: str, *, trust: str, compliant: bool, owner: str = "") -> Machine:
    """Return a Windows computer; one that is not registered has no id and no name."""
    return Machine(
        name=name if device_id else "",
        device_id=device_id,
        operating_system="Windows10" if name[-1:] in "0369" else "Windows11",
        browser="Edge 142.0.0",
        user_agent=_EDGE,
        platform="windows",
        trust=trust,
        compliant=compliant,
        model="Latitude 7450",
        owner=owner,
    )


def pc_for(seed: Seed, rng: Random, person: Account, number: int) -> Machine:
    """Return a person's computer: most are managed, one in ten is only registered, a few are nobody's business."""
    name, device_id = f"LK-{'LT' if rng.random() < 0.7 else 'WS'}-{number:05}", seed.id("device", f"pc {number}")
    roll = rng.random()
    if roll < 0.48:
        return windows_pc(device_id, name, trust="ServerAd", compliant=rng.random() < 0.9, owner=person.id)
    if roll < 0.76:
        return windows_pc(device_id, name, trust="AzureAd", compliant=rng.random() < 0.95, owner=person.id)
    if roll < 0.84:
        return windows_pc(device_id, name, trust="Workplace", compliant=False, owner=person.id)
    if roll < 0.90:
        return Machine(operating_system="MacOs", browser="Safari 18.6", user_agent=_MAC, platform="macOS")
    if roll < 0.93:
        return Machine(operating_system="Linux", browser="Firefox 144.0", user_agent=_LINUX, platform="linux")
    return Machine(operating_system="Windows10", browser="Chrome 142.0.0", user_agent=_WINDOWS, platform="windows")


def phone_for(seed: Seed, rng: Random, person: Account, number: int) -> Machine:
    """Return a person's telephone: two of five are managed."""
    managed, apple = rng.random() < 0.4, rng.random() < 0.55
    return Machine(
        name=f"{person.given}'s {'iPhone' if apple else 'Galaxy'}" if managed else "",
        device_id=seed.id("device", f"phone {number}") if managed else "",
        operating_system="Ios 18.6" if apple else "Android 15",
        browser="Mobile Safari" if apple else "Chrome Mobile 142.0.0",
        user_agent=_IPHONE if apple else _ANDROID,
        platform="iOS" if apple else "android",
        trust="Workplace" if managed else "",
        compliant=managed,
        model="iPhone 15" if apple else "Galaxy A55",
        owner=person.id,
    )
