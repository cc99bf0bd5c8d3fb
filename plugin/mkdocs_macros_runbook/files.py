"""Reads and writes files: again only if modified, whole or not at all; what they inherit."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import TypeVar

Content = TypeVar("Content")
_INHERIT = re.compile(r"^INHERIT: *[\"']?([^\s\"'#]+)", re.MULTILINE)


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


def with_inherited(config_file: Path) -> dict[Path, str]:
    """Return the text of a configuration of MkDocs, then those that it inherits from, by file.

    A file that cannot be read is left out.
    """
    texts: dict[Path, str] = {}
    file = config_file
    while file not in texts:
        try:
            texts[file] = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            break
        if base := _INHERIT.search(texts[file]):
            file = file.parent / base[1]
    return texts


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
