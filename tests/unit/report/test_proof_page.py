"""One file in the look of the report, no network, nothing of the tenant's obeyed."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

from builders_proof import MISSING, NAMES, USER_IDS, condition, counterexample, difference, proof, region, undecided, violated
from builders_report import ESCAPE, IMAGE, SCRIPT
from unbroken.prove.proof import Who
from unbroken.report.proof_page import REGIONS_SHOWN, render_proof
from unbroken.report.request_body import request_body


class Page(HTMLParser):
    """Collects tags and text."""

    def __init__(self, text: str) -> None:
        """Parse the page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def said(self) -> str:
        return " ".join("".join(self.text).split())


def test_nothing_is_loaded_and_nothing_runs() -> None:
    page = Page(render_proof(proof(), NAMES))

    for tag, attributes in page.tags:
        assert tag != "script"
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        for name in ("src", "href"):
            value = attributes.get(name)
            assert value is None or value.startswith("#") or value == "data:,", (tag, value)


def test_the_policy_allows_exactly_our_style() -> None:
    text = render_proof(proof(), NAMES)
    policy = next(a["content"] for tag, a in Page(text).tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    fingerprint = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{fingerprint}'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


def test_headings_are_in_order_and_every_link_has_its_target() -> None:
    for found in (proof(), difference(), proof(undecided(name="one of our own"))):
        tags = Page(render_proof(found, NAMES)).tags
        levels = [int(tag[1]) for tag, _ in tags if re.fullmatch(r"h[1-6]", tag)]
        ids = [a["id"] for _, a in tags if "id" in a]

        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert len(ids) == len(set(ids))
        named = {
            str(a[name]).removeprefix("#") for _, a in tags for name in ("href", "aria-labelledby") if a.get(name) not in {None, "data:,"}
        }
        assert named <= set(ids)


def test_every_property_its_regions_people_and_an_example_are_there() -> None:
    said = Page(render_proof(proof(problems=("x.json: broken",)), NAMES)).said()

    assert "mfa-everywhere VIOLATED" in said
    assert "break-glass-free UNKNOWN" in said
    assert "legacy-blocked HOLDS" in said
    assert "anyone in group Sales, to any app, from a browser on an unknown platform, from anywhere" in said
    assert all(NAMES[each] in said for each in USER_IDS[:7])
    assert "on an unknown platform, from 198.51.100.7 (GB): meets ALLOWED" in said
    assert MISSING in said
    assert "remove group Sales; closes all; stricter for 3 users" in said
    assert "x.json: broken" in said


def test_the_request_can_be_copied_as_it_is() -> None:
    first, *_ = re.findall(r"<pre[^>]*>(.*?)</pre>", render_proof(proof(), NAMES), re.DOTALL)

    assert json.loads(html.unescape(first)) == request_body(counterexample().request)
    assert "\n" in first


def test_a_difference_has_its_own_words() -> None:
    said = Page(render_proof(difference(), NAMES)).said()

    assert "What a change makes stricter and laxer" in said
    assert "STRICTER Some sign-ins get stricter 3 users" in said
    assert "NONE No sign-in gets laxer" in said
    assert "meets ALLOWED today, then MFA" in said
    assert "By CA001 - Require MFA" in said


def test_hostile_names_are_text() -> None:
    hostile = violated(
        name=f"own {IMAGE}",
        text=SCRIPT,
        regions=(region(Who(every=(SCRIPT,)), condition("applications", IMAGE), policies=(SCRIPT,)),),
        notes=(SCRIPT,),
        missing=(IMAGE,),
    )
    text = render_proof(proof(hostile, tenant=f"{SCRIPT}{ESCAPE}", problems=(SCRIPT,), changes=((SCRIPT, "added"),)), {USER_IDS[0]: SCRIPT})

    assert "<script" not in text
    assert "<img" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_what_is_left_out_is_counted() -> None:
    regions = tuple(region(Who(people=(f"user {number}",))) for number in range(REGIONS_SHOWN + 2))
    said = Page(render_proof(proof(violated(regions=regions, cut=102)), NAMES)).said()

    assert "2 more regions are in the JSON output." in said
    assert "The list of regions was cut at 102: there are more." in said
