"""Authentication contexts: names that apps ask for and policies answer (`c1` to `c99`).

Source: api-reference/v1.0/api/conditionalaccessroot-*authenticationcontextclassreferences.md, authenticationcontextclassreference-*.md.
"""

from __future__ import annotations

import re

from unbroken.emulator.cloud.history import POLICIES
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.policy_entities import AUTHENTICATION_CONTEXT
from unbroken.emulator.cloud.reading import listed, one, single
from unbroken.emulator.cloud.tenancy import Handler, Tenancy

CONTEXTS = "authenticationContextClassReferences"
_NAME = re.compile(r"c([1-9]|[1-9][0-9])")
_WRITTEN = {"displayName": str, "description": str, "isAvailable": bool}


def _create(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    key = body.get("id")
    if not isinstance(key, str) or key in world.of(CONTEXTS):
        raise Refusal(400, "BadRequest", f"The id '{key}' is missing or taken.")
    return one(call, _write(tenancy, call, key, body), AUTHENTICATION_CONTEXT, status=201)


def _patch(tenancy: Tenancy, call: Call) -> Reply:
    """Change a context, or make it: the service takes a PATCH for both."""
    _write(tenancy, call, call.params["id"], call.json())
    return empty()


def _write(tenancy: Tenancy, call: Call, key: str, body: Wire) -> Wire:
    world = tenancy.world
    if not _NAME.fullmatch(key):
        raise Refusal(400, "BadRequest", f"'{key}' is no id of an authentication context: c1 to c99.")
    wrong = [name for name, value in body.items() if name != "id" and "@" not in name and not isinstance(value, _WRITTEN.get(name, ()))]
    if wrong:
        raise Refusal(400, "BadRequest", f"The property '{wrong[0]}' is unknown or of the wrong type.")
    old = world.of(CONTEXTS).get(key) or {"id": key, "displayName": None, "description": None, "isAvailable": False}
    record = world.put(CONTEXTS, key, old | {name: value for name, value in body.items() if name in _WRITTEN})
    world.audit("Update conditional access authentication context", "Policy", record, call.caller.app_id)
    return record


def _delete(tenancy: Tenancy, call: Call) -> Reply:
    """Delete a context that is neither published nor named by a policy."""
    world, key = tenancy.world, call.params["id"]
    used = next((policy for policy in world.of(POLICIES).values() if key in _named(policy)), None)
    if world.found(CONTEXTS, key)["isAvailable"] or used:
        reason = f"used by the policy '{used['displayName']}'" if used else "published to apps"
        raise Refusal(400, "BadRequest", f"The authentication context '{key}' cannot be deleted: it is {reason}.")
    record = world.remove(CONTEXTS, key)
    world.audit("Delete conditional access authentication context", "Policy", record, call.caller.app_id)
    return empty()


def _named(policy: Wire) -> list[str]:
    found: list[str] = policy["conditions"]["applications"].get("includeAuthenticationContextClassReferences") or []
    return found


_PATH = f"/identity/conditionalAccess/{CONTEXTS}"
ROUTES: dict[str, Handler] = {
    f"GET {_PATH}": listed(CONTEXTS, AUTHENTICATION_CONTEXT),
    f"POST {_PATH}": _create,
    f"GET {_PATH}/{{id}}": single(CONTEXTS, AUTHENTICATION_CONTEXT),
    f"PATCH {_PATH}/{{id}}": _patch,
    f"DELETE {_PATH}/{{id}}": _delete,
}
