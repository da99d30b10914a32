"""Every identifying word of a blast radius and its pseudonym."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath

from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.blast_radius import BlastRadius

LEAST_LABEL = 4
"""The shortest part of a domain (`contoso` of contoso.example) that is looked for by itself."""
_EVERYBODYS = frozenset(
    {"onmicrosoft", "mail", "outlook", "hotmail", "gmail", "office", "microsoft", "mfa", "all", "user", "users", "unknown"}
)
"""Words that name no one and stand in every sentence; looking for them would only spoil the sentences."""
_KEYWORDS = frozenset({"everyone", "guests", "break_glass"})
Accounts = tuple[tuple[str, tuple[str, ...]], ...]
"""(id, every name) of accounts."""


def folded(word: str) -> str:
    """Return the word in lower case, as long as it was: positions in a sentence stay what they are."""
    lower = word.lower()
    return lower if len(lower) == len(word) else "".join(c.lower() if len(c.lower()) == 1 else c for c in word)


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Identifying word (lower case) -> pseudonym; `keep` holds ids that identify nobody (apps, policies)."""

    salt: bytes
    words: dict[str, str] = field(default_factory=dict)
    keep: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, radius: BlastRadius, salt: bytes, accounts: Accounts = ()) -> Identifiers:
        """Collect every identifier of `radius` and of `accounts`; of two with one display name the first gives it its pseudonym."""
        found = cls(salt)
        found.keep.update(folded(p.id) for p in radius.policies)
        found.keep.update(folded(app.id) for app in radius.apps)
        for user_id, names in (*_accounts(radius), *accounts):
            token = found.account(user_id)
            for name in names:
                found._learn(name, token)
        for entry in radius.legacy:
            found._learn(entry.user, found.account(entry.user))
            found._learn(entry.device, found.token("device", entry.device))
        for file, _, _ in radius.files:
            found._learn(file, found.file(file))
            found._learn(PureWindowsPath(file).name, found.file(file))
        found._learn(radius.tenant, found.token("tenant", radius.tenant))
        found._learn_domains()
        return found

    def token(self, kind: str, word: str) -> str:
        """Return `kind-` and 12 hexadecimal digits (48 bits) that only the salt connects with `word`; nothing for nothing."""
        return f"{kind}-{hmac.digest(self.salt, folded(word).encode(errors='surrogatepass'), 'sha256').hex()[:12]}" if word else ""

    def account(self, word: str) -> str:
        """Return the pseudonym of an account by id, user principal name or display name."""
        return self.words.get(folded(word)) or self.token("user", word)

    def file(self, path: str) -> str:
        """Return a pseudonym that keeps the file's ending."""
        suffix = PurePosixPath(path).suffix
        return self.token("file", path) + (suffix if suffix[1:].isalnum() and len(suffix) <= 6 else "") if path else ""

    def _learn(self, word: str, token: str) -> None:
        if word.strip() and folded(word) not in _EVERYBODYS:
            self.words.setdefault(folded(word), token)

    def _learn_domains(self) -> None:
        for name in [word for word in self.words if "@" in word]:
            domain = name.rpartition("@")[2]
            self._learn(domain, self.token("domain", domain))
            for label in domain.split(".")[:-1]:
                if len(label) >= LEAST_LABEL:
                    self._learn(label, self.token("domain", label))


def _accounts(radius: BlastRadius) -> Iterator[tuple[str, tuple[str, ...]]]:
    for person in radius.people:
        yield person.user_id, (person.user_id, person.user_principal_name, person.display_name)
    for account in radius.accounts:
        yield account.user_id, (account.user_id, account.user_principal_name)
    for user in radius.users:
        yield user.id, (user.id, user.name)


def accounts_of(snapshot: Snapshot) -> Accounts:
    """Return the users of the directory, and whom else the operator names: a name with a typing error is a name.

    Of display names only those of several words: a room called Reception would spoil every sentence about a reception.
    """
    users = ((user.id, (user.id, user.user_principal_name, *_of_words(user.display_name))) for user in snapshot.users.records)
    return (*users, *((word, (word,)) for word in _named_by_the_operator(snapshot)))


def _of_words(display_name: str) -> tuple[str, ...]:
    return (display_name,) if len(display_name.split()) > 1 else ()


def _named_by_the_operator(snapshot: Snapshot) -> Iterator[str]:
    facts = snapshot.facts
    rules = (word for rule in facts.properties for word in (*rule.users, *rule.except_users))
    for word in (*facts.break_glass, *(entry.user for entry in facts.exempt), *rules):
        if word not in _KEYWORDS and not word.startswith(("group:", "role:")):
            yield word
