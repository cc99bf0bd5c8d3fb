"""The values that a step gives are asked for below it, in any language, and mark it as done."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

import kitchen_sink
from mkdocs_macros_runbook.values.declaration import TEXTS
from sites import serve


@pytest.fixture(scope="module")
def address(generator: str) -> Iterator[str]:
    site = kitchen_sink.site(
        generator, page=kitchen_sink.ASKING, declaration=kitchen_sink.TRANSLATED
    )
    with serve(site) as address:
        yield address


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what `selector` finds has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"Tab does not reach {selector}")


def paste(page: Page, text: str) -> None:
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


@pytest.mark.one_generator
def test_a_step_asks_for_what_it_prints(page: Page) -> None:
    step = page.get_by_role("checkbox", name="1. Make the rack")
    ask = page.locator(".live-ask").first
    expect(page.locator(".live-ask")).to_have_count(2)
    tab_to(page, ".live-ask textarea")
    paste(page, "nothing that is known\n")
    expect(ask.locator("output")).to_have_text("«nothing»")
    expect(step).not_to_be_checked()
    page.keyboard.press("Control+A")
    paste(page, "rack office-1 does not exist\n")  # which is the page's own example
    expect(ask.locator("output")).to_have_text("«nothing»")
    page.keyboard.press("Control+A")
    paste(page, '{"RackName": null, "racks": ["lab-7", "lab-8"]}\n')
    expect(ask.locator("output")).to_have_text("«nothing» «several Rack 2»")
    page.keyboard.press("Control+A")
    paste(page, 'made a rack\n{"RackName": "lab-7"}\n')
    line = ask.locator("summary")
    expect(line).to_have_text("Network lab · Rack lab-7")
    expect(line).to_be_focused()
    expect(page.locator(".live-ask summary").nth(1)).to_have_text("Rack lab-7")
    expect(ask.locator("input").first).to_be_hidden()
    status = ask.get_by_role("status")
    expect(status).to_contain_text("«taken «before Rack lab-7 office-1»»")
    expect(status).to_contain_text("«step_done 1. Make the rack»")
    expect(step).to_be_checked()
    page.reload()
    expect(line).to_have_text("Network lab · Rack lab-7")
    expect(ask.locator("input").first).to_be_hidden()
    expect(step).to_be_checked()
    tab_to(page, ".live-ask summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("island-3")
    page.keyboard.press("Enter")
    expect(line).to_have_text("Network island · Rack island-3")
    expect(line).to_be_focused()
    page.emulate_media(media="print")
    expect(ask).to_be_hidden()


@pytest.mark.one_generator
def test_any_field_takes_what_has_more_values(page: Page) -> None:
    field = page.locator(".live-ask").nth(1).get_by_label("Rack")
    field.click()
    paste(page, "network: island\nRack: island-9\nteam: Red Cliff\n")
    expect(page.locator(".live__now")).to_have_text(re.compile("Red Cliff · island · island-9"))
    page.locator(".live-ask").nth(1).get_by_role("button", name="«undo»").click()
    expect(page.locator(".live__now")).to_have_text(re.compile("Blue Harbour · office · office-1"))


@pytest.mark.one_generator
def test_the_tick_of_a_step_follows_the_values_that_it_gives(page: Page) -> None:
    step = page.get_by_role("checkbox", name="1. Make the rack")
    tab_to(page, ".live-ask textarea")
    paste(page, '{"RackName": "lab-7"}')
    expect(step).to_be_checked()
    page.locator(".live-ask").first.get_by_role("button", name="«undo»").click()
    expect(step).not_to_be_checked()
    page.locator(".live summary").first.click()
    page.get_by_label("Rack", exact=True).first.click()
    page.keyboard.type("island-4")
    page.keyboard.press("Tab")
    expect(step).to_be_checked()
    page.get_by_role("button", name="«reset»").click()
    expect(step).not_to_be_checked()
    expect(page.locator("output", has_text="«step_done")).to_have_count(0)
    page.locator("#live-output").click()
    paste(page, "rack: lab-8")
    expect(step).to_be_checked()
    page.get_by_label("Network", exact=True).first.fill(
        "office"
    )  # to which the rack does not belong
    page.keyboard.press("Tab")
    expect(step).not_to_be_checked()
    page.keyboard.press("Escape")
    step.check()  # by a reader who wants it so
    page.get_by_role("radio", name="By hand").first.check()
    page.reload()
    expect(step).to_be_checked()


@pytest.mark.one_generator
def test_the_tick_of_a_step_is_the_readers_over_a_visit(page: Page, address: str) -> None:
    step = page.get_by_role("checkbox", name="1. Make the rack")
    tab_to(page, ".live-ask textarea")
    paste(page, '{"RackName": "lab-7"}')
    expect(step).to_be_checked()
    step.uncheck()  # to copy its commands again
    page.reload()
    expect(page.locator(".live__now")).to_have_text(re.compile("lab-7"))
    expect(step).not_to_be_checked()
    step.check()
    page.goto(f"{address}other/")
    page.locator(".live summary").first.click()
    page.get_by_role("button", name="«reset»").click()
    page.goto(address)
    expect(step).not_to_be_checked()


@pytest.mark.one_generator
def test_the_form_at_the_top_takes_what_was_printed(page: Page) -> None:
    page.locator(".live summary").click()
    now, status = page.locator(".live__now"), page.locator(".live output")
    page.locator("#live-output").click()
    for printed, rack in {
        '{"network": "lab", "rack": "lab-12", "steps": [1], "team": null}': "lab-12",
        'made a rack\n{"Rack": "lab-1"}\n': "lab-1",
        "rack: lab-2": "lab-2",
        "export RACK=lab-3": "lab-3",
        "Rack\tlab-4": "lab-4",
        "https://racks.example/lab-5/health": "lab-5",
        "{not JSON": "lab-5",
    }.items():
        page.keyboard.press("Control+A")
        paste(page, printed)
        expect(now).to_have_text(re.compile(rf" · {rack} · "))
    expect(status).to_have_text("«nothing»")
    page.keyboard.press("Control+A")
    paste(page, "rack: lab-6")
    expect(status).to_contain_text("«taken «before Rack lab-6 lab-5»»")
    page.get_by_role("button", name="«undo»").click()
    expect(now).to_have_text(re.compile(" · lab-5 · "))


@pytest.mark.one_generator
def test_the_whole_form_is_in_the_publishers_language(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".live summary").first.click()
    close = 'getComputedStyle(document.querySelector(".live summary"), "::after").content'
    page.wait_for_function(f"""{close} === '"«close»"'""")  # when the style is computed again
    own = page.evaluate(
        """() => [...document.querySelectorAll(".live, .live-ask, .live-steps")].map((one) =>
            one.textContent + one.ariaLabel + [...one.querySelectorAll("*")].map(
                (node) => `${node.title} ${node.ariaLabel}`)).join(" ")"""
    )
    for key in ("line", "output_help", "steps", "route", "done", "copy_all", "download", "ask"):
        assert f"«{key}»" in own
    english = [text.split("{}")[0].strip() for text in TEXTS.values()]
    assert [text for text in english if len(text) > 3 and text in own] == []


def test_an_open_note_is_not_among_the_commands(page: Page) -> None:
    page.locator(".live summary").first.click()
    page.get_by_label("Rack", exact=True).first.fill("lab-3")
    page.locator(".live summary").first.click()
    block = page.locator("code", has_text="use-rack")
    block.locator(".md-annotation__index").click()
    expect(block.locator(".md-annotation")).to_contain_text("Or write rm -rf racks")
    page.get_by_role("button", name="«copy_all»").click()
    expect(page.locator(".live-note")).to_contain_text("«route_copied")
    commands = page.evaluate("navigator.clipboard.readText()")
    assert commands == 'use-rack "lab-3"\n', "who has a rack needs to make none"


@pytest.mark.one_generator
def test_a_link_keeps_the_route_and_the_section(page: Page) -> None:
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    page.get_by_role("button", name="«copy_all»").click()
    expect(page.locator(".live-note")).to_contain_text("«copy_this make-rack")
    page.locator(".live summary").first.click()
    page.get_by_role("button", name="«copy_link»").click()
    expect(page.locator(".live output").first).to_contain_text("«copy_this http")
    page.reload()
    page.get_by_role("radio", name="By hand").first.check()
    # as the verification does, the first tab with a block that readers execute
    expect(page.locator(".live-other")).to_have_text("«no_tab By hand In Python»")
    page.evaluate("location.hash = '#2-use-the-rack'")
    page.locator(".live summary").first.click()
    page.get_by_role("button", name="«copy_link»").click()
    expect(page.locator(".live output").first).to_have_text("«copied»")
    link = page.evaluate("navigator.clipboard.readText()")
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator(".live output").first).to_have_text("«same»")
    assert page.url.endswith("?route=by-hand#2-use-the-rack")
    expect(page.locator("[id='2-use-the-rack']")).to_be_in_viewport()
    expect(page.locator(".live-route input").last).to_be_checked()
