"""Steps and routes in other scripts, files in folders, and values from other tabs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

import kitchen_sink
from mkdocs_macros_runbook.live.assets import copy_to
from samples import write_site
from sites import run_generator, serve

SLUGIFY = "!!python/object/apply:pymdownx.slugs.slugify {{kwds: {{case: lower}}}}"
CONFIG = f"{kitchen_sink.CONFIG}  - toc:\n      slugify: {SLUGIFY}\n"
PAGE = """\
# Größen in {{ city }}

[STEPS]

## 1. Größe wählen

=== "命令行"

    ```bash
    echo one
    ```

=== "脚本"

    ```{.python title="https://rack.example/size.py"}
    print("no file of this name is written")
    ```

    ```{.yaml title="src/deep/app.yaml"}
    a: END_OF_FILE
    ```

    ```{.ini title=".env"}
    A=1
    ```

    ```python title="app/[id]/größe's.py"
    B = 2
    ```

    ```c++ title="main.cpp" exempt="it needs a compiler"
    int main() {}
    ```

    ```bash
    echo two
    ```

## 2. Größe

=== "命令行"

    ```bash
    echo other
    ```

=== "脚本"

    ```bash
    echo three
    ```

## Anhang

```bash
rm -rf everything
```
"""
COPIED = """\
mkdir -p src/deep
cat > src/deep/app.yaml << 'END_OF_THIS_FILE'
a: END_OF_FILE
END_OF_THIS_FILE

cat > .env << 'END_OF_FILE'
A=1
END_OF_FILE

mkdir -p 'app/[id]'
cat > 'app/[id]/größe'\\''s.py' << 'END_OF_FILE'
B = 2
END_OF_FILE

echo two

echo three
"""


@pytest.fixture(scope="module")
def small(generator: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("small")
    config_file = write_site(folder, {"index.md": PAGE}, config=CONFIG)
    copy_to(folder / "docs" / "assets")
    result = run_generator(generator, config_file)
    assert result.returncode == 0, result.stdout + result.stderr
    with serve(folder / "site") as address:
        yield address


def copied(page: Page) -> str:
    page.get_by_role("button", name="Copy all commands").click()
    text: str = page.evaluate("() => navigator.clipboard.readText()")
    return text


@pytest.mark.one_generator
def test_steps_and_routes_in_other_letters(clean_tab: Page, small: str) -> None:
    page = clean_tab
    page.goto(small)
    page.get_by_role("group", name="Your route").get_by_label("脚本").check()
    assert copied(page) == COPIED
    assert "?route=%E8%84%9A%E6%9C%AC" in page.url
    page.reload()
    expect(page.get_by_text("echo two")).to_be_visible()
    page.get_by_role("checkbox", name="1. Größe wählen").check()
    assert copied(page) == "echo three\n"
    page.reload()
    expect(page.get_by_role("checkbox", name="1. Größe wählen")).to_be_checked()


@pytest.mark.one_generator
def test_values_stay_those_of_a_link_in_another_tab(clean_tab: Page, small: str) -> None:
    page, other = clean_tab, clean_tab.context.new_page()
    page.goto(small)
    other.goto(small)
    page.evaluate("location.hash = '#live?city=Bern'")
    page.get_by_role("button", name="Use these values").click()
    other.get_by_role("button", name="Use these values").click()
    expect(other.locator(".live__count")).to_contain_text("from a link")
    other.close()


@pytest.mark.one_generator
def test_a_page_that_comes_back_from_memory(clean_tab: Page, small: str) -> None:
    page = clean_tab
    page.goto(small)
    later = '{"values": {"city": "Bern"}, "set": ["city"]}'
    page.evaluate(
        """later => {
          const key = Object.keys(localStorage)[0] ?? `live:${new URL(
            document.querySelector("script[src*='live.js']").src).pathname}`;
          localStorage.setItem(key, later);
          dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
        }""",
        later,
    )
    expect(page.get_by_role("group", name="Other values")).to_contain_text("Bern")


@pytest.mark.one_generator
def test_a_valid_value_ends_what_another_field_says(clean_tab: Page, small: str) -> None:
    page = clean_tab
    page.goto(small)
    page.locator(".live summary").click()
    field = page.locator("#live-city")
    field.fill("?")
    field.press("Tab")
    expect(field).to_have_attribute("aria-invalid", "true")
    page.locator("h1 [data-live=city]").click()
    inner = page.locator(".live-sheet input")
    inner.fill("Bern")
    inner.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "false")
    page.locator("#live-rack").fill("")
    page.locator("#live-host").click()
    page.evaluate("() => navigator.clipboard.writeText('rack: lab-7')")
    page.locator("#live-rack").click()
    page.keyboard.press("ControlOrMeta+V")
    expect(page.locator(".live output")).to_contain_text("Also changed: network.")
