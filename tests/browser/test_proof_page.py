"""The page of a proof in a real browser: it opens from disk, fits, is reached by the keyboard, and can be read on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browsing import CONTRASTS, DESK, PAPER, PHONE, opened
from builders_proof import NAMES, difference, proof
from unbroken.report.proof_page import render_proof

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_of_proof(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a proof as a file on disk."""
    path = tmp_path_factory.mktemp("proof") / "the proof.html"
    path.write_text(render_proof(proof(), NAMES), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_loads_nothing_complains_of_nothing_and_fits(
    browser: Browser, page_of_proof: Path, size: tuple[int, int], scheme: str
) -> None:
    seen = opened(browser, page_of_proof, size, scheme)

    assert seen.requests == [page_of_proof.as_uri()]
    assert seen.complaints == []
    assert seen.page.title() == "What holds for all sign-ins: Contoso"
    assert seen.page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert seen.page.evaluate(CONTRASTS) == []
    seen.page.context.close()


def test_with_everything_unfolded_the_page_still_fits(browser: Browser, page_of_proof: Path) -> None:
    page = opened(browser, page_of_proof, PHONE).page
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    assert page.evaluate(CONTRASTS) == []
    page.context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_verdict_of_every_property_is_seen_and_its_section_has_its_name(
    browser: Browser, page_of_proof: Path, size: tuple[int, int]
) -> None:
    page = opened(browser, page_of_proof, size).page

    headings = page.get_by_role("heading", level=2).all_text_contents()
    assert headings == ["At a glance", "mfa-everywhere VIOLATED", "break-glass-free UNKNOWN", "legacy-blocked HOLDS", "What was read"]
    assert page.get_by_role("region").count() == len(headings)
    assert page.locator(".verdicts .label").all_text_contents() == ["VIOLATED", "UNKNOWN", "HOLDS"]
    for verdict in page.locator(".verdicts .label, h2 .effect").all():
        box = verdict.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
    page.context.close()


def test_a_difference_says_its_answers_as_headings(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "difference.html"
    path.write_text(render_proof(difference(), NAMES), encoding="utf-8")
    seen = opened(browser, path, PHONE)

    assert seen.page.get_by_role("heading", level=2).all_text_contents()[1:3] == ["Some sign-ins get stricter", "No sign-in gets laxer"]
    assert (seen.requests, seen.complaints) == ([path.as_uri()], [])
    assert seen.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    seen.page.context.close()


def test_the_keyboard_unfolds_the_names_and_the_request_to_ask_again(browser: Browser, page_of_proof: Path) -> None:
    page = opened(browser, page_of_proof).page
    name, request = page.get_by_text("person6@contoso.example"), page.locator("pre").first
    assert not name.is_visible()
    assert not request.is_visible()

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the proof")
    assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().left >= 0")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    assert name.is_visible()
    page.locator("summary", has_text="Ask again").first.focus()
    page.keyboard.press("Space")
    assert request.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "PRE"
    page.context.close()


def test_on_paper_what_is_folded_away_leaves_no_dead_line(browser: Browser, page_of_proof: Path) -> None:
    page = opened(browser, page_of_proof, PAPER, "dark").page
    page.emulate_media(media="print", color_scheme="dark")

    assert not page.get_by_role("navigation").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER[0]
    assert page.evaluate(CONTRASTS) == []
    assert not page.get_by_text("Ask again").first.is_visible()
    assert page.get_by_text("All 7 users concerned").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.context.close()


def test_on_paper_what_was_unfolded_is_printed_whole(browser: Browser, page_of_proof: Path) -> None:
    page = opened(browser, page_of_proof, PAPER).page
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    assert page.get_by_text("Ask again").first.is_visible()
    for request in page.locator("pre").all():
        assert request.evaluate("pre => pre.scrollWidth <= pre.clientWidth")
    page.context.close()
