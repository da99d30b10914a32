"""The baseline-scope rule: policies on all resources that exclude some, and requests that only ask who the user is.

Source: entra-docs, concept-enforcement-resource-exclusions.md and concept-conditional-access-cloud-apps.md (2026-03-24).
"""

from __future__ import annotations

from unbroken.entra.request import SessionFacts
from unbroken.entra.vocabulary import BaselineScopeMode
from unbroken.entra.well_known import AZURE_AD_GRAPH, CONFIDENTIAL_BASELINE_SCOPES, MICROSOFT_GRAPH, NATIVE_BASELINE_SCOPES
from unbroken.evaluate.bits import Bits


def baseline_only(app: str, facts: SessionFacts) -> set[bool]:
    """Return whether the request asks `app` for baseline scopes only; both answers when it is not known."""
    if app not in {AZURE_AD_GRAPH, MICROSOFT_GRAPH}:
        return {False}
    scopes = facts.requested_scopes
    if scopes is None:
        return {False, True}
    native = within(scopes, NATIVE_BASELINE_SCOPES[app])
    confidential = within(scopes, CONFIDENTIAL_BASELINE_SCOPES[app])
    return {native} if facts.client_is_public is True else {confidential} if facts.client_is_public is False else {native, confidential}


def within(scopes: frozenset[str], allowed: frozenset[str]) -> bool:
    """Return whether all `scopes` are among `allowed`; their case does not matter (identity platform, scopes and permissions)."""
    return set(map(str.lower, scopes)) <= set(map(str.lower, allowed))


def applies_to_baseline(plain: Bits, directory: Bits, with_exclusions: int, mode: BaselineScopeMode) -> Bits:
    """Return which policies a request for baseline scopes meets.

    `plain` is the answer for the resource itself, `directory` the one for Windows Azure Active Directory, `with_exclusions` the
    policies on all resources with an exclusion. Enforced: such a request is judged as directory access, so the policies on that
    resource apply as well. Legacy: policies with an exclusion leave it out. Customize puts a placeholder application in the place of
    the target, and an unknown mode may be any of these: both leave policies with an exclusion open.
    """
    enforced = _replace(plain, directory, with_exclusions)
    if mode is BaselineScopeMode.ENFORCED:
        return enforced
    legacy = Bits(plain.true & ~with_exclusions, plain.possible & ~with_exclusions)
    if mode is BaselineScopeMode.LEGACY:
        return legacy
    return Bits(enforced.true & legacy.true, enforced.possible | legacy.possible)


def _replace(plain: Bits, directory: Bits, with_exclusions: int) -> Bits:
    """Return `directory` for the policies with exclusions; the others keep what the resource says, or gain what the directory says."""
    others = plain | directory
    return Bits(
        (directory.true & with_exclusions) | (others.true & ~with_exclusions),
        (directory.possible & with_exclusions) | (others.possible & ~with_exclusions),
    )
