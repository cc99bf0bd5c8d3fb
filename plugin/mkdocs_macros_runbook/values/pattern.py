"""Patterns: regular expressions that Python and browsers read alike."""

from __future__ import annotations

import re

# JavaScript has no (?P<…>) and no possessive repetition, its \d means other digits, and an empty
# class ends at once.
_UNLIKE = re.compile(r"\\(?![][\\^$.*+?(){}|/]).?|\(\?(?!:|=|!|<=|<!)|[*+?}]\+|\{,|\[\^?\]")
_READ_ALIKE = (
    re.compile(r"\\."),  # an escape
    re.compile(r"\[[^]]*\]"),  # a class
    re.compile(r"\{[0-9]+(,[0-9]*)?\}"),  # a repetition
)


def unportable(pattern: str) -> str | None:
    """Return the first syntax of `pattern` that JavaScript, with its flag `u`, reads otherwise."""
    rest = pattern
    for syntax in _READ_ALIKE:
        if unlike := _UNLIKE.search(rest):
            return unlike[0]
        rest = syntax.sub("_", rest)
    bracket = re.search(r"[][{}]", rest)
    return bracket[0] if bracket else None
