"""Fills an emulated tenant from a tenant folder, as `unbroken sample` writes one. A file that cannot be used is an error, not a gap."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from unbroken.emulator.cloud.archive import Archive
from unbroken.emulator.cloud.message import Wire
from unbroken.errors import BadInput

LISTS = (
    *("organization", "domains", "subscribedSkus", "users", "groups", "directoryRoles", "roleAssignments", "roleEligibilitySchedules"),
    *("servicePrincipals", "applications", "devices", "namedLocations", "conditionalAccessPolicies", "authenticationStrengthPolicies"),
    *("authenticationContextClassReferences", "userRegistrationDetails", "userAuthenticationRequirements", "directoryAudits"),
)
OBJECTS = ("identitySecurityDefaultsEnforcementPolicy", "authenticationMethodsPolicy", "crossTenantAccessPolicy")
NEEDED = ("organization", "users", "conditionalAccessPolicies")
SETTINGS = "settings"
"""Collection of the objects of which a tenant has one."""
MEMBERS = "members"
"""Collection of `{"members": [ids]}` by the id of a group or directory role."""
_ENDINGS = (".json", ".jsonl", ".json.gz", ".jsonl.gz")


def load_folder(folder: Path, archive: Archive) -> None:
    """Read `folder` into the empty `archive`.

    Raises:
        BadInput: it is no tenant folder, or a file in it cannot be read.
    """
    if not folder.is_dir():
        raise BadInput(str(folder), "is no folder", remedy="give a tenant folder as `unbroken sample` writes it, or --sample")
    for name in (*LISTS, *OBJECTS):
        _load(archive, name, _records(folder, name))
    files = sorted((folder / "signIns").glob("*")) if (folder / "signIns").is_dir() else _files(folder, "signIns")
    for file in files:
        archive.add_sign_ins(_rows(file))


def _load(archive: Archive, name: str, records: list[Wire]) -> None:
    if name in OBJECTS:
        archive.put(SETTINGS, [(name, records[0])] if records else [])
        return
    for holder in records if name in {"groups", "directoryRoles"} else ():
        ids = [member["id"] for member in holder.pop("members", None) or ()]
        archive.put(MEMBERS, [(holder["id"], {"members": ids})])
    archive.put(name, ((record["id"], record) for record in records))


def _files(folder: Path, name: str) -> list[Path]:
    return [file for ending in _ENDINGS if (file := folder / f"{name}{ending}").is_file()]


def _records(folder: Path, name: str) -> list[Wire]:
    files = _files(folder, name)
    if not files:
        if name in NEEDED:
            raise BadInput(str(folder), f"has no {name}.json", remedy="an emulated tenant needs " + ", ".join(NEEDED))
        return []
    found = [record for file in files for record in _whole(file)]
    if name not in OBJECTS and any("id" not in record for record in found):
        raise BadInput(str(files[0]), "has a record without an id", remedy="fetch the collection anew")
    return found


def _whole(file: Path) -> list[Wire]:
    """Return the records of one file: an array, one object, a page, or a line each."""
    if ".jsonl" in file.name:
        return [_decoded(line, file) for line in _bytes(file).splitlines() if line.strip()]
    value = _decoded(_bytes(file), file)
    if isinstance(value, dict):
        value = value["value"] if isinstance(value.get("value"), list) else [value]
    if not isinstance(value, list) or not all(isinstance(record, dict) for record in value):
        raise BadInput(str(file), "holds no records", remedy="fetch the collection anew")
    return value


def _rows(file: Path) -> Iterable[bytes]:
    if not file.name.endswith(_ENDINGS):
        raise BadInput(
            str(file), "is no log in JSON", remedy="the emulator serves sign-ins as Graph writes them: *.json, *.jsonl, or either with .gz"
        )
    return _lines(file) if ".jsonl" in file.name else [msgspec.json.encode(record) for record in _whole(file)]


def _lines(file: Path) -> Iterator[bytes]:
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
        yield from (line.rstrip() for line in stream if line.strip())


def _bytes(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


def _decoded(raw: bytes, file: Path) -> Any:  # noqa: ANN401 -- any JSON
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError as error:
        raise BadInput(str(file), f"cannot be read ({error})", remedy="fetch the collection anew") from error
