"""Hunks: parts of a file as a diff shows them, found in the file and put into it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..output import without_annotations

#: how wide is what precedes the text of lines with a sign, and of other lines. People put a space
#: after each sign, nothing where there is none, or the sign in the place of a space
_MARGINS = ((1, 1), (2, 2), (2, 0), (1, 0), (0, 0))

#: the sign of a line, and its text
Row = tuple[str, str]


class Hunk(NamedTuple):
    """A part of a file, as a diff shows it."""

    file: str
    lines: Sequence[str]
    #: how many lines of the file precede it, if the diff says so
    at: int | None
    #: whether the diff makes or removes the file
    is_whole_file: bool
    #: a text of the line below which it is, if the diff says so after `@@`
    heading: str = ""

    @property
    def names_file(self) -> bool:
        """Whether `file` looks like the name of a file."""
        return "." in self.file and " " not in self.file

    @property
    def makes_file(self) -> bool:
        """Whether it may make its file: it needs no other lines there."""
        only_adds = all(line.startswith("+") for line in self.lines)
        is_start = not (self.at or self.heading)
        return self.is_whole_file or (self.names_file and only_adds and is_start)

    def put_into(
        self, lines: list[str], start: int, *, is_last: bool
    ) -> tuple[list[str], int] | None:
        """Return the lines of a file as the hunk makes them, and where it ends in them.

        Return `None` if the file has neither side of it. Without a number, it is below `start`, the
        end of the hunk before it; if it only adds, it is right there, or at the end of the file.
        """
        if self.at is not None:
            start = 0
        elif self.heading:
            places = range(start, len(lines))
            start = next((place for place in places if self.heading in lines[place]), start)
        end = len(lines) if is_last else start
        results = (self._put(rows, lines, start, end) for rows in self._layouts())
        return next(filter(None, results), None)

    def _layouts(self) -> Iterator[list[Row]]:
        """Yield its rows for each layout that it may have."""
        signs = [line[:1] if line[:1] in ("+", "-") else " " for line in self.lines]
        texts = [re.sub("^[+-]", " ", line).expandtabs(4) for line in self.lines]
        for signed, unsigned in self._margins():
            margins = [unsigned if sign == " " else signed for sign in signs]
            lines = [*zip(signs, texts, margins, strict=True)]
            if not any(text[:margin].strip() for _, text, margin in lines):
                yield [(sign, text[margin:]) for sign, text, margin in lines]

    def _margins(self) -> Sequence[tuple[int, int]]:
        """Return the margins that it may have, the likeliest first: no text has an odd indent."""
        if self.at is not None:
            return _MARGINS[:1]
        texts = [line[1:] for line in self.lines if line[:1] in ("+", "-") and line[1:].strip()]
        indent = min((len(text) - len(text.lstrip(" ")) for text in texts), default=0)
        return sorted(_MARGINS, key=lambda margins: margins[0] != 1 + indent % 2)

    def _put(
        self, rows: Sequence[Row], lines: list[str], start: int, end: int
    ) -> tuple[list[str], int] | None:
        """Put these rows below `start`; rows that only add, at `end`."""
        before, after = _without("+", rows), _without("-", rows)
        texts = [_as_on_page(line) for line in lines]
        if self.is_whole_file:
            return _put_whole(after, lines) if texts in (before, after) else None
        old, new = _places(texts, before, start), _places(texts, after, start) if after else []
        if self.at is not None:
            new = [place for place in new if place == self.at]
        elif old and not _places(after, before):  # not only as a part of the new
            new = []
        if new:  # nothing is left to do
            return lines, new[0] + len(after)
        if not old:
            return None
        likeliest = self.at if self.at is not None else start if before else end
        place = min(old, key=lambda place: abs(place - likeliest))
        rest = place + len(before)
        result = [*lines[:place], *_new_lines(rows, lines[place:rest], lines), *lines[rest:]]
        return result, place + len(after)


def _put_whole(after: list[str], lines: list[str]) -> tuple[list[str], int]:
    """Return the lines of a file that a hunk makes or removes; its own if nothing is left to do."""
    is_made = [_as_on_page(line) for line in lines] == after
    return lines if is_made else after, len(after)


def _without(sign: str, rows: Iterable[Row]) -> list[str]:
    """Return the texts of one side."""
    return [text for other, text in rows if other != sign]


def _places(lines: Sequence[str], part: Sequence[str], start: int = 0) -> list[int]:
    """Return where `part` begins in `lines`."""
    places = range(start, len(lines) - len(part) + 1)
    return [at for at in places if lines[at : at + len(part)] == part]


def _new_lines(rows: Iterable[Row], old: Iterable[str], lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a hunk as its file has them: those that stay, and those that are added."""
    old, has_tabs = iter(old), any(line.startswith("\t") for line in lines)
    for sign, text in rows:
        line = _with_tabs(text) if has_tabs else text
        if sign != "+":
            line = next(old)
        if sign != "-":
            yield line


def _as_on_page(line: str) -> str:
    """Return a line of a file as a page shows it below a sign: Markdown makes spaces of tabs."""
    return without_annotations(f" {line}".rstrip("\r").expandtabs(4))[1:]


def _with_tabs(text: str) -> str:
    """Return a line that a page shows below a sign as the file has it, if that has tabs."""
    bare = text.lstrip(" ")
    tabs, spaces = divmod(len(text) - len(bare) + 1, 4)
    return text if spaces else "\t" * tabs + bare
