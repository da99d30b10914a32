"""What being locked out means for an account: one old client stops while the others work, or nobody gets in."""

from __future__ import annotations

from unbroken.evaluate.blast_radius import BlastRadius, LegacyDependency, Person
from unbroken.evaluate.decision import Outcome
from unbroken.report.words import count

_WAYS_IN = (Outcome.ALLOW, Outcome.MFA, Outcome.REGISTER)
_STOPPED = (Outcome.LOCKED_OUT, Outcome.BLOCK)
_LEGACY = "this client cannot do"
"""What `Person.why` says when the client is the reason."""


def stopping_legacy(radius: BlastRadius) -> list[LegacyDependency]:
    """Return the dependencies on a client that is stopped somewhere after the change; noise is none."""
    stopping = {client.name for client in radius.clients if any(client.after.get(outcome) for outcome in _STOPPED)}
    return [entry for entry in radius.legacy if not entry.noise and entry.client_app_used in stopping]


class Lockouts:
    """Looks up what else an account does, for the people of one blast radius."""

    def __init__(self, radius: BlastRadius) -> None:
        """Prepare the look-ups; only a client that stops is named."""
        self._users = {user.id: user for user in radius.users}
        self._clients: dict[str, list[str]] = {}
        for entry in stopping_legacy(radius):
            known = self._clients.setdefault(entry.user.lower(), [])
            known += [] if entry.client_app_used in known else [entry.client_app_used]

    def says(self, person: Person) -> str:
        """Return "IMAP4 stops, other sign-ins work" or "cannot get in" for who is locked out; empty for everybody else."""
        if person.effect != "locked out":
            return ""
        client = self._client(person)
        user = self._users.get(person.user_id)
        if user is not None and any(user.after.get(outcome) for outcome in _WAYS_IN):
            return f"{client or 'a part of the sign-ins'} stops, other sign-ins work"
        return f"cannot get in ({client} stops)" if client else "cannot get in"

    def _client(self, person: Person) -> str:
        if _LEGACY not in person.why:
            return ""
        named = self._clients.get(person.user_principal_name.lower()) or self._clients.get(person.user_id.lower()) or []
        return named[0] if len(named) == 1 else f"one of {count(len(named), 'old client')}" if named else "one client"
