"""Guides near pytest's folder that it does not verify: one line says what to do."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ...files import path_setting, with_inherited

#: as MkDocs looks for its configuration
DEFAULT_CONFIGS = ("mkdocs.yml", "mkdocs.yaml")
ZENSICAL = "zensical.toml"
#: also those of sites in other languages, say, which are built with `mkdocs build -f`
_CONFIGS = "mkdocs*.y*ml"
_GUIDE = re.compile(
    r"mkdocs_macros_runbook|\bextra\.runbook\b|(^\s+|{\s*)runbook:\s*({|$)", re.MULTILINE
)


def not_verified(page: Path, root: Path, own: Path | None) -> tuple[str, str] | None:
    """Return the configuration of the guide of `page`, and what to do to verify it.

    `root` is pytest's folder, `own` the configuration that it uses. Return `None` if there is no
    guide.
    """
    files = _configurations_above(page.parent)
    if not files or own in files:  # another site may have its pages here
        others = {*files, *_guides_in(root)} - {own}
        files = tuple(file for file in sorted(others) if _has_page(file, page))
    file = next((file for file in files if _GUIDE.search(_text(file))), None)
    return _line(file, root) if file else None


def below(root: Path, own: Path | None) -> Iterator[tuple[str, str]]:
    """Yield the guides up to two folders below `root`, and what to do to verify them.

    One whose pages are those of another, or of the configuration that pytest uses, is not named.
    """
    by_pages: dict[Path, Path] = {}
    files = (*_guides_in(root), *_guides_in(root, "[!.]*/[!.]*"))
    for file in sorted(files, key=lambda file: file.name not in DEFAULT_CONFIGS):
        by_pages.setdefault(folder_of_pages(file), file)
    if own:
        by_pages.pop(folder_of_pages(own), None)
    yield from (_line(file, root) for pages, file in by_pages.items() if pages.is_dir())


def beside(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the guides in folders beside `root`, and what to do to verify them."""
    yield from (_line(file, root) for file in _guides_in(root.parent) if file.parent != root)


def folder_of_pages(file: Path) -> Path:
    """Return the folder of the pages of the site that `file` configures, without loading it."""
    folder = file.parent / (path_setting("docs_dir", _text(file)) or "docs")
    return Path(os.path.abspath(folder))  # noqa: PTH100 (pytest does not follow links either)


def _line(file: Path, root: Path) -> tuple[str, str]:
    name = os.path.relpath(file, root)
    if file.name == ZENSICAL:
        return name, f"{name}: its pages are not verified; write the configuration as mkdocs.yml"
    docs = os.path.relpath(folder_of_pages(file))
    if file.is_relative_to(root):
        command = f"pytest -o runbook_config={name} {docs}"
        fix = f"run `{command}`, or set runbook_config in pytest's settings"
        return name, f"{name}: its pages are not verified; {fix}"
    command = f"pytest --rootdir={os.path.relpath(file.parent)}"
    if file.name not in DEFAULT_CONFIGS:
        command += f" -o runbook_config={file.name}"
    return name, f"{name}: its pages are not verified; run `{command} {docs}`"


@cache
def _guides_in(folder: Path, folders: str = "*") -> tuple[Path, ...]:
    """Return the configurations of guides in the `folders` of `folder`."""
    files = sorted(folder.glob(f"{folders}/{_CONFIGS}"))
    return tuple(file for file in files if file.is_file() and _GUIDE.search(_text(file)))


@cache
def _configurations_above(folder: Path) -> tuple[Path, ...]:
    """Return the configurations in the nearest folder around `folder` that has any."""
    named = [folder / name for name in DEFAULT_CONFIGS]
    files = dict.fromkeys([*named, *sorted(folder.glob(_CONFIGS)), folder / ZENSICAL])
    there = tuple(filter(Path.is_file, files))
    return there if there or folder == folder.parent else _configurations_above(folder.parent)


def _has_page(file: Path, page: Path) -> bool:
    """Return whether `file` names a folder of pages that `page` is in."""
    return bool(path_setting("docs_dir", _text(file))) and page.is_relative_to(
        folder_of_pages(file)
    )


@cache
def _text(file: Path) -> str:
    """Return the text of a configuration, followed by those that it inherits from."""
    return "\n".join(with_inherited(file).values())
