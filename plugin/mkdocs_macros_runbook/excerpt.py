"""Excerpts of companion scripts: a fence names a part of a script, and holds it when rendered.

    ```python script="create.py#plan"
    ```

The part stands between `# --8<-- [start:plan]` and `# --8<-- [end:plan]`, the marks that
pymdownx's snippets read too; without `#plan` the whole script is shown. Marks are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from .mistake import Mistake, nearest

_FENCE = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<ticks>`{3,}|~{3,})(?P<before>[^\n`]*?)[ ]*"
    r'\bscript="(?P<script>[^"\n]*)"'
    r"(?P<after>[^\n`]*)\n(?P<close>(?P=indent)(?P=ticks)[ ]*(?=\n|\Z))?",
    re.MULTILINE,
)
_MARK = re.compile(r"^[ \t]*#[ ]*--8<--[ ]*\[(?P<side>start|end):(?P<name>[\w-]+)\][ \t]*$")


def with_excerpts(source: str, folder: Path, named: bool = False) -> str:
    """Return `source` with its excerpts filled in from `folder`; there must be no mistake in it.

    Where they stay `named`, the Markdown extension takes the names off.
    """

    def fill(fence: re.Match[str]) -> str:
        name, _, part = fence["script"].partition("#")
        lines = excerpts((folder / name).read_text(encoding="utf-8"))[part].splitlines()
        script = f' script="{fence["script"]}"' if named else ""
        info = f"{fence['before']}{script}{fence['after']}".rstrip()
        # raw: what a script writes in braces is not for Jinja
        lines = ["{% raw %}" + lines[0], *lines[1:-1], *lines[1:][-1:]]
        lines[-1] += "{% endraw %}"
        body = [f"{fence['indent']}{line}".rstrip() for line in lines]
        return "\n".join([f"{fence['indent']}{fence['ticks']}{info}", *body, fence["close"]])

    return _FENCE.sub(fill, source)


def excerpt_mistakes(source: str, folder: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, what was found and the remedy for each excerpt that cannot be filled in."""
    for fence in _FENCE.finditer(source):
        line = source.count("\n", 0, fence.start()) + 1
        name, _, part = fence["script"].partition("#")
        known = sorted(file.name for file in folder.glob("*") if file.is_file())
        if name not in known:
            found = f"there is no script {name!r} in {folder.name}/{nearest(name, known)}"
            yield line, found, "name a file of that folder"
        elif fence["close"] is None:
            yield (
                line,
                f"the block that shows {name} is not empty",
                "leave its content to the script",
            )
        else:
            try:
                parts = excerpts((folder / name).read_text(encoding="utf-8"))
            except Mistake as mistake:
                yield line, f"{folder.name}/{name}:{mistake.place}: {mistake.found}", mistake.remedy
                continue
            if part not in parts:
                has = ", ".join(filter(None, parts)) or "none"
                yield line, f"no excerpt {part!r} in {folder.name}/{name}", f"name one of: {has}"


def excerpts(script: str) -> dict[str, str]:
    """Return the named parts of a script without their marks, and the whole of it as ``""``.

    Raises `Mistake`, with the line as its place, where marks do not match.
    """
    parts: dict[str, list[str]] = {"": []}
    opened: list[str] = []
    for number, line in enumerate(script.splitlines(), start=1):
        mark = _MARK.match(line)
        if mark is None:
            for name in ("", *opened):
                parts[name].append(line)
        elif mark["side"] == "start":
            if mark["name"] in parts:
                found = f"excerpt {mark['name']!r} starts twice"
                raise Mistake(str(number), found, "give each a name of its own")
            parts[mark["name"]] = []
            opened.append(mark["name"])
        elif mark["name"] in opened:
            opened.remove(mark["name"])
        else:
            raise Mistake(str(number), f"excerpt {mark['name']!r} ends unopened", "start it first")
    if opened:
        raise Mistake("1", f"excerpt {opened[0]!r} never ends", "end it")
    return {name: dedent("\n".join(lines)).strip("\n") for name, lines in parts.items()}


def lines_of(script: str, part: str) -> Iterator[int]:
    """Yield the lines of an excerpt that do something when they run, and not as they are read.

    A line that only names a function runs as soon as the script is read.
    """
    inside = not part
    for number, line in enumerate(script.splitlines(), start=1):
        mark = _MARK.match(line)
        if mark and mark["name"] == part:
            inside = mark["side"] == "start"
        elif inside and not re.match(r"\s*(?:@|def |class |async def )", line):
            yield number
