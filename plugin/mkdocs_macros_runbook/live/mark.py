"""Marks: live values as they travel from Jinja through Markdown into HTML.

Where Jinja writes a live value into a page, it writes one letter that stands for it: no lexer
splits a letter, no rule of Markdown reads it, and a slug keeps it. Elements and attributes take
its place once Markdown is done. The letters are those of a script that hardly any page is written
in, and keep their meaning as long as the process lives, so a macro may cache what it returns.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode

# Tangut: letters to every lexer, and in slugs. The rest of the block is for a page's own use.
_FIRST, _LAST = 0x17000, 0x17FFF
#: the letters as a class of regular expressions has them
MARK_LETTERS = f"{chr(_FIRST)}-{chr(_LAST)}"
_LETTER = re.compile(f"[{MARK_LETTERS}]")


class Mark(NamedTuple):  # which is looked up at each place of a page, and hashed quicker
    """A live value on a page: its name, and the publisher's value."""

    name: str
    value: str


_marks: dict[str, Mark] = {}
_letters: dict[Mark, str] = {}
_reserved: set[str] = set()  # letters that somebody writes in that script
_free = (chr(code) for code in range(_FIRST, _LAST + 1))


class LiveValue(str):
    """A value that is marked where a page writes it out, and plain to whatever computes with it."""

    _mark: Mark

    def __new__(cls, name: str, value: str, **parameters: str) -> Self:
        """Return the value `name`, or its value where `parameters` have other values.

        A value without a name is never marked.
        """
        self = super().__new__(cls, value)
        self._mark = Mark(f"{name}?{urlencode(parameters)}" if parameters else name, value)
        return self

    @property
    def live(self) -> str:
        """The marked value, for a macro that writes Markdown."""
        return _letter_of(self._mark) if self._mark.name else str(self)


def _letter_of(mark: Mark) -> str:
    """Return the letter of `mark`; its plain value if there is no letter left."""
    if mark not in _letters:
        reserve_letters(mark.value)
        letter = next((letter for letter in _free if letter not in _reserved), "")
        if not letter:
            return mark.value
        _marks[_letters.setdefault(mark, letter)] = mark
    return _letters[mark]


def reserve_letters(text: str) -> None:
    """Make sure that no letter in `text`, which somebody writes in that script, is a mark."""
    if text.isascii():
        return
    for letter in _LETTER.findall(text):
        _reserved.add(letter)
        if mark := _marks.pop(letter, None):
            del _letters[mark]


def with_mark(value: object) -> object:
    """Return what Jinja writes out for `value`: a live value becomes a mark."""
    return value.live if isinstance(value, LiveValue) else value


class PlainFilters(dict[str, Any]):
    """Jinja's filters, made to see plain values: in `{% filter upper %}`, or after `{% set %}`."""

    def __getitem__(self, name: str) -> Any:
        """Return a filter whose arguments have no marks."""
        function = super().__getitem__(name)

        @wraps(function)
        def with_plain_arguments(*arguments: Any, **named: Any) -> Any:
            plain_arguments = [
                plain(argument) if isinstance(argument, str) and has_marks(argument) else argument
                for argument in arguments
            ]
            return function(*plain_arguments, **named)

        return with_plain_arguments

    def get(self, name: str, default: Any = None) -> Any:
        """Return the filter `name`, or `default`."""
        try:
            return self[name]
        except KeyError:
            return default


def has_marks(text: str) -> bool:
    """Return whether there is a mark in `text`."""
    if text.isascii():  # as most texts are: Python knows without reading them
        return False
    return not _marks.keys().isdisjoint(_LETTER.findall(text))


def mark_of(letter: str) -> Mark | None:
    """Return the mark that `letter` is; `None` if it is only a letter."""
    return _marks.get(letter)


def plain(text: str, quote: Callable[[str], str] = str) -> str:
    """Return `text` with each mark as the publisher's value, as `quote` writes it there."""
    return filled(text, lambda mark: quote(mark.value))


def marks_in(text: str) -> dict[str, Mark]:
    """Return the marks in `text` by their letters."""
    return {letter: _marks[letter] for letter in _LETTER.findall(text) if letter in _marks}


def split(text: str) -> list[str | Mark]:
    """Return `text` in its parts: plain text, and marks."""
    parts: list[str | Mark] = []
    end = 0
    for match in _LETTER.finditer(text):
        if mark := mark_of(match[0]):
            parts += [text[end : match.start()], mark]
            end = match.end()
    return [part for part in (*parts, text[end:]) if part != ""]


def as_template(text: str) -> str | None:
    """Return `text` with each mark as `{name}`; `None` if it has braces of its own."""
    if any(isinstance(part, str) and "{" in part for part in split(text)):
        return None
    return filled(text, lambda mark: f"{{{mark.name}}}")


def filled(text: str, text_of: Callable[[Mark], str]) -> str:
    """Return `text` with other texts in place of its marks."""

    def other(match: re.Match[str]) -> str:
        mark = mark_of(match[0])
        return text_of(mark) if mark else match[0]

    return _LETTER.sub(other, text)
