"""A passkey that an administrator registers for a user, as for emergency access accounts: options first, then the new credential.

Source: api-reference/v1.0/api/fido2authenticationmethod-creationoptions.md, authentication-post-fido2methods.md. What the key signed is
not checked: the credential must only answer the challenge that was given.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from unbroken.emulator.cloud.listing import context
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.method_store import method, methods_of, store_methods
from unbroken.emulator.cloud.policy_entities import METHOD
from unbroken.emulator.cloud.policy_reads import METHODS_POLICY
from unbroken.emulator.cloud.reading import one
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World

CHALLENGES = "passkeyChallenges"
_MINUTES, _FEWEST, _MOST = 5, 5, 43200
_LONGEST_NAME = 30
_ALGORITHMS = (-7, -257)


def _options(tenancy: Tenancy, call: Call) -> Reply:
    world, user = tenancy.world, tenancy.world.user(call.params["id"])
    _demand_self_service(world)
    text = call.params.get("arguments", "").rpartition("=")[2] or call.query.get("challengeTimeoutInMinutes") or str(_MINUTES)
    if not text.isdigit() or not _FEWEST <= int(text) <= _MOST:
        raise Refusal(400, "badRequest", f"challengeTimeoutInMinutes must be between {_FEWEST} and {_MOST}.")
    challenge, ends = _text(tenancy.rng.randbytes(32)), world.clock() + 60 * int(text)
    world.put(CHALLENGES, user["id"], {"challenge": challenge, "ends": ends})
    until = datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body: Wire = {"@odata.context": context(call, single=True), "challengeTimeoutDateTime": until}
    return Reply(200, body | {"publicKey": _public_key(world, user, challenge)})


def _public_key(world: World, user: Wire, challenge: str) -> Wire:
    held = [each["id"] for each in methods_of(world, user["id"]) if each["@odata.type"].endswith("fido2AuthenticationMethod")]
    return {
        "challenge": challenge,
        "timeout": 0,
        "attestation": "direct",
        "rp": {"id": "login.microsoft.com", "name": "Microsoft"},
        "user": {"id": _text(UUID(user["id"]).bytes), "displayName": user["displayName"], "name": user["userPrincipalName"]},
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in _ALGORITHMS],
        "excludeCredentials": [{"id": key, "type": "public-key", "transports": []} for key in held],
        "authenticatorSelection": {
            "authenticatorAttachment": "cross-platform",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "extensions": {
            "hmacCreateSecret": True,
            "enforceCredentialProtectionPolicy": True,
            "credentialProtectionPolicy": "userVerificationOptional",
        },
    }


def _register(tenancy: Tenancy, call: Call) -> Reply:
    world, user, body = tenancy.world, tenancy.world.user(call.params["id"]), call.json()
    _demand_self_service(world)
    name, credential = body.get("displayName"), body.get("publicKeyCredential")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise Refusal(400, "badRequest", f"displayName must have one to {_LONGEST_NAME} characters.")
    key = _checked(world, user["id"], credential)
    details = {"displayName": name, "model": "Security key", "attestationLevel": "attested", "createdDateTime": world.now}
    added = method("fido2", key, **details)
    store_methods(world, user["id"], [*methods_of(world, user["id"]), added])
    world.remove(CHALLENGES, user["id"])
    return one(call, added, METHOD, status=201)


def _checked(world: World, user: str, credential: Any) -> str:  # noqa: ANN401 -- what a client sent
    """Return the id of a credential that answers the challenge of this user.

    Raises:
        Refusal: 400.
    """
    given = world.of(CHALLENGES).get(user)
    try:
        said = msgspec.json.decode(_bytes(credential["response"]["clientDataJSON"]))
        whole = bool(credential["id"] and credential["response"]["attestationObject"])
    except (TypeError, KeyError, ValueError, msgspec.DecodeError):
        said, whole = {}, False
    if not whole or not given or not isinstance(said, dict) or said.get("challenge") != given["challenge"] or given["ends"] < world.clock():
        raise Refusal(400, "badRequest", "The credential does not answer the challenge, or the challenge is too old.")
    return str(credential["id"])


def _demand_self_service(world: World) -> None:
    configurations = world.setting(METHODS_POLICY).get("authenticationMethodConfigurations") or ()
    found: Wire = next((each for each in configurations if each.get("id") == "Fido2"), {})
    if found.get("state") != "enabled" or found.get("isSelfServiceRegistrationAllowed") is False:
        raise Refusal(
            400, "badRequest", "Passkeys cannot be registered: the policy of the method has them disabled, or without self-service."
        )


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


_PATH = "/users/{id}/authentication/fido2Methods"
ROUTES: dict[str, Handler] = {
    f"GET {_PATH}/creationOptions": _options,
    f"GET {_PATH}/creationOptions/{{arguments}}": _options,
    f"POST {_PATH}": _register,
}
