"""Every way in which a page can carry a fence: what is one is read, what is none is not."""

from __future__ import annotations

from pathlib import Path

import pytest

import sites
from mkdocs_macros_runbook.block import Block, BuiltPage, count_blocks, read_page
from mkdocs_macros_runbook.fence import VERIFYING, fence_mistakes
from samples import DECLARED, write_site

CONFIG = """\
site_name: Fences
site_url: https://example.com/
theme: {{ name: {theme}, font: false }}
plugins:
  - macros:
      modules: [mkdocs_macros_runbook]
      module_name: blocks
      j2_extensions: [mkdocs_macros_runbook.PageSource]
      on_undefined: strict
      on_error_fail: true
markdown_extensions:
  - mkdocs_macros_runbook
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - pymdownx.details
  - pymdownx.highlight: {{ anchor_linenums: true }}
  - pymdownx.superfences
  - pymdownx.snippets: {{ base_path: [parts] }}
  - pymdownx.tabbed: {{ alternate_style: true }}
"""
MACROS = """\
def define_env(env):
    @env.macro
    def block(text):
        return f"```python\\n{text}\\n```"

    @env.macro
    def exempt_block(text):
        return f'```python exempt="made by a macro, and excused"\\n{text}\\n```'
"""
RAISES = "raise SystemError"

# By name: a page in which {code} is the one thing that a reader would run.
SEEN = {
    "py": "```py\n{code}\n```",
    "python3": "```python3\n{code}\n```",
    "capitals": "```Python\n{code}\n```",
    "braces": "```{{.python}}\n{code}\n```",
    "braces and spaces": "``` {{ .python }}\n{code}\n```",
    "braces and an id": "```{{.python #this}}\n{code}\n```",
    "title": '```python title="a.py"\n{code}\n```',
    "highlighted lines": '```python hl_lines="1"\n{code}\n```',
    "line numbers": '```python linenums="1"\n{code}\n```',
    "all of them": '```{{.python title="a.py" linenums="1" hl_lines="1" data-x="y"}}\n{code}\n```',
    "tildes": "~~~python\n{code}\n~~~",
    "four ticks": "````python\n{code}\n````",
    "a space": "``` python\n{code}\n```",
    "a space at the end": "```python  \n{code}\n```  ",
    "list": "- one\n\n    ```python\n    {code}\n    ```\n",
    "numbered list": "1.  one\n\n    ```python\n    {code}\n    ```\n\n2.  two\n",
    "list in a list": "- one\n\n    - two\n\n        ```python\n        {code}\n        ```\n",
    "tab": '=== "One"\n\n    ```python\n    {code}\n    ```\n\n=== "Two"\n\n    Nothing.\n',
    "tab in a tab": '=== "One"\n\n    === "In"\n\n        ```python\n        {code}\n        ```\n',
    "admonition": "!!! note\n\n    ```python\n    {code}\n    ```\n",
    "details": '??? note "More"\n\n    ```python\n    {code}\n    ```\n',
    "list in a note": "!!! note\n\n    - one\n\n        ```python\n        {code}\n        ```",
    "quote": "> ```python\n> {code}\n> ```\n",
    "definition": "Word\n:   Means:\n\n    ```python\n    {code}\n    ```\n",
    "footnote": "Text[^1].\n\n[^1]:\n    Note:\n\n    ```python\n    {code}\n    ```\n",
    "HTML": '<div markdown="1">\n\n```python\n{code}\n```\n\n</div>\n',
    "macro": '{{{{ block("{code}") }}}}\n',
    "include": '--8<-- "part.md"\n',
    "included code": '```python\n--8<-- "part.py"\n```\n',
    "value": "{{% set language = 'python' %}}\n\n```{{{{ language }}}}\n{code}\n```\n",
    "condition": "{{% if true %}}\n```python\n{code}\n```\n{{% endif %}}\n",
    "raw": "{{% raw %}}\n```python\n{code}\n```\n{{% endraw %}}\n",
    "after a comment": "<!-- one -->\n\n```python\n{code}\n```\n",
    "after a fence that shows one": "````text\n```python\n1\n```\n````\n\n```python\n{code}\n```\n",
    "after an open tick": "Text with ``` in it.\n\n```python\n{code}\n```\n",
    "windows": "Text.\r\n\r\n```python\r\n{code}\r\n```\r\n",
    "front matter": "---\ntitle: Page\n---\n\n```python\n{code}\n```\n",
    "tabs for spaces": "- one\n\n\t```python\n\t{code}\n\t```\n",
    "no language": "```\n{code}\n```",
    "two lines": "```python\n{code}\n\n{code}\n```",
    "raw HTML": "<pre><code>{code}</code></pre>",
    "indented": "Text:\n\n    {code}\n",
}
#: where the place of the source cannot be known, what is said in its place
ELSEWHERE = {"macro", "include", "raw HTML", "indented"}
WITHOUT_LANGUAGE = {"no language", "raw HTML", "indented"}
# A reader would run nothing.
NOT_SEEN = {
    "comment": "<!--\n```python\n{code}\n```\n-->\n",
    "shown in another": "````markdown\n```python\n{code}\n```\n````\n",
    "shown by tildes": "~~~~markdown\n```python\n{code}\n```\n~~~~\n",
    "in a sentence": "Write `{code}` or ``` {code} ```.\n",
    "Jinja's comment": "{{#\n```python\n{code}\n```\n#}}\n",
    "never": "{{% if false %}}\n```python\n{code}\n```\n{{% endif %}}\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[BuiltPage, str]]:
    """One site with a page for each form, by the name of the form."""
    folder = tmp_path_factory.mktemp("fences")
    forms = {**SEEN, **NOT_SEEN}
    pages = {f"page-{number}.md": forms[name] for number, name in enumerate(forms)}
    pages = {name: f"# Page\n\n{text}" for name, text in pages.items()}
    for number, name in enumerate(forms):
        page = f"page-{number}.md"
        if name == "front matter":
            pages[page] = pages[page].removeprefix("# Page\n\n")
        pages[page] = pages[page].replace("{code}", RAISES)
        pages[page] = pages[page].replace("{{", "{").replace("}}", "}")
    config_file = write_site(folder, {"index.md": "# Start\n", **pages}, config=CONFIG)
    (folder / "blocks.py").write_text(MACROS)
    (folder / "parts").mkdir()
    (folder / "parts" / "part.md").write_text(f"```python\n{RAISES}\n```\n")
    (folder / "parts" / "part.py").write_text(f"{RAISES}\n")
    result = sites.run_generator("mkdocs", config_file, folder / "site", {VERIFYING: "1"})
    assert result.returncode == 0, result.stderr
    found = {}
    for number, name in enumerate(forms):
        html = (folder / "site" / f"page-{number}" / "index.html").read_text(encoding="utf-8")
        found[name] = (read_page(html), html)
    return found


def line_of(name: str) -> int:
    """Return the line of the fence that the code is in."""
    lines = (("" if name == "front matter" else "# Page\n\n") + SEEN[name]).split("\n")
    code = max(n for n, line in enumerate(lines) if "{code}" in line or "--8<--" in line)
    return max(n for n in range(code) if "```" in lines[n] or "~~~" in lines[n]) + 1


Built = dict[str, tuple[BuiltPage, str]]


@pytest.mark.parametrize("name", SEEN)
def test_a_fence_is_read(name: str, built: Built) -> None:
    page, html = built[name]
    block = page.blocks[-1]
    assert RAISES in block.text
    assert block.language == ("" if name in WITHOUT_LANGUAGE else "python")
    assert page.strays == []
    assert count_blocks(html) == len(page.blocks)
    if name not in ELSEWHERE:
        assert block.place.endswith(f".md:{line_of(name)}")
        assert block.place.startswith("docs/page-")


@pytest.mark.parametrize("name", NOT_SEEN)
def test_what_is_no_fence_is_not_read(name: str, built: Built) -> None:
    page, html = built[name]
    assert [block for block in page.blocks if block.language == "python"] == []
    assert page.strays == []
    assert count_blocks(html) == len(page.blocks)


def one_block(text: str, folder: Path, generator: str = "mkdocs") -> Block:
    page = built_page(text, folder, generator)
    assert len(page.blocks) == 1
    return page.blocks[0]


def built_page(text: str, folder: Path, generator: str = "mkdocs") -> BuiltPage:
    config_file = write_site(folder, {"index.md": text}, declared=DECLARED, config=CONFIG)
    (folder / "blocks.py").write_text(MACROS)
    result = sites.run_generator(generator, config_file, values={VERIFYING: "1"})
    assert result.returncode == 0, result.stdout + result.stderr
    return read_page((folder / "site" / "index.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_what_a_fence_says_is_read_and_not_shown(generator: str, tmp_path: Path) -> None:
    text = (
        "# Start\n\n"
        '=== "One"\n\n    Text.\n\n=== "Two {{ network }}"\n\n'
        '    ```bash title="{{ city }}.sh" exempt="needs {{ city }} itself"'
        ' sets="city=place rack"\n'
        '    curl "{{ health_url }}" {{ value_of("host", network="lab") }}\n    ```\n'
    )
    page = built_page(text, tmp_path, generator)
    (block,) = page.blocks
    assert page.path == "index.md"
    assert block.place == "docs/index.md:9"
    assert block.parts == (
        'curl "',
        ("health_url", "https://basel.corp.example/health"),
        '" ',
        ("host?network=lab", "basel.lab.example"),
        "\n",
    )
    assert block.tabs == ((1, "Two office"),)
    assert (block.language, block.title) == ("bash", "Basel.sh")
    assert block.exemption == "needs Basel itself"
    assert block.sets == {"city": "place", "rack": "rack"}
    html = sites.run_generator(generator, tmp_path / "mkdocs.yml")
    assert html.returncode == 0
    shown = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "exempt" not in shown
    assert "runbook-page" not in shown
    assert not set("\ufdd8\ufdd9\ufdda") & set(shown)
    (plain_block,) = read_page(shown).blocks
    assert plain_block.parts == block.parts


def test_an_exemption_of_a_macro_is_read(tmp_path: Path) -> None:
    block = one_block("# Start\n\n{{ exempt_block('1') }}\n", tmp_path)
    assert block.exemption == "made by a macro, and excused"
    assert block.place == "index.md"


def test_a_fence_that_the_site_generator_does_not_take_is_found(tmp_path: Path) -> None:
    page = built_page("# Start\n\n```python foo=bar\n1\n```\n", tmp_path)
    assert page.blocks == []
    assert page.strays == ["docs/index.md:3"]


@pytest.mark.parametrize(
    ("info", "found"),
    [
        ('bash exempt=""', "without a reason"),
        ('bash exempt=" "', "without a reason"),
        ('bash exempt="later"', "no sentence: 'later'"),
        ('{.bash exempt="to do"}', "no sentence: 'to do'"),
        ('bash sets=""', "sets is empty"),
        ('bash exemt="needs a real inbox"', "no attribute 'exemt' (nearest: exempt)"),
    ],
)
def test_what_a_fence_says_amiss_is_found(info: str, found: str) -> None:
    ((line, said, _),) = fence_mistakes(f"One\n\n```{info}\nx\n```\n")
    assert line == 3
    assert found in said


@pytest.mark.parametrize(
    "info",
    [
        'bash exempt="needs a real inbox"',
        '{.bash title="x" data-exempted=""}',
        'python hl_lines="1"',
    ],
)
def test_what_a_fence_says_rightly_is_not(info: str) -> None:
    assert [*fence_mistakes(f"```{info}\nx\n```\n")] == []
    assert [*fence_mistakes(f'````\n```{info} exempt=""\nx\n```\n````\n')] == []
