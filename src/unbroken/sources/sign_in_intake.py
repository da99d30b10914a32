"""Where the records of all files arrive: each is kept or counted under the reason it was left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from unbroken.entra.sign_in import ReadCount, SignInBatch, client_app_type
from unbroken.entra.vocabulary import ClientAppType
from unbroken.sources.log_time import microseconds
from unbroken.sources.sign_in_columns import columns, is_workload, skip_reason
from unbroken.sources.sign_in_shape import SignIn

BATCH_ROWS = 500
"""About as many as stay in the processor's cache until they are encoded; twenty thousand at a time took a third longer."""
_LEGACY = {ClientAppType.OTHER, ClientAppType.EXCHANGE_ACTIVE_SYNC}


@dataclass(slots=True)
class Intake:
    """Sign-ins waiting to become a batch, and the count of everything that was read."""

    count: ReadCount
    tenant_id: str = ""
    rows: list[SignIn] = field(default_factory=list)
    created: list[int] = field(default_factory=list)

    def add(self, sign_in: SignIn, where: str) -> None:
        """Take one sign-in; `where` is its place for a problem line."""
        time = microseconds(sign_in.created_date_time or "")
        if time is None:
            self.unreadable(where, f"no readable time ({(sign_in.created_date_time or 'none')[:40]})")
        elif not sign_in.user_id and not sign_in.user_principal_name and not is_workload(sign_in):
            self.unreadable(where, "no user")
        else:
            self._sort_in(sign_in, time, skip_reason(sign_in, self.tenant_id))

    def add_all(self, batch: Sequence[SignIn], place: str, first: int) -> None:
        """Take sign-ins known to have a user; `place` with the number, counted from `first`, says where each stands."""
        times = [microseconds(sign_in.created_date_time or "") for sign_in in batch]
        reasons = [skip_reason(sign_in, self.tenant_id) for sign_in in batch]
        if all(times) and not any(reasons):
            self._keep(batch, cast("list[int]", times))
            return
        for number, (sign_in, time, reason) in enumerate(zip(batch, times, reasons, strict=True), first):
            if time is None:
                self.add(sign_in, f"{place}{number}")
            else:
                self._sort_in(sign_in, time, reason)

    def _sort_in(self, sign_in: SignIn, time: int, reason: str | None) -> None:
        if reason is None:
            self._keep((sign_in,), (time,))
            return
        self.skip(reason)
        if reason == "first factor failed":
            self._first_factor_failure(sign_in)

    def _keep(self, batch: Sequence[SignIn], times: Sequence[int]) -> None:
        self.count.read += len(batch)
        self.count.kept += len(batch)
        self.rows += batch
        self.created += times

    def _first_factor_failure(self, sign_in: SignIn) -> None:
        client = sign_in.client_app_used or ""
        if client_app_type(client) in _LEGACY:
            key = (sign_in.user_id or "", sign_in.user_principal_name or "", client, sign_in.app_display_name or "")
            failures = self.count.first_factor_failures
            failures[key] = failures.get(key, 0) + 1

    def skip(self, reason: str) -> None:
        """Count a record that is left out."""
        self.count.read += 1
        self.count.skip(reason)

    def unreadable(self, where: str, what: str) -> None:
        """Count a record that cannot be read and say where it is."""
        self.count.read += 1
        self.count.skip("unreadable record", f"{where}: {what}; the record is left out, export it again if it matters")

    def file_problem(self, name: str, what: str) -> None:
        """Say what is wrong with a file as a whole."""
        self.count.problems.append(f"{name}: {what}")

    def full_batches(self) -> Iterator[SignInBatch]:
        """Yield the sign-ins that wait when they make a batch of `BATCH_ROWS` or more."""
        if len(self.rows) >= BATCH_ROWS:
            yield from self.last_batch()

    def last_batch(self) -> Iterator[SignInBatch]:
        """Yield what is left."""
        if self.rows:
            batch = columns(self.rows, self.created)
            self.rows, self.created = [], []
            yield batch
