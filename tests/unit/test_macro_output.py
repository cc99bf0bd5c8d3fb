"""Fences that the text of a macro leaves open, rendered by Jinja and read by superfences."""

from __future__ import annotations

import markdown
import pytest
from jinja2 import DictLoader, Environment

from mkdocs_macros_runbook import PageSource
from mkdocs_macros_runbook.rendering.current_page import CurrentPage, current_page
from mkdocs_macros_runbook.rendering.fences.macro_output import open_fences

TEXTS = {
    "whole": "```bash\necho a\n```",
    "begin": "```bash",
    "end": "```",
    "no_end": "```bash\necho a\n",
    "other_end": "```bash\necho a\n~~~\n",
    "tildes": "~~~bash\necho a\n~~~",
    "longer": "````markdown\n```bash\n````",
    "tab": '=== "A"\n\n    ```bash\n    echo a\n    ```\n',
    "note": "!!! note\n\n    ~~~bash\n    echo a\n    ~~~\n",
    "code": "```not a fence```",
    "comment": "<!--\n```bash\n-->",
    "pre": "<pre>\n```bash\n</pre>",
}
BLOCK = "\n\nBelow.\n\n```bash\ntrue\n```\n"
#: sources whose fences are whole
RIGHT = [
    "{{ whole }}" + BLOCK,
    "{{ tildes }}\n\n{{ longer }}\n\n{{ tab }}\n\n{{ note }}\n\n{{ code }}" + BLOCK,
    "{{ begin }}\necho a\n````\n{{ end }}" + BLOCK,
    "{{ begin }}\necho a\n```\n\ntext\n\n{{ begin }}\necho a\n```\n",
    "- a\n\n    {{ whole | indent(4) }}" + BLOCK,
    "> {{ whole | replace('\n', '\n> ') }}" + BLOCK,
    "````markdown\n{{ no_end }}\n````" + BLOCK,
    "{{ comment }}" + BLOCK.replace("```bash", "").replace("```", ""),
    "{{ pre }}\n",
    "<!--\n{{ no_end }}\n-->\n",
]
#: sources, with the line of the call and the fence
WRONG = {
    "# A\n\n{{ no_end }}" + BLOCK: (3, "```bash"),
    "# A\n\n{{ no_end }}" + BLOCK.replace("bash", ""): (3, "```bash"),
    "{{ whole }}\n\n{{ other_end }}\n\nLast.\n": (3, "```bash"),
    "{{ whole }}\n\n- a\n\n    {{ whole }}" + BLOCK: (5, "    ```bash"),
    "- {{ whole }}" + BLOCK: (1, "- ```bash"),
    "# A\n\n{% include 'part' %}" + BLOCK: (3, "```bash"),
    "{% for _ in 'ab' %}\n{{ no_end }}\n{% endfor %}\n": (2, "```bash"),
    "{{ pre }}" + BLOCK: (1, "```bash"),
}


def rendered(source: str) -> tuple[list[tuple[int, str]], str]:
    """Return what is found, and the page as Jinja makes it."""
    page = CurrentPage(None, body=source)
    token = current_page.set(page)
    loader = DictLoader({"part": "A part.\n\n\n\n{{ no_end }}"})
    jinja = Environment(extensions=[PageSource], loader=loader, keep_trailing_newline=True)
    text = jinja.from_string(source).render(TEXTS)
    current_page.reset(token)
    return [*open_fences(page.calls, source, text)], text


@pytest.mark.parametrize("source", RIGHT)
def test_a_fence_that_ends_is_no_problem(source: str) -> None:
    assert rendered(source)[0] == []


@pytest.mark.parametrize("source", WRONG)
def test_a_fence_that_stays_open_has_the_line_of_the_call(source: str) -> None:
    found, text = rendered(source)
    assert found == [WRONG[source]]
    html = markdown.markdown(text, extensions=["pymdownx.superfences"])
    assert "<p>Below.</p>" not in html or "```" in html


@pytest.mark.parametrize("source", [source for source in RIGHT if source.endswith(BLOCK)])
def test_superfences_agrees(source: str) -> None:
    html = markdown.markdown(rendered(source)[1], extensions=["pymdownx.superfences"])
    assert "<p>Below.</p>" in html
