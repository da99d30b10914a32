"""The emulated tenant in memory: records by collection and id, written through to the archive, and the list of what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

from unbroken.emulator.cloud.archive import Archive
from unbroken.emulator.cloud.folder import MEMBERS, SETTINGS
from unbroken.emulator.cloud.history import Told
from unbroken.emulator.cloud.lag import Lag
from unbroken.emulator.cloud.message import Refusal, Wire
from unbroken.emulator.tenant import Tenant

Clock = Callable[[], float]
"""Seconds since 1970."""
P1, P2 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"
"""Service plans Microsoft Entra ID P1 and P2 (AAD_PREMIUM, AAD_PREMIUM_P2)."""
OBJECT_KINDS = {"users": "user", "groups": "group", "servicePrincipals": "servicePrincipal", "devices": "device"}
"""Collection -> type of the directory objects that can be a member of something."""
DECIDES = ("namedLocations", "authenticationStrengthPolicies", "servicePrincipals", "organization", "userAuthenticationRequirements")
DECIDING_SETTINGS = ("crossTenantAccessPolicy", "identitySecurityDefaultsEnforcementPolicy")
"""What decides a sign-in, besides policies, groups and roles."""
_IN_TENANT = frozenset({"groups", "directoryRoles", MEMBERS, SETTINGS, *DECIDES})
"""What the interpreter of Conditional Access reads."""


@dataclass(slots=True)
class World:
    """One tenant. Every write goes through `put`, `remove` or `set_members`, so that state and delta never miss one."""

    archive: Archive
    clock: Clock
    collections: dict[str, dict[str, Wire]] = field(default_factory=dict)
    changes: list[tuple[str, str, bool]] = field(default_factory=list)
    """(collection, id, removed) of every write since the start: what delta queries tell."""
    run: str = field(default_factory=lambda: str(uuid4()))
    """Tells one start of the emulator from the next: the list of changes begins anew."""
    wall: Clock | None = None
    """The clock of the machine, where the tenant's is another."""
    lag: Lag = field(default_factory=Lag)
    opened: float = 0.0
    """When this tenant was first emulated, in seconds since 1970: what its folder tells from before then is settled."""
    in_effect: tuple[float, Tenant] | None = None
    """Until when the directory is as sign-ins meet it now, and that directory; None: to be found anew (see `effect`)."""
    _tenant: Tenant | None = None

    def __post_init__(self) -> None:
        """Read what the archive holds, and note when that was done first."""
        self.collections = self.archive.collections()
        if not self.of("emulator").get("opened"):
            self.put("emulator", "opened", {"at": self.clock()})
        self.opened = self.of("emulator")["opened"]["at"]

    @property
    def now(self) -> str:
        """Return the time as Graph writes it."""
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def real_time(self) -> float:
        """Return the machine's time: tokens, page tokens and limits are between a client and the service, not in the tenant's life."""
        return (self.wall or self.clock)()

    @property
    def tenant_id(self) -> str:
        """Return the tenant's id."""
        return next(iter(self.of("organization")))

    def of(self, collection: str) -> dict[str, Wire]:
        """Return the records of a collection by id, in order."""
        return self.collections.setdefault(collection, {})

    def setting(self, name: str) -> Wire:
        """Return an object of which the tenant has one.

        Raises:
            Refusal: 404, the tenant folder did not have it.
        """
        return self.found(SETTINGS, name)

    def found(self, collection: str, key: str) -> Wire:
        """Return a record.

        Raises:
            Refusal: 404, there is none.
        """
        record = self.of(collection).get(key)
        if record is None:
            raise missing(key)
        return record

    def put(self, collection: str, key: str, record: Wire) -> Wire:
        """Write a record and return it."""
        self._note(collection, key, record)
        self._keep(collection, key, record)
        self._changed(collection, key, removed=False)
        return record

    def keep(self, collection: str, records: Iterable[tuple[str, Wire]]) -> None:
        """Write records of which delta queries tell nothing: what people remember, when somebody signed in last."""
        records = list(records)
        self.of(collection).update(records)
        self.archive.put(collection, records)

    def remove(self, collection: str, key: str) -> Wire:
        """Take a record away and return it.

        Raises:
            Refusal: 404, there is none.
        """
        record = self.found(collection, key)
        self._note(collection, key, None)
        self._forget(collection, key)
        self._changed(collection, key, removed=True)
        return record

    def _keep(self, collection: str, key: str, record: Wire) -> None:
        self.of(collection)[key] = record
        self.archive.put(collection, [(key, record)])

    def _forget(self, collection: str, key: str) -> None:
        if self.of(collection).pop(key, None) is not None:
            self.archive.remove(collection, key)

    def _note(self, collection: str, key: str, after: Wire | None) -> None:
        """Keep what a change replaces, as long as somebody may not know of it; without a lag, forget what an earlier run kept."""
        told = Told(collection, key, self.of(collection).get(key), after, self.clock())
        for place in told.places():
            kept = told.kept(place, self.of(place).get(key), self.lag) if self.lag.scale else None
            if kept is None:
                self._forget(place, key)
            else:
                self._keep(place, key, kept)

    def _changed(self, collection: str, key: str, *, removed: bool) -> None:
        self.changes.append((collection, key, removed))
        if collection in _IN_TENANT:
            self._tenant = self.in_effect = None

    def new_id(self, kind: str) -> str:
        """Return an id nobody has: the same for the same history, so that a run can be repeated."""
        counter = self.of("counters").get(kind, {"next": 0})["next"] + 1
        self.put("counters", kind, {"next": counter})
        return str(uuid5(UUID(self.tenant_id), f"{kind} {counter}"))

    def members(self, holder: str) -> list[str]:
        """Return the ids of the direct members of a group or directory role, in order."""
        return list(self.of(MEMBERS).get(holder, {"members": []})["members"])

    def set_members(self, holder: str, ids: Iterable[str]) -> None:
        """Replace the direct members of a group or directory role."""
        self.put(MEMBERS, holder, {"members": list(ids)})
        self._changed("groups" if holder in self.of("groups") else "directoryRoles", holder, removed=False)

    def directory_object(self, key: str) -> tuple[str, Wire] | None:
        """Return (collection, record) of a user, group, service principal or device."""
        return next(((name, self.of(name)[key]) for name in OBJECT_KINDS if key in self.of(name)), None)

    def user(self, key: str) -> Wire:
        """Return a user by object id or user principal name.

        Raises:
            Refusal: 404, there is none.
        """
        users = self.of("users")
        if key in users:
            return users[key]
        wanted = key.lower()
        found = next((user for user in users.values() if user.get("userPrincipalName", "").lower() == wanted), None)
        if found is None:
            raise missing(key)
        return found

    def tenant(self) -> Tenant:
        """Return the directory as the interpreter of Conditional Access reads it."""
        if self._tenant is None:
            self._tenant = self.tenant_with(self.members)
        return self._tenant

    def tenant_with(self, members: Callable[[str], list[str]]) -> Tenant:
        """Return the directory with other members of groups and roles than it has."""
        held = {
            name: [{**record, "members": [{"id": each} for each in members(key)]} for key, record in self.of(name).items()]
            for name in ("groups", "directoryRoles")
        }
        plain = {name: list(self.of(name).values()) for name in DECIDES}
        single = {name: [self.of(SETTINGS)[name]] for name in DECIDING_SETTINGS if name in self.of(SETTINGS)}
        return Tenant({**held, **plain, **single}, lists_are_whole=True)

    def has_plan(self, *plans: str) -> bool:
        """Return whether the tenant has a licence, active or in its grace period, with one of the service plans."""
        active = [sku for sku in self.of("subscribedSkus").values() if sku.get("capabilityStatus") in {"Enabled", "Warning"}]
        return any(plan.get("servicePlanId") in plans for sku in active for plan in sku.get("servicePlans", ()))

    def audit(self, activity: str, category: str, target: Wire, app_id: str) -> None:
        """Note a change in the directory audit log."""
        key = f"Directory_{self.new_id('audit')}"
        entry: Wire = {"id": target.get("id"), "displayName": target.get("displayName"), "type": None, "modifiedProperties": []}
        record = {
            "id": key,
            "category": category,
            "correlationId": self.new_id("correlation"),
            "result": "success",
            "resultReason": "",
            "activityDisplayName": activity,
            "activityDateTime": self.now,
            "loggedByService": "Conditional Access" if "policy" in activity else "Core Directory",
            "operationType": activity.partition(" ")[0],
            "initiatedBy": {"user": None, "app": {"appId": app_id, "displayName": None, "servicePrincipalId": None}},
            "targetResources": [entry],
            "additionalDetails": [],
        }
        self.put("directoryAudits", key, record)


def missing(key: str) -> Refusal:
    """Return the refusal for an object that is not there."""
    message = f"Resource '{key}' does not exist or one of its queried reference-property objects are not present."
    return Refusal(404, "Request_ResourceNotFound", message)
