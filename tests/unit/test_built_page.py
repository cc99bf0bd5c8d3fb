"""Built pages: the blocks in HTML as Pygments, Material and others write it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

import pytest

from mkdocs_macros_runbook.verify.site.built_page import BuiltPage, made_pages, read_page


def fence(language: str = "python", line: int = 3, more: Mapping[str, object] = {}) -> str:
    """Return the metadata of a fence, as a build for verification has it in its first line."""
    metadata = {"language": [language], "place": [f"docs/page.md:{line}"], **more}
    return f'<span data-runbook-fence="{escape(json.dumps(metadata))}"></span>\n'


def page(content: str) -> str:
    return (
        f"<html><body><pre>the theme's</pre><div hidden data-runbook-begins></div>\n{content}\n"
        '<div hidden data-runbook-page="page.md"></div><pre>the theme\'s</pre></body></html>'
    )


def test_code_live_values_and_attributes() -> None:
    attributes = {
        "title": [["city", "Basel"], ".sh"],
        "exempt": ["needs ", ["city", "Basel"], "  itself"],
        "sets": ["city=place rack"],
        "shows": ["./a.sh"],
    }
    html = (
        f'<div class="highlight"><pre><span></span><code>{fence("bash", more=attributes)}'
        '<span class="nb">echo</span> a &amp; '
        '<span class="s2">"<span data-live="rack">r0</span>"</span><!-- no --><br>b\n\n'
        "</code></pre></div>"
    )
    built_page = read_page(page(html))
    (block,) = built_page.blocks
    assert (built_page.path, built_page.unrendered) == ("page.md", [])
    assert block.parts == ('echo a & "', ("rack", "r0"), '"\nb\n')
    assert (block.place, block.language, block.is_fence) == ("docs/page.md:3", "bash", True)
    assert (block.title, block.file) == ("Basel.sh", "Basel.sh")
    assert block.exemption == "needs Basel itself"
    assert block.sets == {"city": "place", "rack": "rack"}
    assert block.shows == "./a.sh"


@pytest.mark.parametrize(
    "html",
    [
        f"<pre><code>{fence()}\nx = 1\n</code></pre>",
        # a span for each line, with an anchor in it
        f'<pre><span></span><code><span id="s-0"><a id="s-0" href="#s-0"></a>{fence()}</span>'
        '<span id="s-1"><a id="s-1" href="#s-1"></a>\n</span><span id="s-2">x = 1\n</span>'
        "</code></pre>",
        # line numbers in the line, and in a table
        f'<pre><span class="linenos">1</span>{fence()}<span class="linenos">2</span>\n'
        '<span class="linenos">3</span>x = 1</pre>',
        '<table><tr><td class="linenos"><div class="linenodiv"><pre>1\n2\n</pre></div></td>'
        f'<td class="code"><pre>{fence()}\nx = 1</pre></td></tr></table>',
    ],
)
def test_a_blank_line_is_kept_and_numbers_are_not(html: str) -> None:
    built_page = read_page(page(html))
    assert [block.text for block in built_page.blocks] == ["\nx = 1\n"]
    assert built_page.fence_count == built_page.read_count == 1


def test_a_block_that_is_not_a_fence() -> None:
    built_page = read_page(page(f"<pre>a</pre><pre>{fence()}b</pre><pre>\nc\n</pre>"))
    blocks = [(block.place, block.text, block.is_fence) for block in built_page.blocks]
    assert blocks == [
        ("page.md", "a\n", False),
        ("docs/page.md:3", "b\n", True),
        ("after docs/page.md:3", "c\n", False),
    ]


def test_metadata_further_down_belongs_to_a_fence_that_is_shown() -> None:
    built_page = read_page(page(f"<pre>{fence('md', 1)}```\n{fence('sh', 2)}x\n```\n</pre>"))
    (block,) = built_page.blocks
    assert (block.language, block.text) == ("md", "```\nx\n```\n")
    assert built_page.fence_count == built_page.read_count == 2


def test_a_fence_outside_of_a_block_is_not_rendered() -> None:
    built_page = read_page(page(f"<p>```python {fence(line=7)}x ```</p><pre>{fence()}y</pre>"))
    assert built_page.unrendered == ["docs/page.md:7"]
    assert [block.text for block in built_page.blocks] == ["y\n"]
    assert built_page.fence_count == built_page.read_count == 2


@pytest.mark.parametrize(
    "html",
    [
        f"<!-- <pre>{fence()}x</pre> -->",
        f"<script>const a = '<pre>{fence()}x</pre>';</script>",
        f"<textarea><pre>{fence()}x</pre></textarea>",
        f"<template><pre>{fence()}x</pre></template>",
        f"<p>{escape(fence())}</p>",
    ],
)
def test_what_readers_do_not_see_as_a_block(html: str) -> None:
    built_page = read_page(page(html))
    assert (built_page.blocks, built_page.unrendered) == ([], [])
    assert built_page.fence_count == built_page.read_count == 0


def test_an_attribute_with_html_in_it_is_not_a_block() -> None:
    built_page = read_page(page(f'<p title="see <pre>">x</p><pre><code>{fence()}true</code></pre>'))
    assert [block.text for block in built_page.blocks] == ["true\n"]
    assert built_page.fence_count == built_page.read_count


def test_a_fence_that_the_parser_loses_is_counted() -> None:
    """Another plugin may change the HTML, for example by putting it into an attribute."""
    lost = fence().replace('"', "'")
    built_page = read_page(page(f'<p data-x="<pre>{lost}x</pre>">x</p>'))
    assert (built_page.fence_count, built_page.read_count) == (1, 0)


ALTERNATE = (
    '<div class="tabbed-set tabbed-alternate"><input><input><div class="tabbed-labels">'
    '<label>One</label><label>Two  <span data-live="city">Basel</span></label></div>'
    '<div class="tabbed-content"><div class="tabbed-block">{}</div>'
    '<div class="tabbed-block">{}</div></div></div>'
)
PLAIN = (
    '<div class="tabbed-set"><input><label>One</label><div class="tabbed-content">{}</div>'
    '<input><label>Two Basel</label><div class="tabbed-content">{}</div></div>'
)


@pytest.mark.parametrize("group", [ALTERNATE, PLAIN])
@pytest.mark.parametrize("inner", [ALTERNATE, PLAIN])
def test_tabs(group: str, inner: str) -> None:
    nested = inner.format("<pre>c</pre>", "<pre>d</pre>")
    html = "<pre>a</pre>" + group.format("<pre>b</pre>", nested) + group.format("", "<pre>e</pre>")
    blocks = {block.text.strip(): block.tabs for block in read_page(page(html)).blocks}
    assert blocks == {
        "a": (),
        "b": ((1, "One"),),
        "c": ((1, "Two Basel"), (2, "One")),
        "d": ((1, "Two Basel"), (2, "Two Basel")),
        "e": ((3, "Two Basel"),),
    }


def test_pages_that_are_no_files_are_pages_unless_they_repeat_others(tmp_path: Path) -> None:
    """By path: what is on each page. A blog's archive has no place of its own."""
    elsewhere = page(f"<pre>{fence(line=1).replace('docs/page', 'README')}x</pre>")
    (tmp_path / "page.md").touch()
    html = {
        "page.md": page(f"<pre>{fence()}a</pre><pre>b</pre>"),
        "archive.md": page(f"<pre>b</pre><pre>{fence()}a</pre>"),
        "own.md": page(f"<pre>{fence().replace('page', 'own')}a</pre>"),
        "repeats-own.md": page(f"<pre>{fence().replace('page', 'own')}a</pre>"),
        "docstring.md": page("<pre>c</pre>"),
        "include.md": elsewhere,
        "include-too.md": elsewhere,
        "text.md": page(f"<p>{fence(line=9)}</p>"),
        "empty.md": page(""),
    }
    pages: dict[str, BuiltPage] = {}
    for path, text in html.items():
        pages[path] = read_page(text)
        pages[path].path = path
    expected = ["own.md", "docstring.md", "include.md", "include-too.md", "text.md"]
    assert [*made_pages(pages, tmp_path)] == expected
