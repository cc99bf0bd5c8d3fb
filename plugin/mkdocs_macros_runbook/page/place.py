"""Places in a page: problems by the line of a text, and the file that the text comes from."""

from __future__ import annotations

from dataclasses import dataclass

from ..problem import Problem


@dataclass(frozen=True)
class LineProblem:
    """A problem in a line of a text, counted from 1."""

    line: int
    message: str
    fix: str


@dataclass(frozen=True)
class Place:
    """Where a text comes from: a path below the configuration, and the line that it begins in."""

    path: str
    first_line: int = 1

    def line(self, number: int) -> str:
        """Return the place of a line of the text, counted from 1: `docs/page.md:41`."""
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
