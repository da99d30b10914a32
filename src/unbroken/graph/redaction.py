"""Takes secrets out of what is written down or shown: tokens, secrets, codes, signatures."""

from __future__ import annotations

import re

GONE = "REDACTED"
_JWT = re.compile(r"eyJ[\w-]{5,}(?:\.[\w-]*){1,4}")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[^\s\"',;]+")
_NAMED = re.compile(
    r"(?i)(?P<name>[\"']?\b(?:access_token|refresh_token|id_token|client_secret|client_assertion|assertion|device_code|password|code|sig|"
    r"temporaryAccessPass|secretText)[\"']?\s*[=:]\s*[\"']?)(?P<value>[^\s\"'&,;}]+)"
)
_ERROR_CODE = re.compile(r"[A-Za-z][A-Za-z_]*\Z|\d{1,7}\Z")


def redacted(text: str) -> str:
    """Return `text` without anything that would let its reader act as us."""
    return _NAMED.sub(_hide, _BEARER.sub(rf"\1 {GONE}", _JWT.sub(GONE, text)))


def _hide(found: re.Match[str]) -> str:
    """Hide a named value; an error's `code` is a plain word or number and says what went wrong."""
    named_code = found["name"].strip("\"' =:").lower() == "code"
    return found[0] if named_code and _ERROR_CODE.match(found["value"]) else f"{found['name']}{GONE}"
