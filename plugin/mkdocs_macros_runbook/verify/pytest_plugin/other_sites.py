"""Guides near pytest's folder that it does not verify: one line says what to do."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import chain
from pathlib import Path

#: as MkDocs looks for its configuration
DEFAULT_CONFIGS = ("mkdocs.yml", "mkdocs.yaml")
ZENSICAL = "zensical.toml"
_GUIDE = re.compile(rb"mkdocs_macros_runbook|(^\s+|{\s*)runbook:\s*({|$)", re.MULTILINE)


def not_verified(page: Path, root: Path, own: Path) -> tuple[str, str] | None:
    """Return the configuration of the guide around `page`, and what to do to verify it.

    `root` is pytest's folder, `own` the configuration that it uses. Return `None` if there is no
    guide.
    """
    file = _configuration_above(page.parent)
    if file is None or file == own:
        return None
    name = os.path.relpath(file, root)
    if file.name == ZENSICAL:
        return name, f"{name}: its pages are not verified; write the configuration as mkdocs.yml"
    command = f"pytest -o runbook_config={name}"
    if not file.is_relative_to(root):
        command = f"pytest --rootdir={os.path.relpath(file.parent)}"
    fix = f"run `{command}`, or set runbook_config in pytest's settings"
    return name, f"{name}: its pages are not verified; {fix}"


def beside(root: Path) -> Iterator[tuple[str, str]]:
    """Return the guides in folders beside `root`, and what to do to verify them."""
    files = [root.parent.glob(f"*/{name}") for name in DEFAULT_CONFIGS]
    for file in sorted(chain.from_iterable(files)):
        with suppress(OSError):  # not everyone may read the file
            if file.parent != root and _GUIDE.search(file.read_bytes()):
                path = os.path.relpath(file.parent, root)
                command = f"pytest --rootdir={path} {path}"
                name = f"{path}/{file.name}"
                yield name, f"{name}: its pages are not verified; run `{command}`"


@cache
def _configuration_above(folder: Path) -> Path | None:
    """Return the configuration of the nearest site around `folder`, if that is a guide."""
    for name in (*DEFAULT_CONFIGS, ZENSICAL):
        file = folder / name
        if file.is_file():
            return file if b"runbook" in file.read_bytes() else None
    return _configuration_above(folder.parent) if folder != folder.parent else None
