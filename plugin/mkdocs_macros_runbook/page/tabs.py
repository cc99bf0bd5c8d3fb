"""Tabs of pymdownx.tabbed in a page's source: those that a line is in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .fence import indentation

_TAB = re.compile(r'[ \t>]*===[!+]{0,2} +"(?P<label>.*)"')


def tabs_around(lines: Sequence[str], number: int) -> list[str]:
    """Return the labels of the tabs that the line `number` is in, from the outside in.

    In a quote, those are meant that are in it too.
    """
    labels = []
    depth, quotes = indentation(lines[number])
    for line in reversed(lines[:number]):
        columns, quotes_here = indentation(line)
        if not depth or quotes_here < quotes:
            break
        if line.strip("> \t") and columns < depth:
            depth = columns
            if tab := _TAB.match(line):
                labels.append(tab["label"])
    return labels[::-1]
