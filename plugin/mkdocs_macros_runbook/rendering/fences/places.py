"""Where each fence of a page is in its source, though macros and includes bring some of them.

The Jinja extension still knows the source: it writes a letter that stands for a place behind the
first line of each fence, and before each line that brings fences from elsewhere. The Markdown
extension, which sees fences after macros and includes, takes the letters off again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ...page.fence import Fence, fences
from ...page.place import Place
from ...page.snippet import Snippet, snippets
from ..current_page import CurrentPage

# A line that may bring fences from elsewhere: a value, a call of a macro, an include.
_BRINGS = re.compile(r"[> \t]*(?:[-*+] |\d+[.)] )?[ \t]*\{(?:\{|%-?\s*include\b)")


@dataclass(frozen=True)
class _FencePlace:
    """The place of a fence."""

    place: str


@dataclass(frozen=True)
class _CallPlace:
    """The place of a line that brings fences from elsewhere."""

    place: str
    #: whether its letter is a line of its own, which goes with it
    is_alone: bool


def with_places(
    source: str, place: Place, page: CurrentPage, *, is_data: bool = False, newline: str = "\n"
) -> str:
    """Return `source` with a letter for its place behind the first line of each fence.

    A line that brings fences from elsewhere has one before it: theirs, since they have none.
    Data has none there, where a program would read it. `newline` begins a line of the page.
    """
    lines = source.split("\n")
    ends = ["\r" if line.endswith("\r") else "" for line in lines]
    lines = [line.removesuffix("\r") for line in lines]
    of_snippets = [*snippets(lines)]
    ends_of_snippets = {snippet.last for snippet in of_snippets}
    bringing = set() if is_data else _bringing(lines, of_snippets)
    for fence in fences("\n".join(lines)):
        bringing -= {*range(fence.first, fence.last + 1)}
        lines[fence.first] += f" {page.letter_for(_FencePlace(place.line(fence.first + 1)))}"
    for number in bringing:
        at = place.line(number + 1)
        if number == 0:
            lines[0] = f"{page.letter_for(_CallPlace(at, is_alone=True))}{newline}{lines[0]}"
        elif number - 1 in ends_of_snippets:  # which take nothing behind them
            letter = page.letter_for(_CallPlace(at, is_alone=True))
            lines[number] = f"{letter}{ends[number]}\n{lines[number]}"
        else:
            lines[number - 1] += page.letter_for(_CallPlace(at, is_alone=False))
    return "\n".join(line + end for line, end in zip(lines, ends, strict=True))


def _bringing(lines: list[str], of_snippets: list[Snippet]) -> set[int]:
    """Return the numbers of the lines that may bring fences; of a snippet, the first."""
    numbers = {number for number, line in enumerate(lines) if _BRINGS.match(line)}
    for snippet in of_snippets:
        numbers -= {*range(snippet.first, snippet.last + 1)}
        numbers.add(snippet.first)
    return numbers


def place_of(fence: Fence, page: CurrentPage) -> str:
    """Return the place that is written on `fence`, if there is one."""
    entry = page.entry_by_letter.get(fence.info.rstrip()[-1:])
    return entry.place if isinstance(entry, _FencePlace) else ""


def without_calls(lines: list[str], page: CurrentPage) -> tuple[list[str], dict[int, str]]:
    """Return the lines without the places of calls, and those by the number of the next line."""
    entries = page.entry_by_letter.items()
    by_letter = {letter: entry for letter, entry in entries if isinstance(entry, _CallPlace)}
    without: list[str] = []
    calls: dict[int, str] = {}
    for line in lines:
        if by_letter.keys().isdisjoint(line):
            without.append(line)
            continue
        on_line = [by_letter[letter] for letter in line if letter in by_letter]
        rest = "".join(letter for letter in line if letter not in by_letter)
        if rest or not any(call.is_alone for call in on_line):
            without.append(rest)
        calls[len(without)] = on_line[-1].place
    return without, calls


def place_of_call(calls: Mapping[int, str], with_place: list[int], line: int) -> str:
    """Return the place of what brought the fence at `line`: the nearest before it, if any."""
    number = max((number for number in calls if number <= line), default=-1)
    before = max((other for other in with_place if other < line), default=-1)
    return calls[number] if number > before else ""
