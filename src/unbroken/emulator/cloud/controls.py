"""`/emulator/...`: what only an emulator has. Nobody needs a token here, for it listens on this machine alone."""

from __future__ import annotations

from html import escape

import msgspec

from unbroken.emulator.cloud.apps import APPS, register_from
from unbroken.emulator.cloud.emulation import Emulation
from unbroken.emulator.cloud.faults import KINDS
from unbroken.emulator.cloud.message import Call, Refusal, Reply
from unbroken.emulator.cloud.people_controls import call_somebody, clock, helpdesk, move_clock

OUTBOX = "outbox"
_PAGE = """<!doctype html><html lang="en"><title>Sign in to the emulated tenant</title>
<h1>Sign in to the emulated tenant</h1>
<form method="post"><p><label>Code <input name="userCode" value="{code}" required></label></p>
<p><label>User (empty: the first Global Administrator) <input name="user"></label></p><button>Sign in</button></form>"""


def control(emulation: Emulation, call: Call) -> Reply:
    """Return the answer to a call below `/emulator`.

    Raises:
        Refusal: 404, no such address; 400, a body that cannot be used.
    """
    emulation.catch_up()
    key = f"{call.method} {call.path.rstrip('/')}"
    if key == "GET /devicelogin":
        return Reply(200, {"@text": _PAGE.format(code=escape(call.query.get("code", "")))}, {"content-type": "text/html; charset=utf-8"})
    if key == "POST /devicelogin":
        body = call.json()
        return Reply(200, emulation.sign_in.approve(str(body.get("userCode", "")), str(body.get("user", ""))))
    if call.method == "POST" and call.path.startswith("/people/") and call.path.rstrip("/").endswith("/call"):
        return Reply(200, call_somebody(emulation, call.path.split("/")[2]))
    if key in _STATE:
        return Reply(200, _STATE[key](emulation, call))
    raise Refusal(404, "NotFound", f"the emulator has no {key.replace(' /', ' /emulator/')}; it has {', '.join(sorted(_STATE))}")


def _status(emulation: Emulation, _: Call) -> dict[str, object]:
    first, last, count = emulation.world.archive.span()
    log = {"signIns": count, "firstSignIn": first, "lastSignIn": last}
    pace = {"accelerate": emulation.buckets.accelerate}
    return {**emulation.credentials(), **pace, "now": emulation.world.now, "calls": emulation.calls, **log}


def _faults(emulation: Emulation, _: Call) -> dict[str, object]:
    return {"active": msgspec.to_builtins(emulation.faults.active), "struck": emulation.faults.log, "kinds": KINDS}


def _add_faults(emulation: Emulation, call: Call) -> dict[str, object]:
    try:
        raw = msgspec.json.decode(call.body)
    except msgspec.DecodeError as error:
        raise Refusal(400, "BadRequest", f"no JSON: {error}") from error
    emulation.faults.add(raw)
    return _faults(emulation, call)


def _clear_faults(emulation: Emulation, call: Call) -> dict[str, object]:
    emulation.faults.active.clear()
    emulation.faults.log.clear()
    return _faults(emulation, call)


def _outbox(emulation: Emulation, _: Call) -> dict[str, object]:
    return {"value": list(emulation.world.of(OUTBOX).values())}


def _apps(emulation: Emulation, _: Call) -> dict[str, object]:
    return {"value": list(emulation.world.of(APPS).values())}


def _add_app(emulation: Emulation, call: Call) -> dict[str, object]:
    return register_from(emulation.world, call.json())


_STATE = {
    "GET ": _status,
    "GET /faults": _faults,
    "POST /faults": _add_faults,
    "DELETE /faults": _clear_faults,
    "GET /clock": clock,
    "POST /clock": move_clock,
    "GET /helpdesk": helpdesk,
    "GET /outbox": _outbox,
    "GET /apps": _apps,
    "POST /apps": _add_app,
}
