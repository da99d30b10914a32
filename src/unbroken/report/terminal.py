"""The blast radius on a terminal: honesty first, then the headline, then the tables, then what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from unbroken.evaluate.blast_radius import BlastRadius, HourLoad, LegacyDependency, Person
from unbroken.report import grouped, words
from unbroken.report.cautions import cautions
from unbroken.report.decision_text import print_decision
from unbroken.report.local_time import local
from unbroken.report.lockouts import Lockouts
from unbroken.report.loosening import loosening
from unbroken.report.next_steps import next_steps
from unbroken.report.printing import STYLES, bullets, effect_text, more, stacked, table, title, unpadded
from unbroken.report.visible import visible

__all__ = ["print_blast_radius", "print_decision"]


def print_blast_radius(console: Console, radius: BlastRadius, *, top: int = 15) -> None:
    """Print everything an administrator needs on the day; at most `top` lines per table, and how many more there are."""
    with unpadded(console):
        _blast_radius(console, radius, top)


def _blast_radius(console: Console, radius: BlastRadius, top: int) -> None:
    title(console, f"Blast radius: {radius.tenant or 'tenant without a name'}", words.period(radius))
    _cautions(console, radius)
    _honesty(console, radius)
    _headline(console, radius)
    _reasons(console, radius, top)
    _people(console, radius, top)
    _legacy(console, radius, top)
    _accounts(console, radius, top)
    _impacts(console, radius, top)
    _policies(console, radius, top)
    _hours(console, radius)
    bullets(console, "Findings in the policies", radius.findings, top)
    _calibration(console, radius, top)
    bullets(console, "What these data cannot show", [words.thousands(line) for line in radius.limits], len(radius.limits))
    bullets(console, "Not read or not used", radius.problems, top)
    _rows(console, radius, top)
    steps = next_steps(radius)
    bullets(console, "Next", steps, len(steps))


def _cautions(console: Console, radius: BlastRadius) -> None:
    for caution in cautions(radius):
        console.print()
        console.print(Text(f"READ THIS FIRST  {visible(caution.title)}", style="bold red"))
        for line in caution.lines:
            console.print(Text(visible(line)))


def _honesty(console: Console, radius: BlastRadius) -> None:
    said = words.honesty(radius.calibration)
    console.print()
    console.print(Text(("" if said.trusted else "READ THIS FIRST  ") + said.title, style="green" if said.trusted else "bold yellow"))
    console.print(Text(said.text))


def _headline(console: Console, radius: BlastRadius) -> None:
    affected = words.people_affected(radius)
    title(console, f"{words.count(affected, 'account')} {'meets' if affected == 1 else 'meet'} something new")
    for line in loosening(radius):
        console.print(Text(visible(line), style="bold yellow"))
    counts = [c for c in words.headline(radius) if c.new or c.already]
    rows = [
        (
            Text(f"{c.new:,}", style=STYLES.get(c.effect, "bold") if c.new else "dim"),
            effect_text(c.effect) if c.new else Text(c.effect, style="dim"),
            f"{c.meaning}{f' ({c.already:,} already before)' if c.already else ''}",
        )
        for c in counts
    ]
    if rows:
        table(console, (("new", "right"), ("effect", "left"), ("they", "left")), rows)
    if nobody := [c.effect for c in words.headline(radius) if not c.new and not c.already]:
        console.print(Text(f" nobody: {', '.join(nobody)}", style="dim"))
    if sum(c.new for c in counts) > affected:
        console.print(Text(" An account with several effects is in several lines.", style="dim"))
    _sign_ins(console, radius)


def _sign_ins(console: Console, radius: BlastRadius) -> None:
    p = radius.prompts
    sure = f"{p.certain:,} certain, {p.likely:,} likely, {p.unknown:,} the log cannot tell"
    facts = (
        ("MFA demands", f"{p.certain + p.likely + p.unknown:,} sign-ins ({sure})"),
        ("ready for MFA", words.registration_text(radius)),
        ("sign-ins", words.tally_text(radius.before, radius.after, arrow=_arrow(console)) or "none evaluated"),
    )
    grid = Table.grid(padding=(0, 2))
    for label, text in facts:
        grid.add_row(Text(label, style="dim"), Text(text))
    console.print(Padding(grid, (1, 0, 0, 1)))


def _arrow(console: Console) -> str:
    return "->" if console.options.ascii_only else "→"


def _reasons(console: Console, radius: BlastRadius, top: int) -> None:
    found = words.reasons(radius)
    if not found:
        return
    title(console, "Why")
    rows = [(f"{r.people:,}", effect_text(r.effect), r.why) for r in found[:top]]
    table(console, (("accounts", "right"), ("effect", "left"), ("because", "left")), rows)
    more(console, len(found) - top, "reasons")


def _people(console: Console, radius: BlastRadius, top: int) -> None:
    people = words.people_by_severity(radius.people)
    if not people:
        return
    title(console, "Who", words.lines_of(people) or "what is new first, the worst first")
    lockouts, rows, under = Lockouts(radius), [], ("", False)
    for person in people[:top]:
        if under != (person.effect, person.new):
            under = (person.effect, person.new)
            rows.append(("", effect_text(person.effect) + Text("" if person.new else " as before", style="dim")))
        rows.append((f"{person.sign_ins:,}", _who(person, lockouts)))
    table(console, (("sign-ins", "right"), ("account", "left")), rows)
    more(console, len(people) - top, "lines")


def _who(person: Person, lockouts: Lockouts) -> Text:
    """Return the account on a line of its own, so that its address stays whole, and what there is to say about it."""
    about = "; ".join(part for part in (person.kind, lockouts.says(person)) if part)
    name = person.user_principal_name or person.user_id
    return stacked(f"  {name}", f"  {about}") if about else Text(f"  {visible(name)}")


def _legacy(console: Console, radius: BlastRadius, top: int) -> None:
    found = grouped.worth_a_look(words.legacy_by_weight(radius.legacy))
    if not radius.legacy:
        return
    title(console, "Legacy authentication", "stops when MFA is demanded or legacy clients are blocked; grouped by what to do")
    for remedy, entries in grouped.by_remedy(found[:top]).items():
        console.print(Padding(Text(visible(remedy)), (1, 0, 1, 1)))
        columns = (("ok", "right"), ("who", "left"), ("last success", "left"))
        table(console, columns, [_legacy_row(entry, radius.time_zone) for entry in entries])
    more(console, len(found) - top, "dependencies")
    if noise := grouped.noise(radius.legacy):
        console.print(Text(f" {noise}", style="dim"))


def _legacy_row(entry: LegacyDependency, time_zone: str) -> Sequence[str | Text]:
    device = entry.device or entry.user_agent or "no device named"
    who = stacked(entry.user, f"{entry.client_app_used}, {device}")
    return f"{entry.successes:,}", who, local(entry.last_success, time_zone)[:10]


def _accounts(console: Console, radius: BlastRadius, top: int) -> None:
    if not radius.accounts:
        return
    kinds = grouped.kinds(radius.accounts)
    if kinds:
        title(console, "Accounts to decide about", "by kind; the report and CSV name all of them, with the evidence")
        rows = [(f"{len(kind.accounts):,}", _kind(kind)) for kind in kinds[:top]]
        table(console, (("n", "right"), ("kind, for example, and what to do", "left")), rows)
        more(console, len(kinds) - top, "kinds")
    if idle := grouped.nothing_to_decide(radius.accounts):
        console.print(Text(f" {idle}", style="dim"))


def _kind(kind: grouped.Kind) -> Text:
    names = "\n".join(f"  {visible(name)}" for name in grouped.some_names(kind.accounts))
    return Text("\n").join((Text(visible(kind.name)), Text(names, style="dim"), Text(visible(kind.suggestion))))


def _impacts(console: Console, radius: BlastRadius, top: int) -> None:
    arrow = _arrow(console)
    for heading, impacts in (("Apps", radius.apps), ("Clients", radius.clients)):
        if not impacts:
            continue
        title(console, heading, f"sign-ins before {arrow} after")
        most = sorted(impacts, key=lambda i: -i.sign_ins)
        rows = [(i.name or i.id, f"{i.sign_ins:,}", words.tally_text(i.before, i.after, arrow=arrow)) for i in most[:top]]
        table(console, ((heading[:-1].lower(), "left"), ("sign-ins", "right"), ("what changes", "left")), rows)
        more(console, len(impacts) - top, heading.lower())


def _policies(console: Console, radius: BlastRadius, top: int) -> None:
    if not radius.policies:
        return
    title(console, "Policies", "sign-ins each applied to")
    rows = [
        (p.display_name or p.id, p.change, words.STATES.get(p.state, p.state), f"{p.applied:,}", f"{p.unknown:,}")
        for p in radius.policies[:top]
    ]
    table(console, (("policy", "left"), ("change", "left"), ("state", "left"), ("applied", "right"), ("unknown", "right")), rows)
    more(console, len(radius.policies) - top, "policies")


def _hours(console: Console, radius: BlastRadius) -> None:
    busiest: list[HourLoad] = words.peaks(radius.hours)
    if not busiest:
        return
    title(console, "Busiest hours of the first week", f"for staffing the helpdesk; {words.switch(radius)}")
    rows = [(words.hour_name(h), words.number(h.first_prompts), words.number(h.registrations)) for h in busiest]
    table(console, (("hour", "left"), ("first prompts", "right"), ("forced registrations", "right")), rows)
    console.print(Text(f" {words.staffing(radius.hours)}", style="dim"))


def _calibration(console: Console, radius: BlastRadius, top: int) -> None:
    found = radius.calibration.disagreements
    if not found:
        return
    title(console, "Where we disagree with the logged results")
    rows = [(f"{d.n:,}", d.policy, f"{d.field}: log {d.expected}, we {d.got}", d.example) for d in found[:top]]
    table(console, (("pairs", "right"), ("policy", "left"), ("difference", "left"), ("for example", "left")), rows)
    more(console, len(found) - top, "kinds of disagreement")


def _rows(console: Console, radius: BlastRadius, top: int) -> None:
    title(console, "Where every row of the logs went")
    table(console, (("rows", "right"), ("", "left")), [(f"{n:,}", what) for what, n in words.rows(radius.sign_ins)])
    files = grouped.files_together(radius.files)
    if files:
        rows = [(f"{records:,}", file, form) for file, form, records in files[:top]]
        table(console, (("records", "right"), ("file", "left"), ("read as", "left")), rows)
        more(console, len(files) - top, "groups of files")
