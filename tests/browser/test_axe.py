"""What is ours is accessible: axe-core finds nothing, and the keyboard does everything."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sites import PROJECT

AXE = PROJECT / "tests" / "node_modules" / "axe-core" / "axe.min.js"
OURS = [".live", "article figure"]  # what moves in the rest is the theme's
WHOLE = ["html"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLORS = ["color-contrast"]
GUIDE, REGIONS = "using-aws-cognito/", "regions/"
PAGES = ["", GUIDE, REGIONS, "scripts/", "troubleshooting/", "costs-and-permissions/"]
PAGES += ["verification/", "plugin/", "plugin/publish/", "plugin/verification/"]
PAGES += ["plugin/architecture/", "plugin/vocabulary/"]


def violations(
    page: Page, ours: list[str], rules: list[str] = RULES, *, is_scrolled: bool = False
) -> list[str]:
    """Return what axe-core finds in what is `ours`, a line each.

    It judges the colors of what is in sight only, so a form can be scrolled to its end.
    """
    settle(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    lines = page.evaluate(
        """async ([ours, rules, colors, isScrolled]) => {
            const include = ours.map((one) => [one]);
            const form = document.querySelector(".live .live__form") ?? {};
            const found = new Set();
            let before;
            do {
                const runOnly = before === undefined ? rules : colors;
                const resultTypes = ["violations"];
                const options = { runOnly, resultTypes, selectors: false, preload: false };
                const { violations } = await axe.run({ include }, options);
                for (const { id, nodes } of violations)
                    for (const node of nodes)
                        found.add(`${id}: ${node.html} ${node.failureSummary}`);
                before = form.scrollTop;
                if (isScrolled) form.scrollTop += form.clientHeight - 50;
            } while (form.scrollTop > before);
            if (isScrolled) form.scrollTop = 0;
            return [...found];
        }""",
        [ours, rules, COLORS, is_scrolled],
    )
    return list(map(str, lines))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the audit each size and each color scheme, or each of one with each of the other."""
    if "width" in metafunc.fixturenames:
        screens = [(1280, "light"), (390, "dark")]
        if metafunc.config.getoption("--runbook-full"):
            screens += [(1280, "dark"), (390, "light")]
        metafunc.parametrize(("width", "scheme"), screens)


@pytest.mark.one_generator
def test_axe_finds_nothing(
    clean_tab: Page, address: str, width: int, scheme: str, is_full: bool
) -> None:
    page = clean_tab
    page.goto("about:blank")  # since the theme stores what it makes of a change of colors
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    # The longest page, and the one with the most links; the form is the same on all.
    sample = [REGIONS] if scheme == "dark" else [GUIDE, "404.html"]
    for path in [*PAGES, "404.html"] if is_full else sample:
        page.goto(address + path)
        assert violations(page, WHOLE) == [], path
    if is_full or scheme == "dark":
        audit(page, address, scheme, is_full=is_full)


@pytest.mark.only_full
@pytest.mark.one_generator
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark", "forced"])
def test_axe_finds_nothing_with_the_form_closed_and_open(
    clean_tab: Page, address: str, path: str, scheme: str
) -> None:
    page = clean_tab
    page.goto("about:blank")
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light",
        forced_colors="active" if scheme == "forced" else "none",
    )
    page.goto(address + path)
    is_shown = (
        "([forced, dark]) => matchMedia('(forced-colors: active)').matches === forced"
        " && matchMedia('(prefers-color-scheme: dark)').matches === dark"
    )
    page.wait_for_function(is_shown, arg=[scheme == "forced", scheme == "dark"])
    # The browser may take them up after the page, and the theme only looks at its start.
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_function(is_shown, arg=[scheme == "forced", scheme == "dark"])
    colors = page.evaluate("document.body.dataset.mdColorScheme")
    assert colors == ("slate" if scheme == "dark" else "default")
    for size in (1280, 768):
        page.set_viewport_size({"width": size, "height": 900})
        assert violations(page, WHOLE) == [], size
        page.locator(".live summary").first.click()
        assert violations(page, WHOLE) == [], f"{size}, open"
        page.keyboard.press("Escape")


def audit(page: Page, address: str, scheme: str, *, is_full: bool) -> None:
    """Let axe-core look at the start page's figure, and at the form in each of its states."""
    page.goto(address)
    summary = page.locator(".live summary")
    summary.wait_for()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    assert page.locator("article figure").count() == 1
    assert violations(page, WHOLE) == [], "closed"
    summary.click()
    assert violations(page, [".live"], is_scrolled=True) == [], "open"
    field = page.get_by_label("Client ID", exact=True)
    field.click()
    page.keyboard.type("<b>")
    page.keyboard.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".live output")).not_to_be_empty()
    assert violations(page, [".live"]) == [], "with a fault shown, and a sentence said"
    page.get_by_label("Issuer type", exact=True).click()
    for button in page.locator(".live button").all()[: None if is_full else 1]:
        page.keyboard.press("Tab")
        expect(button).to_be_focused()
        assert violations(page, [".live button"], COLORS) == [], "with the focus on a button"
        button.hover()
        assert violations(page, [".live button"], COLORS) == [], "with the pointer on a button"


def settle(page: Page) -> None:
    """Wait until the theme has faded in its colors."""
    # Chromium may list one that has ended for ever, and never resolve its promise.
    page.wait_for_function("document.getAnimations().every((one) => one.playState !== 'running')")


@pytest.mark.one_generator
def test_axe_would_find_something(page: Page) -> None:
    page.locator(".live summary").click()
    page.evaluate("document.querySelector('.live label').remove()")
    assert "label-title-only:" in " ".join(violations(page, [".live"]))
    page.evaluate("[...document.querySelectorAll('.live small')].at(-1).style.color = '#ccc'")
    assert "color-contrast" in " ".join(violations(page, [".live"], is_scrolled=True))
    page.evaluate("document.querySelector('.live button').style.color = '#ccc'")
    page.locator(".live button").first.hover()
    assert "color-contrast" in " ".join(violations(page, [".live button"], COLORS))


LABEL = """() => {
    const node = document.activeElement;
    if (!node.closest(".live")) return "";
    return node.labels?.[0]?.textContent || node.textContent.trim();
}"""


def focused(page: Page) -> str:
    """Return what has the focus, by its label or its text; empty where it is not in the form."""
    return str(page.evaluate(LABEL))


def arrive(page: Page) -> None:
    """Press Tab from the top of the page until the form has the focus."""
    for _ in range(100):
        page.keyboard.press("Tab")
        if focused(page):
            break
    expect(page.locator(".live summary")).to_be_focused()


def tab_to(page: Page, label: str) -> None:
    """Press Tab within the form until the control of that label has the focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if focused(page).startswith(label):
            return
    raise AssertionError(f"Tab does not reach {label}")


def is_seen(page: Page) -> bool:
    """Return whether what has the focus is in sight, with a frame around it."""
    return bool(
        page.evaluate(
            """() => {
                const { top, bottom } = document.activeElement.getBoundingClientRect();
                const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
                const isFramed = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
                return isFramed && 0 <= top && top < bottom && bottom <= innerHeight;
            }"""
        )
    )


@pytest.mark.one_generator
def test_every_control_is_reached_by_tab_and_seen(page: Page) -> None:
    arrive(page)
    assert is_seen(page)
    page.keyboard.press("Enter")
    controls = page.locator(".live :is(input, select, textarea, button)").evaluate_all(
        "nodes => nodes.map(node => node.labels?.[0]?.textContent || node.textContent.trim())"
    )
    assert len(controls) > 10
    reached = []
    page.keyboard.press("Tab")
    while label := focused(page):
        reached.append(label)
        assert is_seen(page), label
        page.keyboard.press("Tab")
    assert sorted(reached) == sorted(controls)
    back = []
    page.keyboard.press("Shift+Tab")
    while (label := focused(page)) in controls:
        back.append(label)
        assert is_seen(page), label
        page.keyboard.press("Shift+Tab")
    assert back == reached[::-1]
    expect(page.locator(".live summary")).to_be_focused()


@pytest.mark.one_generator
@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_form_works_by_keyboard(page: Page, key: str) -> None:
    field = page.get_by_label("Application name", exact=True)
    name = page.locator("[data-live=APPLICATION_NAME]").first
    arrive(page)
    page.keyboard.press(key)
    expect(field).to_be_visible()
    page.keyboard.press(key)
    expect(field).to_be_hidden()
    page.keyboard.press(key)
    tab_to(page, "Application name")
    page.keyboard.type("Acme Data")
    expect(name).to_have_text("Acme Data")
    page.keyboard.press("Enter")  # which sends a form elsewhere
    expect(name).to_have_text("Acme Data")
    tab_to(page, "Copy link")
    page.keyboard.press(key)
    expect(page.locator(".live output")).to_contain_text("Copied")
    assert "APPLICATION_NAME=Acme+Data" in page.evaluate("navigator.clipboard.readText()")
    tab_to(page, "Reset")
    page.keyboard.press(key)
    expect(name).to_have_text("MLSpace")


@pytest.mark.one_generator
def test_a_region_is_chosen_by_keyboard(page: Page) -> None:
    arrive(page)
    page.keyboard.press("Enter")
    tab_to(page, "AWS Region")
    page.keyboard.type("Frankfurt")
    page.keyboard.press("Tab")
    expect(page.locator("[data-live=region]").first).to_have_text("eu-central-1")


@pytest.mark.one_generator
def test_a_fault_is_announced(page: Page) -> None:
    arrive(page)
    page.keyboard.press("Enter")
    field = page.get_by_label("Client ID", exact=True)
    before = described(page)
    tab_to(page, "Client ID")
    page.keyboard.type("no/id")
    page.keyboard.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    assert described(page) != before
    status = page.get_by_role("status").and_(page.locator(".live output"))  # a live region
    expect(status).to_contain_text("Client ID")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("abc123")
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


@pytest.mark.one_generator
def test_nothing_of_ours_moves(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.locator(".live summary").click()
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


@pytest.mark.one_generator
def test_the_form_is_seen_in_colors_of_the_readers_system(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.locator(".live summary").click()
    field = page.get_by_label("Client ID", exact=True)
    field.click()
    page.keyboard.type("<")
    assert field.evaluate("node => getComputedStyle(node).outlineStyle") != "none"
    page.keyboard.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    style = "node => [getComputedStyle(node).borderTopStyle, getComputedStyle(node).borderTopWidth]"
    assert field.evaluate(style)[0] == "dashed", "unlike a field without a fault"
    assert float(field.evaluate(style)[1].removesuffix("px")) >= 1
    colors = "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
    text, background = field.evaluate(colors)
    assert text != background
