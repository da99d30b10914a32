"""A realistic blast radius of a 60-person tenant, with names that try to break out of every face."""

from __future__ import annotations

import random
from dataclasses import replace

from unbroken.evaluate.blast_radius import (
    AccountKind,
    BlastRadius,
    Calibration,
    Disagreement,
    HourLoad,
    Impact,
    LegacyDependency,
    Person,
    PolicyEffect,
    Prompts,
    RegistrationShare,
    SignInCounts,
    Tally,
)
from unbroken.evaluate.decision import Decision, MandatoryMfa, Outcome, PolicyVerdict

SCRIPT = "<script>document.title='owned'</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
FORMULA = '=HYPERLINK("http://192.0.2.99/","open")'
MARKUP = "[bold red]Acme[/] :warning:"
ESCAPE = "\x1b[31mRed\x1b[0m\u202etxt.exe"

GIVEN = (
    "Ada",
    "Bruno",
    "Chiara",
    "Dmitri",
    "Elif",
    "Farid",
    "Greta",
    "Hanna",
    "Igor",
    "Jasmin",
    "Kofi",
    "Lena",
    "Mateo",
    "Noor",
    "Olga",
    "Priya",
    "Quentin",
    "Rosa",
    "Sven",
    "Tariq",
)
FAMILY = ("Ackermann", "Baptiste", "Castellanos")
DEPARTMENTS = ("Engineering", "Sales", "Finance", "Operations", "Human Resources")
APPS = (
    "Office 365 Exchange Online",
    "Office 365 SharePoint Online",
    "Microsoft Teams",
    "Azure Portal",
    "Contoso ERP",
    "Contoso Timesheet",
    "Salesforce",
    "ServiceNow",
    f"Wiki {SCRIPT}",
    FORMULA,
)
CLIENTS = ("Browser", "Mobile Apps and Desktop clients", "Authenticated SMTP", "IMAP4", "Exchange ActiveSync")
POLICY = "CA001 - Require MFA - All users"
WHY = {
    "locked out": f"{POLICY} demands MFA, and a legacy client can never do it",
    "blocked": "CA010 - Block legacy authentication blocks this client",
    "cannot register": f"{POLICY} demands MFA, no method is registered, and registering is allowed from the office only",
    "needs another control": "CA020 - Managed devices for Finance demands a compliant device, and this one is not registered",
    "must register": f"{POLICY} demands MFA, and no method is registered",
    "unknown": f"{POLICY} excludes group Field staff, whose members were not exported",
    "prompted": f"{POLICY} demands MFA, and this session held none",
}
EFFECTS = (
    ("locked out",) * 2
    + ("blocked",) * 2
    + ("cannot register",) * 3
    + ("needs another control",) * 4
    + ("must register",) * 8
    + ("unknown",) * 5
)


def blast_radius(**changes: object) -> BlastRadius:
    """Return the blast radius of "MFA for everyone" in Contoso; `changes` replace fields."""
    people = tuple(_people())
    radius = BlastRadius(
        tenant="Contoso Engineering",
        time_zone="Europe/London",
        first="2026-10-24T06:12:44Z",
        last="2026-11-22T21:40:03Z",
        sign_ins=SignInCounts(
            read=18_402,
            duplicates=312,
            joined=1_204,
            evaluated=15_466,
            skipped={"first factor failed": 1_260, "service principal": 148, "unreadable record": 12},
        ),
        prompts=Prompts(certain=2_918, likely=1_377, unknown=402),
        before={Outcome.ALLOW: 14_120, Outcome.MFA: 1_204, Outcome.BLOCK: 142},
        after={
            Outcome.ALLOW: 9_804,
            Outcome.MFA: 4_297,
            Outcome.REGISTER: 520,
            Outcome.CONTROLS: 88,
            Outcome.LOCKED_OUT: 61,
            Outcome.BLOCK: 294,
            Outcome.UNKNOWN: 402,
        },
        users=tuple(_impact(person.user_id, person.user_principal_name, seed) for seed, person in enumerate(people)),
        apps=tuple(_impact(f"00000003-0000-0000-0000-0000000000{n:02}", name, 100 + n) for n, name in enumerate(APPS)),
        clients=tuple(_impact(name, name, 200 + n) for n, name in enumerate(CLIENTS)),
        people=people,
        legacy=_legacy(),
        accounts=_accounts(),
        calibration=_calibration(),
        registration=RegistrationShare(in_scope=58, capable=47, unknown=3),
        hours=tuple(_hours()),
        policies=_policies(),
        findings=(
            f"{POLICY} does not exclude the break-glass account bg1@contoso.example",
            "CA020 - Managed devices for Finance names group 0f0f0f0f-1111-2222-3333-444444444444, which does not exist",
        ),
        limits=(
            "userAuthenticationRequirements was not exported: per-user MFA is taken as disabled",
            "Policies on services that an app depends on are not followed; Microsoft Teams also asks for Exchange Online",
        ),
        problems=("Contoso Engineering/signIns/portal.csv:1204: the row has 11 columns instead of 34, export the file again",),
        files=(("conditionalAccessPolicies.json", "Graph collection", 7), ("signIns/portal.csv", "Entra portal sign-ins, CSV", 18_402)),
    )
    return replace(radius, **changes)  # type: ignore[arg-type]


def user_id(number: int) -> str:
    """Return the object id of person `number`."""
    return f"aaaa{number:04}-0000-4000-8000-{number:012}"


def _people() -> list[Person]:
    people = []
    for number in range(60):
        given, family = GIVEN[number % 20], FAMILY[number // 20]
        effect = EFFECTS[number] if number < len(EFFECTS) else "prompted"
        people.append(
            Person(
                user_id=user_id(number),
                user_principal_name=f"{given}.{family}@contoso.example".lower(),
                display_name=f"{given} {family}",
                department=DEPARTMENTS[number % 5],
                effect=effect,
                why=WHY[effect],
                sign_ins=7 + number * 37 % 113,
                new=number % 11 != 10,
            )
        )
    people[0] = replace(people[0], user_principal_name="erp@contoso.example", display_name="ERP mail fetcher", kind="service")
    people[1] = replace(people[1], display_name=SCRIPT, department=IMAGE)
    people[2] = replace(
        people[2], display_name=FORMULA, why=f"{WHY['blocked']}; seen from 192.0.2.41 and 2001:db8::41 by {GIVEN[12]} {FAMILY[0]}"
    )
    people[4] = replace(people[4], display_name=MARKUP)
    people[7] = replace(people[7], display_name=ESCAPE)
    return people


def _impact(key: str, name: str, seed: int) -> Impact:
    rng = random.Random(seed)  # noqa: S311 -- the same tenant in every run
    sign_ins = rng.randint(40, 900)
    mfa, blocked = rng.randint(0, 30), rng.choice((0, 0, 0, 9))
    after: Tally = {Outcome.ALLOW: sign_ins - mfa - blocked, Outcome.MFA: mfa}
    if blocked:
        after[Outcome.BLOCK] = blocked
    worst = Outcome.BLOCK if blocked else Outcome.MFA if mfa else Outcome.ALLOW
    return Impact(id=key, name=name, sign_ins=sign_ins, before={Outcome.ALLOW: sign_ins}, after=after, worst=worst)


def _legacy() -> tuple[LegacyDependency, ...]:
    def entry(user: str, client: str, device: str, agent: str, counts: tuple[int, int], remediation: str) -> LegacyDependency:
        successes, failures = counts
        return LegacyDependency(
            user=user,
            client_app_used=client,
            device=device,
            user_agent=agent,
            app="Office 365 Exchange Online",
            successes=successes,
            failures=failures,
            last_success="2026-11-20T08:14:00Z" if successes else "",
            remediation=remediation,
            noise=not successes,
        )

    return (
        entry(
            "erp@contoso.example",
            "IMAP4",
            "SRV-ERP-01",
            "ERP/7.2 (SRV-ERP-01)",
            (412, 3),
            "ask the vendor for modern authentication (OAuth)",
        ),
        entry("scanner@contoso.example", "Authenticated SMTP", "MFP-FLOOR-2", FORMULA, (96, 0), "send through an SMTP relay connector"),
        entry(
            "bruno.ackermann@contoso.example",
            "Exchange ActiveSync",
            "BRUNOS-PHONE",
            "Apple-iPhone14C5/2001.90",
            (31, 2),
            "use the Outlook app",
        ),
        entry("info@contoso.example", "Authenticated SMTP", "", "CBAInPROD", (0, 1_871), "nothing to do: password spray, not a dependency"),
    )


def _accounts() -> tuple[AccountKind, ...]:
    def account(number: int, name: str, kind: str, evidence: tuple[str, ...], suggestion: str) -> AccountKind:
        certainty = "certain" if number % 2 else "likely"
        return AccountKind(
            user_id=user_id(900 + number),
            user_principal_name=f"{name}@contoso.example",
            kind=kind,
            evidence=evidence,
            certainty=certainty,
            suggestion=suggestion,
        )

    return (
        account(0, "info", "shared mailbox", ("no licence", "info@contoso.example is opened by 6 people"), "block sign-in, use delegation"),
        account(1, "room-blue", "room", ("mailbox purpose is room",), "own policy for Teams Rooms, exclude from this one"),
        account(2, "sync_srv-dc-01", "directory synchronisation", ("role Directory Synchronization Accounts",), "exclude"),
        account(3, "bg1", "break-glass", ("named in unbroken.toml",), "exclude from every policy"),
        account(4, "partner_fabrikam.example#ext#", "guest", ("userType Guest", SCRIPT), "check inbound trust for MFA"),
    )


def _calibration() -> Calibration:
    disagreement = Disagreement(
        policy="CA010 - Block legacy authentication",
        field="result",
        expected="notApplied",
        got="failure",
        n=214,
        example="5c5c5c5c-7777-4888-9999-000000000001",
    )
    return Calibration(compared=61_864, agreed=61_650, unknown=1_206, disagreements=(disagreement,))


def _hours() -> list[HourLoad]:
    rhythm = (0, 0, 0, 0, 0, 0.2, 2, 11, 42, 38, 24, 19, 14, 21, 18, 15, 11, 6, 2, 1, 0.6, 0.4, 0, 0)
    hours = []
    for weekday in range(7):
        share = 1 - weekday * 0.08 if weekday < 5 else 0.04
        for hour, load in enumerate(rhythm):
            prompts = load * share
            hours.append(
                HourLoad(
                    weekday=weekday,
                    hour=hour,
                    sign_ins=prompts * 3,
                    prompts=prompts,
                    first_prompts=prompts / 4 if weekday == 0 else prompts / 40,
                    registrations=prompts / 14 if weekday == 0 else 0.0,
                )
            )
    return hours


def _policies() -> tuple[PolicyEffect, ...]:
    return (
        PolicyEffect(
            id="c1000000-0000-4000-8000-000000000001", display_name=POLICY, state="enabled", change="added", applied=14_880, unknown=402
        ),
        PolicyEffect(
            id="c1000000-0000-4000-8000-000000000010",
            display_name="CA010 - Block legacy authentication",
            state="enabled",
            change="replaced",
            applied=294,
            unknown=0,
        ),
        PolicyEffect(
            id="c1000000-0000-4000-8000-000000000020",
            display_name=f"CA020 {SCRIPT}",
            state="enabledForReportingButNotEnforced",
            change="unchanged",
            applied=88,
            unknown=0,
        ),
    )


def decision(**changes: object) -> Decision:
    """Return a sign-in that must do MFA and needs a device or an app; `changes` replace fields."""
    verdicts = (
        PolicyVerdict(id="p2", display_name="CA002 - Block Atlantis", state="enabled", applies=False, reasons=("location", "users")),
        PolicyVerdict(id="p1", display_name=f"CA001 {MARKUP}", state="enabled", applies=True, result="failure"),
        PolicyVerdict(
            id="p3",
            display_name="CA003 - Risky sign-ins",
            state="enabled",
            applies=None,
            reasons=("notEnoughInformation",),
            result="unknown",
        ),
        PolicyVerdict(
            id="p4",
            display_name="CA004 - Try out",
            state="enabledForReportingButNotEnforced",
            applies=True,
            result="reportOnlyInterrupted",
        ),
    )
    whole = Decision(
        outcome=Outcome.CONTROLS,
        requires=("mfa", "compliantDevice"),
        alternatives=(("compliantDevice", "approvedApplication"),),
        policies=verdicts,
        missing=("signInConditions.signInRiskLevel",),
        platform=MandatoryMfa(mandatory=True, why="the Azure portal demands MFA from everybody"),
        hints=("Microsoft Teams also asks for Exchange Online; policies on it are not part of this answer",),
        assumes=("per-user MFA is disabled: it was not exported",),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]
