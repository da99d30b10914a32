"""A proof as SARIF 2.1.0, for code scanning and editors.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, Errata 01. GitHub tracks an alert by its
`partialFingerprints`, so these depend on the property and the region alone, not on who happens to be in a group today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePath
from types import MappingProxyType
from urllib.parse import quote

from unbroken import __version__
from unbroken.prove.proof import Proof, Region, Result
from unbroken.report import proof_words
from unbroken.report.json_form import Json
from unbroken.report.proof_places import Files, Finding, findings
from unbroken.report.proof_words import Names
from unbroken.report.visible import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"violated": "error", "unknown": "note", "change": "note"}
FINGERPRINT = "unbrokenRegion/v1"
_NOBODY: Mapping[str, str] = MappingProxyType({})


def sarif(proof: Proof, files: Files, names: Names = _NOBODY, *, otherwise: str = "") -> Json:
    """Return a log with one rule per property and one result per region of those that do not hold.

    `otherwise` is the file of what no policy's file is known for. Code scanning refuses a whole log for one result without a location.
    """
    driver = {"name": "unbroken", "semanticVersion": __version__, "rules": [_rule(result) for result in proof.properties]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": [_notification(line) for line in proof.problems]}],
        "results": [_result(finding, otherwise) for finding in findings(proof, files, names)],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(result: Result) -> Json:
    level = LEVELS["change"] if proof_words.is_change(result) else LEVELS["violated"]
    return {
        "id": result.name,
        "shortDescription": _message(result.text),
        "fullDescription": _message(result.text),
        "defaultConfiguration": {"level": level},
    }


def _notification(line: str) -> Json:
    return {"level": "warning", "message": _message(line)}


def _result(finding: Finding, otherwise: str) -> Json:
    body = {
        "ruleId": finding.result.name,
        "ruleIndex": finding.position,
        "level": LEVELS[finding.kind],
        "message": _message(finding.text),
        "partialFingerprints": {FINGERPRINT: _fingerprint(finding.result, finding.region)},
    }
    files = finding.files or ((otherwise,) if otherwise else ())
    return body | ({"locations": [_location(file) for file in files]} if files else {})


def _message(text: str) -> Json:
    """Return a plain text message: control characters are shown, and a name that looks like an embedded link (3.11.6) is none."""
    return {"text": "\n".join(map(visible, text.split("\n"))).replace("](", "] (")}


def _location(file: str) -> Json:
    """Return the policy's file: a relative URI as the path was given, a file URI when it is absolute."""
    path = PurePath(file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}}}


def _fingerprint(result: Result, region: Region | None) -> str:
    """Return 32 hexadecimal digits, the same whatever the order in which a region is told."""
    told: list[object] = [result.name]
    if region is not None:
        who = region.who
        told.append([who.everyone, *(sorted(each) for each in (who.every, who.all_but, who.people))])
        told.append(sorted([each.name, each.all_but, sorted(each.values)] for each in region.conditions))
    return sha256(json.dumps(told).encode()).hexdigest()[:32]
