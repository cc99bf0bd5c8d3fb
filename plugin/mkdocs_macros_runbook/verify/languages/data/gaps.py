"""Gaps in JSON: each `...` that stands for any keys, items or value."""

from __future__ import annotations

import re

from ...output import without_annotations
from .formats import COMMENT

# how the key or item begins that stands for any
_GAP = "...."
_NUMBERED_GAP = re.compile(rf"{re.escape(_GAP)}\d+")
_PART = re.compile(rf"{COMMENT.pattern}|\s+|\.\.\.|.", re.DOTALL)
# what stands for anything, also as a comment
_ANYTHING = re.compile(r"(?://[ \t]*|/\*\s*)?(?:\.\.\.|…)[ \t]*(?:\*/)?")


def with_gaps(text: str) -> str:
    """Return JSON in which each `...` is a gap: an item or a key; after a colon, it is a value.

    It may stand alone in a comment. Around all brackets, it stands for other lines and is left out.
    """
    parts, brackets, last = list[str](), "", ""
    for part in (match[0] for match in _PART.finditer(without_annotations(text))):
        is_dots = _ANYTHING.fullmatch(part) is not None
        if is_dots and not brackets:
            continue
        if _is_blank(part) and not is_dots:
            parts.append(part)
            continue
        if _lacks_comma(last, part, is_dots=is_dots):
            parts.append(",")
        parts.append(_gap(last if last == ":" else brackets[-1], len(parts)) if is_dots else part)
        brackets = _open_brackets(brackets, part)
        last = _GAP if is_dots else part
    return "".join(parts)


def _lacks_comma(last: str, part: str, *, is_dots: bool) -> bool:
    """Return whether people leave out the comma between two parts, of which one stands for any."""
    return (is_dots and last not in "{[,:") or (last == _GAP and part not in ",}]")


def _gap(before: str, number: int) -> str:
    """Return what stands for anything below a bracket, or after a colon; no key may come twice."""
    gap = f'"{_GAP}{number}"'
    return {":": '"..."', "{": f"{gap}: 0", "[": gap}[before]


def _open_brackets(brackets: str, part: str) -> str:
    """Return the brackets that are open after a part of JSON, if those in `brackets` are before."""
    if part in "}]":
        return brackets[:-1]
    return brackets + part if part in "{[" else brackets


def _is_blank(part: str) -> bool:
    """Return whether a part of JSON is space or a comment."""
    return part.isspace() or part[:2] in ("//", "/*")


def is_gap(part: object) -> bool:
    """Return whether a key or an item stands for any."""
    return isinstance(part, str) and _NUMBERED_GAP.fullmatch(part) is not None
