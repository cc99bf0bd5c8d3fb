"""Updates of what Python blocks show: into the page's source, and only where it says no value."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from ..page.fence import fences


def updated(
    source: str, line: int, block: str, shown: str, values: Iterable[str]
) -> tuple[int, int, list[str]] | None:
    """Return which lines of `source` to replace (from, to; counted from 0), and by what.

    The fence begins at `line` of `source`; rendered, it holds `block`, and should show `shown`.
    `None` where something other than output differs, or where a line has a value in it: a value
    that is written out would be wrong for other readers.
    """
    lines = source.split("\n")
    fence = next((found for found in fences(lines) if found.first == line - 1), None)
    if fence is None:
        return None
    inside = lines[fence.first + 1 : fence.last]
    before, after = block.rstrip("\n").split("\n"), shown.rstrip("\n").split("\n")
    if len(inside) != len(before):
        return None
    new: list[str] = []
    for kind, start, end, other, other_end in SequenceMatcher(a=before, b=after).get_opcodes():
        if kind == "equal":
            new += inside[start:end]
            continue
        if any(not text.lstrip().startswith("#> ") for text in before[start:end]):
            return None
        added = after[other:other_end]
        if any(not text.lstrip().startswith("#> ") for text in added):
            return None
        if any(sign in text for text in inside[start:end] for sign in ("{{", "{%")):
            return None
        if any(value in text for text in added for value in values):
            return None
        new += [f"{fence.prefix}{text}" for text in added]
    return fence.first + 1, fence.last, new
