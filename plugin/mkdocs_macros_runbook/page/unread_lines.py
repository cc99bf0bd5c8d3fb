"""Lines that readers see as text, since no Markdown extension of the site reads them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from . import snippet
from .fence import without_fences
from .hidden import UNREAD, without_parts
from .place import LineProblem

FIX = "add {} to markdown_extensions"
_KINDS = "admonition|attention|caution|danger|error|hint|note|tip|warning"
_TYPES = r"[\w-]+(?: +[\w-]+)*"
_BELOW = r" *$\n(?P=indent)(?: {4}|\t)"  # else the line may be any text
_INLINE_CODE = re.compile(r"(`+)[^`].*?\1")
# what has content that is indented: lists, definitions, footnotes, tabs, admonitions, quotes
_CONTAINER = re.compile(r"[> \t]*(?:[-*+] |\d+[.)] |: |\[\^|===|!!!|\?\?\?|>|///|<)")


@dataclass(frozen=True)
class _Rule:
    """Lines that need `extension`, or that no extension reads if it is empty."""

    #: what every such line has
    sign: str
    what: str
    #: the line, with the one below it
    pattern: str
    extension: str = ""
    fix: str = ""
    #: what every such line begins with
    start: str = ""


_RULES = (
    _Rule("===", "this tab", r"[> \t]*={3}[!+]{0,2} +[\"']", "pymdownx.tabbed"),
    _Rule("///", "this tab", r" {0,3}/{3} +tab *(\|.*)?$", "pymdownx.blocks.tab"),
    _Rule("///", "this admonition", r" {0,3}/{3} +details *(\|.*)?$", "pymdownx.blocks.details"),
    _Rule(
        "///",
        "this admonition",
        rf" {{0,3}}/{{3}} +({_KINDS}) *(\|.*)?$",
        "pymdownx.blocks.admonition",
    ),
    _Rule(
        "!!!",
        "this admonition",
        rf'(?P<indent>[> \t]*)!{{3}} ?[\w-][\w -]*(".*")?{_BELOW}',
        "admonition",
    ),
    _Rule(
        "???",
        "this admonition",
        rf'(?P<indent>[> \t]*)\?{{3}}\+? ?[\w -]*(".*")?{_BELOW}',
        "pymdownx.details",
    ),
    _Rule(snippet.SIGN, "this snippet", rf"[ \t]*{snippet.MEANT}", "pymdownx.snippets"),
    _Rule(
        "{",
        "the ID of this heading",
        r"#{1,6} .*\{:? *#[\w-]+ *\}[ #]*$",
        "attr_list",
        start="#",
    ),
    _Rule(
        "===",
        "this tab",
        rf'(?P<indent>[> \t]*)={{3}}(?![!+]{{0,2}} +".*" *$)[!+]{{0,2}} *[^\s=!+].*{_BELOW}',
        fix='write its label in double quotes: === "Label"',
    ),
    _Rule(
        "!!!",
        "this admonition",
        rf'(?P<indent>[> \t]*)!{{3}}(?! ?{_TYPES}(?: +".*")? *$) ?\w.*{_BELOW}',
        fix='write its title in double quotes, and nothing after it: !!! note "Title"',
    ),
    _Rule(
        "???",
        "this admonition",
        rf'(?P<indent>[> \t]*)\?{{3}}(?!\+? ?(?:{_TYPES})?(?: *".*")? *$)[ +]*\w.*{_BELOW}',
        fix='write its title in double quotes, and nothing after it: ??? note "Title"',
    ),
    _Rule(
        "{",
        "the ID of this heading",
        r"#{1,6} .*[^\s{]\{:? *#[\w-]+ *\}[ #]*$",
        fix="write a space before it: ## Title { #id }",
        start="#",
    ),
    _Rule(
        snippet.SIGN,
        "this snippet",
        rf"(?!{snippet.READABLE})(?:[> \t]|[-*+] |\d+[.)] )*{snippet.MEANT}",
        fix="write it on a line of its own, with the file in quotes and no space after it:"
        ' --8<-- "a.md"',
    ),
)


def unread_lines(source: str, extensions: Container[str]) -> Iterator[LineProblem]:
    """Yield the first line of each kind that readers see as text; lines in fences do not count.

    `extensions` are the names of those that the site has.
    """
    lines = source.split("\n")
    rules = [one for one in _RULES if one.extension not in extensions and one.sign in source]
    prose: list[str] = []
    for rule in rules:
        for number, line in enumerate(lines):
            if not line.startswith(rule.start) or rule.sign not in line:
                continue
            if not _is_unread(rule.pattern, lines, number):
                continue
            prose = prose or _prose(source)  # few pages have such a line
            if rule.sign in prose[number]:
                fix = rule.fix or FIX.format(rule.extension)
                yield LineProblem(number + 1, f"readers see {rule.what} as text", fix)
                break


def _prose(source: str) -> list[str]:
    """Return the lines of a page without code and without what Markdown does not read."""
    lines = [_INLINE_CODE.sub("", line) for line in without_fences(source).split("\n")]
    return without_parts("\n".join(lines), UNREAD).split("\n")


def _is_unread(pattern: str, lines: list[str], number: int) -> bool:
    below = next(filter(str.strip, lines[number + 1 :]), "")
    is_match = re.match(pattern, f"{lines[number]}\n{below}", re.MULTILINE)
    return is_match is not None and not _is_indented_code(lines, number)


def _is_indented_code(lines: list[str], number: int) -> bool:
    """Return whether a line is code by its indentation, and not the content of a list or a tab."""
    indent = len(lines[number]) - len(lines[number].lstrip(" "))
    above = (line for line in reversed(lines[:number]) if line.strip())
    parent = next((line for line in above if not line.startswith(" " * indent)), "")
    return indent >= 4 and not _CONTAINER.match(parent)
