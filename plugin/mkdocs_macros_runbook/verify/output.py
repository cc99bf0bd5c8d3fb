"""The output of a block, compared with what the page shows."""

from __future__ import annotations

import re

_ANY_LINES = re.compile(r"\s*(?:\.\.\.|…)\s*")


def is_shown(expected: str, actual: str) -> bool:
    """Return whether a page that shows `expected` is right about the output `actual`.

    White space at the ends of lines does not count, and a line `...` stands for any lines.
    """
    rest = _lines(actual)
    first, *others = _sections(expected)
    if not others:
        return rest == first
    *middle, last = others
    if rest[: len(first)] != first or len(rest) < len(first) + len(last):
        return False
    if rest[len(rest) - len(last) :] != last:
        return False
    rest = rest[len(first) : len(rest) - len(last)]
    start = 0
    for section in middle:  # each at its first place: that leaves most lines for the others
        places = range(start, len(rest) - len(section) + 1)
        place = next((at for at in places if rest[at : at + len(section)] == section), None)
        if place is None:
            return False
        start = place + len(section)
    return True


def _sections(expected: str) -> list[list[str]]:
    """Return the lines between those that stand for any lines."""
    sections: list[list[str]] = [[]]
    for line in _lines(expected):
        if _ANY_LINES.fullmatch(line):
            sections.append([])
        else:
            sections[-1].append(line)
    return sections


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]
