"""Mailboxes: whose they are, which are rooms, and mail that is sent from one: it is kept, and nobody gets it."""

from __future__ import annotations

from unbroken.emulator.cloud.entities import ROOM
from unbroken.emulator.cloud.listing import context
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.reading import page_of
from unbroken.emulator.cloud.tenancy import Handler, Tenancy

MOST_RECIPIENTS = 500


def _mailbox(tenancy: Tenancy, call: Call) -> Reply:
    settings = _mailbox_settings(tenancy.world.user(call.params["id"]))
    return Reply(200, {"@odata.context": context(call), **settings})


def _purpose(tenancy: Tenancy, call: Call) -> Reply:
    settings = _mailbox_settings(tenancy.world.user(call.params["id"]))
    return Reply(200, {"@odata.context": context(call), "value": settings["userPurpose"]})


def _mailbox_settings(user: Wire) -> Wire:
    if not user.get("mail"):
        raise _no_mailbox()
    return {"userPurpose": "user"} | (user.get("mailboxSettings") or {})


def _no_mailbox() -> Refusal:
    """Return the refusal of a user without a mailbox."""
    return Refusal(404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")


def _send_mail(tenancy: Tenancy, call: Call) -> Reply:
    """Accept a mail and lay it into the outbox; nobody gets it."""
    world, user, body = tenancy.world, tenancy.world.user(call.params["id"]), call.json()
    if not user.get("mail"):
        raise _no_mailbox()
    message = body.get("message") or body.get("Message")
    if not isinstance(message, dict):
        raise Refusal(400, "ErrorInvalidRequest", "Cannot read the request body: it has no message.")
    recipients = [each for name in ("toRecipients", "ccRecipients", "bccRecipients") for each in message.get(name) or ()]
    if not recipients:
        raise Refusal(400, "ErrorInvalidRecipients", "At least one recipient is not valid., Recipients are missing.")
    if len(recipients) > MOST_RECIPIENTS or any("@" not in str((each.get("emailAddress") or {}).get("address")) for each in recipients):
        raise Refusal(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
    key = world.new_id("mail")
    world.put("outbox", key, {"id": key, "from": user["userPrincipalName"], "sentDateTime": world.now, "message": message})
    return empty(202)


def _rooms(tenancy: Tenancy, call: Call) -> Reply:
    """Return the rooms: of each its mailbox, and of the room itself nothing that the directory does not know."""
    users = [user for user in tenancy.world.of("users").values() if user.get("mail")]
    return page_of(tenancy, call, [_room(user) for user in users if _mailbox_settings(user)["userPurpose"] == "room"], ROOM)


def _room(user: Wire) -> Wire:
    unknown = ("building", "floorNumber", "floorLabel", "label", "capacity", "phone", "audioDeviceName", "videoDeviceName")
    known = {
        "id": user["id"],
        "placeId": user["id"],
        "displayName": user["displayName"],
        "nickname": user["displayName"],
        "emailAddress": user["mail"],
    }
    return {**known, **dict.fromkeys(unknown), "bookingType": "standard", "tags": [], "isWheelChairAccessible": False}


ROUTES: dict[str, Handler] = {
    "GET /users/{id}/mailboxSettings": _mailbox,
    "GET /users/{id}/mailboxSettings/userPurpose": _purpose,
    "POST /users/{id}/sendMail": _send_mail,
    "GET /places/microsoft.graph.room": _rooms,
}
