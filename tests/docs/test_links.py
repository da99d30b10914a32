"""The pages of the documentation hang together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
DOCS = PROJECT / "docs"
PAGES = sorted([*PROJECT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def name(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


def links(page: Path) -> list[str]:
    """Return the links of a page that point into the project."""
    return [link for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))) if "://" not in link]


def anchors(page: Path) -> set[str]:
    """Return the anchors that headings make, as the common renderers do."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name(page)} links to {link}, which is not there"
        if anchor:
            assert anchor in anchors(target), f"{name(page)} links to {link}, which has no such heading"


def test_every_page_is_reached_from_the_index() -> None:
    reached, ahead = set(), [DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        if page not in reached:
            reached.add(page)
            ahead += [target for link in links(page) if (target := (page.parent / link.partition("#")[0]).resolve()).suffix == ".md"]

    assert {name(page) for page in DOCS.rglob("*.md")} - {name(page) for page in reached} == set()


def test_every_page_the_program_points_to_exists() -> None:
    """Remedies in error messages send people to a page."""
    named = {
        page for file in (PROJECT / "src").rglob("*.py") for page in re.findall(r"docs/[\w/.-]+\.md", file.read_text(encoding="utf-8"))
    }

    assert {page for page in named if not (PROJECT / page).exists()} == set()


@pytest.mark.parametrize("page", sorted((DOCS / "decisions").glob("*.md")), ids=name)
def test_a_decision_is_half_a_page_and_names_its_alternative(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert re.match(rf"# {page.name[:4]} ", text)
    assert all(part in text for part in ("**Decided.**", "**Why.**", "**Alternative.**"))
    assert len(text.split()) < 400
