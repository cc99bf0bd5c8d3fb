"""The status below a block: by keyboard, in forced colors, on paper, and for axe-core."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from test_axe import violations

PAGE = "costs-and-permissions/"


@pytest.mark.one_generator
@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.only_full)])
def test_a_status_is_a_line_that_opens(clean_tab: Page, address: str, scheme: str) -> None:
    page = clean_tab
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address + PAGE)
    page.locator(".live summary").wait_for()
    status = page.locator(".highlight .status").first
    detail = status.locator("p").first
    expect(status.locator("summary")).to_be_visible()
    expect(detail).to_be_hidden()
    page.locator(".highlight").first.click()  # Tab goes on from there
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.status') !== null"):
            break
    page.keyboard.press("Enter")
    expect(detail).to_be_visible()
    assert violations(page, [".status"]) == []
    if scheme == "light":
        page.emulate_media(forced_colors="active")
        expect(detail).to_be_visible()
        page.emulate_media(media="print", forced_colors="none")
        expect(status.locator("summary")).to_be_visible()
        expect(detail).to_be_hidden()
