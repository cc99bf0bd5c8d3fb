"""Statements of an excerpt: which of them did not run."""

from __future__ import annotations

import pytest

from mkdocs_macros_runbook.verify.walkthrough.excerpt_statements import statements_not_run

STATEMENTS = """\
def plan(n):
    \"\"\"Tell.\"\"\"
    if n < 0:
        text = "no"
        raise ValueError(text)
    found = [
        n,
    ]
    if n:
        return found
    count: int

    def inner():
        return n

    return inner
# --8<-- [start:last]
plan(1)
# --8<-- [end:last]
"""
REFUSES = """\
def find(n):
    for one in n:
        return one
    text = "no"
    raise ValueError(text)
try:
    find([1])
    raise KeyError
except KeyError:
    if not find:
        for one in []:
            text = one
        raise
raise SystemExit(find([1]))
"""


@pytest.mark.parametrize(
    ("part", "lines_run", "expected"),
    [
        ("", {1, 3, 6, 9, 10, 13, 18}, [14, 16]),
        ("", {3, 7, 9, 10, 14, 16, 18}, []),
        ("", {1, 16}, [3, 6, 9, 10, 14, 18]),
        ("last", {1, 3}, [18]),
        ("last", {18}, []),
    ],
)
def test_statements_that_did_not_run(part: str, lines_run: set[int], expected: list[int]) -> None:
    assert statements_not_run(STATEMENTS, part, lines_run) == expected


def test_only_the_way_to_a_refusal_need_not_run() -> None:
    missing = statements_not_run(REFUSES, "", set())
    assert missing == [2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14]
