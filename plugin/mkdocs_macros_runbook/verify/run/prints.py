"""What a Python block prints: each call of `print`, and each line that something else writes.

The server imports this file by its name alone, like `python_block.py`, which uses it.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any

#: a call of `print`: its line, its separator, each value as text with whether it is a `str`, what
#: is printed, and `True`; or with `False`, a line that something else writes, and the lines of the
#: calls that led there, the innermost first
Print = tuple[list[int], str, list[tuple[str, bool]], str, bool]


class Prints:
    """Records what the block itself prints or writes, and prints it."""

    def __init__(self, file: str) -> None:
        self.records: list[Print] = []
        self._file, self.real, self._is_printing = file, builtins.print, False

    def __call__(self, *values: Any, sep: str | None = " ", **named: Any) -> None:
        caller = sys._getframe(1)
        file = named.get("file") or sys.stdout
        # another wrapper of it is it, too
        is_wrapper = type(file) is TextIOWrapper and not file.closed and file.buffer is self._buffer
        is_output = file is self._stdout or is_wrapper
        is_printing = is_output and caller.f_code.co_filename == self._file
        if is_printing and (sep is None or isinstance(sep, str)):
            texts = [(_text(value), isinstance(value, str)) for value in values]
            pairs = zip(values, texts, strict=True)  # Python too converts each value once
            values = tuple(str(one) if type(one) is set else text for one, (text, _) in pairs)
            separator = " " if sep is None else sep
            printed = separator.join(values)
            if named.get("end") == "":  # as for the lines of a file, which have their own ends
                printed = printed.removesuffix("\n")
            self.records.append(([caller.f_lineno], separator, texts, printed, True))
        before, self._is_printing = self._is_printing, is_printing
        try:
            self.real(*values, sep=sep, **named)
        finally:
            self._is_printing = before

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record until the end what is printed, and what is written to the streams."""
        builtins.print, self._stdout, self._buffer = self, sys.stdout, sys.stdout.buffer
        streams = {sys.stdout: _Line(), sys.stderr: _Line()}
        for stream, line in streams.items():
            stream.write = self._writer(stream.write, line)  # type: ignore[method-assign]
        try:
            yield
        finally:
            builtins.print = self.real
            for stream, line in streams.items():
                del stream.write
                self._end(line)

    def _end(self, line: _Line) -> None:
        """Record a line that was begun."""
        if line.text:
            self.records.append((line.numbers, "", [(line.text, True)], line.text, False))
            line.text = ""

    def _writer(self, write: Callable[[str], int], line: _Line) -> Callable[[str], int]:
        """Return what writes, and records each line that `print` does not write.

        What is written after the last of them is in `line`.
        """

        def write_and_record(text: str) -> int:
            numbers, frame = list[int](), None if self._is_printing else sys._getframe(1)
            while frame:  # also the caller of a function that writes
                if frame.f_code.co_filename == self._file:
                    numbers.append(frame.f_lineno)
                frame = frame.f_back
            if numbers:
                *lines, line.text = (line.text + text).split("\n")
                self.records += ((numbers, "", [(one, True)], one, False) for one in lines)
                line.numbers = numbers
            elif self._is_printing and "\n" in text:
                self._end(line)
            return write(text)

        return write_and_record


class _Line:
    """A line that a stream begins and does not end, and the calls that wrote last to it."""

    def __init__(self) -> None:
        self.text, self.numbers = "", list[int]()


def _text(value: Any) -> str:
    """Return what a page shows for a printed value: a set is sorted, as by pytest-examples."""
    if type(value) is set and value:
        try:
            members = sorted(value)
        except TypeError:  # they cannot be compared
            members = sorted(value, key=repr)
        return f"{{{', '.join(map(repr, members))}}}"
    return str(value)
