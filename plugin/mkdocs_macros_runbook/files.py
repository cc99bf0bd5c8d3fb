"""Reads and writes files: again only if modified, whole or not at all; what they inherit."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

Content = TypeVar("Content")
#: how the names of pages end, for MkDocs
PAGES = (".md", ".markdown", ".mdown", ".mkd", ".mkdn")


def cached_until_modified(read: Callable[[Path], Content]) -> Callable[[Path], Content]:
    """Return `read`, whose result is kept until the file's time or size changes.

    Zensical calls the pluglet, and so reads each file, once for each page. Raises `OSError` if
    there is no such file.
    """

    last: dict[Path, tuple[tuple[int, int], Content]] = {}

    @wraps(read)
    def read_file(file: Path) -> Content:
        state = file.stat()
        version = state.st_mtime_ns, state.st_size
        if file not in last or last[file][0] != version:
            last[file] = version, read(file)
        return last[file][1]

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
        if base := path_setting("INHERIT", texts[file]):
            file = file.parent / base
    return texts


def path_setting(key: str, text: str) -> str:
    """Return the path that a configuration has at its top level, without loading it; or nothing."""
    setting = re.search(rf"^{key}: *(?:([\"'])(.*?)\1|([^\s\"'#]+))", text, re.MULTILINE)
    return (setting[2] or setting[3] or "") if setting else ""


def pages_in(docs: Path) -> list[Path]:
    """Return the files of a folder of pages that are pages by their names; none that is hidden."""
    files = (file for file in docs.rglob("*.m*") if file.suffix in PAGES and file.is_file())
    return sorted(
        file for file in files if not any(part[0] == "." for part in file.relative_to(docs).parts)
    )


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
