"""What was not exported or is not understood: named, and unknown only where it matters."""

from __future__ import annotations

from conformance.builders import ABSENT, BLOCK, BOB, COLLECTIONS, FOLDER, KIM, WHATIF, case, grant, policy, registration, request

NOT_DROPPED = "DESIGN.md: what is not understood is kept by name and makes the answer unknown"
BARE = dict.fromkeys((name for name in COLLECTIONS if name != "users"), ABSENT)
FUTURE = {"someFutureCondition": {"include": ["x"]}}

CASES = [
    case(
        "a condition nobody knows makes the policy unknown",
        NOT_DROPPED,
        policy(**FUTURE, grants=BLOCK),
        request(),
        outcome="unknown",
        applies={"p": None},
        missing="someFutureCondition",
    ),
    case(
        "a condition nobody knows does not matter where another rules the policy out",
        NOT_DROPPED,
        policy(**FUTURE, users={"includeUsers": [KIM]}, grants=BLOCK),
        request(),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "a condition nobody knows that is null constrains nothing",
        "absent and empty conditions constrain nothing: Graph v1.0, conditionalAccessConditionSet",
        policy(someFutureCondition=None),
        request(),
        outcome="mfa",
        applies={"p": True},
    ),
    case(
        "an agent condition of the beta is not dropped",
        NOT_DROPPED,
        policy(agentIdRiskLevels="high", grants=BLOCK),
        request(),
        outcome="unknown",
        applies={"p": None},
    ),
    case(
        "an unknown member of a known condition is not dropped",
        NOT_DROPPED,
        policy(apps={"includeApplications": ["All"], "excludeFutureThings": ["x"]}, grants=BLOCK),
        request(),
        outcome="unknown",
        applies={"p": None},
    ),
    case(
        "annotations constrain nothing",
        "real exports carry @odata keys (ConditionalAccessBaseline)",
        policy(**{"applications@odata.context": "https://graph.microsoft.com/x"}, grants=BLOCK),
        request(),
        outcome="block",
        applies={"p": True},
    ),
    case(
        "policies and users alone suffice for a block of everybody",
        FOLDER,
        policy(grants=BLOCK),
        request(),
        tenant=BARE,
        outcome="block",
        applies={"p": True},
    ),
    case(
        "policies and users alone suffice for a legacy block",
        FOLDER,
        policy(clientAppTypes=["other", "exchangeActiveSync"], grants=BLOCK),
        request(clientAppType="other"),
        tenant=BARE,
        outcome="block",
    ),
    case(
        "policies and users alone do not suffice for MFA or registering",
        FOLDER,
        policy(),
        request(BOB),
        tenant=BARE,
        outcome="unknown",
        applies={"p": True},
        missing="regist",
    ),
    case(
        "policies and users alone suffice for a device control",
        FOLDER,
        policy(grants=grant("compliantDevice")),
        request(),
        tenant=BARE,
        outcome="controls",
    ),
    case(
        "a request with nothing but who and what is enough for a block of everybody",
        WHATIF,
        policy(grants=BLOCK),
        {key: ({} if key == "signInConditions" else value) for key, value in request().items()},
        outcome="block",
        applies={"p": True},
    ),
    case(
        "Graph's defaults for what a request leaves out are not assumed",
        WHATIF,
        policy(platforms={"includePlatforms": ["android"], "excludePlatforms": []}, grants=BLOCK),
        {key: ({} if key == "signInConditions" else value) for key, value in request().items()},
        outcome="unknown",
        applies={"p": None},
        missing="platform",
    ),
    case(
        "an unread page of policies may hold a block",
        FOLDER,
        policy(),
        request(),
        tenant={"conditionalAccessPolicies": {"value": [policy()], "@odata.nextLink": "https://graph.microsoft.com/x"}},
        outcome="unknown",
        applies={"p": True},
        missing="conditionalAccessPolicies|polic",
    ),
    case(
        "an unread page of policies does not soften a block",
        FOLDER,
        policy(grants=BLOCK),
        request(),
        tenant={"conditionalAccessPolicies": {"value": [policy(grants=BLOCK)], "@odata.nextLink": "https://graph.microsoft.com/x"}},
        outcome="block",
        applies={"p": True},
    ),
    case(
        "without the policies there is no question to answer",
        FOLDER,
        [],
        request(),
        tenant={"conditionalAccessPolicies": ABSENT},
        outcome=("unknown", "refused"),
    ),
    case(
        "without the users there is no question to answer",
        FOLDER,
        policy(),
        request(),
        tenant={"users": ABSENT},
        outcome=("unknown", "refused"),
    ),
    case(
        "registration details with an unread page do not prove that a user has none",
        FOLDER,
        policy(),
        request(KIM),
        tenant={
            "userRegistrationDetails": {
                "value": [registration("ada", "microsoftAuthenticatorPush")],
                "@odata.nextLink": "https://graph.microsoft.com/x",
            },
        },
        outcome="unknown",
        missing="regist",
    ),
    *(
        case(
            f"an agent identity is unknown where {what}",
            WHATIF,
            policies,
            request({"@odata.type": "#microsoft.graph.agentIdentitySignIn", "agentId": KIM}),
            outcome="unknown",
            missing="which user",
        )
        for what, policies in (("there is no policy", []), ("none is enabled", [policy(state="disabled")]))
    ),
]
