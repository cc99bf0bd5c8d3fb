"""Tabs that a line of a page's source is in."""

from __future__ import annotations

import pytest

from mkdocs_macros_runbook.rendering.fences.metadata import tabs_around

PAGE = """\
=== "One"

    text

    === "Inner"

        in both

    in one

===! "Two {{ city }}"

    - item

        in two

> === "Quoted"
>
>     quoted
outside
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("text", ["One"]),
        ("in both", ["One", "Inner"]),
        ("in one", ["One"]),
        ("in two", ["Two {{ city }}"]),
        ("quoted", ["Quoted"]),
        ("outside", []),
    ],
)
def test_the_tabs_around_a_line(line: str, expected: list[str]) -> None:
    lines = PAGE.splitlines()
    [number] = (at for at, text in enumerate(lines) if text.strip("> ") == line)
    assert tabs_around(lines, number) == expected


def test_a_tab_character_is_four_columns() -> None:
    assert tabs_around(["- a", "", '    === "One"', "", "\t\tin one"], 4) == ["One"]
