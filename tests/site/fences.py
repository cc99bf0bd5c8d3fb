"""A corpus of fences: every way in which a page can carry one, and what only looks like one."""

from __future__ import annotations

import re
from pathlib import Path

from samples import write_site

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
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_code_format
        - name: chart
          class: chart
          format: !!python/name:pymdownx.superfences.fence_div_format
        - name: py
          class: code
          format: !!python/name:pymdownx.superfences.fence_code_format
  - pymdownx.snippets: {{ base_path: [parts] }}
  - pymdownx.tabbed: {{ alternate_style: true }}
nav: [index.md]  # or each page lists all others
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
PASSES = "assert True"

# By name: a page in which {code} is the one thing that a reader would run.
FENCES = {
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
    "macro in a list": "- one\n\n    {{{{ block('{code}') | indent(4) }}}}\n",
    "include": '--8<-- "part.md"\n',
    "include in a tab": '=== "One"\n\n    --8<-- "part.md"\n',
    "two includes": '--8<-- "none.md"\n--8<-- "part.md"\n',
    "a block of includes": "--8<--\nnone.md\npart.md\n--8<--\n",
    "include first": '--8<-- "part.md"\n',
    "variable": "{{% set made = block('{code}') %}}\n\n{{{{ made }}}}\n",
    "snippet after a fence": '```text\n1\n```\n--8<-- "part.md"\n',
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
ELSEWHERE = {"raw HTML", "indented"}
#: by a line of the source that is no fence itself
BROUGHT = {
    "macro",
    "macro in a list",
    "include",
    "include in a tab",
    "snippet after a fence",
    "two includes",
    "a block of includes",
    "include first",
    "variable",
}
#: pages that begin with the form itself
HEADLESS = {"front matter", "include first"}
WITHOUT_LANGUAGE = {"no language", "raw HTML", "indented"}
# A reader would run nothing.
NO_FENCES = {
    "comment": "<!--\n```python\n{code}\n```\n-->\n",
    "shown in another": "````markdown\n```python\n{code}\n```\n````\n",
    "shown by tildes": "~~~~markdown\n```python\n{code}\n```\n~~~~\n",
    "in a sentence": "Write `{code}` or ``` {code} ```.\n",
    "Jinja's comment": "{{#\n```python\n{code}\n```\n#}}\n",
    "a diagram": "```mermaid\n{code}\n```\n",
    "a chart": "```chart\n{code}\n```\n",
    "never": "{{% if false %}}\n```python\n{code}\n```\n{{% endif %}}\n",
}


def write(folder: Path, code: str, declaration: str, config: str = CONFIG) -> dict[str, str]:
    """Write a site with a page for each form that holds `code`; return each form's page by name."""
    forms = {**FENCES, **NO_FENCES}
    pages, names = {}, {}
    for number, (name, form) in enumerate(forms.items()):
        names[name] = f"page-{number}"
        text = form if name in HEADLESS else f"# Page\n\n{form}"
        text = text.replace("{code}", code).replace("{{", "{").replace("}}", "}")
        pages[f"page-{number}.md"] = text
    write_site(folder, {"index.md": "# Start\n", **pages}, declaration=declaration, config=config)
    (folder / "blocks.py").write_text(MACROS)
    (folder / "parts").mkdir()
    (folder / "parts" / "part.md").write_text(f"```python\n{code}\n```\n")
    (folder / "parts" / "none.md").write_text("Nothing.\n")
    (folder / "parts" / "part.py").write_text(f"{code}\n")
    return names


def line_of(name: str) -> int:
    """Return the line of the fence that the code is in."""
    lines = (("" if name in HEADLESS else "# Page\n\n") + FENCES[name]).split("\n")
    if name == "a block of includes":
        return 3
    if name == "variable":
        return 5
    code = max(n for n, line in enumerate(lines) if "{code}" in line or "--8<--" in line)
    if name in BROUGHT:
        return code + 1
    return max(n for n in range(code) if "```" in lines[n] or "~~~" in lines[n]) + 1


def count_blocks(html: str) -> int:
    """Count the code blocks of a page by an expression, which knows nothing of its parser."""
    html = re.sub(r"(?s)<!--.*?-->|<(script|style|textarea)\b.*?</\1>", "", html)
    html = re.sub(r'(?s)<td class="linenos">.*?</td>', "", html)
    content = html.partition("data-runbook-begins")[2] or html
    return len(re.findall(r'<pre(?! class="mermaid")[\s>]', content))
