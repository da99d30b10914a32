"""One row of the Entra admin center's CSV download -> a sign-in in Graph's shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from unbroken.sources.portal_words import CLIENTS, LANGUAGES, SUCCESS, TRANSLATED, TRUTH, header_name
from unbroken.sources.sign_in_shape import AuthenticationDetail, DeviceDetail, Location, SignIn, Status
from unbroken.sources.sign_in_words import known_word

_NEEDED = ("user_id", "app_id", "resource_id", "client_app_used", "error_code", "device_id", "location")
_PLAIN = (
    *("id", "user_id", "user_principal_name", "user_display_name", "home_tenant_id", "resource_tenant_id", "service_principal_id"),
    *("app_id", "app_display_name", "resource_id", "resource_display_name", "user_agent", "ip_address", "correlation_id"),
    *("session_id",),
)
_WORDED = (
    *("user_type", "cross_tenant_access_type", "authentication_requirement", "authentication_protocol"),
    *("original_transfer_method", "incoming_token_type", "conditional_access_status"),
)


@dataclass(slots=True)
class PortalColumns:
    """Which column of a download says what, and the words that were not understood."""

    language: str
    positions: dict[str, tuple[int, ...]]
    strange: set[str] = field(default_factory=set)

    def missing(self) -> list[str]:
        """Return what answers need and this download has no column for."""
        return [name for name in _NEEDED if name not in self.positions]

    def sign_in(self, row: Sequence[str], created: str) -> SignIn:
        """Return the row as a sign-in; `created` is its time as ISO 8601."""
        fields = {name: next((text for at in columns if (text := row[at].strip())), "") for name, columns in self.positions.items()}
        worded: dict[str, Any] = {name: self._word(fields.get(name, "")) for name in _WORDED}
        plain: dict[str, Any] = {name: fields.get(name) or None for name in _PLAIN}
        return SignIn(
            created_date_time=created,
            **plain,
            **worded,
            client_app_used=self._client(fields.get("client_app_used", "")),
            token_issuer_type=fields.get("token_issuer_type", "").replace(" ", "") or None,
            status=self._status(fields),
            device_detail=_device(fields),
            location=Location(fields["location"].rpartition(",")[2].strip() if "location" in fields else None),
            sign_in_event_types=_event_types(fields),
            authentication_details=_methods(fields),
        )

    def _word(self, text: str) -> str | None:
        if not text:
            return None
        word = known_word(text) or TRANSLATED.get(header_name(text))
        if word is None and self.language != "English":
            self.strange.add(text)
            return None
        return word or text

    def _client(self, text: str) -> str | None:
        """Return the client's name in English; one that is not known must not pass for a legacy client in another language."""
        word = TRANSLATED.get(header_name(text)) if self.language != "English" else None
        if word or not text or self.language == "English" or text.casefold() in CLIENTS:
            return word or text or None
        self.strange.add(text)
        return None

    def _status(self, fields: dict[str, str]) -> Status:
        text = fields.get("error_code", "")
        code = int(text) if text.isdigit() else None
        if code is None and header_name(fields.get("status", "")) in SUCCESS:
            code = 0
        return Status(code, fields.get("failure_reason"), fields.get("mfa_result"))


def portal_columns(header: Sequence[str]) -> PortalColumns | None:
    """Return the columns of a download in a known language, None when the header is of no such download."""
    names = [header_name(text) for text in header]
    for language, (words, telling) in LANGUAGES.items():
        if any(word in names for word in telling) and any(words.get(name) == "created" for name in names):
            positions: dict[str, tuple[int, ...]] = {}
            for at, name in enumerate(names):
                if name in words:
                    positions[words[name]] = (*positions.get(words[name], ()), at)
            return PortalColumns(language, positions)
    return None


def _device(fields: dict[str, str]) -> DeviceDetail | None:
    if "device_id" not in fields and "operating_system" not in fields:
        return None
    return DeviceDetail(
        device_id=fields.get("device_id"),
        operating_system=fields.get("operating_system"),
        browser=fields.get("browser"),
        is_compliant=TRUTH.get(fields.get("is_compliant", "").casefold()),
        is_managed=TRUTH.get(fields.get("is_managed", "").casefold()),
        trust_type=fields.get("trust_type"),
        known="device_id" in fields,
    )


def _event_types(fields: dict[str, str]) -> list[str] | None:
    if fields.get("managed_identity_type", "").casefold() not in {"", "none", "ninguno", "ninguna", "aucun", "aucune"}:
        return ["managedIdentity"]
    return None


def _methods(fields: dict[str, str]) -> list[AuthenticationDetail]:
    method, result = fields.get("mfa_method", ""), fields.get("mfa_result", "")
    return [AuthenticationDetail(method, result)] if method or result else []
