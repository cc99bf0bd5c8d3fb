"""Fences on their way through Jinja and Markdown, with what verification needs to know of them.

The Jinja extension still knows the source, so it writes a letter that stands for its place behind
the first line of each fence. The Markdown extension sees fences after macros and includes. It takes
our attributes and the places off again and, in a build that is to be verified, leaves a letter in
the first line of the code, which becomes an element with everything that the fence says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape

from ..live.mark import Mark, plain, split
from ..page.fence import ATTRIBUTES, WORDS, Fence, fences, has_fences, without_own_attributes
from ..page.place import Place
from ..page.tabs import tabs_around
from ..page.verification_build import FENCE
from ..record.digest import digest
from .current_page import CurrentPage

# A line that may bring fences from elsewhere: a value, a call of a macro, an include.
_BRINGS = re.compile(r"[> \t]*(?:[-*+] |\d+[.)] )?[ \t]*\{(?:\{|%-?\s*include\b)")
# Snippets: with a name behind it, or around lines of names.
_SNIPPET = re.compile(r"[ \t]*-+8<-+(?P<named>[ \t]+\S)?")
_SNIPPET_LINE = re.compile(r"^[ \t>]*;*--8<--.*", re.MULTILINE)
_ATTRIBUTES_WITH_VALUES = re.compile(r"""((?:title|shows)=(?:"[^"]*"|'[^']*'))""")
#: attributes that the verification reads
_READ = ("title", *ATTRIBUTES, *WORDS)


class _Call(str):
    """The place of a line that brings fences from elsewhere."""


class _CallAlone(_Call):
    """Such a place in a line of its own, which goes with it."""


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
    bringing = set() if is_data else _bringing(lines)
    snippets = {number for number, line in enumerate(lines) if _SNIPPET.match(line)}
    for fence in fences(lines):
        bringing -= {*range(fence.first, fence.last + 1)}
        lines[fence.first] += f" {page.letter_for(place.line(fence.first + 1))}"
    for number in bringing:
        at = place.line(number + 1)
        if number == 0:
            lines[0] = f"{page.letter_for(_CallAlone(at))}{newline}{lines[0]}"
        elif number - 1 in snippets:  # which take nothing behind them
            lines[number] = f"{page.letter_for(_CallAlone(at))}{ends[number]}\n{lines[number]}"
        else:
            lines[number - 1] += page.letter_for(_Call(at))
    return "\n".join(line + end for line, end in zip(lines, ends, strict=True))


def _bringing(lines: list[str]) -> set[int]:
    """Return the numbers of the lines that may bring fences; of snippets in a row, the first."""
    numbers = set()
    is_inside = False
    for number, line in enumerate(lines):
        snippet = _SNIPPET.match(line)
        if snippet and not snippet["named"]:
            is_inside = not is_inside
            if not is_inside:
                continue
        elif is_inside:
            continue
        if snippet or _BRINGS.match(line):
            numbers.add(number)
    return numbers


def with_plain_openings(text: str) -> str:
    """Return `text` with plain values where a preprocessor reads them: in fences and snippets.

    A title, which the page shows, and a command to compare with stay live.
    """
    text = _SNIPPET_LINE.sub(lambda line: plain(line[0]), text)
    if not has_fences(text):
        return text
    lines = text.split("\n")
    for fence in fences(lines):
        parts = _ATTRIBUTES_WITH_VALUES.split(fence.info)
        info = (part if number % 2 else plain(part) for number, part in enumerate(parts))
        lines[fence.first] = fence.opening("".join(info))
    return "\n".join(lines)


def without_attributes(text: str) -> str:
    """Return `text` without the attributes of fences that are for the verification."""
    if not has_fences(text):
        return text
    lines = text.split("\n")
    for fence in fences(lines):
        info = without_own_attributes(fence.info)
        if info != fence.info:
            lines[fence.first] = fence.opening(info.rstrip())
    return "\n".join(lines)


@dataclass(frozen=True)
class FencesOfPage:
    """The lines of a page without our attributes, and its fences with what they say, in order."""

    lines: list[str]
    fences: list[Fence]
    #: what each fence says: its language, place, hash and attributes
    metadata: list[dict[str, str]]


def fences_of(text: str, page: CurrentPage) -> FencesOfPage:
    """Take the places and our attributes off the fences in `text`."""
    lines, calls = _without_calls(text.split("\n"), page)
    on_page = [*fences(lines)]
    with_place = [fence.first for fence in on_page if _place_of(fence, page)]
    metadata = []
    numbers: dict[str, int] = {}
    for position, fence in enumerate(on_page):
        place = _place_of(fence, page) or _place_of_call(calls, with_place, fence.first)
        fence = replace(fence, info=fence.info.rstrip().rstrip("".join(page.entry_by_letter)))
        entry = {name: text for name, text in fence.attributes.items() if name in _READ}
        entry["language"] = fence.language
        content = _content_digest(fence, lines, entry)
        numbers[content] = numbers.get(content, 0) + 1  # one that is shown again is another block
        entry["hash"] = digest([content, numbers[content]])
        metadata.append({**entry, "place": place} if place else entry)
        lines[fence.first] = fence.opening(without_own_attributes(fence.info).rstrip())
        on_page[position] = fence
    return FencesOfPage(lines, on_page, metadata)


def _content_digest(fence: Fence, lines: list[str], attributes: Mapping[str, str]) -> str:
    """Return a digest of what a fence shows and has, with the names of values for the values."""
    inside = lines[fence.first + 1 : fence.last]
    code = [line.removeprefix(fence.prefix).rstrip() for line in inside]
    texts = {**attributes, "code": "\n".join(code).strip("\n")}
    if tabs := tabs_around(lines, fence.first):  # they decide which routes have it
        texts["tabs"] = "\n".join(tabs)
    return digest({name: _names(text) for name, text in texts.items()})


def _names(text: str) -> list[object]:
    return [[part.name] if isinstance(part, Mark) else part for part in split(text)]


def with_metadata(text: str, page: CurrentPage) -> str:
    """Return `text` with a letter in the first line of each fence that stands for what it says."""
    on_page = fences_of(text, page)
    lines = on_page.lines
    for fence, metadata in reversed([*zip(on_page.fences, on_page.metadata, strict=True)]):
        letter = page.letter_for({name: _parts(text) for name, text in metadata.items()})
        lines.insert(fence.first + 1, fence.prefix + letter)
    return "\n".join(lines)


def _parts(text: str) -> list[object]:
    """Return `text` in its parts: strings, and the names of live values with their values."""
    return [[part.name, part.value] if isinstance(part, Mark) else part for part in split(text)]


def _place_of(fence: Fence, page: CurrentPage) -> str:
    """Return the place that is written on `fence`, if there is one."""
    return str(page.entry_by_letter.get(fence.info.rstrip()[-1:], ""))


def _without_calls(lines: list[str], page: CurrentPage) -> tuple[list[str], dict[int, str]]:
    """Return the lines without the places of what they bring, and those by the line after them."""
    entries = page.entry_by_letter.items()
    by_letter = {letter: entry for letter, entry in entries if isinstance(entry, _Call)}
    without: list[str] = []
    calls: dict[int, str] = {}
    for line in lines:
        if by_letter.keys().isdisjoint(line):
            without.append(line)
            continue
        places = [by_letter[letter] for letter in line if letter in by_letter]
        rest = "".join(letter for letter in line if letter not in by_letter)
        if rest or not any(isinstance(place, _CallAlone) for place in places):
            without.append(rest)
        calls[len(without)] = places[-1]
    return without, calls


def _place_of_call(calls: Mapping[int, str], with_place: list[int], line: int) -> str:
    """Return the place of what brought the fence at `line`: the nearest before it, if any."""
    number = max((number for number in calls if number <= line), default=-1)
    before = max((other for other in with_place if other < line), default=-1)
    return calls[number] if number > before else ""


def with_elements(html: str, page: CurrentPage) -> str:
    """Return `html` with an element in place of each letter that stands for a fence."""
    for letter, entry in page.entry_by_letter.items():
        if isinstance(entry, dict):
            metadata = escape(json.dumps(entry, ensure_ascii=False))
            html = html.replace(letter, f'<span {FENCE}="{metadata}"></span>', 1)
            html = html.replace(letter, "")
    return html
