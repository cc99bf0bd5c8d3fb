"""The form in MkDocs' own themes, which have neither Material's colors nor its classes.

And in Material, what the form's line changes for the theme.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mkdocs_macros_runbook.live.assets import copy_to
from samples import CONFIG, write_site
from sites import GENERATORS, run_generator, serve

FORM = "extra_javascript: [assets/live.js]\nextra_css: [assets/live.css]\n"
#: whether what is below an element is seen through it
SEEN_THROUGH = """node => /^(transparent|rgba\\(.*, 0\\))$/.test(
  getComputedStyle(node).backgroundColor)"""


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.only_full)])
def test_the_form_is_as_readable_as_in_material(
    clean_tab: Page, theme: str, width: int, tmp_path: Path
) -> None:
    page = clean_tab
    config = CONFIG.replace("  font: false\n", "  highlightjs: false\n") + FORM
    text = "# Racks of {{ city }}\n\n{{ city }}\n\n" + "More.\n\n" * 50
    config_file = write_site(tmp_path, {"index.md": text}, config=config, theme=theme)
    copy_to(tmp_path / "docs" / "assets")
    result = run_generator("mkdocs", config_file)
    assert result.returncode == 0, result.stdout + result.stderr
    page.set_viewport_size({"width": width, "height": 800})
    with serve(tmp_path / "site") as address:
        page.goto(address)
        summary = page.locator(".live summary")
        assert summary.evaluate("node => getComputedStyle(node).display") == "flex", "one arrow"
        page.mouse.wheel(0, 500)
        page.wait_for_function("scrollY > 300")
        summary.click()  # which fails if a bar of the theme is above it
        assert not page.locator(".live").evaluate(SEEN_THROUGH)
        expect(page.locator(".live input").first).to_be_visible()
        summary.click()
        page.evaluate("scrollTo(0, 0)")
        page.locator("p [data-live]").first.click()
        sheet = page.get_by_role("dialog")
        expect(sheet).to_be_visible()
        assert not sheet.evaluate(SEEN_THROUGH)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", GENERATORS)
def test_the_contents_mark_the_section_that_a_reader_chose(
    clean_tab: Page, generator: str, tmp_path: Path
) -> None:
    page, names = clean_tab, ["Plan", "Wire", "Test"]
    text = "Text.\n\n" * 40
    sections = "".join(f"## {name}\n\n{text}" for name in names)
    config = CONFIG.replace("extensions:\n", "extensions:\n  - toc\n") + FORM
    pages = {"index.md": f"# Racks of {{{{ city }}}}\n\n{sections}"}
    config_file = write_site(tmp_path, pages, config=config)
    copy_to(tmp_path / "docs" / "assets")
    result = run_generator(generator, config_file)
    assert result.returncode == 0, result.stdout + result.stderr
    page.set_viewport_size({"width": 1280, "height": 800})
    with serve(tmp_path / "site") as address:
        page.goto(address)
        contents = page.locator(".md-sidebar--secondary")
        for name in names[:2]:
            contents.get_by_role("link", name=name).click()
            expect(contents.locator(".md-nav__link--active").last).to_have_text(name)
