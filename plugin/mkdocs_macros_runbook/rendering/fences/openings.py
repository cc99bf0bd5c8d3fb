"""The opening lines of fences, as the preprocessors of other extensions are to read them."""

from __future__ import annotations

import re
from dataclasses import replace

from ...live.mark import plain
from ...page.fence import fences, without_own_attributes
from ...page.snippet import snippets

_ATTRIBUTES_WITH_VALUES = re.compile(r"""((?:title|shows|raises)=(?:"[^"]*"|'[^']*'))""")


def with_plain_openings(text: str) -> str:
    """Return `text` with plain values where a preprocessor reads them: in fences and snippets.

    A title, which the page shows, a command to compare with and an exception stay live.
    """
    lines = text.split("\n")
    for snippet in snippets(lines):
        for number in range(snippet.first, snippet.last + 1):
            lines[number] = plain(lines[number])
    for fence in fences("\n".join(lines)):
        parts = _ATTRIBUTES_WITH_VALUES.split(fence.info)
        info = (part if number % 2 else plain(part) for number, part in enumerate(parts))
        lines[fence.first] = fence.opening("".join(info))
    return "\n".join(lines)


def with_language(text: str, language: str, letters: str) -> str:
    """Return `text` with `language` in each fence that names none.

    The `letters` stand for something else at the end of an opening line.
    """
    lines = text.split("\n")
    for fence in fences(text):
        info = fence.info.strip()
        if not replace(fence, info=info.rstrip(letters)).language:
            is_braced = info.startswith("{")
            info = f"{{.{language} {info[1:]}" if is_braced else f"{language} {info}"
            lines[fence.first] = fence.opening(info)
    return "\n".join(lines)


def without_attributes(text: str) -> str:
    """Return `text` without the attributes of fences that are for the verification."""
    lines = text.split("\n")
    for fence in fences(text):
        lines[fence.first] = fence.opening(without_own_attributes(fence.info).rstrip())
    return "\n".join(lines)
