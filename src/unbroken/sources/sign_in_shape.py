"""A logged sign-in as Microsoft Graph (beta) shapes it, with the wanted fields only: every form of the log is brought into it."""

from __future__ import annotations

import msgspec

from unbroken.sources.sign_in_words import WORDS

ABSENT = msgspec.Raw(b"null")


class Part(msgspec.Struct, rename="camel", gc=False):
    """A nested object of a sign-in."""


class Status(Part):
    """`signInStatus`."""

    error_code: int | None = None
    failure_reason: str | None = None
    additional_details: str | None = None


class DeviceDetail(Part):
    """`deviceDetail`."""

    device_id: str | None = None
    display_name: str | None = None
    operating_system: str | None = None
    browser: str | None = None
    is_compliant: bool | None = None
    is_managed: bool | None = None
    trust_type: str | None = None
    known: bool = True
    """Our own: False where a form says the system and browser but nothing that tells a registered device from another."""


class Location(Part):
    """`signInLocation`, the country only."""

    country_or_region: str | None = None


def first_stated(*words: str | None) -> str | None:
    """Return the first word that says something, else an empty one if any is there, else None: absent is not empty."""
    return next(filter(None, words), "" if "" in words else None)


class AppliedPolicy(Part):
    """`appliedConditionalAccessPolicy`."""

    id: str | None = None
    result: str | int | None = None


class AuthenticationDetail(Part):
    """`authenticationDetail`."""

    authentication_method: str | None = None
    authentication_step_result_detail: str | None = None
    succeeded: bool | None = None


class MfaDetail(Part):
    """`mfaDetail` (deprecated by Microsoft, still the only one in older rows)."""

    auth_method: str | None = None


class RequirementPolicy(Part):
    """`authenticationRequirementPolicy`."""

    requirement_provider: str | None = None


class Audience(Part):
    """`conditionalAccessAudience`."""

    application_id: str | None = None


class SignIn(msgspec.Struct, rename="camel", gc=False):
    """`signIn`; what is absent and what is null are both None.

    The fields stand in the order Graph writes them: the decoder looks for the next name where it found the last.
    """

    id: str | None = None
    created_date_time: str | None = None
    user_display_name: str | None = None
    user_principal_name: str | None = None
    user_id: str | None = None
    app_id: str | None = None
    app_display_name: str | None = None
    ip_address: str | None = None
    client_app_used: str | None = None
    user_agent: str | None = None
    correlation_id: str | None = None
    conditional_access_status: str | int | None = None
    original_request_id: str | None = None
    is_interactive: bool | None = None
    token_issuer_type: str | None = None
    risk_level_aggregated: str | None = None
    risk_level_during_sign_in: str | None = None
    resource_display_name: str | None = None
    resource_id: str | None = None
    resource_tenant_id: str | None = None
    home_tenant_id: str | None = None
    authentication_requirement: str | None = None
    sign_in_event_types: list[str] | None = None
    service_principal_id: str | None = None
    user_type: str | None = None
    cross_tenant_access_type: str | None = None
    incoming_token_type: str | None = None
    authentication_protocol: str | None = None
    original_transfer_method: str | None = None
    session_id: str | None = None
    mfa_detail: MfaDetail | None = None
    status: Status | None = None
    device_detail: DeviceDetail | None = None
    location: Location | None = None
    applied_conditional_access_policies: msgspec.Raw = ABSENT
    """Left as text: the same few lists come again and again, see `applied_policies`."""
    authentication_details: list[AuthenticationDetail] | None = None
    authentication_requirement_policies: list[RequirementPolicy] | None = None
    conditional_access_audiences: list[Audience | str] | None = None
    applied: tuple[tuple[str, str], ...] | None = None
    """Our own: (policy id, result) of `applied_conditional_access_policies`."""
    log_tenant_id: str = ""
    """Our own: the tenant the log is of, lower case, where the record says it."""


class Envelope(msgspec.Struct, rename="camel", gc=False):
    """A record of a diagnostic setting (Event Hub, storage account): the sign-in lies in `properties`."""

    category: str | None = None
    tenant_id: str | None = None
    properties: SignIn | None = None


class AppliedMemo(dict[bytes, tuple[tuple[str, str], ...] | None]):
    """Text of `appliedConditionalAccessPolicies` -> (policy id, result) pairs, None for null.

    The text is a list, or a string with such a list in it; MsgspecError for anything else.
    """

    def __missing__(self, text: bytes) -> tuple[tuple[str, str], ...] | None:
        """Decode a list that was not seen before; the oldest are forgotten when there are many."""
        if len(self) >= 20_000:
            self.clear()
        policies = _APPLIED.decode(text)
        if isinstance(policies, str):
            policies = _APPLIED_TEXT.decode(policies) if policies else None
        value = None if policies is None else applied_policies(policies)
        self[text] = value
        return value


_APPLIED = msgspec.json.Decoder(list[AppliedPolicy] | str | None)
_APPLIED_TEXT = msgspec.json.Decoder(list[AppliedPolicy])
APPLIED = AppliedMemo()


def applied_policies(policies: list[AppliedPolicy]) -> tuple[tuple[str, str], ...]:
    """Return (policy id, result in Graph's words) of every policy."""
    return tuple((policy.id or "", WORDS["" if policy.result is None else str(policy.result)]) for policy in policies)


def resolve(batch: list[SignIn]) -> list[SignIn]:
    """Read the applied policies of freshly decoded sign-ins, which lets go of the text they were decoded from."""
    for sign_in in batch:
        raw = sign_in.applied_conditional_access_policies
        if raw is not ABSENT:
            sign_in.applied = APPLIED[bytes(raw)]
            sign_in.applied_conditional_access_policies = ABSENT
    return batch
