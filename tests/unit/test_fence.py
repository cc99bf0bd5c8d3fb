"""What opens a fence but is none: readers see it as text, as pymdownx.superfences has it."""

from __future__ import annotations

from collections.abc import Mapping

import markdown
import pytest

from mkdocs_macros_runbook.page.fence import fences, without_own_attributes
from mkdocs_macros_runbook.page.markup import markup_problems

NOT_CLOSED = "this fence is not closed, so readers see it as text"
INDENTED_LESS = f"{NOT_CLOSED}: a line in it is indented less"
BESIDE = "a fence on the same line as a list marker is not a code block"
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
#: info strings, and whether superfences makes code of them, and whether that is a problem
OPTIONS = {
    "bash": True,
    " bash ": True,
    "c++": True,
    "bash title=\"a\" hl_lines='1'": True,
    '{.bash title="a"}': True,
    "{.bash title=a}": True,
    "{1,3}": True,
    "json input": True,
    "bash title=a": False,
    'bash title="a': False,
    "bash title=“a”": False,
    'bash title = "a"': False,
    "bash hl_lines=1": False,
    'python linenums="1': False,
    'bash hl_lines="1 3-5" linenums="1"': True,
    'bash hl_lines="2-"': False,
    'bash hl_lines="one"': False,
    'bash linenums="one"': False,
    "bash exempt=later": False,
}
#: what superfences cannot read either, and other extensions may
OTHER_OPTIONS = ["dot attack.svg", "kroki no-transparency=false", "bash,norun", "js {1,3} [a.js]"]
SUPERFENCES = "pymdownx.superfences"


SITE: dict[str, dict[str, bool]] = {SUPERFENCES: {}, "pymdownx.tabbed": {}}


def converted(text: str, options: Mapping[str, object] | None = None) -> str:
    configs = {SUPERFENCES: {**(options or {})}}
    return markdown.markdown(text, extensions=[SUPERFENCES], extension_configs=configs)


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_fence_is_a_problem(name: str) -> None:
    text, line, message = NONE[name]
    problem = next(markup_problems(text, SITE))
    assert (problem.line, problem.message) == (line, message)
    assert [*fences(text.split("\n"))] == []
    assert "<pre>" not in converted(text)


@pytest.mark.parametrize("text", FENCES)
def test_a_fence_is_none(text: str) -> None:
    assert [*markup_problems(text, SITE)] == []
    assert len([*fences(text.split("\n"))]) == 1
    assert converted(text).count("<pre>") == 1


def test_one_fence_hides_no_other() -> None:
    text = "- ```bash\n  echo\n  ```\n\n```bash\necho\n```\n\n```bash\necho\n"
    assert [problem.line for problem in markup_problems(text, SITE)] == [1, 9]


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
    found = [*markup_problems(text, {})]
    assert [problem.line for problem in found] == lines
    assert all("add pymdownx." in problem.fix for problem in found)
    assert [*markup_problems(text, SITE)] == []


@pytest.mark.parametrize("info", OPTIONS)
def test_options_that_leave_a_fence_as_text_are_a_problem(info: str) -> None:
    found = [*markup_problems(f"One\n\n```{info}\necho\n```\n", SITE)]
    unreadable = [problem for problem in found if "cannot be read" in problem.message]
    assert [problem.line for problem in unreadable] == ([] if OPTIONS[info] else [3])
    html = converted(f"```{without_own_attributes(info)}\necho\n```\n")
    assert ("<pre>" in html) == OPTIONS[info], html


@pytest.mark.parametrize(
    ("info", "meant"),
    [
        ('bash titel="a"', "title"),
        ('bash hl_line="1"', "hl_lines"),
        ('bash linenum="1"', "linenums"),
        ('bash Title="a"', "title"),
        ('bash Exits="2"', "exits"),
        ('{.bash titel="a"}', "title"),
    ],
)
def test_a_misspelled_option_is_a_problem(info: str, meant: str) -> None:
    (problem,) = markup_problems(f"One\n\n```{info}\necho\n```\n", SITE)
    assert problem.line == 3
    assert f"(did you mean {meant!r}?)" in problem.message


@pytest.mark.parametrize("info", OTHER_OPTIONS)
def test_options_of_other_extensions_are_theirs(info: str) -> None:
    assert [*markup_problems(f"```{info}\necho\n```\n", SITE)] == []


@pytest.mark.parametrize("info", ["bash title={{ name }}", "bash title={% raw %}a{% endraw %}"])
def test_jinja_may_write_options(info: str) -> None:
    assert [*markup_problems(f"```{info}\necho\n```\n", SITE)] == []


def test_a_site_may_take_any_options() -> None:
    relaxed = {"relaxed_headers": True}
    assert [*markup_problems("```bash title=a\necho\n```\n", {SUPERFENCES: relaxed})] == []
    assert "<pre>" in converted("```bash title=a\necho\n```\n", relaxed)
