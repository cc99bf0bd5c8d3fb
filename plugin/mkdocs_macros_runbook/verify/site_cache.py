"""Blocks of a built site, kept for the next run: while nothing changed, the site is not built."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .block import Block, Parts
from .built_page import BuiltPage


def load(file: Path, key: str) -> Mapping[str, BuiltPage] | None:
    """Return the pages in `file`, if they were kept under `key`."""
    try:
        kept = json.loads(file.read_bytes())
        if kept["key"] != key:
            return None
        return {path: _page(page) for path, page in kept["pages"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(file: Path, key: str, pages: Mapping[str, BuiltPage]) -> None:
    """Keep the pages in `file`; if it cannot be written, the next run builds the site."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as written:
            kept = {path: asdict(page) for path, page in pages.items()}
            json.dump({"key": key, "pages": kept}, written)
        Path(name).replace(file)


def _page(kept: dict[str, Any]) -> BuiltPage:
    return BuiltPage(**{**kept, "blocks": [_block(block) for block in kept["blocks"]]})


def _block(kept: dict[str, Any]) -> Block:
    attributes = {name: _parts(parts) for name, parts in kept["attributes"].items()}
    tabs = tuple((number, label) for number, label in kept["tabs"])
    changed = {"parts": _parts(kept["parts"]), "tabs": tabs, "attributes": attributes}
    return Block(**{**kept, **changed})


def _parts(kept: list[Any]) -> Parts:
    return tuple(part if isinstance(part, str) else (part[0], part[1]) for part in kept)
