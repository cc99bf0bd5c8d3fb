"""The client script and its style: files that a site keeps among its own.

Neither site generator lets a pluglet add a file to a site, so they are copied into the site's
documentation once, and the check reports copies that differ from this version's.

The script is written in modules (`script/*.mjs`) and shipped as one file, so that a page makes one
request: the modules in the order of their imports, in one function, without comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..problem import Problem

#: the client script, by its file name wherever a site keeps it
SCRIPT = "live.js"
_LIVE = re.compile(r"(?<![a-z])live(?![a-z])")
_STYLE = "live.css"
_HEAD = "// from live/script"
_FOLDER = files(__package__)
_IMPORT = re.compile(r'^import .* from "\./(\w+\.mjs)";\n', re.MULTILINE)
# a line, or lines, of nothing but a comment; the end of a line; blank lines and indentation
_COMMENT = re.compile(r"^\s*(?:/\*.*?\*/|//[^\n]*)\n| +//[^\n]*$|^\s+", re.MULTILINE | re.DOTALL)
# strings and regular expressions, which stay; space and semicolons that separate nothing
_SPACE = re.compile(
    r'("[^"\n]*"|`[^`\n]*`|(?<=[ (\n])/(?![ /*])(?:\\.|\[(?:\\.|[^]\n])*\]|[^/\n\\[])+/)'
    r"| ?([]=!<>&|?:+,;(){}[]) ?(?:(?<=[]=>&|?:+,;(){}[])\n)?|;?\n(?=[})\]?])"
)


def script() -> str:
    """Return the client script as it is shipped."""
    text = "".join(_modules("start.mjs", set()))
    text = _bare(re.sub(r"^export ", "", text, flags=re.MULTILINE))
    text = text.replace("const ", "let ")  # which is shorter, and nothing is assigned to these
    return f"{_HEAD}\n(()=>{{{text}}})();\n"


@cache
def early_script() -> str:
    """Return what runs in each page where the form will be, before the page is painted."""
    return _bare((_FOLDER / "early.js").read_text(encoding="utf-8"))


def _bare(text: str) -> str:
    """Return a script without comments, indentation and most other space."""
    return _SPACE.sub(lambda part: part[1] or part[2] or "", _COMMENT.sub("", text))


def _modules(name: str, seen: set[str]) -> Iterator[str]:
    """Yield the module `name` without its imports, after those that it imports."""
    text = (_FOLDER / "script" / name).read_text(encoding="utf-8")
    seen.add(name)
    for other in _IMPORT.findall(text):
        if other not in seen:
            yield from _modules(other, seen)
    yield _IMPORT.sub("", text)


@cache
def _shipped() -> dict[str, bytes]:
    """Return the files by name."""
    return {_STYLE: (_FOLDER / _STYLE).read_bytes(), SCRIPT: script().encode()}


def copy_to(folder: Path) -> list[Path]:
    """Write the files into `folder`, which is made if it is missing; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in _shipped().items():
        (folder / name).write_bytes(content)
    return [folder / name for name in sorted(_shipped())]


def other_copies(docs: Path, named: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each file of ours that is missing, or differs from this version's.

    `docs` is the folder of pages, `named` what is listed under extra_css and extra_javascript.
    """
    for path in map(Path, named):
        if path.name not in _shipped():
            continue
        copy = docs / path
        folder = copy.parent.relative_to(docs.parent).as_posix()
        fix = f"run python -m mkdocs_macros_runbook assets {folder}"
        if not copy.is_file():
            yield Problem(f"{folder}/{path.name}", "the file is missing", fix)
        elif copy.read_bytes().replace(b"\r\n", b"\n") != _shipped()[path.name]:
            message = "the file is not from the installed version of mkdocs-macros-runbook"
            yield Problem(f"{folder}/{path.name}", message, fix)


def script_names(scripts: Iterable[Any]) -> list[str]:
    """Return the file names of what is listed under extra_javascript."""
    paths = (script["path"] if isinstance(script, dict) else str(script) for script in scripts)
    return [Path(path).name for path in paths]


def without_form(scripts: Sequence[Any], styles: Sequence[Any]) -> str:
    """Return why readers get no form, or no style for it; empty if all is well.

    `scripts` and `styles` are what is listed under extra_javascript and extra_css.
    """
    names = script_names(scripts)
    has_style = any(Path(str(style)).name == _STYLE for style in styles)
    if SCRIPT not in names:
        renamed = next((name for name in names if _LIVE.search(name)), None)
        if renamed:
            return f"there is no form: rename {renamed} to {SCRIPT} under extra_javascript"
        both = "" if has_style else f", and {_STYLE} to extra_css"
        return f"there is no form: add {SCRIPT} to extra_javascript{both}"
    script = scripts[names.index(SCRIPT)]
    kind = script.get("type") if isinstance(script, dict) else getattr(script, "type", "")
    if kind == "module":
        return f"there is no form: remove `type: module` from {SCRIPT} under extra_javascript"
    return "" if has_style else "the form has no style: add live.css to extra_css"
