"""The difference between data that a page shows, which may have gaps, and data that was printed.

A gap is a `...` that stands for any keys, items or value.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from ...output import line_matches, on_screen, stands_for_any_lines, without_annotations
from .formats import COMMENT, NO_SECTION

# how the key or item begins that stands for any
_GAP = "...."
#: what a program printed in place of data that it left out
ABBREVIATED = "\ue000"
_NUMBERED_GAP = re.compile(rf"{re.escape(_GAP)}\d+")
_PART = re.compile(rf"{COMMENT.pattern}|\s+|\.\.\.|.", re.DOTALL)
# what stands for anything, also as a comment
_ANYTHING = re.compile(r"(?://[ \t]*|/\*\s*)?(?:\.\.\.|…)[ \t]*(?:\*/)?")


def difference(expected: object, actual: object, at: str = "") -> str:
    """Return the first difference between data that a page shows and data that was printed.

    `...` in a string stands for any text, and a string `...` for any value. A gap stands for any
    keys or items. `at` is the way to the data, such as `.items[0]`.
    """
    if isinstance(expected, str) and stands_for_any_lines(expected):
        return ""
    if actual == ABBREVIATED:
        return ""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _difference_of_keys(expected, actual, at)
    if isinstance(expected, list) and isinstance(actual, list):
        return _difference_of_items(expected, actual, at)
    if _is_same(expected, actual):
        return ""
    ours, theirs = _in_words(expected), _in_words(actual)
    return f"{at or 'the value'} is {theirs} in the output, but {ours} on the page"


def _in_words(value: object) -> str:
    """Return a value as it is written in data, or what kind of data it is."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    is_text = value is None or isinstance(value, bool | str)
    return json.dumps(value, ensure_ascii=False) if is_text else str(value)


def _difference_of_keys(expected: dict[Any, object], actual: dict[Any, object], at: str) -> str:
    """Return the first difference; a gap stands for any keys."""
    keys = [key for key in expected if not is_gap(key)]
    below = {key: at if key == NO_SECTION else f"{at}.{key}" for key in (*expected, *actual)}
    for key in (*keys, *(actual if len(keys) == len(expected) else ())):
        if key not in actual:
            return f"the output does not have {below[key]}"
        if key not in expected:
            return f"the page does not show {below[key]}"
    return _first(difference(expected[key], actual[key], below[key]) for key in keys)


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
        return expected == actual or line_matches(expected, on_screen(actual))
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, date | time) and isinstance(actual, date | time):
        return str(expected) == str(actual)  # also the time zone
    return expected == actual


def share_part(expected: object, actual: object) -> bool:
    """Return whether objects have a key in common, or lists begin alike; other data is equal."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return not expected.keys().isdisjoint(actual)
    if isinstance(expected, list) and isinstance(actual, list):
        return bool(expected and actual) and share_part(expected[0], actual[0])
    return expected == actual


def with_gaps(text: str) -> str:
    """Return JSON in which each `...` is a gap: an item or a key; after a colon, it is a value.

    It may stand alone in a comment. Around all brackets, it stands for other lines and is left out.
    """
    parts, brackets, last = list[str](), "", ""
    for part in (match[0] for match in _PART.finditer(without_annotations(text))):
        is_dots = _ANYTHING.fullmatch(part) is not None
        if is_dots and not brackets:
            continue
        if not is_dots and (part.isspace() or part[:2] in ("//", "/*")):
            parts.append(part)
            continue
        if _lacks_comma(last, part, is_dots=is_dots):
            parts.append(",")
        parts.append(_gap(last if last == ":" else brackets[-1], len(parts)) if is_dots else part)
        brackets = _open_brackets(brackets, part)
        last = _GAP if is_dots else part
    return "".join(parts)


def _lacks_comma(last: str, part: str, *, is_dots: bool) -> bool:
    """Return whether people leave out the comma between two parts, of which one stands for any."""
    return (is_dots and last not in "{[,:") or (last == _GAP and part not in ",}]")


def _gap(before: str, number: int) -> str:
    """Return what stands for anything below a bracket, or after a colon; no key may come twice."""
    gap = f'"{_GAP}{number}"'
    return {":": '"..."', "{": f"{gap}: 0", "[": gap}[before]


def _open_brackets(brackets: str, part: str) -> str:
    """Return the brackets that are open after a part of JSON, if those in `brackets` are before."""
    if part in "}]":
        return brackets[:-1]
    return brackets + part if part in "{[" else brackets


def is_gap(part: object) -> bool:
    """Return whether a key or an item stands for any."""
    return isinstance(part, str) and _NUMBERED_GAP.fullmatch(part) is not None
