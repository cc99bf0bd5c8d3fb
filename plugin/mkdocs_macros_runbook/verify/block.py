"""Blocks: the code blocks of a built page, as readers see them."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..page.fence import file_of

#: text, or a live value: its name and the publisher's value
Part = str | tuple[str, str]
Parts = tuple[Part, ...]
#: the number of a group of tabs on the page, and the label of one of its tabs
Tab = tuple[int, str]
#: returns the value at a place that has this name, if there is one
ValueAt = Callable[[str], str | None]
#: how the title of a part of a file begins, such as `package.json (excerpt)`
_DATA_FILE = re.compile(r"\S+\.(?:jsonc?|ya?ml|toml|ini|cfg|conf|env)\b")
_WIDTH = 40  # of what is quoted of a block
_SYSTEMS = {"linux": "linux", "macos": "darwin", "windows": "win32"}


@dataclass(frozen=True)
class Block:
    """A code block of a built page.

    `place` is where its fence begins in the source, `attributes` what its fence has besides the
    language.
    """

    place: str
    language: str
    parts: Parts
    tabs: tuple[Tab, ...] = ()
    attributes: dict[str, Parts] = field(default_factory=dict)
    #: whether it comes from a fence, rather than from HTML or indented text
    is_fence: bool = True
    #: a digest of what its fence shows, with the names of values; empty if it is no fence
    hash: str = ""
    #: the exempt block right before it, if any: it may show the output of that
    follows_exempt: Block | None = None

    @property
    def text(self) -> str:
        """The code, with the values of the build."""
        return text_of(self.parts)

    @property
    def is_shell(self) -> bool:
        """Whether the block has commands for a shell."""
        return self.language in ("bash", "console")

    @property
    def mention(self) -> str:
        """The place and, if the block is no fence, how it begins."""
        begin = self.text.strip().partition("\n")[0]
        begin = begin if len(begin) <= _WIDTH else f"{begin[:_WIDTH]}…"
        return self.place if self.is_fence else f"{self.place} (`{begin}`)"

    @property
    def title(self) -> str:
        """The title above the block; empty if it has none."""
        return self._attribute("title")

    @property
    def file(self) -> str:
        """The name of the file to save the block as; empty if its title is not a file name."""
        return file_of(self.title, self.language)

    @property
    def is_file(self) -> bool:
        """Whether its title names a file, which readers save or have; a diff may name any."""
        is_part = self.language != "text" and _DATA_FILE.match(self.title)
        is_named = self.file or self.title.startswith("/") or is_part
        return bool(self.title if self.language == "diff" else is_named)

    @property
    def exemption(self) -> str:
        """The reason why the block is not verified; empty if it is."""
        return " ".join(self._attribute("exempt").split())

    @property
    def script(self) -> str:
        """The script that the block is an excerpt of, as `name.py#part`; empty if it is none."""
        return self._attribute("script")

    @property
    def shows(self) -> str:
        """The command whose output the block shows; empty if it names none."""
        return self._attribute("shows")

    @property
    def is_input(self) -> bool:
        """Whether the block is no output, although it follows a block that prints such data."""
        return "input" in self.attributes

    @property
    def continues(self) -> bool:
        """Whether the block has the names of the Python block before it."""
        return "continues" in self.attributes

    @property
    def exits(self) -> int:
        """The code that the block is to end with; 0 if it is to succeed."""
        return int(self._attribute("exits") or 0)

    @property
    def raises(self) -> str:
        """The exception that the block is to end with; empty if it is to succeed."""
        return self._attribute("raises").strip()

    @property
    def needs(self) -> list[str]:
        """The operating system and the commands that the block needs."""
        return self._attribute("needs").replace(",", " ").split()

    def unmet_need(self, environment: Mapping[str, str]) -> str:
        """Return why the block cannot run here; empty if it can.

        It is to run on a system that it needs, and `environment` has to find the commands.
        """
        for name in self.needs:
            if name in _SYSTEMS:
                if sys.platform != _SYSTEMS[name]:
                    return f"the block needs {name}"
            elif shutil.which(name, path=environment.get("PATH")) is None:
                return f"the block needs {name}, which is not installed here"
        return ""

    @property
    def sets(self) -> dict[str, str]:
        """The parameters that the block sets, each with its key in the block's output."""
        pairs = (pair.partition("=") for pair in self._attribute("sets").split())
        return {name: key or name for name, _, key in pairs}

    @property
    def content(self) -> tuple[str, ...]:
        """The text and all attributes: blocks with equal content are verified alike."""
        attributes = (f"{name}={self._attribute(name)}" for name in sorted(self.attributes))
        return (self.text, *attributes)

    def with_values(self, value_at: ValueAt) -> Block:
        """Return the block with other values."""
        attributes = {
            name: _with_values(parts, value_at) for name, parts in self.attributes.items()
        }
        return replace(self, parts=_with_values(self.parts, value_at), attributes=attributes)

    def _attribute(self, name: str) -> str:
        return text_of(self.attributes.get(name, ()))


def parts_from(data: Iterable[Any]) -> Parts:
    """Return parts from JSON, which has lists for pairs."""
    return tuple(part if isinstance(part, str) else (part[0], part[1]) for part in data)


def text_of(parts: Parts) -> str:
    """Return `parts` as one text."""
    return "".join(part if isinstance(part, str) else part[1] for part in parts)


def _with_values(parts: Parts, value_at: ValueAt) -> Parts:
    """Return `parts` with other values, found by their names as `live.js` finds them."""

    def replacement(part: Part) -> Part:
        if isinstance(part, str):
            return part
        name, text = part
        value = value_at(name)
        return name, text if value is None else value

    return tuple(replacement(part) for part in parts)
