"""The answer for one sign-in: what it meets, policy by policy, and what the answer hangs on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a sign-in meets."""

    ALLOW = "allow"
    MFA = "mfa"
    REGISTER = "register"
    CONTROLS = "controls"
    BLOCK = "block"
    LOCKED_OUT = "locked_out"
    UNKNOWN = "unknown"


SEVERITY = (Outcome.ALLOW, Outcome.MFA, Outcome.REGISTER, Outcome.CONTROLS, Outcome.LOCKED_OUT, Outcome.BLOCK)
"""Mildest first. Across policies the most severe counts, of an OR policy's alternatives the mildest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVerdict:
    """What one policy has to do with one sign-in."""

    id: str
    display_name: str
    state: str
    applies: bool | None
    """None: it hangs on a fact that is missing."""
    reasons: tuple[str, ...] = ()
    """`whatIfAnalysisReasons`: every condition that is not met; empty when it applies."""
    result: str = "notApplied"
    """In the words of `appliedConditionalAccessPolicies`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MandatoryMfa:
    """Whether the platform itself demands MFA, outside Conditional Access and without opt-out."""

    mandatory: bool | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one sign-in meets, and why."""

    outcome: Outcome
    requires: tuple[str, ...] = ()
    """Unmet controls in prompting order; of an unmet OR policy the alternative asked for first."""
    alternatives: tuple[tuple[str, ...], ...] = ()
    """For each unmet OR policy all its alternatives, in prompting order."""
    policies: tuple[PolicyVerdict, ...] = ()
    missing: tuple[str, ...] = ()
    """The facts an `unknown` or a None hangs on."""
    platform: MandatoryMfa
    hints: tuple[str, ...] = ()
    """What the answer does not cover, such as policies on services this app depends on."""
    assumes: tuple[str, ...] = ()
    """What was taken for granted because no export can say it."""
