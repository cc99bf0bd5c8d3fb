"""What opens a fence but is none: readers see it as text, as pymdownx.superfences has it."""

from __future__ import annotations

import markdown
import pytest

from mkdocs_macros_runbook.page.fence import fences
from mkdocs_macros_runbook.page.markup import markup_problems

NOT_CLOSED = "this fence is not closed, so readers see it as text"
INDENTED_LESS = f"{NOT_CLOSED}: a line in it is indented less"
BESIDE = "a fence that begins beside a list marker is not a code block"
NONE = {
    "no end": ("text\n\n```bash\necho\n\ntext\n", 3, NOT_CLOSED),
    "an end of too few ticks": ("````bash\necho\n```\n", 1, NOT_CLOSED),
    "an end of too many": ("```bash\necho\n````\n", 1, NOT_CLOSED),
    "an end of tildes": ("```bash\necho\n~~~\n", 1, NOT_CLOSED),
    "an end that is indented": ("```bash\necho\n  ```\n", 1, NOT_CLOSED),
    "a line outside a list": ("- a\n\n    ```bash\n  echo\n    ```\n", 3, INDENTED_LESS),
    "a line outside a quote": ("> ```bash\n> echo\n\ntext\n", 1, INDENTED_LESS),
    "a quote without spaces": ("> ```bash\n> echo\n>```\n", 1, INDENTED_LESS),
    "beside a marker": ("- ```bash\n  echo\n  ```\n", 1, BESIDE),
    "beside a number": ("1. ```bash\n   echo\n   ```\n", 1, BESIDE),
}
FENCES = [
    "```bash\necho\n```",
    "```bash\necho\n``` \n",
    "- a\n\n    ```bash\n    echo\n    ```\n",
    "> ```bash\n> echo\n>\n> echo\n> ```\n",
    "````markdown\n- ```bash\n  ```\n\n```\n````\n",
    "```bash\r\necho\r\n```\r\n",
]


def converted(text: str) -> str:
    return markdown.markdown(text, extensions=["pymdownx.superfences"])


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_fence_is_a_problem(name: str) -> None:
    text, line, message = NONE[name]
    problem = next(markup_problems(text, lambda _: True))
    assert (problem.line, problem.message) == (line, message)
    assert [*fences(text.split("\n"))] == []
    assert "<pre>" not in converted(text)


@pytest.mark.parametrize("text", FENCES)
def test_a_fence_is_none(text: str) -> None:
    assert [*markup_problems(text, lambda _: True)] == []
    assert len([*fences(text.split("\n"))]) == 1
    assert converted(text).count("<pre>") == 1


def test_one_fence_hides_no_other() -> None:
    text = "- ```bash\n  echo\n  ```\n\n```bash\necho\n```\n\n```bash\necho\n"
    assert [problem.line for problem in markup_problems(text, lambda _: True)] == [1, 9]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("```bash\necho\n```\n", []),
        ('```bash title="a"\necho\n```\n\n=== "One"\n\n    x\n', [1, 5]),
        ("- a\n\n    ```bash\n    echo\n    ```\n", [3]),
        ('```text\n=== "One"\n```\n', []),
    ],
)
def test_a_page_names_the_extensions_that_it_needs(text: str, lines: list[int]) -> None:
    found = [*markup_problems(text, lambda _: False)]
    assert [problem.line for problem in found] == lines
    assert all("add pymdownx." in problem.fix for problem in found)
    assert [*markup_problems(text, lambda _: True)] == []
