"""Snippets in a page's source: the lines that pymdownx.snippets replaces with files.

    --8<-- "one.md"

    --8<--
    one.md
    two.md:part
    --8<--

A line that begins with a semicolon names no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: in each line that begins a snippet, right or wrong
SIGN = "8<-"
_SIGN = "-+8<-+"
_LINE = re.compile(rf"[ \t]*{_SIGN}(?:[ \t]+[\"']?(?P<name>[^\s\"'][^\"'\n]*)[\"']?)?[ \t\r]*$")
_BLOCK_SIGN = rf"[ \t]*{_SIGN}\r?"
#: what an author means to be the beginning of a snippet's line
MEANT = rf"{_SIGN}(?=[ \t]*$|[ \t]*[\"'\u201c\u2018\w./])"
#: a line that the extension reads
READABLE = rf"""[ \t]*{_SIGN}([ \t]+("[^"\n]+"|'[^'\n]+'))?$"""


@dataclass(frozen=True)
class Snippet:
    """The lines that a snippet begins and ends in (counted from 0), and the files that it names."""

    first: int
    last: int
    names: tuple[str, ...]


def snippets(lines: Sequence[str]) -> Iterator[Snippet]:
    """Yield the snippets of a page; one between two signs may name several files."""
    start: int | None = None
    for number, line in enumerate(lines):
        if SIGN not in line:
            continue
        match = _LINE.match(line)
        if match and match["name"] and start is None:
            yield Snippet(number, number, (match["name"].rstrip(),))
        elif match and not match["name"]:
            if start is not None:
                yield Snippet(start, number, _names(lines[start + 1 : number]))
            start = number if start is None else None
    if start is not None:  # the extension takes the rest of the page for names
        yield Snippet(start, len(lines) - 1, _names(lines[start + 1 :]))


def unclosed_list(lines: Sequence[str]) -> int | None:
    """Return the number of the line that begins a snippet without an end; `None` if there is none.

    A sign that is one too many may be the next beginning: names with an empty line among them are
    none.
    """
    signs = [number for number, line in enumerate(lines) if re.fullmatch(_BLOCK_SIGN, line)]
    if len(signs) % 2 == 0:
        return None
    for first, last in zip(signs[::2], signs[1::2], strict=False):
        text = "\n".join(map(str.strip, lines[first + 1 : last])).strip("\n")
        if "\n\n" in text:
            return first
    return signs[-1]


def _names(lines: Sequence[str]) -> tuple[str, ...]:
    names = map(str.strip, lines)
    return tuple(name for name in names if name and not name.startswith(";"))
