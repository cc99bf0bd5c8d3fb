"""The robot on a small site of both site generators: what it does, and what it tells its author."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from mkdocs_macros_runbook import Failure, Robot
from mkdocs_macros_runbook.live.assets import copy_to
from samples import CONFIG, DECLARATION, TABS_OF_LANGUAGES, write_site
from sites import run_generator, serve

THEME = """
extra_css: [assets/live.css]
extra_javascript: [assets/live.js]
"""
PAGE = """\
# A network

{{ city }}'s racks are {{ rack }}.

## Make it

=== "By hand"

    Talk to somebody in {{ city }}.

=== "Script"

    Download [`make.sh`](make.sh) and run it:

    ```bash sets="rack"
    made=yes
    bash make.sh "{{ network }}"
    ```

=== "Console"

    ```console sets="rack"
    $ echo 'rack:' \\
    > "{{ network }}-7"
    rack: lab-7
    $ made=too
    ```

Describe it:

```json title="made/settings.json"
{"city": "{{ city }}"}
```

```diff title="made/settings.json"
-{"city": "{{ city }}"}
+{"town": "{{ city }}"}
```

```ini title="/etc/rack.conf"
city = {{ city }}
```

## Look at it

=== "Elsewhere"

    Nothing to do.

=== "Here"

    ```bash
    test -n "$made" && cat made/settings.json
    echo "{{ rack }}" > rack.txt
    ```

```text
No command.
```

???+ note "More"

    ```bash
    touch opened
    ```

??? note "Closed"

    ```bash
    touch closed
    ```

## Break it

"""
PAGE += TABS_OF_LANGUAGES
PAGE += """
```bash
true
ls nowhere | cat
```
"""


@pytest.fixture(scope="module")
def small_site(generator: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("small")
    config = CONFIG.replace("  font: false\n", "  font: false\n  features: [content.code.copy]\n")
    config += "  - pymdownx.highlight:\n      pygments_lang_class: true\n  - pymdownx.details\n"
    config += (
        "  - admonition\n  - attr_list\n  - pymdownx.tabbed:\n      alternate_style: true\n" + THEME
    )
    config_file = write_site(folder, {"index.md": PAGE}, DECLARATION, config)
    (folder / "docs" / "make.sh").write_text("echo '{\"rack\": \"'$1'-12\"}'\n")
    copy_to(folder / "docs" / "assets")
    result = run_generator(generator, config_file)
    assert result.returncode == 0, result.stderr
    with serve(folder / "site") as address:
        yield address


@pytest.fixture
def robot(clean_tab: Page, small_site: str) -> Iterator[Robot]:
    with Robot(clean_tab, small_site, {"PATH": "/usr/bin:/bin"}) as robot:
        yield robot


@pytest.mark.one_generator
def test_it_does_what_the_page_says(robot: Robot) -> None:
    row = robot.row("index.md", "lab")
    robot.choose("Script")
    robot.enter({"city": "Bern", "network": "lab"})
    make, look = [*robot.steps()][:2]
    assert (make.title, make.anchor) == ("Make it", "make-it")
    assert [item.does for item in make.items] == [
        "download",
        "run",
        "paste",
        "save",
        "read",
        "read",
    ]
    assert [item.does for item in look.items] == ["run", "read", "run"]
    robot.read(make)
    assert robot.value("rack") == "lab-12"
    robot.read(look)
    files = sorted(path.relative_to(robot.folder).as_posix() for path in robot.folder.rglob("*"))
    assert files == ["made", "made/settings.json", "make.sh", "opened", "rack.txt"]
    assert (robot.folder / "made" / "settings.json").read_text() == '{"city": "Bern"}\n'
    assert (robot.folder / "rack.txt").read_text() == "lab-12\n"
    assert robot.examples == set()
    broken = [*robot.steps()][2]
    assert [item.does for item in broken.items] == ["read", "run"]
    with pytest.raises(
        Failure, match="'Break it': a command ended with code 2, at `ls nowhere`"
    ) as failure:
        robot.read(broken)
    assert "nowhere" in failure.value.actual
    robot.end(robot.page, "The page", ["a file"], "a network")
    assert base64.b64decode(row.pop("picture")).startswith(b"\x89PNG")
    assert re.fullmatch(r"Chromium \d+[.\d]+", row.pop("browser"))
    assert row == {
        "page": "index.md",
        "route": "Script",
        "value_set": "lab",
        "values": {"city": "Bern", "network": "lab"},
        "checked": ["a file"],
        "not_shown": "a network",
        "alt": "The page",
    }


@pytest.mark.one_generator
def test_it_notices_what_a_reader_would(robot: Robot) -> None:
    with pytest.raises(Failure, match=r"no tab 'Skript'; choose from: By hand, .*Script"):
        robot.choose("Skript")
    with pytest.raises(Failure, match="no field 'town'"):
        robot.enter({"town": "Bern"})
    with pytest.raises(Failure, match=r"the form refuses '4' as city: This value .* Letters"):
        robot.enter({"city": "4"})
    robot.choose("Console")
    make = next(robot.steps())
    robot.read(make)
    assert robot.value("rack") == "office-7"
    assert {note.split(".")[0] for note in robot.examples} == {
        "Copied with example values (1): network",
        "Copied with example values (1): city",
    }
