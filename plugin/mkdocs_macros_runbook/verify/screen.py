"""What a terminal shows of output: its escape codes are obeyed."""

from __future__ import annotations

import re

# colors and cursor movements; titles and links, which end with a bell or a string terminator
_ESCAPE = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-Z\\^-~])"
_ESCAPES = re.compile(_ESCAPE)
# where the cursor moves in a line, or a part of it is erased
_COLUMNS = 10_000  # no terminal is wider
_MOVES = re.compile(r"[\r\b]|\x1b\[\d{0,9}[CDGJK]")
_PARTS = re.compile(rf"([\r\b])|\x1b\[(\d{{0,9}})([CDGJK])|{_ESCAPE}|([^\r\b\x1b]+|.)")


def on_screen(text: str) -> str:
    """Return output as a reader sees it: without escape codes, and without what they erase."""
    lines = (_line_on_screen(line) if _MOVES.search(line) else line for line in text.split("\n"))
    return _ESCAPES.sub("", "\n".join(lines))


def _line_on_screen(line: str) -> str:
    """Return what a terminal shows of a line in which the cursor moves (ECMA-48)."""
    cells: list[str] = []
    column = 0
    for back, number, code, text in (part.groups() for part in _PARTS.finditer(line)):
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
            cells[: column + 1] = " " * min(column + 1, len(cells))
        elif code:
            del cells[0 if number == "2" else column :]
        elif text:
            cells += " " * (column - len(cells))
            cells[column : column + len(text)] = text
            column += len(text)
    return "".join(cells)
