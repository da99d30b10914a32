"""What was asked for decides what a policy protects: requested scopes, the client itself, resource exclusions."""

from __future__ import annotations

from conformance.builders import AAD_GRAPH, APPLICATIONS, EVERY_APP, EXCHANGE, GRAPH, HR, SCOPES, SHAREPOINT, case, policy, request, uid

BUT_HR = {"includeApplications": ["All"], "excludeApplications": [HR]}
PUBLIC = {"clientAppId": uid("app phone"), "clientIsPublic": True}
CONFIDENTIAL = {"clientAppId": HR, "clientIsPublic": False}
LEGACY, UNKNOWN_MODE, CUSTOMIZE = (f'baseline_scope_mode = "{mode}"\n' for mode in ("legacy", "unknown", "customize"))


def scopes(*names: str, **client: object) -> dict[str, object]:
    return {"requestedScopes": list(names), **(client or PUBLIC)}


CASES = [
    case(
        "a confidential client that asks for an id token is a resource too",
        APPLICATIONS,
        policy(apps={"includeApplications": [HR]}),
        request(target=EXCHANGE, facts=scopes("openid", "Mail.Read", **CONFIDENTIAL)),
        outcome="mfa",
        applies={"p": True},
    ),
    case(
        "a confidential client that asks for no id token is none",
        APPLICATIONS,
        policy(apps={"includeApplications": [HR]}),
        request(target=EXCHANGE, facts=scopes("Mail.Read", **CONFIDENTIAL)),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "a filter for applications catches the client that asks an ID token for itself",
        APPLICATIONS,
        policy(apps={"applicationFilter": {"mode": "include", "rule": 'CustomSecurityAttribute.Access_Need -eq "requireMFA"'}}),
        request(target=EXCHANGE, facts=scopes("openid", "Mail.Read", **CONFIDENTIAL)),
        outcome="mfa",
        applies={"p": True},
    ),
    case(
        "a public client is never a resource",
        APPLICATIONS,
        policy(apps={"includeApplications": [HR]}),
        request(target=EXCHANGE, facts=scopes("openid", "Mail.Read", clientAppId=HR, clientIsPublic=True)),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "baseline scopes under exclusions are enforced by default",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=scopes("openid", "profile", "User.Read")),
        outcome="mfa",
        applies={"p": True},
    ),
    case(
        "baseline scopes are judged as the directory when enforced",
        SCOPES,
        policy(apps={"includeApplications": [AAD_GRAPH]}),
        request(target=GRAPH, facts=scopes("openid", "User.Read")),
        outcome="mfa",
        applies={"p": True},
    ),
    case(
        "a further scope is judged on its own resource",
        SCOPES,
        policy(apps={"includeApplications": [AAD_GRAPH]}),
        request(target=GRAPH, facts=scopes("User.Read", "Mail.Read")),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "baseline scopes under exclusions are not enforced in the legacy mode",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=scopes("openid", "profile", "User.Read")),
        toml=LEGACY,
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "a further scope is enforced in the legacy mode",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=scopes("openid", "Mail.Read")),
        toml=LEGACY,
        outcome="mfa",
        applies={"p": True},
    ),
    case(
        "without exclusions baseline scopes are enforced in the legacy mode",
        SCOPES,
        policy(apps=EVERY_APP),
        request(target=GRAPH, facts=scopes("openid", "User.Read")),
        toml=LEGACY,
        outcome="mfa",
        applies={"p": True},
    ),
    case(
        "in the legacy mode unknown scopes make Microsoft Graph unknown",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=PUBLIC),
        toml=LEGACY,
        outcome="unknown",
        applies={"p": None},
        missing="scope",
    ),
    case(
        "in an unknown mode baseline scopes under exclusions are unknown",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=scopes("openid", "User.Read")),
        toml=UNKNOWN_MODE,
        outcome="unknown",
        applies={"p": None},
        missing="baseline|scope",
    ),
    case(
        "in an unknown mode a further scope is certain",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=scopes("openid", "Mail.Read")),
        toml=UNKNOWN_MODE,
        outcome="mfa",
        applies={"p": True},
    ),
    case(
        "in the customize mode the placeholder app is not known",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=scopes("openid", "User.Read")),
        toml=CUSTOMIZE,
        outcome="unknown",
        applies={"p": None},
    ),
    case(
        "an ordinary app under exclusions is certain in every mode",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=SHAREPOINT, facts=scopes("openid", "Files.Read.All")),
        toml=UNKNOWN_MODE,
        outcome="mfa",
        applies={"p": True},
    ),
    case(
        "a confidential client that is excluded may ask for OpenID scopes alone",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=scopes("openid", "profile", **CONFIDENTIAL)),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "a confidential client that is excluded and asks for the directory is judged as the directory",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=scopes("openid", "User.Read", **CONFIDENTIAL)),
        outcome="mfa",
        applies={"p": True},
    ),
    case(
        "the legacy mode spares an excluded confidential client the longer list of scopes",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=scopes("openid", "User.Read.All", "GroupMember.Read.All", **CONFIDENTIAL)),
        toml=LEGACY,
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "the legacy mode spares a public client the shorter list only",
        SCOPES,
        policy(apps=BUT_HR),
        request(target=GRAPH, facts=scopes("openid", "User.Read.All")),
        toml=LEGACY,
        outcome="mfa",
        applies={"p": True},
    ),
]
