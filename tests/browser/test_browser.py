"""The guide in a real browser: nothing is asked of another host, nothing fails, everything fits.

All of it under the policy that `make csp` prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page, Request, expect

from csp import policy
from sites import PROJECT, Build, Files, serve

PAGES = sorted(
    page.relative_to(PROJECT / "docs").as_posix().removesuffix(".md").removesuffix("index")
    for page in (PROJECT / "docs").rglob("*.md")
)


def with_policy(site: Path, files: type[SimpleHTTPRequestHandler]) -> AbstractContextManager[str]:
    header = policy(site)

    class WithPolicy(files):  # type: ignore[misc, valid-type]
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", header)
            super().end_headers()

    return serve(site, WithPolicy)


@pytest.fixture(scope="module")
def address(generator: str, built_site: Build) -> Iterator[str]:
    with with_policy(built_site(generator), Files) as address:
        yield address


@pytest.fixture
def searched_address(generator: str, built_site: Build) -> Iterator[str]:
    """Serve the guide with the theme's search."""
    with with_policy(built_site(generator), SimpleHTTPRequestHandler) as address:
        yield address


@pytest.fixture(scope="module")
def tab(tab: Page) -> Page:
    tab.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " event => console.debug(event.violatedDirective, event.blockedURI, event.sample))"
    )
    return tab


@pytest.fixture
def page(clean_tab: Page) -> Iterator[Page]:
    """Return a page that records what it asks for, and what goes wrong on it."""
    urls: list[str] = []
    wrong: list[str] = []

    def on_request(request: Request) -> None:
        urls.append(request.url)

    def on_failure(request: Request) -> None:
        wrong.append(f"failed: {request.url}")

    def on_error(error: Error) -> None:
        wrong.append(str(error))

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "debug"):
            wrong.append(message.text)

    listeners: dict[Any, Any] = {
        "request": on_request,
        "requestfailed": on_failure,
        "pageerror": on_error,
        "console": on_console,
    }
    for event, listener in listeners.items():
        clean_tab.on(event, listener)
    yield clean_tab
    for event, listener in listeners.items():
        clean_tab.remove_listener(event, listener)
    hosts = {urlsplit(url).netloc for url in urls if urlsplit(url).scheme.startswith("http")}
    assert hosts == {urlsplit(clean_tab.url).netloc}
    assert wrong == []


@pytest.mark.one_generator
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "start")
def test_a_page_loads_alone_and_fits_a_phone(
    page: Page, address: str, is_full: bool, path: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + (f"{path}/" if path and not path.endswith("/") else path))
    page.wait_for_load_state("networkidle" if is_full or not path else "load")  # that takes 0.5 s
    assert page.locator("article h1").count() == 1
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "the page can be pushed sideways"


@pytest.mark.one_generator
def test_the_page_for_what_is_not_there_loads(page: Page, address: str) -> None:
    page.goto(f"{address}404.html")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page does not exist")
    doors = page.locator("article li a, .md-content li a")
    expect(doors).to_have_count(5)
    for door in doors.all():
        door_address = door.evaluate("node => node.href")
        assert page.request.get(door_address).ok, door_address


@pytest.mark.one_generator
def test_search_finds_a_region(page: Page, searched_address: str) -> None:
    page.goto(searched_address)
    page.keyboard.press("/")
    page.keyboard.type("Frankfurt", delay=20)
    in_material = page.locator(".md-search-result__item", has_text="Frankfurt")
    in_zensical = page.get_by_text("Europe (Frankfurt)")
    in_material.or_(in_zensical).filter(visible=True).first.wait_for(timeout=10_000)


@pytest.mark.one_generator
def test_a_link_to_a_region_shows_its_row(page: Page, address: str) -> None:
    page.goto(f"{address}regions/#eu-central-2")
    row = page.locator("tr", has=page.locator("#eu-central-2"))
    assert "Europe (Zurich)" in row.inner_text()
    assert row.evaluate("row => getComputedStyle(row).backgroundColor") != "rgba(0, 0, 0, 0)"
    box = row.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 900 - box["height"], "the row is in sight"


@pytest.mark.one_generator
def test_the_copy_button_copies_the_command(page: Page, address: str) -> None:
    page.goto(f"{address}using-aws-cognito/")
    page.wait_for_load_state("networkidle")
    block = page.locator(".highlight", has_text="set_oidc_constants.py").first
    block.scroll_into_view_if_needed()
    block.hover()
    block.locator("button[data-clipboard-target], button.md-code__button").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("pre code").inner_text().strip()
    assert "python3 set_oidc_constants.py" in copied


@pytest.mark.one_generator
def test_the_downloads_are_the_files(page: Page, address: str) -> None:
    page.goto(f"{address}using-aws-cognito/")
    link = page.get_by_role("link", name="set_oidc_constants.py").first
    style = PROJECT / "plugin" / "mkdocs_macros_runbook" / "live" / "live.css"
    for url, file in [
        (link.evaluate("a => a.href"), PROJECT / "scripts" / "set_oidc_constants.py"),
        (
            page.locator("script[src*=live]").evaluate("node => node.src"),
            PROJECT / "docs" / "assets" / "live.js",
        ),
        (page.locator("link[href*='live.css']").evaluate("a => a.href"), style),
    ]:
        assert page.request.get(url).body() == file.read_bytes()


@pytest.mark.one_generator
def test_the_form_works(page: Page, address: str) -> None:
    page.goto(f"{address}#live?region=eu-central-1")
    page.get_by_role("button", name="Use these values").click()
    region = page.locator("[data-live=region]").first
    assert region.text_content() == "eu-central-1"
    page.get_by_label("Application name", exact=True).click()
    page.keyboard.type("Acme Data")
    assert page.locator("[data-live=APPLICATION_NAME]").first.text_content() == "Acme Data"
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".live output")).to_have_text("Copied.")
    assert "#live?" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Reset").click()
    assert region.text_content() == "us-east-2"


@pytest.mark.one_generator
def test_a_script_of_someone_else_does_not_run(clean_tab: Page, address: str) -> None:
    clean_tab.goto(address)
    clean_tab.evaluate(
        "document.head.append(Object.assign(document.createElement('script'),"
        " {textContent: 'window.ran = true'}))"
    )
    assert clean_tab.evaluate("window.ran") is None
