"""The output of a block, compared with what the page shows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

_ANY_LINES = re.compile(r"\s*(?:\.\.\.|…)\s*")
#: how what stands for any keys or items of JSON begins
MARK = "...."
_MARK = re.compile(rf"{re.escape(MARK)}\d+")
_ANY_TEXT = re.compile(r"\.{3,}|…")
_TRACEBACK = "Traceback (most recent call last):"
# what failed in a line: it depends on the version of Python
_UNDERLINES = re.compile(r"^[ |]{4,}[~^][ ~^]*\n", re.MULTILINE)
_WORD = re.compile(r"[^#;]*\w")  # not in a comment
# colors and cursor movements; titles and links, which end with a bell or a string terminator
_ESCAPE = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-Z\\^-~])"
_ESCAPES = re.compile(_ESCAPE)
# where the cursor moves in a line, or a part of it is erased
_COLUMNS = 10_000  # no terminal is wider
_MOVES = re.compile(r"[\r\b]|\x1b\[\d{0,9}[CDGJK]")
_WRITTEN = re.compile(rf"([\r\b])|\x1b\[(\d{{0,9}})([CDGJK])|{_ESCAPE}|([^\r\b\x1b]+|.)")
# Material's code annotations, alone in a comment at the end of a line
_ANNOTATIONS = re.compile(
    r"(?<![ \t])[ \t]*(?:#|//|--|;|%|<!--|/\*)(?:[ \t]*\(\d+\)!?)+[ \t]*(?:-->|\*/)?[ \t]*$",
    re.MULTILINE,
)


def as_seen(text: str) -> str:
    """Return output as a reader sees it: without escape codes, and what was written over."""
    lines = (_last_written(line) if _MOVES.search(line) else line for line in text.split("\n"))
    return _ESCAPES.sub("", "\n".join(lines))


def _last_written(line: str) -> str:
    """Return what a terminal shows of a line in which the cursor moves (ECMA-48)."""
    seen: list[str] = []
    column = 0
    for back, number, code, written in (part.groups() for part in _WRITTEN.finditer(line)):
        steps = int(number or 1) if code else 1
        if back:
            column = 0 if back == "\r" else max(column - 1, 0)
        elif code == "G":
            column = min(max(steps - 1, 0), _COLUMNS)
        elif code == "C":
            column = max(min(column + steps, _COLUMNS), column)
        elif code == "D":
            column = max(column - steps, 0)
        elif code and number == "1":
            seen[: column + 1] = " " * min(column + 1, len(seen))
        elif code:
            del seen[0 if number == "2" else column :]
        elif written:
            seen += " " * (column - len(seen))
            seen[column : column + len(written)] = written
            column += len(written)
    return "".join(seen)


def without_annotations(text: str) -> str:
    """Return `text` without Material's code annotations, such as `# (1)!` at the end of a line."""
    return _ANNOTATIONS.sub("", text)


def has_any_lines(text: str) -> bool:
    """Return whether a line of `text` stands for any lines."""
    return any(_ANY_LINES.fullmatch(line) for line in text.splitlines())


def shares_line(expected: str, *printed: str) -> bool:
    """Return whether a line of `expected` with a word in it was printed as it is."""
    lines = {line for text in printed for line in _lines(text)}
    return any(
        line in lines and _WORD.match(line) for line in _lines(without_annotations(expected))
    )


def is_shown_by(expected: str, output: str, errors: str = "") -> bool:
    """Return whether a page that shows `expected` is right about either stream, or both.

    A terminal shows the lines of both streams, in an order that they do not tell.
    """
    if is_shown(expected, output):
        return True
    if not errors.strip():
        return False
    apart = (errors, f"{output.rstrip()}\n{errors}", f"{errors.rstrip()}\n{output}")
    return any(is_shown(expected, text) for text in apart) or _is_mixed(expected, output, errors)


def _is_mixed(expected: str, output: str, errors: str) -> bool:
    """Return whether the lines of `expected` are those of both streams, each in its order."""
    lines, ours, theirs = _lines(without_annotations(expected)), _lines(output), _lines(errors)
    if len(lines) != len(ours) + len(theirs):
        return False
    counts = {0}  # how many lines of `ours` the lines so far may have taken
    for number, line in enumerate(lines):
        counts = {
            count + step
            for count in counts
            for step, stream, at in ((1, ours, count), (0, theirs, number - count))
            if at < len(stream) and is_shown_text(line, stream[at])
        }
    return len(ours) in counts


def is_shown(expected: str, actual: str) -> bool:
    """Return whether a page that shows `expected` is right about the output `actual`.

    White space at the ends of lines, escape codes and code annotations do not count. A line `...`
    stands for any lines, and `...` in a line for any text. A tab may be as wide as in a terminal.
    """
    texts = {expected, without_annotations(expected)}
    outputs = {actual, as_seen(actual).expandtabs()}
    return any(_is_shown(text, output) for text in texts for output in outputs)


def _is_shown(expected: str, actual: str) -> bool:
    rest = _lines(actual)
    first, *others = _sections(expected)
    if not others:
        return _are_shown(first, rest, 0) and len(rest) == len(first)
    *middle, last = others
    if len(rest) < len(first) + len(last) or not _are_shown(first, rest, 0):
        return False
    if not _are_shown(last, rest, len(rest) - len(last)):
        return False
    rest = rest[len(first) : len(rest) - len(last)]
    text = "\n".join(["", *rest, ""])
    breaks = [*accumulate((len(line) + 1 for line in rest), initial=0)]  # before each line
    start = 0
    for section in filter(None, middle):  # each at its first place: most lines are left then
        if any(map(_ANY_TEXT.search, section)):
            places = range(start, len(rest) - len(section) + 1)
            place = next((at for at in places if _are_shown(section, rest, at)), None)
            if place is None:
                return False
        else:  # at once, which takes linear time
            offset = text.find("\n".join(["", *section, ""]), breaks[start])
            if offset < 0:
                return False
            place = bisect_left(breaks, offset)
        start = place + len(section)
    return True


def _are_shown(section: Sequence[str], lines: Sequence[str], at: int) -> bool:
    """Return whether the lines of `section` are right about those at `at`."""
    return len(lines) - at >= len(section) and all(
        is_shown_text(line, lines[at + number]) for number, line in enumerate(section)
    )


def is_shown_text(expected: str, actual: str) -> bool:
    """Return whether `expected`, in which `...` stands for any text, is right about `actual`."""
    if expected == actual:
        return True
    first, *others = _ANY_TEXT.split(expected)
    if not others:
        return False
    *middle, last = others
    end = len(actual) - len(last)
    if not actual.startswith(first) or not actual.endswith(last):
        return False
    start = len(first)
    for part in middle:  # each at its first place, as for lines
        place = actual.find(part, start, end)
        if place < 0:
            return False
        start = place + len(part)
    return start <= end


def difference(expected: object, actual: object, at: str = "") -> str:
    """Return the first difference between data that a page shows and data that was printed.

    `...` in a string stands for any text, and a string `...` for any value. A mark stands for any
    keys or items. `at` is the way to the data, such as `.items[0]`.
    """
    if isinstance(expected, str) and _ANY_LINES.fullmatch(expected):
        return ""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _difference_of_keys(expected, actual, at)
    if isinstance(expected, list) and isinstance(actual, list):
        return _difference_of_items(expected, actual, at)
    if _is_same(expected, actual):
        return ""
    return f"{at or 'it'} is {actual!r} in the output, but {expected!r} on the page"


def _difference_of_keys(expected: dict[Any, object], actual: dict[Any, object], at: str) -> str:
    """Return the first difference; a mark stands for any keys."""
    keys = [key for key in expected if not _is_mark(key)]
    for key in (*keys, *(actual if len(keys) == len(expected) else ())):
        if key not in actual:
            return f"the output does not have {at}.{key}"
        if key not in expected:
            return f"the page does not show {at}.{key}"
    return _first(difference(expected[key], actual[key], f"{at}.{key}") for key in keys)


def _difference_of_items(expected: Sequence[object], actual: Sequence[object], at: str) -> str:
    """Return the first difference; a mark stands for any items."""
    if any(map(_is_mark, expected)):
        is_right = _are_items(expected, actual)
        return "" if is_right else f"{at or 'the list'} does not have the items of the page"
    if len(expected) != len(actual):
        return f"{at or 'the list'} has {len(actual)} items, but the page shows {len(expected)}"
    pairs = enumerate(zip(expected, actual, strict=True))
    return _first(difference(ours, theirs, f"{at}[{number}]") for number, (ours, theirs) in pairs)


def _is_mark(part: object) -> bool:
    return isinstance(part, str) and _MARK.fullmatch(part) is not None


def _are_items(expected: Sequence[object], actual: Sequence[object]) -> bool:
    """Return whether a list, in which a mark stands for any items, is right about `actual`."""
    counts = {0}  # how many of the items may have been taken so far
    for item in expected:
        if _is_mark(item):
            counts = {*range(min(counts, default=len(actual) + 1), len(actual) + 1)}
        else:
            following = (count for count in counts if count < len(actual))
            counts = {count + 1 for count in following if not difference(item, actual[count])}
    return len(actual) in counts


def _first(differences: Iterable[str]) -> str:
    return next(filter(None, differences), "")


def _is_same(expected: object, actual: object) -> bool:
    if isinstance(expected, str) and isinstance(actual, str):
        return is_shown_text(expected, as_seen(actual))
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    return expected == actual or (
        expected != expected and actual != actual
    )  # a number that is none


def _sections(expected: str) -> list[list[str]]:
    """Return the lines between those that stand for any lines."""
    sections: list[list[str]] = [[]]
    for line in _lines(expected):
        if _ANY_LINES.fullmatch(line):
            sections.append([])
        else:
            sections[-1].append(line)
    return sections


def _lines(text: str) -> list[str]:
    text = as_seen(text).expandtabs(4)  # Markdown makes four spaces of a tab
    if _TRACEBACK in text:
        text = _UNDERLINES.sub("", text)
    return [line.rstrip() for line in text.strip("\n").split("\n")]
