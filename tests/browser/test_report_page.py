"""The report in a real browser: opened from disk, at a desk and on a phone, in the light and in the dark, on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browsing import CONTRASTS, DESK, PAPER, PHONE, opened
from builders_proof import NAMES, holding, proof, undecided, violated
from builders_report import blast_radius
from unbroken.report.html_page import render_html
from unbroken.report.proof_section import proof_section

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the report as a file on disk."""
    path = tmp_path_factory.mktemp("report") / "blast radius.html"
    change = proof(holding(name="mfa-everywhere"), undecided(), violated(name="legacy-blocked"))
    path.write_text(render_html(blast_radius(), proof_section(proof(), change, NAMES)), encoding="utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_page_loads_nothing_complains_of_nothing_and_fits(
    browser: Browser, report: Path, size: tuple[int, int], scheme: str, tmp_path: Path
) -> None:
    seen = opened(browser, report, size, scheme)

    assert seen.requests == [report.as_uri()]
    assert seen.complaints == []
    assert seen.page.title() == "Blast radius: Contoso Engineering"
    assert seen.page.evaluate("document.documentElement.scrollWidth") == size[0]
    seen.page.screenshot(path=tmp_path / f"{size[0]}-{scheme}.png", full_page=True)
    seen.page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read_against_what_is_behind_it(browser: Browser, report: Path, scheme: str) -> None:
    seen = opened(browser, report, DESK, scheme)

    assert seen.page.evaluate(CONTRASTS) == []
    seen.page.context.close()


def test_the_contrast_check_can_fail(browser: Browser, report: Path) -> None:
    seen = opened(browser, report)
    seen.page.evaluate("document.querySelector('h1').style.color = '#999'")

    assert any("Contoso Engineering" in line for line in seen.page.evaluate(CONTRASTS))
    seen.page.context.close()


def test_there_are_landmarks_and_the_sections_have_names(browser: Browser, report: Path) -> None:
    page = opened(browser, report).page

    for role in ("banner", "navigation", "main", "contentinfo", "search"):
        assert page.get_by_role(role).count() == 1, role  # type: ignore[arg-type]
    headings = page.get_by_role("heading", level=2).all_text_contents()
    assert headings[:4] == ["Calibration 99.6 %", "55 accounts meet something new", "When", "Who and why"]
    assert page.get_by_role("region").count() == len(headings)
    page.context.close()


def test_the_filter_narrows_the_accounts_and_says_how_many_are_left(browser: Browser, report: Path) -> None:
    page = opened(browser, report).page
    rows = page.locator("#table-people tbody tr:visible")
    status = page.get_by_role("status")

    assert (rows.count(), status.text_content()) == (60, "60 of 60 lines")
    page.get_by_label("Search").fill("finance CASTELLANOS")
    assert 0 < rows.count() < 10
    assert all("Finance" in text and "castellanos" in text for text in rows.all_text_contents())
    page.get_by_label("Search").fill("")
    page.get_by_role("combobox").select_option("must register")
    assert (rows.count(), status.text_content()) == (8, "8 of 60 lines")
    page.get_by_label("Search").fill("nobody of this name")
    assert (rows.count(), status.text_content()) == (0, "0 of 60 lines")
    page.context.close()


def test_without_the_script_everything_is_shown_and_no_dead_control(browser: Browser, report: Path) -> None:
    page = opened(browser, report, script=False).page

    assert page.locator("#table-people tbody tr").filter(visible=True).count() == 60
    assert not page.locator("form.filter").is_visible()
    page.context.close()


def test_the_keyboard_reaches_the_report_and_the_boxes_that_scroll(browser: Browser, report: Path) -> None:
    page = opened(browser, report, PHONE).page

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the report")
    assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().left >= 0")
    assert skip.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    box = page.get_by_role("group", name="Prompts by hour of the week")
    box.focus()
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    page.context.close()


def test_on_paper_everything_is_there_in_ink_on_white(browser: Browser, report: Path) -> None:
    page = opened(browser, report, PAPER, "dark").page
    page.emulate_media(media="print", color_scheme="dark")

    assert not page.get_by_role("navigation").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER[0]
    assert page.evaluate(CONTRASTS) == []
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.context.close()


@pytest.mark.parametrize("size", [DESK, PHONE, PAPER], ids=["desk", "phone", "paper"])
def test_every_verdict_before_and_after_can_be_seen_without_scrolling_sideways(
    browser: Browser, report: Path, size: tuple[int, int]
) -> None:
    page = opened(browser, report, size).page
    page.emulate_media(media="print" if size == PAPER else "screen")
    verdicts = page.locator("#table-verdicts .effect")

    assert verdicts.all_text_contents() == ["VIOLATED", "HOLDS", "UNKNOWN", "UNKNOWN", "HOLDS", "VIOLATED"]
    for verdict in verdicts.all():
        box = verdict.bounding_box()
        assert verdict.is_visible()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
    page.context.close()


def test_a_lost_property_leads_to_its_section(browser: Browser, report: Path) -> None:
    page = opened(browser, report, PHONE).page
    page.locator("section", has=page.locator("#glance")).get_by_role("link", name="Where").click()

    page.wait_for_function("() => Math.abs(document.getElementById('proof').getBoundingClientRect().top) < 200")
    assert page.get_by_role("heading", name="What holds for all sign-ins").is_visible()
    page.context.close()
