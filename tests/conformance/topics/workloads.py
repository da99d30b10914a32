"""Workload identities and agents."""

from __future__ import annotations

from conformance.builders import (
    ABSENT,
    AT_HOME,
    BLOCK,
    DAEMON,
    DROP,
    FOLDER,
    GRAPH,
    HQ,
    IDENTITY,
    KIM,
    NOBODY,
    SCHEMA,
    VENDOR_DAEMON,
    WHATIF,
    WORKLOADS,
    Wire,
    case,
    policy,
    principal,
    request,
    uid,
    workload,
)

OUTSIDE_HQ = {"includeLocations": ["All"], "excludeLocations": [HQ]}


def principals(*included: str, but: tuple[str, ...] = (), **more: object) -> Wire:
    return {"includeServicePrincipals": list(included), "excludeServicePrincipals": list(but), **more}


def workload_policy(applications: Wire, **conditions: object) -> Wire:
    return policy(users=NOBODY, grants=BLOCK, clientApplications=applications, **conditions)


OWNED = workload_policy(principals("ServicePrincipalsInMyTenant"))

CASES = [
    case(
        "a listed service principal is blocked",
        WORKLOADS,
        workload_policy(principals(DAEMON)),
        request(workload(), GRAPH),
        outcome="block",
        applies={"p": True},
    ),
    case(
        "a service principal that is not listed is not",
        WORKLOADS,
        workload_policy(principals(uid("principal another"))),
        request(workload(), GRAPH),
        outcome="allow",
        applies={"p": False},
        reasons={"p": "workloadIdentities"},
    ),
    case("the tenant's own are all caught by one word", WORKLOADS, OWNED, request(workload(), GRAPH), outcome="block", applies={"p": True}),
    case(
        "another company's service principal is out of scope",
        WORKLOADS,
        OWNED,
        request(workload(VENDOR_DAEMON), GRAPH),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "a managed identity is out of scope",
        WORKLOADS,
        OWNED,
        request(workload(IDENTITY), GRAPH),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "an excluded service principal beats all of the tenant's own",
        WORKLOADS,
        workload_policy(principals("ServicePrincipalsInMyTenant", but=(DAEMON,))),
        request(workload(), GRAPH),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "outside the allowed place",
        WORKLOADS,
        workload_policy(principals(DAEMON), locations=OUTSIDE_HQ),
        request(workload(), GRAPH, **AT_HOME),
        outcome="block",
        applies={"p": True},
    ),
    case(
        "inside the allowed place",
        WORKLOADS,
        workload_policy(principals(DAEMON), locations=OUTSIDE_HQ),
        request(workload(), GRAPH),
        outcome="allow",
        applies={"p": False},
        reasons={"p": "location"},
    ),
    case(
        "in an unknown place",
        WORKLOADS,
        workload_policy(principals(DAEMON), locations=OUTSIDE_HQ),
        request(workload(), GRAPH, ipAddress=DROP, country=DROP),
        outcome="unknown",
        applies={"p": None},
        missing="address|ip|location",
    ),
    case(
        "at a listed service principal risk",
        WORKLOADS,
        workload_policy(principals(DAEMON), servicePrincipalRiskLevels=["high"]),
        request(workload(), GRAPH, servicePrincipalRiskLevel="high"),
        outcome="block",
        applies={"p": True},
    ),
    case(
        "at an unknown service principal risk",
        WORKLOADS,
        workload_policy(principals(DAEMON), servicePrincipalRiskLevels=["high"]),
        request(workload(), GRAPH, servicePrincipalRiskLevel=DROP),
        outcome="unknown",
        applies={"p": None},
        missing="risk",
    ),
    case("a user policy never touches a service principal", WORKLOADS, policy(grants=BLOCK), request(workload(), GRAPH), outcome="allow"),
    case("a workload policy never touches a user", WORKLOADS, OWNED, request(KIM, GRAPH), outcome="allow", applies={"p": False}),
    case(
        "without the service principals ownership is unknown",
        FOLDER,
        OWNED,
        request(workload(), GRAPH),
        tenant={"servicePrincipals": ABSENT},
        outcome="unknown",
        applies={"p": None},
        missing="servicePrincipals|service principal",
    ),
    case(
        "a filter over service principals that cannot be judged is unknown",
        "INTERFACES.md: what is not understood makes the answer unknown",
        workload_policy(
            principals(
                "ServicePrincipalsInMyTenant",
                servicePrincipalFilter={"mode": "include", "rule": 'CustomSecurityAttribute.Access_Zone -eq "2"'},
            ),
        ),
        request(workload(), GRAPH),
        tenant={
            "servicePrincipals": [
                {
                    "id": DAEMON,
                    "appId": uid("app daemon"),
                    "displayName": "daemon",
                    "appOwnerOrganizationId": uid("tenant contoso"),
                    "servicePrincipalType": "Application",
                },
            ],
        },
        outcome="unknown",
        applies={"p": None},
    ),
    case(
        "agent identities are answered unknown",
        WHATIF,
        policy(),
        request({"@odata.type": "#microsoft.graph.agentIdentitySignIn", "agentId": uid("agent")}, GRAPH),
        outcome="unknown",
    ),
    case(
        "the platform demands no MFA of a workload identity", WHATIF, [], request(workload(), GRAPH), outcome="allow", mandatory_mfa=False
    ),
    case(
        "the id of a service principal is the same in capitals",
        f"{SCHEMA}: ids are GUIDs, RFC 9562: hexadecimal digits in either case",
        workload_policy(principals(DAEMON)),
        request(workload(DAEMON.upper())),
        outcome="block",
        applies={"p": True},
    ),
    case(
        "the id of a service principal in a policy is the same in capitals",
        f"{SCHEMA}: ids are GUIDs, RFC 9562: hexadecimal digits in either case",
        workload_policy(principals("ServicePrincipalsInMyTenant", but=(DAEMON.upper(),))),
        request(workload()),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "a service principal whose owner is null may be the tenant's own",
        f"{SCHEMA}: appOwnerOrganizationId is nullable",
        OWNED,
        request(workload()),
        tenant={"servicePrincipals": [principal(uid("app daemon"), "daemon", None)]},
        outcome="unknown",
        applies={"p": None},
        missing="owner",
    ),
    case(
        "a user and a service principal cannot both sign in",
        f"{SCHEMA}: userSignIn and servicePrincipalSignIn are two types",
        policy(),
        request({"userId": KIM, "servicePrincipalId": DAEMON}),
        refused=64,
    ),
    *(
        case(
            f"a token that is no id may be any service principal: {words}",
            FOLDER,
            workload_policy(principals(*included, but=excluded)),
            request(workload(), GRAPH),
            outcome="unknown",
            applies={"p": None},
            missing="<Prod SPs>",
        )
        for words, included, excluded in (
            ("included", ("<Prod SPs>",), ()),
            ("excluded", ("ServicePrincipalsInMyTenant",), ("<Prod SPs>",)),
        )
    ),
    case(
        "a token that is no id means the same in every policy",
        WHATIF,
        [
            workload_policy(principals("<Prod SPs>")),
            workload_policy(principals("ServicePrincipalsInMyTenant", but=("<Prod SPs>",)))
            | {"id": uid("policy rest"), "displayName": "rest"},
        ],
        request(workload(), GRAPH),
        outcome="block",
        applies={"p": None, "rest": None},
    ),
    case(
        "a token that is no id does not matter to a service principal that is excluded by its id",
        WORKLOADS,
        workload_policy(principals("<Prod SPs>", but=(DAEMON,))),
        request(workload(), GRAPH),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "a filter alone may include any service principal of the tenant",
        f"{WORKLOADS}: servicePrincipalFilter",
        workload_policy(principals(servicePrincipalFilter={"mode": "include", "rule": 'CustomSecurityAttribute.Access_Zone -eq "2"'})),
        request(workload(), GRAPH),
        outcome="unknown",
        applies={"p": None},
        missing="servicePrincipalFilter",
    ),
    case(
        "an id is the same in capital letters",
        f"{SCHEMA}: ids are GUIDs",
        workload_policy(principals(DAEMON)),
        request(workload(DAEMON.upper()), GRAPH),
        outcome="block",
        applies={"p": True},
    ),
]
