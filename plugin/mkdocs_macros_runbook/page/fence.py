"""Fences in a page's source: where they begin and end, and the attributes on them.

This is the one grammar of fences: excerpts, the check, updates and the Markdown extension use it.
It finds what pymdownx.superfences finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..values.text import is_reason
from .place import LineProblem

#: what an author may write on a fence for the verification
ATTRIBUTES = ("exempt", "exits", "needs", "raises", "script", "sets", "shows")
#: those that are a word without a value
WORDS = ("continues", "input")

# Jinja's braces may be in the info string: they are not filled in yet.
_FENCE = r"(?P<ticks>`{3,}|~{3,})(?P<info>[^\n]*)"
_OPENING = re.compile(r"(?P<prefix>[> \t]*)" + _FENCE)
# Python-Markdown makes code in a sentence of it.
_BESIDE_MARKER = re.compile(r"(?P<prefix>[> \t]*(?:[-*+]|\d+[.)])[ \t]+)" + _FENCE)
_ANY_OPENING = re.compile(r"^[> \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?:`{3,}|~{3,})", re.MULTILINE)
_LANGUAGE = re.compile(r"[ \t]*(?:\{[ \t]*)?\.?(?P<language>[\w#.+-]*)")
_ATTRIBUTE = re.compile(
    r"""[ \t]*(?<![\w-])(?P<name>[\w-]+)=(?P<quote>["'])(?P<text>.*?)(?P=quote)"""
    r"""|(?<=\S)[ \t]+(?P<word>\w+)(?=[ \t\r}]|$)"""
)
# Of the blocks that readers take together, as commands and files, these are not.
_APART = re.compile(r"""\s(?:exempt|exits|script)=["']""")
_TAKEN = re.compile(r"[ \t]*(?:\{[ \t]*)?\.?(?P<language>bash|sh|\w+(?=.*\btitle=))(?=[ \t}])")


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
        """The attributes by name, as they are written; a word alone has no text."""
        found = _ATTRIBUTE.finditer(self.info)
        return {match["name"] or match["word"]: match["text"] or "" for match in found}

    def opening(self, info: str) -> str:
        """Return the opening line with another info string."""
        return f"{self.prefix}{self.ticks}{info}"


def has_fences(source: str) -> bool:
    """Return whether there may be a fence in `source`: quicker than to look for each."""
    return _ANY_OPENING.search(source) is not None


def fences(lines: list[str]) -> Iterator[Fence]:
    """Yield the fences of a page, but none that is inside another."""
    return (fence for fence, is_closed in _read(lines) if is_closed)


def _read(lines: list[str]) -> Iterator[tuple[Fence, bool]]:
    """Yield what opens a fence, and whether it is one: a line closes it."""
    opened: re.Match[str] | None = None
    first = 0
    for number, line in enumerate(lines):
        if opened is None:
            match = _OPENING.match(line) or _BESIDE_MARKER.match(line)
            # with a backtick in its info string it is code in a sentence
            if match and not (match["ticks"][0] == "`" and "`" in match["info"]):
                opened, first = match, number
        elif _closes(opened, line):
            yield _fence(opened, first, number), not _is_beside_marker(opened["prefix"])
            opened = None
        elif _leaves(opened["prefix"], line):
            yield _fence(opened, first, number), False
            opened = None
    if opened:
        yield _fence(opened, first, len(lines)), False


def _fence(opened: re.Match[str], first: int, last: int) -> Fence:
    return Fence(first, last, opened["prefix"], opened["ticks"], opened["info"])


def _closes(opened: re.Match[str], line: str) -> bool:
    bare = line.lstrip("> \t")
    if bare.rstrip(" \t\r") != opened["ticks"]:
        return False
    prefix = opened["prefix"]
    if prefix.strip(" \t"):
        return not _leaves(prefix, line)
    return len(line.removesuffix(bare).expandtabs(4)) == len(prefix.expandtabs(4))


def _is_beside_marker(prefix: str) -> bool:
    return bool(prefix.strip("> \t"))


def _leaves(prefix: str, line: str) -> bool:
    """Return whether `line` is indented less than the fence, which then is not a fence."""
    if not line.strip("> \t\r") or line.startswith("{%"):  # a Jinja tag may be anywhere
        return False
    indent = line[: len(line) - len(line.lstrip("> \t"))].expandtabs(4)
    return len(indent) < len(prefix.expandtabs(4)) or indent.count(">") < prefix.count(">")


def without_own_attributes(info: str) -> str:
    """Return an info string without the attributes that are for the verification."""

    def kept(match: re.Match[str]) -> str:
        is_own = match["name"] in (*ATTRIBUTES, *WORDS) or match["word"] in WORDS
        return "" if is_own else match[0]

    if " " not in info and "\t" not in info:
        return info
    plain = _ATTRIBUTE.sub(kept, info)
    return _apart(plain) if _APART.search(info) else plain


def _apart(info: str) -> str:
    """Return an info string with the class of what readers do not take together with the rest."""
    head = _TAKEN.match(f"{info} ")
    if not head:
        return info
    return f"{{.{head['language']} .live-apart{info[head.end() :].rstrip().rstrip('}')}}}"


def fence_problems(source: str) -> Iterator[LineProblem]:
    """Yield each fence that is not closed, and each invalid attribute of the others."""
    if not has_fences(source):
        return
    lines = source.split("\n")
    for fence, is_closed in _read(lines):
        line = fence.first + 1
        if not is_closed:
            yield LineProblem(line, *_not_closed(fence, lines))
            continue
        for name, text in fence.attributes.items():
            if problem := _problem(name, text):
                yield LineProblem(line, *problem)


def _problem(name: str, text: str) -> tuple[str, str] | None:
    """Return what is wrong with an attribute, and what would do."""
    if name == "exempt" and not is_reason(text):
        message = f"`exempt` needs a reason in a few words, not {text!r}"
        return message, "explain why the block cannot be verified, or remove `exempt`"
    if name in WORDS and text:
        return f"`{name}` has no value", "write the word alone"
    if name in ATTRIBUTES and not text.strip():
        return f"`{name}` is empty", "fill it in, or remove it"
    if name == "exits" and not (text.isdecimal() and 0 < int(text) < 256):
        return f"`exits` is {text!r}, which is no code of a failure", "use a number from 1 to 255"
    for known in (*ATTRIBUTES, *WORDS):
        if name not in (*ATTRIBUTES, *WORDS) and _is_slip(name.lower(), known):
            return f"a fence has no attribute {name!r} (did you mean {known!r}?)", "rename it"
    return None


def _is_slip(name: str, known: str) -> bool:
    """Return whether one letter of `known` is missing, wrong, added or swapped with the next.

    More is no slip: other extensions have attributes of their own, such as `exec` and `tests`.
    """
    at = next((i for i, (a, b) in enumerate(zip(name, known, strict=False)) if a != b), None)
    if at is None:
        return abs(len(name) - len(known)) == 1
    rest, other = name[at:], known[at:]
    swapped = other[1:2] + other[:1] + other[2:]
    return rest[1:] in (other, other[1:]) or rest == other[1:] or rest == swapped


def _not_closed(fence: Fence, lines: list[str]) -> tuple[str, str]:
    """Return why readers see a fence as text, and the fix."""
    if _is_beside_marker(fence.prefix):
        message = "a fence that begins beside a list marker is not a code block"
        return message, "begin it on a line of its own, indented as the item's text"
    message = "this fence is not closed, so readers see it as text"
    if fence.last < len(lines):
        return f"{message}: a line in it is indented less", "indent its lines as far as its first"
    fix = f"write a line with only {fence.ticks} below its last line, indented as its first"
    return message, f"{fix}, or show it in a longer fence"
