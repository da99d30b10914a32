"""Long lists told by what people do about them: legacy dependencies by remedy, accounts by kind, files by folder and form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from unbroken.evaluate.blast_radius import AccountKind, LegacyDependency

SETTLED = "nothing to do"
"""What the suggestion says of an account that cannot sign in: there is nothing to decide about it."""
SUSPICIOUS = "after the first factor"
"""What the remedy of failures says when the password was right: a real client that a policy stops, or a stranger."""
File = tuple[str, str, int]
"""(file, what it was read as, records)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Accounts of one kind for which the same is suggested."""

    name: str
    """The kind with its certainty: "likely room"."""
    suggestion: str
    accounts: tuple[AccountKind, ...]


def by_remedy(entries: Iterable[LegacyDependency]) -> dict[str, list[LegacyDependency]]:
    """Return dependencies by what to do about them, in the order they come."""
    groups: dict[str, list[LegacyDependency]] = {}
    for entry in entries:
        groups.setdefault(entry.remediation, []).append(entry)
    return groups


def worth_a_look(entries: Iterable[LegacyDependency]) -> list[LegacyDependency]:
    """Return the dependencies, and the failures where the password was right; plain spray noise is left out."""
    return [entry for entry in entries if not entry.noise or SUSPICIOUS in entry.remediation]


def noise(entries: Iterable[LegacyDependency]) -> str:
    """Say how much spray noise `worth_a_look` leaves out; empty when there is none."""
    left = [entry for entry in entries if entry.noise and SUSPICIOUS not in entry.remediation]
    if not left:
        return ""
    accounts, failures = len({entry.user for entry in left}), sum(entry.failures for entry in left)
    tried = f"{failures:,} failure{'' if failures == 1 else 's'} on {accounts:,} account{'' if accounts == 1 else 's'}"
    return f"Not dependencies: {tried} without any success, likely password spray."


def to_decide(accounts: Iterable[AccountKind]) -> list[AccountKind]:
    """Return the accounts somebody has to decide about."""
    return [account for account in accounts if SETTLED not in account.suggestion]


def kinds(accounts: Iterable[AccountKind]) -> list[Kind]:
    """Return the accounts to decide about by kind, certainty and suggestion, in the order they come."""
    groups: dict[tuple[str, str], list[AccountKind]] = {}
    for account in to_decide(accounts):
        groups.setdefault((f"{account.certainty} {account.kind}", account.suggestion), []).append(account)
    return [Kind(name, suggestion, tuple(found)) for (name, suggestion), found in groups.items()]


def some_names(accounts: Sequence[AccountKind], most: int = 3) -> list[str]:
    """Return the first few accounts by name, and last how many more there are."""
    names = [account.user_principal_name or account.user_id for account in accounts[:most]]
    left = len(accounts) - most
    return [*names, f"and {left:,} more"] if left > 0 else names


def nothing_to_decide(accounts: Iterable[AccountKind]) -> str:
    """Say how many accounts cannot sign in anyway, by kind; empty when none is."""
    found = Counter(account.kind for account in accounts if SETTLED in account.suggestion)
    if not found:
        return ""
    several = ", ".join(f"{n:,} {kind}" for kind, n in found.most_common())
    return f"{found.total():,} more cannot sign in anyway ({several}): nothing to decide."


def files_together(files: Iterable[File]) -> list[File]:
    """Return files of one folder that were read as the same as one line; a file that is alone keeps its name."""
    groups: dict[tuple[str, str], list[File]] = {}
    for file in files:
        groups.setdefault((str(PurePath(file[0]).parent), file[1]), []).append(file)
    return [
        found[0] if len(found) == 1 else (f"{len(found):,} files in {folder}", form, sum(records for _, _, records in found))
        for (folder, form), found in groups.items()
    ]
