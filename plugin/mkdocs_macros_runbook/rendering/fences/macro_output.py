"""Fences that the text of a macro leaves open, so that readers see what is below it as code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...live.mark import plain
from ...page.fence import openings
from ...problem import Problem
from ..current_page import FIRST, LAST, CurrentPage
from ..source import Source

_PLACES = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]")  # see fences/places.py
# What is before a call on its line, which is before the first line of its text too.
_BEFORE_CALL = re.compile(r"[> \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?")
# Where Markdown reads no text, an open fence harms nobody.
_NO_MARKDOWN = {"<!--": "-->", "<pre": "</pre", "<script": "</script", "<style": "</style"}
_FIX = (
    "close the fence in the macro, and indent each line as far as the call, for example with the"
    " filter `indent`"
)


def macro_fence_problems(page: CurrentPage, text: str, source: Source) -> Iterator[Problem]:
    """Yield each call of a macro whose text leaves a fence open in `text`, the page after Jinja."""
    for line, opening in open_fences(page.calls, page.body, _PLACES.sub("", text)):
        fence = f"the fence {plain(opening).strip()!r}"
        message = f"this macro leaves {fence} open, so the text below it may become part of it"
        yield Problem(source.place(page.body).line(line), message, _FIX)


def open_fences(
    calls: Iterable[tuple[int, str]], source: str, page: str
) -> Iterator[tuple[int, str]]:
    """Yield line and first line of each fence that a call leaves open, and no other closes.

    Each of `calls` is its line in `source` and its text; `page` is what Jinja made of `source`.
    """
    lines = source.split("\n")
    opened = {line: fence for line, text in calls if (fence := _left_open(lines, line, text))}
    if not opened:
        return
    wrong = {*_unclosed_or_nested(page.split("\n"))} - {*_unclosed_or_nested(lines)}
    # The next fence of the page closes one that is left open, and then its own end opens another.
    named = [line for line, fence in opened.items() if fence in wrong] or [*opened][:1]
    yield from ((line, opened[line]) for line in named if wrong)


def _left_open(lines: list[str], line: int, text: str) -> str:
    """Return the first line that opens a fence in the text of a call, and none closes."""
    before = _BEFORE_CALL.match("".join(lines[line - 1 : line]))
    lines_of_call = f"{before[0] if before else ''}{text}".split("\n")
    open_lines = (
        lines_of_call[fence.first] for fence, is_closed in openings(lines_of_call) if not is_closed
    )
    return next(open_lines, "")


def _unclosed_or_nested(lines: list[str]) -> Iterator[str]:
    """Yield the first line of each fence that no line closes, or that has another one in it."""
    for fence, is_closed in openings(lines):
        inside = re.compile(rf"{re.escape(fence.opening(''))}[ \t]*[^`~\s]")
        if is_closed:
            is_wrong = any(map(inside.match, lines[fence.first + 1 : fence.last]))
        else:
            is_wrong = not _is_no_markdown("\n".join(lines[: fence.first]))
        if is_wrong:
            yield lines[fence.first]


def _is_no_markdown(before: str) -> bool:
    """Return whether Markdown reads no text behind `before`: in a comment or a script, say."""
    return any(before.rfind(begin) > before.rfind(end) for begin, end in _NO_MARKDOWN.items())
