"""How a resource is described: what comes without `$select`, what can be filtered and sorted, and how long a page may be.

Sources: property descriptions of Microsoft Graph v1.0 and its pages on paging and advanced queries. Facts of older pages are not repeated
where a newer one differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TEXT = "eq ne not ge le in startswith"
FLAG = "eq ne not in"
TIME = "eq ne not ge le in"
"""Operators that `$filter` takes for texts, flags and times of directory objects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One kind of resource."""

    resource: str
    """Its name in error texts."""
    type: str = ""
    """`@odata.type`, written where several kinds share a list."""
    default: tuple[str, ...] = ()
    """What comes without `$select`; empty: everything."""
    v1: tuple[str, ...] = ()
    """The properties of v1.0 of a closed type; empty: the same as beta."""
    known: frozenset[str] = frozenset()
    """Everything that may be selected; empty: unchecked."""
    single_only: frozenset[str] = frozenset()
    """Comes for a single object alone."""
    hidden: frozenset[str] = frozenset()
    """Never in a list or an object: it has a path of its own, or is a secret."""
    filters: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    top: int = 100
    top_max: int = 999
    directory: bool = False
    """Knows advanced queries, `$count` and `$search`, and refuses too large a `$top`."""
    unfiltered: bool = False
    """The service knows no `$filter` here."""
