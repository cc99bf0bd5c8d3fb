"""How long 300 Python blocks take: this plugin against pytest-examples, and against Sybil.

    pip install sybil  # else it is left out
    python tests/benchmarks/verify.py [PAIRS]

30 pages of ten blocks. This plugin renders the pages with MkDocs and Material, lints, compares what
is printed, and runs each block in a process of its own; pytest-examples lints and compares; Sybil
runs. Runs are interleaved. Printed are user CPU of all processes, and ratios pair by pair; last,
where this plugin's time goes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

CONFIG = """\
site_name: Corpus
theme: { name: material, font: false }
extra: { runbook: { parameters: { city: { default: Basel, pattern: "[A-Za-z]+" } } } }
plugins:
  - macros:
      modules: [mkdocs_macros_runbook]
      j2_extensions: [mkdocs_macros_runbook.PageSource]
      on_undefined: strict
      on_error_fail: true
markdown_extensions: [mkdocs_macros_runbook, pymdownx.highlight, pymdownx.superfences]
"""
PYTEST_EXAMPLES = """\
import pytest
from pytest_examples import CodeExample, EvalExample, find_examples


@pytest.mark.parametrize("example", list(find_examples("docs")), ids=str)
def test_docs(example: CodeExample, eval_example: EvalExample):
    eval_example.lint(example)
    eval_example.run_print_check(example)
"""
SYBIL = """\
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"]).pytest()
"""
PAGES, BLOCKS = 30, 10
PLUGINS = ("mkdocs_macros_runbook", "pytest_examples", "hypothesispytest", "cacheprovider")


def block(number: int) -> str:
    """Return a block that prints something of its own, says so, and asserts it."""
    value = number % 97 + 2
    code, printed = (
        (f"result = {value} * 7 + {number}", value * 7 + number),
        (f"result = sum(range({value}))", sum(range(value))),
        (f"name = 'app'\nresult = f'{{name}}-{number}'", f"app-{number}"),
        (f"result = {{'region': 'eu-{value}', 'n': {number}}}['region']", f"eu-{value}"),
        (f"import json\n\nresult = json.loads('[{value}, {number}]')[1]", number),
    )[number % 5]
    return f"{code}\nprint(result)\n#> {printed}\nassert result == {printed!r}"


def write(folder: Path) -> None:
    """Write the pages, and a folder beside them for each tool."""
    (folder / "docs").mkdir()
    for page in range(PAGES):
        text = f"# Page {page}\n"
        for number in range(page * BLOCKS, (page + 1) * BLOCKS):
            text += (
                f"\n## Step {number}\n\nProse of this step.\n\n```python\n{block(number)}\n```\n"
            )
        (folder / "docs" / f"page_{page:02}.md").write_text(text)
    (folder / "mkdocs.yml").write_text(CONFIG)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "empty").mkdir()
    (folder / "test_examples.py").write_text(PYTEST_EXAMPLES)
    (folder / "sybil").mkdir()
    (folder / "sybil" / "conftest.py").write_text(SYBIL)
    (folder / "sybil" / "docs").symlink_to(folder / "docs")


def seconds(folder: Path, *command: str, expecting: str = "") -> float:
    """Return the user CPU of `command` and its children."""
    ours = ("PYTHONDONTWRITEBYTECODE", "PYTEST_ADDOPTS")
    environment = {name: text for name, text in os.environ.items() if name not in ours}
    before = os.times().children_user
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**environment, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if expecting not in result.stdout:
        raise SystemExit(f"{' '.join(command)}:\n{result.stdout[-3000:]}{result.stderr}")
    return os.times().children_user - before


def pytest(*arguments: str, plugins: tuple[str, ...] = ()) -> list[str]:
    """Return a command of pytest, without the plugins that it does not need."""
    without = [part for name in PLUGINS if name not in plugins for part in ("-p", f"no:{name}")]
    return ["pytest", "-q", "-W", "ignore", *without, *arguments]


def main(pairs: int) -> None:
    """Measure, and print."""
    both = ("mkdocs_macros_runbook", "pytest_examples")
    commands = {
        "this plugin": pytest("docs", plugins=both),
        "pytest-examples": pytest("test_examples.py", plugins=both[1:]),
        "pytest-examples again": pytest("test_examples.py", plugins=both[1:]),
    }
    if find_spec("sybil"):
        commands["Sybil, run alone"] = pytest("sybil")
    else:
        print("without Sybil, which is not installed: pip install sybil")
    parts = {
        "start": pytest("empty", plugins=both),
        "rendering": ["mkdocs", "build", "--quiet", "--site-dir", "site"],
        "collected": pytest("docs", "--collect-only", plugins=both),
        "not linted": pytest("docs", "-o", "runbook_lint=false", plugins=both),
    }
    times: dict[str, list[float]] = {name: [] for name in (*commands, *parts)}
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        write(folder)
        for run in range(pairs + 1):  # the first warms up
            for name, command in {**commands, **parts}.items():
                expecting = f"{PAGES * BLOCKS} passed" if name in commands else ""
                duration = seconds(folder, *command, expecting=expecting)
                if run:
                    times[name].append(duration)
    middle = {name: statistics.median(durations) for name, durations in times.items()}
    print(f"user CPU, {pairs} interleaved runs          median   ratio to pytest-examples")
    for name in commands:
        ratios = [
            own / peer for own, peer in zip(times[name], times["pytest-examples"], strict=True)
        ]
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"{name:<36} {middle[name]:6.2f} s   {spread}")
    print("\nwhere this plugin's time goes")
    reading = middle["collected"] - middle["start"] - middle["rendering"]
    for name, duration in {
        "start of pytest and its plugins": middle["start"],
        "rendering, by MkDocs and Material": middle["rendering"],
        "reading the built pages": reading,
        "running blocks, comparing output": middle["not linted"] - middle["collected"],
        "linting": middle["this plugin"] - middle["not linted"],
    }.items():
        print(f"{name:<36} {duration:6.2f} s   {duration / middle['this plugin']:4.0%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 10)
