"""The blast radius as tables: one source for the CSV files and for the HTML page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unbroken.evaluate.blast_radius import BlastRadius, HourLoad, Impact
from unbroken.report import words

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `name` is its CSV file's name without the ending, `columns` are the headings."""

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def _table(name: str, caption: str, columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Table:
    return Table(name, caption, columns, tuple(rows))


def without_ids(table: Table) -> Table:
    """Return the table without its last column, `id`, for people who read it."""
    return Table(table.name, table.caption, table.columns[:-1], tuple(row[:-1] for row in table.rows))


def all_tables(radius: BlastRadius) -> tuple[Table, ...]:
    """Return every table there is, in the order of the report; empty ones too, so that a missing file never means "nothing"."""
    return (
        *(summary(radius), reasons(radius), people(radius), accounts(radius), legacy(radius)),
        *(impacts("users", "user", radius.users), impacts("apps", "app", radius.apps), impacts("clients", "client", radius.clients)),
        *(policies(radius), hours(radius), disagreements(radius), rows(radius), files(radius)),
        *(lines("findings", radius.findings), lines("limits", radius.limits), lines("problems", radius.problems)),
    )


def summary(radius: BlastRadius) -> Table:
    """Return the figures that are not in any other table."""
    calibration, registration, prompts = radius.calibration, radius.registration, radius.prompts
    facts: list[tuple[Cell, ...]] = [
        ("tenant", radius.tenant),
        ("time zone", radius.time_zone),
        ("first sign-in (UTC)", radius.first),
        ("last sign-in (UTC)", radius.last),
        ("calibration compared", calibration.compared),
        ("calibration agreed", calibration.agreed),
        ("calibration share", "" if calibration.rate is None else calibration.rate),
        ("calibration unknown", calibration.unknown),
        ("accounts in scope", registration.in_scope),
        ("accounts capable of MFA", registration.capable),
        ("accounts whose capability is unknown", registration.unknown),
        ("prompts certain", prompts.certain),
        ("prompts likely", prompts.likely),
        ("prompts unknown", prompts.unknown),
        *((f"sign-ins before: {word}", radius.before.get(outcome, 0)) for outcome, word in words.OUTCOMES.items()),
        *((f"sign-ins after: {word}", radius.after.get(outcome, 0)) for outcome, word in words.OUTCOMES.items()),
    ]
    return _table("summary", "Figures of the whole", ("figure", "value"), facts)


def reasons(radius: BlastRadius) -> Table:
    """Return the new effects by reason."""
    found = ((r.effect, r.people, r.why, r.sign_ins) for r in words.reasons(radius))
    return _table("reasons", "New effects by reason, worst first", ("effect", "accounts", "because", "sign-ins"), found)


def people(radius: BlastRadius) -> Table:
    """Return whom the change matters for, what is new and worst first."""
    columns = ("effect", "account", "name", "department", "kind", "because", "sign-ins", "new", "id")
    found = (
        (
            p.effect,
            p.user_principal_name,
            p.display_name,
            p.department,
            p.kind,
            words.of_account(p.why),
            p.sign_ins,
            "new" if p.new else "as before",
            p.user_id,
        )
        for p in words.people_by_severity(radius.people)
    )
    return _table("people", "Accounts the change matters for, worst first", columns, found)


def accounts(radius: BlastRadius) -> Table:
    """Return the accounts that need a decision, with the evidence for what they are."""
    columns = ("account", "kind", "certainty", "evidence", "suggestion", "id")
    found = ((a.user_principal_name, a.kind, a.certainty, "; ".join(a.evidence), a.suggestion, a.user_id) for a in radius.accounts)
    return _table("accounts", "Accounts that are no plain person, with the evidence", columns, found)


def legacy(radius: BlastRadius) -> Table:
    """Return the legacy dependencies, most used first, and the noise after them."""
    columns = (
        "user",
        "client app used",
        "device",
        "user agent",
        "app",
        "successes",
        "failures",
        "last success (UTC)",
        "what to do",
        "dependency",
    )
    found = (
        (
            *(e.user, e.client_app_used, e.device, e.user_agent, e.app),
            e.successes,
            e.failures,
            e.last_success,
            e.remediation,
            _dependency(e.noise),
        )
        for e in words.legacy_by_weight(radius.legacy)
    )
    return _table("legacy", "Sign-ins with legacy authentication", columns, found)


def _dependency(noise: bool) -> str:
    return "no, only failures" if noise else "yes"


def impacts(name: str, of: str, found: Iterable[Impact]) -> Table:
    """Return sign-ins before and after by user, app or client, most sign-ins first."""
    outcomes = words.OUTCOMES.values()
    columns = (of, "sign-ins", "worst after", *(f"before: {w}" for w in outcomes), *(f"after: {w}" for w in outcomes), "id")
    body = (_impact_row(impact) for impact in sorted(found, key=lambda i: -i.sign_ins))
    return _table(name, f"Sign-ins by {of}, before and after", columns, body)


def _impact_row(impact: Impact) -> tuple[Cell, ...]:
    counts = [tally.get(outcome, 0) for tally in (impact.before, impact.after) for outcome in words.OUTCOMES]
    return (impact.name, impact.sign_ins, words.OUTCOMES[impact.worst], *counts, impact.id)


def policies(radius: BlastRadius) -> Table:
    """Return every policy of the proposed set and how often it applied."""
    columns = ("policy", "change", "state", "sign-ins it applied to", "sign-ins unknown", "id")
    found = ((p.display_name, p.change, words.STATES.get(p.state, p.state), p.applied, p.unknown, p.id) for p in radius.policies)
    return _table("policies", "The policies with the proposed ones laid over", columns, found)


def hours(radius: BlastRadius) -> Table:
    """Return the load by hour of the week, in the tenant's time zone."""
    columns = ("weekday", "hour", "sign-ins", "prompts", "first prompts", "forced registrations")
    found = (_hour_row(load) for load in radius.hours)
    return _table("hours", f"Average load by hour of the week ({radius.time_zone})", columns, found)


def _hour_row(load: HourLoad) -> tuple[Cell, ...]:
    means = (load.sign_ins, load.prompts, load.first_prompts, load.registrations)
    return (words.DAYS[load.weekday], load.hour, *(round(mean, 2) for mean in means))


def disagreements(radius: BlastRadius) -> Table:
    """Return where our answers differ from the logged results."""
    columns = ("policy", "field", "the log says", "we say", "pairs", "sign-in for example")
    found = ((d.policy, d.field, d.expected, d.got, d.n, d.example) for d in radius.calibration.disagreements)
    return _table("disagreements", "Where we disagree with the logged results", columns, found)


def rows(radius: BlastRadius) -> Table:
    """Return where every row of the logs went."""
    return _table("rows", "Where every row of the logs went", ("rows", "count"), words.rows(radius.sign_ins))


def files(radius: BlastRadius) -> Table:
    """Return the files that were read."""
    return _table("files", "Files read", ("file", "read as", "records"), radius.files)


def lines(name: str, found: Iterable[str]) -> Table:
    """Return plain lines as a table of one column."""
    return _table(name, name.capitalize(), (name,), ((line,) for line in found))
