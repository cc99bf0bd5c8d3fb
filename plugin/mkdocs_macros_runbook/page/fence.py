"""Fences in a page's source: where they begin and end, and the attributes on them.

This is the one grammar of fences: excerpts, the check, updates and the Markdown extension use it.
It finds what pymdownx.superfences finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from .hidden import lines_in_comments
from .languages import language_of, names_of

#: what an author may write on a fence for the verification
ATTRIBUTES = ("exempt", "exits", "needs", "raises", "script", "sets", "shows")
#: those that are a word without a value
WORDS = ("continues", "input")
#: what superfences reads
OPTIONS = ("title", "hl_lines", "linenums")

# Jinja's braces may be in the info string: they are not filled in yet.
_FENCE = r"(?P<ticks>`{3,}|~{3,})(?P<info>[^\n]*)"
_OPENING = re.compile(r"(?P<prefix>[> \t]*)" + _FENCE)
# Python-Markdown makes code in a sentence of it.
_MARKER = r"(?:(?:[-*+]|\d+[.)]|:|\[\^[^\]\n]+\]:)[ \t]+(?:\[[ xX]\][ \t]+)?)"
_BESIDE_MARKER = re.compile(rf"(?P<prefix>[> \t]*{_MARKER}){_FENCE}")
_ANY_OPENING = re.compile(rf"^[> \t]*{_MARKER}?(?:`{{3,}}|~{{3,}})", re.MULTILINE)
_LANGUAGE = re.compile(r"[ \t]*(?:\{[ \t]*)?\.?(?P<language>[\w#.+-]*+(?!=)|)")
_ATTRIBUTE = re.compile(
    r"""[ \t]*(?<![\w-])(?P<name>[\w-]+)=(?P<quote>["'])(?P<text>.*?)(?P=quote)"""
    r"""|(?<=\S)[ \t]+(?P<word>\w+)(?=[ \t\r}]|$)"""
)
#: in braces, a text needs no quotation marks
_BRACED_ATTRIBUTE = re.compile(
    rf"""{_ATTRIBUTE.pattern}|[ \t]*(?<![\w-])(?P<key>[\w-]+)=(?P<bare>[^\s"'{{}}]+)"""
)
# the info string of an opening line: quotation marks follow a fence that code has in a string
_INFO = re.compile(r"[ \t]*[\w{.][^`]*$")
_OPTION = re.compile(rf"\s(?:{'|'.join((*OPTIONS, *ATTRIBUTES))})[ \t]*=")
#: a block with one of these is not among the commands and files that readers take together
_APART = {"exempt", "exits", "script"}
_NAMED = re.compile(r"[ \t]*(?:\{[ \t]*)?\.?(?P<language>\w[\w#+-]*)(?=[ \t}])")
#: the text of `sets`: parameters, each maybe with its key in the output; else it has Jinja in it
NAMES = re.compile(r"[\w=. \t-]*")
_SHELLS = names_of("bash")


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
        return _language(self.info)

    @cached_property
    def attributes(self) -> Mapping[str, str]:
        """The attributes by name, as they are written; a word alone has no text."""
        return _attributes(self.info)

    @property
    def has_unreadable_options(self) -> bool:
        """Whether superfences takes the fence for text, since it cannot read the options.

        Only options of superfences and of the verification are judged: other extensions may read
        other options first. So are none with a brace, which Jinja may fill in.
        """
        if not _OPTION.search(self.info) or "{" in self.info:
            return False
        from pymdownx.superfences import RE_HL_LINES, RE_LINENUMS, RE_NESTED_FENCE_START

        match = RE_NESTED_FENCE_START.match(self.ticks + self.info.rstrip())
        if match is None or match.groupdict().get("unrecognized"):
            return True
        rules = {"hl_lines": RE_HL_LINES, "linenums": RE_LINENUMS}
        texts = {name: text for name, text in self.attributes.items() if name in rules}
        return any(not rules[name].match(text) for name, text in texts.items())

    def opening(self, info: str) -> str:
        """Return the opening line with another info string."""
        return f"{self.prefix}{self.ticks}{info}"


def _language(info: str) -> str:
    match = _LANGUAGE.match(info)
    return match["language"].lower() if match else ""


def _attributes(info: str) -> dict[str, str]:
    return dict(_pair(match) for match in _pattern_for(info).finditer(info))


def _pattern_for(info: str) -> re.Pattern[str]:
    return _BRACED_ATTRIBUTE if info.lstrip()[:1] == "{" else _ATTRIBUTE


def _pair(match: re.Match[str]) -> tuple[str, str]:
    """Return the name and the text of an attribute."""
    found = match.groupdict()
    name = found["name"] or found["word"] or found["key"]
    return name, found["text"] or found.get("bare") or ""


def file_of(title: str, language: str) -> str:
    """Return the name of the file to save a block as; empty if its title is not a file name.

    The title of a diff may be the file that it changes. The home folder is the reader's folder;
    what is elsewhere on the reader's machine (`/etc/hosts`) is not saved.
    """
    is_file = "." in title.rstrip(".") and not title.startswith("/")
    is_file = is_file and " " not in title and "://" not in title
    if language_of(language) == "diff" and not title.endswith((".diff", ".patch")):
        is_file = False
    return title.removeprefix("~/") if is_file else ""


def has_fences(text: str) -> bool:
    """Return whether there may be a fence in `text`, such as one that is not closed yet."""
    return _has_signs(text) and _ANY_OPENING.search(text) is not None


def fences(text: str) -> list[Fence]:
    """Return the fences of a page, but none that is inside another."""
    return [fence for fence, is_closed in openings(text) if is_closed]


def visible_fences(text: str) -> list[Fence]:
    """Return the fences that readers see: none inside another, and none in a comment.

    What a fence in a comment has in it does not end the comment, since it is code by then.
    """
    on_page = fences(text)
    if "<!--" not in text:
        return on_page
    in_comments = lines_in_comments(without_fences(text))
    return [fence for fence in on_page if fence.first not in in_comments]


def without_fences(text: str) -> str:
    """Return the text of a page, with empty lines in place of its fences."""
    lines = text.split("\n")
    for fence in fences(text):
        lines[fence.first : fence.last + 1] = [""] * (fence.last + 1 - fence.first)
    return "\n".join(lines)


@lru_cache(maxsize=8)  # the same text is asked for by each check of a page
def openings(text: str) -> tuple[tuple[Fence, bool], ...]:
    """Return a fence for each opening line, and whether it is closed; if not, it is text."""
    return tuple(_openings(text.split("\n"))) if _has_signs(text) else ()


def _has_signs(text: str) -> bool:
    return "```" in text or "~~~" in text  # quicker than any expression


def _openings(lines: list[str]) -> Iterator[tuple[Fence, bool]]:
    fence: Fence | None = None
    for number, line in enumerate(lines):
        if fence is None:
            if not _has_signs(line):
                continue
            match = _OPENING.match(line) or _BESIDE_MARKER.match(line)
            # with a backtick in its info string it is code in a sentence
            if match and not (match["ticks"][0] == "`" and "`" in match["info"]):
                fence = Fence(number, len(lines), match["prefix"], match["ticks"], match["info"])
        elif _closes(fence, line):
            yield replace(fence, last=number), not is_beside_marker(fence.prefix)
            fence = None
        elif fence.prefix and _leaves(fence.prefix, line):
            yield replace(fence, last=number), False
            fence = None
    if fence:
        yield fence, False


def opening_inside(fence: Fence, lines: list[str]) -> int | None:
    """Return the number of a line in `fence` that opens a fence, which the end of `fence` closes.

    Then `fence` has no end of its own: an end of the inner fence would have closed it before.
    """
    inside = None
    for number in range(fence.first + 1, fence.last):
        match = _OPENING.match(lines[number])
        if match and (match["prefix"], match["ticks"]) == (fence.prefix, fence.ticks):
            inside = number if _INFO.match(match["info"]) else None
    is_shown = inside is not None and any(map(str.strip, lines[inside + 1 : fence.last]))
    return inside if is_shown else None


def has_end_below(fence: Fence, lines: list[str]) -> bool:
    """Return whether what would end an unclosed fence is below the line that is indented less."""
    bare = (line.strip("> \t\r") for line in lines[fence.last :])
    return next((line for line in bare if line.startswith(fence.ticks)), "") == fence.ticks


def _closes(fence: Fence, line: str) -> bool:
    bare = line.lstrip("> \t")
    if bare.rstrip(" \t\r") != fence.ticks:
        return False
    if fence.prefix.strip(" \t"):
        return not _leaves(fence.prefix, line)
    return indentation(line) == indentation(fence.prefix)


def is_beside_marker(prefix: str) -> bool:
    """Return whether a fence with this prefix begins behind a marker, such as that of an item."""
    return bool(prefix.strip("> \t"))


def _leaves(prefix: str, line: str) -> bool:
    """Return whether `line` is indented less than the fence, which then is not a fence.

    Behind a marker, whatever is indented more than the marker is below it.
    """
    if not line.strip("> \t\r") or line.startswith("{%"):  # a Jinja tag may be anywhere
        return False
    columns, quotes = indentation(line)
    own_columns, own_quotes = indentation(prefix)
    return columns < own_columns + is_beside_marker(prefix) or quotes < own_quotes


def indentation(line: str) -> tuple[int, int]:
    """Return how many columns a line is indented, and by how many quotes."""
    prefix = line[: len(line) - len(line.lstrip("> \t"))]
    return len(prefix.expandtabs(4)), prefix.count(">")


def without_own_attributes(info: str) -> str:
    """Return an info string without the attributes that are for the verification.

    What the client script has to know of them stands in classes and an attribute of the block: that
    readers do not take it together with the rest, that it is exempt, and which values it prints.
    """

    def replacement(match: re.Match[str]) -> str:
        name, _ = _pair(match)
        is_own = name in (WORDS if match["word"] else (*ATTRIBUTES, *WORDS))
        return "" if is_own else match[0]

    if " " not in info and "\t" not in info:
        return info
    plain, attributes = _pattern_for(info).sub(replacement, info), _attributes(info)
    title, language = attributes.get("title", ""), _language(info)
    is_apart = _APART & attributes.keys() or _names_other_file(title, language)
    if is_apart and (title or language in _SHELLS):
        plain = _with(plain, ".live-apart")
    if "exempt" in attributes:
        plain = _with(plain, ".live-exempt")
    if (sets := attributes.get("sets")) and NAMES.fullmatch(sets):
        plain = _with(plain, f'data-live-ask="{sets}"')
    return plain


def _names_other_file(title: str, language: str) -> bool:
    """Return whether a title names a file that readers do not save the block as."""
    return "." in title and language not in _SHELLS and not file_of(title, language)


def _with(info: str, attribute: str) -> str:
    """Return an info string with a class or an attribute behind the language, if it names one."""
    head = _NAMED.match(f"{info} ")
    if not head:
        return info
    return f"{{.{head['language']} {attribute}{info[head.end() :].rstrip().rstrip('}')}}}"
