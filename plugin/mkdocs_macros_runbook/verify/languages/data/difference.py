"""The difference between data that a page shows and data that was printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ...output import line_matches, on_screen, stands_for_any_lines
from .gaps import is_gap


def difference(expected: object, actual: object, at: str = "") -> str:
    """Return the first difference between data that a page shows and data that was printed.

    `...` in a string stands for any text, and a string `...` for any value. A gap stands for any
    keys or items. `at` is the way to the data, such as `.items[0]`.
    """
    if isinstance(expected, str) and stands_for_any_lines(expected):
        return ""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _difference_of_keys(expected, actual, at)
    if isinstance(expected, list) and isinstance(actual, list):
        return _difference_of_items(expected, actual, at)
    if _is_same(expected, actual):
        return ""
    return f"{at or 'it'} is {actual!r} in the output, but {expected!r} on the page"


def _difference_of_keys(expected: dict[Any, object], actual: dict[Any, object], at: str) -> str:
    """Return the first difference; a gap stands for any keys."""
    keys = [key for key in expected if not is_gap(key)]
    for key in (*keys, *(actual if len(keys) == len(expected) else ())):
        if key not in actual:
            return f"the output does not have {at}.{key}"
        if key not in expected:
            return f"the page does not show {at}.{key}"
    return _first(difference(expected[key], actual[key], f"{at}.{key}") for key in keys)


def _difference_of_items(expected: Sequence[object], actual: Sequence[object], at: str) -> str:
    """Return the first difference; a gap stands for any items."""
    if any(map(is_gap, expected)):
        is_right = _are_items(expected, actual)
        return "" if is_right else f"{at or 'the list'} does not have the items of the page"
    if len(expected) != len(actual):
        return f"{at or 'the list'} has {len(actual)} items, but the page shows {len(expected)}"
    pairs = enumerate(zip(expected, actual, strict=True))
    return _first(difference(ours, theirs, f"{at}[{number}]") for number, (ours, theirs) in pairs)


def _are_items(expected: Sequence[object], actual: Sequence[object]) -> bool:
    """Return whether `actual` matches a list in which a gap stands for any items."""
    counts = {0}  # how many of the items may have been taken so far
    for item in expected:
        if is_gap(item):
            counts = {*range(min(counts, default=len(actual) + 1), len(actual) + 1)}
        else:
            following = (count for count in counts if count < len(actual))
            counts = {count + 1 for count in following if not difference(item, actual[count])}
    return len(actual) in counts


def _first(differences: Iterable[str]) -> str:
    return next(filter(None, differences), "")


def _is_same(expected: object, actual: object) -> bool:
    if isinstance(expected, str) and isinstance(actual, str):
        return line_matches(expected, on_screen(actual))
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    return expected == actual or (
        expected != expected and actual != actual
    )  # a number that is none
