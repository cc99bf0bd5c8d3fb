"""Tabs of pymdownx.tabbed in a page's source: those that a line is in."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TAB = re.compile(r'[ \t>]*===[!+]{0,2} +"(?P<label>.*)"')


def tabs_around(lines: Sequence[str], number: int) -> list[str]:
    """Return the labels of the tabs that the line `number` is in, from the outside in.

    In a quote, those are meant that are in it too.
    """
    labels = []
    depth, quotes = _depth(lines[number]), _quotes(lines[number])
    for line in reversed(lines[:number]):
        if not depth or _quotes(line) < quotes:
            break
        if line.strip("> \t") and _depth(line) < depth:
            depth = _depth(line)
            if tab := _TAB.match(line):
                labels.append(tab["label"])
    return labels[::-1]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip("> \t"))


def _quotes(line: str) -> int:
    return line[: _depth(line)].count(">")
