"""VitePress pages: their names, and lists that nest as CommonMark nests them."""

from __future__ import annotations

import time

import markdown
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mkdocs_macros_runbook.page.vitepress import (
    is_vitepress,
    unknown_params,
    with_wide_lists,
    without_params,
)
from outline import outline


def commonmark(source: str) -> str:
    return outline(MarkdownIt("commonmark").render(source))


def python_markdown(source: str) -> str:
    return outline(markdown.markdown(source, extensions=["pymdownx.superfences", "tables"]))


@pytest.mark.parametrize(
    "source",
    [
        "1. a\n   1. b\n      1. c\n   2. d\n2. e\n",
        "- a\n  - b\n    - c\n- d\n",
        "text\n- a\n- b\ntext after\n\nmore\n",
        "* a\n* b\n\n- c\n- d\n",
        "1. a\n\n- b\n",
        "1) a\n2) b\n   - c\n",
        "10. a\n    - b\n11. c\n",
        "- a\n\n  second paragraph\n\n  - b\n\n    of b\n- c\n",
        "- a\nlazy\n- b\n",
        "- a\n  ```js\n  - not a list\n  ```\n  - b\n",
        "> - a\n>   - b\n> - c\n",
        "1. a\n   - b\n   - c\n2. d\n   * e\n",
        "-   a\n    -   b\n",
        "- a\n\t- b\n",
        "# h\n- a\n# h2\n",
        "1. a\n\n   At the end:\n   - x\n   - y\n2. b\n",
        "",
    ],
)
def test_lists_nest_as_commonmark_nests_them(source: str) -> None:
    assert python_markdown(with_wide_lists(source)) == commonmark(source)


def test_the_list_of_the_seed_needs_widening() -> None:
    source = "1. a\n   1. b\n      1. c\n2. d\n"
    assert python_markdown(source) != commonmark(source)


@st.composite
def lists(draw: st.DrawFn, depth: int = 0, prefix: str = "") -> str:
    ordered = draw(st.booleans())
    out = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        marker = f"{number}." if ordered else "-"
        gap = " " * draw(st.integers(1, 3))
        word = draw(st.text("abcdefgh", min_size=1, max_size=4))
        out.append(f"{prefix}{marker}{gap}{word}")
        inner = prefix + " " * len(marker + gap)
        if draw(st.booleans()):
            out.append(f"{inner}continued")
        if depth < 3 and draw(st.booleans()):
            out.append(draw(lists(depth + 1, inner)))
        if draw(st.integers(0, 4)) == 0:
            out += ["", f"{inner}a paragraph", ""]
    return "\n".join(out)


@settings(max_examples=4 * settings().max_examples, suppress_health_check=[HealthCheck.too_slow])
@given(st.booleans(), lists(), st.booleans())
def test_any_nested_list(text_before: bool, source: str, text_after: bool) -> None:
    source = ("Text\n" if text_before else "") + source + ("\n\nText\n" if text_after else "\n")
    assert python_markdown(with_wide_lists(source)) == commonmark(source)


def test_only_indentation_and_space_around_lists_change() -> None:
    source = "# h\n\ntext {{ x }}\n- a\n  - b\n\n```js\n- code\n  - code\n```\n"
    words = [line.strip() for line in source.splitlines() if line.strip()]
    widened = with_wide_lists(source)
    assert [line.strip() for line in widened.splitlines() if line.strip()] == words
    assert "```js\n- code\n  - code\n```" in widened


def test_names() -> None:
    source = "{{ $params.APP }} costs $params.5 {{ $params.APP | upper }} {% if $params.X %}"
    assert is_vitepress(source)
    assert not is_vitepress("{{ APP }} costs $5")
    assert without_params(source) == "{{ APP }} costs $params.5 {{ APP | upper }} {% if X %}"
    raw = "{% raw %}{{ $params.NO }}{% endraw %}{# {{ $params.NO }} #}"
    assert not is_vitepress(raw)
    assert without_params(raw) == raw
    assert list(unknown_params(raw, set())) == []
    assert list(unknown_params("a\n{{ $params.APP }}\n{{\n$params.B }}", {"APP"})) == [(4, "B")]


def test_a_page_with_many_ids_is_no_work() -> None:
    before = time.process_time()
    assert not is_vitepress("## A {#a}\n" * 10_000)
    assert time.process_time() - before < 1
