"""One file, no network, nothing of the tenant's obeyed."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

from builders_report import ESCAPE, IMAGE, SCRIPT, blast_radius
from unbroken.evaluate.blast_radius import Calibration, RegistrationShare, SignInCounts
from unbroken.report.html_page import render_html


class Page(HTMLParser):
    """Collects what the tests ask for."""

    def __init__(self, html: str) -> None:
        """Parse the page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_nothing_is_loaded_from_anywhere() -> None:
    page = Page(render_html(blast_radius()))

    for tag, attributes in page.tags:
        for name in ("src", "href", "action", "data"):
            value = attributes.get(name)
            assert value is None or value.startswith("#") or value == "data:,", (tag, value)
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    assert "url(" not in render_html(blast_radius())
    assert "@import" not in render_html(blast_radius())


def test_the_policy_allows_exactly_our_style_and_our_script() -> None:
    html = render_html(blast_radius())
    policy = next(a["content"] for tag, a in Page(html).tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy")

    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        fingerprint = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{fingerprint}'" in policy


def test_hostile_names_are_text() -> None:
    html = render_html(blast_radius(tenant=f"{SCRIPT}{IMAGE}", findings=(SCRIPT,), limits=(IMAGE,), problems=(SCRIPT,), time_zone=IMAGE))

    assert SCRIPT not in html
    assert "<img" not in html
    assert html.count("<script") == 1
    assert SCRIPT in "".join(Page(html).text)


def test_control_and_direction_characters_are_shown() -> None:
    html = render_html(blast_radius(tenant=ESCAPE))

    assert "\x1b" not in html
    assert "\u202e" not in html


def test_headings_are_in_order_and_there_is_one_h1() -> None:
    levels = [int(tag[1]) for tag, _ in Page(render_html(blast_radius())).tags if re.fullmatch(r"h[1-6]", tag)]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_table_has_a_caption_and_every_head_a_scope() -> None:
    tags = Page(render_html(blast_radius())).tags
    names = [tag for tag, _ in tags]

    assert names.count("table") == names.count("caption") == 13
    assert all(attributes.get("scope") in {"col", "row", "rowgroup"} for tag, attributes in tags if tag == "th")


def test_ids_are_unique_and_every_link_has_its_target() -> None:
    tags = Page(render_html(blast_radius())).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]

    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for tag, a in tags if tag == "a"} <= set(ids)
    assert {a["aria-labelledby"] for _, a in tags if "aria-labelledby" in a} <= set(ids)


def test_honesty_comes_before_the_first_figure() -> None:
    html = render_html(blast_radius(calibration=Calibration(compared=1000, agreed=972)))

    assert html.index("Read this first. Calibration 97.2 %: below 99 %") < html.index('class="figure"')


def test_a_large_tenant_is_cut_with_a_word_that_says_so() -> None:
    person = blast_radius().people[30]
    many = tuple(replace(person, user_id=f"u{n}", user_principal_name=f"person{n:04}@contoso.example") for n in range(1200))
    html = render_html(blast_radius(people=many))

    assert "700 more are in <code>people.csv</code>" in html
    assert html.count("@<wbr>contoso.example</span><span") == 500 + 3


def test_an_empty_answer_makes_a_page_that_says_what_is_missing() -> None:
    nothing: dict[str, object] = dict.fromkeys(("users", "apps", "clients", "people", "legacy", "accounts", "hours", "policies"), ())
    nothing |= dict.fromkeys(("findings", "limits", "problems", "files"), ())
    counts = SignInCounts(read=0, duplicates=0, joined=0, evaluated=0, skipped={})
    html = render_html(
        blast_radius(
            **nothing,
            before={},
            after={},
            first="",
            last="",
            tenant="",
            sign_ins=counts,
            calibration=Calibration(),
            registration=RegistrationShare(in_scope=0, capable=0),
        )
    )

    for said in ("Tenant without a name", "Read this first. Not calibrated", "No sign-in was evaluated", "Add sign-in logs"):
        assert said in html


def test_an_unknown_effect_is_shown() -> None:
    odd = replace(blast_radius().people[0], effect="abducted")

    assert '<span class="effect other">abducted</span>' in render_html(blast_radius(people=(odd,)))


def test_the_same_answer_makes_the_same_page() -> None:
    assert render_html(blast_radius()) == render_html(blast_radius())


def test_a_file_that_was_not_read_is_said_before_the_first_figure() -> None:
    html = render_html(blast_radius(files=(("b.csv", "not usable", 0),), problems=(f"b.csv: {SCRIPT}",)))

    assert html.index("Read this first. 1 of 1 log file not read") < html.index('class="figure"')
    assert SCRIPT not in html


def test_when_comes_before_the_long_list_and_files_of_a_folder_are_one_line() -> None:
    html = render_html(blast_radius(files=(("log/a.json", "Graph", 5), ("log/b.json", "Graph", 6))))

    assert html.index('<h2 id="when">') < html.index('<h2 id="who">')
    assert "2 files in log" in html
    assert "b.json" not in html


def test_the_filter_knows_how_many_there_are_in_all() -> None:
    assert 'id="table-people" data-total="60"' in render_html(blast_radius())
