"""A logged sign-in as a request: what the log's words say of the facts policies test, and what they leave open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import MFA_HELD, LoggedContext, LoggedDevice, LoggedTarget, LoggedUser, MfaEvidence
from unbroken.entra.request import UNREGISTERED, AccessRequest, DeviceState, Identity, SessionFacts
from unbroken.entra.sign_in import client_app_type, device_platform
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import ClientAppType, DevicePlatform, GuestKind, RiskLevel, TransferMethod
from unbroken.evaluate.rule_attributes import EXTENSION_ATTRIBUTES

E = TypeVar("E", bound=StrEnum)
TRUST_TYPES = {
    "azure ad joined": "AzureAD",
    "azuread": "AzureAD",
    "microsoft entra joined": "AzureAD",
    "hybrid azure ad joined": "ServerAD",
    "serverad": "ServerAD",
    "microsoft entra hybrid joined": "ServerAD",
    "azure ad registered": "Workplace",
    "workplace": "Workplace",
    "microsoft entra registered": "Workplace",
}
"""The log's and the portal's words for a device's trust type -> the device filter's."""
CROSS_TENANT_KINDS = {"b2bdirectconnect": GuestKind.B2B_DIRECT_CONNECT, "serviceprovider": GuestKind.SERVICE_PROVIDER}
UNNAMED_RESOURCE = ""


class Visitor(IntEnum):
    """Whose MFA a claim in the log can be."""

    NO = 0
    COLLABORATION = 1
    """A guest: the claim may be of home, or of an earlier sign-in here."""
    DIRECT_CONNECT = 2
    """Has no method here: the claim is of home."""


HELD_FACTS: tuple[tuple[bool | None, bool], ...] = ((False, False), (True, False), (False, True), (None, True))
"""What a session can hold: MFA here, and MFA at home."""
HELD = np.array(
    [
        [
            0 if evidence not in MFA_HELD else 1 if evidence is not MfaEvidence.CLAIM or visitor is Visitor.NO else 4 - visitor
            for visitor in Visitor
        ]
        for evidence in MfaEvidence
    ],
    dtype=np.int32,
)
"""(MfaEvidence, Visitor) -> position in `HELD_FACTS`."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a logged context says of client, platform, flow and risk; None where the log is silent."""

    client: ClientAppType | None
    platform: DevicePlatform | None
    transfer_method: TransferMethod | None
    sign_in_risk: RiskLevel | None
    user_risk: RiskLevel | None
    promptable: bool


class Reading:
    """How the log of one tenant is read."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Look users and devices up in `snapshot`."""
        self._snapshot = snapshot

    @cached_property
    def _user_ids(self) -> dict[str, str]:
        return {user.id.lower(): user.id for user in self._snapshot.users.records}

    @cached_property
    def _names(self) -> dict[str, str]:
        """Return ids by the names a log may use: the user principal name, and of a guest the one at home, where they are unique."""
        found: dict[str, set[str]] = {}
        for user in self._snapshot.users.records:
            for name in {user.user_principal_name.lower(), home_name(user.user_principal_name).lower()}:
                found.setdefault(name, set()).add(user.id)
        return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1}

    @cached_property
    def _devices(self) -> dict[str, dict[str, object]]:
        return {each.device_id.lower(): dict(each.attributes) for each in self._snapshot.devices.records}

    def user_id(self, user: LoggedUser) -> str:
        """Return the directory's id of a logged user; a form without ids is joined by user principal name."""
        if user.id:
            return self._user_ids.get(user.id.lower(), user.id)
        return self._names.get(user.user_principal_name.lower(), user.user_principal_name)

    def is_stranger(self, user: Identity) -> bool:
        """Return whether the directory should hold the user and does not: which groups hold them is then anybody's guess."""
        return user.user_id is not None and user.user_id.lower() not in self._user_ids

    def identity(self, user: LoggedUser) -> Identity:
        """Return who signed in; an external user of a kind that has no object here is known by kind and home tenant."""
        user_id = self.user_id(user)
        own = self._snapshot.tenant_id.lower()
        home = user.home_tenant_id.lower() if user.home_tenant_id and user.home_tenant_id.lower() != own else None
        kind = CROSS_TENANT_KINDS.get(user.cross_tenant_access_type.lower())
        if kind is not None and user_id.lower() not in self._user_ids:
            return Identity(guest_kind=kind, home_tenant_id=home)
        return Identity(user_id=user_id, home_tenant_id=home)

    def context(self, context: LoggedContext) -> Context:
        """Return the facts of a logged context. A refused client refresh goes interactive, so only ROPC cannot be prompted."""
        flow = _member(TransferMethod, context.transfer_method)
        protocol = context.authentication_protocol.lower()
        return Context(
            client=client_app_type(context.client_app_used),
            platform=device_platform(context.operating_system),
            transfer_method=TransferMethod.DEVICE_CODE if protocol == "devicecode" else flow,
            sign_in_risk=_member(RiskLevel, context.sign_in_risk),
            user_risk=_member(RiskLevel, context.user_risk),
            promptable=protocol != "ropc",
        )

    def device_key(self, device: LoggedDevice, asked: frozenset[str]) -> tuple[object, ...]:
        """Return what tells devices apart when filters ask about the attributes `asked`."""
        if not device.known or not (device.device_id or device.trust_type):
            return (device.known,)
        recorded = self._devices.get(device.device_id.lower())
        shown = (device.trust_type, device.is_compliant, bool(device.display_name), recorded is None)
        own = (device.device_id if "deviceid" in asked else "", device.display_name if "displayname" in asked else "")
        rest = tuple((name in recorded, _hashable(recorded.get(name))) for name in sorted(asked | {"mdmappid"})) if recorded else ()
        return (shown, own, rest)

    def device(self, device: LoggedDevice) -> DeviceState | None:
        """Return the device's state: what the directory knows of it with what the log says over it; None when the form is silent."""
        if not device.known:
            return None
        if not device.device_id and not device.trust_type:
            return UNREGISTERED
        shown: dict[str, object] = {"deviceid": device.device_id}
        shown |= {"iscompliant": device.is_compliant} if device.is_compliant is not None else {}
        trust = TRUST_TYPES.get(device.trust_type.lower())
        shown |= {"trusttype": trust} if trust else {}
        shown |= {"displayname": device.display_name} if device.display_name else {}
        merged = {**self._devices.get(device.device_id.lower(), {}), **shown}
        if _unmanaged(merged):
            merged |= dict.fromkeys(EXTENSION_ATTRIBUTES)
        return DeviceState(attributes=tuple(sorted(merged.items(), key=lambda item: item[0])), partial=True)

    @staticmethod
    def apps(target: LoggedTarget) -> tuple[str, ...]:
        """Return the audiences: those the log names, else the resource; a form that names none asks for an unnamed one."""
        if target.audiences:
            return tuple(each.lower() for each in target.audiences)
        return (target.resource_id.lower() or UNNAMED_RESOURCE,)

    def visitor(self, user: Identity) -> Visitor:
        """Return whether MFA of another tenant may be what the log shows of this identity."""
        if user.guest_kind is GuestKind.B2B_DIRECT_CONNECT:
            return Visitor.DIRECT_CONNECT
        external = user.guest_kind is not None or user.home_tenant_id is not None or user.user_id in self._externals
        return Visitor.COLLABORATION if external else Visitor.NO

    @cached_property
    def _externals(self) -> frozenset[str]:
        return frozenset(user.id for user in self._snapshot.users.records if user.external is not False)

    @staticmethod
    def facts(target: LoggedTarget, context: Context, held: int) -> SessionFacts:
        """Return what the session `held`, a value of `HELD`: MFA not seen counts as not held, and `prompts` says how sure that is."""
        mfa, home = HELD_FACTS[held]
        return SessionFacts(
            mfa_satisfied=mfa,
            home_tenant_mfa=home,
            client_app_id=None if target.audiences else target.app_id.lower() or None,
            client_is_public=True if context.client is ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS else None,
            interactive=context.promptable,
        )

    def request(
        self, user: Identity, target: LoggedTarget, context: Context, device: DeviceState | None, place: tuple[str, str], mfa: int
    ) -> AccessRequest:
        """Return the sign-in as a request; `place` is address and country."""
        return AccessRequest(
            identity=user,
            apps=self.apps(target),
            client=context.client,
            platform=context.platform,
            ip_address=place[0] or None,
            country=stated_country(place[1]),
            device=device,
            sign_in_risk=context.sign_in_risk,
            user_risk=context.user_risk,
            transfer_method=context.transfer_method,
            facts=self.facts(target, context, int(HELD[mfa, self.visitor(user)])),
        )


def people_positions(reading: Reading, users: Sequence[LoggedUser]) -> NDArray[np.int64]:
    """Return the same number for every row of the dictionary that is one and the same person."""
    found: dict[str, int] = {}
    return np.array([found.setdefault(reading.user_id(user), len(found)) for user in users], dtype=np.int64)


def _member(kinds: type[E], word: str) -> E | None:
    return next((each for each in kinds if each.value.lower() == word.lower()), None)


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def stated_country(text: str) -> str | None:
    """Return two letters, `""` for an address no country is known for, None where the log carries no location."""
    return text if not text or (len(text) == 2 and text.isalpha()) else None


def home_name(user_principal_name: str) -> str:
    """Return the name a guest has at home: `gail_fabrikam.com#EXT#@contoso.com` is `gail@fabrikam.com` there, and in the log."""
    local, external, _ = user_principal_name.partition("#EXT#")
    if not external:
        return user_principal_name
    name, _, domain = local.rpartition("_")
    return f"{name}@{domain}"


def _unmanaged(attributes: Mapping[str, object]) -> bool:
    """Return whether it is known that Entra ID hides the device's extension attributes from filters."""
    managed = attributes.get("mdmappid", attributes)  # absent is not null: then it is not known
    return attributes.get("iscompliant") is False and attributes.get("trusttype") in {"AzureAD", "Workplace"} and managed is None
