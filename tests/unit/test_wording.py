"""Texts that pages show as they are, whatever Markdown would make of them."""

from __future__ import annotations

from html import escape

import pytest
from markdown import Markdown

from mkdocs_macros_runbook.wording import code, table

EXTENSIONS = ["pymdownx.magiclink", "pymdownx.mark", "pymdownx.tilde", "smarty", "tables"]


@pytest.mark.parametrize(
    "text",
    ["a", "x`<script>alert(1)</script>`", "``", "`a", "https://a.example/x", "==m== ~x~ 'q' 1/2"],
)
def test_code_is_shown_as_it_is(text: str) -> None:
    html = Markdown(extensions=EXTENSIONS).convert(f"It is {code(text)}.")
    assert html == f"<p>It is <code>{escape(text, quote=False)}</code>.</p>"


def test_no_code() -> None:
    assert code("") == ""


@pytest.mark.parametrize(
    ("cell", "html"),
    [
        ("a | b", "a &#124; b"),
        ("`a | b` | c", "<code>a | b</code> &#124; c"),
        ("`` ` | ` `` | `", "<code>` | `</code> &#124; `"),
        ("a ` | b", "a ` &#124; b"),
    ],
)
def test_a_pipe_in_a_table_is_no_end_of_a_cell(cell: str, html: str) -> None:
    page = Markdown(extensions=["tables"]).convert(table(["A", "B"], [[cell, "x"]]))
    assert f"<td>{html}</td>\n<td>x</td>" in page.replace("|", "|")
