"""Marks: how a live value is known again after Jinja and Markdown have had the page.

A marked value is a run of text: its name, itself and a check, between characters that Unicode keeps
for use within a program. While Markdown runs, each mark is masked as one letter, so that no lexer
splits it and no rule of Markdown reads it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode
from zlib import crc32

_OPEN, _MIDDLE, _CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_PART = f"([^{_OPEN}-{_CLOSE}]*)"
_RUN = re.compile(f"{_OPEN}{_PART}{_MIDDLE}{_PART}{_MIDDLE}{_PART}{_CLOSE}")
_STRAY = re.compile(f"[{_OPEN}-{_CLOSE}]")
# Tangut: a script of letters to every lexer, and to slugs, that hardly a page writes in.
_LETTERS = range(0x17000, 0x187F8)
LETTERS = f"{chr(_LETTERS[0])}-{chr(_LETTERS[-1])}"  # as a class of regular expressions has them
_NOTHING = re.compile(r"(?!)")


class LiveValue(str):
    """A value that is marked where a page writes it out, and plain to whatever computes with it."""

    #: the marked value, for a macro that writes Markdown; plain where nothing would take the mark
    live: str

    def __new__(cls, name: str, value: str, **parameters: str) -> Self:
        """Name the value `name`, or its value where `parameters` have other values."""
        self = super().__new__(cls, value)
        name = f"{name}?{urlencode(parameters)}" if parameters else name
        self.live = f"{_OPEN}{name}{_MIDDLE}{value}{_MIDDLE}{_check(name, value)}{_CLOSE}"
        return self

    @classmethod
    def unmarked(cls, value: str) -> Self:
        """Return a value that never is marked."""
        self = super().__new__(cls, value)
        self.live = value
        return self


def written(value: object) -> object:
    """Return what Jinja writes out for `value`."""
    return value.live if isinstance(value, LiveValue) else value


def plain(text: str) -> str:
    """Return `text` with each marked value as it is, unmarked."""
    return _STRAY.sub("", _RUN.sub(r"\2", text))


def _check(name: str, value: str) -> str:
    """Return what tells that neither was changed: by a filter over a part of a page, say."""
    return str(crc32(f"{name}={value}".encode()))


@dataclass(frozen=True)
class Mark:
    """A live value on a page: its name, and the publisher's value."""

    name: str
    value: str


@dataclass
class Mask:
    """Stands for a page's marks, a letter for each, while Markdown has the page."""

    marks: dict[str, Mark] = field(default_factory=dict)
    _any: re.Pattern[str] = _NOTHING  # any of the letters

    def put_on(self, text: str) -> str:
        """Return `text` with each marked value as one letter.

        Should a page have more marks than there are letters, the rest stay the publisher's values.
        """
        free = (letter for code in _LETTERS if (letter := chr(code)) not in text)
        masks: dict[str, str] = {}
        self.marks = {}

        def replace(run: re.Match[str]) -> str:
            if run[0] not in masks:
                name, value, check = run.groups()
                letter = next(free, None) if check == _check(name, value) else None
                if letter:
                    self.marks[letter] = Mark(name, value)
                masks[run[0]] = letter or value
            return masks[run[0]]

        masked = _STRAY.sub("", _RUN.sub(replace, text))
        self._any = re.compile(f"[{''.join(self.marks)}]") if self.marks else _NOTHING
        return masked

    def hides(self, text: str) -> bool:
        """Say whether there is a mark in `text`."""
        return self._any.search(text) is not None

    def split(self, text: str) -> list[str | Mark]:
        """Return `text` in its parts: what is written out, and marks."""
        parts: list[str | Mark] = []
        end = 0
        for found in self._any.finditer(text):
            parts += [text[end : found.start()], self.marks[found[0]]]
            end = found.end()
        return [part for part in (*parts, text[end:]) if part != ""]

    def plain(self, text: str, quote: Callable[[str], str] = str) -> str:
        """Return `text` with each mark as the publisher's value, as `quote` writes it there."""
        return self._any.sub(lambda found: quote(self.marks[found[0]].value), text)

    def template(self, text: str) -> str | None:
        """Return `text` with each mark as `{name}`; `None` where it could be taken amiss."""
        parts = self.split(text)
        if any(isinstance(part, str) and "{" in part for part in parts):
            return None
        return "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in parts)
