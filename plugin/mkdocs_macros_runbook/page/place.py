"""Places in a page: problems by the line of a text, and the file that the text comes from."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from ..problem import Problem


@dataclass(frozen=True)
class LineProblem:
    """A problem in a line of a text, counted from 1."""

    line: int
    message: str
    fix: str


@dataclass(frozen=True)
class Place:
    """Where a text comes from: a path below the configuration, and the line that it begins in.

    If another plugin changed the text, `lines` has the line of each of its lines.
    """

    path: str
    first_line: int = 1
    lines: tuple[int, ...] = ()

    def line(self, number: int) -> str:
        """Return the place of a line of the text, counted from 1: `docs/page.md:41`."""
        if 0 < number <= len(self.lines):
            return f"{self.path}:{self.lines[number - 1]}"
        return f"{self.path}:{self.first_line + number - 1}"

    def problem(self, problem: LineProblem) -> Problem:
        """Return `problem` with its place."""
        return Problem(self.line(problem.line), problem.message, problem.fix)


def first_line_of(body: str, whole: str) -> int:
    """Return the line of the source `whole` at which `body`, its text without front matter, begins.

    A `body` that the source does not end with is the page's title, which is in the first lines, or
    a text from elsewhere.
    """
    whole = whole.replace("\r\n", "\n").rstrip()
    text = body.replace("\r\n", "\n").rstrip()
    return whole.removesuffix(text).count("\n") + 1 if whole.endswith(text) else 1


@lru_cache(maxsize=8)
def lines_in(body: str, whole: str) -> tuple[int, ...]:
    """Return the line of `whole` for each line of `body`, which another plugin or ours made of it.

    What the plugin brought in has the line that it replaced, or the next one.
    """
    text, source = (one.replace("\r\n", "\n").split("\n") for one in (body, whole))
    if text == source:  # most pages: to compare each line would take long
        return tuple(range(1, len(source) + 1))
    numbers: list[int] = []
    matcher = SequenceMatcher(None, text, source)
    for _, start, end, first, last in matcher.get_opcodes():
        line, is_same = min(first + 1, len(source)), end - start == last - first
        numbers += [line + number * is_same for number in range(end - start)]
    return tuple(numbers)
