"""What kind of person somebody is: drawn once from the seed, and never changed by what happens."""

from __future__ import annotations

from typing import NamedTuple

from unbroken.emulator.sample.accounts import Account
from unbroken.emulator.sample.ids import Seed


class Kind(NamedTuple):
    """One way of taking the request to register; the shares are chances from 0 to 1."""

    share: float
    when_asked: float
    """Registers when a sign-in cannot go on without."""
    after_mail: float
    after_call: float
    when_nudged: float
    """Follows the registration campaign."""


KINDS = {
    "at-once": Kind(0.45, 0.95, 0.55, 0.95, 0.7),
    "later": Kind(0.32, 0.60, 0.25, 0.85, 0.3),
    "last-moment": Kind(0.19, 0.35, 0.06, 0.60, 0.1),
    "never": Kind(0.04, 0.0, 0.0, 0.25, 0.0),
}
"""Made up: no study of how people register was found."""


class Temper(NamedTuple):
    """How one person behaves."""

    kind: Kind
    has_phone: bool
    clumsy: bool
    """Cannot finish the registration without help."""
    patience: int
    """Failed sign-ins before the helpdesk is called."""
    reads_mail: float
    delay_hours: float
    """Median time until a mail is read."""
    complains: bool
    """Calls the helpdesk about prompts that work."""
    answers: float
    """Share of MFA prompts that are answered."""


_COMPLAINING_SHARE = 0.06
_PRIVATE_PHONE_SHARE = 0.6
"""Of those without a company telephone: use their own."""
_LIVES_ON_A_PHONE = frozenset(
    {"microsoftAuthenticatorPush", "microsoftAuthenticatorPasswordless", "softwareOneTimePasscode", "mobilePhone"}
)


def _has_phone(account: Account, *, private: bool) -> bool:
    if "no-phone" in account.habits:
        return False
    return account.kind != "person" or account.phone is not None or private or not _LIVES_ON_A_PHONE.isdisjoint(account.methods)


def temper_of(seed: Seed, account: Account) -> Temper:
    """Return the person behind an account."""
    rng = seed.stream("temper", account.id)
    kind = rng.choices(list(KINDS.values()), [kind.share for kind in KINDS.values()])[0]
    return Temper(
        kind=kind,
        has_phone=_has_phone(account, private=rng.random() < _PRIVATE_PHONE_SHARE),
        clumsy="stuck" in account.habits,
        patience=rng.choice((2, 2, 3, 3, 4)),
        reads_mail=rng.uniform(0.6, 0.98),
        delay_hours=rng.choice((0.5, 1.0, 2.0, 5.0, 20.0)),
        complains=rng.random() < _COMPLAINING_SHARE or "cfo" in account.habits,
        answers=rng.choices((0.99, 0.97, 0.9), (6, 3, 1))[0],
    )
