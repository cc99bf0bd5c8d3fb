"""Marks: how a live value is known again after Jinja and Markdown have had the page.

A marked value is a run of text, `U+E000 name U+E001 value U+E002`. While Markdown runs, each mark
is masked as one letter, so that no lexer splits it and no rule of Markdown reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_RUN = re.compile(f"{_OPEN}([^{_OPEN}-{_CLOSE}]*){_MIDDLE}([^{_OPEN}-{_CLOSE}]*){_CLOSE}")
# Tangut: a script of letters to every lexer, and to slugs, that hardly a page writes in.
_LETTERS = range(0x17000, 0x187F8)
_NOTHING = re.compile(r"(?!)")


class LiveValue(str):
    """A value that is marked wherever a page shows it, and plain to whatever computes with it."""

    name: str

    def __new__(cls, name: str, value: str, **parameters: str) -> Self:
        """Name the value `name`, or its value where `parameters` have other values."""
        self = super().__new__(cls, value)
        self.name = f"{name}?{urlencode(parameters)}" if parameters else name
        return self

    def __str__(self) -> str:
        """Return the marked value: what Jinja writes into a page."""
        return f"{_OPEN}{self.name}{_MIDDLE}{super().__str__()}{_CLOSE}"


def plain(text: str) -> str:
    """Return `text` with each marked value as it is, unmarked."""
    return _RUN.sub(r"\2", text)


@dataclass(frozen=True)
class Mark:
    """A live value on a page: its name, and the publisher's value."""

    name: str
    value: str


@dataclass
class Mask:
    """Stands for a page's marks, a letter for each, while Markdown has the page."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    _any: re.Pattern[str] = _NOTHING  # any of the letters

    def put_on(self, text: str) -> str:
        """Return `text` with each marked value as one letter.

        Should a page have more marks than there are letters, the rest stay the publisher's values.
        """
        free = (letter for code in _LETTERS if (letter := chr(code)) not in text)
        letters: dict[Mark, str] = {}

        def replace(run: re.Match[str]) -> str:
            mark = Mark(run[1], run[2])
            if mark not in letters:
                letters[mark] = next(free, mark.value)
            return letters[mark]

        masked = _RUN.sub(replace, text)
        self.marks = {letter: mark for mark, letter in letters.items() if letter != mark.value}
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

    def plain(self, text: str) -> str:
        """Return `text` with each mark as the publisher's value."""
        return "".join(_text(part) for part in self.split(text))

    def template(self, text: str) -> str | None:
        """Return `text` with each mark as `{name}`; `None` where it could be taken amiss."""
        parts = self.split(text)
        if any(isinstance(part, str) and "{" in part for part in parts):
            return None
        return "".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in parts)


def _text(part: str | Mark) -> str:
    return part if isinstance(part, str) else part.value
