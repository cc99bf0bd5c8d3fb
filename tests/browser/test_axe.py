"""What is ours is accessible: axe-core finds nothing, and the keyboard does everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from sites import GENERATORS, PROJECT, Build, serve

AXE = PROJECT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
OURS = [".live", "article figure"]  # all else is the theme's
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GUIDE = "using-aws-cognito/"


@pytest.fixture(scope="module", params=GENERATORS)
def address(request: pytest.FixtureRequest, built: Build) -> Iterator[str]:
    with serve(built(request.param)) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address + GUIDE)
    page.locator(".live summary").wait_for()
    yield page
    context.close()


def violations(page: Page) -> list[str]:
    """Return what axe-core finds in what is ours, a line each.

    It judges the colours of what is in sight only, so the form is scrolled to its end.
    """
    found = page.evaluate(
        """async ([ours, rules]) => {
            const include = ours.filter((one) => document.querySelector(one)).map((one) => [one]);
            const options = { runOnly: rules, resultTypes: ["violations"] };
            const form = document.querySelector(".live form");
            const found = new Set();
            let before;
            do {
                const { violations } = await axe.run({ include }, options);
                for (const { id, nodes } of violations)
                    for (const node of nodes)
                        found.add(`${id}: ${node.html} ${node.failureSummary}`);
                before = form.scrollTop;
                form.scrollTop += form.clientHeight / 2;
            } while (form.scrollTop > before);
            form.scrollTop = 0;
            return [...found];
        }""",
        [OURS, RULES],
    )
    return list(map(str, found))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(browser: Browser, address: str, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto(address + GUIDE)
    summary = page.locator(".live summary")
    summary.wait_for()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    assert violations(page) == [], "closed"
    summary.click()
    assert violations(page) == [], "open"
    field = page.get_by_label("Client ID", exact=True)
    field.fill("<b>")
    field.blur()
    expect(field).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Output of a script").fill("{}")
    assert violations(page) == [], "with a fault shown, and a sentence said"
    for button in page.locator(".live button").all():
        button.focus()
        settle(page)
        assert violations(page) == [], "with the focus on a button"
        button.hover()
        settle(page)
        assert violations(page) == [], "with the pointer on a button"
    page.goto(address)
    assert page.locator("article figure").count() == 1
    assert violations(page) == [], "the figure of the start page"
    context.close()


def settle(page: Page) -> None:
    """Wait until the theme has faded in its colours."""
    page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")
    page.wait_for_function("document.getAnimations().length === 0")


def test_axe_would_find_something(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.add_init_script(path=AXE)
    page.goto(address + GUIDE)
    page.locator(".live summary").click()
    page.evaluate("document.querySelector('.live label').remove()")
    page.evaluate("document.querySelector('.live small').style.color = '#ccc'")
    found = " ".join(violations(page))
    assert "color-contrast" in found
    assert "label-title-only:" in found
    page.close()


def focused(page: Page) -> str:
    """Return what has the focus, by its label or its text; empty where it is not in the form."""
    return str(
        page.evaluate(
            """() => {
                const node = document.activeElement;
                if (!node.closest(".live")) return "";
                return node.labels?.[0]?.textContent || node.textContent.trim();
            }"""
        )
    )


def test_every_control_is_reached_by_tab_and_seen(page: Page) -> None:
    page.locator(".live summary").focus()
    page.keyboard.press("Enter")
    wanted = page.locator(".live :is(input, select, textarea, button)").evaluate_all(
        "nodes => nodes.map(node => node.labels?.[0]?.textContent || node.textContent.trim())"
    )
    assert len(wanted) > 10
    reached = []
    page.keyboard.press("Tab")
    while label := focused(page):
        reached.append(label)
        style = "getComputedStyle(document.activeElement)"
        assert page.evaluate(f"{style}.outlineStyle") != "none", label
        assert page.evaluate(f"parseFloat({style}.outlineWidth)") >= 1, label
        box = page.evaluate(
            "(({top, bottom}) => [top, bottom])(document.activeElement.getBoundingClientRect())"
        )
        assert 0 <= box[0] < box[1] <= 900, f"{label} is in sight"
        page.keyboard.press("Tab")
    assert sorted(reached) == sorted(wanted)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_form_opens_and_closes_by_keyboard(page: Page, key: str) -> None:
    field = page.get_by_label("Application name", exact=True)
    page.locator(".live summary").focus()
    page.keyboard.press(key)
    expect(field).to_be_visible()
    page.keyboard.press(key)
    expect(field).to_be_hidden()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_buttons_work_by_keyboard(page: Page, key: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    name = page.locator("[data-live=APPLICATION_NAME]").first
    page.locator(".live summary").press(key)
    page.get_by_label("Application name", exact=True).press_sequentially("Acme Data")
    expect(name).to_have_text("Acme Data")
    page.keyboard.press("Enter")  # which sends a form elsewhere
    expect(name).to_have_text("Acme Data")
    page.get_by_role("button", name="Copy link").press(key)
    expect(page.locator(".live output")).to_contain_text("Copied")
    page.get_by_role("button", name="Reset").press(key)
    expect(name).to_have_text("MLSpace")


def test_a_region_is_chosen_by_keyboard(page: Page) -> None:
    page.locator(".live summary").press("Enter")
    page.get_by_label("AWS Region", exact=True).press_sequentially("Frankfurt")
    page.keyboard.press("Tab")
    expect(page.locator("[data-live=region]").first).to_have_text("eu-central-1")


def test_a_fault_is_announced(page: Page) -> None:
    page.locator(".live summary").press("Enter")
    field = page.get_by_label("Client ID", exact=True)
    before = described(page)
    field.press_sequentially("no/id")
    page.keyboard.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert described(page) != before
    said = page.get_by_role("status").and_(page.locator(".live output"))  # a live region
    expect(said).to_contain_text("Client ID")
    field.fill("abc123")
    page.keyboard.press("Tab")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    assert described(page) == before


def described(page: Page) -> str:
    """Return the text that describes the field of the client ID."""
    field = page.get_by_label("Client ID", exact=True)
    return str(
        field.evaluate(
            "node => node.getAttribute('aria-describedby').split(' ')"
            ".map(id => document.getElementById(id).textContent).join(' ')"
        )
    )


def test_nothing_of_ours_moves(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.locator(".live summary").press("Enter")
    moving = page.evaluate(
        """ours => [...document.querySelectorAll(ours.flatMap((one) => [one, `${one} *`]).join())]
            .filter((node) => !node.matches(".md-button"))  // the theme's
            .filter((node) => {
                const { animationName, transitionDuration } = getComputedStyle(node);
                return animationName !== "none" || !/^0s(, 0s)*$/.test(transitionDuration);
            })
            .map((node) => node.outerHTML.slice(0, 200))""",
        OURS,
    )
    assert moving == []


def test_the_form_is_seen_in_colours_of_the_readers_system(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.locator(".live summary").press("Enter")
    field = page.get_by_label("Client ID", exact=True)
    field.press_sequentially("<")
    assert field.evaluate("node => getComputedStyle(node).outlineStyle") != "none"
    page.keyboard.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    style = "node => [getComputedStyle(node).borderTopStyle, getComputedStyle(node).borderTopWidth]"
    assert field.evaluate(style)[0] == "solid"
    assert float(field.evaluate(style)[1].removesuffix("px")) >= 1
    colours = "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
    text, background = field.evaluate(colours)
    assert text != background
