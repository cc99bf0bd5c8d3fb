"""Digests: of what a block shows, and of files, so that a change is noticed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..files import cached_until_modified
from .record_file import FILE

#: the folder of the scripts that pages show
SCRIPTS = "scripts"
#: what programs leave in folders
_LEFT_BY_PROGRAMS = ("__pycache__", "node_modules")


def digest(content: object) -> str:
    """Return a digest of JSON types: 16 hexadecimal digits."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=repr)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def _files_in(root: Path, names: Iterable[str]) -> Iterator[Path]:
    """Yield the files that `names` mean below `root`: files, and all files in folders.

    Hidden files, and what programs leave, are left out.
    """
    for name in names:
        path = root / name
        if path.is_file():
            yield path
        for file in sorted(path.rglob("*")) if path.is_dir() else ():
            inside = file.relative_to(path).parts
            hidden = any(part.startswith(".") or part in _LEFT_BY_PROGRAMS for part in inside)
            if file.is_file() and not hidden:
                yield file


def files_digest(root: Path, names: Iterable[str], without: str = "") -> str:
    """Return a digest of the contents of files and folders below `root`, and of their names.

    Files with the name `without` are left out.
    """
    files = (file for file in _files_in(root, names) if file.name != without)
    return digest([(_name(file, root), _content_digest(file)) for file in files])


def dependencies_digest(root: Path, depends_on: Iterable[str] | None) -> str:
    """Return a digest of the files that the blocks of a site depend on, and of its scripts.

    The record, which each run writes, is left out.
    """
    return files_digest(root, [*(depends_on or ()), SCRIPTS], without=FILE)


def _name(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name


@cached_until_modified
def _content_digest(file: Path) -> str:
    """Return a digest of a file's content."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def source_digest(file: Path, common_source: object) -> str:
    """Return a digest of a page's file, and of what all pages have in common; empty if no file."""
    return digest([files_digest(file.parent, [file.name]), common_source]) if file.is_file() else ""
