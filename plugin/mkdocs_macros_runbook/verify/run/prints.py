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


class Prints:
    """Records what the block itself prints or writes, and prints it."""

    def __init__(self, file: str) -> None:
        #: each call of `print`, and each line that something else writes: see program.py
        self.records: list[tuple[list[int], str, list[tuple[str, bool]], str, bool]] = []
        self._file, self.real, self._is_printing, self._line = file, builtins.print, False, ""

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
        streams = sys.stdout, sys.stderr
        for stream in streams:
            stream.write = self._writer(stream.write)  # type: ignore[method-assign]
        try:
            yield
        finally:
            builtins.print = self.real
            for stream in streams:
                del stream.write

    def _writer(self, write: Callable[[str], int]) -> Callable[[str], int]:
        """Return what writes, and records each line that `print` does not write."""

        def write_and_record(text: str) -> int:
            numbers, frame = list[int](), None if self._is_printing else sys._getframe(1)
            while frame:  # also the caller of a function that writes
                if frame.f_code.co_filename == self._file:
                    numbers.append(frame.f_lineno)
                frame = frame.f_back
            if numbers:
                *lines, self._line = (self._line + text).split("\n")
                self.records += ((numbers, "", [(line, True)], line, False) for line in lines)
            return write(text)

        return write_and_record


def _text(value: Any) -> str:
    """Return what a page shows for a printed value: a set is sorted, as by pytest-examples."""
    if type(value) is set and value:
        try:
            members = sorted(value)
        except TypeError:  # they cannot be compared
            members = sorted(value, key=repr)
        return f"{{{', '.join(map(repr, members))}}}"
    return str(value)
