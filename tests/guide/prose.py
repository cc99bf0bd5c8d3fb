"""The prose of the guide's pages: what is left of a page without its blocks, in sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import yaml

from sites import PROJECT

DOCS = PROJECT / "docs"
#: the pages of the guide and what they are made of, without the pages about the plugin
NAMES = [path.name for path in sorted(DOCS.glob("*.*")) if path.suffix in (".md", ".yml")]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FENCE = re.compile(r"(?ms)^[ \t]*(```+).*?^[ \t]*\1[ \t]*$")
_NO_PROSE = [
    re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE),
    FENCE,
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r'<b class="figure-mark">\d</b>'),
    re.compile(
        r"(?<![`.])</?[a-z][^<>\n]*(?:\n[^<>\n]*)?>(?<!`>)"
    ),  # an element, but not <https://…>
    re.compile(r"\{ ?[#.][^{}\n]*\}"),  # the attributes of a heading or a paragraph
    re.compile(r"\{\{[^{}\n]*\([^{}\n]*\}\}"),  # the call of a macro
]
_NO_PROSE_IN_DATA = [
    re.compile(r"(?m)^#.*$"),
    re.compile(r"(?m)^(?:- |  )(?:id|stage): .*$"),
    re.compile(r"(?m)^  sources:\n(?:    - .*\n?)*"),
]
# A section of a page begins with its heading, one of the symptoms with its ID.
_BEGINS = re.compile(r"(?m)^(?:##+ .*|- id: .*)$")
_SENTENCE_ENDS = re.compile(r"(?<=[.:;!?*)])\s+(?=[A-Z`\[{*<])")
CODE = re.compile(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)")
LINK = re.compile(
    r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(((?:\{\{ \w+ \}\}|[^()\s])*)\)"
    r"|<((?:https?://|\{\{ \w+ \}\})[^<>\s]*)>"
)
VALUE = re.compile(r"\{\{ *(\w+) *\}\}")
_COMMON = {"these", "their", "there", "which", "where", "cognito", "using", "that", "with"}


@dataclass(frozen=True)
class Section:
    """A section: its place, its whole text, and its prose, in which all else is spaces."""

    place: str
    text: str
    prose: str

    @property
    def codes(self) -> Iterator[str]:
        """The inline code in it."""
        return (" ".join(match[1].split()) for match in CODE.finditer(self.prose))

    @property
    def sentences(self) -> Iterator[str]:
        """Its sentences; a row of a table is one."""
        for part in re.split(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*|]|\d+\.) )", self.prose):
            yield from [part] if part.lstrip().startswith("|") else _SENTENCE_ENDS.split(part)

    @property
    def blocks(self) -> str:
        """The code in its blocks."""
        return "\n".join(match[0] for match in FENCE.finditer(self.text))


def pages() -> dict[str, str]:
    """Return the texts of the guide, by name."""
    return {name: (DOCS / name).read_text(encoding="utf-8") for name in NAMES}


def prose_of(name: str, text: str) -> str:
    """Return the text of a page with spaces in place of what is no prose."""
    patterns = _NO_PROSE + (_NO_PROSE_IN_DATA if name.endswith(".yml") else [])
    if name == "scripts.md":  # help texts and policies, generated from the scripts
        text = re.sub(r"(?ms)^## \w+\.py$.*", lambda match: _spaces(match), text)
    for pattern in patterns:
        text = pattern.sub(_spaces, text)
    return text


@cache
def sections(name: str, text: str) -> tuple[Section, ...]:
    """Return the sections of a page."""
    prose = prose_of(name, text)
    inside = [(match.start(), match.end()) for match in FENCE.finditer(text)]
    starts = [0] + [
        match.start()
        for match in _BEGINS.finditer(text)
        if not any(start < match.start() < end for start, end in inside)
    ]
    bounds = [pair for pair in pairwise([*starts, len(text)]) if pair[0] < pair[1]]
    lines = [text.count("\n", 0, start) + 1 for start, _ in bounds]
    return tuple(
        Section(f"{name}:{line}", text[start:end], prose[start:end])
        for line, (start, end) in zip(lines, bounds, strict=True)
    )


@cache
def facts_of(text: str) -> Mapping[str, Mapping[str, object]]:
    """Return the facts by name."""
    facts: dict[str, dict[str, object]] = yaml.load(text, _LOADER)  # noqa: S506 - a safe loader
    return facts


def all_sections(texts: Mapping[str, str]) -> Iterator[Section]:
    """Yield the sections of all pages; facts are data, no page."""
    for name, text in texts.items():
        if name != "facts.yml":
            yield from sections(name, text)


def stems(text: str) -> set[str]:
    """Return the beginnings of the longer words, without those of links and values."""
    text = re.sub(r"\]\([^)]*\)|\{\{.*?\}\}", " ", text)
    words = {word.lower() for word in re.findall(r"[A-Z]{3,}|[A-Za-z]{4,}", text)}
    return {word[:5] for word in words - _COMMON}


def speaks_of(name: str, text: str, share: float = 0) -> bool:
    """Return whether a text has words that begin like those of a name, or this share of them."""
    words = set(re.findall(r"[a-z]+", text.lower()))
    parts = [part for part in name.split("_") if len(part) > 2]
    had = [
        part
        for part in parts
        if any(
            word.removesuffix("s") == part if len(part) == 3 else word.startswith(part[:5])
            for word in words
        )
    ]
    return bool(had) and len(had) >= share * len(parts)


def _spaces(match: re.Match[str]) -> str:
    """Keep an address in angle brackets; replace all else, but for the ends of lines."""
    return re.sub(r"[^\n]", " ", match[0])
