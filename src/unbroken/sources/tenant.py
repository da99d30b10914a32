"""A tenant's exports -> a `Snapshot`: every collection with whether it is complete, every problem with file and record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from unbroken.entra.directory import AuthenticationStrength, DirectoryRole, Group, Registration, User
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import Collection, OperatorFacts, Snapshot
from unbroken.errors import BadInput
from unbroken.sources import people, settings, things
from unbroken.sources.documents import Document
from unbroken.sources.facts import read_facts
from unbroken.sources.grant import strength_from_wire
from unbroken.sources.ids import canonical
from unbroken.sources.inline_strengths import Defined, contradictions, with_inline
from unbroken.sources.layout import lay_out
from unbroken.sources.memberships import group_filler, role_filler
from unbroken.sources.policies import policies_of, read_policies, read_proposal
from unbroken.sources.reading import POLICIES, Reading, gathered
from unbroken.sources.resolve import resolved

__all__ = ["read_policies", "read_proposal", "read_tenant", "resolved", "signin_paths"]
_EXPAND_LIMIT = 20
_ONLY_USED = "IntuneManagement exports only the groups that policies name"


def read_tenant(path: Path) -> Snapshot:
    """Return what the folder, zip or file at `path` says of a tenant.

    Raises `BadInput` when it holds neither policies nor users, when a file of either is no JSON, or when `unbroken.toml` is wrong.
    """
    reading = Reading(lay_out(path))
    policies, inline = _policies(reading)
    users = reading.typed("users", people.UserForm, people.user)
    if not policies.records and not users.records:
        problem = f" ({reading.problems[0]})" if reading.problems else ""
        raise BadInput(
            str(path), f"holds neither policies nor users{problem}", remedy="export at least conditionalAccessPolicies and users"
        )
    tenant_id, tenant_name = _organization(reading)
    domains, federated = settings.read_domains(reading)
    snapshot = Snapshot(
        source=str(path),
        tenant_id=tenant_id,
        tenant_name=tenant_name,
        policies=policies,
        users=users,
        groups=_groups(reading),
        roles=_roles(reading),
        service_principals=reading.collection("servicePrincipals", things.service_principal),
        devices=reading.collection("devices", things.device),
        locations=reading.collection("namedLocations", things.named_location),
        strengths=_strengths(reading, inline),
        registrations=_registrations(reading, users),
        methods_policy=settings.read_methods_policy(reading),
        per_user_mfa=reading.collection("userAuthenticationRequirements", settings.per_user_mfa),
        security_defaults=settings.read_security_defaults(reading, policies.records),
        cross_tenant=settings.read_cross_tenant(reading),
        federated_domains=federated,
        domains=domains,
        skus=settings.read_skus(reading),
        facts=read_facts(reading.layout.facts) if reading.layout.facts else OperatorFacts(),
    )
    return resolved(replace(snapshot, problems=tuple(reading.problems), files=tuple(sorted(reading.layout.files))))


def signin_paths(path: Path, scratch: Path | None = None) -> list[Path]:
    """Return the sign-in log files of a tenant folder; those of a zip are unpacked into the folder `scratch` first.

    Raises `BadInput` when `path` is a zip with sign-ins and there is no `scratch`.
    """
    logs = lay_out(path).of("signIns")
    if path.is_dir():
        return [path / document.name for document in logs]
    if logs and scratch is None:
        raise BadInput(str(path), "its sign-ins are packed", remedy="unpack the zip first")
    return [_unpacked(document, scratch / f"{number:04d}-{Path(document.name).name}") for number, document in enumerate(logs) if scratch]


def _unpacked(document: Document, file: Path) -> Path:
    file.write_bytes(document.stored())
    return file


def _policies(reading: Reading) -> tuple[Collection[ConditionalAccessPolicy], list[Defined]]:
    """Return the policies, and the strengths that are defined inside them."""
    documents, broken = reading.layout.of(POLICIES), reading.layout.broken
    reading.problems += broken
    if not documents:
        return Collection(POLICIES), []
    read = policies_of(documents)
    reading.problems += [*read.problems, *read.notes]
    gaps = read.gaps + [f"a file that may hold policies could not be read ({problem})" for problem in broken]
    return gathered(POLICIES, read.policies, gaps), read.strengths


def _groups(reading: Reading) -> Collection[Group]:
    """Return the groups with members that lie in files of their own; IntuneManagement's are never all of them."""
    groups = reading.typed("groups", people.GroupForm, people.group, group_filler(reading.layout.members.get("groups", ())))
    reading.problems += _cut_off(groups.records)
    known = {group.id for group in groups.records}
    named = [group for group in _migration_table(reading) if group.id not in known]
    if "groups" in reading.layout.flat or (named and not groups.records):
        return Collection("groups", (*groups.records, *named), complete=False, why=_ONLY_USED)
    return groups


def _cut_off(groups: Sequence[Group]) -> list[str]:
    """Say it when member lists look cut off: `$expand=members` stops at 20 without a word (Graph, known issues of $expand)."""
    sizes = [len(group.members or ()) for group in groups]
    full = sizes.count(_EXPAND_LIMIT)
    if full < 2 or max(sizes) > _EXPAND_LIMIT:
        return []
    return [f"groups: {full} groups have exactly {_EXPAND_LIMIT} members and none has more, as if $expand=members had cut them off"]


def _migration_table(reading: Reading) -> list[Group]:
    """Return the groups IntuneManagement noted by id and name."""
    tables, _ = reading.each("MigrationTable", lambda record, _: record)
    listed = [table["objects"] for table in tables if isinstance(table.get("objects"), list)]
    objects = [each for found in listed for each in found if isinstance(each, dict)]
    return [
        Group(id=canonical(str(each["id"])), display_name=str(each.get("displayName") or ""))
        for each in objects
        if each.get("type") == "Group" and each.get("id")
    ]


def _roles(reading: Reading) -> Collection[DirectoryRole]:
    """Return the active roles; where they were not exported, tenant-wide role assignments stand in."""
    if reading.layout.of("directoryRoles") or not reading.layout.of("roleAssignments"):
        filler = role_filler(reading.layout.members.get("directoryRoles", ()))
        return reading.typed("directoryRoles", people.RoleForm, people.role, filler)
    assignments = reading.typed("roleAssignments", people.AssignmentForm, lambda form: form)
    found = people.roles_from_assignments(assignments.records)
    return Collection("directoryRoles", found, complete=assignments.complete, why=assignments.why)


def _strengths(reading: Reading, defined: list[Defined]) -> Collection[AuthenticationStrength]:
    """Return the exported strengths, and those that policies define inside themselves where they were not exported, or incompletely."""
    exported = reading.collection("authenticationStrengthPolicies", strength_from_wire)
    found = replace(exported, records=with_inline(exported.records, defined))
    reading.problems += contradictions(found.records, defined)
    return found


def _registrations(reading: Reading, users: Collection[User]) -> Collection[Registration]:
    """Return the registration details; a CSV may name its users by their principal name only."""
    name = "userRegistrationDetails"
    if name in reading.rows:
        ids = {user.user_principal_name.lower(): user.id for user in users.records}
        for _, row in reading.rows[name]:
            row["id"] = row.get("id") or ids.get((row.get("userPrincipalName") or "").lower(), "")
    return reading.typed(name, people.RegistrationForm, people.registration)


def _organization(reading: Reading) -> tuple[str, str]:
    """Return id and name of the tenant."""
    found: list[dict[str, Any]]
    found, _ = reading.each("organization", lambda record, _: record)
    if not found:
        found, _ = reading.each("MigrationTable", lambda record, _: {"id": record.get("tenantId")})
    first = found[0] if found else {}
    return canonical(str(first.get("id") or "")), str(first.get("displayName") or "")
