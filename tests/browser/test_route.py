"""The steps of the guide and the route through them: by keyboard, by address, kept."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

GUIDE = "using-aws-cognito/"
ROUTES = """() => [...document.querySelectorAll(".tabbed-set > input:checked")]
    .map((input) => document.querySelector(`label[for="${input.id}"]`).textContent.trim())"""

WIDER = """() => [...document.querySelectorAll("article pre, article pre > code")]
    .filter((code) => code.scrollWidth > code.clientWidth + 1).map((code) => code.textContent)"""

SHIFT = """() => new Promise((done) => new PerformanceObserver((list) => done(
  list.getEntries().reduce((sum, { value }) => sum + value, 0)
)).observe({ type: "layout-shift", buffered: true }) ?? setTimeout(done, 500, 0))"""

#: the marks of values that a click edits and Tab does not reach
OUT_OF_REACH = """() => {
  const seen = [...document.querySelectorAll("article [data-live]")].filter((node) =>
    node.checkVisibility() && node.textContent && !node.dataset.live.includes("?")
    && !node.closest("a, label, summary, nav"));
  const withKey = seen.filter((node) => node.tabIndex === 0);
  const reached = new Set(withKey.map((node) => node.dataset.live));
  return [...new Set(seen.map((node) => node.dataset.live))].filter((mark) => !reached.has(mark));
}"""


def tab_to(page: Page, selector: str) -> None:
    page.locator("h1").click()  # from there it is not as far as from the top
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def open_guide(page: Page, address: str, rest: str = "") -> None:
    page.goto("about:blank")
    page.goto(address + GUIDE + rest)
    page.locator(".live summary").wait_for()


@pytest.mark.one_generator
def test_a_route_and_what_is_done_stay_as_they_were_chosen(clean_tab: Page, address: str) -> None:
    page = clean_tab
    open_guide(page, address)
    steps = page.get_by_role("navigation", name="Steps")
    expect(steps.get_by_role("checkbox")).to_have_count(6)
    tab_to(page, ".live-steps li input")
    page.keyboard.press("Space")
    first = steps.get_by_role("checkbox", name="1. Create a new Cognito user pool")
    expect(first).to_be_checked()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".live-route input:focus")).to_have_count(1)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        expect(page.locator(".live-route input:focus")).to_have_count(1)
    routes = page.evaluate(ROUTES)
    assert set(routes) == {"CloudFormation", "Script"} and routes[1] == "CloudFormation"
    others = page.locator(".live-other")
    expect(others).to_have_count(routes.count("Script"))
    expect(others.first).to_have_text("There is no tab CloudFormation here, so Script is shown.")
    assert "?route=cloudformation" in page.url
    page.reload()
    page.locator(".live summary").wait_for()
    assert page.evaluate(ROUTES) == routes
    expect(first).to_be_checked()
    expect(steps.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.get_by_role("link", name="3. Create the first user").first.click()
    assert page.url.endswith("#creating-the-first-user")
    page.locator(".tabbed-labels label", has_text="AWS CLI").nth(2).click()
    expect(page.get_by_role("radio", name="AWS CLI").first).to_be_checked()
    assert page.url.endswith("?route=aws-cli#creating-the-first-user")
    assert page.evaluate(ROUTES)[:3] == ["AWS CLI"] * 3


@pytest.mark.one_generator
def test_two_tabs_mark_steps_of_one_list(clean_tab: Page, address: str) -> None:
    page = clean_tab
    open_guide(page, address)
    other = page.context.new_page()
    open_guide(other, address)
    marks = [".live-steps li:nth-child(1) input", ".live-steps li:nth-child(2) input"]
    page.locator(marks[0]).click()
    expect(other.locator(marks[0])).to_be_checked()
    other.locator(marks[1]).click()
    expect(page.locator(marks[1])).to_be_checked()
    page.locator(marks[0]).click()
    expect(other.locator(marks[0])).not_to_be_checked()
    other.close()
    page.reload()
    page.locator(".live summary").wait_for()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)


@pytest.mark.one_generator
@pytest.mark.parametrize("width", [1280, 390])
def test_what_a_key_leads_back_to_is_below_the_line(
    clean_tab: Page, address: str, width: int
) -> None:
    page = clean_tab
    page.set_viewport_size({"width": width, "height": 600})
    open_guide(page, address)
    page.get_by_role("heading", name="3. Create the first user").click()
    for _ in range(25):
        page.keyboard.press("Shift+Tab")
        overlap = page.evaluate(
            """() => document.activeElement.closest("article") ? document.querySelector(".live")
            .getBoundingClientRect().bottom - document.activeElement.getBoundingClientRect().top
            : 0"""
        )
        assert overlap <= 0, page.evaluate("document.activeElement.outerHTML")


@pytest.mark.one_generator
def test_an_address_leads_to_a_section_on_a_route(clean_tab: Page, address: str) -> None:
    page = clean_tab
    open_guide(page, address, "?route=aws-cli#creating-the-first-user")
    assert page.evaluate(ROUTES).count("AWS CLI") >= 4
    box = page.locator("#creating-the-first-user").bounding_box()
    assert box and 80 < box["y"] < 300, "in sight, below the line of values"
    open_guide(page, address, "#cloudformation")  # as the theme names a tab
    assert page.evaluate(ROUTES).count("CloudFormation") >= 3
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(WIDER) == [], "on a phone, long lines of code wrap"


@pytest.mark.one_generator
def test_on_each_route_a_key_reaches_each_value(clean_tab: Page, address: str) -> None:
    page = clean_tab
    open_guide(page, address)
    for route in ("Script", "AWS CLI", "CloudFormation", "Console"):
        page.get_by_role("radio", name=route).first.click()
        assert page.evaluate(OUT_OF_REACH) == ["guide_url"], route  # which no reader sets
    page.get_by_role("radio", name="Script").first.click()
    heading = page.locator("#creating-the-first-user")
    heading.click()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.live") == "first_username":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("First user's username")).to_be_focused()


@pytest.mark.one_generator
def test_on_a_phone_the_form_is_a_sheet_that_stays_closable(clean_tab: Page, address: str) -> None:
    page = clean_tab
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    summary = page.locator(".live summary").first
    summary.click()
    field = page.get_by_label("Issuer type", exact=True)
    field.click()  # which scrolls to it
    sheet = page.locator(".live").bounding_box()
    assert sheet and (sheet["x"], sheet["y"], sheet["height"]) == (0, 0, 844)
    box = summary.bounding_box()
    assert box and box["y"] == 0 and box["height"] >= 44
    size = field.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    assert size >= 16, "or the phone makes the page larger"
    summary.click()
    for button in page.locator(".live-steps .md-button").all():
        button_box = button.bounding_box()
        assert button_box and button_box["height"] >= 44
    expect(field).to_be_hidden()


@pytest.mark.one_generator
def test_on_a_phone_the_form_leaves_the_text_where_it_was(clean_tab: Page, address: str) -> None:
    page = clean_tab
    page.set_viewport_size({"width": 390, "height": 844})
    open_guide(page, address)
    page.mouse.move(200, 500)
    page.mouse.wheel(0, 3000)
    page.wait_for_function("scrollY > 2900")
    before = page.evaluate("scrollY")
    page.locator(".live summary").first.click()
    expect(page.locator(".live input").first).to_be_visible()
    page.locator(".live summary").first.click()
    expect(page.locator(".live input").first).to_be_hidden()
    assert abs(page.evaluate("scrollY") - before) < 5


@pytest.mark.one_generator
def test_the_end_of_a_long_host_is_seen_before_it_is_used(clean_tab: Page, address: str) -> None:
    page = clean_tab
    page.set_viewport_size({"width": 390, "height": 844})
    values = {
        "application_url": "https://abc123defg.execute-api.us-east-2.amazonaws.com.evil.example/a/",
        "login_domain": "mlspace-test.auth.us-east-2.amazoncognito.com.evil.example",
        "user_pool_id": "us-east-2_Abc",
    }
    open_guide(page, address, f"#live?{urlencode(values)}")
    rows = page.get_by_role("group", name="Other values").locator("dl > div")
    for label, name in {
        "Application URL": "application_url",
        "Login domain": "login_domain",
    }.items():
        new = rows.filter(has_text=label).locator("ins")
        expect(new).to_have_text(values[name])
        expect(new).to_be_in_viewport(ratio=1)
        assert new.evaluate("node => node.getBoundingClientRect().right") <= 390
    marks = rows.locator("strong")
    expect(marks).to_have_text(
        ["This URL is not on amazonaws.com.", "This URL is not on amazoncognito.com."]
    )
    expect(marks.first).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Keep mine").click()
    open_guide(
        page, address, "#live?application_url=https://zzz.execute-api.eu-west-1.amazonaws.com/"
    )
    expect(rows).to_have_count(1)
    expect(marks).to_have_count(0)  # it replaces an example
    page.get_by_role("button", name="Use these values").click()
    other = "https://yyy.execute-api.eu-west-1.amazonaws.com/"
    open_guide(page, address, f"#live?application_url={other}")
    expect(marks).to_have_text(["This URL is not on zzz.execute-api.eu-west-1.amazonaws.com."])


@pytest.mark.one_generator
@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.only_full)])
def test_the_page_does_not_move_while_it_loads(clean_tab: Page, address: str, width: int) -> None:
    page = clean_tab
    page.set_viewport_size({"width": width, "height": 844})
    values = {"APPLICATION_NAME": "Acme Data Platform of the North", "region": "eu-central-1"}
    open_guide(page, address, f"#live?{urlencode(values)}")
    page.get_by_role("button", name="Use these values").click()
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    open_guide(page, address)
    assert page.evaluate(SHIFT) <= 0.02
    session.detach()
