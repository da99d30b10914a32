"""The legacy dependency list: what signs in with a client that can do no MFA, whether it matters, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from unbroken.entra.sign_in import client_app_type
from unbroken.entra.vocabulary import LEGACY_CLIENTS
from unbroken.evaluate.blast_radius import LegacyDependency
from unbroken.evaluate.legacy_kinds import Traits, recognise
from unbroken.evaluate.legacy_remedies import told_on


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyUse:
    """The sign-ins of one user with one client, device, user agent and app."""

    user_id: str
    user_principal_name: str
    client_app_used: str
    """The log's word, verbatim."""
    device: str = ""
    user_agent: str = ""
    app: str = ""
    successes: int = 0
    failures: int = 0
    """Sign-ins that failed after the first factor was accepted; interrupts are neither."""
    first_factor_failures: int = 0
    """Sign-ins with a wrong password and the like, which Conditional Access never saw; 0 where they were not counted."""
    last_success_us: int | None = None
    """Microseconds since 1970 UTC; None or 0 when it never succeeded."""
    authentication_protocol: str = ""
    """`ropc` makes a use that no prompt can reach, whatever the client calls itself."""

    @property
    def key(self) -> tuple[str, ...]:
        """Return what makes two uses the same dependency."""
        return self.user_id or self.user_principal_name.lower(), self.client_app_used.lower(), self.device, self.user_agent, self.app

    @property
    def unable_to_prompt(self) -> bool:
        """Return whether the client can show no prompt: a legacy client, or a password sent by a program (ROPC)."""
        return self.authentication_protocol.lower() == "ropc" or client_app_type(self.client_app_used) in LEGACY_CLIENTS


def legacy_dependencies(rows: Iterable[LegacyUse], today: date) -> tuple[LegacyDependency, ...]:
    """Return one dependency per user, client, device, user agent and app: real ones first, the most used on top, spray noise last.

    Modern clients are left out, and so are rows that do not name their client (`limits` counts those). Rows of the same key are added up.
    Source: the written sequence A1.9 to A1.12; semantics 2.5 and 4.3 (legacy is whatever is not one of the two modern words).
    """
    merged: dict[tuple[str, ...], LegacyUse] = {}
    for use in rows:
        if use.unable_to_prompt:
            known = merged.get(use.key)
            merged[use.key] = _added(known, use) if known else use
    found = (_dependency(use, today) for use in merged.values())
    return tuple(
        sorted(found, key=lambda each: (each.noise, -each.successes, -each.failures, each.user, each.client_app_used, each.device))
    )


def _added(one: LegacyUse, other: LegacyUse) -> LegacyUse:
    return replace(
        one,
        successes=one.successes + other.successes,
        failures=one.failures + other.failures,
        first_factor_failures=one.first_factor_failures + other.first_factor_failures,
        last_success_us=max(one.last_success_us or 0, other.last_success_us or 0) or None,
        authentication_protocol=one.authentication_protocol or other.authentication_protocol,
    )


def _dependency(use: LegacyUse, today: date) -> LegacyDependency:
    failures = use.failures + use.first_factor_failures
    noise = use.successes == 0 and failures > 0
    return LegacyDependency(
        user=use.user_principal_name or use.user_id,
        client_app_used=use.client_app_used,
        device=use.device,
        user_agent=use.user_agent,
        app=use.app,
        successes=use.successes,
        failures=failures,
        last_success=_iso(use.last_success_us),
        remediation=_noise(use) if noise else _remedy(use, today),
        noise=noise,
    )


def _remedy(use: LegacyUse, today: date) -> str:
    words = "\n".join((use.user_principal_name.partition("@")[0], use.device, use.user_agent, use.app)).lower()
    kind, evidence = recognise(Traits(use.client_app_used.strip().lower(), words, use.authentication_protocol.lower()))
    guess = f"Likely {kind.name} ({evidence})" if evidence else kind.name[0].upper() + kind.name[1:]
    return f"{'' if use.successes else 'No finished sign-in in the log. '}{guess}: {told_on(kind.remedy, today)}"


def _noise(use: LegacyUse) -> str:
    """Say that failures alone are no dependency, and when they still deserve a look.

    Source: block-legacy-authentication.md (nearly all password spray uses legacy clients).
    """
    told = f"Failures only, {use.failures + use.first_factor_failures} of them: likely password spray, no dependency; nothing to exempt."
    if not use.failures:
        return told
    return f"{told} But {use.failures} failed after the first factor: a policy stops a real client, or a stranger has the password; look."


def _iso(microseconds: int | None) -> str:
    if not microseconds:
        return ""
    return datetime.fromtimestamp(microseconds // 1_000_000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
