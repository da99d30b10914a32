"""The blast radius as one HTML file: no network, no build step, safe with hostile tenant text.

Everything is escaped; the style sheet and the one small script are allowed by their hashes, anything else is refused by the
page's own Content Security Policy. The page says the same without the script.
"""

from __future__ import annotations

from unbroken.evaluate.blast_radius import BlastRadius, Impact
from unbroken.report import charts, grouped, tables, words
from unbroken.report.cautions import cautions
from unbroken.report.local_time import local
from unbroken.report.lockouts import Lockouts
from unbroken.report.loosening import loosening
from unbroken.report.next_steps import next_steps
from unbroken.report.page_parts import asset, content_security_policy, environment
from unbroken.report.proof_section import ProofSection

ROWS_SHOWN = 500
"""The most rows of one table on the page; the CSV files have all."""


def render_html(radius: BlastRadius, proof: ProofSection | None = None) -> str:
    """Return the whole page, with a section on what is proved where that is given; the same for the same blast radius and proof."""
    style, script = asset("report.css") + "\n" + asset("proof.css"), asset("report.js")
    return (
        environment()
        .get_template("report.html.jinja")
        .render(
            radius=radius,
            proof=proof,
            style=style,
            script=script,
            policy=content_security_policy(style, script),
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
