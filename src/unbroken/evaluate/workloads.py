"""Which policies' workload assignment a service principal meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product

from unbroken.entra.directory import ServicePrincipal
from unbroken.entra.policy import WorkloadScope
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.bits import Bits, joined, mask_of, masks_of
from unbroken.evaluate.dimension import ATOM_LIMIT, hull
from unbroken.evaluate.membership import looks_like_an_id


class Workloads:
    """The workload assignments of a policy set over the tenant's service principals."""

    def __init__(self, snapshot: Snapshot, scopes: Sequence[tuple[WorkloadScope, WorkloadScope]]) -> None:
        """Fold the include and exclude sides into masks."""
        self._snapshot = snapshot
        self._everyone = mask_of(include.everyone for include, _ in scopes)
        self._include = masks_of(include.service_principals for include, _ in scopes)
        self._exclude = masks_of(exclude.service_principals for _, exclude in scopes)
        self._unread = sorted(token for token in {*self._include, *self._exclude} if not looks_like_an_id(token))

    @cached_property
    def _records(self) -> dict[str, ServicePrincipal]:
        return {each.id.lower(): each for each in self._snapshot.service_principals.records}

    def answers(self, object_id: str) -> tuple[tuple[Bits, ...], tuple[tuple[int, str], ...]]:
        """Return every answer for `object_id` (lower case), and which facts are missing for which policies.

        A token that is no id (a name nobody has, a placeholder, the path of what was not understood) may mean it or not.
        """
        owned = self._owned(object_id)
        options = tuple(self._answer(names, owned) for names in self._readings(object_id))
        return options, tuple(self._missing(object_id, owned, hull(options)))

    def _readings(self, object_id: str) -> Iterator[set[str]]:
        followed = self._unread[:ATOM_LIMIT]
        for choice in product((False, True), repeat=len(followed)):
            yield {object_id, *(token for token, taken in zip(followed, choice, strict=True) if taken)}

    def _answer(self, names: set[str], owned: bool | None) -> Bits:
        """Return what holds when `names` mean the service principal, and the tokens too many to be followed may or may not."""
        loose = self._unread[ATOM_LIMIT:]
        included, excluded = self._everyone | joined(self._include, names), joined(self._exclude, names)
        sure = included & ~excluded & ~joined(self._exclude, loose)
        possible = (included | joined(self._include, loose)) & ~excluded
        return Bits(sure if owned else 0, 0 if owned is False else possible)

    def _missing(self, object_id: str, owned: bool | None, bits: Bits) -> Iterator[tuple[int, str]]:
        if owned is None and bits.unknown:
            why = self._snapshot.service_principals.why or "no such id in servicePrincipals"
            yield bits.unknown, f"owner of the service principal {object_id} ({why})"
        for token in self._unread:
            mask = bits.unknown & (self._include.get(token, 0) | self._exclude.get(token, 0))
            why = self._snapshot.service_principals.why or "has no such id, and no single such name"
            if mask:
                yield mask, f"whether {token!r} stands for the service principal {object_id} (servicePrincipals {why})"

    def _owned(self, object_id: str) -> bool | None:
        """Return whether the workload is a single-tenant one of this tenant, the only kind in scope (entra-docs, workload-identity)."""
        record = self._records.get(object_id)
        if record is None:
            return None
        if record.kind == "ManagedIdentity":
            return False
        if record.owner_tenant_id is None or not self._snapshot.tenant_id:
            return None
        return record.owner_tenant_id.lower() == self._snapshot.tenant_id.lower()
