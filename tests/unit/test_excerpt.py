"""Excerpts: what a fence shows of a script, and what is said where it cannot."""

from __future__ import annotations

from pathlib import Path

import jinja2
import markdown
import pytest

from mkdocs_macros_runbook.excerpt import excerpt_mistakes, excerpts, not_run, with_excerpts
from mkdocs_macros_runbook.mistake import Mistake

SCRIPT = '''\
"""Make it."""
# --8<-- [start:plan]


def plan(n):
    # --8<-- [start:inner]
    return f"{{{n}}} {n}"
    # --8<-- [end:inner]


# --8<-- [end:plan]
print(plan(1))
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "make.py").write_text(SCRIPT)
    return tmp_path / "scripts"


def test_parts_have_no_marks_and_no_space_around_them() -> None:
    parts = excerpts(SCRIPT)
    assert parts["inner"] == 'return f"{{{n}}} {n}"'
    assert parts["plan"] == 'def plan(n):\n    return f"{{{n}}} {n}"'
    assert "--8<--" not in parts[""]
    assert parts[""].startswith('"""Make it."""\n\n\ndef plan')


@pytest.mark.parametrize(
    ("script", "line", "found"),
    [
        ("a\n# --8<-- [start:x]\n", "1", "'x' never ends"),
        ("a\n# --8<-- [end:x]\n", "2", "'x' ends unopened"),
        ("# --8<-- [start:x]\n# --8<-- [end:x]\n# --8<-- [start:x]\n", "3", "'x' starts twice"),
    ],
)
def test_marks_that_do_not_match(script: str, line: str, found: str) -> None:
    with pytest.raises(Mistake, match=found) as caught:
        excerpts(script)
    assert caught.value.place == line


@pytest.mark.parametrize("indent", ["", "    ", "        "])
@pytest.mark.parametrize("ticks", ["```", "````", "~~~"])
def test_a_fence_is_filled_at_its_own_depth(folder: Path, indent: str, ticks: str) -> None:
    source = f'{indent}{ticks}python title="make.py" script="make.py#plan"\n{indent}{ticks}\nafter'
    filled = jinja2.Environment().from_string(with_excerpts(source, folder)).render()
    assert filled.splitlines() == [
        f'{indent}{ticks}python title="make.py"',
        f"{indent}def plan(n):",
        f'{indent}    return f"{{{{{{n}}}}}} {{n}}"',
        f"{indent}{ticks}",
        "after",
    ]


def test_a_part_of_one_line(folder: Path) -> None:
    filled = with_excerpts('```python script="make.py#inner"\n```\n', folder)
    text = jinja2.Environment().from_string(filled).render()
    assert text == '```python\nreturn f"{{{n}}} {n}"\n```'
    assert "<code" in markdown.markdown(text, extensions=["pymdownx.superfences"])


@pytest.mark.parametrize(
    ("fence", "expected"),
    [
        (
            '```python script="mak.py#plan"\n```',
            "there is no script 'mak.py' in scripts/ (nearest: m",
        ),
        ('```python script="../x.py"\n```', "there is no script '../x.py'"),
        ('```python script="make.py#pln"\n```', "no excerpt 'pln' in scripts/make.py"),
        ('```python script="make.py#plan"\nx\n```', "the block that shows make.py is not empty"),
    ],
)
def test_mistakes(folder: Path, fence: str, expected: str) -> None:
    [(line, found, remedy)] = excerpt_mistakes(f"text\n\n{fence}\n", folder)
    assert line == 3
    assert found.startswith(expected)
    assert remedy


STATEMENTS = """\
def plan(n):
    \"\"\"Tell.\"\"\"
    if n < 0:
        text = "no"
        raise ValueError(text)
    found = [
        n,
    ]
    if n:
        return found
    count: int

    def inner():
        return n

    return inner
# --8<-- [start:last]
plan(1)
# --8<-- [end:last]
"""
REFUSES = """\
def find(n):
    for one in n:
        return one
    text = "no"
    raise ValueError(text)
try:
    find([1])
    raise KeyError
except KeyError:
    if not find:
        for one in []:
            text = one
        raise
raise SystemExit(find([1]))
"""


@pytest.mark.parametrize(
    ("part", "lines_run", "expected"),
    [
        ("", {1, 3, 6, 9, 10, 13, 18}, [14, 16]),
        ("", {3, 7, 9, 10, 14, 16, 18}, []),
        ("", {1, 16}, [3, 6, 9, 10, 14, 18]),
        ("last", {1, 3}, [18]),
        ("last", {18}, []),
    ],
)
def test_statements_that_did_not_run(part: str, lines_run: set[int], expected: list[int]) -> None:
    assert not_run(STATEMENTS, part, lines_run) == expected


def test_only_the_way_to_a_refusal_need_not_run() -> None:
    everything = not_run(REFUSES, "", set())
    assert everything == [2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14]
