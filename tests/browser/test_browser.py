"""The guide in a real browser: nothing is asked of another host, nothing fails, everything fits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from sites import GENERATORS, PROJECT, Build, serve

PAGES = sorted(
    page.relative_to(PROJECT / "docs").as_posix().removesuffix(".md").removesuffix("index")
    for page in (PROJECT / "docs").rglob("*.md")
)


@pytest.fixture(scope="module", params=GENERATORS)
def address(request: pytest.FixtureRequest, built: Build) -> Iterator[str]:
    with serve(built(request.param)) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that records what it asks for, and what goes wrong on it."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    asked: list[str] = []
    wrong: list[str] = []

    def on_request(request: Request) -> None:
        asked.append(request.url)

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(message.text)

    page.on("request", on_request)
    page.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", on_console)
    yield page
    page.close()
    hosts = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme.startswith("http")}
    assert hosts == {urlsplit(address).netloc}
    assert wrong == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "start")
def test_a_page_loads_alone_and_fits_a_phone(page: Page, address: str, path: str) -> None:
    page.goto(address + (f"{path}/" if path and not path.endswith("/") else path))
    page.wait_for_load_state("networkidle")
    assert page.locator("article h1").count() == 1
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "the page can be pushed sideways"


def test_search_finds_a_region(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    page.keyboard.type("Frankfurt", delay=20)
    in_material = page.locator(".md-search-result__item", has_text="Frankfurt")
    in_zensical = page.get_by_text("Europe (Frankfurt)")
    in_material.or_(in_zensical).filter(visible=True).first.wait_for(timeout=10_000)


def test_a_link_to_a_region_shows_its_row(page: Page, address: str) -> None:
    page.goto(f"{address}regions/#eu-central-2")
    row = page.locator("tr", has=page.locator("#eu-central-2"))
    assert "Europe (Zurich)" in row.inner_text()
    assert row.evaluate("row => getComputedStyle(row).backgroundColor") != "rgba(0, 0, 0, 0)"
    box = row.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 844 - box["height"], "the row is in sight"


def test_the_copy_button_copies_the_command(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}using-aws-cognito/")
    page.wait_for_load_state("networkidle")
    block = page.locator(".highlight", has_text="set_oidc_constants.py").first
    block.scroll_into_view_if_needed()
    block.hover()
    block.locator("button[data-clipboard-target], button.md-code__button").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("code").inner_text().strip()
    assert copied.startswith("python3 set_oidc_constants.py")


def test_the_download_is_the_script(page: Page, address: str) -> None:
    page.goto(f"{address}using-aws-cognito/")
    link = page.get_by_role("link", name="set_oidc_constants.py")
    response = page.request.get(link.evaluate("a => a.href"))
    assert response.body() == Path(PROJECT / "scripts" / "set_oidc_constants.py").read_bytes()
