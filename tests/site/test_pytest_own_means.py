"""pytest's own means: choosing tests by the last run, any order, workers, other tests beside."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from test_verification import (
    CONFIG,
    DECLARED,
    WORKERS,
    command,
    fence,
    outcomes,
    verify,
    warm_command,
    write,
)

#: line 15 fails because line 7 does
PAGE = "# Page\n\n" + "".join(
    fence("bash", code) for code in ("true", "false; touch made", "true", "test -e made", "true")
)
IDS = [f"docs/page.md::line-{line}[default]" for line in (3, 7, 11, 15, 19)]
EXPECTED = dict(zip(IDS, ["PASSED", "FAILED", "PASSED", "FAILED", "PASSED"], strict=True))
CACHE = ["--runbook-values", "default", "-p", "cacheprovider", "-p", "stepwise"]


def collected(said: str) -> list[str]:
    return re.findall(r"^docs/\S+::\S+$", said, re.MULTILINE)


def test_the_last_run_chooses_tests(is_full: bool, tmp_path: Path) -> None:
    write(tmp_path, {"page.md": PAGE})
    stepwise = verify(tmp_path, *CACHE, "--sw")
    assert outcomes(stepwise.stdout) == {IDS[0]: "PASSED", IDS[1]: "FAILED"}
    again = verify(tmp_path, *CACHE, "--lf")
    assert outcomes(again.stdout) == {IDS[1]: "FAILED"}
    assert "rerun previous 1 failure" in again.stdout
    if is_full:  # they compare ids in the same way
        seen = [*CACHE, "--collect-only", "-q"]
        assert collected(verify(tmp_path, *seen, "--ff").stdout)[0] == IDS[1]
        assert collected(verify(tmp_path, *seen, "--sw").stdout) == IDS[1:]
        (tmp_path / "docs" / "a.md").write_text(PAGE)
        assert collected(verify(tmp_path, *seen, "--nf").stdout)[0].startswith("docs/a.md")


def test_the_order_of_tests_changes_no_outcome(tmp_path: Path) -> None:
    ends = "def pytest_runbook_end(walkthrough):\n    return 1\n\n\n"
    shuffle = "def pytest_collection_modifyitems(items):\n    items.reverse()\n"
    tabs = (
        '=== "A"\n\n    ```bash\n    true\n    ```\n\n=== "B"\n\n    ```bash\n    false\n    ```\n'
    )
    write(tmp_path, {"page.md": PAGE, "tabs.md": tabs}, conftest=ends + shuffle)
    ran = verify(tmp_path, "--runbook-values", "default")
    found = outcomes(ran.stdout)
    assert {name: found[name] for name in IDS} == EXPECTED
    assert (
        "docs/page.md:15: a command ended with code 1, at `test -e made`; first fix docs/page.md"
        in (ran.stdout)
    )
    assert (
        "docs/tabs.md: the final states were not compared, because docs/tabs.md:9 failed"
        in ran.stdout
    )
    assert "as setup" not in ran.stdout


def test_a_block_alone_is_not_run_if_one_before_it_fails(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": PAGE})
    ran = verify(tmp_path, "--runbook-values", "default", IDS[2], IDS[4])
    assert outcomes(ran.stdout) == {IDS[2]: "FAILED", IDS[4]: "FAILED"}
    expected = "docs/page.md:19: not run, since docs/page.md:7 failed: a command ended with code 1"
    assert expected in ran.stdout


def test_a_world_is_opened_once_for_a_walkthrough(tmp_path: Path) -> None:
    conftest = """
import contextlib
import pytest
@pytest.fixture(scope="session")
def runbook_world():
    @contextlib.contextmanager
    def world(walkthrough):
        print("opened")
        raise RuntimeError("no server")
        yield
    return world
"""
    write(tmp_path, {"page.md": PAGE}, conftest=conftest)
    ran = verify(tmp_path, "--runbook-values", "default", "-s")
    assert set(outcomes(ran.stdout).values()) == {"FAILED"}
    assert ran.stdout.count("opened\n") == 1


#: what is wrong with the site, by the text of `mkdocs.yml`, and its line
MISTAKES = {
    "no YAML": ("site_name: [Sample", "mkdocs.yml:2: this is not YAML"),
    "a parameter": (
        DECLARED.replace("pattern", "patern"),
        "mkdocs.yml:4: parameter 'city' has no key 'patern'",
    ),
    "runbok": (
        DECLARED.replace("runbook", "runbok"),
        "mkdocs.yml:2: extra has no key 'runbok' (did you mean 'runbook'?); rename it",
    ),
    "extras": (
        DECLARED.replace("extra", "extras"),
        "mkdocs.yml:1: `runbook` belongs below `extra`, but it is in 'extras'; move it",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_other_tests_run_although_the_site_has_a_mistake(
    name: str, is_full: bool, tmp_path: Path
) -> None:
    text, expected = MISTAKES[name]
    write(tmp_path, {"page.md": PAGE})
    (tmp_path / "mkdocs.yml").write_text(text + "\n" + CONFIG.format(theme="mkdocs"))
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    workers = WORKERS if is_full else []
    ran = verify(tmp_path, *workers, command=command if workers else warm_command)
    assert outcomes(ran.stdout) == {
        "test_own.py::test_own": "PASSED",
        "docs/index.md::site": "FAILED",
    }
    assert "1 skipped" in ran.stdout
    assert re.findall(rf"^{re.escape(expected)}.*$", ran.stdout, re.MULTILINE)
    assert (
        "not run: the site cannot be verified; the test of docs/index.md reports why" in ran.stdout
    )


def test_a_page_that_stops_the_build_stops_it_once_for_all_workers(tmp_path: Path) -> None:
    pages = {f"{number}.md": "# Page\n" for number in range(4)}
    write(tmp_path, {**pages, "page.md": "{{ cty }}\n"})
    count = "from pathlib import Path\n\n\ndef define_env(env):\n"
    count += "    with Path('builds').open('a') as file:\n        file.write('x')\n"
    (tmp_path / "main.py").write_text(count)
    ran = verify(tmp_path, *WORKERS, command=command)
    assert ran.returncode == 1, ran.stdout
    assert ran.stdout.count("docs/page.md:1: 'cty' is unknown (did you mean 'city'?)") == 1
    assert (tmp_path / "builds").read_text() == "x"


def test_a_site_elsewhere_is_named(is_full: bool, tmp_path: Path) -> None:
    below = tmp_path / "handbook"
    write(below, {"page.md": "# Page\n"})
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    (tmp_path / "new" / "docs").mkdir(parents=True)
    (tmp_path / "new" / "docs" / "page.md").write_text("# Page\n")
    (tmp_path / "new" / "zensical.toml").write_text("[project.extra.runbook]\n")
    ran = verify(tmp_path)
    assert ran.returncode == 0
    for line in (
        "handbook/mkdocs.yml: its pages are not verified; "
        "run `pytest -o runbook_config=handbook/mkdocs.yml`, or set runbook_config in "
        "pytest's settings",
        "new/zensical.toml: its pages are not verified; write the configuration as mkdocs.yml",
    ):
        assert ran.stdout.splitlines().count(line) == 1
    toml = verify(tmp_path, "-o", "runbook_config=new/zensical.toml")
    assert toml.returncode == 4
    assert "ERROR: runbook_config: new/zensical.toml cannot be used; write the" in toml.stderr
    (below / "pytest.ini").unlink()
    (tmp_path / "pytest.ini").unlink()
    within = verify(below / "docs", ".")  # no settings file says where the project is
    line = "../mkdocs.yml: its pages are not verified; run `pytest --rootdir=..`, or set"
    assert within.stdout.count(line) == 1
    if is_full:  # workers tell the process that started them
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        ran = verify(tmp_path, *WORKERS, command=command)
        assert "handbook/mkdocs.yml: its pages are not verified" in ran.stdout


def test_mkdocs_yaml_is_found(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": fence("bash", "false")})
    (tmp_path / "mkdocs.yml").rename(tmp_path / "mkdocs.yaml")
    ran = verify(tmp_path, "--runbook-values", "default")
    assert outcomes(ran.stdout) == {"docs/page.md::line-1[default]": "FAILED"}
