"""The figures: their words are there for everybody, and the longest values fit into them."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page

from sites import GENERATORS, PROJECT, Build, serve
from value_sets import VALUE_SETS

FIGURES = {
    "": ["figure-sign-in"],
    "using-aws-cognito/": ["figure-user-pool-id", "figure-client-id", "figure-callback-urls"],
}
#: read without the rest of a page, which takes the parser a second
FIGURE = re.compile(r"(?s)<figure .*?</figure>")


def figures(build: Build, generator: str) -> dict[str, Tag]:
    """Return the figures of a built site by their ids."""
    tags: dict[str, Tag] = {}
    for path in FIGURES:
        file = build(generator) / path / "index.html"
        html = "".join(FIGURE.findall(file.read_text(encoding="utf-8")))
        page = BeautifulSoup(html, "html.parser")
        tags |= {str(figure["id"]): figure for figure in page.find_all("figure")}
    return tags


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


@pytest.mark.parametrize("generator", GENERATORS)
def test_the_caption_says_what_the_figure_shows(built_site: Build, generator: str) -> None:
    tags = figures(built_site, generator)
    assert list(tags) == [name for names in FIGURES.values() for name in names]
    for name, figure in tags.items():
        caption = figure.find("figcaption", recursive=False)
        assert isinstance(caption, Tag), name
        figure_marks = {words(mark) for mark in figure.select("section .figure-mark")}
        caption_marks = {words(mark) for mark in caption.select(".figure-mark")}
        assert figure_marks == caption_marks, name
        for value in figure.select(".console-found:first-of-type code"):
            assert words(value) in words(caption), name


def test_both_site_generators_draw_the_same(built_site: Build) -> None:
    first, second = (figures(built_site, generator) for generator in GENERATORS)
    for name, figure in first.items():
        for part in figure.select("[data-search-exclude]"):
            del part["data-search-exclude"]  # Zensical takes it out itself
        assert re.sub(r"\s+", "", str(figure)) == re.sub(r"\s+", "", str(second[name])), name


@pytest.mark.parametrize("generator", GENERATORS)
def test_search_finds_captions_and_no_menu(built_site: Build, generator: str) -> None:
    """MkDocs ends an exclusion at the next end tag of that name: hence a section, not a div."""
    site = built_site(generator)
    [index] = [*site.rglob("search_index.json"), *site.glob("search.json")]
    text = index.read_text(encoding="utf-8")
    assert "Where the user pool ID is." in text
    for label in ("User management", "Token signing key URL", "Quick setup guide"):
        assert label not in text


def test_values_stand_in_text_alone() -> None:
    """Where a value can be exchanged for the reader's own without a rule for each attribute."""
    for path in FIGURES:
        source = (PROJECT / "docs" / f"{path.strip('/') or 'index'}.md").read_text(encoding="utf-8")
        sources = FIGURE.findall(source)
        assert len(sources) == len(FIGURES[path])
        for figure in sources:
            assert "{{" in figure
            assert not re.search(r"<[^<>]*\{\{", figure)


STICKING_OUT = """figures => figures.flatMap(figure => {
    const { left, right } = figure.getBoundingClientRect();
    return [...figure.querySelectorAll("*")].filter(part => {
        const box = part.getBoundingClientRect();
        return box.width > 1 && (box.left < left - 1 || box.right > right + 1);
    }).map(part => part.outerHTML.slice(0, 80));
})"""


def test_the_longest_values_fit(built_site: Build, clean_tab: Page, is_full: bool) -> None:
    with serve(built_site("mkdocs", VALUE_SETS["awkward"])) as address:
        for path, names in FIGURES.items():
            clean_tab.goto(address + path)
            locator = clean_tab.locator("article figure")
            assert locator.count() == len(names)
            for width in (390, 800, 1280) if is_full else (390,):
                clean_tab.set_viewport_size({"width": width, "height": 844})
                assert locator.evaluate_all(STICKING_OUT) == [], width
                # While the tab grows, the theme slides its menu back: the page fits a moment later.
                fits = f"document.documentElement.scrollWidth <= {width}"
                clean_tab.wait_for_function(fits, timeout=5_000)
