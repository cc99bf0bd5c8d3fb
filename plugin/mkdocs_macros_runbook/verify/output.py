"""The output of a block as a terminal shows it, compared with what the page shows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence, Sized
from itertools import accumulate
from typing import TypeVar

Part = TypeVar("Part", bound=Sized)

_ANY_LINES = re.compile(r"\s*(?:\.\.\.|…)\s*")
_ANY_TEXT = re.compile(r"\.{3,}|…")
_TRACEBACK = "Traceback (most recent call last):"
# what failed in a line: it depends on the version of Python
_UNDERLINES = re.compile(r"^[ |]{4,}[~^][ ~^]*\n", re.MULTILINE)
_WORD = re.compile(r"[^#;]*\w")  # not in a comment
# Material's code annotations, alone in a comment at the end of a line
_ANNOTATIONS = re.compile(
    r"(?<![ \t])[ \t]*(?:#|//|--|;|%|<!--|/\*)(?:[ \t]*\(\d+\)!?)+[ \t]*(?:-->|\*/)?[ \t]*$",
    re.MULTILINE,
)
_HIDDEN_ANNOTATIONS = re.compile(_ANNOTATIONS.pattern.replace("!?", "!"), re.MULTILINE)
# colors and cursor movements; titles and links, which end with a bell or a string terminator
_ESCAPE = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-Z\\^-~])"
_ESCAPES = re.compile(_ESCAPE)
_UNSEEN = re.compile(r"[\x00\x07]")
# where the cursor moves in a line, or a part of it is erased
_MOVES = re.compile(r"[\r\b]|\x1b\[\d{0,9}[CDGJK]")
_PARTS = re.compile(rf"([\r\b])|\x1b\[(\d{{0,9}})([CDGJK])|{_ESCAPE}|([^\r\b\x1b]+|.)")
_COLUMNS = 10_000  # no terminal is wider
# `ls` of the files of a folder alone: with other options, each is on a line of its own
_LS = re.compile(r"(?:.*(?:&&|;) *)?ls(?: +(?!-\w*[lgmnosx1])[^\s|;&<>()$`#]+)*")
_METER_HEAD = "% Total "
# eight numbers, three times, and the speed
_METER_LINE = r" *\d+(?: +[\d.]+[kMGTP]?){7}[-:\ddh ]*[\d.]+[kMGTP]?\n"
_METER = re.compile(rf"^ *{_METER_HEAD}.*\n.*Dload .*\n(?:{_METER_LINE})*", re.MULTILINE)


def on_screen(text: str) -> str:
    """Return output as a reader sees it: without escape codes, and without what they erase."""
    lines = (_line_on_screen(line) if _MOVES.search(line) else line for line in text.split("\n"))
    return _UNSEEN.sub("", _ESCAPES.sub("", "\n".join(lines)))


def _line_on_screen(line: str) -> str:
    """Return what a terminal shows of a line in which the cursor moves (ECMA-48)."""
    cells: list[str] = []
    column = 0
    for back, number, code, text in (part.groups() for part in _PARTS.finditer(line)):
        if text := _UNSEEN.sub("", text or ""):
            cells += " " * (column - len(cells))
            cells[column : column + len(text)] = text
            column += len(text)
        elif code in ("J", "K") and number == "1":
            cells[: column + 1] = " " * min(column + 1, len(cells))
        elif code in ("J", "K"):
            del cells[0 if number == "2" else column :]
        elif back or code:
            steps = int(number or 1)
            forward, backward = column + steps, column - steps
            moves = {"\r": 0, "\b": backward, "C": forward, "D": backward, "G": steps - 1}
            column = min(max(moves[back or code], 0), max(column, _COLUMNS))
    return "".join(cells)


def as_copied(text: str) -> str:
    """Return `text` as readers copy it: Material takes off comments that are only `# (1)!`."""
    return _HIDDEN_ANNOTATIONS.sub("", text)


def without_annotations(text: str) -> str:
    """Return `text` without Material's code annotations, such as `# (1)!` at the end of a line."""
    return _ANNOTATIONS.sub("", text)


def stands_for_any_lines(line: str) -> bool:
    """Return whether a line of a page is `...`."""
    return _ANY_LINES.fullmatch(line) is not None


def has_any_lines(text: str) -> bool:
    """Return whether a line of `text` stands for any lines."""
    return any(map(stands_for_any_lines, text.splitlines()))


def shares_line(expected: str, *printed: str) -> bool:
    """Return whether a line of `expected` with a word in it was printed as it is."""
    lines = {line for text in printed for line in _lines(text)}
    return any(
        line in lines and _WORD.match(line) for line in _lines(without_annotations(expected))
    )


def matches_terminal(command: str, expected: str, output: str, errors: str = "") -> bool:
    """Return whether a terminal may show `expected` for what `command` printed on its streams.

    Blocks run without one, where `ls` prints no columns, and `curl` a progress meter.
    """
    if matches_streams(expected, output, errors):
        return True
    if "curl" in command and _METER_HEAD not in expected:
        return matches_streams(expected, _METER.sub("", f"{on_screen(output)}\n"), errors)
    if not _LS.fullmatch(command.strip()):
        return False
    shown, printed = (re.split(r"\n\s*\n", on_screen(text).strip()) for text in (expected, output))
    return len(shown) == len(printed) and all(map(_is_in_columns, shown, printed))


def _is_in_columns(shown: str, printed: str) -> bool:
    """Return whether `shown` has in columns what `ls` printed with a name on each line.

    Columns are filled from top to bottom, and names with spaces have quotation marks. What precedes
    the names is as it was printed: the name of a folder, or what other commands printed.
    """
    rows, lines = _lines(shown), _lines(printed)

    def is_row(number: int, start: int) -> bool:
        names = (re.escape(name) for name in lines[start:][number - start :: len(rows) - start])
        columns = r"\s+".join(f"(?:{name}|'{name}'|\"{name}\")" for name in names)
        return re.fullmatch(columns, rows[number].strip()) is not None

    return any(
        rows[:start] == lines[:start] and all(is_row(row, start) for row in range(start, len(rows)))
        for start in range(min(len(rows), len(lines)))
    )


def matches_streams(expected: str, output: str, errors: str = "") -> bool:
    """Return whether either stream, or both, match `expected`, which a page shows.

    A terminal shows the lines of both streams, in an order that they do not tell.
    """
    if matches(expected, output):
        return True
    if not errors.strip():
        return False
    apart = (errors, f"{output.rstrip()}\n{errors}", f"{errors.rstrip()}\n{output}")
    return any(matches(expected, text) for text in apart) or _is_mixed(expected, output, errors)


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
            if at < len(stream) and line_matches(line, stream[at])
        }
    return len(ours) in counts


def matches(expected: str, actual: str) -> bool:
    """Return whether the output `actual` matches `expected`, which a page shows.

    White space at the ends of lines, escape codes and code annotations do not count. A line `...`
    stands for any lines, and `...` in a line for any text. A tab may be as wide as in a terminal.
    """
    texts = {expected, without_annotations(expected)}
    outputs = {actual, on_screen(actual).expandtabs()}
    return any(_lines_match(text, output) for text in texts for output in outputs)


def _lines_match(expected: str, actual: str) -> bool:
    lines = _lines(actual)
    text = "\n".join(["", *lines, ""])
    breaks = [*accumulate((len(line) + 1 for line in lines), initial=0)]  # before each line

    def find(section: Sequence[str], start: int, end: int) -> int:
        if any(map(_ANY_TEXT.search, section)):
            places = range(start, end - len(section) + 1)
            size = len(section)
            fits = (at for at in places if all(map(line_matches, section, lines[at : at + size])))
            return next(fits, -1)
        # at once, which takes linear time
        offset = text.find("\n".join(["", *section, ""]), breaks[start], breaks[end] + 1)
        return offset if offset < 0 else bisect_left(breaks, offset)

    return _are_in_order(_sections(expected), len(lines), find)


def line_matches(expected: str, actual: str) -> bool:
    """Return whether `actual` matches `expected`, in which `...` stands for any text."""
    if expected == actual:  # of two streams, very many lines may be compared
        return True
    return _are_in_order(_ANY_TEXT.split(expected), len(actual), actual.find)


def _are_in_order(
    parts: Sequence[Part], length: int, find: Callable[[Part, int, int], int]
) -> bool:
    """Return whether something has these parts from start to end, with anything between them.

    It has a `length`, and `find` returns the first place of a part in a range of it, or -1.
    """
    first, *others = parts
    if not others:
        return len(first) == length and find(first, 0, length) == 0
    *middle, last = others
    start, end = len(first), length - len(last)
    if start > end or find(first, 0, start) != 0 or find(last, end, length) != end:
        return False
    for part in middle:  # each at its first place: most is left then
        place = find(part, start, end)
        if place < 0:
            return False
        start = place + len(part)
    return start <= end


def _sections(expected: str) -> list[list[str]]:
    """Return the lines between those that stand for any lines."""
    sections: list[list[str]] = [[]]
    for line in _lines(expected):
        if stands_for_any_lines(line):
            sections.append([])
        else:
            sections[-1].append(line)
    return sections


def _lines(text: str) -> list[str]:
    text = on_screen(text).expandtabs(4)  # Markdown makes four spaces of a tab
    if _TRACEBACK in text:
        text = _UNDERLINES.sub("", text)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n").split("\n")
