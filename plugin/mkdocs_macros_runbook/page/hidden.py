"""Parts of a page that readers do not see, or that Markdown does not read."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: what begins a part that readers do not see, and what ends it
COMMENTS = {"<!--": "-->"}
#: likewise a part that Markdown does not read
UNREAD = {**COMMENTS, "<pre": "</pre", "<script": "</script", "<style": "</style"}
# as Markdown finds it: elsewhere in a line, it may be text
_WHOLE_COMMENT = re.compile(r"^ {0,3}<!--.*?-->", re.DOTALL | re.MULTILINE)


def lines_in_comments(prose: str) -> set[int]:
    """Return the numbers of the lines that are in comments, of a page without its fences."""
    numbers = set[int]()
    for comment in _WHOLE_COMMENT.finditer(prose):
        first = prose.count("\n", 0, comment.start())
        numbers |= {*range(first, first + comment[0].count("\n"))}
    return numbers


def without_parts(source: str, parts: Mapping[str, str]) -> str:
    """Return `source` without these `parts`, but with the ends of their lines.

    What begins them and what ends them may be regular expressions.
    """
    pattern = "|".join(f"{_whole(begin)}.*?{end}" for begin, end in parts.items())
    flags = re.DOTALL | re.IGNORECASE
    return re.sub(pattern, lambda part: "\n" * part[0].count("\n"), source, flags=flags)


def _whole(begin: str) -> str:
    """Return what begins a part, with the end of the name if it is a tag."""
    return rf"{begin}(?![\w-])" if re.match(r"<\w", begin) else begin


def is_inside(before: str, parts: Mapping[str, str]) -> bool:
    """Return whether such a part is open behind the text `before`."""
    return any(before.rfind(begin) > before.rfind(end) for begin, end in parts.items())
