"""What tests share: a clean environment, sites built once, a browser, and a tab for each file."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

import sites
from sites import GENERATORS, Build, serve
from value_sets import VALUE_SETS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

_PARAMETERS = set(VALUE_SETS["awkward"])  # which sets them all


def pytest_configure(config: pytest.Config) -> None:
    """Let hypothesis try a sample, or all; tests give their share of it. No test asserts a time."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a background job of a shell
        signal.signal(signal.SIGINT, signal.default_int_handler)
    examples = 100 if config.getoption("--runbook-full") else 20
    hypothesis.settings.register_profile("project", deadline=None, max_examples=examples)
    hypothesis.settings.load_profile("project")


@pytest.fixture(scope="session")
def is_full(request: pytest.FixtureRequest) -> bool:
    """Return whether everything runs, as with `make test MATRIX=full`, and not a sample."""
    return bool(request.config.getoption("--runbook-full"))


@pytest.fixture(autouse=True)
def no_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no parameter of the developer's shell into a test."""
    for name in _PARAMETERS & set(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")


# What is made once for all workers of a run: they inherit this name from the first process.
if sites.SHARED not in os.environ:
    sites.share(Path(tempfile.mkdtemp(prefix="guide-tests-")))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove what was built, when the last worker is done."""
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(os.environ.pop(sites.SHARED), ignore_errors=True)


@pytest.fixture(scope="session")
def built_site() -> Build:
    """Return a function that builds the guide, once: `built("zensical", {"REGION": …})`."""

    def build(generator: str, values: Mapping[str, str] | None = None) -> Path:
        name = f"{generator} {sorted((values or {}).items())}"
        folder = sites.once(name, lambda making: sites.build(generator, making / "site", values))
        return folder / "site"

    return build


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take what a sample has of the tests so marked, unless all is to run."""
    if config.getoption("--runbook-full"):
        return
    left_out = {item for item in items if item.get_closest_marker("only_full")}
    turns: dict[str, int] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("one_generator"):
            generator = str(item.callspec.params["generator"])
            turn = turns.setdefault(item.nodeid.replace(generator, ""), len(turns))
            if GENERATORS[turn % len(GENERATORS)] != generator:
                left_out.add(item)
    config.hook.pytest_deselected(items=[*left_out])
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return what starts browsers, of which a process can have one."""
    # takes long: only for tests with a browser
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # milliseconds, as for actions: a busy machine is slow
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Browser:
    """Return the headless browser of this worker, which makes no requests to its vendor."""
    import chromium

    return playwright.chromium.launch(executable_path=chromium.find(), args=chromium.QUIET)


@pytest.fixture(scope="module", params=GENERATORS)
def generator(request: pytest.FixtureRequest) -> str:
    """Return the name of a site generator."""
    return str(request.param)


@pytest.fixture(scope="module")
def address(generator: str, built_site: Build) -> Iterator[str]:
    """Serve the guide and return its address, which ends in a slash."""
    with serve(built_site(generator)) as address:
        yield address


@pytest.fixture(scope="session")
def context(browser: Browser, is_full: bool) -> Iterator[BrowserContext]:
    """Return a profile for all tabs: the first page of a new one costs two CPU seconds."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    if is_full:
        context.add_init_script(path=Path(__file__).parent / "browser" / "late_events.js")
    yield context
    context.close()


@pytest.fixture(scope="module")
def tab(context: BrowserContext) -> Iterator[Page]:
    """Return the one tab of a file of tests."""
    page = context.new_page()
    yield page
    page.close()


@pytest.fixture
def clean_tab(tab: Page) -> Iterator[Page]:
    """Return the tab with nothing of another test in it."""
    tab.set_viewport_size({"width": 1280, "height": 900})
    yield tab
    tab.unroute_all()
    tab.evaluate("localStorage.clear(); sessionStorage.clear()")
    tab.goto("about:blank")  # from where an address with a fragment loads its page anew
    tab.emulate_media(  # last, since the theme of an open page stores each change of colors
        media="null", color_scheme="null", forced_colors="null", reduced_motion="null"
    )


@pytest.fixture
def page(clean_tab: Page, address: str) -> Iterator[Page]:
    """Return the start page as on a first visit; nothing may fail on it."""
    errors: list[str] = []

    def on_error(error: object) -> None:
        errors.append(str(error))

    clean_tab.on("pageerror", on_error)
    clean_tab.goto(address)
    clean_tab.locator(".live summary").wait_for()
    yield clean_tab
    clean_tab.remove_listener("pageerror", on_error)
    assert errors == []
