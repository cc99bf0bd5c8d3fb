"""What opens a fence but is none: readers see it as text, as pymdownx.superfences has it."""

from __future__ import annotations

from collections.abc import Mapping

import markdown
import pytest

from mkdocs_macros_runbook.page.fence import fences, without_own_attributes
from mkdocs_macros_runbook.page.markup import markup_problems
from mkdocs_macros_runbook.rendering.fence_options import code_test

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
#: info strings, and whether readers see a code block
OPTIONS = {
    "bash": True,
    " bash ": True,
    "c++": True,
    "bash title=\"a\" hl_lines='1'": True,
    '{.bash title="a"}': True,
    "{.bash title=a}": True,
    "{1,3}": True,
    'bash exempt="it needs a printer"': True,
    "json input": True,
    "bash title=a": False,
    'bash title="a': False,
    "bash title=“a”": False,
    'bash title = "a"': False,
    'bash titel="a"': False,
    'bash hl_lines="one"': False,
    "bash,norun": False,
    "{.bash": False,
    '{.bash title="a"} x': False,
    "shell session": False,
}
SUPERFENCES = "pymdownx.superfences"


def always(_: str) -> bool:
    return True


def never(_: str) -> bool:
    return False


def converted(text: str, options: Mapping[str, object] | None = None) -> str:
    configs = {SUPERFENCES: {**(options or {})}}
    return markdown.markdown(text, extensions=[SUPERFENCES], extension_configs=configs)


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_fence_is_a_problem(name: str) -> None:
    text, line, message = NONE[name]
    problem = next(markup_problems(text, always, always))
    assert (problem.line, problem.message) == (line, message)
    assert [*fences(text.split("\n"))] == []
    assert "<pre>" not in converted(text)


@pytest.mark.parametrize("text", FENCES)
def test_a_fence_is_none(text: str) -> None:
    assert [*markup_problems(text, always, always)] == []
    assert len([*fences(text.split("\n"))]) == 1
    assert converted(text).count("<pre>") == 1


def test_one_fence_hides_no_other() -> None:
    text = "- ```bash\n  echo\n  ```\n\n```bash\necho\n```\n\n```bash\necho\n"
    assert [problem.line for problem in markup_problems(text, always, always)] == [1, 9]


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
    found = [*markup_problems(text, never, always)]
    assert [problem.line for problem in found] == lines
    assert all("add pymdownx." in problem.fix for problem in found)
    assert [*markup_problems(text, always, always)] == []


@pytest.mark.parametrize("info", OPTIONS)
def test_options_that_leave_a_fence_as_text_are_a_problem(info: str) -> None:
    is_code = code_test({"mdx_configs": {}})
    found = [*markup_problems(f"One\n\n```{info}\necho\n```\n", always, is_code)]
    assert [problem.line for problem in found] == ([] if OPTIONS[info] else [3])
    assert all("readers see this fence as text" in problem.message for problem in found)
    html = converted(f"```{without_own_attributes(info)}\necho\n```\n")
    assert ("<pre>" in html) == OPTIONS[info], html


def test_a_site_says_which_options_it_takes() -> None:
    """As its own superfences has it, of which no validator or formatter is guessed."""

    def takes_runs(language: str, inputs: dict[str, str], *_: object) -> bool:
        return inputs == {"runs": "on"}

    def draw(*_: object, **__: object) -> str:
        raise AssertionError("a formatter may run the block")

    custom = {"name": "python", "class": "x", "format": draw, "validator": takes_runs}
    is_code = code_test({"mdx_configs": {SUPERFENCES: {"custom_fences": [custom]}}})
    assert is_code('python runs="on"')
    assert not is_code('python runs="off"')
    assert not is_code('bash runs="on"')
    relaxed = {"relaxed_headers": True}
    assert code_test({"mdx_configs": {SUPERFENCES: relaxed}})("bash title=a")
    assert "<pre>" in converted("```bash title=a\necho\n```\n", relaxed)
