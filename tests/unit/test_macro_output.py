"""Fences that the text of a macro leaves open, rendered by Jinja and read by superfences."""

from __future__ import annotations

import markdown
import pytest
from jinja2 import DictLoader, Environment

from mkdocs_macros_runbook import PageSource
from mkdocs_macros_runbook.rendering.current_page import CurrentPage, current_page
from mkdocs_macros_runbook.rendering.fences.macro_output import fences_outside, open_fences

TEXTS = {
    "whole": "```bash\necho a\n```",
    "begin": "```bash",
    "end": "```",
    "no_end": "```bash\necho a\n",
    "other_end": "```bash\necho a\n~~~\n",
    "tildes": "~~~bash\necho a\n~~~",
    "longer": "````markdown\n```bash\n````",
    "shown": "```markdown\n```bash\n```",
    "no_own_end": "```html\n<p>\n\n```bash\necho a\n```",
    "tab": '=== "A"\n\n    ```bash\n    echo a\n    ```\n',
    "note": "!!! note\n\n    ~~~bash\n    echo a\n    ~~~\n",
    "code": "```not a fence```",
    "comment": "<!--\n```bash\n-->",
    "pre": "<pre>\n```bash\n</pre>",
}
INCLUDES = {
    "part": "A part.\n\n\n\n{{ no_end }}",
    "fence": "```bash\nfalse\n```\n",
    "text": "Text.\n\n```bash\nfalse\n```\n",
    "loop": "\n```bash\n{{ word }} {{ end }}\n```\n",
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
    "{% include 'fence' %}{% include 'no' ignore missing %}" + BLOCK,
    "{% include 'fence' without context %}" + BLOCK,
    '=== "A"\n\n    {% filter indent(4) %}{% include "fence" %}{% endfilter %}' + BLOCK,
    "{% set word = 'true' %}{% for end in 'ab' %}{%- include 'loop' %}{% endfor %}" + BLOCK,
    "- a\n\n    {{ ('One\n\n' + whole) | indent(4) }}" + BLOCK,
    "````markdown\n    {{ 'One\n\n' + whole }}\n````" + BLOCK,
    "````markdown\nsee {{ whole }}\n````" + BLOCK,
    "{{ shown }}" + BLOCK,
    "````markdown\n{{ no_own_end }}\n````" + BLOCK,
    "see {{ code }} and {{ 'Some\ntext' }}" + BLOCK,
    "````markdown\n{{ no_end }}\n````" + BLOCK,
    "{{ comment }}" + BLOCK.replace("```bash", "").replace("```", ""),
    "{{ pre }}\n",
    "<!--\n{{ no_end }}\n-->\n",
]
#: those with a whole fence outside the tab, list item or quote of the call
OUTSIDE = {
    '=== "A"\n\n    {% include "text" %}' + BLOCK: (3, "```bash"),
    "- a\n\n    {{ 'One\n\n' + whole }}" + BLOCK: (3, "```bash"),
    "> {{ 'One\n\n' + whole }}" + BLOCK: (1, "```bash"),
}
#: sources, with the line of the call and the fence
WRONG = {
    "# A\n\n{{ no_own_end }}" + BLOCK: (3, "```html"),
    "# A\n\n{{ no_end }}" + BLOCK: (3, "```bash"),
    "# A\n\n{{ no_end }}" + BLOCK.replace("bash", ""): (3, "```bash"),
    "{{ whole }}\n\n{{ other_end }}\n\nLast.\n": (3, "```bash"),
    "{{ whole }}\n\n- a\n\n    {{ whole }}" + BLOCK: (5, "    ```bash"),
    "- {{ whole }}" + BLOCK: (1, "- ```bash"),
    "# A\n\n{% include 'part' %}" + BLOCK: (3, "```bash"),
    "{% for _ in 'ab' %}\n{{ no_end }}\n{% endfor %}\n": (2, "```bash"),
    "{{ pre }}" + BLOCK: (1, "```bash"),
    "see {{ whole }}" + BLOCK: (1, "```"),
    "{{ whole }} and more" + BLOCK: (1, "```bash"),
    '=== "A"\n\n    {% include "fence" %}' + BLOCK: (3, "    ```bash"),
    "- a\n\n    {%- include 'fence' -%}" + BLOCK: (3, "```"),
    '=== "A"\n\n{% filter indent(4) %}{% include "fence" %}{% endfilter %}' + BLOCK: (3, "```bash"),
    "A\n\nsee {% include ['no', 'fence'] ignore missing with context %}" + BLOCK: (3, "```"),
}


def rendered(source: str) -> tuple[list[tuple[int, str]], str]:
    """Return what is found to be open, and the page as Jinja makes it."""
    calls, text = calls_of(source)
    return [*open_fences(calls, source, text)], text


def calls_of(source: str) -> tuple[list[tuple[int, str]], str]:
    """Return the calls of a page, and the page as Jinja makes it."""
    page = CurrentPage(None, body=source)
    token = current_page.set(page)
    loader = DictLoader(INCLUDES)
    jinja = Environment(extensions=[PageSource], loader=loader, keep_trailing_newline=True)
    text = jinja.from_string(source).render(TEXTS)
    current_page.reset(token)
    return page.calls, text


@pytest.mark.parametrize("source", RIGHT)
def test_a_fence_that_ends_is_no_problem(source: str) -> None:
    assert rendered(source)[0] == []
    assert [*fences_outside(*calls_of(source))] == []


@pytest.mark.parametrize("source", OUTSIDE)
def test_a_fence_elsewhere_than_its_call_has_the_line_of_the_call(source: str) -> None:
    assert [*fences_outside(*calls_of(source))] == [OUTSIDE[source]]
    assert rendered(source)[0] == []


@pytest.mark.parametrize("source", WRONG)
def test_a_fence_that_stays_open_has_the_line_of_the_call(source: str) -> None:
    problems, text = rendered(source)
    assert problems == [WRONG[source]]
    html = markdown.markdown(text, extensions=["pymdownx.superfences"])
    assert "<p>Below.</p>" not in html or "```" in html


@pytest.mark.parametrize("source", [source for source in RIGHT if source.endswith(BLOCK)])
def test_superfences_agrees(source: str) -> None:
    html = markdown.markdown(rendered(source)[1], extensions=["pymdownx.superfences"])
    assert "<p>Below.</p>" in html
