"""From the methods a user has registered to the factors the user can sign in with, as the authentication methods policy allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from unbroken.emulator.cloud.message import Wire

CONFIGURATIONS = {
    "password,microsoftAuthenticatorPush": ("microsoftAuthenticator", "MicrosoftAuthenticator"),
    "deviceBasedPush": ("microsoftAuthenticator", "MicrosoftAuthenticator"),
    "fido2": ("fido2", "Fido2"),
    "windowsHelloForBusiness": ("windowsHelloForBusiness", ""),
    "password,sms": ("phone", "Sms"),
    "password,voice": ("phone", "Voice"),
    "password,softwareOath": ("softwareOath", "SoftwareOath"),
}
"""Combination of methods -> kind of the registered method, and its configuration in the policy (none: always allowed)."""
STRONG = frozenset(kind for kind, _ in CONFIGURATIONS.values())
ON_THE_PHONE = frozenset({"password,microsoftAuthenticatorPush", "deviceBasedPush", "password,softwareOath"})
"""Factors that live in an app on the telephone and are lost with it."""
_ORDER = tuple(name for name in CONFIGURATIONS if name != "deviceBasedPush")
TEMPORARY_ACCESS_PASS = "TemporaryAccessPass"  # noqa: S105 -- the configuration's name


def kind_of(method: Wire) -> str:
    """Return the kind of a registered method."""
    return str(method["@odata.type"]).removeprefix("#microsoft.graph.").removesuffix("AuthenticationMethod")


def factors(methods: Iterable[Wire], habit: str, allowed: Mapping[str, bool]) -> tuple[str, ...]:
    """Return the combinations the user can sign in with, the habitual one first; `allowed`: which configurations are on for the user."""
    kinds = {kind_of(method) for method in methods}
    mobile = any(method.get("phoneType") in {"mobile", "alternateMobile"} for method in methods)
    names = [habit, *(name for name in _ORDER if name != habit)] if habit in CONFIGURATIONS else list(_ORDER)
    return tuple(name for name in names if _usable(name, kinds, allowed) and (name != "password,sms" or mobile))


def _usable(name: str, kinds: set[str], allowed: Mapping[str, bool]) -> bool:
    kind, configuration = CONFIGURATIONS[name]
    return kind in kinds and (not configuration or allowed.get(configuration, False))


def is_registered(methods: Iterable[Wire]) -> bool:
    """Return whether a method is registered that MFA could be done with, allowed or not."""
    return any(kind_of(method) in STRONG for method in methods)


def current_pass(methods: Iterable[Wire], now: float) -> Wire | None:
    """Return the Temporary Access Pass that can be used now."""
    return next((method for method in methods if kind_of(method) == "temporaryAccessPass" and _valid(method, now)), None)


def _valid(method: Wire, now: float) -> bool:
    begins = datetime.fromisoformat(method["startDateTime"]).timestamp()
    used = method.get("methodUsabilityReason") == "OneTimeUsed"
    return begins <= now < begins + method["lifetimeInMinutes"] * 60 and not used


def factor_of_pass(method: Wire) -> str:
    """Return the combination a Temporary Access Pass counts as."""
    return "temporaryAccessPassOneTime" if method.get("isUsableOnce") else "temporaryAccessPassMultiUse"
