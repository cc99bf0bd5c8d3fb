"""Lines that readers see as text, since no Markdown extension of the site reads them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from . import snippet
from .fence import Fence
from .place import LineProblem

FIX = "add {} to markdown_extensions"
_KINDS = "admonition|attention|caution|danger|error|hint|note|tip|warning"
_TYPES = r"[\w-]+(?: +[\w-]+)*"
_BELOW = r" *$\n(?P=indent)(?: {4}|\t)"  # else the line may be any text
_HIDDEN = re.compile(r"<!--.*?-->|<pre\b.*?</pre>", re.DOTALL | re.IGNORECASE)
# what has content that is indented: lists, definitions, footnotes, tabs, admonitions, quotes
_CONTAINER = re.compile(r"[> \t]*(?:[-*+] |\d+[.)] |: |\[\^|===|!!!|\?\?\?|>|///|<)")
#: by the extension that reads it: a part of the line, what it is, and the line with that below it
_NEEDS = {
    "pymdownx.tabbed": ("===", "this tab", r"[> \t]*={3}[!+]{0,2} +[\"']"),
    "pymdownx.blocks.tab": ("///", "this tab", r" {0,3}/{3} +tab *(\|.*)?$"),
    "pymdownx.blocks.details": ("///", "this admonition", r" {0,3}/{3} +details *(\|.*)?$"),
    "pymdownx.blocks.admonition": (
        "///",
        "this admonition",
        rf" {{0,3}}/{{3}} +({_KINDS}) *(\|.*)?$",
    ),
    "admonition": (
        "!!!",
        "this admonition",
        rf'(?P<indent>[> \t]*)!{{3}} ?[\w-][\w -]*(".*")?{_BELOW}',
    ),
    "pymdownx.details": (
        "???",
        "this admonition",
        rf'(?P<indent>[> \t]*)\?{{3}}\+? ?[\w -]*(".*")?{_BELOW}',
    ),
    "pymdownx.snippets": (snippet.SIGN, "this snippet", rf"[ \t]*{snippet.MEANT}"),
    "attr_list": ("{", "the ID of this heading", r"#{1,6} .*\{:? *#[\w-]+ *\}[ #]*$"),
}
#: likewise what no extension reads, by the fix
_AMISS = {
    'write its label in double quotes: === "Label"': (
        "===",
        "this tab",
        rf'(?P<indent>[> \t]*)={{3}}(?![!+]{{0,2}} +"[^"\n]*" *$)[!+]{{0,2}} *[^\s=!+].*{_BELOW}',
    ),
    'write its title in double quotes, and nothing behind: !!! note "Title"': (
        "!!!",
        "this admonition",
        rf'(?P<indent>[> \t]*)!{{3}}(?! ?{_TYPES}(?: +".*")? *$) ?\w.*{_BELOW}',
    ),
    'write its title in double quotes, and nothing behind: ??? note "Title"': (
        "???",
        "this admonition",
        rf'(?P<indent>[> \t]*)\?{{3}}(?!\+? ?(?:{_TYPES})?(?: *".*")? *$)[ +]*\w.*{_BELOW}',
    ),
    "write a space before it: ## Title { #id }": (
        "{",
        "the ID of this heading",
        r"#{1,6} .*[^\s{]\{:? *#[\w-]+ *\}[ #]*$",
    ),
    'write it on a line of its own, with the file in quotes and no space behind: --8<-- "a.md"': (
        snippet.SIGN,
        "this snippet",
        rf"(?!{snippet.READABLE})(?:[> \t]|[-*+] |\d+[.)] )*{snippet.MEANT}",
    ),
}


def unread_lines(
    source: str, lines: list[str], blocks: list[Fence], extensions: Container[str]
) -> Iterator[LineProblem]:
    """Yield the first line of each kind that readers see as text; those of fences are none.

    `blocks` are the fences, and `extensions` the names of those that the site has.
    """
    needs = {FIX.format(name): mark for name, mark in _NEEDS.items() if name not in extensions}
    inside: set[int] | None = None
    for fix, (part, what, rule) in {**needs, **_AMISS}.items():
        if part not in source:
            continue
        if inside is None:
            inside = {number for fence in blocks for number in range(fence.first, fence.last)}
            inside.update(_hidden_lines(source))
        for number, line in enumerate(lines):
            if part in line and number not in inside:
                below = next(filter(str.strip, lines[number + 1 :]), "")
                is_unread = re.match(rule, f"{line}\n{below}", re.MULTILINE)
                if is_unread and not _is_indented_code(lines, number):
                    yield LineProblem(number + 1, f"readers see {what} as text", fix)
                    break


def _hidden_lines(source: str) -> Iterator[int]:
    """Yield the numbers of the lines in comments and in `<pre>`."""
    for hidden in _HIDDEN.finditer(source):
        first = source.count("\n", 0, hidden.start())
        yield from range(first, first + hidden[0].count("\n") + 1)


def _is_indented_code(lines: list[str], number: int) -> bool:
    """Return whether a line is code by its indentation, and not the content of a list or a tab."""
    indent = len(lines[number]) - len(lines[number].lstrip(" "))
    above = (line for line in reversed(lines[:number]) if line.strip())
    parent = next((line for line in above if not line.startswith(" " * indent)), "")
    return indent >= 4 and not _CONTAINER.match(parent)
