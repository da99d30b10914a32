"""Service health, alerts and risky users: quiet unless the state says otherwise."""

from __future__ import annotations

from unbroken.emulator.cloud.log_entities import ALERT, RISKY_USER, SERVICE_HEALTH, SERVICE_ISSUE
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.reading import listed, page_of
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import P2

SERVICES = ("Microsoft Entra", "Exchange Online", "SharePoint Online", "Microsoft Teams", "Microsoft Intune")


def _overviews(tenancy: Tenancy, call: Call) -> Reply:
    issues = list(tenancy.world.of("serviceIssues").values())
    found = [_overview(service, [issue for issue in issues if issue.get("service") == service]) for service in SERVICES]
    by_service = {record["id"]: record.pop("issues") for record in found}
    return page_of(tenancy, call, found, SERVICE_HEALTH, {"issues": lambda record: by_service[record["id"]]})


def _overview(service: str, issues: list[Wire]) -> Wire:
    status = next((issue["status"] for issue in issues if not issue.get("isResolved")), "serviceOperational")
    return {"id": service, "service": service, "status": status, "issues": issues}


def _risky_users(tenancy: Tenancy, call: Call) -> Reply:
    if not tenancy.world.has_plan(P2):
        raise Refusal(403, "Forbidden", "Your tenant is not licensed for this feature.")
    return page_of(tenancy, call, list(tenancy.world.of("riskyUsers").values()), RISKY_USER)


ROUTES: dict[str, Handler] = {
    "GET /security/alerts_v2": listed("alerts", ALERT),
    "GET /identityProtection/riskyUsers": _risky_users,
    "GET /identityProtection/riskDetections": listed("riskDetections", RISKY_USER),
    "GET /admin/serviceAnnouncement/healthOverviews": _overviews,
    "GET /admin/serviceAnnouncement/issues": listed("serviceIssues", SERVICE_ISSUE),
}
