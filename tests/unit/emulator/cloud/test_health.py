"""Service health, alerts and risky users."""

from __future__ import annotations

from emulating import Client

OVERVIEWS = "/v1.0/admin/serviceAnnouncement/healthOverviews"


def test_an_issue_shows_in_the_health_of_its_service(graph: Client) -> None:
    issue = {"id": "MO1", "service": "Microsoft Entra", "status": "serviceDegradation", "isResolved": False, "title": "MFA prompts fail"}
    before = graph.every(f"{OVERVIEWS}?$expand=issues")
    graph.emulation.world.put("serviceIssues", "MO1", issue)
    after = {each["service"]: each for each in graph.every(f"{OVERVIEWS}?$expand=issues")}

    assert {each["status"] for each in before} == {"serviceOperational"}
    assert after["Microsoft Entra"]["status"] == "serviceDegradation"
    assert after["Microsoft Entra"]["issues"] == [issue]
    assert "issues" not in graph.every(OVERVIEWS)[0]
    assert graph.every("/v1.0/admin/serviceAnnouncement/issues?$filter=service eq 'Microsoft Entra'") == [issue]


def test_risk_needs_a_licence(graph: Client) -> None:
    assert graph.get("/v1.0/identityProtection/riskyUsers").status_code == 200
    for key, sku in list(graph.emulation.world.of("subscribedSkus").items()):
        graph.emulation.world.put("subscribedSkus", key, sku | {"servicePlans": []})

    assert graph.get("/v1.0/identityProtection/riskyUsers").status_code == 403
