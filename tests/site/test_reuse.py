"""What did not change is not run again: it is taken from the record."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import sites
from mkdocs_macros_runbook.record.record import FILE
from samples import write_site
from test_verification import CONFIG, DECLARED, WORKERS, command, environment, verify

VERIFICATION = "    verification: { against: a test server, inputs: [data.txt] }\n"
#: notes each start of a world, as of an emulator
CONFTEST = """\
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

LOG = Path(__file__).with_name("log")
STARTS = ("subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec")


def note(event, arguments):
    if event in STARTS and not LOG.with_name("processes").exists():
        LOG.with_name("processes").write_text(f"{event} {arguments}")


sys.addaudithook(note)


@pytest.fixture(scope="session")
def runbook_world():
    with LOG.open("a") as log:
        log.write("emulator\\n")

    @contextmanager
    def world(walkthrough):
        yield {"LOG": str(LOG)}

    return world


def pytest_runbook_end(walkthrough):
    return Path(walkthrough.folder, "made").read_text() if walkthrough.page != "docs/b.md" else None


def pytest_runbook_tools():
    return {"test server": "1.4"}
"""
A = """\
# A

=== "One"

    ```bash
    echo a-one >> "$LOG"; echo same > made
    ```

=== "Two"

    ```bash
    echo a-two >> "$LOG"; echo same > made
    ```

```bash
echo "a-last {{ city }}" >> "$LOG"
```
"""
B = """\
# B

```bash
echo b >> "$LOG"
```

```json
{"city": "{{ city }}"}
```

```bash exempt="it needs a real inbox"
false
```
"""
ALL = {"emulator", "a-one", "a-two", "a-last Basel", "a-last Bern", "b"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    pages = {"a.md": A, "b.md": B, "index.md": "# Start\n"}
    write_site(tmp_path, pages, DECLARED + VERIFICATION, CONFIG, theme="mkdocs")
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "pytest.ini").write_text("[pytest]\nrunbook_each = floor\n")
    (tmp_path / "data.txt").write_text("1")
    return tmp_path


def ran(site: Path, *arguments: str, code: int = 0) -> tuple[set[str], str]:
    """Verify the site; return what its blocks and its world noted, and the report."""
    log = site / "log"
    log.unlink(missing_ok=True)
    result = verify(site, "docs", *arguments)
    assert result.returncode == code, result.stdout + result.stderr
    return set(log.read_text().splitlines()) if log.exists() else set(), result.stdout


def read(site: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((site / "docs" / FILE).read_text())
    return content


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_nothing_changed_nothing_runs(site: Path) -> None:
    noted, _ = ran(site)
    assert noted == ALL
    (run,) = read(site)["runs"].values()
    assert run["tools"]["test server"] == "1.4"
    assert "bash" in run["tools"]
    written = (site / "docs" / FILE).read_bytes()
    processes = site / "processes"
    processes.unlink()  # the first one was noted

    noted, report = ran(site)
    assert noted == set()
    assert not processes.exists()
    day = run["when"][:10]
    assert f"not run again: unchanged since the record of {day}" in report
    assert "0 blocks verified" in report
    assert (site / "docs" / FILE).read_bytes() == written

    assert ran(site, "--runbook-fresh")[0] == ALL
    change(site / "docs" / "index.md", "Start", "Begin")  # prose
    assert ran(site)[0] == set()
    change(site / "docs" / "b.md", "# B", "# B\n\nMore\n")  # the blocks are further below
    assert ran(site)[0] == set()
    change(site / "docs" / "b.md", "echo b", "echo c")
    assert ran(site)[0] == {"emulator", "c"}
    change(site / "docs" / "a.md", "a-two", "a-2")  # the states are compared by their digests
    assert ran(site)[0] == {"emulator", "a-2", "a-last Basel", "a-last Bern"}
    change(site / "data.txt", "1", "2")
    assert "a-one" in ran(site)[0]
    change(site / "mkdocs.yml", "city: Bern", "city: Thun")
    assert "a-last Thun" in ran(site)[0]
    change(site / "conftest.py", "1.4", "1.5")
    assert "a-one" in ran(site)[0]
    change(site / "mkdocs.yml", ", inputs: [data.txt]", "")  # nobody knows what they use
    assert "a-one" in ran(site)[0]
    assert "a-one" in ran(site)[0]


def test_another_state_of_one_route_is_compared_with_the_other(site: Path) -> None:
    ran(site)
    change(site / "docs" / "a.md", 'a-two >> "$LOG"; echo same', 'a-two >> "$LOG"; echo other')
    noted, report = ran(site, code=1)
    assert "a-one" in noted  # to show the difference
    assert "the routes One and Two end in different states" in report


def test_a_run_of_a_part_keeps_the_other_results(site: Path) -> None:
    ran(site)
    before = read(site)
    change(site / "docs" / "b.md", "echo b", "exit 3 #")
    noted, _ = ran(site, "-k", "b.md and line-3 and default", code=1)
    assert noted == {"emulator"}
    after = read(site)
    kept = [row for row in after["walkthroughs"] if row["page"] == "a.md"]
    assert kept == [row for row in before["walkthroughs"] if row["page"] == "a.md"]
    rows = {
        (row["page"], row["value_set"], row["standalone"]): row for row in after["walkthroughs"]
    }
    failed, not_run = rows["b.md", "default", False]["blocks"]
    assert [failed["result"], not_run["result"]] == ["failed", ""]
    assert "code 3" in failed["reason"]
    # what failed runs again
    assert "emulator" in ran(site, code=1)[0]


def test_the_record_has_a_row_for_each_block_and_walkthrough(site: Path) -> None:
    ran(site)
    record = read(site)
    page = record["pages"]["b.md"]
    assert [(block["place"], block["language"], block["exempt"]) for block in page["blocks"]] == [
        ("docs/b.md:3", "bash", ""),
        ("docs/b.md:7", "json", ""),
        ("docs/b.md:11", "bash", "it needs a real inbox"),
    ]
    found = {(row["page"], row["route"], row["value_set"]) for row in record["walkthroughs"]}
    assert {("a.md", "One", "default"), ("a.md", "Two", "other"), ("b.md", "", "default")} <= found
    results = {block["result"] for row in record["walkthroughs"] for block in row["blocks"]}
    assert results == {"verified"}
    # the names of values are in the digests, not the values
    hashes = {block["hash"] for block in page["blocks"]}
    assert {
        block["hash"]
        for row in record["walkthroughs"]
        if row["page"] == "b.md"
        for block in row["blocks"]
    } < hashes
    (run,) = record["runs"].values()
    assert run["values"]["other"]["city"] == "Bern"


def test_workers_write_one_record(site: Path) -> None:
    ran_with_workers = subprocess.run(
        command("docs", *WORKERS), cwd=site, env=environment(), capture_output=True, text=True
    )
    assert ran_with_workers.returncode == 0, ran_with_workers.stdout
    assert ran(site)[0] == set()


def test_a_broken_record_is_set_aside(site: Path) -> None:
    file = site / "docs" / FILE
    file.write_text('{"schema": 1, ')
    noted, report = ran(site)
    assert noted == ALL
    (line,) = [line for line in report.splitlines() if FILE in line]
    assert re.search(r"was no verification record .*; it is now \.verification\.json\.broken", line)
    assert file.with_name(f".{FILE}.broken").read_text() == '{"schema": 1, '
    assert read(site)["schema"] == 1


def test_a_site_that_says_nothing_of_its_verification_gets_no_file(site: Path) -> None:
    change(site / "mkdocs.yml", VERIFICATION, "")
    assert ran(site)[0] == ALL
    assert not [*site.rglob("*verification*")]
    assert not (site / ".cache").exists()


def status_of(site: Path, generator: str, page: str, **values: str) -> list[str]:
    """Build the site, and return what it says below each block of a page."""
    built = sites.run_generator(generator, site / "mkdocs.yml", values=values)
    assert built.returncode == 0, built.stdout + built.stderr
    html = (site / "site" / page / "index.html").read_text(encoding="utf-8")
    found = re.findall(r"<details class=.status.*?</details>|<p class=.status.*?</p>", html, re.S)
    return [" ".join(re.sub(r"<[^>]*>", " ", one).split()) for one in found]


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_pages_say_what_the_record_has(site: Path, generator: str) -> None:
    change(site / "mkdocs.yml", "name: mkdocs", "name: material")
    ran(site)
    proof = {"PROOF": "required"}
    one, two, last = status_of(site, generator, "a", **proof)
    against = "against a test server, on the route One, with the value sets default and other."
    assert re.match(
        rf"Verified \d+ \w+ \d+ As shown, {against} bash [\d.]+ and test server 1.4.", one
    )
    assert "on the routes One and Two, with the value sets default and other" in last
    assert "docs/a.md -k line-15 --runbook-fresh" in last

    # another publisher's values keep the proof, and the page says what it was verified with
    *_, last = status_of(site, generator, "a", CITY="Genf", **proof)
    assert last.startswith("Verified")
    assert "Not verified with the values of this page: city Genf, but Basel and Bern" in last

    change(site / "docs" / "a.md", "a-two", "a-2")
    one, two, last = status_of(site, generator, "a")
    assert one.startswith("Verified")
    assert two.startswith("Changed since it was verified")
    assert "on the route One, with the value sets default and other" in last
    json_, *_ = status_of(site, generator, "b")[1:]
    assert json_.startswith("Verified")

    change(site / "data.txt", "1", "2")
    assert all(one.startswith("Changed") for one in status_of(site, generator, "a"))
    built = sites.run_generator(generator, site / "mkdocs.yml", values=proof)
    assert built.returncode
    assert "docs/a.md:5: the block, or what it depends on, changed" in built.stdout + built.stderr
    (site / "docs" / FILE).write_text("{")
    built = sites.run_generator(generator, site / "mkdocs.yml")
    assert f"{FILE} is not a verification record" in built.stdout + built.stderr
