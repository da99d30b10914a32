"""A proof as one HTML file, in the look of the report: no network, no script, safe with hostile tenant text."""

from __future__ import annotations

import json

from markupsafe import Markup, escape

from unbroken.prove.proof import Counterexample, Proof
from unbroken.report import proof_words, words
from unbroken.report.page_parts import asset, content_security_policy, environment
from unbroken.report.proof_words import Names
from unbroken.report.region_text import region_text
from unbroken.report.request_body import request_body

NAMES_SHOWN = 500
REGIONS_SHOWN = 100
"""The most names and regions on the page; the JSON output has all."""


def render_proof(proof: Proof, names: Names) -> str:
    """Return the whole page, of a proof or of a difference; `names` as in `proof_words`."""
    style = asset("report.css") + "\n" + asset("proof.css")
    return (
        environment()
        .get_template("proof.html.jinja")
        .render(
            proof=proof,
            names=names,
            kind="What a change makes stricter and laxer" if proof_words.is_difference(proof) else "What holds for all sign-ins",
            style=style,
            policy=content_security_policy(style),
            words=words,
            said=proof_words,
            region_text=region_text,
            body=_body,
            shown=NAMES_SHOWN,
            regions_shown=REGIONS_SHOWN,
        )
    )


def _body(example: Counterexample) -> Markup:
    """Return the request on several lines; JSON in ASCII holds no control or direction character."""
    return escape(json.dumps(request_body(example.request), indent=2))
