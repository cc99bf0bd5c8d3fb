"""Nothing gets in: hostile values through every entrance of the reader's script, in a browser.

`test_live_script.py` puts every value through the rule for every parameter, without a browser. Here
each entrance has to go through that rule, and nothing of the page but its values may ever change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
import yaml
from playwright.sync_api import ConsoleMessage, Dialog, Error, Page, Request

import kitchen_sink
from hostile import KEYS, LOOKALIKES, STORAGE_TEXTS, VALUES
from mkdocs_macros_runbook.values.printed_values import RULE
from mkdocs_macros_runbook.values.runbook_section import read
from mkdocs_macros_runbook.values.text import objection
from sites import serve

IN_PAGE = Path(__file__).with_name("hostile.js").read_text(encoding="utf-8")
ENTRANCES = ["fragment", "hand-made fragment", "storage", "paste", "typing"]
PARAMETERS = read(
    yaml.safe_load(kitchen_sink.DECLARATION)["extra"]["runbook"], Path(), lambda _path: ""
).parameters
LABELS = {name: parameter.label for name, parameter in PARAMETERS.items()}
#: the reader's own, before anything hostile comes
OWN_VALUES = {
    "team": "Acme Data",
    "network": "island",
    "rack": "island-7",
    "prefix": "acme",
    "motto": "Ad astra",
}
# Without what makes a page anew at its first fragment, as the guide is.
CONFIG = kitchen_sink.CONFIG.replace("navigation.instant, ", "")
# It has the field for output, since a block of it prints values.
PAGE = kitchen_sink.PAGE + '\n```bash sets="network rack"\nmake-rack\n```\n'
#: a value this long is a giant: it takes a second of a browser in every shape of every entrance
GIANT = 5000
# Zensical's own script looks for an element of the fragment's name without escaping it, and decodes
# it without care: some fragments make it fail, whether a site has live values or not.
ZENSICAL_FAILS = ("Failed to execute 'querySelector' on 'Document': '[id=\"", "URI malformed")
# what JavaScript takes off the ends of a text
SPACE = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def is_allowed(value: str) -> bool:
    """Say whether a parameter allows `value`, so that it may change what the page says."""
    text = value.strip(SPACE)
    networks = PARAMETERS["network"].options or {}
    return not text or any(
        objection(text, parameter.characters) is None and parameter.fits(text, {"network": network})
        for parameter in PARAMETERS.values()
        for network in networks
    )


def cleaned(text: str) -> str:
    """Return a text without what terminals, chats and word processors add to it."""
    for pattern, plain in RULE["cleaned"]:
        text = re.sub(pattern, plain, text)
    return text


def may_change(value: str, entrance: str) -> bool:
    """Say whether `value` may change what the page says, as it arrives through an entrance."""
    arriving = [value]
    if entrance == "hand-made fragment":  # where the browser and the query's rules take their part
        typed = re.sub("[\t\n\r]", "", value)
        arriving = [text for _, text in parse_qsl(f"x={typed}", keep_blank_values=True)]
    elif entrance == "typing":  # in a field of one line, whose quotation marks are not meant
        typed = re.sub("[\n\r]", "", value)
        mended = re.sub(f"[{SPACE}]+", " ", cleaned(typed)).strip()
        bare = re.sub("^[\"'`]|[\"'`]?[,;]?$", "", mended)
        arriving = [typed, mended, bare, re.sub(r"^https?://|/$", "", bare, flags=re.IGNORECASE)]
    if entrance in ("typing", "paste"):  # a rack is found in any text
        arriving += [cleaned(value), " ".join(cleaned(value).split())]
        arriving += re.findall(r"(?<![\w-])(?:office|lab|island)-[0-9]{1,3}(?![\w-])", value)
    return any(map(is_allowed, arriving))


Pack = dict[str, str]


def packs(values: list[str]) -> list[Pack]:
    """Return `values` by parameters: in each pack another one for every parameter."""
    size = len(PARAMETERS)
    return [
        dict(zip(PARAMETERS, values[first : first + size], strict=False))
        for first in range(0, len(values), size)
    ]


def sweeps(entrance: str, is_full: bool) -> list[tuple[Pack, bool]]:
    """Return what to send through an entrance, each with whether the page may change then.

    In full that is every value for every name. Else the values that no parameter allows come in
    packs, and every fourth of the rest alone, for the parameter that allows most.
    """
    if is_full:
        names = ["motto"] if entrance == "hand-made fragment" else [*PARAMETERS, *KEYS]
        return [(dict.fromkeys(names, value), may_change(value, entrance)) for value in VALUES]
    small = [value for value in VALUES if len(value) <= GIANT]
    legal = [value for value in small if may_change(value, entrance)]
    illegal = [value for value in small if value not in legal]
    alone = legal[ENTRANCES.index(entrance) % 4 :: 4]
    return [(pack, False) for pack in packs(illegal)] + [({"motto": one}, True) for one in alone]


#: what to take of a list: all of it where everything is to run, else every `step`th
Sample = Callable[[list[str], int], list[str]]


@pytest.fixture
def sample(is_full: bool) -> Sample:
    return lambda values, step: values if is_full else values[::step]


@pytest.fixture(scope="module")
def address(generator: str) -> Iterator[str]:
    with serve(kitchen_sink.site(generator, CONFIG, page=PAGE)) as address:
        yield address


@pytest.fixture
def page(clean_tab: Page, generator: str, address: str) -> Iterator[Page]:
    """Return a page that reports everything that a hostile value could bring about."""
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
        if not request.url.startswith((address, "data:image/")):
            wrong.append(f"request: {request.url}"[:500])

    def on_popup(popup: Page) -> None:
        wrong.append(f"popup: {popup.url}")

    listeners: dict[Any, Any] = {
        "dialog": on_dialog,
        "pageerror": on_error,
        "console": on_console,
        "request": on_request,
        "popup": on_popup,
    }
    for event, listener in listeners.items():
        clean_tab.on(event, listener)
    open_page(clean_tab, address)
    clean_tab.locator(".tabbed-labels a").first.wait_for(state="attached")  # the theme's last work
    yield clean_tab
    for event, listener in listeners.items():
        clean_tab.remove_listener(event, listener)
    assert wrong == []


@pytest.fixture(scope="module")
def tab(tab: Page) -> Page:
    tab.add_init_script(IN_PAGE)
    return tab


def open_page(page: Page, address: str) -> Page:
    """Open the page anew and wait for the form."""
    page.goto(address)
    page.locator(".live summary").wait_for()
    return page


def on_page(page: Page, what: str, *arguments: Any) -> Any:
    return page.evaluate(f"(values) => hostile.{what}(...values)", arguments)


@pytest.mark.one_generator
@pytest.mark.parametrize("entrance", ENTRANCES)
def test_nothing_gets_in(page: Page, generator: str, entrance: str, is_full: bool) -> None:
    on_page(page, "paste", json.dumps(OWN_VALUES))
    assert on_page(page, "shown")["now"] == " · ".join(OWN_VALUES.values())
    on_page(page, "watch")
    packs = sweeps(entrance, is_full and generator == "mkdocs")  # both have the same script
    assert on_page(page, "send", entrance, packs, LABELS) == []


@pytest.mark.one_generator
def test_a_giant_is_refused(page: Page, sample: Sample) -> None:
    on_page(page, "watch")
    large = [value for value in VALUES if len(value) > GIANT]
    assert len(large) > 8
    giants = [({"motto": value}, False) for value in sample(large, 2)]
    assert on_page(page, "send", "paste", giants, LABELS) == []


@pytest.mark.one_generator
def test_a_name_of_strange_letters_is_text(page: Page, is_full: bool) -> None:
    on_page(page, "watch")
    for number, entrance in enumerate(ENTRANCES):
        for value in LOOKALIKES if is_full else LOOKALIKES[number :: len(ENTRANCES)]:
            assert on_page(page, "send", entrance, [({"motto": value}, True)], LABELS) == []
            assert on_page(page, "shown")["motto"] == value


@pytest.mark.one_generator
def test_what_is_stored_is_read_with_care(page: Page) -> None:
    on_page(page, "watch")
    values = [({"stored": text}, False) for text in STORAGE_TEXTS]
    assert on_page(page, "send", "whole storage", values, LABELS) == []


@pytest.mark.one_generator
def test_a_key_that_is_no_parameter_is_left_alone(page: Page) -> None:
    on_page(page, "watch")
    values = [(dict.fromkeys(KEYS, value), False) for value in ("lab", "Acme", "1")]
    for entrance in ("fragment", "storage", "paste"):
        assert on_page(page, "send", entrance, values, LABELS) == []


@pytest.mark.one_generator
def test_nothing_gets_in_while_a_page_loads(page: Page, address: str, sample: Sample) -> None:
    plain = on_page(page, "watch")
    short = [value for value in VALUES if len(value) <= 100_000]
    for number, pack in enumerate(packs(sample(short, 24))):
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        open_page(page, f"{address}?{number}#live?{encoded(pack)}")
        page.evaluate("document.querySelector('.live__offer button')?.click()")
        assert on_page(page, "arrived", plain, any(map(is_allowed, pack.values()))) == []


@pytest.mark.one_generator
def test_nothing_gets_in_from_an_earlier_visit(page: Page, address: str, sample: Sample) -> None:
    plain = on_page(page, "watch")
    on_page(page, "paste", json.dumps(OWN_VALUES))
    (key,) = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('live:'))")
    packed = {json.dumps(pack): pack for pack in packs(sample(VALUES, 24))}
    for number, text in enumerate([*sample(STORAGE_TEXTS, 17), *packed]):
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        storage = ("localStorage", "sessionStorage")[number % 2]
        page.evaluate(f"([key, text]) => {storage}.setItem(key, text)", [key, text])
        open_page(page, address)
        may_change = any(map(is_allowed, packed.get(text, {}).values()))
        assert on_page(page, "arrived", plain, may_change) == []


@pytest.mark.one_generator
def test_a_query_says_nothing(page: Page, address: str, sample: Sample) -> None:
    plain = on_page(page, "watch")
    short = [value for value in VALUES if len(value) <= 1000]  # a server takes no more
    for pack in [OWN_VALUES, *packs(sample(short, 60))]:
        open_page(page, f"{address}?live?{encoded(pack)}&live&{encoded(pack)}")
        assert on_page(page, "arrived", plain, False) == []


def encoded(values: Mapping[str, str]) -> str:
    return urlencode(values, errors="surrogatepass")


@pytest.mark.one_generator
def test_harm_is_seen(page: Page) -> None:
    plain = on_page(page, "watch")
    for harm in [
        "document.querySelector('h1').append(document.createElement('b'))",
        "document.querySelector('article p').append(new Text('x'))",
        "document.querySelector('[data-live=motto]').innerHTML = '<b>x</b>'",
        "document.querySelector('[data-live=motto]').textContent = 'x'",
        "document.querySelector('[data-live-href]').href = 'javascript:x'",
        "document.querySelector('[data-live-href]').setAttribute('onclick', '')",
        "document.querySelector('.live input').setAttribute('autofocus', '')",
        "document.body.append(document.createElement('p')); document.body.lastChild.remove()",
        "Object.prototype.polluted = 1",
    ]:
        on_page(page, "watch")
        page.evaluate(harm)
        assert on_page(page, "faults", False) != [], harm
    page.evaluate("document.querySelector('article p').setAttribute('onclick', '')")
    assert on_page(page, "arrived", plain, True) != [], "a handler that is there from the start"
