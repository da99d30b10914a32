"""The Temporary Access Pass of a user: its secret is shown once, and a second pass takes the place of the first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.method_store import kind_of, method, methods_of, store_methods
from unbroken.emulator.cloud.policy_entities import METHOD
from unbroken.emulator.cloud.policy_reads import METHODS_POLICY
from unbroken.emulator.cloud.reading import one
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World

_DEFAULT_MINUTES, _FEWEST_MINUTES, _MOST_MINUTES = 60, 60, 480


def _add_pass(tenancy: Tenancy, call: Call) -> Reply:
    """Give a Temporary Access Pass, in place of one that is there; its secret is in this answer alone."""
    world, user, body = tenancy.world, tenancy.world.user(call.params["id"]), call.json()
    configuration = _pass_policy(world)
    minutes = body.get("lifetimeInMinutes") or configuration.get("defaultLifetimeInMinutes") or _DEFAULT_MINUTES
    least = configuration.get("minimumLifetimeInMinutes") or _FEWEST_MINUTES
    most = configuration.get("maximumLifetimeInMinutes") or _MOST_MINUTES
    if not isinstance(minutes, int) or not least <= minutes <= most:
        raise Refusal(400, "badRequest", f"Temporary Access Pass lifetime must be between {least} and {most} minutes.")
    length = configuration.get("defaultLength") or 8
    secret = "".join(tenancy.rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789") for _ in range(length))
    added = _new_pass(world, body, minutes, once=bool(body.get("isUsableOnce", configuration.get("isUsableOnce", False))))
    others = [each for each in methods_of(world, user["id"]) if kind_of(each) != "temporaryAccessPass"]
    store_methods(world, user["id"], [*others, added])
    return one(call, added | {"temporaryAccessPass": secret}, METHOD, status=201)


def _pass_policy(world: World) -> Wire:
    configurations = world.setting(METHODS_POLICY).get("authenticationMethodConfigurations") or ()
    found: Wire = next((each for each in configurations if each.get("id") == "TemporaryAccessPass"), {"state": "disabled"})
    if found["state"] != "enabled":
        raise Refusal(400, "badRequest", "Temporary Access Pass cannot be added to a user account because of the policy.")
    return found


def _new_pass(world: World, body: Wire, minutes: int, *, once: bool) -> Wire:
    start = body.get("startDateTime") or world.now
    now = datetime.fromtimestamp(world.clock(), UTC)
    begins = datetime.fromisoformat(start)
    late = begins + timedelta(minutes=minutes) < now
    reason = "NotYetValid" if begins > now else "Expired" if late else "EnabledByPolicy"
    return method(
        "temporaryAccessPass",
        world.new_id("temporaryAccessPass"),
        temporaryAccessPass=None,
        createdDateTime=world.now,
        startDateTime=start,
        lifetimeInMinutes=minutes,
        isUsableOnce=once,
        isUsable=reason == "EnabledByPolicy",
        methodUsabilityReason=reason,
    )


ROUTES: dict[str, Handler] = {"POST /users/{id}/authentication/temporaryAccessPassMethods": _add_pass}
