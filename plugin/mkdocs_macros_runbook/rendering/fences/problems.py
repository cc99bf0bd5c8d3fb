"""What is wrong with the fences of a page: because of macros, snippets, values or their options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ...live.mark import marks_in, plain
from ...page.fence import openings, visible_fences, without_own_attributes
from ...page.quoting import quotes, refused_at
from ...problem import Problem
from ..current_page import CurrentPage
from ..guide import Guide
from ..source import Source
from .macro_output import macro_fence_problems
from .snippets import snippet_problems

#: the info string of a fence that may be one in code, without its end
_LANGUAGE = re.compile(r"\s*[\w#.+-]*\s*")
_NO_PYGMENTS = "remove them, or `use_pygments: false` from the settings of pymdownx.highlight"
_FIX = "use only title, hl_lines and linenums, or write the options in braces: {.bash #id}"


def fence_problems(
    page: CurrentPage, before: str, after: str, source: Source, md: Any
) -> Iterator[Problem]:
    """Yield what is wrong with fences: `before` is the page after Jinja, `after` with snippets."""
    yield from macro_fence_problems(page, before, source)
    yield from snippet_problems(before, after, page.guide, source, md)
    if page.guide:
        yield from _quoting_problems(after, page.guide, source)


def _quoting_problems(text: str, guide: Guide, source: Source) -> Iterator[Problem]:
    """Yield each place in fences of `text` where a value may break the code; macros have run."""
    characters_of = guide.values.declaration.characters
    names = {letter: mark.name.partition("?")[0] for letter, mark in marks_in(text).items()}
    with_characters = {letter for letter, name in names.items() if characters_of.get(name)}
    if not with_characters:
        return
    lines = text.split("\n")
    for fence in visible_fences(text):
        code = "\n".join(lines[fence.first + 1 : fence.last])
        if with_characters.isdisjoint(code):
            continue
        for at, quote in quotes(code, fence.language, with_characters.__contains__):
            name = names[code[at]]
            characters = characters_of[name]
            if unsafe_characters := refused_at(characters, fence.language, quote):
                number = fence.first + 2 + code.count("\n", 0, at)
                fix = f"remove {' '.join(unsafe_characters)} from `characters` of {name}"
                for other, marks in (("'", "single quotes"), ('"', "double quotes")):
                    if quote[:1] != other and not refused_at(characters, fence.language, other):
                        fix = f"put the value in {marks}, or {fix.rpartition(', or ')[2]}"
                message = _breaks(name, unsafe_characters, quote)
                yield Problem(source.place(text).line(number), message, fix)


def _breaks(name: str, unsafe_characters: str, quote: str) -> str:
    where = f"before {quote}" if quote else "without quotation marks"
    if quote[:1] in ("'", '"', "`"):
        where = f"inside {quote[0]}…{quote[0]}"
    characters = " ".join(unsafe_characters)
    return f"the value of {name} may contain {characters}, which breaks this code {where}"


def fence_as_text(text: str, source: Source) -> Problem | None:
    """Return the problem of the first fence in what is left of a page, if there is one.

    The site's own extensions left it as text. superfences does so if it does not know an option,
    but another extension may know it, so that is only certain once all of them had their turn.
    There may be more, but the end of a fence that is text begins another, maybe with the next one.
    """
    left = openings(text)
    fence = next((one for one, closed in left if closed or not _LANGUAGE.fullmatch(one.info)), None)
    if fence is None:
        return None
    options = without_own_attributes(plain(fence.info)).strip()
    message = f"readers see this fence as text: its options {options!r} are not known"
    highlight = source.extensions.get("pymdownx.highlight", {})
    fix = _FIX if highlight.get("use_pygments", True) else _NO_PYGMENTS
    return Problem(source.place(text).line(fence.first + 1), message, fix)
