"""Values in the code of a page that may have characters which break the code there."""

from __future__ import annotations

from collections.abc import Iterator

from ...live.mark import LETTERS, Mark, split
from ...page.fence import has_fences, visible_fences
from ...page.quoting import quotes, refused_at
from ...problem import Problem
from ..guide import Guide
from ..source import Source


def quoting_problems(text: str, guide: Guide, source: Source) -> Iterator[Problem]:
    """Yield each place in fences of `text` where a value may break the code; macros have run."""
    declaration = guide.values.declaration
    if not any(one.characters for one in declaration.parameters.values()) or not has_fences(text):
        return
    lines = text.split("\n")
    for fence in visible_fences(lines):
        code = "\n".join(lines[fence.first + 1 : fence.last])
        for at, quote in quotes(code, fence.language, _is_mark):
            (mark,) = split(code[at])
            assert isinstance(mark, Mark)
            name = mark.name.partition("?")[0]
            characters = declaration.characters_of(name)
            if refused := refused_at(characters, fence.language, quote):
                number = _line_of(name, code[:at].rpartition("\n")[2], source.text)
                fix = f"remove {' '.join(refused)} from `characters` of {name}"
                if quote[:1] in ("", "'", "`") and not refused_at(characters, fence.language, '"'):
                    fix = f"put the value in double quotes, or {fix}"
                yield source.problem(number, _message(name, refused, quote), fix)


def _is_mark(character: str) -> bool:
    return character >= LETTERS[0] and any(isinstance(part, Mark) for part in split(character))


def _message(name: str, refused: str, quote: str) -> str:
    where = f"before {quote}" if quote else "without quotation marks"
    if quote[:1] in ("'", '"', "`"):
        where = f"between {quote[0]} and {quote[0]}"
    return f"the value of {name} may contain {' '.join(refused)}, which breaks this code {where}"


def _line_of(name: str, before: str, text: str) -> int:
    """Return the line of the source that names a value behind the text `before` it.

    1 if the source has none: what a macro brought.
    """
    begin = next((part for part in split(before.strip()) if isinstance(part, str)), "")
    lines = enumerate(text.split("\n"), 1)
    return next((number for number, line in lines if begin in line and name in line), 1)
