"""Reads every collection of a tenant: several at a time, each whole or left out with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import msgspec

from unbroken.graph import wanted
from unbroken.graph.batch import read_all
from unbroken.graph.client import Graph
from unbroken.graph.failures import (
    GraphFailure,
    LicenceMissing,
    NotThere,
    PageTokenExpired,
    PermissionMissing,
    TokenRefused,
    TooMuch,
    Unreadable,
)
from unbroken.graph.paging import add, id_of, listing, page_in, single
from unbroken.graph.wanted import Wanted

WORKERS = 6
FATAL = (TooMuch, Unreadable, PageTokenExpired, TokenRefused)
"""Failures that say nothing about the collection: the same request may work the next time. All others are the service's refusal."""
Told = Callable[[str, int, int], None]
"""What is being read, how many are there, of how many (0: not known)."""


@dataclass(slots=True)
class Collected:
    """One collection as it came: its records, or why it could not be had."""

    wanted: Wanted
    records: list[bytes] = field(default_factory=list)
    refused: GraphFailure | None = None
    notes: list[str] = field(default_factory=list)
    """What is missing inside it."""


class _User(msgspec.Struct, rename="camel"):
    id: str
    account_enabled: bool | msgspec.UnsetType | None = msgspec.UNSET


class _Domain(msgspec.Struct, rename="camel"):
    id: str
    authentication_type: str | None = None


NAMES = tuple(each.name for each in (*wanted.PLAIN, wanted.TRUST, wanted.PER_USER_MFA, wanted.FEDERATED, wanted.AUDIT_LOG))
OPTIONAL = tuple(name for name in NAMES if name not in {each.name for each in wanted.PLAIN if each.needed})
"""What can be left out when nobody needs it."""


def read_snapshot(graph: Graph, since: str, told: Told, without: frozenset[str] = frozenset()) -> list[Collected]:
    """Return every collection but those of `without`; the audit log from the moment `since` on (as Graph's filters take it).

    Raises:
        GraphFailure: a collection that is needed was refused, or any could not be read to its end.
    """
    audits = Wanted(wanted.AUDIT_LOG.name, wanted.AUDITS.replace("{since}", since), wanted.AUDIT_LOG.permissions)
    first = [(each, _reader(each)) for each in (*wanted.PLAIN, audits)]
    found = _together(graph, _but([*first, (wanted.TRUST, _trust)], without), told)
    of = {each.wanted.name: each for each in found}
    domains = of.get("domains")
    second = [(wanted.PER_USER_MFA, _per_user_mfa(of["users"])), *([(wanted.FEDERATED, _federation(domains))] if domains else [])]
    return [*found, *_together(graph, _but(second, without), told)]


Reader = Callable[[Graph, Collected, Told], None]


def _but(wants: Sequence[tuple[Wanted, Reader]], without: frozenset[str]) -> list[tuple[Wanted, Reader]]:
    return [(want, reader) for want, reader in wants if want.name not in without]


def _together(graph: Graph, wants: Sequence[tuple[Wanted, Reader]], told: Told) -> list[Collected]:
    with ThreadPoolExecutor(WORKERS) as pool:
        tasks = [pool.submit(_collect, graph, each, reader, told) for each, reader in wants]
        try:
            return [task.result() for task in tasks]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _collect(graph: Graph, want: Wanted, reader: Reader, told: Told) -> Collected:
    """Read one collection; a refusal is kept with it unless it is needed."""
    collected = Collected(want)
    try:
        reader(graph, collected, told)
    except FATAL:
        raise
    except GraphFailure as failure:
        if want.needed:
            raise
        collected.refused, collected.records = failure, []
    graph.trace("collection", name=want.name, records=len(collected.records), refused=str(collected.refused or ""))
    return collected


def _reader(want: Wanted) -> Reader:
    if want.name == "users":
        return _users
    return _one if want.one else _with_members if want.members else _list


def _list(graph: Graph, collected: Collected, told: Told) -> None:
    name = collected.wanted.name
    collected.records = listing(graph, collected.wanted.path, told=lambda count: told(name, count, 0))


def _one(graph: Graph, collected: Collected, told: Told) -> None:
    collected.records = [single(graph, collected.wanted.path)]
    told(collected.wanted.name, 1, 1)


def _users(graph: Graph, collected: Collected, told: Told) -> None:
    """Read the users with their last sign-in, without it where licence or permission is missing."""
    try:
        _list(graph, collected, told)
    except (LicenceMissing, PermissionMissing) as refused:
        collected.records = listing(graph, wanted.USERS_WITHOUT_ACTIVITY, told=lambda count: told("users", count, 0))
        collected.notes.append(f"without their last sign-in ({refused.said})")
    unset = sum(msgspec.json.decode(each, type=_User).account_enabled is msgspec.UNSET for each in collected.records)
    if unset:
        collected.notes.append(f"{unset} without accountEnabled: Graph left it out, so whether they can sign in is unknown")


def _with_members(graph: Graph, collected: Collected, told: Told) -> None:
    """Read the list, and the members of each; what is gone by then is kept without members, which are then unknown."""
    _list(graph, collected, told)
    name, path = collected.wanted.name, collected.wanted.members
    holders = {path.replace("{id}", id_of(record)): record for record in collected.records}
    done: list[bytes] = []
    for request, answer in read_all(graph, "v1.0", list(holders), lambda count: told(f"members of {name}", count, len(holders))):
        if isinstance(answer, NotThere):
            done.append(holders[request])
            collected.notes.append(f"{id_of(holders[request])} was gone when its members were asked for")
            continue
        if isinstance(answer, GraphFailure):
            raise answer
        members = list(_all_members(graph, request, answer))
        done.append(_joined(holders[request], b'"members":[' + b",".join(members) + b"]"))
    collected.records = done


def _all_members(graph: Graph, request: str, first: bytes) -> list[bytes]:
    """Return the members whose first page came in a batch; longer lists are read again from their start, as one listing."""
    page = page_in(first, f"GET {request}")
    if page.next_link is not None:
        return listing(graph, f"v1.0{request}")
    found: dict[str | int, bytes] = {}
    add(found, page.value)
    return list(found.values())


def _trust(graph: Graph, collected: Collected, told: Told) -> None:
    default, partners = single(graph, wanted.TRUST_DEFAULT), listing(graph, wanted.TRUST_PARTNERS)
    collected.records = [b'{"default":' + default + b',"partners":[' + b",".join(partners) + b"]}"]
    told(collected.wanted.name, 1, 1)


def _per_user_mfa(users: Collected) -> Reader:
    """Return what asks for the per-user MFA state of every account that can sign in."""

    def read(graph: Graph, collected: Collected, told: Told) -> None:
        accounts = [msgspec.json.decode(each, type=_User) for each in users.records]
        ids = [account.id for account in accounts if account.account_enabled is not False]
        paths = {wanted.REQUIREMENTS.replace("{id}", each): each for each in ids}
        for path, answer in read_all(graph, "beta", list(paths), lambda count: told("per-user MFA", count, len(paths))):
            if isinstance(answer, GraphFailure) and not isinstance(answer, NotThere):
                raise answer
            # What is not known is null, so that whoever reads it takes it for unknown and not for disabled.
            state = b'{"perUserMfaState":null}' if isinstance(answer, GraphFailure) else answer
            collected.records.append(_joined(_without_id(state), b'"id":' + msgspec.json.encode(paths[path])))

    return read


def _federation(domains: Collected) -> Reader:
    """Return what asks every federated domain whether MFA at its identity provider counts."""

    def read(graph: Graph, collected: Collected, told: Told) -> None:
        if domains.refused is not None:
            raise domains.refused
        federated = [each.id for each in _domains(domains.records) if (each.authentication_type or "").lower() == "federated"]
        for number, name in enumerate(federated, 1):
            found = listing(graph, wanted.FEDERATION.replace("{id}", name))
            collected.records += [_joined(each, b'"domainId":' + msgspec.json.encode(name)) for each in found]
            told("federation of domains", number, len(federated))

    return read


def _domains(records: Sequence[bytes]) -> Iterator[_Domain]:
    return (msgspec.json.decode(each, type=_Domain) for each in records)


def _without_id(record: bytes) -> bytes:
    body: dict[str, msgspec.Raw] = msgspec.json.decode(record, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({key: value for key, value in body.items() if key not in {"id", "@odata.context"}})


def _joined(record: bytes, more: bytes) -> bytes:
    """Return the object with one more key, its other bytes as they were."""
    inside = record.strip()[1:-1].strip()
    return b"{" + inside + (b"," if inside else b"") + more + b"}"
