"""Numbers, lists and dates in words, and tables, as pages show them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from html import escape

# a code span, where Markdown sees no end of a cell, or a pipe, which is one
_PIPE = re.compile(r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))|\|")


def count(number: int, noun: str) -> str:
    """Return a number with its noun: `1 block`, `2 blocks`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(names: Iterable[str]) -> str:
    """Return names as a list in a sentence: `a, b and c`; empty without any."""
    *first, last = [*names] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def day_in_words(when: str) -> str:
    """Return the day of an ISO time in words: `26 November 2026`; empty for an empty time."""
    if not when:
        return ""
    day = date.fromisoformat(when[:10])
    return f"{day.day} {day:%B %Y}"


def verbatim(text: str) -> str:
    """Return Markdown that shows a text as it is, in one line."""
    plain = escape(" ".join(text.split()), quote=False)
    return re.sub(r"[\\`*_{}\[\]()#+.!-]", r"\\\g<0>", plain)


def code(text: str) -> str:
    """Return Markdown that shows a text as code, in one line, whatever is in it."""
    line = " ".join(text.split())
    if not line:
        return ""
    fence = "`" * (max(map(len, re.findall("`*", line))) + 1)
    return f"{fence} {line} {fence}" if "`" in line else f"{fence}{line}{fence}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    head = [*head]
    rows = [
        [_PIPE.sub(lambda found: found["code"] or "&#124;", cell) for cell in row] for row in rows
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))
