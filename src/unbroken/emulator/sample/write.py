"""Writes the sample tenant as a tenant folder."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from unbroken.emulator.sample import devices, directory, policies
from unbroken.emulator.sample.accounts import Account
from unbroken.emulator.sample.behaviour import midnight, person_day
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.log import SignInLog
from unbroken.emulator.sample.names import COMPANY, DOMAIN, INITIAL_DOMAIN
from unbroken.emulator.sample.noise import spray
from unbroken.emulator.sample.others import others, partner
from unbroken.emulator.sample.people import people
from unbroken.emulator.sample.rows import Rows
from unbroken.emulator.sample.things import thing_day
from unbroken.emulator.tenant import Tenant
from unbroken.errors import WrongUsage

LAST_DAY = date(2026, 11, 20)
FEWEST_USERS = 30
"""With fewer, some kind of person the story needs would be missing."""
ROWS_A_FILE = 10_000
"""Rows kept in memory before they are sorted and written."""
PROPOSED = Path("proposed") / "require-mfa-all-users.json"
"""Where the policy lies that the company wants next, beside its own: the demonstration lays it over them."""

_ROWS = {True: (1.85, 170, 4.1), False: (0.05, 110, 0.38)}
"""By whether it is a working day: rows that each person brings whatever the intensity, rows of all other accounts, and the token
refreshes each person brings at intensity 1. Measured."""

Progress = Callable[[str, int, int], None]

_CONTEXTS = {
    "users": "users",
    "groups": "groups",
    "directoryRoles": "directoryRoles",
    "devices": "devices",
    "servicePrincipals": "servicePrincipals",
    "domains": "domains",
    "subscribedSkus": "subscribedSkus",
    "namedLocations": "identity/conditionalAccess/namedLocations",
    "conditionalAccessPolicies": "identity/conditionalAccess/policies",
    "authenticationStrengthPolicies": "policies/authenticationStrengthPolicies",
    "userRegistrationDetails": "reports/authenticationMethods/userRegistrationDetails",
    "directoryAudits": "auditLogs/directoryAudits",
}


def write_sample(
    out: Path,
    *,
    users: int = 500,
    days: int = 30,
    seed: int = 1,
    sign_ins: int | None = None,
    until: date = LAST_DAY,
    progress: Progress | None = None,
) -> dict[tuple[str, str], int]:
    """Write the sample tenant to the folder `out`: the same bytes for the same arguments.

    Returns which MFA claims are held when the log ends: (user id, device id) -> the second at which the claim ends.

    `users` counts the employees (at least 30); mailboxes, rooms, printers, guests and services come on top.
    `sign_ins` asks for about that many rows in the log (millions if need be: the memory used does not grow with it); None is a
    natural number of them. `until` is the last day of the log. `progress` is told (what, how many are done, how many there are).

    Raises:
        WrongUsage: too few users or days, or `out` is not empty.
    """
    _check(out, users, days)
    source = Seed(seed)
    staff = people(source, users)
    things = others(source, users)
    accounts, signing_in = [*staff, *things], [*things, partner(source)]
    collections = _collections(source, accounts)
    log = SignInLog(Rows(source, Tenant(collections, lists_are_whole=True), collections["conditionalAccessPolicies"]))
    calendar = [until - timedelta(days=back) for back in reversed(range(days))]
    _hold_claims(log, source, staff, calendar[0])
    (out / "signIns").mkdir(parents=True, exist_ok=True)
    intensity = _intensity(sign_ins, users, calendar)
    for number, day in enumerate(calendar):
        _write_day(out, day, log, source, (staff, signing_in), intensity)
        if progress:
            progress("sign-ins", number + 1, days)
    collections["users"] = [directory.user(account, source) for account in accounts]  # only now is their last sign-in known
    _write_collections(out, source, collections, accounts)
    return log.claims


def _hold_claims(log: SignInLog, seed: Seed, staff: list[Account], first: date) -> None:
    """Let half of the people's registered devices hold an MFA claim from before the log begins: no row of it will show why."""
    rng = seed.stream("claims")
    for person in staff:
        for machine in (person.pc, person.phone):
            if rng.random() < 0.5 and machine and person.capable:
                log.hold_claim(person, machine, midnight(first, "UTC"))


def _check(out: Path, users: int, days: int) -> None:
    if users < FEWEST_USERS or days < 1:
        raise WrongUsage(
            f"a sample of {users} users and {days} days is too small", remedy=f"ask for {FEWEST_USERS} users and 1 day at least"
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WrongUsage(f"`{out}` is not an empty folder", remedy="name a new folder with `--out`")


def _intensity(sign_ins: int | None, users: int, calendar: list[date]) -> float:
    """Return by how much the token refreshes are multiplied so that the log has about `sign_ins` rows."""
    if sign_ins is None:
        return 1.0
    kinds = [_ROWS[day.weekday() < 5] for day in calendar]
    fixed = sum(person * users + things for person, things, _ in kinds)
    return max(0.0, (sign_ins - fixed) / sum(refreshes * users for _, _, refreshes in kinds))


def _write_day(out: Path, day: date, log: SignInLog, seed: Seed, accounts: tuple[list[Account], list[Account]], intensity: float) -> None:
    """Write one day's sign-ins in as many files as keep the memory bounded, each in the order of time."""
    staff, things = accounts
    part = 0
    for person in staff:
        if person.kind == "person":
            person_day(log, seed, person, day, intensity)
        if len(log.out.rows) >= ROWS_A_FILE:
            part += 1
            _flush(out / "signIns" / f"{day}-{part}.jsonl.gz", log)
    for thing in things:
        thing_day(log, seed, thing, day)
    spray(log, seed, [account for account in (*staff, *things) if not account.guest_kind], day)
    _flush(out / "signIns" / f"{day}{f'-{part + 1}' if part else ''}.jsonl.gz", log)


def _flush(path: Path, log: SignInLog) -> None:
    """Write the rows in the order of time; neither the file's name nor the clock goes into the archive."""
    log.out.rows.sort()
    with path.open("wb") as file, gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0) as archive:
        for first in range(0, len(log.out.rows), 500):
            archive.write("".join(row for _, row in log.out.rows[first : first + 500]).encode())
    log.out.rows.clear()


def _collections(seed: Seed, accounts: list[Account]) -> dict[str, list[Any]]:
    """Return the collections that decide a sign-in."""
    return {
        "groups": directory.groups(accounts, seed),
        "directoryRoles": directory.directory_roles(accounts, seed),
        "namedLocations": policies.named_locations(seed),
        "authenticationStrengthPolicies": policies.authentication_strengths(),
        "conditionalAccessPolicies": policies.conditional_access_policies(
            seed, [account.id for account in accounts if account.kind == "break-glass"]
        ),
    }


def _write_collections(out: Path, seed: Seed, collections: dict[str, list[Any]], accounts: list[Account]) -> None:
    administrator = next(account for account in accounts if account.title == "Head of IT")
    collections |= {
        "devices": devices.devices(accounts, seed),
        "servicePrincipals": directory.service_principals(seed),
        "domains": [_domain(DOMAIN, initial=False), _domain(INITIAL_DOMAIN, initial=True)],
        "subscribedSkus": directory.subscribed_skus(accounts, seed),
        "userRegistrationDetails": [directory.registration(account) for account in accounts if account.enabled],
        "directoryAudits": policies.directory_audits(seed, (administrator.id, administrator.upn)),
    }
    for name, records in collections.items():
        _write_page(out, name, records)
    single: dict[str, Any] = {
        "organization": [directory.organization(seed, COMPANY)],
        "identitySecurityDefaultsEnforcementPolicy": policies.security_defaults(),
        "authenticationMethodsPolicy": policies.authentication_methods_policy(),
        "crossTenantAccessPolicy": policies.cross_tenant_access(seed),
        "userAuthenticationRequirements": [
            {"id": account.id, "perUserMfaState": account.per_user_mfa} for account in accounts if account.enabled
        ],
    }
    for name, record in single.items():
        _write_json(out / f"{name}.json", record)
    _write_json(out / PROPOSED, policies.proposed_policy(seed))
    _write_text(out / "unbroken.toml", _operator_facts())


def _domain(name: str, *, initial: bool) -> dict[str, Any]:
    return {"id": name, "authenticationType": "Managed", "isDefault": not initial, "isInitial": initial, "isVerified": True}


def _operator_facts() -> str:
    facts = (
        "# What no export can say about this tenant. See docs/reference/unbroken-toml.md.",
        'break_glass = ["group:BreakGlass"]',
        'pilot_group = "IT team"',
        'time_zone = "Europe/London"',
        'baseline_scope_mode = "enforced"',
        "mfa_trusted_ips = []",
    )
    return "\n".join(facts) + "\n"


def _write_page(out: Path, name: str, records: Iterable[Any]) -> None:
    context = f"https://graph.microsoft.com/beta/$metadata#{_CONTEXTS[name]}"
    _write_json(out / f"{name}.json", {"@odata.context": context, "value": list(records)})


def _write_json(path: Path, value: Any) -> None:  # noqa: ANN401 -- any JSON
    _write_text(path, msgspec.json.format(msgspec.json.encode(value), indent=1).decode() + "\n")


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
