"""What opens a fence but is none: readers see it as text, as pymdownx.superfences has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import markdown
import pytest

from mkdocs_macros_runbook.page.fence import fences, file_of, visible_fences, without_own_attributes
from mkdocs_macros_runbook.page.markup import markup_problems

NOT_CLOSED = "this fence is not closed, so readers see it as text"
INDENTED_LESS = f"{NOT_CLOSED}: a line in it is indented less"
BESIDE = "a fence on the line of a list, definition or footnote marker is not a block"
NONE = {
    "no end": ("text\n\n```bash\necho\n\ntext\n", 3, NOT_CLOSED),
    "an end of too few ticks": ("````bash\necho\n```\n", 1, NOT_CLOSED),
    "an end of too many": ("```bash\necho\n````\n", 1, NOT_CLOSED),
    "an end of tildes": ("```bash\necho\n~~~\n", 1, NOT_CLOSED),
    "an end that is indented": ("```bash\necho\n  ```\n", 1, NOT_CLOSED),
    "a line outside a list": ("- a\n\n    ```bash\n  echo\n    ```\n", 3, INDENTED_LESS),
    "no end in a quote": ("> ```bash\n> echo\n\ntext\n", 1, NOT_CLOSED),
    "no end in a list": ("- a\n\n    ```bash\n    echo\n\nb\n", 3, NOT_CLOSED),
    "an end outside a list": ("- a\n\n    ```bash\n    echo\n```\n", 3, INDENTED_LESS),
    "a quote without spaces": ("> ```bash\n> echo\n>```\n", 1, INDENTED_LESS),
    "beside a marker": ("- ```bash\n  echo\n  ```\n", 1, BESIDE),
    "beside a checkbox": ("- [ ] ```bash\n  echo\n  ```\n", 1, BESIDE),
    "beside a definition": ("One\n:   ```bash\n    echo\n    ```\n", 2, BESIDE),
    "beside a footnote": ("One[^1]\n\n[^1]: ```bash\n  echo\n  ```\n", 3, BESIDE),
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
    problem, *others = markup_problems(text, SITE)
    assert (problem.line, problem.message) == (line, message)
    assert not others or message == INDENTED_LESS
    assert fences(text) == []
    assert "<pre>" not in converted(text)


def test_a_fence_without_a_language_may_be_an_end() -> None:
    text = "```bash\necho\n\nText:\n\n```\na\n```\n\nMore.\n"
    (problem,) = markup_problems(text, SITE)
    assert (problem.line, problem.message) == (8, NOT_CLOSED)
    assert problem.fix.endswith(
        "; if this line was meant to close a fence, close the one that begins on line 1"
    )
    (problem,) = markup_problems("```\na\n", SITE)
    assert "an end itself" not in problem.fix


@pytest.mark.parametrize("text", FENCES)
def test_a_fence_is_none(text: str) -> None:
    assert [*markup_problems(text, SITE)] == []
    assert len(fences(text)) == 1
    assert converted(text).count("<pre>") == 1


PAGE = """\
{0}{ticks}html exempt="no browser here at all"
{0}<p>
{0}
{0}Then:
{0}
{0}{ticks}{info}
{0}false
{0}{ticks}
"""


@pytest.mark.parametrize("info", ["bash", "{.bash}", ' bash needs="nosuch"', '{title="a.txt"}'])
@pytest.mark.parametrize("prefix", ["", "    ", "> ", "  "])
@pytest.mark.parametrize("ticks", ["```", "~~~"])
def test_a_fence_without_an_end_does_not_hide_the_next(info: str, prefix: str, ticks: str) -> None:
    text = "- a\n\n" + PAGE.format(prefix, ticks=ticks, info=info)
    (problem,) = markup_problems(text, SITE)
    assert (problem.line, problem.message) == (
        3,
        "this fence is not closed before the fence on line 8 begins, so readers see one block",
    )
    assert [*markup_problems(f"````\n{text}````\n", SITE)] == []


@pytest.mark.parametrize(
    "code",
    [
        "```python title='the first line of a fence'",
        "Write ```bash``` in a sentence,",
        '"""\n```json\n{}\n```"""',
        "  ```python\n  x = 1\n  ```",
        "````python\nx = 1\n````",
        "~~~python\nx = 1\n~~~",
    ],
)
def test_code_may_show_a_fence(code: str) -> None:
    assert [*markup_problems(f"```markdown\n{code}\n```\n", SITE)] == []
    assert converted(f"```markdown\n{code}\n```\n").count("<pre>") == 1


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ('title="a.txt"', ""),
        ('{title="a.txt"}', ""),
        ('hl_lines="1"', ""),
        ('bash title="a.txt"', "bash"),
        ('{ .c++ title="a.txt"}', "c++"),
        ("Bash", "bash"),
    ],
)
def test_an_option_is_no_language(info: str, language: str) -> None:
    (fence,) = fences(f"```{info}\n```")
    assert fence.language == language


@pytest.mark.parametrize(
    "page",
    [
        "<!--\n{}-->\n",
        "  <!-- a\n\n{}\nb -->\n",
        "<!--\n```html\n-->\n```\n\n{}-->\n",
    ],
)
def test_a_comment_hides_a_fence(page: str) -> None:
    fence = '```bash exempt="not yet"\ntrue\n```\n'
    text = page.format(fence)
    assert [one.language for one in visible_fences(text)] == []
    assert not [*markup_problems(text, {"pymdownx.superfences": {}})]


@pytest.mark.parametrize(
    "page",
    ["```html\n<!--\n```\n{}-->\n", "<!-- a -->\n{}-->\n", "`<!--`\n{}-->\n", "    <!--\n{}-->\n"],
)
def test_only_comments_hide_fences(page: str) -> None:
    assert visible_fences(page.format("```bash\ntrue\n```\n"))[-1].language == "bash"


def test_one_fence_hides_no_other() -> None:
    text = "- ```bash\n  echo\n  ```\n\n```bash\necho\n```\n\n```bash\necho\n"
    assert [problem.line for problem in markup_problems(text, SITE)] == [1, 9]


#: what readers see as text without an extension, and the line and the extension
NEEDS = {
    '```bash title="a"\necho\n```\n': (1, SUPERFENCES),
    "- a\n\n    ```bash\n    echo\n    ```\n": (3, SUPERFENCES),
    '=== "One"\n\n    x\n': (1, "pymdownx.tabbed"),
    "A\r\n\r\n/// tab | One\r\nx\r\n///\r\n": (3, "pymdownx.blocks.tab"),
    "/// details | One\nx\n///\n": (1, "pymdownx.blocks.details"),
    "/// warning\nx\n///\n": (1, "pymdownx.blocks.admonition"),
    "A\n\n!!! note\n\n    x\n": (3, "admonition"),
    'A\n\n!!! warning inline end "B"\n    x\n': (3, "admonition"),
    "- A\n\n    !!! note\n        x\n": (3, "admonition"),
    '??? note "More"\n\n    x\n': (1, "pymdownx.details"),
    '???+ "More"\n\n    x\n': (1, "pymdownx.details"),
    '--8<-- "a.md"\n': (1, "pymdownx.snippets"),
    "A\n\n--8<--\na.md\n--8<--\n": (3, "pymdownx.snippets"),
    "## One { #one }\n": (1, "attr_list"),
    "# One {: #one }\n": (1, "attr_list"),
}
WHOLE_SITE = {**SITE, **{extension: {} for _, extension in NEEDS.values()}}
#: lines that need no extension
PLAIN = [
    "```bash\necho\n```\n",
    '```text\n=== "One"\n!!! note\n    x\n--8<-- "a"\n## A { #a }\n/// tab\n```\n',
    "!!! note\n\nThe text.\n",
    "What??? No!!!\n\n??? \n\nThe text.\n",
    "Log:\n\n    === RUN  TestA\n        --- PASS\n    /// note\n",
    "Title\n===\n\n=== none ===\n\nCut ---8<--- here.\n\n## In `{ #x }`\n\n/// other\n",
    '<!--\n=== "Linux"\n\n    x\n\n!!! note\n    x\n\n=== b\n\n    x\n-->\n',
    '<pre>\n=== tab\n\n    x\n--8<-- "a"\n</pre>\n',
    "## One <!-- it was { #one }\nbefore -->\n",
    'Write it so:\n\n    - --8<-- "a.md"\n    === "Tab"\n\n        x\n    !!! note\n        x\n',
    '# --8<-- [start:a]\n\n--8<-- [start:a]\n\n;--8<-- "a"\n',
]
#: what no extension reads, with its line and a part of the fix
AMISS = {
    "=== One\n\n    x\n": (1, "in double quotes"),
    "=== 'One'\n\n    x\n": (1, "in double quotes"),
    '==="One"\n\n    x\n': (1, "in double quotes"),
    '=== "One" two\n\n    x\n': (1, "in double quotes"),
    "- a\n\n    === One\n\n        x\n": (3, "in double quotes"),
    "!!! note 'One'\n    x\n": (1, '!!! note "Title"'),
    "!!! note \u201cOne\u201d\n\n    x\n": (1, '!!! note "Title"'),
    "!!! note: One\n    x\n": (1, '!!! note "Title"'),
    '??? + tip "One"\n    x\n': (1, '??? note "Title"'),
    "??? tip 'One'\n\n    x\n": (1, '??? note "Title"'),
    "## One{: #one }\n": (1, "a space before it"),
    "A\n\n--8<-- a.md\n": (3, "in quotes"),
    "--8<-- \u201ca.md\u201d\n": (1, "in quotes"),
    "- --8<-- 'a.md'\n": (1, "on a line of its own"),
    '> --8<-- "a.md"\n': (1, "on a line of its own"),
    '--8<--"a.md"\n': (1, "on a line of its own"),
    "A\n\n--8<--\na.md\n\nB\n": (3, "write a line --8<-- below its files"),
    "--8<--\na.md\n\n\nB\n\n-8<-\na.md\n-8<-\n": (1, "write a line --8<-- below its files"),
    "--8<--\na.md\n--8<--\n\nB\n\n-8<-\na.md\n": (7, "write a line -8<- below its files"),
}


@pytest.mark.parametrize("text", NEEDS)
def test_a_page_names_the_extension_that_it_needs(text: str) -> None:
    (problem,) = markup_problems(text, {})
    line, extension = NEEDS[text]
    assert (problem.line, problem.fix) == (line, f"add {extension} to markdown_extensions")
    assert [*markup_problems(text, WHOLE_SITE)] == []


@pytest.mark.parametrize("text", PLAIN)
def test_other_text_needs_no_extension(text: str) -> None:
    assert [*markup_problems(text, {})] == []


@pytest.mark.parametrize("text", AMISS)
def test_what_no_extension_reads_is_a_problem(text: str) -> None:
    (problem,) = markup_problems(text, WHOLE_SITE)
    line, fix = AMISS[text]
    assert problem.line == line
    assert fix in problem.fix


def test_a_page_names_each_extension_once() -> None:
    text = "".join(f"{one}\n" for one in NEEDS)
    fixes = [problem.fix for problem in markup_problems(text, {})]
    assert len(fixes) == len({*fixes}) == len({extension for _, extension in NEEDS.values()})


def test_an_extension_may_bring_others_with_it() -> None:
    text = '## One { #one }\n\n```bash title="a"\necho\n```\n\n!!! note\n\n    x\n'
    bundle: dict[str, Any] = {"pymdownx.extra": {}, "markdown.extensions.admonition": {}}
    assert [*markup_problems(text, bundle)] == []
    assert markdown.markdown(text, extensions=[*bundle]).count("#one") == 0
    assert [*markup_problems("## One { #one }\n", {"extra": {}})] == []
    relaxed = {"pymdownx.extra": {SUPERFENCES: {"relaxed_headers": True}}}
    assert [*markup_problems("```bash title=a\necho\n```\n", relaxed)] == []
    (problem,) = markup_problems("```bash title=a\necho\n```\n", bundle)
    assert "cannot be read" in problem.message


@pytest.mark.parametrize("info", OPTIONS)
def test_options_that_leave_a_fence_as_text_are_a_problem(info: str) -> None:
    problems = [*markup_problems(f"One\n\n```{info}\necho\n```\n", SITE)]
    unreadable = [problem for problem in problems if "cannot be read" in problem.message]
    assert [problem.line for problem in unreadable] == ([] if OPTIONS[info] else [3])
    html = converted(f"```{without_own_attributes(info)}\necho\n```\n")
    assert ("<pre>" in html) == OPTIONS[info], html


@pytest.mark.parametrize(
    ("info", "is_code"),
    [
        ('python hl_lines="1"', True),
        ('{ .python hl_lines="1" }', True),
        ('{.python title="a.py" #id}', True),
        ('bash exempt="nobody pays for it"', True),
        ('bash needs="docker" hl_lines="1"', True),
        ('python title="a"', False),
        ('python linenums="1"', False),
    ],
)
def test_fenced_code_reads_some_options(info: str, is_code: bool) -> None:
    problems = [*markup_problems(f"One\n\n```{info}\necho\n```\n", {"fenced_code": {}})]
    assert [problem.line for problem in problems] == ([] if is_code else [3])
    text = f"```{without_own_attributes(info)}\necho\n```\n"
    assert ("<pre" in markdown.markdown(text, extensions=["fenced_code"])) == is_code


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


def test_a_text_in_braces_needs_no_quotation_marks() -> None:
    fence = fences('```{.bash exits=3 title=a.txt #id exempt="two words" continues}\n```\n')[0]
    expected = {"exits": "3", "title": "a.txt", "exempt": "two words", "continues": ""}
    assert {name: fence.attributes[name] for name in expected} == expected
    assert "exits" not in without_own_attributes(fence.info)
    assert "title=a.txt" in without_own_attributes(fence.info)


def test_a_site_may_take_any_options() -> None:
    relaxed = {"relaxed_headers": True}
    assert [*markup_problems("```bash title=a\necho\n```\n", {SUPERFENCES: relaxed})] == []
    assert "<pre>" in converted("```bash title=a\necho\n```\n", relaxed)


@pytest.mark.parametrize(
    ("title", "language", "file"),
    [
        ("app.py", "python", "app.py"),
        ("~/app.py", "python", "app.py"),
        ("app.py", "diff", ""),
        ("app.py", "udiff", ""),
        ("app.patch", "diff", "app.patch"),
        ("/etc/rack.conf", "ini", ""),
        ("in app.py", "python", ""),
        ("https://rack.example/app.json", "json", ""),
        ("Then...", "python", ""),
        ("app/[id]/größe.tsx", "tsx", "app/[id]/größe.tsx"),
        ("/main.cpp", "c++", ""),
    ],
)
def test_the_file_that_readers_save(title: str, language: str, file: str) -> None:
    assert file_of(title, language) == file
    attributes = without_own_attributes(f'{language} title="{title}"')
    assert ("live-apart" in attributes) == (not file)
