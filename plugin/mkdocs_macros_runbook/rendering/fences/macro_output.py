"""Fences that a macro or an include leaves open, or puts elsewhere than where its call is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ...live.mark import plain
from ...page.fence import Fence, fences, indentation, opening_inside, openings
from ...page.hidden import UNREAD, is_inside
from ...problem import Problem
from ..current_page import PAGE_LETTERS, CurrentPage
from ..source import Source

_PLACES = re.compile(f"[{PAGE_LETTERS}]")  # see fences/places.py
_WIDTH = 4  # of the indentation that puts a line into a tab, an item or an admonition
_FIX = (
    "put the call on a line of its own, and indent each line of the text that it returns by the"
    " same amount, for example with the filter `indent`"
)


def macro_fence_problems(page: CurrentPage, text: str, source: Source) -> Iterator[Problem]:
    """Yield each call that leaves a fence open in `text`, the page after Jinja, or misplaces it."""
    if not page.calls:
        return
    calls = [(line, _PLACES.sub("", called)) for line, called in page.calls]
    rendered = _PLACES.sub("", text)
    place = source.place(page.body)
    for line, opening in open_fences(calls, page.body, rendered):
        fence = f"the fence {plain(opening).strip()!r}"
        message = f"this macro or include leaves {fence} open; the text below may become part of it"
        yield Problem(place.line(line), message, f"close the fence, {_FIX}")
    for line, opening in fences_outside(calls, rendered):
        fence = f"the fence {plain(opening).strip()!r}"
        message = f"{fence} of this macro or include is not indented like its call, so it is"
        yield Problem(place.line(line), f"{message} outside the tab, list item or quote", _FIX)


def open_fences(
    calls: Collection[tuple[int, str]], source: str, page: str
) -> Iterator[tuple[int, str]]:
    """Yield line and first line of each fence that a call leaves open, and no other closes.

    Each of `calls` is its line in `source` and its text; `page` is what Jinja made of `source`.
    """
    first_lines: dict[int, str] = {}
    for line, start, text in _in_page(calls, page):
        is_changed = start > page.count("\n")  # by a filter, which may indent only a part of it
        for fence in fences(text) if is_changed else left_open(text):
            first_lines.setdefault(line, text.split("\n")[fence.first])
    if not first_lines:
        return
    wrong = {*_wrong_fences(page)} - {*_wrong_fences(source)}
    # The next fence of the page closes one that is left open, and then its own end opens another.
    named = [line for line, first in first_lines.items() if first in wrong] or [*first_lines][:1]
    yield from ((line, first_lines[line]) for line in named if wrong)


def left_open(text: str) -> list[Fence]:
    """Return the fences without an end of their own."""
    lines = text.split("\n")
    return [
        fence
        for fence, is_closed in openings(text)
        if not is_closed or opening_inside(fence, lines) is not None
    ]


def fences_outside(calls: Collection[tuple[int, str]], page: str) -> Iterator[tuple[int, str]]:
    """Yield line and first line of the first fence of a call that is indented less than the call.

    A fence that `page` shows in another does not count.
    """
    on_page = {fence.first for fence in fences(page)}
    for line, start, text in _in_page(calls, page):
        lines = text.split("\n")
        depth, quotes = indentation(lines[0])
        for fence in fences(text):
            own_depth, own_quotes = indentation(fence.prefix)
            is_less = (depth >= _WIDTH and own_depth < depth) or own_quotes < quotes
            if is_less and start + fence.first in on_page:
                yield line, lines[fence.first]
                break


def _in_page(calls: Collection[tuple[int, str]], page: str) -> Iterator[tuple[int, int, str]]:
    """Yield the line of each call, and the lines that its text has part in: where, and which.

    A text that a filter changed is not on the page as it was.
    """
    end = 0
    for line, text in calls:
        at = page.find(text, end)
        at = page.find(text) if at < 0 else at  # of an include, behind those of its macros
        if at < 0:
            yield line, page.count("\n") + 1, text
            continue
        end = at + len(text)
        first = page.rfind("\n", 0, at) + 1
        last = page.find("\n", end - 1)
        yield line, page.count("\n", 0, first), page[first : last if last >= 0 else None]


def _wrong_fences(text: str) -> Iterator[str]:
    """Yield the first line of each fence that no line closes, or that has another one in it."""
    lines = text.split("\n")
    for fence, is_closed in openings(text):
        is_wrong = opening_inside(fence, lines) is not None
        if not is_closed:  # where Markdown reads nothing, an open fence harms nobody
            is_wrong = not is_inside("\n".join(lines[: fence.first]), UNREAD)
        if is_wrong:
            yield lines[fence.first]
