"""The records of several jobs, merged into one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .record import Record, read, write


def merge(into: Path, others: Sequence[Path]) -> None:
    """Add the records in `others` to the one in `into`; raises `ValueError`, naming the file."""
    merged = Record()
    for file in (into, *others):
        if file is not into and not file.is_file():
            raise ValueError(f"{file}: there is no such file")
        try:
            merged = merged.merged(read(file))
        except ValueError as error:
            raise ValueError(f"{file}: not a verification record ({error})") from None
    if any((into.parent / page).is_file() for page in merged.pages):
        merged = merged.pruned(into.parent)
    write(into, merged)
