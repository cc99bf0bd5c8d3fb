"""Fences in a page's source: where they begin and end, and what only the verifier is to know.

The Jinja extension still knows the source, so it writes each fence's place behind its first line.
The Markdown extension sees fences after macros and includes; it takes place and attributes off
again, so that no site generator meets them, and leaves them in the block as a note if the pages
are to be verified: a line of its own, which goes through Markdown as text does.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..problem import suggestion

#: set while a site is built to be verified
VERIFYING = "RUNBOOK_VERIFYING"
#: stands where a page's own content begins in such a site
BEGINS = "<div hidden data-runbook-begins></div>"

_CALL, _PLACE, _NOTE, _CLOSE = "\ufdd7", "\ufdd8", "\ufdd9", "\ufdda"
_CALLED = re.compile(f"{_CALL}([^{_CLOSE}]*){_CLOSE}")
_PLACED = re.compile(f" ?{_PLACE}([^{_CLOSE}]*){_CLOSE}")
_NOTED = re.compile(f"{_NOTE}([0-9a-f]*){_CLOSE}\n?")
# As pymdownx.superfences has them, Jinja's braces added: they are not filled in yet.
_START = re.compile(r"(?P<prefix>[> \t]*)(?P<marks>`{3,}|~{3,})(?P<info>[^\n]*)")
_LANGUAGE = re.compile(r"[ \t]*(?:\{[ \t]*)?\.?(?P<language>[\w#.+-]*)")
# A line that may bring fences from elsewhere: a value, a call of a macro, an include.
_BRINGS = re.compile(r"[> \t]*(?:[-*+] |\d+[.)] )?[ \t]*\{(?:\{|%-?\s*include\b)")
# Snippets: with a name behind it, or around lines of names.
_SNIPPET = re.compile(r"[ \t]*-+8<-+(?P<named>[ \t]+\S)?")
_TITLE = re.compile(r"""\btitle=(?P<mark>["'])(?P<text>.*?)(?P=mark)""")
#: what an author may write on a fence for the verifier
ATTRIBUTES = ("exempt", "script", "sets", "shows")
_ATTRIBUTE = re.compile(
    rf"""[ \t]*(?<![\w-])(?P<name>{"|".join(ATTRIBUTES)})=(?P<mark>["'])(?P<text>.*?)(?P=mark)"""
)
_SAYING = re.compile(r"^[> \t]*(?:`{3,}|~{3,})[^\n]*=", re.MULTILINE)  # most pages have none
_NEAR_MISS = re.compile(r"""(?<![\w-])(?P<name>\w+)=["']""")
_FEWEST_WORDS = 3  # of a reason
_OTHERS = frozenset({"title", "hl_lines", "linenums", "title_mode", "id", "class"})

#: what a fence says, by attribute; in a note each text may be in parts
Said = dict[str, str]
Note = dict[str, Any]


@dataclass(frozen=True)
class Fence:
    """A fence: the lines that it begins and ends in (counted from 0), and what it says."""

    first: int
    last: int
    prefix: str
    info: str

    @property
    def language(self) -> str:
        """The language, in small letters; empty where none is named."""
        found = _LANGUAGE.match(self.info)
        return found["language"].lower() if found else ""


def is_verifying() -> bool:
    """Say whether the pages that are built are to be verified."""
    return bool(os.environ.get(VERIFYING))


def fences(lines: list[str]) -> Iterator[Fence]:
    """Yield the fences of a page, but none that stands inside another."""
    opened: re.Match[str] | None = None
    first = 0
    for number, line in enumerate(lines):
        if opened is None:
            found = _START.match(line)
            # an info line with the mark in it is code in a sentence
            if found and not (found["marks"][0] == "`" and "`" in found["info"]):
                opened, first = found, number
        elif _ends(opened, line):
            yield Fence(first, number, opened["prefix"], opened["info"])
            opened = None
        elif _leaves(opened["prefix"], line):
            opened = None


def _ends(opened: re.Match[str], line: str) -> bool:
    bare = line.lstrip("> \t").rstrip(" \t\r")
    return bare == opened["marks"] and not _leaves(opened["prefix"], line)


def _leaves(prefix: str, line: str) -> bool:
    """Say whether `line` is less indented than the fence: then the fence was none."""
    if not line.strip("> \t\r") or line.startswith("{%"):  # a tag of Jinja may stand anywhere
        return False
    held = line[: len(line) - len(line.lstrip("> \t"))].expandtabs(4)
    return len(held) < len(prefix.expandtabs(4)) or held.count(">") < prefix.count(">")


def with_places(source: str, place: Callable[[int], str]) -> str:
    """Return `source` with its place behind the first line of each fence, lines from 1.

    A line that brings fences from elsewhere has its place before it: theirs, since they have none.
    """
    lines = source.split("\n")
    ends = ["\r" if line.endswith("\r") else "" for line in lines]
    lines = [line.removesuffix("\r") for line in lines]
    bringing = _bringing(lines)
    snippets = {number for number, line in enumerate(lines) if _SNIPPET.match(line)}
    for fence in fences(lines):
        bringing -= {*range(fence.first, fence.last + 1)}
        lines[fence.first] += f" {_PLACE}{place(fence.first + 1)}{_CLOSE}"
    for number in bringing:
        mark = f"{_CALL}{place(number + 1)}{_CLOSE}"
        if number == 0 or number - 1 in snippets:  # which take nothing behind them
            lines[number] = f"{mark}{ends[number]}\n{lines[number]}"
        else:
            lines[number - 1] += mark
    return "\n".join(line + end for line, end in zip(lines, ends, strict=True))


def _bringing(lines: list[str]) -> set[int]:
    """Return the numbers of the lines that may bring fences; of snippets in a row, the first."""
    found = set()
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
            found.add(number)
    return found


def without_attributes(text: str, note: Callable[[Said], str] | None) -> str:
    """Return a page after its macros without what fences say to the verifier.

    `note` turns what a fence says into the first line of its content; without it nothing is left.
    """
    if note is None and not _SAYING.search(text):
        return text
    lines, calls = _without_calls(text.split("\n"))
    found_fences = [*fences(lines)]
    placed = [fence.first for fence in found_fences if _PLACED.search(fence.info)]
    for fence in reversed(found_fences):
        info = fence.info
        said: Said = {}
        if note is not None:
            said = {"language": fence.language}
            if title := _TITLE.search(info):
                said["title"] = title["text"]
        if own := _PLACED.search(info):
            said["place"] = own[1]
        elif called := _called(calls, placed, fence.first):
            said["place"] = called
        for found in _ATTRIBUTE.finditer(info):
            said[found["name"]] = found["text"]
        kept = _ATTRIBUTE.sub("", _PLACED.sub("", info))
        if kept != info:
            marks = lines[fence.first][len(fence.prefix) :]
            marks = marks[: len(marks) - len(info)]
            lines[fence.first] = f"{fence.prefix}{marks}{kept.rstrip()}"
        if note is not None:
            lines.insert(fence.first + 1, fence.prefix + note(said))
    return "\n".join(lines)


def _without_calls(lines: list[str]) -> tuple[list[str], dict[int, str]]:
    """Return the lines without the places of what they bring, and those by the line after them."""
    kept: list[str] = []
    calls: dict[int, str] = {}
    for line in lines:
        places = _CALLED.findall(line)
        rest = _CALLED.sub("", line) if places else line
        if rest or not places or not line.startswith(_CALL):
            kept.append(rest)
        if places:
            calls[len(kept)] = places[-1]
    return kept, calls


def _called(calls: Mapping[int, str], placed: list[int], line: int) -> str:
    """Return the place of what brought the fence at `line`: the suggestion before it, if any."""
    number = max((number for number in calls if number <= line), default=-1)
    before = max((other for other in placed if other < line), default=-1)
    return calls[number] if number > before else ""


def note_of(said: Mapping[str, object]) -> str:
    """Return what a fence says as a note: letters and digits, which no lexer takes amiss."""
    return f"{_NOTE}{json.dumps(said).encode().hex()}{_CLOSE}"


def take_note(code: str) -> tuple[Note | None, str]:
    """Return the note that `code` begins with, if it has one, and the code without notes.

    A note further down belongs to a fence that is shown, not meant.
    """
    found = _NOTED.match(code)
    said = json.loads(bytes.fromhex(found[1])) if found else None
    return said, without_notes(code)


def notes_in(text: str) -> list[Note]:
    """Return all notes in `text`."""
    return [json.loads(bytes.fromhex(found[1])) for found in _NOTED.finditer(text)]


def without_notes(text: str) -> str:
    """Return `text` without any note."""
    return _NOTED.sub("", text)


def fence_problems(source: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, what was found and the remedy for what a fence says amiss to the verifier."""
    if not _SAYING.search(source):
        return
    lines = source.split("\n")
    for fence in fences(lines):
        line = fence.first + 1
        for found in _ATTRIBUTE.finditer(fence.info):
            if found["name"] == "exempt" and len(found["text"].split()) < _FEWEST_WORDS:
                what = "an exemption without a reason" if not found["text"].strip() else ""
                what = what or f"an exemption whose reason is no sentence: {found['text']!r}"
                yield line, what, "say why the block cannot be verified, or take it off"
            elif not found["text"].strip():
                yield line, f"{found['name']} is empty", "fill it in, or take it off"
        for found in _NEAR_MISS.finditer(_ATTRIBUTE.sub("", fence.info)):
            near = suggestion(found["name"], ATTRIBUTES)
            if near and found["name"] not in _OTHERS:
                yield line, f"a fence has no attribute {found['name']!r}{near}", "rename it"
