"""A page's markup: what readers would see as text, such as tabs, and invalid attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import Any

from markdown.extensions.fenced_code import FencedBlockPreprocessor

from ..values.text import is_reason
from .fence import (
    ATTRIBUTES,
    OPTIONS,
    WORDS,
    Fence,
    fences,
    has_end_below,
    is_beside_marker,
    opening_inside,
    openings,
    visible_fences,
    without_own_attributes,
)
from .place import LineProblem
from .snippet import unclosed_list
from .unread_lines import FIX, unread_lines

_NAMES = (*ATTRIBUTES, *WORDS)
#: extensions that bring others: what they bring
_BUNDLES = {"extra": ["attr_list"], "pymdownx.extra": ["attr_list", "pymdownx.superfences"]}
#: what people write for an operating system, in small letters, and its name in `needs`
_SYSTEMS = {
    "darwin": "macos",
    "linux": "linux",
    "mac": "macos",
    "macos": "macos",
    "osx": "macos",
    "win": "windows",
    "windows": "windows",
}
_PLAIN = FencedBlockPreprocessor.FENCED_BLOCK_RE
_NO_COMMAND = re.compile(r"[<>=]")
_FIX_OPTIONS = (
    'write each option as title="text", hl_lines="1 3-5" or linenums="1", with straight quotes and'
    " without spaces around ="
)


def markup_problems(
    source: str, extensions: Mapping[str, Mapping[str, Any]]
) -> Iterator[LineProblem]:
    """Yield each invalid fence, and the first of what else readers see as text.

    `extensions` are those of the site, with their settings.
    """
    extensions = _with_bundles(extensions)
    source = source.replace("\r\n", "\n")
    yield from _fence_problems(source)
    blocks = fences(source)
    superfences = extensions.get("pymdownx.superfences")
    if superfences is None:
        yield from _plain_fence_problems(blocks)
    elif not superfences.get("relaxed_headers"):  # else it makes code of any fence
        yield from _option_problems(blocks)
    if "pymdownx.snippets" in extensions:
        yield from _snippet_problems(source.split("\n"))
    yield from unread_lines(source, extensions)


def _with_bundles(
    extensions: Mapping[str, Mapping[str, Any]],
) -> dict[str, Mapping[str, Any]]:
    """Return extensions by their short names, with those that others bring."""
    short = {
        str(name).removeprefix("markdown.extensions.").partition(":")[0]: settings
        for name, settings in extensions.items()  # Zensical adds one that is no name
    }
    of_bundles = {
        name: short[bundle].get(name) or {}
        for bundle, names in _BUNDLES.items()
        if bundle in short
        for name in names
    }
    return {**of_bundles, **short}


def _snippet_problems(lines: list[str]) -> Iterator[LineProblem]:
    """Yield the snippet without an end, if there is one."""
    number = unclosed_list(lines)
    if number is not None:
        sign = lines[number].strip()
        message = "this snippet has no end: the lines below it are read as file names and not shown"
        fix = f'write a line {sign} below its files, or write it all on one line: {sign} "a.md"'
        yield LineProblem(number + 1, message, fix)


def _plain_fence_problems(blocks: list[Fence]) -> Iterator[LineProblem]:
    """Yield the first fence that fenced_code takes for text, and superfences for a code block."""
    for fence in blocks:
        opening = fence.ticks + without_own_attributes(fence.info).rstrip()
        if fence.prefix or ("=" in opening and not _PLAIN.match(f"{opening}\n{fence.ticks}")):
            message = "readers see this fence as text: it is indented, or has other options than"
            message += " fenced_code reads"
            yield LineProblem(fence.first + 1, message, FIX.format("pymdownx.superfences"))
            return


def _option_problems(blocks: list[Fence]) -> Iterator[LineProblem]:
    """Yield each fence whose options superfences cannot read."""
    for fence in blocks:
        if fence.has_unreadable_options:
            info = fence.info.strip()
            message = f"readers see this fence as text: its options {info!r} cannot be read"
            yield LineProblem(fence.first + 1, message, _FIX_OPTIONS)


def _fence_problems(source: str) -> Iterator[LineProblem]:
    """Yield each fence that is not closed, and each invalid attribute of the others."""
    lines = source.split("\n")
    visible = {fence.first for fence in visible_fences(source)}
    above: Fence | None = None  # the last fence with a language
    for fence, is_closed in openings(source):
        line = fence.first + 1
        if not is_closed:
            message, fix = _not_closed(fence, lines)
            if above and not fence.info.strip():  # a line that was to end one may have begun this
                fix += (
                    "; if this line was meant to close a fence,"
                    f" close the one that begins on line {above.first + 1}"
                )
            yield LineProblem(line, message, fix)
            continue
        above = fence if fence.info.strip() else above
        if (inside := opening_inside(fence, lines)) is not None:
            message = f"this fence is not closed before the fence on line {inside + 1} begins"
            fix = f"{_close(fence)}; if line {inside + 1} belongs to the code, use a longer fence"
            yield LineProblem(line, f"{message}, so readers see one block", fix)
        for name, text in fence.attributes.items():
            if name in _NAMES and fence.first not in visible:
                continue  # one that is unknown matters: it makes text of the fence
            if problem := _attribute_problem(name, text):
                yield LineProblem(line, *problem)


def _attribute_problem(name: str, text: str) -> tuple[str, str] | None:
    """Return the problem and the fix if an attribute is invalid."""
    if name not in _NAMES:
        return _slip_problem(name)
    if name in WORDS:
        return (f"`{name}` takes no value", "write the word alone") if text else None
    if name == "exempt" and not is_reason(text):
        message = f"`exempt` needs a reason of at least three words, not {text!r}"
        return message, "explain why the block cannot be verified, or remove `exempt`"
    if not text.strip():
        return f"`{name}` is empty", "fill it in, or remove it"
    if name == "exits" and not (text.isdecimal() and 0 < int(text) < 256):
        message = f"`exits` must be the exit code of a failure, not {text!r}"
        return message, "use a number from 1 to 255"
    return _need_problem(text) if name == "needs" else None


def _need_problem(text: str) -> tuple[str, str] | None:
    """Return the problem and the fix if `needs` has what is neither a system nor a command."""
    for name in text.replace(",", " ").split():
        system = _SYSTEMS.get(name.lower(), name)
        if system != name:
            return f"`needs` has {name!r}, which is not the name of a system", f"write {system}"
        if name in ("and", "or") or _NO_COMMAND.search(name):
            fix = "write only the names of systems and commands, all of which the block needs"
            return f"`needs` has {name!r}, which is not a command", fix
    return None


def _slip_problem(name: str) -> tuple[str, str] | None:
    """Return the problem and the fix for an attribute that looks like a misspelled one of ours.

    Other extensions have attributes of their own, such as `exec` and `tests`.
    """
    attributes = (*_NAMES, *OPTIONS)
    slip = next((one for one in attributes if _is_slip(name.lower(), one)), name)
    message = f"a fence has no attribute {name!r} (did you mean {slip!r}?)"
    return (message, "rename it") if slip != name else None


def _is_slip(name: str, attribute: str) -> bool:
    """Return whether at most one letter is missing, wrong, added or swapped with the next."""
    pairs = zip(name, attribute, strict=False)
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    rest, right = name[start:], attribute[start:]
    swapped = right[1:2] + right[:1] + right[2:]
    return rest[1:] in (right, right[1:]) or rest in (right[1:], swapped)


def _not_closed(fence: Fence, lines: list[str]) -> tuple[str, str]:
    """Return why readers see a fence as text, and the fix."""
    if is_beside_marker(fence.prefix):
        message = "a fence on the line of a list, definition or footnote marker is not a block"
        return message, "begin it on a new line, indented like the text there"
    message = "this fence is not closed, so readers see it as text"
    if has_end_below(fence, lines):
        fix = "indent each line at least as far as the first"
        return f"{message}: a line in it is indented less", fix
    return message, f"{_close(fence)}; if the code has such a line, use a longer fence"


def _close(fence: Fence) -> str:
    return f"close it with a line that has only {fence.ticks}, indented like its first line"
