"""The settings of a verification, from pytest's configuration."""

from __future__ import annotations

import pytest

from mkdocs_macros_runbook.problem import Problem
from mkdocs_macros_runbook.verify.settings import positive_seconds, style_from


def test_each_setting_gets_the_type_that_it_has() -> None:
    lines = [
        "line_length=160",
        "quotes = single",
        "magic_trailing_comma=false",
        "upgrade=True",
        "ruff_line_length=100",
        "ruff_select=E, F,W",
    ]
    assert style_from(lines) == {
        "line_length": 160,
        "quotes": "single",
        "magic_trailing_comma": False,
        "upgrade": True,
        "ruff_line_length": 100,
        "ruff_select": ["E", "F", "W"],
    }


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("lenght=1", "there is no setting 'lenght'; choose from: line_length, "),
        ("line_lenght=1", "there is no setting 'line_lenght' (did you mean 'line_length'?)"),
        ("line_length=long", "line_length is 'long'; it must be a number"),
        ("isort=maybe", "isort is 'maybe'; it must be true or false"),
        ("quotes=singel", "quotes is 'singel'; it must be one of single, double, either"),
    ],
)
def test_invalid_settings(line: str, message: str) -> None:
    with pytest.raises(Problem) as raised:
        style_from([line])
    assert message in str(raised.value)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_an_invalid_time_limit(seconds: float) -> None:
    with pytest.raises(
        Problem, match=r"runbook_seconds: .* is not a number above 0; set a number, such as 60"
    ):
        positive_seconds(seconds)


def test_a_time_limit() -> None:
    assert positive_seconds(0.5) == 0.5
