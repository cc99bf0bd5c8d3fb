"""The list of a page's steps, and code with few elements."""

from __future__ import annotations

import re

import markdown

from mkdocs_macros_runbook.rendering.elements.steps import Steps
from mkdocs_macros_runbook.rendering.generators.markdown import without_plain_tokens

EXTENSIONS = ["attr_list", "toc", "pymdownx.tabbed", "pymdownx.highlight", "pymdownx.superfences"]
TABS = '=== "Script"\n\n    a\n\n=== "By hand"\n\n    b\n\n'
PAGE = f"""\
# Title

[STEPS]

## Before

## 1. Wire the *rack* {{ #wire }}

{TABS}Text.

### 1. Not a step

## 2. Start

=== "Script"

    c

=== "Console"

    d
"""


def html_of(text: str) -> str:
    settings = {"pymdownx.tabbed": {"alternate_style": True}, "toc": {"permalink": True}}
    md = markdown.Markdown(extensions=EXTENSIONS, extension_configs=settings)
    md.treeprocessors.register(Steps(md), "steps", 4)
    return md.convert(text)


def test_steps_are_the_numbered_headings() -> None:
    html = html_of(PAGE)
    (steps,) = re.findall("(?s)<nav.*?</nav>", html)
    links = re.findall(r'<a href="(.*?)" id=".*?">(.*?)</a>', steps)
    assert links == [("#wire", "1. Wire the <em>rack</em>"), ("#2-start", "2. Start")]
    assert "[STEPS]" not in html


def test_a_route_is_a_label_of_several_groups() -> None:
    assert re.findall('name="live-route" type="radio" value="(.*?)"', html_of(PAGE)) == ["Script"]
    alone = html_of(PAGE.replace("Console", "Other").replace("Script", "One", 1))
    assert "live-route" not in alone and "live-copy" not in alone


def test_without_the_paragraph_there_is_no_list() -> None:
    assert "live-steps" not in html_of(PAGE.replace("[STEPS]", "See [STEPS]."))


def test_code_shows_the_same_with_fewer_elements() -> None:
    block = '```bash\naws cognito-idp list --max 60 "$x" # all\n```\n\n`#!python f(1)`\n'
    block += '<p><span class="n">kept</span></p>'
    html = html_of(block)
    lighter = without_plain_tokens(html)
    text = [re.sub("<[^>]+>", "", one) for one in (html, lighter)]
    assert text[0] == text[1]
    assert '<span class="w">' in html and '<span class="w">' not in lighter
    assert '<span class="n">kept' in lighter
    assert lighter.count('class="c1"') == 1
