"""Excerpts: what a fence shows of a script, and the problems if it cannot."""

from __future__ import annotations

from pathlib import Path

import jinja2
import markdown
import pytest

from mkdocs_macros_runbook.page.excerpt import excerpt_problems, excerpts, with_excerpts
from mkdocs_macros_runbook.problem import Problem

JINJA = jinja2.Environment()
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
    (tmp_path / "scripts" / "whole.py").write_text("print(1)\n")
    return tmp_path / "scripts"


def test_parts_have_no_marks_and_no_space_around_them() -> None:
    parts = excerpts(SCRIPT)
    assert parts["inner"] == 'return f"{{{n}}} {n}"'
    assert parts["plan"] == 'def plan(n):\n    return f"{{{n}}} {n}"'
    assert "--8<--" not in parts[""]
    assert parts[""].startswith('"""Make it."""\n\n\ndef plan')


@pytest.mark.parametrize(
    ("script", "line", "message"),
    [
        ("a\n# --8<-- [start:x]\n", "2", "'x' never ends; add the line `# --8<-- .end:x.`"),
        ("a\n# --8<-- [end:x]\n", "2", "'x' ends before it starts"),
        ("# --8<-- [start:x]\n# --8<-- [end:x]\n# --8<-- [start:x]\n", "3", "'x' starts twice"),
    ],
)
def test_marks_that_do_not_match(script: str, line: str, message: str) -> None:
    with pytest.raises(Problem, match=message) as caught:
        excerpts(script)
    assert caught.value.place == line


@pytest.mark.parametrize("indent", ["", "    ", "        "])
@pytest.mark.parametrize("ticks", ["```", "````", "~~~"])
def test_a_fence_is_filled_at_its_own_depth(folder: Path, indent: str, ticks: str) -> None:
    source = f'{indent}{ticks}python title="make.py" script="make.py#plan"\n{indent}{ticks}\nafter'
    filled = jinja2.Environment().from_string(with_excerpts(source, folder, JINJA)).render()
    assert filled.splitlines() == [
        f'{indent}{ticks}python title="make.py" script="make.py#plan"',
        f"{indent}def plan(n):",
        f'{indent}    return f"{{{{{{n}}}}}} {{n}}"',
        f"{indent}{ticks}",
        "after",
    ]


def test_a_part_of_one_line(folder: Path) -> None:
    filled = with_excerpts('```python script="make.py#inner"\n```\n', folder, JINJA)
    text = jinja2.Environment().from_string(filled).render()
    assert text == '```python script="make.py#inner"\nreturn f"{{{n}}} {n}"\n```'
    extensions = ["pymdownx.superfences", "mkdocs_macros_runbook"]
    assert "<code" in markdown.markdown(text, extensions=extensions)


@pytest.mark.parametrize(
    ("fence", "expected"),
    [
        (
            '```python script="mak.py#plan"\n```',
            "there is no script 'mak.py' in scripts/ (did you mean 'm",
        ),
        ('```python script="../x.py"\n```', "there is no script '../x.py'"),
        (
            '```python script="make.py#pln"\n```',
            "there is no excerpt 'pln' in scripts/make.py; choose from: plan, inner",
        ),
        (
            '```python script="whole.py#plan"\n```',
            "there is no excerpt 'plan' in scripts/whole.py; mark it in the script with "
            "`# --8<-- [start:plan]` and `# --8<-- [end:plan]`",
        ),
        ('```python script="make.py#plan"\nx\n```', "the block that shows make.py must be empty"),
    ],
)
def test_problems(folder: Path, fence: str, expected: str) -> None:
    [problem] = excerpt_problems(f"text\n\n{fence}\n", folder)
    assert problem.line == 3
    assert f"{problem.message}; {problem.fix}".startswith(expected)
    assert problem.fix


def test_a_page_can_show_how_an_excerpt_is_written(folder: Path) -> None:
    source = '````markdown\n```python script="make.py#plan"\n```\n````\n'
    assert with_excerpts(source, folder, JINJA) == source
    assert [*excerpt_problems(source.replace("make.py", "none.py"), folder)] == []
