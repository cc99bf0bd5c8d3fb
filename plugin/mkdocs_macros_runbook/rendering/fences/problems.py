"""The problems that macros, snippets and values cause in the fences of a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...problem import Problem
from ..current_page import CurrentPage
from ..source import Source
from .macro_output import macro_fence_problems
from .quoting import quoting_problems
from .snippets import snippet_problems


def fence_problems(
    page: CurrentPage, before: str, after: str, source: Source, md: Any
) -> Iterator[Problem]:
    """Yield what is wrong with fences: `before` is the page after Jinja, `after` with snippets."""
    yield from macro_fence_problems(page, before, source)
    yield from snippet_problems(before, after, page.guide, source, md)
    if page.guide:
        yield from quoting_problems(after, page.guide, source)
