"""The client script and its style: files that a site keeps among its own.

Neither site generator lets a pluglet add a file to a site, so they are copied into the site's
documentation once, and the check reports copies that differ from this version's.

The script is written in modules (`script/*.mjs`), of which esbuild makes one small file
(`make live`), so that a page makes one request.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..problem import Problem

# The file names, wherever a site keeps them.
_SCRIPT, _STYLE = "live.js", "live.css"
# Under these keys a site lists them.
_SCRIPTS, _STYLES = "extra_javascript", "extra_css"
_LIVE = re.compile(r"(?<![a-z])live(?![a-z])")
_FOLDER = files(__package__)


@cache
def early_script() -> str:
    """Return what runs in each page where the form will be, before the page is painted."""
    return (_FOLDER / "early.js").read_text(encoding="utf-8").strip()


@cache
def _shipped() -> dict[str, bytes]:
    """Return the files by name."""
    return {name: (_FOLDER / name).read_bytes() for name in (_STYLE, _SCRIPT)}


def copy_to(folder: Path) -> list[Path]:
    """Write the files into `folder`, which is made if it is missing; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _shipped().items():
        (folder / name).write_bytes(content)
    return [folder / name for name in sorted(_shipped())]


def other_copies(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem for each file of ours that is missing, or differs from this version's.

    `config` is the site's configuration, as MkDocs has it.
    """
    docs, root = Path(config["docs_dir"]), Path(config["config_file_path"]).parent
    for path in (*_paths(config, _STYLES), *_paths(config, _SCRIPTS)):
        if path.name not in _shipped() or path.is_absolute():
            continue
        if path.parts[0].lower() in ("http:", "https:"):
            continue
        copy = docs / path
        folder = Path(os.path.relpath(copy.parent, root)).as_posix()
        fix = f"run python -m mkdocs_macros_runbook assets {folder}"
        if not copy.is_file():
            yield Problem(f"{folder}/{path.name}", "the file is missing", fix)
        elif copy.read_bytes().replace(b"\r\n", b"\n") != _shipped()[path.name]:
            message = "the file differs from that of the installed mkdocs-macros-runbook"
            yield Problem(f"{folder}/{path.name}", message, fix)


def _paths(config: Mapping[str, Any], key: str) -> list[Path]:
    """Return the files that are listed under `key`; a script may be a mapping."""
    listed = config.get(key) or ()
    return [Path(one["path"] if isinstance(one, dict) else str(one)) for one in listed]


def has_script(config: Mapping[str, Any]) -> bool:
    """Return whether the site lists the client script."""
    return any(path.name == _SCRIPT for path in _paths(config, _SCRIPTS))


def form_warning(config: Mapping[str, Any]) -> str:
    """Return why readers get no form, no style, or their values late; empty if nothing is wrong."""
    scripts, styles = _paths(config, _SCRIPTS), _paths(config, _STYLES)
    names = [path.name for path in scripts]
    style_folders = {path.parent for path in styles if path.name == _STYLE}
    if _SCRIPT not in names:
        renamed = next((name for name in names if _LIVE.search(name)), None)
        if renamed:
            return f"there is no form: rename {renamed} to {_SCRIPT} under {_SCRIPTS}"
        both = "" if style_folders else f", and {_STYLE} to {_STYLES}"
        return f"there is no form: add {_SCRIPT} to {_SCRIPTS}{both}"
    script = config[_SCRIPTS][names.index(_SCRIPT)]
    kind = script.get("type") if isinstance(script, dict) else getattr(script, "type", "")
    if kind == "module":
        return f"there is no form: remove `type: module` from {_SCRIPT} under {_SCRIPTS}"
    if not style_folders:
        return f"the form has no style: add {_STYLE} to {_STYLES}"
    if scripts[names.index(_SCRIPT)].parent not in style_folders:  # early.js knows only the style
        late = "each page first shows the publisher's values"
        return f"{late}: keep {_STYLE} and {_SCRIPT} in the same folder"
    return ""
