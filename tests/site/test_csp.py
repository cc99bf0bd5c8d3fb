"""The built sites work under the policy that `make csp` prints."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from csp import InlineError, policy
from sites import GENERATORS, Build, serve


@pytest.fixture(scope="module", params=GENERATORS)
def site(request: pytest.FixtureRequest, built: Build) -> Path:
    return built(request.param)


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    header = policy(site)

    class WithPolicy(SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", header)
            super().end_headers()

    with serve(site, WithPolicy) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which nothing may violate the policy, nor fail."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    wrong: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "debug"):
            wrong.append(message.text)

    context.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " event => console.debug(event.violatedDirective, event.blockedURI, event.sample))"
    )
    page = context.new_page()
    page.on("console", on_console)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def test_every_page_loads(page: Page, site: Path, address: str) -> None:
    paths = [file.relative_to(site).as_posix() for file in site.rglob("*.html")]
    assert "404.html" in paths
    for path in paths:
        page.goto(address + path)
        page.wait_for_load_state("networkidle")


def test_the_form_works(page: Page, address: str) -> None:
    page.goto(f"{address}using-aws-cognito/#live?region=eu-central-1")
    region = page.locator("[data-live=region]").first
    assert region.text_content() == "eu-central-1"  # and the form is open
    page.get_by_label("Application name", exact=True).fill("Acme Data")
    assert page.locator("[data-live=APPLICATION_NAME]").first.text_content() == "Acme Data"
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("document.querySelector('.live output').textContent == 'Copied.'")
    assert "#live?" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Reset").click()
    assert region.text_content() == "us-east-2"


def test_search_and_copy_work(page: Page, address: str) -> None:
    page.goto(f"{address}using-aws-cognito/")
    page.wait_for_load_state("networkidle")
    block = page.locator(".highlight", has_text="set_oidc_constants.py").first
    block.hover()
    block.locator("button[data-clipboard-target], button.md-code__button").first.click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("python3 set_oidc_constants")
    page.keyboard.press("/")
    page.keyboard.type("Frankfurt", delay=20)
    in_material = page.locator(".md-search-result__item", has_text="Frankfurt")
    in_zensical = page.get_by_text("Europe (Frankfurt)")
    in_material.or_(in_zensical).filter(visible=True).first.wait_for(timeout=10_000)


def test_a_script_of_someone_else_does_not_run(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'),"
        " {textContent: 'window.ran = true'}))"
    )
    assert page.evaluate("window.ran") is None
    page.close()


@pytest.mark.parametrize(
    "inline", ["<p onclick='x()'>", "<p style='color: red'>", "<style>p {}</style>"]
)
def test_what_no_hash_allows_is_refused(tmp_path: Path, inline: str) -> None:
    (tmp_path / "index.html").write_text(inline, encoding="utf-8")
    with pytest.raises(InlineError, match=r"index\.html"):
        policy(tmp_path)
