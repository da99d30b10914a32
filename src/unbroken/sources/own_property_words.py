"""The words of a `[[property]]`, in any case, and the spelling they are kept in.

Each function returns one word as it is kept, or raises `ValueError` with what may stand there.
"""

from __future__ import annotations

from collections.abc import Iterable

from unbroken.entra.vocabulary import ClientAppType, Control
from unbroken.entra.well_known import ADMIN_PORTALS, OFFICE_365
from unbroken.sources.ids import canonical

EVERYONE = "everyone"
ALL_APPS = "all"
NOTHING = "nothing"
_STRENGTH = "authenticationStrength"
_NOT_DEMANDED_OF_ALL = frozenset({Control.PASSWORD_CHANGE, Control.RISK_REMEDIATION})
"""Controls that answer a risk: a rule for all sign-ins cannot ask for them."""


def _spellings(words: Iterable[str]) -> dict[str, str]:
    return {word.lower(): str(word) for word in words}


USERS = _spellings((EVERYONE, "guests", "break_glass"))
_PREFIXES = _spellings(("group", "role"))
_WORDS_OF_POLICIES = frozenset({"all", "none", "guestsorexternalusers"})
"""`includeUsers` has these words; here they would be taken for ids that nobody bears."""
_APPS = _spellings((ALL_APPS, OFFICE_365, ADMIN_PORTALS))
CLIENTS = _spellings((*ClientAppType, "legacy", "modern"))
NEEDS = _spellings((*(control for control in Control if control not in _NOT_DEMANDED_OF_ALL), "termsOfUse", NOTHING))


def user(word: str) -> str:
    """Return a word for people, `group:` or `role:` and a name or id, or a user principal name or id; neither of these has a blank."""
    if word.lower() in USERS:
        return USERS[word.lower()]
    prefix, colon, name = (part.strip() for part in word.partition(":"))
    if colon and name and prefix.lower() in _PREFIXES:
        return f"{_PREFIXES[prefix.lower()]}:{canonical(name)}"
    if colon or len(word.split()) > 1 or word.lower() in _WORDS_OF_POLICIES:
        raise ValueError(f"names no users; allowed are {', '.join(USERS.values())}, a user principal name or id, group:NAME and role:NAME")
    return canonical(word)


def app(word: str) -> str:
    """Return `all`, a bundle, or an appId or display name, of which any text may be one."""
    return _APPS.get(word.lower(), canonical(word))


def client(word: str) -> str:
    """Return a word of `clientAppTypes`, `legacy` or `modern`."""
    if word.lower() not in CLIENTS:
        raise ValueError(f"is not a client; allowed are {', '.join(CLIENTS.values())}; without the key it is every client")
    return CLIENTS[word.lower()]


def need(word: str) -> str:
    """Return a grant control, `nothing`, or `authenticationStrength:` and a name or id."""
    prefix, _, name = (part.strip() for part in word.partition(":"))
    if name and prefix.lower() == _STRENGTH.lower():
        return f"{_STRENGTH}:{canonical(name)}"
    if word.lower() not in NEEDS:
        raise ValueError(f"cannot be needed; allowed are {', '.join(NEEDS.values())} and {_STRENGTH}:NAME")
    return NEEDS[word.lower()]
