"""Fixed ids of the synthetic tenant."""

from __future__ import annotations

USER, GROUP, ROLE, APP, SERVICE_PRINCIPAL, PUBLISHER, LOCATION, POLICY, SPLIT_POLICY = range(1, 10)


def guid(kind: int, number: int) -> str:
    """Return the same id for the same `number` of a `kind`."""
    return f"{kind:08x}-0000-4000-8000-{number:012x}"
