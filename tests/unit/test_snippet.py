"""Snippets in a page's source: which lines are theirs, and that files are named plainly."""

from __future__ import annotations

import pytest

from mkdocs_macros_runbook.live.mark import LiveValue
from mkdocs_macros_runbook.page.snippet import Snippet, snippets
from mkdocs_macros_runbook.rendering.fences.openings import with_plain_openings

CITY = LiveValue("city", "Bern").live


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('A\n    --8<-- "a.md"\n', [Snippet(1, 1, ("a.md",))]),
        ("-8<- 'a.md:part'\r\n", [Snippet(0, 0, ("a.md:part",))]),
        ("--8<--\na.md\n\n  b.md\n--8<--\nB\n", [Snippet(0, 4, ("a.md", "b.md"))]),
        ('--8<--\n; a.md\n--8<--\n--8<-- "b.md"', [Snippet(0, 2, ()), Snippet(3, 3, ("b.md",))]),
        ("A\n---8<---\na.md", [Snippet(1, 2, ("a.md",))]),
        ('Cut ---8<--- here.\n;--8<-- "a.md"\n--8<--"a.md"\n', []),
    ],
)
def test_the_snippets_of_a_page(page: str, expected: list[Snippet]) -> None:
    assert [*snippets(page.split("\n"))] == expected


@pytest.mark.parametrize("page", ['--8<-- "{}.md"', '-8<- "{}.md"', "---8<---\n{}.md\n---8<---"])
def test_a_snippet_names_its_file_plainly(page: str) -> None:
    text = f"In {CITY}\n\n{page.format(CITY)}\n"
    assert with_plain_openings(text) == f"In {CITY}\n\n{page.format('Bern')}\n"
