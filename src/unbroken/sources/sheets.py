"""The portal's CSV downloads of users and of registration details, told by their headers.

Headers: learn.microsoft.com, entra/identity/users/users-bulk-download (users); the Microsoft 365 admin center's active users; the
registration details of the authentication methods activity page, and PowerShell's export of the same report.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from unbroken.errors import BadInput
from unbroken.sources.documents import Document

_YES = frozenset({"true", "yes", "enabled", "capable", "registered", "1"})
_NO = frozenset({"false", "no", "disabled", "not capable", "not registered", "0"})
_USER = {
    "id": ("id", "objectid"),
    "userPrincipalName": ("userprincipalname",),
    "displayName": ("displayname",),
    "mail": ("mail", "email"),
    "userType": ("usertype",),
    "creationType": ("creationtype",),
    "externalUserState": ("invitationstate", "externaluserstate"),
    "department": ("department",),
    "jobTitle": ("jobtitle", "title"),
    "usageLocation": ("usagelocation",),
    "createdDateTime": ("createddatetime", "whencreated"),
}
_USER_FLAGS = {
    "accountEnabled": ("accountenabled",),
    "onPremisesSyncEnabled": ("directorysynced", "dirsyncenabled", "onpremisessyncenabled"),
}
_REGISTRATION = {
    "id": ("id", "userid", "objectid"),
    "userPrincipalName": ("userprincipalname", "upn"),
    "lastUpdatedDateTime": ("lastupdateddatetime", "lastupdated"),
}
_REGISTRATION_FLAGS = {
    "isMfaRegistered": ("ismfaregistered", "mfaregistered", "multifactorauthenticationregistered"),
    "isMfaCapable": ("ismfacapable", "mfacapable", "multifactorauthenticationcapable"),
    "isAdmin": ("isadmin", "admin"),
}
_METHODS = ("methodsregistered", "registeredmethods", "authenticationmethodsregistered")
_METHOD_NAMES = {
    "mobilephone": "mobilePhone",
    "phone": "mobilePhone",
    "alternatemobilephone": "alternateMobilePhone",
    "officephone": "officePhone",
    "email": "email",
    "securityquestion": "securityQuestion",
    "securityquestions": "securityQuestion",
    "microsoftauthenticatorapppushnotification": "microsoftAuthenticatorPush",
    "microsoftauthenticatorpush": "microsoftAuthenticatorPush",
    "microsoftauthenticatorpasswordless": "microsoftAuthenticatorPasswordless",
    "microsoftpasswordlessphonesignin": "microsoftAuthenticatorPasswordless",
    "softwareonetimepasscode": "softwareOneTimePasscode",
    "authenticatorappcode": "softwareOneTimePasscode",
    "hardwareonetimepasscode": "hardwareOneTimePasscode",
    "windowshelloforbusiness": "windowsHelloForBusiness",
    "fido2securitykey": "fido2SecurityKey",
    "temporaryaccesspass": "temporaryAccessPass",
}
"""The portal's words without blanks -> `methodsRegistered`; a word that is not here stays as it is, the list is open."""


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of one CSV as records in Graph's form."""

    name: str
    records: list[tuple[str, dict[str, Any]]]
    """(file:line, record)."""


def read_sheet(document: Document) -> SheetRows | None:
    """Return the rows of a CSV of users or of registration details, None when its headers are neither; raise `BadInput` on no text."""
    try:
        text = document.utf8().decode()
    except UnicodeDecodeError as error:
        raise BadInput(document.where, "is neither UTF-8 nor UTF-16", remedy="save it as UTF-8") from error
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    header = [_plain(cell) for cell in next(rows, [])]
    name = _kind(set(header))
    if not name:
        return None
    shape = _user if name == "users" else _registration
    records = [(f"{document.where}:{rows.line_num}", shape(dict(zip(header, row, strict=False)))) for row in rows if any(row)]
    return SheetRows(name, records)


def _kind(header: set[str]) -> str:
    if header.intersection(_METHODS) or any(header & set(names) for key, names in _REGISTRATION_FLAGS.items() if key != "isAdmin"):
        return "userRegistrationDetails"
    identified = header & {"id", "objectid"} and "userprincipalname" in header
    return "users" if identified and header & {"usertype", "accountenabled", "blockcredential", "licenses"} else ""


def _user(row: Mapping[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = _texts(row, _USER) | _flags(row, _USER_FLAGS)
    if "blockcredential" in row:
        blocked = _flag(row["blockcredential"])
        record["accountEnabled"] = None if blocked is None else not blocked
    if "licenses" in row:
        record["assignedLicenses"] = [] if row["licenses"].strip().lower() in {"", "unlicensed"} else [{"name": row["licenses"]}]
    return record


def _registration(row: Mapping[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = _texts(row, _REGISTRATION) | _flags(row, _REGISTRATION_FLAGS)
    cell = next((row[name] for name in _METHODS if name in row), None)
    if cell is not None:
        words = [word.strip().strip('"') for word in cell.strip("[]").replace(";", ",").split(",")]
        record["methodsRegistered"] = [_METHOD_NAMES.get(_plain(word), word) for word in words if word and _plain(word) != "none"]
    return record


def _texts(row: Mapping[str, str], names: Mapping[str, tuple[str, ...]]) -> dict[str, str | None]:
    """Return the texts of a row; an empty cell is null, a missing column is no key at all."""
    cells = {key: next((row[name] for name in several if name in row), None) for key, several in names.items()}
    present = {key for key, several in names.items() if any(name in row for name in several)}
    return {key: (cell or "").strip() or None for key, cell in cells.items() if key in present}


def _flags(row: Mapping[str, str], names: Mapping[str, tuple[str, ...]]) -> dict[str, bool | None]:
    return {key: _flag(row[name]) for key, several in names.items() for name in several if name in row}


def _flag(cell: str) -> bool | None:
    word = cell.strip().lower()
    return True if word in _YES else False if word in _NO else None


def _plain(cell: str) -> str:
    return "".join(letter for letter in cell.lower() if letter.isalnum())
