"""The blast radius as one HTML file: no network, no build step, safe with hostile tenant text.

Everything is escaped; the style sheet and the one small script are allowed by their hashes, anything else is refused by the
page's own Content Security Policy. The page says the same without the script.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from unbroken.evaluate.blast_radius import BlastRadius, Impact
from unbroken.report import charts, grouped, tables, words
from unbroken.report.cautions import cautions
from unbroken.report.local_time import local
from unbroken.report.lockouts import Lockouts
from unbroken.report.loosening import loosening
from unbroken.report.next_steps import next_steps
from unbroken.report.visible import visible

ROWS_SHOWN = 500
"""The most rows of one table on the page; the CSV files have all."""


def render_html(radius: BlastRadius) -> str:
    """Return the whole page; the same for the same blast radius."""
    style, script = _asset("report.css"), _asset("report.js")
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            radius=radius,
            style=style,
            script=script,
            policy=_content_security_policy(style, script),
            words=words,
            grouped=grouped,
            tables=tables,
            charts=charts,
            cautions=cautions(radius),
            loosening=loosening(radius),
            lockouts=Lockouts(radius),
            limits=[words.thousands(line) for line in radius.limits],
            honesty=words.honesty(radius.calibration),
            steps=next_steps(radius),
            people=words.people_by_severity(radius.people),
            shown=ROWS_SHOWN,
            impact_table=_impact_table,
            files_table=_files_table(radius),
            local=local,
        )
    )


def _impact_table(name: str, of: str, impacts: tuple[Impact, ...]) -> tables.Table:
    most = sorted(impacts, key=lambda impact: -impact.sign_ins)
    found = ((i.name or i.id, i.sign_ins, words.OUTCOMES[i.worst], words.tally_text(i.before, i.after)) for i in most)
    return tables.Table(name, f"Sign-ins by {of}, before → after", (of, "sign-ins", "worst after", "what changes"), tuple(found))


def _files_table(radius: BlastRadius) -> tables.Table:
    found = tuple(grouped.files_together(radius.files))
    return tables.Table("files", "Log files read, those of one folder together", ("file", "read as", "records"), found)


def _content_security_policy(style: Markup, script: Markup) -> str:
    allowed = f"style-src '{_fingerprint(style)}'; script-src '{_fingerprint(script)}'; img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _fingerprint(text: Markup) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> Markup:
    text = (files("unbroken.report") / "templates" / name).read_text(encoding="utf-8")
    return Markup(text.replace("\r\n", "\n"))  # noqa: S704 -- our own file, no tenant text


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("unbroken.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters.update(number=words.number, slug=_slug, account=_account, commands=_commands)
    return environment


def _harmless(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _slug(effect: str) -> str:
    """Return the style class of an effect or outcome word; words we do not know share one."""
    known = {*words.EFFECTS, *words.OUTCOMES.values()}
    return effect.lower().replace(" ", "-") if effect in known else "other"


def _account(name: str) -> Markup:
    """Return an escaped user principal name that may break after its `@`."""
    return Markup("@<wbr>").join(visible(name).split("@"))


def _commands(text: str) -> Markup:
    """Return our own words with what stands between backticks as code."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))
