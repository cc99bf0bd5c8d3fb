"""What snippets (`--8<--`) bring into a page after Jinja: templates, and fences left open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...page.fence import Fence, fences, openings
from ...page.unrendered_jinja import unrendered_jinja
from ...problem import Problem
from ..guide import Guide
from ..source import Source

MARK = "8<-"  # in every form of a snippet's line
_NAME = re.compile(r"""-+8<-+[ ]+["']?([^"'\n]+?)["']?[ \t]*$|^([^\s].*)$""", re.MULTILINE)


def snippet_problems(
    before: str, after: str, guide: Guide, source: Source, md: Any
) -> Iterator[Problem]:
    """Yield each template that the text `after` snippets has, and the one `before` them has not.

    Yield as well a fence that a snippet leaves open.
    """
    if before == after:
        return
    if MARK in before:
        front = source.text.rstrip().count("\n") - before.rstrip().count("\n")
        for line, message in _open_fences(before.split("\n"), after.split("\n")):
            yield source.problem(max(front, 0) + line, message, "close it in the snippet")
    seen = set()
    for _, template in unrendered_jinja(after, guide.declared_names, guide.jinja):
        if template not in seen and after.count(template) > before.count(template):
            seen.add(template)
            message = f"Jinja does not render {template!r} in a snippet"
            fix = "bring the file in with `{% include %}`, or write the value itself instead"
            yield Problem(_place(template, before, source, md), message, fix)


def _open_fences(before: list[str], after: list[str]) -> Iterator[tuple[int, str]]:
    """Yield where snippets leave a fence open, by the line, and what readers see."""
    there = Counter(_body(fence, after) for fence in fences(after))
    for fence in fences(before):
        body = _body(fence, before)
        if MARK not in body and not there[body]:
            yield (
                fence.first + 1,
                "a snippet above leaves a fence open, so this block becomes part of it",
            )
            return
        there[body] -= 1
    if len(_left_open(after)) > len(_left_open(before)):
        number = next(number for number, line in enumerate(before) if MARK in line)
        yield number + 1, "a snippet of this page leaves a fence open, so readers see it as text"


def _body(fence: Fence, lines: list[str]) -> str:
    """Return what a fence has in it, without the white space that preprocessors change."""
    return "\n".join(line.strip() for line in lines[fence.first + 1 : fence.last])


def _left_open(lines: list[str]) -> list[Fence]:
    return [fence for fence, is_closed in openings(lines) if not is_closed]


def _place(template: str, before: str, source: Source, md: Any) -> str:
    """Return the place of what was found: in the file, or in the page that names it."""
    processors = md.preprocessors
    folders = processors["snippet"].base_path if "snippet" in processors else []
    root = source.config_file.parent
    for match in _NAME.finditer(before):
        name = (match[1] or match[2]).partition(":")[0]
        for file in (Path(folder) / name for folder in folders):
            text = _text(file)
            if template in text:
                line = text.count("\n", 0, text.index(template)) + 1
                file = file.resolve()
                path = file.relative_to(root) if file.is_relative_to(root) else file
                return f"{path}:{line}"
    number = before.find(MARK)
    return source.place(before).line(before.count("\n", 0, max(number, 0)) + 1)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
