"""Reads of the rest of the directory: organization, licences, domains, applications, devices."""

from __future__ import annotations

from unbroken.emulator.cloud.entities import APPLICATION, DEVICE, DOMAIN, ORGANIZATION, SERVICE_PRINCIPAL, SUBSCRIBED_SKU
from unbroken.emulator.cloud.message import Call, Refusal, Reply
from unbroken.emulator.cloud.reading import listed, page_of, single
from unbroken.emulator.cloud.tenancy import Handler, Tenancy


def _federation(tenancy: Tenancy, call: Call) -> Reply:
    """Return the federation of a domain; a managed one has none."""
    domain = tenancy.world.found("domains", call.params["id"])
    if domain.get("authenticationType") != "Federated":
        raise Refusal(404, "Request_ResourceNotFound", f"Domain '{domain['id']}' is not federated.")
    return page_of(tenancy, call, domain.get("federationConfiguration") or [], DOMAIN)


ROUTES: dict[str, Handler] = {
    "GET /organization": listed("organization", ORGANIZATION),
    "GET /subscribedSkus": listed("subscribedSkus", SUBSCRIBED_SKU),
    "GET /domains": listed("domains", DOMAIN),
    "GET /domains/{id}/federationConfiguration": _federation,
    "GET /servicePrincipals": listed("servicePrincipals", SERVICE_PRINCIPAL),
    "GET /servicePrincipals/{id}": single("servicePrincipals", SERVICE_PRINCIPAL),
    "GET /applications": listed("applications", APPLICATION),
    "GET /devices": listed("devices", DEVICE),
    "GET /devices/{id}": single("devices", DEVICE),
}
