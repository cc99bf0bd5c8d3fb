"""Fences in a page's source: where they begin and end, and the attributes on them.

This is the one grammar of fences: excerpts, the check, updates and the Markdown extension use it.
It finds what pymdownx.superfences finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..problem import suggestion
from .place import LineProblem

#: what an author may write on a fence for the verification
ATTRIBUTES = ("exempt", "script", "sets", "shows")

# Jinja's braces may be in the info string: they are not filled in yet.
_OPENING = re.compile(r"(?P<prefix>[> \t]*)(?P<ticks>`{3,}|~{3,})(?P<info>[^\n]*)")
_ANY_OPENING = re.compile(r"^[> \t]*(?:`{3,}|~{3,})", re.MULTILINE)
_LANGUAGE = re.compile(r"[ \t]*(?:\{[ \t]*)?\.?(?P<language>[\w#.+-]*)")
_ATTRIBUTE = re.compile(r"""(?<![\w-])(?P<name>\w+)=(?P<quote>["'])(?P<text>.*?)(?P=quote)""")
_OWN = re.compile(rf"""[ \t]*(?<![\w-])(?:{"|".join(ATTRIBUTES)})=(?P<quote>["']).*?(?P=quote)""")
_FEWEST_WORDS = 3  # of a reason
_KNOWN = {*ATTRIBUTES, "title", "hl_lines", "linenums", "title_mode", "id", "class"}


@dataclass(frozen=True)
class Fence:
    """A fence: the lines that it begins and ends in (counted from 0), and its opening line."""

    first: int
    last: int
    prefix: str
    ticks: str
    info: str

    @property
    def language(self) -> str:
        """The language in lower case; empty if the fence names none."""
        match = _LANGUAGE.match(self.info)
        return match["language"].lower() if match else ""

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by name, as they are written."""
        return {match["name"]: match["text"] for match in _ATTRIBUTE.finditer(self.info)}

    def opening(self, info: str) -> str:
        """Return the opening line with another info string."""
        return f"{self.prefix}{self.ticks}{info}"


def has_fences(source: str) -> bool:
    """Return whether there may be a fence in `source`: quicker than to look for each."""
    return _ANY_OPENING.search(source) is not None


def fences(lines: list[str]) -> Iterator[Fence]:
    """Yield the fences of a page, but none that is inside another."""
    opened: re.Match[str] | None = None
    first = 0
    for number, line in enumerate(lines):
        if opened is None:
            match = _OPENING.match(line)
            # with a backtick in its info string it is code in a sentence
            if match and not (match["ticks"][0] == "`" and "`" in match["info"]):
                opened, first = match, number
        elif _closes(opened, line):
            yield Fence(first, number, opened["prefix"], opened["ticks"], opened["info"])
            opened = None
        elif _leaves(opened["prefix"], line):
            opened = None


def _closes(opened: re.Match[str], line: str) -> bool:
    bare = line.lstrip("> \t").rstrip(" \t\r")
    return bare == opened["ticks"] and not _leaves(opened["prefix"], line)


def _leaves(prefix: str, line: str) -> bool:
    """Return whether `line` is indented less than the fence, which then is not a fence."""
    if not line.strip("> \t\r") or line.startswith("{%"):  # a Jinja tag may be anywhere
        return False
    indent = line[: len(line) - len(line.lstrip("> \t"))].expandtabs(4)
    return len(indent) < len(prefix.expandtabs(4)) or indent.count(">") < prefix.count(">")


def without_own_attributes(info: str) -> str:
    """Return an info string without the attributes that are for the verification."""
    return _OWN.sub("", info) if "=" in info else info


def fence_problems(source: str) -> Iterator[LineProblem]:
    """Yield each invalid attribute of a fence."""
    if not has_fences(source):
        return
    for fence in fences(source.split("\n")):
        line = fence.first + 1
        for name, text in fence.attributes.items():
            if name == "exempt" and len(text.split()) < _FEWEST_WORDS:
                message = f"`exempt` needs a reason in a few words, not {text!r}"
                fix = "explain why the block cannot be verified, or remove `exempt`"
                yield LineProblem(line, message, fix)
            elif name in ATTRIBUTES and not text.strip():
                yield LineProblem(line, f"`{name}` is empty", "fill it in, or remove it")
            elif name not in _KNOWN and (hint := suggestion(name, ATTRIBUTES)):
                yield LineProblem(line, f"a fence has no attribute {name!r}{hint}", "rename it")
