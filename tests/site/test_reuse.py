"""What did not change is not run again: it is taken from the record."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import sites
from mkdocs_macros_runbook.problem import Problems
from mkdocs_macros_runbook.record.record import Record
from mkdocs_macros_runbook.record.record_file import FILE
from mkdocs_macros_runbook.verify.session.inputs import common_digest
from mkdocs_macros_runbook.verify.session.recorder import Recorder
from mkdocs_macros_runbook.verify.settings import Settings
from mkdocs_macros_runbook.verify.site.site import Site
from samples import write_site
from test_verification import CONFIG, DECLARATION, WORKERS, command, environment, outcomes, verify

VERIFICATION = "    verification: { against: a test server, depends_on: [data.txt] }\n"
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
#: tests of robots, which give the record what `Robot.row` returns
ROBOTS = """\
import pytest

ROW = {"page": "a.md", "route": "One", "browser": "Chromium 1", "values": {"city": "Bern"}}
ROW |= {"checked": ["a file", "its size"], "not_shown": ""}


@pytest.mark.parametrize("value_set", ["default", "other"])
def test_a_robot(value_set, record_property):
    row = {**ROW, "value_set": value_set}
    record_property("runbook_robot", row)
    assert value_set == "default", "it met a wall"
    row |= {"picture": "iVBORw0KGgo=", "alt": 'The "last" page', "not_shown": "a network"}


def test_a_page_that_is_not_there(record_property):
    record_property("runbook_robot", {**ROW, "page": "c.md", "value_set": "default"})


def test_another_property(record_property):
    record_property("runbook_robot", "no row")
"""
FAILED_ROBOTS = {"test_a_robot[other]", "test_a_page_that_is_not_there", "test_another_property"}
ALL = {"emulator", "a-one", "a-two", "a-last Basel", "a-last Bern", "b"}


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site that two workers verified."""
    folder = tmp_path_factory.mktemp("verified")
    pages = {
        "a.md": A,
        "b.md": B,
        "index.md": "# Start\n\n{{ verification('robot') }}\n\n{{ verification('matrix') }}\n",
    }
    write_site(folder, pages, DECLARATION + VERIFICATION, CONFIG, theme="mkdocs")
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text("[pytest]\nrunbook_each = floor\n")
    (folder / "data.txt").write_text("1")
    (folder / "test_robot.py").write_text(ROBOTS)
    first = subprocess.run(
        command("docs", "test_robot.py", *WORKERS),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    failed = {
        name.partition("::")[2] for name, of in outcomes(first.stdout).items() if of != "PASSED"
    }
    assert failed == FAILED_ROBOTS, first.stdout + first.stderr
    messages = r"there is no page 'c.md'|the value must be what robot.row\(…\) returns"
    pattern = f"property runbook_robot: ({messages})"
    assert len(set(re.findall(pattern, first.stdout))) == 2, first.stdout
    assert set((folder / "log").read_text().splitlines()) == ALL
    (folder / "processes").unlink()  # the first one was noted
    return folder


@pytest.fixture
def site(verified: Path, tmp_path: Path) -> Path:
    """Return a copy of the site, with its record and what is kept of its pages."""
    return shutil.copytree(verified, tmp_path / "site")


def verify_site(site: Path, *arguments: str, code: int = 0) -> tuple[set[str], str]:
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
    record = (site / "docs" / FILE).read_bytes()
    noted, report = verify_site(site)
    assert noted == set()
    assert not (site / "processes").exists()
    (run,) = read(site)["runs"].values()
    assert (
        f"depend on has changed since they were verified ({run['when'][:10]}); --runbook-fresh"
        in report
    )
    assert "0 blocks verified" in report
    assert (site / "docs" / FILE).read_bytes() == record


def test_what_changed_runs_again_with_its_walkthrough(site: Path) -> None:
    change(site / "docs" / "index.md", "Start", "Begin")
    change(site / "docs" / "b.md", "# B", "# B\n\nMore prose, so the blocks are further below.\n")
    change(site / "docs" / "a.md", "a-two", "a-2")  # the states are compared by their digests
    assert verify_site(site)[0] == {"emulator", "a-2", "a-last Basel", "a-last Bern"}
    assert verify_site(site)[0] == set()


def test_results_of_a_route_or_value_set_that_is_gone_do_not_count(site: Path) -> None:
    record = read(site)
    record["walkthroughs"].append({**record["walkthroughs"][-1], "value_set": "first"})  # an option
    (site / "docs" / FILE).write_text(json.dumps(record))
    before = {(row["page"], row["route"], row["value_set"]) for row in record["walkthroughs"]}
    change(site / "docs" / "a.md", '=== "Two"', '=== "Deux"')
    change(site / "mkdocs.yml", "other:", "another:")
    verify_site(site, "-k", "b.md and default")
    after = {(row["page"], row["route"], row["value_set"]) for row in read(site)["walkthroughs"]}
    gone = {key for key in before if key[1] == "Two" or key[2] == "other"}
    assert after == before - gone and gone
    assert ("b.md", "", "first") in after


@pytest.mark.only_full
def test_everything_runs_if_that_is_asked_for(site: Path) -> None:
    assert verify_site(site, "--runbook-fresh")[0] == ALL
    assert verify_site(site)[0] == set()


@pytest.mark.only_full
@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("data.txt", "1", "2"),
        ("conftest.py", "1.4", "1.5"),
        ("mkdocs.yml", ", depends_on: [data.txt]", ""),  # nobody knows what the blocks use
    ],
)
def test_what_the_inputs_change_runs_again(site: Path, file: str, before: str, after: str) -> None:
    change(site / file, before, after)
    assert verify_site(site)[0] == ALL


@pytest.mark.only_full
def test_another_state_of_one_route_is_compared_with_the_other(site: Path) -> None:
    change(site / "docs" / "a.md", 'a-two >> "$LOG"; echo same', 'a-two >> "$LOG"; echo other')
    noted, report = verify_site(site, code=1)
    assert "a-one" in noted  # to show the difference
    assert "pytest_runbook_end returned different values after One and Two; correct the" in report


@pytest.mark.only_full
def test_a_run_of_a_part_keeps_the_other_results(site: Path) -> None:
    before = read(site)
    change(site / "docs" / "b.md", "echo b", "exit 3 #")
    noted, _ = verify_site(site, "-k", "b.md and line-3 and default", code=1)
    assert noted == {"emulator"}
    after = read(site)
    others = [row for row in after["walkthroughs"] if row["page"] == "a.md"]
    assert others == [row for row in before["walkthroughs"] if row["page"] == "a.md"]
    rows = {
        (row["page"], row["value_set"], row["standalone"]): row for row in after["walkthroughs"]
    }
    failed, not_run = rows["b.md", "default", False]["blocks"]
    assert [failed["result"], not_run["result"]] == ["failed", ""]
    assert "code 3" in failed["reason"]
    assert "emulator" in verify_site(site, code=1)[0]  # what failed runs again


def test_the_record_has_a_row_for_each_block_and_walkthrough(verified: Path) -> None:
    record = read(verified)
    page = record["pages"]["b.md"]
    assert [(block["place"], block["language"], block["exempt"]) for block in page["blocks"]] == [
        ("docs/b.md:3", "bash", ""),
        ("docs/b.md:7", "json", ""),
        ("docs/b.md:11", "bash", "it needs a real inbox"),
    ]
    walkthroughs = {(row["page"], row["route"], row["value_set"]) for row in record["walkthroughs"]}
    assert {
        ("a.md", "One", "default"),
        ("a.md", "Two", "other"),
        ("b.md", "", "default"),
    } <= walkthroughs
    results = {block["result"] for row in record["walkthroughs"] for block in row["blocks"]}
    assert results == {"verified"}
    hashes = {block["hash"] for block in page["blocks"]}
    # the names of values are in the digests, not the values
    assert {
        block["hash"]
        for row in record["walkthroughs"]
        if row["page"] == "b.md"
        for block in row["blocks"]
    } < hashes
    (run,) = record["runs"].values()
    assert run["values"]["other"]["city"] == "Bern"
    assert run["tools"]["test server"] == "1.4"
    assert "bash" in run["tools"]
    robots = {row["value_set"]: row for row in record["robot_runs"]}
    assert {name: row["result"] for name, row in robots.items()} == {
        "default": "verified",
        "other": "failed",
    }
    assert robots["other"]["reason"].startswith("AssertionError: it met a wall")
    assert robots["default"]["picture"]
    assert record["runs"][robots["default"]["run"]] == run


@pytest.fixture
def recorder(site: Path) -> Callable[..., Recorder]:
    """Return a function that makes a recorder of the site as it is, with some settings."""

    def make(**settings: Any) -> Recorder:
        return Recorder(Site(site / "mkdocs.yml"), Settings(**settings))

    return make


def test_what_a_result_depends_on(
    site: Path, recorder: Callable[..., Recorder], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    digests = [recorder().site_key, recorder(seconds=5.0).site_key, recorder(is_full=True).site_key]
    (site / "a").mkdir()
    (site / "a" / "my b.yml").write_text("INHERIT: c.yml\n")
    (site / "a" / "c.yml").touch()
    change(site / "mkdocs.yml", "site_name:", "INHERIT: 'a/my b.yml'\nsite_name:")
    digests.append(recorder().site_key)
    (site / "docs" / ".snippets").mkdir()
    (site / "docs" / ".snippets" / "a.sh").touch()
    (site.parent / "conftest.py").touch()
    (site / "docs" / "conftest.py").touch()
    files = ("data.txt", "conftest.py", "docs/a.md", "mkdocs.yml", "a/c.yml", "docs/.snippets/a.sh")
    for file in (*files, "../conftest.py", "docs/conftest.py"):
        (site / file).write_text((site / file).read_text() + "\n")
        digests.append(recorder().site_key)
    (site / "scripts").mkdir()
    (site / "scripts" / "new.py").touch()
    digests.append(recorder().site_key)
    change(site / "mkdocs.yml", "  runbook:\n", "  runbook:\n    facts: facts.yml\n")
    for number in (1, 2):
        (site / "facts.yml").write_text(f"limit: {{value: {number}, source: a book}}\n")
        digests.append(recorder().site_key)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    digests.append(recorder().site_key)
    compiler = site / "node_modules" / "typescript" / "bin" / "tsc"
    compiler.parent.mkdir(parents=True)
    compiler.touch()
    monkeypatch.chdir(site)
    for version in ("5.9", "6.0.1"):
        (compiler.parents[1] / "package.json").write_text(version)
        digests.append(recorder().site_key)
    (compiler.parents[2] / ".package-lock.json").write_text("{}")  # types, say
    digests.append(recorder().site_key)
    package = tmp_path / "library-1.0.dist-info" / "RECORD"  # the version stays the same
    package.parent.mkdir()
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    for content in ("library/a.py,sha256=1,5\n", "library/a.py,sha256=2,5\n"):
        package.write_text(content)
        digests.append(recorder().site_key)
    before = common_digest(Site(site / "mkdocs.yml"), Settings())
    change(site / "mkdocs.yml", "a test server", "another server")
    assert common_digest(Site(site / "mkdocs.yml"), Settings()) != before
    digests.append(recorder().site_key)
    assert len({*digests}) == len(digests)
    for file in (FILE, f".{FILE}.broken", ".verification-x1"):  # no page is made of these
        (site / "docs" / file).write_text("{}")
        assert recorder().site_key == digests[-1]
    (site / "data.txt").rename(site / "date.txt")
    message = r"mkdocs.yml:\d+: depends_on names 'data.txt', .* \(did you mean 'date.txt'\?\)"
    with pytest.raises(Problems, match=message):
        _ = recorder().site_key


def test_a_run_counts_more_than_a_record_of_the_future(
    site: Path, recorder: Callable[..., Recorder]
) -> None:
    text = (site / "docs" / FILE).read_text()
    (site / "docs" / FILE).write_text(re.sub(r'("when": ")\d+', r"\g<1>2999", text))
    part = read(site)
    for block in (block for row in part["walkthroughs"] for block in row["blocks"]):
        block |= {"result": "failed"}
    for row in part["robot_runs"]:
        row |= {"result": "failed"}
    recorder().write([{**part, "pages": {}}], {}, {})
    record = read(site)
    assert "2999" not in str(record)
    rows = [block for row in record["walkthroughs"] for block in row["blocks"]]
    assert {row["result"] for row in (*rows, *record["robot_runs"])} == {"failed"}


def test_a_broken_record_is_set_aside(site: Path, recorder: Callable[..., Recorder]) -> None:
    file = site / "docs" / FILE
    record = read(site)
    file.write_text('{"schema": 1, ')
    broken = recorder()
    assert broken.earlier_record == Record()
    message = broken.write([record], {}, {})
    assert re.fullmatch(
        rf"{FILE} was not a verification record .*; it was renamed to \.{FILE}\.broken", message
    )
    assert file.with_name(f".{FILE}.broken").read_text() == '{"schema": 1, '
    assert read(site)["schema"] == 2
    assert recorder().write([record], {}, {}) == ""


@pytest.mark.only_full
def test_a_site_that_says_nothing_of_its_verification_gets_no_file(site: Path) -> None:
    change(site / "mkdocs.yml", VERIFICATION, "")
    (site / "docs" / FILE).unlink()
    shutil.rmtree(site / ".cache")
    assert verify_site(site)[0] == ALL
    assert not [*site.rglob("*verification*")]
    assert not (site / ".cache").exists()


def status_of(site: Path, generator: str, page: str, **values: str) -> list[str]:
    """Build the site, and return what it says below each block of a page."""
    result = sites.run_generator(generator, site / "mkdocs.yml", values=values)
    assert result.returncode == 0, result.stdout + result.stderr
    html = (site / "site" / page / "index.html").read_text(encoding="utf-8")
    elements = re.findall(
        r"<details class=.status.*?</details>|<p class=.status.*?</p>", html, re.S
    )
    return [" ".join(re.sub(r"<[^>]*>", " ", one).split()) for one in elements]


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_pages_say_what_the_record_has(site: Path, generator: str) -> None:
    if generator == "zensical":
        change(site / "mkdocs.yml", "name: mkdocs", "name: material")
    # another publisher's values keep the proof, and the page says what it was verified with
    one, two, last = status_of(site, generator, "a", CITY="Genf", PROOF="required")
    against = "against a test server, on the route One, with the value sets default and other."
    assert re.match(
        rf"Verified \d+ \w+ \d+ Verified as shown, {against} bash [\d.]+ and test server 1.4.", one
    )
    assert "on the routes One and Two, with the value sets default and other" in last
    assert "docs/a.md -k &#x27;line-15[&#x27; --runbook-fresh" in last
    assert "values other than those verified: city Genf (verified: Basel and Bern)" in last
    assert "Not verified" not in one
    assert (text := robots_on_the_page(site)).startswith(
        "A robot followed a.md to its end in Chromium 1, last on "
    )
    assert "checks a file and its size. " in text
    assert re.search(r"One failed other One verified default \(0.s\) Not shown", text)
    assert "Not shown with default: a network." in text
    assert 'The "last" page The last page, on the route One, with default, ' in text

    change(site / "docs" / "a.md", "a-two", "a-2")
    one, two, last = status_of(site, generator, "a")
    assert one.startswith("Verified")
    assert two.startswith("Changed since it was verified")
    assert "on the route One, with the value sets default and other" in last
    assert "Not verified" not in last
    text = robots_on_the_page(site)
    assert text.startswith("No robot has followed the current version of a.md to its end.")
    assert "One changed since verification default, other" in text
    assert "last page" not in text

    change(site / "docs" / "a.md", '=== "One"', '=== "Uno"')  # on another route
    one, *_ = status_of(site, generator, "a")
    assert one.startswith("Changed since it was verified")

    change(site / "data.txt", "1", "2")
    result = sites.run_generator(generator, site / "mkdocs.yml", values={"PROOF": "required"})
    assert result.returncode
    message = "docs/a.md:5: the block, or what it depends on, has changed"
    assert message in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("generator", "docs"),
    [("mkdocs", "docs"), ("zensical", "docs"), ("mkdocs", "../docs")],  # Zensical allows no other
)
def test_the_command_below_a_block_selects_its_tests_alone(
    generator: str, docs: str, tmp_path: Path
) -> None:
    block = "```bash\ntrue\n```\n\n"
    lines = "text\n" * 19
    page = f"# A\n\n{block}{{% include 'part.md' %}}\n{block}{lines}\n{block}"
    site = tmp_path / "website"
    site.mkdir()
    write_site(site, {"index.md": page}, DECLARATION + VERIFICATION, CONFIG)
    change(site / "mkdocs.yml", "site_name: Sample", f"site_name: Sample\ndocs_dir: {docs}")
    (site / "data.txt").touch()
    (tmp_path / "pytest.ini").write_text("[pytest]\nrunbook_config = website/mkdocs.yml\n")
    (site / "docs" / "part.md").write_text(f"Text.\n\n{block}")
    (site / "docs").rename(site / docs)
    _, *texts = status_of(site, generator, "")
    selected = []
    for text in texts:
        words = shlex.split(unescape(text.rpartition("Verify: pytest ")[2]))
        tests = verify(site, *words, "--collect-only", "-q").stdout
        selected.append(re.findall(r"::(\S+)\[default\]", tests))
    assert selected == [["docs-part-md-line-3"], ["line-8"], ["line-32"]]


def robots_on_the_page(site: Path) -> str:
    """Return what the built start page says of robots, with the texts of its pictures."""
    html = (site / "site" / "index.html").read_text(encoding="utf-8")
    match = re.search(r"Start.{0,200}?</h1>(.*?)(</article>|<footer|\Z)", html, re.DOTALL)
    assert match, html
    text = re.sub(r'<img alt="([^"]*)"[^>]*>', r" \1 ", match[1])
    return (
        " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())
        .replace(" :", ":")
        .replace(" ,", ",")
    )


def test_value_sets_that_nothing_was_verified_with_are_named(site: Path) -> None:
    record = read(site)
    rows = [row for row in record["walkthroughs"] if row["value_set"] != "other"]
    (site / "docs" / FILE).write_text(json.dumps({**record, "walkthroughs": rows}))
    assert sites.run_generator("mkdocs", site / "mkdocs.yml").returncode == 0
    html = (site / "site" / "index.html").read_text(encoding="utf-8")
    assert "Value sets without results: <code>other</code>." in html
    assert html.count("<code>other</code>") == 2, "in that sentence and in the table of the robot"


@pytest.mark.only_full
def test_a_build_says_that_a_record_is_broken(site: Path) -> None:
    (site / "docs" / FILE).write_text("{")
    result = sites.run_generator("mkdocs", site / "mkdocs.yml")
    assert f"{FILE} is not a verification record" in result.stdout + result.stderr


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", sites.GENERATORS)
@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("mkdocs.yml", "echo {", "exho {"),
        ("mkdocs.yml", 'level: "0"', 'level: "9"'),
        ("facts.yml", "8080", "8081"),
    ],
)
def test_a_block_changes_with_what_its_values_are_made_of(
    generator: str, file: str, before: str, after: str, tmp_path: Path
) -> None:
    derived = '    derived:\n      again: "{command}"\n      command: "echo {floor.level}"\n'
    declaration = DECLARATION.replace("    derived:\n", derived) + "    facts: facts.yml\n"
    declaration += VERIFICATION.replace("[data.txt]", "[]")
    page = "# A\n\n```bash\n{{ again }}\n```\n\n```bash\necho {{ port }}\n```\n\n"
    pages = {"index.md": page, "other.md": "# B\n\n{{ verification() }}\n"}
    write_site(tmp_path, pages, declaration, CONFIG)
    (tmp_path / "facts.yml").write_text("port: { value: 8080, source: a book }\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    result = verify(tmp_path)
    assert result.returncode == 0, result.stdout

    def statuses() -> tuple[list[str], bool]:
        assert sites.run_generator(generator, tmp_path / "mkdocs.yml").returncode == 0
        html = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
        summary = (tmp_path / "site" / "other" / "index.html").read_text(encoding="utf-8")
        return re.findall("status status-([a-z-]+)", html), "2 of 2 code blocks" in summary

    assert statuses() == (["verified", "verified"], True)
    change(tmp_path / file, before, after)
    is_fact = file == "facts.yml"
    assert statuses() == (["verified", "changed"] if is_fact else ["changed", "changed"], False)


def test_the_folder_of_the_pages_may_be_a_dependency(tmp_path: Path) -> None:
    """The record in it, which each run writes, is none."""
    declaration = DECLARATION + VERIFICATION.replace("data.txt", "docs")
    write_site(tmp_path, {"index.md": "# A\n\n```bash\ntrue\n```\n"}, declaration, CONFIG)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    assert verify(tmp_path).returncode == 0
    assert sites.run_generator("mkdocs", tmp_path / "mkdocs.yml").returncode == 0
    html = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert re.findall("status status-([a-z-]+)", html) == ["verified"]
    assert "not run again" in verify(tmp_path).stdout


def test_a_value_in_a_fact_is_reported(tmp_path: Path) -> None:
    declaration = f"{DECLARATION}    facts: facts.yml\n"
    config_file = write_site(tmp_path, {"index.md": "# A\n\n{{ rooms }}\n"}, declaration, CONFIG)
    (tmp_path / "facts.yml").write_text('rooms: {value: "{{ city }} has two", source: a book}\n')
    result = sites.run_generator("mkdocs", config_file)
    expected = r"mkdocs.yml:\d+: Jinja does not render '{{ city }}' in the fact 'rooms'; write the"
    assert result.returncode and re.search(expected, result.stdout + result.stderr)


WORLD = """\
from contextlib import contextmanager

import pytest

TOKEN = "tok-secret"


@pytest.fixture
def runbook_world():
    @contextmanager
    def world(walkthrough):
        yield {"TOKEN": TOKEN, "MORE": f"{TOKEN}-2", "KEY": "line-1\\nline-2", "SHORT": "is"}

    return world
"""


def test_a_reason_has_no_secret_and_no_path_of_this_machine(tmp_path: Path) -> None:
    environ = "import os\n\nt, m, k = map(os.environ.get, ('TOKEN', 'MORE', 'KEY'))\n"
    page = f"""# A

```python
{environ}line = f'{{t}} {{m}} {{k[:6]}}'
raise ValueError(f'this is {{line}} {{k!r}} {{os.getcwd()}}/a {tmp_path}/lib.py')
```

```python
raise ValueError('{Path.home()}/b, not {Path.home()}b')
```
"""
    write_site(
        tmp_path, {"index.md": page}, DECLARATION + VERIFICATION.replace("data.txt", ""), CONFIG
    )
    (tmp_path / "conftest.py").write_text(WORLD)
    (tmp_path / "pytest.ini").write_text("[pytest]\nrunbook_lint = false\n")
    report = verify(tmp_path).stdout
    assert "this is tok-secret tok-secret-2 line-1" in report
    one, other = read(tmp_path)["walkthroughs"][0]["blocks"]
    assert "this is $TOKEN $MORE $KEY '$KEY\\n$KEY' ~/a ./lib.py" in one["reason"]
    assert f"~/b, not {Path.home()}b" in other["reason"]


def test_a_block_without_a_verifier_is_not_verified(tmp_path: Path) -> None:
    page = "# A\n\n```csv\na,b\n```\n"
    write_site(
        tmp_path, {"index.md": page}, DECLARATION + VERIFICATION.replace("data.txt", ""), CONFIG
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    assert verify(tmp_path).returncode == 1
    assert sites.run_generator("mkdocs", tmp_path / "mkdocs.yml").returncode == 0
    html = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert re.findall("status status-([a-z-]+)", html) == ["not-verified"]
    assert "There is no verifier for &#x27;csv&#x27;." in html
