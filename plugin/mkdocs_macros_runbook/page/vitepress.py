"""Pages written for VitePress: `$params` in Vue's braces, and CommonMark's nesting of lists.

The trigger is `$params.` in the page's source. Python-Markdown wants four columns for a nested
list where CommonMark needs as many as the marker has; pages written for Python-Markdown rely on
that, so they are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

_PARAMS = re.compile(r"\$params\.(\w+)")
_NOT_RENDERED = re.compile(r"\{%-?\s*raw\b.*?\bendraw\s*-?%\}|\{#.*?#\}", re.DOTALL)
_TEMPLATE = re.compile(
    rf"{_NOT_RENDERED.pattern}|(?P<expression>\{{\{{.*?\}}\}}|\{{%.*?%\}})", re.DOTALL
)
_INDENT = 4  # columns for each level of a list in Python-Markdown
_MARKER = re.compile(r" *(?:[-*+]|\d{1,9}[.)])(?: {1,4}(?=\S)| |$)")
_QUOTED = re.compile(r"^ {0,3}> ?")
_PARENTHESIS = re.compile(r"^(\d+)\)")


def is_vitepress(source: str) -> bool:
    """Return whether a page was written for VitePress."""
    # for each `{#` or `{% raw` without an end, the expression looks through the rest of the page
    return "$params." in source and "$params." in _NOT_RENDERED.sub("", source)


def unknown_params(source: str, names: Set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and name of each `$params.X` in an expression whose X is not one of `names`."""
    for template in _TEMPLATE.finditer(source):
        for match in _PARAMS.finditer(template["expression"] or ""):
            if match[1] not in names:
                yield source.count("\n", 0, template.start() + match.start()) + 1, match[1]


def without_params(source: str) -> str:
    """Return `source` with `$params.X` written as `X` in expressions, line for line."""

    def replace(template: re.Match[str]) -> str:
        return _PARAMS.sub(r"\1", template[0]) if template["expression"] else template[0]

    return _TEMPLATE.sub(replace, source)


@dataclass(frozen=True)
class _Item:
    """An item of a list: how deep it is, and the column at which its content stands."""

    depth: int
    column: int
    parent_column: int


@dataclass
class _Lists:
    """The lists of a text, by its lines."""

    #: the innermost item that a line is in
    innermost: dict[int, _Item] = field(default_factory=dict)
    #: the outermost item that begins on a line
    begins: dict[int, _Item] = field(default_factory=dict)
    #: the depth of a list that follows another at once
    separated: dict[int, int] = field(default_factory=dict)


def with_wide_lists(source: str) -> str:
    """Return `source` with its lists indented and set off as Python-Markdown wants them.

    CommonMark's own parser decides what is a list, and which lines are in it. Only indentation
    changes; empty lines are added around a list, and an empty comment between two lists that
    Python-Markdown would join.
    """
    lines = _with_quotations_widened(source.split("\n"))
    lists = _lists_of(lines)
    out: list[str] = []
    for number, line in enumerate(lines):
        item = lists.innermost.get(number)
        is_edge = (item is None) == (number - 1 in lists.innermost)
        if is_edge and line and out and out[-1]:
            out.append("")
        if number in lists.separated:
            out += ["", " " * _INDENT * lists.separated[number] + "<!-- -->", ""]
        if item is None:
            out.append(line)
        elif not (text := _spaced(line)):
            out.append("")
        elif number in lists.begins:
            out += _first_line(text, lists.begins[number], out)
        else:
            rest = text[item.column :] if text[: item.column].isspace() else text.lstrip()
            out.append(" " * _INDENT * item.depth + rest)
    return "\n".join(out)


def _first_line(text: str, item: _Item, before: list[str]) -> list[str]:
    """Return the line that `item` begins with, after an empty one if it needs that."""
    indent = " " * _INDENT * (item.depth - 1)
    line = indent + _PARENTHESIS.sub(r"\1.", text[item.parent_column :].lstrip())
    return ["", line] if _belongs_elsewhere(before, len(indent)) else [line]


def _lists_of(lines: list[str]) -> _Lists:
    """Return the lists that CommonMark's parser finds in `lines`."""
    lists = _Lists()
    stack: list[_Item] = []
    previous = ""
    for token in _commonmark(lines):
        if token.type == "list_item_open":
            start, end = token.map or (0, 0)
            parent_column = stack[-1].column if stack else 0
            marker = _MARKER.match(_spaced(lines[start]), parent_column)
            if marker is None:  # in a quotation, which is widened already
                stack.append(_Item(0, 0, 0))
            else:
                item = _Item(len(stack) + 1, marker.end(), parent_column)
                lists.begins.setdefault(start, item)
                lists.innermost |= dict.fromkeys(range(start, end), item)
                stack.append(item)
        elif token.type == "list_item_close":
            stack.pop()
        elif token.type.endswith("list_open") and previous.endswith("list_close") and token.map:
            lists.separated[token.map[0]] = len(stack)
        previous = token.type
    return lists


def _belongs_elsewhere(lines: list[str], depth: int) -> bool:
    """Return whether an item at `depth` needs an empty line before it.

    Python-Markdown reads lines without an empty line between them as one block: it does not put
    any of them outside of the first, and does not begin a list after a first that is text.
    """
    first = ""
    for line in reversed(lines):
        if not line:
            break
        first = line
    first_depth = len(first) - len(first.lstrip())
    return first_depth > depth or (
        bool(first) and first_depth == depth and not _MARKER.match(first)
    )


def _with_quotations_widened(lines: list[str]) -> list[str]:
    """Return `lines` with the lists in quotations widened."""
    out: list[str] = []
    position = 0
    for token in _commonmark(lines):
        if token.type == "blockquote_open" and token.level == 0 and token.map:
            start, end = token.map
            content = "\n".join(_QUOTED.sub("", line) for line in lines[start:end])
            out += lines[position:start]
            out += [f"> {line}".rstrip(" ") for line in with_wide_lists(content).split("\n")]
            position = end
    return out + lines[position:]


def _commonmark(lines: list[str]) -> list[Token]:
    from markdown_it import MarkdownIt  # imported for such pages only

    return MarkdownIt("commonmark").parse("\n".join(lines))


def _spaced(line: str) -> str:
    """Return `line` with its indentation in spaces, and nothing for a blank one."""
    text = line.lstrip(" \t")
    return line[: len(line) - len(text)].expandtabs(_INDENT) + text if text else ""
