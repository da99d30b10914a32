"""Remembers a person's sign-in between commands: in the keyring of the system, or not at all. Never in a file in the clear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msal import SerializableTokenCache

SERVICE = "unbroken"
_TRUSTED: tuple[str, ...] = (
    *("keyring.backends.macOS", "keyring.backends.Windows", "keyring.backends.SecretService"),
    *("keyring.backends.libsecret", "keyring.backends.kwallet"),
)
"""Stores that the system encrypts. Others exist that write a file in the clear (keyrings.alt), or do nothing."""


class RememberedTokens:
    """A cache of msal for one application in one tenant, kept in the keyring where there is a safe one."""

    def __init__(self, account: str, keyring: Any | None) -> None:  # noqa: ANN401 -- a keyring backend, of an optional package
        """Load what was kept for `account`; without `keyring` begin empty and keep nothing."""
        from msal import SerializableTokenCache  # noqa: PLC0415 -- loaded by whoever signs in

        self.cache: SerializableTokenCache = SerializableTokenCache()
        self._account, self._keyring = account, keyring
        self._load()

    def keep(self) -> None:
        """Write the cache back when it changed; a keyring that refuses (locked, or too small) keeps nothing."""
        if self._keyring is None or not self.cache.has_state_changed:
            return
        from keyring.errors import KeyringError  # noqa: PLC0415 -- an optional package

        try:
            self._keyring.set_password(SERVICE, self._account, self.cache.serialize())
        except (KeyringError, OSError):
            self._keyring = None

    def _load(self) -> None:
        if self._keyring is None:
            return
        from keyring.errors import KeyringError  # noqa: PLC0415 -- an optional package

        try:
            kept = self._keyring.get_password(SERVICE, self._account)
            self.cache.deserialize(kept) if kept else None
        except (KeyringError, OSError, ValueError):
            self._keyring = None


def system_keyring() -> Any | None:  # noqa: ANN401 -- as above
    """Return the system's keyring when it is one that encrypts, None otherwise or without the extra `keyring`."""
    try:
        import keyring  # noqa: PLC0415 -- an optional package
    except ImportError:
        return None
    backend = keyring.get_keyring()
    candidates = getattr(backend, "backends", [backend])
    return next((each for each in candidates if type(each).__module__.startswith(_TRUSTED)), None)
