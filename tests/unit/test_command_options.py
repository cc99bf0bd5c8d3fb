"""Options that sentences name: right, wrong, and of another command."""

from __future__ import annotations

import pytest

from mkdocs_macros_runbook.page.command_options import helped_command, option_problems

HELPS = {"rack.py": {"--fast", "--floor"}, "rack list": {"--long"}}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("python3 rack.py --help", "rack.py"),
        ("./tools/rack.py -h", "rack.py"),
        ("rack list --help", "rack list"),
        ("rack --help | head", ""),
        ("rack --fast", ""),
        ("--help", ""),
    ],
)
def test_the_command_of_a_help_text(command: str, name: str) -> None:
    assert helped_command(command) == name


@pytest.mark.parametrize(
    "text",
    [
        "Run `rack.py --fast`.",
        "Run [`rack.py`](rack.py) with `--floor first` or `--help`.",
        "Run `rack\nlist --long`.",
        "Run `rack.py`. For pip, add `--upgrade`.",
        "- Run `rack.py`\n- Add `--upgrade` for pip",
        "After `pip install --upgrade rack`, run `rack.py`.",
        "See `my-rack.py --slow`.",
        "The command `rack.py` has no option `--slow`.",
        "Run `pip install --upgrade rack.py`.",
        "Run `rack list all --json`.",
        "Run `rack.py --fast -- pytest --maxfail=1`.",
        "```text\nrack.py --slow\n```\n",
        "<!-- `rack.py --slow` -->",
        "---\ntitle: rack.py `--slow`\n---\n",
    ],
)
def test_an_option_that_there_is(text: str) -> None:
    assert [*option_problems(text, HELPS)] == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("\nRun `rack.py --slow`.", 2, "rack.py has no option --slow"),
        (
            "A\n`python3 rack.py --fats`.",
            2,
            "rack.py has no option --fats (did you mean '--fast'?)",
        ),
        ("# A\n\nTo list, give\n`rack list` the option\n`--longer`.", 5, "rack list has no option"),
        ("```text\n```\n\n| `--slow` | for `rack.py` |", 4, "rack.py has no option --slow"),
        ("`sh tools/rack.py --slow`", 1, "rack.py has no option --slow"),
        ("`rack.py` has, e.g. `--fats`: it", 1, "rack.py has no option --fats"),
        ("``rack.py --a`b``", 1, "rack.py has no option --a"),
        ("`rack.py` and `rack list` have `--x`", 1, "rack.py and rack list has no option --x"),
    ],
)
def test_an_option_that_does_not_exist(text: str, line: int, message: str) -> None:
    (problem,) = option_problems(text, HELPS)
    assert problem.line == line
    assert f"the help of {message}" in problem.message
