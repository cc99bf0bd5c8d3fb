"""Nothing gets in: hostile values through every entrance of the reader's script, in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from mkdocs.config import load_config
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Error,
    Page,
    Request,
    sync_playwright,
)

import chromium
from hostile import KEYS, LOOKALIKES, STORED, VALUES
from mkdocs_macros_runbook.values.declaration import read
from mkdocs_macros_runbook.values.text import objection
from sites import GENERATORS, PROJECT, Build, serve

GUIDE = "using-aws-cognito/"  # the page with the most in it
IN_PAGE = (PROJECT / "tests" / "browser" / "hostile.js").read_text(encoding="utf-8")
ENTRANCES = ["fragment", "hand-made fragment", "storage", "paste", "typing"]
PARAMETERS = read(
    load_config(str(PROJECT / "mkdocs.yml"))["extra"]["runbook"], PROJECT, lambda _path: ""
).parameters
LABELS = {name: parameter.label for name, parameter in PARAMETERS.items()}
#: the reader's own, before anything hostile comes
KEPT = {
    "APPLICATION_NAME": "Acme Data",
    "user_pool_id": "eu-central-1_Ab1Cd2Ef3",
    "client_id": "1a2b3c4d5e",
    "api_id": "xyz789abcd",
    "first_username": "grace",
    "first_user_email": "grace@example.org",
    "first_user_full_name": "Grace Hopper",
    "issuer_type": "UPDATED",
}
# Zensical's own script looks for an element of the fragment's name without escaping it, and decodes
# it without care: some fragments make it fail, whether a site has live values or not.
ZENSICAL_FAILS = ("Failed to execute 'querySelector' on 'Document': '[id=\"", "URI malformed")
# what JavaScript takes off the ends of a text
SPACE = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def allowed(value: str) -> bool:
    """Say whether a parameter allows `value`, so that it may change what the page says."""
    text = value.strip(SPACE)
    regions = PARAMETERS["region"].options or {}
    return not text or (
        objection(text) is None
        and any(
            parameter.fits(text, {"region": region})
            for parameter in PARAMETERS.values()
            for region in (regions if parameter.bound_to else [""])
        )
    )


def may_change(value: str, entrance: str) -> bool:
    """Say whether `value` may change what the page says, as it arrives through an entrance."""
    arriving = [value]
    if entrance == "hand-made fragment":  # where the browser and the query's rules take their part
        typed = re.sub("[\t\n\r]", "", value)
        arriving = [text for _, text in parse_qsl(f"x={typed}", keep_blank_values=True)]
    elif entrance == "typing":  # in a field of one line
        arriving = [re.sub("[\n\r]", "", value)]
    elif entrance == "paste" and value.startswith('{"region":"'):  # which may be a good one
        arriving += json.loads(value).values()
    return any(map(allowed, arriving))


def some(values: list[str], generator: str) -> list[str]:
    """Return all `values` for MkDocs, and every fifth for a shorter pass."""
    return values if generator == "mkdocs" else values[::5]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # which else counts the changes of a fragment, and stops them
    arguments = [*chromium.QUIET, "--disable-ipc-flooding-protection"]
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium.find(), args=arguments)


@pytest.fixture(scope="module", params=GENERATORS)
def generator(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def address(generator: str, built: Build) -> Iterator[str]:
    with serve(built(generator)) as address:
        yield address + GUIDE


@pytest.fixture
def start(address: str) -> str:
    """The start page, which is the quickest to load."""
    return address.removesuffix(GUIDE)


@pytest.fixture
def page(browser: Browser, generator: str, address: str) -> Iterator[Page]:
    """A page that tells of everything that a hostile value could bring about."""
    context = browser.new_context()
    context.add_init_script(IN_PAGE)
    wrong: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def on_error(error: Error) -> None:
        theirs = str(error).startswith(ZENSICAL_FAILS) and "live.js" not in (error.stack or "")
        if not (theirs and generator == "zensical" and "/bundle." in (error.stack or "")):
            wrong.append(f"error: {error}"[:500])

    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(f"console: {message.text}"[:500])

    def on_request(request: Request) -> None:
        if not request.url.startswith((address.removesuffix(GUIDE), "data:image/")):
            wrong.append(f"request: {request.url}"[:500])

    page = context.new_page()
    page.on("dialog", on_dialog)
    page.on("pageerror", on_error)
    page.on("console", on_console)
    page.on("request", on_request)
    page.on("popup", lambda popup: wrong.append(f"popup: {popup.url}"))
    yield page
    context.close()
    assert wrong == []


def opened(page: Page, address: str) -> Page:
    """Open the page anew and wait for the form."""
    page.goto(address, wait_until="commit")
    page.locator(".live summary").wait_for()
    return page


def on_page(page: Page, what: str, *given: Any) -> Any:
    return page.evaluate(f"given => hostile.{what}(...given)", given)


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_nothing_gets_in(page: Page, generator: str, address: str, entrance: str) -> None:
    opened(page, address)
    if entrance != "storage":  # which replaces them all
        on_page(page, "paste", json.dumps(KEPT))
        assert on_page(page, "shown").items() >= {"region": "eu-central-1"}.items()
    on_page(page, "watch")
    values = [(value, may_change(value, entrance)) for value in some(VALUES, generator)]
    assert on_page(page, "send", entrance, values, LABELS, KEYS) == []


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_a_name_of_strange_letters_is_text(page: Page, address: str, entrance: str) -> None:
    opened(page, address)
    on_page(page, "watch")
    name = {"APPLICATION_NAME": LABELS["APPLICATION_NAME"]}
    for value in LOOKALIKES:
        assert on_page(page, "send", entrance, [(value, True)], name, []) == []
        assert on_page(page, "shown")["APPLICATION_NAME"] == value


def test_what_is_stored_is_read_with_care(page: Page, address: str) -> None:
    opened(page, address)
    on_page(page, "watch")
    values = [(stored, False) for stored in STORED]
    assert on_page(page, "send", "whole storage", values, LABELS, KEYS) == []


def test_a_key_that_is_no_parameter_is_left_alone(page: Page, address: str) -> None:
    opened(page, address)
    on_page(page, "watch")
    values = [(value, False) for value in ("eu-west-1", "Acme", "eu-west-1_Ab1Cd2Ef3")]
    for entrance in ("fragment", "storage", "paste"):
        assert on_page(page, "send", entrance, values, {}, KEYS) == []


def test_nothing_gets_in_while_a_page_loads(page: Page, generator: str, start: str) -> None:
    opened(page, start)
    plain = on_page(page, "watch")
    for number, given in enumerate(packs(some(VALUES, generator), 100_000)):
        page.evaluate("localStorage.clear()")
        opened(page, f"{start}?{number}#live?{encoded(given)}")
        assert arrived(page, plain, given.values()) == []


def test_nothing_gets_in_from_an_earlier_visit(page: Page, generator: str, start: str) -> None:
    opened(page, start)
    plain = on_page(page, "watch")
    on_page(page, "paste", json.dumps(KEPT))
    (key,) = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('live:'))")
    packed = {json.dumps(given): given.values() for given in packs(some(VALUES, generator), 10**6)}
    for stored in [*STORED[::5], *packed]:
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, stored])
        opened(page, start)
        assert arrived(page, plain, packed.get(stored, [])) == []


def test_a_query_says_nothing(page: Page, generator: str, start: str) -> None:
    opened(page, start)
    plain = on_page(page, "watch")
    for given in packs(["eu-west-1", *some(VALUES, generator)], 1000):  # a server takes no more
        opened(page, f"{start}?live?{encoded(given)}&live&{encoded(given)}")
        assert arrived(page, plain, []) == []


def packs(values: list[str], longest: int) -> Iterator[dict[str, str]]:
    """Yield the values for one page each: another for every parameter."""
    short = [value for value in values if len(value) <= longest]
    for first in range(0, len(short), len(PARAMETERS)):
        yield dict(zip(PARAMETERS, short[first:], strict=False))


def encoded(given: Mapping[str, str]) -> str:
    return urlencode(given, errors="surrogatepass")


def arrived(page: Page, plain: Any, given: Iterable[str]) -> Any:
    """Return what is wrong with a page that has just been loaded, where `plain` is expected."""
    on_page(page, "watch", plain)
    return on_page(page, "faults", any(map(allowed, given)))
