"""Reads a file again only if it was modified; writes a file completely or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar

Content = TypeVar("Content")


def cached_until_modified(read: Callable[[Path], Content]) -> Callable[[Path], Content]:
    """Return `read`, whose result is kept until the file's time or size changes.

    Zensical calls the pluglet, and so reads each file, once for each page. Raises `OSError` if
    there is no such file.
    """

    @cache
    def read_version(file: Path, _modified: int, _size: int) -> Content:
        return read(file)

    @wraps(read)
    def read_file(file: Path) -> Content:
        state = file.stat()
        return read_version(file, state.st_mtime_ns, state.st_size)

    return read_file


def write_atomically(file: Path, text: str) -> None:
    """Write `text` into `file`, whole or not at all; raises `OSError`."""
    handle, name = tempfile.mkstemp(prefix=f".{file.stem}-", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink()
        raise
