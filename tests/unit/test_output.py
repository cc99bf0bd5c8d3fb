"""Output: compared with what a page shows, and searched for values."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkdocs_macros_runbook.values.output import printed_value
from mkdocs_macros_runbook.verify.output import is_shown


@pytest.mark.parametrize(
    ("expected", "actual", "result"),
    [
        ("a", "a", True),
        ("a\n", "\n\na  \n", True),
        ("a", "a\nb", False),
        ("a\n...", "a\nb\nc", True),
        ("a\n...", "a", True),
        ("...\nc", "a\nb\nc", True),
        ("a\n…\nc", "a\nc", True),
        ("a\n...\na", "a", False),
        ("a\n...\nb\n...\nc", "a\nx\nb\nb\nc", True),
        ("a\n...\nb\n...\nb\n...\nc", "a\nb\nc", False),
        ("...\nb\n...\nb\nc\n...", "b\nc", False),
        ("...", "", True),
        ("", "a", False),
    ],
)
def test_what_is_shown(expected: str, actual: str, result: bool) -> None:
    assert is_shown(expected, actual) is result


def by_expression(expected: str, actual: str) -> bool:
    """The same rule as a regular expression, which is slow."""
    lines = [line.rstrip() for line in expected.strip("\n").split("\n")]
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in lines)
    text = "".join(f"{line.rstrip()}\n" for line in actual.strip("\n").split("\n"))
    return re.fullmatch(pattern, text) is not None


lines = st.lists(st.sampled_from(["a", "b", ""]), max_size=7).map("\n".join)
shown_lines = st.lists(st.sampled_from(["a", "b", "", "...", "..."]), max_size=7).map("\n".join)


@given(shown_lines, lines)
def test_every_comparison_follows_the_rule(expected: str, actual: str) -> None:
    assert is_shown(expected, actual) is by_expression(expected, actual)


def test_many_ellipses_and_lines_take_no_time() -> None:
    before = time.process_time()
    assert not is_shown("a\n" + "...\nb\n" * 6 + "z", "a\n" + "b\n" * 20_000)
    assert time.process_time() - before < 5  # 0.05; by the expression above it is days


PRINTED: list[tuple[str, str, str | None]] = [
    ("rack", '{"rack": "r7"}', "r7"),
    ("rack", '{"floor": {"rack": "r7"}}', "r7"),
    ("floor.rack", '{"floor": {"rack": "r7"}}', "r7"),
    ("rack", '{"rack": 7, "is_new": true}', "7"),
    ("is_new", '{"is_new": true}', "true"),
    ("rack", '{"rack": null}', None),
    ("rack", "[1]", None),
    ("rack", "rack: r7", "r7"),
    ("rack", "floor: 1\n  rack = r7\n", "r7"),
    ("rack", "rack:r7\r\n", "r7"),
    ("rack", '  "rack": "r7",\n', "r7"),
    ("rack", "rack: 'r 7'", "r 7"),
    ("rack", "rack: r7 of Basel", "r7 of Basel"),
    ("url", "url: https://a.example/?b=c", "https://a.example/?b=c"),
    ("rack", "NAME   VALUE\nfloor  1\nrack   r7\n", "r7"),
    ("rack", "rack of Basel: r7", None),
    ("rack", "rack: \nfloor: 1", None),
    ("rack", "the rack: r7", None),
    ("rack", "rack r7 new", None),
    ("rack", "racks: r7", None),
    ("rack", "rack", None),
    ("rack", 'rack: "r7', None),
    ("a.b", "axb: 1", None),
    ("rack", '{"floors": [{"rack": "r7"}, {"rack": "r8"}]}', "r7"),
    ("rack", '{"a": {"rack": "deep"}, "rack": "r7"}', "r7"),
    ("floor_rack", '{"x": {"Floor": {"Rack": "r7"}}}', "r7"),
    ("rack", 'made the rack\n{"rack": "r7"}\ndone\n', "r7"),
    ("rack_name", "RackName\tr7\n", "r7"),
    ("rack_name", "export RACK_NAME='r7'\n", "r7"),
    ("rack_name", "Rack name: r7", "r7"),
    ("rack", "rack" + " " * 50_000 + ": r7" + " " * 50_000, "r7"),
    ("rack", '{"rack":' * 3000 + "1" + "}" * 3000, None),
]


@pytest.mark.parametrize(("key", "output", "value"), PRINTED)
def test_a_printed_value(key: str, output: str, value: str | None) -> None:
    assert printed_value(key, output) == value
