"""The plain reads: a collection as a list, and one object of it by id."""

from __future__ import annotations

from unbroken.emulator.cloud.consistency import listed_of
from unbroken.emulator.cloud.entity import Entity
from unbroken.emulator.cloud.expanding import Expands, expansion
from unbroken.emulator.cloud.listing import NOTHING, context, list_page
from unbroken.emulator.cloud.message import Call, Reply, Wire
from unbroken.emulator.cloud.selecting import shape
from unbroken.emulator.cloud.tenancy import Handler, Tenancy


def listed(collection: str, entity: Entity) -> Handler:
    """Return the handler that lists a collection."""

    def handler(tenancy: Tenancy, call: Call) -> Reply:
        return page_of(tenancy, call, listed_of(tenancy.world, collection), entity)

    return handler


def single(collection: str, entity: Entity) -> Handler:
    """Return the handler that gives one object by the id in the path."""

    def handler(tenancy: Tenancy, call: Call) -> Reply:
        return one(call, tenancy.world.found(collection, call.params["id"]), entity)

    return handler


def page_of(tenancy: Tenancy, call: Call, records: list[Wire], entity: Entity, expands: Expands = NOTHING) -> Reply:
    """Return one page of records."""
    return list_page(call, records, entity, tenancy.pages, tenancy.world.real_time(), expands)


def one(call: Call, record: Wire, entity: Entity, *, status: int = 200, expands: Expands = NOTHING) -> Reply:
    """Return one object with its context."""
    more = expansion(call, expands)
    return Reply(status, {"@odata.context": context(call, single=True), **shape(call, record, entity), **more(record)})
