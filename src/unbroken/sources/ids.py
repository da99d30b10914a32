"""Ids as policies and the directory write them: GUIDs in one case, a stable stand-in where a policy has none."""

from __future__ import annotations

_HEX = frozenset("0123456789abcdefABCDEF-")
_GUID_LENGTH = 36


def is_guid(text: str) -> bool:
    """Return whether `text` has the shape of a GUID; a name or a placeholder such as `<Group>` does not."""
    return len(text) == _GUID_LENGTH and text[8] == text[13] == text[18] == text[23] == "-" and _HEX.issuperset(text)


def canonical(text: str) -> str:
    """Return an id in the spelling it is compared in: GUIDs in lower case, everything else as it is."""
    return text if text.islower() or not is_guid(text) else text.lower()


def synthetic_id(name: str) -> str:
    """Return a GUID that depends on `name` alone, for a policy that was written down without an id."""
    from uuid import NAMESPACE_URL, uuid5  # noqa: PLC0415 -- exported policies have ids

    return str(uuid5(NAMESPACE_URL, f"conditionalAccessPolicies/{name}"))
