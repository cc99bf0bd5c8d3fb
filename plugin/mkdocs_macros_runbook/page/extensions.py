"""Markdown extensions that a page needs: without them, readers see its markup as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .fence import fences, has_fences
from .place import LineProblem

_TAB = re.compile(r"[> \t]*={3}[!+]{0,2} +[\"']")
_FIX = "add {} to markdown_extensions"


def extension_problems(source: str, has: Callable[[str], bool]) -> Iterator[LineProblem]:
    """Yield the first fence and the first tab that need an extension which the site lacks.

    `has` returns whether the site has an extension.
    """
    lines = source.split("\n")
    found = [*fences(lines)] if has_fences(source) else []
    if not has("pymdownx.superfences"):
        for fence in found:
            if fence.prefix or "=" in fence.info:
                message = "this fence is indented, or has attributes: readers see it as text"
                yield LineProblem(fence.first + 1, message, _FIX.format("pymdownx.superfences"))
                break
    if not has("pymdownx.tabbed") and "=== " in source:
        inside = {number for fence in found for number in range(fence.first, fence.last)}
        for number, line in enumerate(lines):
            if number not in inside and _TAB.match(line):
                message = "readers see this tab as text"
                yield LineProblem(number + 1, message, _FIX.format("pymdownx.tabbed"))
                break
