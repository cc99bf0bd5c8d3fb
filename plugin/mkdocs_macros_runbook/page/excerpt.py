"""Excerpts of companion scripts: a fence names a part of a script, and is filled in with it.

    ```python script="create.py#plan"
    ```

The part stands between `# --8<-- [start:plan]` and `# --8<-- [end:plan]`, the section markers of
pymdownx.snippets; without `#plan` it is the whole script. Markers are not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from ..problem import Problem, suggestion
from .fence import Fence, visible_fences
from .place import LineProblem

if TYPE_CHECKING:
    from jinja2 import Environment

_MARKER = re.compile(r"^[ \t]*#[ ]*--8<--[ ]*\[(?P<side>start|end):(?P<name>[\w-]+)\][ \t]*$")


def with_excerpts(source: str, folder: Path, jinja: Environment) -> str:
    """Return `source` with its excerpts filled in from `folder`; it must have no problem."""
    start, end = jinja.block_start_string, jinja.block_end_string
    raw, endraw = f"{start} raw {end}", f"{start} endraw {end}"
    text_of_start = f'{jinja.variable_start_string} "{start}" {jinja.variable_end_string}'
    end_of_raw = f"{endraw}{text_of_start}{raw}".replace("\\", "\\\\")
    lines = source.split("\n")
    for fence in reversed(_excerpt_fences(source)):
        name, _, part = fence.attributes["script"].partition("#")
        text = excerpts((folder / name).read_text(encoding="utf-8"))[part]
        # raw: braces in a script are not for Jinja, nor is an `endraw`
        text = re.sub(rf"{re.escape(start)}(?=[-+]?\s*endraw\b)", end_of_raw, text)
        code = f"{raw}{text}{endraw}".split("\n")
        lines[fence.first + 1 : fence.last] = [f"{fence.prefix}{line}".rstrip() for line in code]
    return "\n".join(lines)


def excerpt_problems(source: str, folder: Path) -> Iterator[LineProblem]:
    """Yield a problem for each excerpt that cannot be filled in."""
    for fence in _excerpt_fences(source):
        name, _, part = fence.attributes["script"].partition("#")
        line = fence.first + 1
        scripts = sorted(file.name for file in folder.glob("*") if file.is_file())
        if name not in scripts:
            message = f"there is no script {name!r} in {folder.name}/{suggestion(name, scripts)}"
            yield LineProblem(line, message, "use the name of a file in that folder")
            continue
        if fence.last > fence.first + 1:
            message = f"the block that shows {name} must be empty"
            yield LineProblem(line, message, "remove its content: the script fills it in")
            continue
        try:
            parts = excerpts((folder / name).read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            message = f"{folder.name}/{name} is not UTF-8 text"
            yield LineProblem(line, message, "save it as UTF-8, or name another file")
            continue
        except Problem as problem:
            message = f"{folder.name}/{name}:{problem.place}: {problem.message}"
            yield LineProblem(line, message, problem.fix)
            continue
        if part not in parts:
            message = f"there is no excerpt {part!r} in {folder.name}/{name}"
            markers = f"{_marker('start', part)} and {_marker('end', part)}"
            fix = f"mark it in the script with {markers}"
            if names := ", ".join(filter(None, parts)):
                fix = f"choose from: {names}"
            yield LineProblem(line, message, fix)


def _marker(side: str, name: str) -> str:
    return f"`# --8<-- [{side}:{name}]`"


def _excerpt_fences(source: str) -> list[Fence]:
    return [fence for fence in visible_fences(source) if "script" in fence.attributes]


def excerpts(script: str) -> dict[str, str]:
    """Return the named parts of a script without their markers, and the whole of it as `""`.

    Raises `Problem`, with the line as its place, if markers do not match.
    """
    parts = _lines_by_part(script)
    return {name: dedent("\n".join(lines.values())).strip("\n") for name, lines in parts.items()}


def lines_of(script: str, part: str) -> Iterable[int]:
    """Return the numbers of the lines of an excerpt, counted from 1."""
    return _lines_by_part(script).get(part, {})


def _lines_by_part(script: str) -> dict[str, dict[int, str]]:
    """Return the lines of each part of a script by their numbers."""
    parts: dict[str, dict[int, str]] = {"": {}}
    starts: dict[str, int] = {}  # the lines of the start markers
    for number, line in enumerate(script.splitlines(), start=1):
        marker = _MARKER.match(line)
        if marker is None:
            for name in ("", *starts):
                parts[name][number] = line
        elif marker["side"] == "start":
            if marker["name"] in parts:
                message = f"excerpt {marker['name']!r} starts twice"
                raise Problem(str(number), message, "give each excerpt a name of its own")
            parts[marker["name"]] = {}
            starts[marker["name"]] = number
        elif starts.pop(marker["name"], None) is None:
            message = f"excerpt {marker['name']!r} ends before it starts"
            fix = f"add the line {_marker('start', marker['name'])} above it"
            raise Problem(str(number), message, fix)
    for name, number in starts.items():
        fix = f"add the line {_marker('end', name)}"
        raise Problem(str(number), f"excerpt {name!r} never ends", fix)
    return parts
