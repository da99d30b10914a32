"""Which file of a tenant folder holds which Graph collection: by name, by the folder a tool puts it in, last by its content.

Folders of EntraExporter (`<Collection>/<id>/<id>.json`, members below `Members/`) and of IntuneManagement
(`<Type>/<display name>.json`) are read as their tools write them (github.com/microsoft/EntraExporter, Get-EEDefaultSchema.ps1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from unbroken.errors import BadInput
from unbroken.sources.documents import Document, documents
from unbroken.sources.policy import is_policy
from unbroken.sources.records import raw_page

NAMES = {
    name.lower(): name
    for name in (
        *("organization", "domains", "subscribedSkus", "users", "groups", "directoryRoles", "roleAssignments"),
        *("roleEligibilitySchedules", "servicePrincipals", "devices", "namedLocations", "conditionalAccessPolicies"),
        *("authenticationStrengthPolicies", "identitySecurityDefaultsEnforcementPolicy", "authenticationMethodsPolicy"),
        *("crossTenantAccessPolicy", "userRegistrationDetails", "userAuthenticationRequirements", "federationConfigurations"),
        *("signIns", "directoryAudits", "MigrationTable"),
    )
}
_FOLDERS: dict[tuple[str, ...], str] = {(name.lower(),): name for name in ("users", "groups", "domains", "devices", "namedLocations")} | {
    ("identity", "conditional", "accesspolicies"): "conditionalAccessPolicies",
    ("conditionalaccess",): "conditionalAccessPolicies",
    ("conditionalaccesspolicies",): "conditionalAccessPolicies",
    ("authenticationstrengths",): "authenticationStrengthPolicies",
    ("authenticationstrengthpolicies",): "authenticationStrengthPolicies",
    ("subscribedskus",): "subscribedSkus",
    ("directoryroles",): "directoryRoles",
    ("serviceprincipals",): "servicePrincipals",
    ("rolemanagement", "directory", "roleassignments"): "roleAssignments",
    ("authenticationmethodspolicy", "authenticationmethodconfigurations"): "authenticationMethodConfigurations",
    ("crosstenantaccesspolicy", "default"): "crossTenantAccessPolicy/default",
    ("crosstenantaccesspolicy", "partners"): "crossTenantAccessPolicy/partners",
    ("identitysecuritydefaultsenforcementpolicy",): "identitySecurityDefaultsEnforcementPolicy",
}
_FORMS = frozenset({"json", "jsonl", "ndjson"})
_LOOKED_INTO_BYTES = 16 * 2**20
"""Files larger than this are not opened to see what they are: a collection that large has its name."""
SIGN_INS = "signins"
FACTS = "unbroken.toml"
PROPOSED = "proposed"
"""Folder of policies to be: never the tenant's own, also where nothing else holds policies."""


@dataclass(slots=True)
class Layout:
    """The files of a tenant by collection; `members` are (group or role id, member id) of files that list one member each."""

    root: Path
    found: dict[str, list[Document]] = field(default_factory=dict)
    members: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    flat: set[str] = field(default_factory=set)
    """Collections that a tool wrote as one flat file per record: IntuneManagement, which exports only what policies use."""
    sheets: list[Document] = field(default_factory=list)
    """CSV files: what they are is said by their headers."""
    broken: list[str] = field(default_factory=list)
    """JSON files that cannot be read and whose names say nothing: any of them may hold a policy."""
    facts: Document | None = None
    files: list[tuple[str, str]] = field(default_factory=list)
    """(file, what it was taken for)."""

    def of(self, name: str) -> list[Document]:
        """Return the files of one collection."""
        return self.found.get(name, [])


def lay_out(path: Path) -> Layout:
    """Return which file below `path` (folder, zip, single file) is what; raise `BadInput` when there is no file at all."""
    everything = documents(path)
    if not everything:
        raise BadInput(str(path), "holds no files", remedy="give the folder, zip or file of an export")
    layout = Layout(path)
    unknown = [document for document in everything if not (_by_name(layout, document) or _by_folder(layout, document))]
    _keep_the_nearest(layout)
    _by_content(layout, unknown, known_policies="conditionalAccessPolicies" in layout.found)
    layout.files += [(document.name, name) for name, several in layout.found.items() for document in several]
    return layout


def _by_name(layout: Layout, document: Document) -> bool:
    """Take a file that is named as its collection, or lies in the folder of the sign-ins; toml and CSV are set aside."""
    if SIGN_INS in document.parts[:-1] or document.stem == SIGN_INS:
        layout.found.setdefault("signIns", []).append(document)
        return True
    if document.parts[-1] == FACTS:
        layout.facts = layout.facts if layout.facts and len(layout.facts.parts) <= len(document.parts) else document
        return True
    if document.ending == "csv":
        layout.sheets.append(document)
        return True
    named = document.ending in _FORMS and document.stem in NAMES and not _folder_of(document.parts)
    if named:
        layout.found.setdefault(NAMES[document.stem], []).append(document)
    return named


def _by_folder(layout: Layout, document: Document) -> bool:
    """Take a file that lies where EntraExporter or IntuneManagement puts one record."""
    place = _folder_of(document.parts)
    if document.ending not in _FORMS or not place:
        return False
    name, depth = place
    below = document.parts[depth:]
    if len(below) <= 2:
        layout.found.setdefault(name, []).append(document)
        layout.flat |= {name} if len(below) == 1 else set()
    elif below[1] == "members" and len(below) == 4:
        layout.members.setdefault(name, []).append((below[0], below[2]))
        layout.files.append((document.name, f"member of {name}"))
    else:
        layout.files.append((document.name, "not used"))
    return True


def _folder_of(parts: tuple[str, ...]) -> tuple[str, int] | None:
    """Return the collection whose folder the file is in, and how many parts of the path lead there."""
    folders = parts[:-1]
    for end in range(1, len(folders) + 1):
        for size in (3, 2, 1):
            name = _FOLDERS.get(folders[max(0, end - size) : end])
            if name:
                return name, end
    return None


def _keep_the_nearest(layout: Layout) -> None:
    """Of several files for one collection keep those nearest to the top: what lies deeper is a copy or a proposal."""
    for name, several in layout.found.items():
        if name == "signIns":
            continue
        named = [document for document in several if document.stem == name.lower()]
        if not named:
            continue
        nearest = min(len(document.parts) for document in named)
        kept = [document for document in named if len(document.parts) == nearest]
        names = {document.name for document in kept}
        layout.files += [(each.name, f"not used: {kept[0].name} is nearer") for each in several if each.name not in names]
        layout.found[name] = kept


def _by_content(layout: Layout, unknown: Iterable[Document], *, known_policies: bool) -> None:
    """Take files that nothing but their content explains: policies and named locations of script collections."""
    for document in unknown:
        try:
            name = _recognised(document)
        except BadInput as error:
            layout.broken += [] if known_policies else [str(error)]
            layout.files.append((document.name, f"not used: {error.problem}"))
            continue
        if not name or (name == "conditionalAccessPolicies" and (known_policies or PROPOSED in document.parts[:-1])):
            layout.files.append((document.name, f"not used: {_reason(document, name)}"))
        else:
            layout.found.setdefault(name, []).append(document)


def _reason(document: Document, name: str) -> str:
    if name and PROPOSED in document.parts[:-1]:
        return "policies that are proposed, give them with --with"
    if name:
        return "policies, but the tenant's own are in the file named conditionalAccessPolicies"
    if document.size > _LOOKED_INTO_BYTES:
        return "too large to look into; name it after its Graph collection"
    return "not recognised" if document.ending in _FORMS else "not an export in JSON or CSV"


def _recognised(document: Document) -> str:
    if document.ending not in _FORMS or document.size > _LOOKED_INTO_BYTES:
        return ""
    records = raw_page(document).records
    first = records[0] if records else None
    if is_policy(first):
        return "conditionalAccessPolicies"
    keys = {key.lower() for key in first} if isinstance(first, dict) else set()
    return "namedLocations" if keys & {"ipranges", "countriesandregions", "compliantnetworktype"} else ""
