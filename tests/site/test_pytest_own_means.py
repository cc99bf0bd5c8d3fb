"""pytest's own means: choosing tests by the last run, any order, workers, other plugins."""

from __future__ import annotations

import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import sites
from test_verification import (
    CONFIG,
    DECLARATION,
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


def collected(output: str) -> list[str]:
    return re.findall(r"^docs/\S+::\S+$", output, re.MULTILINE)


def test_the_last_run_chooses_tests(is_full: bool, tmp_path: Path) -> None:
    write(tmp_path, {"page.md": PAGE})
    stepwise = verify(tmp_path, *CACHE, "--sw")
    assert outcomes(stepwise.stdout) == {IDS[0]: "PASSED", IDS[1]: "FAILED"}
    again = verify(tmp_path, *CACHE, "--lf")
    assert outcomes(again.stdout) == {IDS[1]: "FAILED"}
    assert "rerun previous 1 failure" in again.stdout
    if is_full:  # they compare ids in the same way
        options = [*CACHE, "--collect-only", "-q"]
        assert collected(verify(tmp_path, *options, "--ff").stdout)[0] == IDS[1]
        assert collected(verify(tmp_path, *options, "--sw").stdout) == IDS[1:]
        (tmp_path / "docs" / "a.md").write_text(PAGE)
        assert collected(verify(tmp_path, *options, "--nf").stdout)[0].startswith("docs/a.md")


def test_a_list_of_tests_has_their_names_alone(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": '=== "A"\n\n    ```bash\n    true\n    ```\n'})
    output = verify(tmp_path, "--collect-only", "-v").stdout
    *_, tests = output.partition("<FilePage page.md>\n")
    lines = tests.partition("\n\n")[0].splitlines()
    assert lines and all(line.strip().startswith("<Item ") for line in lines)


MAKES_A_PAGE = """
from mkdocs.structure.files import File
def on_files(files, config):
    text = "```bash\\ntrue\\n```\\n\\n```bash\\nfalse\\n```\\n"
    files.append(File.generated(config, "gen/made.md", content=text))
"""


def test_the_last_run_chooses_tests_of_a_page_that_is_no_file(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": fence("bash", "false")})
    (tmp_path / "hook.py").write_text(MAKES_A_PAGE)
    with (tmp_path / "mkdocs.yml").open("a") as file:
        file.write("hooks: [hook.py]\n")
    result = verify(tmp_path, *CACHE, "docs")
    failed = {"docs/page.md::line-1[default]", "docs/gen/made.md::line-5[default]"}
    assert outcomes(result.stdout) == {
        "docs/gen/made.md::line-1[default]": "PASSED",
        **dict.fromkeys(failed, "FAILED"),
    }
    assert 'run it again:\n    pytest "docs" -k "gen/made.md and line-5[default]"' in result.stdout
    again = verify(tmp_path, *CACHE, "--lf", "--nf", "--collect-only", "-q", "docs")
    assert {*collected(again.stdout)} == failed, again.stdout


def test_the_order_of_tests_changes_no_outcome(tmp_path: Path) -> None:
    ends = "def pytest_runbook_end(walkthrough):\n    return 1\n\n\n"
    shuffle = "def pytest_collection_modifyitems(items):\n    items.reverse()\n"
    tabs = (
        '=== "A"\n\n    ```bash\n    true\n    ```\n\n=== "B"\n\n    ```bash\n    false\n    ```\n'
    )
    write(tmp_path, {"page.md": PAGE, "tabs.md": tabs}, conftest=ends + shuffle)
    result = verify(tmp_path, "--runbook-values", "default")
    outcome_by_test = outcomes(result.stdout)
    assert {name: outcome_by_test[name] for name in IDS} == EXPECTED
    assert (
        "docs/page.md:15: a command ended with code 1, at `test -e made`; first fix docs/page.md"
        in (result.stdout)
    )
    assert (
        "docs/tabs.md: the final states were not compared, because docs/tabs.md:9 failed"
        in result.stdout
    )
    assert "as setup" not in result.stdout


#: the folder in which the Makefile installs other plugins of pytest
PLUGINS = Path(sys.prefix) / "pytest-plugins"
# by the names that they have when pytest loads them by itself, by which they know each other
BESIDE = [
    *("-p", "pytest_cov", "--cov=.", "--cov-report=term"),
    *("-p", "asyncio", "--asyncio-mode=auto"),
    *("-o", "asyncio_default_fixture_loop_scope=function"),
    *("-p", "rerunfailures", "--reruns=1"),
    *("-p", "randomly", "--randomly-seed=70"),
    *("-p", "cacheprovider", "-p", "stepwise"),
]
BESIDE_WORKERS = ["-p", "xdist", "-n", "2"]
BESIDE_PATH = {"PYTHONPATH": str(PLUGINS)}
SCRIPT = """\
# --8<-- [start:add]
total = 0
for number in (1, 2):
    total += number
# --8<-- [end:add]
print(total)
"""
WORLD = """
from contextlib import contextmanager
from pathlib import Path
import shutil
import pytest
@pytest.fixture(scope="session")
def runbook_world():
    @contextmanager
    def world(walkthrough):
        shutil.copy("scripts/add.py", walkthrough.folder)
        yield {"RUNS": str(Path("runs").resolve())}
    return world
def pytest_runbook_end(walkthrough):
    return (walkthrough.folder / "city").exists()
"""
TAB = '=== "%s"\n\n    ```bash\n    echo tabs >> $RUNS; echo "{{ city }}" | tee city\n    ```\n\n'
TABS = TAB % "A" + TAB % "B" + fence("text", "{{ city }}")
EXCERPT = fence("bash", "python3 add.py") + fence("text", "3")
EXCERPT += '```python script="add.py#add"\n```\n'


def succeeds_once(name: str, run: int) -> str:
    """Return a block that succeeds only when it runs for the `run`-th time."""
    return fence("bash", f"echo {name} >> $RUNS; test $(grep -cx {name} $RUNS) -eq {run}")


def write_with_world(folder: Path, pages: Mapping[str, str]) -> None:
    write(folder, pages, conftest=WORLD)
    (folder / "scripts").mkdir()
    (folder / "scripts" / "add.py").write_text(SCRIPT)


def test_other_plugins_change_no_verdict(is_full: bool, tmp_path: Path) -> None:
    assert (PLUGINS / "pytest_cov").is_dir(), "run `make pytest-plugins`"
    pages = {
        "page.md": PAGE,
        "tabs.md": TABS,
        "flaky.md": succeeds_once("flaky", 2),
        # no walkthrough gets through both
        "never.md": succeeds_once("first", 1) + succeeds_once("second", 2),
    }
    values, routes, verified = ["--runbook-values", "default"], 2, "8 blocks verified in 5 walk"
    if is_full:
        pages["excerpt.md"] = EXCERPT
        values, routes, verified = [], 4, "11 blocks verified in 8 walk"
    write_with_world(tmp_path, pages)
    result = verify(tmp_path, *BESIDE, *values, more=BESIDE_PATH)
    failed = dict.fromkeys([IDS[1], IDS[3], "docs/never.md::line-5[default]"], "FAILED")
    outcome_by_test = outcomes(result.stdout)
    assert {
        name: outcome_by_test[name] for name in outcome_by_test if outcome_by_test[name] != "PASSED"
    } == failed
    assert "docs/page.md:15: a command ended with code 1, at `test -e made`; first" in result.stdout
    assert "docs/never.md:5: not run, since docs/never.md:1 failed" in result.stdout
    assert f"{verified}throughs, 0 exempt, 3 blocks run as setup" in result.stdout
    assert " passed, 4 rerun in " in result.stdout
    runs = Counter((tmp_path / "runs").read_text().split())
    assert runs == {"tabs": routes, "first": 2, "second": 1, "flaky": 2}
    assert re.search(r"^conftest\.py +13 +0 +100%$", result.stdout, re.MULTILINE)
    if is_full:
        (tmp_path / "runs").unlink()
        workers = verify(tmp_path, *BESIDE, *BESIDE_WORKERS, more=BESIDE_PATH, command=command)
        assert outcomes(workers.stdout) == outcome_by_test


@pytest.mark.only_full
def test_the_last_run_chooses_tests_beside_other_plugins(tmp_path: Path) -> None:
    def run(*arguments: str, command: Callable[..., list[str]] = warm_command) -> str:
        return verify(tmp_path, *BESIDE, *arguments, more=BESIDE_PATH, command=command).stdout

    options = ["--collect-only", "-q"]
    write(tmp_path, {"page.md": PAGE})
    (stopped,) = (name for name, outcome in outcomes(run("--sw")).items() if outcome == "FAILED")
    assert collected(run("--sw", *options))[0] == stopped
    assert outcomes(run()) == EXPECTED
    failed = {IDS[1]: "FAILED", IDS[3]: "FAILED"}
    again = run("--lf")
    assert outcomes(again) == failed
    assert "0 blocks verified in 1 walkthrough, 0 exempt, 3 blocks run as setup" in again
    assert outcomes(run("--lf", *BESIDE_WORKERS, command=command)) == failed
    assert {*collected(run("--ff", *options))[:2]} == {*failed}
    (tmp_path / "docs" / "a.md").write_text(PAGE)
    assert all(
        name.startswith("docs/a.md") for name in collected(run("--nf", *options))[: len(IDS)]
    )


@pytest.mark.only_full
def test_a_block_that_passes_when_it_runs_again_is_not_among_the_failures(tmp_path: Path) -> None:
    write_with_world(tmp_path, {f"{n}.md": succeeds_once(f"block-{n}", 2) for n in range(11)})
    result = verify(tmp_path, *BESIDE, more=BESIDE_PATH)
    assert "11 blocks verified in 11 walkthroughs, 0 exempt" in result.stdout
    assert "failed: " not in result.stdout


def test_a_block_alone_is_not_run_if_one_before_it_fails(tmp_path: Path) -> None:
    mistakes = fence("toml", "a =") + fence("bash", "$ true") + fence("python", ">>> 1")
    own = fence("bash", "false") + mistakes + fence("python", "x =")
    write(tmp_path, {"page.md": PAGE, "own.md": own, "alone.md": own})
    alone = ["docs/alone.md::line-5[default]", "docs/alone.md::line-17[default]"]
    result = verify(tmp_path, "--runbook-values", "default", IDS[2], IDS[4], "docs/own.md", *alone)
    own_ids = (f"docs/own.md::line-{number}[default]" for number in range(1, 18, 4))
    failed = [IDS[2], IDS[4], *alone, *own_ids]
    assert outcomes(result.stdout) == dict.fromkeys(failed, "FAILED")
    expected = "docs/page.md:19: not run, since docs/page.md:7 failed: a command ended with code 1"
    assert expected in result.stdout
    for what_is_wrong in (
        "docs/alone.md:5: this is not valid TOML: Invalid value (at line 1, column 4)",
        "docs/alone.md:17: line 1 of the block, `x =`: SyntaxError: invalid syntax",
        "docs/own.md:17: line 1 of the block, `x =`: SyntaxError: invalid syntax",
        "docs/own.md:5: this is not valid TOML: Invalid value (at line 1, column 4)",
        "docs/own.md:9: the block begins with the prompt `$ `, which is not a command; change its"
        " language to console",
        "docs/own.md:13: this is a Python session, not a program; change its language to pycon",
    ):
        assert f"\n{what_is_wrong}\n" in result.stdout, "no block before it is the cause"


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
    result = verify(tmp_path, "--runbook-values", "default", "-s")
    assert set(outcomes(result.stdout).values()) == {"FAILED"}
    assert result.stdout.count("opened\n") == 1


#: what is wrong with the site, by the text of `mkdocs.yml`, and its line
MISTAKES = {
    "no YAML": ("site_name: [Sample", "mkdocs.yml:2: this is not YAML"),
    "a key": (
        "copyright: {{ city }}",
        "mkdocs.yml: MkDocs cannot read the configuration (MkDocs encountered an",
    ),
    "a parameter": (
        DECLARATION.replace("pattern", "patern"),
        "mkdocs.yml:4: parameter 'city' has the unknown key 'patern'",
    ),
    "runbok": (
        DECLARATION.replace("runbook", "runbok"),
        "mkdocs.yml:2: extra has the unknown key 'runbok' (did you mean 'runbook'?); rename it",
    ),
    "extras": (
        DECLARATION.replace("extra", "extras"),
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
    result = verify(tmp_path, *workers, command=command if workers else warm_command)
    assert outcomes(result.stdout) == {
        "test_own.py::test_own": "PASSED",
        "docs/index.md::site": "FAILED",
    }
    assert "1 skipped" in result.stdout
    assert re.findall(rf"^{re.escape(expected)}.*$", result.stdout, re.MULTILINE)
    assert (
        "not run: the site cannot be verified; the test of docs/index.md reports why"
        in result.stdout
    )


def test_a_folder_of_pages_that_is_not_there_fails(tmp_path: Path) -> None:
    write(tmp_path, {})
    (tmp_path / "docs").rename(tmp_path / "dcos")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_own.py").write_text("def test_own():\n    pass\n")
    own = {"tests/test_own.py::test_own": "PASSED"}
    result = verify(tmp_path)
    assert outcomes(result.stdout) == {**own, "docs::site": "FAILED"}, result.stdout + result.stderr
    expected = (
        "mkdocs.yml: docs_dir is docs, which is not a folder; correct docs_dir, or create the"
    )
    assert f"\n{expected} folder\n" in result.stdout
    assert f"\nfailed: {expected} folder\n" in verify(tmp_path, "--tb=no", "-rN").stdout
    result = verify(tmp_path, "tests")
    assert outcomes(result.stdout) == own
    assert f"\n{expected} folder\n" in result.stdout
    assert outcomes(verify(tmp_path, "dcos").stdout) == {"docs::site": "FAILED"}


@pytest.mark.parametrize("text", ["", "\n", "---\ntitle: A\n---\n"])
def test_pages_without_a_text_have_no_tests(text: str, tmp_path: Path) -> None:
    write(tmp_path, {"index.md": text})
    result = verify(tmp_path, "docs")
    assert (result.returncode, outcomes(result.stdout)) == (pytest.ExitCode.NO_TESTS_COLLECTED, {})


def test_a_page_that_stops_the_build_stops_it_once_for_all_workers(tmp_path: Path) -> None:
    pages = {f"{number}.md": "# Page\n" for number in range(4)}
    write(tmp_path, {**pages, "page.md": "{{ cty }}\n"})
    count = "from pathlib import Path\n\n\ndef define_env(env):\n"
    count += "    with Path('builds').open('a') as file:\n        file.write('x')\n"
    (tmp_path / "main.py").write_text(count)
    result = verify(tmp_path, *WORKERS, command=command)
    assert result.returncode == 1, result.stdout
    assert result.stdout.count("docs/page.md:1: 'cty' is unknown (did you mean 'city'?)") == 1
    assert (tmp_path / "builds").read_text() == "x"


def test_a_site_elsewhere_is_named(is_full: bool, tmp_path: Path) -> None:
    below = tmp_path / "handbook"
    write(below, {"page.md": "# Page\n"})
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_own.py").write_text("def test_own():\n    pass\n")
    (tmp_path / "new" / "docs").mkdir(parents=True)
    (tmp_path / "new" / "docs" / "page.md").write_text("# Page\n")
    (tmp_path / "new" / "zensical.toml").write_text("[project.extra.runbook]\n")
    (tmp_path / "other" / "docs").mkdir(parents=True)
    (tmp_path / "other" / "docs" / "page.md").write_text("# Page\n")
    (tmp_path / "other" / "mkdocs.yml").write_text("site_name: Our runbook\n")
    result = verify(tmp_path)
    assert result.returncode == 0
    assert "other/mkdocs.yml" not in result.stdout
    for line in (
        "handbook/mkdocs.yml: its pages are not verified; "
        "run `pytest -o runbook_config=handbook/mkdocs.yml handbook/docs`, or set runbook_config "
        "in pytest's settings",
        "new/zensical.toml: its pages are not verified; write the configuration as mkdocs.yml",
    ):
        assert result.stdout.splitlines().count(line) == 1
    toml = verify(tmp_path, "-o", "runbook_config=new/zensical.toml")
    assert toml.returncode == 4
    assert "ERROR: runbook_config: new/zensical.toml cannot be used; write the" in toml.stderr
    (below / "pytest.ini").unlink()
    (tmp_path / "pytest.ini").unlink()
    (tmp_path / ".git").mkdir()
    (below / "beside").mkdir()
    (below / "beside" / "mkdocs.yml").write_text("extra: { runbook: {} }\n")
    within = verify(below / "docs", ".")  # no settings file says where the project is
    for line in (
        "../mkdocs.yml: its pages are not verified; run `pytest --rootdir=.. .`",
        "../beside/mkdocs.yml: its pages are not verified; "
        "run `pytest --rootdir=../beside ../beside/docs`",
    ):
        assert within.stdout.count(line) == 1
    if is_full:  # workers tell the process that started them
        (tmp_path / "pytest.ini").write_text("[pytest]\n")
        result = verify(tmp_path, *WORKERS, command=command)
        assert "handbook/mkdocs.yml: its pages are not verified" in result.stdout


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_all_pages_of_the_site_are_found(generator: str, is_full: bool, tmp_path: Path) -> None:
    """Wherever they are: in a linked folder, and in folders that pytest leaves out by name."""
    false = fence("bash", "false")
    names = [
        "page.md",
        "guide/build/page.md",
        "guide/site/page.md",
        "guide/[1].md",
        "b$(x).md",
    ]
    pages = {**dict.fromkeys(names, false), "empty.md": "", "draft.md": false}
    write(tmp_path, pages, ini=f"runbook_generator = {generator}")
    with (tmp_path / "mkdocs.yml").open("a") as file:
        file.write("exclude_docs: draft.md\n")
    (tmp_path / "mkdocs.yml").rename(tmp_path / "mkdocs.yaml")
    (tmp_path / "docs").rename(tmp_path / "content")
    (tmp_path / "docs").symlink_to("content")
    arguments = [
        f"docs/{name}" for name in ("page.md", "b$(x).md", "guide", "empty.md", "draft.md")
    ]
    arguments += ["--runbook-values", "default", *(WORKERS if is_full else [])]
    result = verify(tmp_path, *arguments, command=command if is_full else warm_command)
    assert outcomes(result.stdout) == {f"docs/{name}::line-1[default]": "FAILED" for name in names}
    for again in (
        'pytest "docs/guide/build/page.md::line-1[default]"',
        'pytest "docs/guide" -k "[1].md and line-1[default]"',  # it takes no `[` in a path
        "pytest 'docs/b$(x).md::line-1[default]'",
    ):
        assert f"run it again:\n    {again}\n" in result.stdout
    (line,) = re.findall(r"^.*: its blocks are not verified, .*$", result.stdout, re.MULTILINE)
    assert line.startswith("docs/draft.md: its blocks are not verified, because the site does not")


MODULE_FIXTURES = """
import pytest

@pytest.fixture(autouse=True, scope="module")
def module():
    yield

@pytest.fixture(autouse=True)
def of_module(request):
    assert request.module.__name__
"""


def test_fixtures_may_have_the_scope_of_a_module(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": "# A\n\n" + fence("bash", "true")})
    (tmp_path / "conftest.py").write_text(MODULE_FIXTURES)
    result = verify(tmp_path, "--runbook-values", "default")
    assert outcomes(result.stdout) == {"docs/page.md::line-3[default]": "PASSED"}, result.stdout


def test_pages_that_testpaths_leave_out_are_named(is_full: bool, tmp_path: Path) -> None:
    website = tmp_path / "website"
    write(website, {"page.md": "# Page\n"}, ini="testpaths = tests")
    (website / "tests").mkdir()
    (website / "tests" / "test_own.py").write_text("def test_own():\n    pass\n")
    shutil.copy(website / "pytest.ini", tmp_path)
    shutil.copytree(website / "tests", tmp_path / "tests")
    config = website / "mkdocs.yml"
    says = "mkdocs.yml: its pages are not verified; run `pytest "

    def lines(folder: Path, *arguments: str) -> list[str]:
        result = verify(folder, *arguments)
        assert outcomes(result.stdout) == {"tests/test_own.py::test_own": "PASSED"}
        return [line for line in result.stdout.splitlines() if says in line]

    (line,) = lines(website)
    assert line.startswith(says)
    assert line.endswith(" docs`, or add docs to testpaths in pytest's settings")
    assert not lines(website, "tests")
    (line,) = lines(tmp_path)
    assert "run `pytest -o runbook_config=website/mkdocs.yml website/docs`" in line
    deep = tmp_path / "packages" / "a"
    shutil.copytree(website / "docs", deep / "docs")
    shutil.copy(config, deep)
    (deep / "mkdocs.dev.yml").write_text("INHERIT: mkdocs.yml\n")
    shutil.copy(config, deep.parent / "mkdocs.yml")  # without a folder of pages
    both = lines(tmp_path, "-o", "runbook_config=website/mkdocs.yml")
    says_how = "run `pytest -o runbook_config=packages/a/mkdocs.yml packages/a/docs`"
    assert [says_how in line for line in both].count(True) == 1 == len(both) - 1
    shutil.rmtree(deep.parent)
    (website / "docs").rename(tmp_path / "docs")
    mistaken = config.read_text().replace("default: Basel", "defualt: Basel")
    config.write_text(f"{mistaken}docs_dir: ../docs\n")
    (line,) = lines(website)
    assert " --rootdir=. ../docs`" in line
    if is_full:  # workers tell the process that started them
        for paths, number in {"tests": 1, "tests ../docs": 0}.items():
            result = verify(website, *WORKERS, "-o", f"testpaths={paths}", command=command)
            assert result.stdout.count(says) == number


def test_a_page_of_another_configuration_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": "# Page\n"})
    for name in ("docs/de/page.md", "guide/page.md", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("# Page\n")
    config = (tmp_path / "mkdocs.yml").read_text()
    (tmp_path / "mkdocs.local.yml").write_text(config)
    (tmp_path / "website").mkdir()
    for name, text in {
        "mkdocs.de.yml": "INHERIT: mkdocs.local.yml\ndocs_dir: docs/de\n",
        "mkdocs.a.yml": "INHERIT: mkdocs.a.yml\ndocs_dir: docs/de\n",
        "website/mkdocs.yml": f"{config}docs_dir: ../guide\n",
    }.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "mkdocs.yml").write_text(f"{config}docs_dir: docs/en\n")
    (tmp_path / "docs" / "en").mkdir()
    result = verify(tmp_path, ".")
    assert re.findall(r"its pages are not verified; run `(.*?)`", result.stdout) == [
        "pytest -o runbook_config=mkdocs.de.yml docs/de",
        "pytest -o runbook_config=website/mkdocs.yml guide",
    ]
