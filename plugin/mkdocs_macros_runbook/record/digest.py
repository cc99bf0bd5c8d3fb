"""Digests: of what a block shows, and of files, so that a change is noticed."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from itertools import filterfalse
from pathlib import Path

from ..files import cached_until_modified
from .record_file import FILE

#: the folder of the scripts that pages show
SCRIPTS = "scripts"
#: what programs leave in folders, also this one: a record that it is writing, or cannot read
_LEFT_BY_PROGRAMS = re.compile(
    r"\.(git|cache|venv|verification[-.].+|.+_cache|DS_Store|.+\.sw[a-p])|__pycache__|node_modules"
).fullmatch


def digest(content: object) -> str:
    """Return a digest of JSON types: 16 hexadecimal digits."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=repr)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def _files_in(root: Path, names: Iterable[str]) -> Iterator[Path]:
    """Yield the files that `names` mean below `root`: files, and all files in folders.

    Folders may be links. What programs leave is left out.
    """
    for name in names:
        path = root / name
        if path.is_file():
            yield path
        seen = set[str]()  # a link may lead to a folder above it
        for folder, folders, files in os.walk(path, followlinks=True):
            real = os.path.realpath(folder)
            folders[:] = () if real in seen else sorted(filterfalse(_LEFT_BY_PROGRAMS, folders))
            for one in () if real in seen else sorted(filterfalse(_LEFT_BY_PROGRAMS, files)):
                if (file := Path(folder, one)).is_file():
                    yield file
            seen.add(real)


def files_digest(root: Path, names: Iterable[str], without: str = "") -> str:
    """Return a digest of the files and folders below `root`: names, contents, who may execute.

    Files with the name `without` are left out.
    """
    files = (file for file in _files_in(root, names) if file.name != without)
    return digest(
        [(_name(file, root), _content_digest(file), os.access(file, os.X_OK)) for file in files]
    )


def dependencies_digest(root: Path, against: str, depends_on: Iterable[str] | None) -> str:
    """Return a digest of the files that the blocks of a site depend on, and of its scripts.

    With another text of `against`, the results would be said to prove what they do not.
    The record, which each run writes, is left out.
    """
    files = files_digest(root, [*(depends_on or ()), SCRIPTS], without=FILE)
    return digest([against, files])


def _name(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name


@cached_until_modified
def _content_digest(file: Path) -> str:
    """Return a digest of a file's content."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def source_digest(file: Path, common_source: object) -> str:
    """Return a digest of a page's file, and of what all pages have in common; empty if no file."""
    return digest([files_digest(file.parent, [file.name]), common_source]) if file.is_file() else ""
