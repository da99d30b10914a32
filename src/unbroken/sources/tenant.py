"""A tenant's exports -> a `Snapshot`: every collection with whether it is complete, every problem with file and record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from unbroken.entra.directory import AuthenticationStrength, CrossTenantAccess, DirectoryRole, Group, MethodConfiguration
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import Collection, OperatorFacts, Snapshot
from unbroken.entra.vocabulary import PolicyState
from unbroken.errors import BadInput
from unbroken.sources import people, tenant_settings, things
from unbroken.sources.documents import Document
from unbroken.sources.facts import read_facts
from unbroken.sources.grant import strength_from_wire
from unbroken.sources.ids import canonical
from unbroken.sources.layout import Layout, lay_out
from unbroken.sources.memberships import exported_members
from unbroken.sources.policies import policies_of, read_policies
from unbroken.sources.records import Records, lower_camel, raw_page, read_records
from unbroken.sources.resolve import resolved
from unbroken.sources.sheets import read_sheets

T = TypeVar("T")
F = TypeVar("F", bound=msgspec.Struct)

__all__ = ["read_policies", "read_tenant", "resolved", "signin_paths"]
_POLICIES = "conditionalAccessPolicies"
_NEEDED = frozenset({"users", _POLICIES})
_ONLY_USED = "IntuneManagement exports only the ones that policies name"


def read_tenant(path: Path) -> Snapshot:
    """Return what the folder, zip or file at `path` says of a tenant.

    Raises `BadInput` when it holds neither policies nor users, when a file of either is no JSON, or when `unbroken.toml` is wrong.
    """
    layout = lay_out(path)
    read_sheets(layout)
    return resolved(_Tenant(layout).snapshot(str(path)))


class _Tenant:
    """The reading of one tenant; notes problems on the way."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.problems: list[str] = []

    def snapshot(self, source: str) -> Snapshot:
        """Return the tenant as it was read."""
        policies, inline = self.policies()
        users = self.typed("users", people.UserForm, people.user)
        if not policies.records and not users.records:
            raise BadInput(source, "holds neither policies nor users", remedy="export at least conditionalAccessPolicies and users")
        tenant_id, tenant_name = self.organization()
        domains, federated = self.domains()
        return Snapshot(
            source=source,
            tenant_id=tenant_id,
            tenant_name=tenant_name,
            policies=policies,
            users=users,
            groups=self.groups(),
            roles=self.roles(),
            service_principals=self.collection("servicePrincipals", things.service_principal),
            devices=self.collection("devices", things.device),
            locations=self.collection("namedLocations", things.named_location),
            strengths=self.strengths(inline),
            registrations=self.typed("userRegistrationDetails", people.RegistrationForm, people.registration),
            methods_policy=self.methods_policy(),
            per_user_mfa=self.collection("userAuthenticationRequirements", tenant_settings.per_user_mfa),
            security_defaults=self.security_defaults(policies),
            cross_tenant=self.cross_tenant(),
            federated_domains=federated,
            domains=domains,
            skus=self.skus(),
            facts=self.facts(),
            problems=tuple(self.problems),
            files=tuple(sorted(self.layout.files)),
        )

    def typed(self, name: str, form: type[F], noun: Callable[[F], T]) -> Collection[T]:
        """Return a large collection, decoded into `form`."""
        documents = self.layout.of(name)
        if not documents:
            return Collection(name)
        records = self.attempt(name, lambda: read_records(documents, form)) or Records(gaps=["its file could not be read"])
        self.problems += records.problems
        return self.gathered(name, [noun(item) for item in records.items], records.gaps)

    def collection(self, name: str, noun: Callable[[Any, str], T]) -> Collection[T]:
        """Return a small collection, record by record."""
        if not self.layout.of(name):
            return Collection(name)
        found, gaps = self.each(name, noun)
        return self.gathered(name, found, gaps)

    def each(self, name: str, noun: Callable[[Any, str], T]) -> tuple[list[T], list[str]]:
        """Return the records of one collection as nouns, and why they may not be all."""
        found: list[T] = []
        gaps: list[str] = []
        for document in self.layout.of(name):
            page = self.attempt(name, lambda document=document: raw_page(document))  # type: ignore[misc]
            gaps += [f"{document.where} could not be read"] if page is None else [page.gap] if page.gap else []
            for number, record in enumerate(page.records if page else (), 1):
                where = f"{document.where}, record {number}"
                item = self.attempt(name, lambda record=record, where=where: noun(_record(record, where), where))  # type: ignore[misc]
                if item is None:
                    gaps.append(f"{where} could not be read")
                else:
                    found.append(item)
        return found, gaps

    def attempt(self, name: str, read: Callable[[], T]) -> T | None:
        """Return what `read` returns; a bad file or record is noted, and fatal only in the collections every question needs."""
        try:
            return read()
        except BadInput as error:
            if name in _NEEDED:
                raise
            self.problems.append(str(error))
            return None

    def gathered(self, name: str, found: list[T], gaps: list[str]) -> Collection[T]:
        """Return the collection; the same thing twice (overlapping pages) counts once."""
        if found and hasattr(found[0], "id"):
            found = list({each.id: each for each in reversed(found)}.values())[::-1]  # type: ignore[attr-defined]
        why = f"{gaps[0]}{f' and {len(gaps) - 1} more' if len(gaps) > 1 else ''}" if gaps else ""
        return Collection(name, tuple(found), complete=not why, why=why)

    def policies(self) -> tuple[Collection[ConditionalAccessPolicy], dict[str, AuthenticationStrength]]:
        """Return the policies, and the strengths that are defined inside them."""
        documents = self.layout.of(_POLICIES)
        if not documents:
            return Collection(_POLICIES), {}
        read = policies_of(documents)
        self.problems += read.problems
        return self.gathered(_POLICIES, list(read.policies), read.gaps), read.strengths

    def groups(self) -> Collection[Group]:
        """Return the groups, with members that lie in files of their own, and names the migration table knows."""
        groups = self.typed("groups", people.GroupForm, people.group)
        groups = exported_members(groups, self.layout)
        known = {group.id for group in groups.records}
        named = [group for group in self.migration_table() if group.id not in known]
        if "groups" in self.layout.flat or (named and not groups.records):
            return Collection("groups", (*groups.records, *named), complete=False, why=_ONLY_USED)
        return groups

    def migration_table(self) -> list[Group]:
        """Return the groups IntuneManagement noted by id and name."""
        found, _ = self.each("MigrationTable", lambda record, _: record)
        objects = [each for table in found for each in table.get("objects") or () if isinstance(each, dict)]
        return [
            Group(id=canonical(str(each.get("id"))), display_name=str(each.get("displayName") or ""))
            for each in objects
            if each.get("type") == "Group" and each.get("id")
        ]

    def roles(self) -> Collection[DirectoryRole]:
        """Return the active roles; where they were not exported, tenant-wide role assignments stand in."""
        if self.layout.of("directoryRoles"):
            return self.typed("directoryRoles", people.RoleForm, people.role)
        assignments = self.typed("roleAssignments", people.AssignmentForm, lambda form: form)
        if not self.layout.of("roleAssignments"):
            return Collection("directoryRoles")
        found = people.roles_from_assignments(assignments.records)
        return Collection("directoryRoles", found, complete=assignments.complete, why=assignments.why)

    def strengths(self, inline: dict[str, AuthenticationStrength]) -> Collection[AuthenticationStrength]:
        """Return the exported strengths, and those that policies define inside themselves."""
        exported = self.collection("authenticationStrengthPolicies", strength_from_wire)
        known = {strength.id for strength in exported.records}
        more = tuple(strength for strength in inline.values() if strength.id not in known)
        return replace(exported, records=(*exported.records, *more))

    def methods_policy(self) -> Collection[MethodConfiguration]:
        """Return who may use which method, out of the policy or of one file per method."""
        name = "authenticationMethodsPolicy"
        policies, gaps = self.each(name, lambda record, where: (record.get("authenticationMethodConfigurations"), where))
        if self.layout.of("authenticationMethodConfigurations"):
            return self.collection("authenticationMethodConfigurations", tenant_settings.method_configuration)
        if not policies:
            return Collection(name, why=gaps[0] if gaps else "not exported")
        found: list[MethodConfiguration] = []
        for configurations, where in policies:
            gaps += [] if isinstance(configurations, list) else [f"{where} has no authenticationMethodConfigurations"]
            for body in configurations or ():
                item = self.attempt(name, lambda body=body, where=where: tenant_settings.method_configuration(_record(body, where), where))  # type: ignore[misc]
                found += [item] if item else []
                gaps += [] if item else [f"a method in {where} could not be read"]
        return self.gathered(name, found, gaps)

    def security_defaults(self, policies: Collection[ConditionalAccessPolicy]) -> bool | None:
        """Return whether security defaults are on; any enabled policy proves them off (Entra refuses both at once)."""
        found, _ = self.each("identitySecurityDefaultsEnforcementPolicy", lambda record, _: record.get("isEnabled"))
        if found and isinstance(found[0], bool):
            return found[0]
        enabled = any(each.state is PolicyState.ENABLED and not each.unmodelled for each in policies.records)
        return False if enabled else None

    def cross_tenant(self) -> CrossTenantAccess | None:
        """Return the trust in other tenants."""
        if self.layout.of("crossTenantAccessPolicy/partners"):
            self.problems.append("crossTenantAccessPolicy: EntraExporter keeps one partner only, so trust in other tenants is unknown")
            return None
        defaults, _ = self.each("crossTenantAccessPolicy/default", lambda record, _: record)
        if defaults:
            return tenant_settings.cross_tenant_access({"default": defaults[0], "partners": []}, "crossTenantAccessPolicy")
        found, _ = self.each("crossTenantAccessPolicy", tenant_settings.cross_tenant_access)
        return found[0] if found else None

    def organization(self) -> tuple[str, str]:
        """Return id and name of the tenant."""
        found, _ = self.each("organization", lambda record, _: record)
        if not found:
            found, _ = self.each("MigrationTable", lambda record, _: {"id": record.get("tenantId")})
        first = found[0] if found else {}
        return canonical(str(first.get("id") or "")), str(first.get("displayName") or "")

    def domains(self) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """Return the domains, and the federated ones with what their identity provider is trusted to do."""
        found, _ = self.each("domains", lambda record, _: record)
        names = tuple(str(record.get("id") or "").lower() for record in found if record.get("id"))
        federated = {
            str(record["id"]).lower(): "" for record in found if record.get("id") and record.get("authenticationType") == "Federated"
        }
        configured, _ = self.each("federationConfigurations", lambda record, where: tenant_settings.federation(record, names, where))
        return names, tuple((federated | dict(configured)).items())

    def skus(self) -> tuple[str, ...] | None:
        """Return the service plans the tenant has; None when they are not all known."""
        found, gaps = self.each("subscribedSkus", tenant_settings.service_plans)
        return tuple(sorted(set().union(*found))) if found and not gaps else None

    def facts(self) -> OperatorFacts:
        """Return the operator's own facts."""
        return read_facts(self.layout.facts) if self.layout.facts else OperatorFacts()


def _record(record: Any, where: str) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise BadInput(where, "is not an object", remedy="export the file again")
    return lower_camel(record)  # type: ignore[no-any-return]


def signin_paths(path: Path, scratch: Path | None = None) -> list[Path]:
    """Return the sign-in log files of a tenant folder; those of a zip are unpacked into `scratch` first.

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
