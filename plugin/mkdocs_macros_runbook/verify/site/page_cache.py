"""The pages of a built site in a file, for other workers and for the next run.

To read them from HTML takes as long as to build the site.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...files import write_atomically
from ..block import Block, parts_from
from .built_page import BuiltPage


def load(file: Path, key: str = "") -> Mapping[str, BuiltPage] | None:
    """Return the pages in `file` by their paths; `None` if it has none that were saved as `key`."""
    try:
        content = json.loads(file.read_bytes())
        if content["key"] != key:
            return None
        return {path: _page(page) for path, page in content["pages"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(file: Path, pages: Mapping[str, BuiltPage], key: str = "") -> None:
    """Write the pages into `file`, whole or not at all; raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    by_path = {path: asdict(page) for path, page in pages.items()}
    write_atomically(file, json.dumps({"key": key, "pages": by_path}))


def _page(data: dict[str, Any]) -> BuiltPage:
    return BuiltPage(**{**data, "blocks": [_block(block) for block in data["blocks"]]})


def _block(data: dict[str, Any]) -> Block:
    attributes = {name: parts_from(parts) for name, parts in data["attributes"].items()}
    tabs = tuple((number, label) for number, label in data["tabs"])
    typed = {"parts": parts_from(data["parts"]), "tabs": tabs, "attributes": attributes}
    return Block(**{**data, **typed})
