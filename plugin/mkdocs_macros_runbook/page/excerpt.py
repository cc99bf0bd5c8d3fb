"""Excerpts of companion scripts: a fence names a part of a script, and holds it when rendered.

    ```python script="create.py#plan"
    ```

The part stands between `# --8<-- [start:plan]` and `# --8<-- [end:plan]`, the marks that
pymdownx's snippets read too; without `#plan` the whole script is shown. Marks are not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from pathlib import Path
from textwrap import dedent

from ..problem import Problem, suggestion

_FENCE = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<ticks>`{3,}|~{3,})(?P<before>[^\n`]*?)[ ]*"
    r'\bscript="(?P<script>[^"\n]*)"'
    r"(?P<after>[^\n`]*)\n(?P<close>(?P=indent)(?P=ticks)[ ]*(?=\n|\Z))?",
    re.MULTILINE,
)
_MARK = re.compile(r"^[ \t]*#[ ]*--8<--[ ]*\[(?P<side>start|end):(?P<name>[\w-]+)\][ \t]*$")


def with_excerpts(source: str, folder: Path, named: bool = False) -> str:
    """Return `source` with its excerpts filled in from `folder`; there must be no problem in it.

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


def excerpt_problems(source: str, folder: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line, what was found and the remedy for each excerpt that cannot be filled in."""
    for fence in _FENCE.finditer(source):
        line = source.count("\n", 0, fence.start()) + 1
        name, _, part = fence["script"].partition("#")
        known = sorted(file.name for file in folder.glob("*") if file.is_file())
        if name not in known:
            found = f"there is no script {name!r} in {folder.name}/{suggestion(name, known)}"
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
            except Problem as problem:
                yield line, f"{folder.name}/{name}:{problem.place}: {problem.message}", problem.fix
                continue
            if part not in parts:
                has = ", ".join(filter(None, parts)) or "none"
                yield line, f"no excerpt {part!r} in {folder.name}/{name}", f"name one of: {has}"


def excerpts(script: str) -> dict[str, str]:
    """Return the named parts of a script without their marks, and the whole of it as ``""``.

    Raises `Problem`, with the line as its place, where marks do not match.
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
                raise Problem(str(number), found, "give each a name of its own")
            parts[mark["name"]] = []
            opened.append(mark["name"])
        elif mark["name"] in opened:
            opened.remove(mark["name"])
        else:
            raise Problem(str(number), f"excerpt {mark['name']!r} ends unopened", "start it first")
    if opened:
        raise Problem("1", f"excerpt {opened[0]!r} never ends", "end it")
    return {name: dedent("\n".join(lines)).strip("\n") for name, lines in parts.items()}


def not_run(script: str, part: str, lines_run: Set[int]) -> list[int]:
    """Return the lines at which statements of an excerpt begin of which no line is in `lines_run`.

    What leads to a `raise` and nowhere else cannot run where a script succeeds, so it need not.
    """
    shown = set(_lines_of(script, part))
    tree = ast.parse(script)
    refusals = {statement for node in ast.walk(tree) for statement in _refusal_in(node)}
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
        and node.lineno in shown
        and node not in refusals
        and _is_run(node)
        and not lines_run & {*_lines_of_statement(node)}
    )


def _refusal_in(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the plain statements that end in the `raise` of a branch: nothing leads away."""
    branches = []
    if isinstance(node, ast.If):
        branches = [node.body, node.orelse]
    elif isinstance(node, ast.ExceptHandler):
        branches = [node.body]
    for branch in branches:
        if branch and isinstance(branch[-1], ast.Raise):
            for statement in reversed(branch):
                if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr | ast.Raise):
                    break
                yield statement


def _is_run(node: ast.stmt) -> bool:
    """Say whether a statement does something when it is its turn: no docstring, no definition."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.AnnAssign):
        return node.value is not None
    return not isinstance(
        node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Global | ast.Nonlocal
    )


def _lines_of_statement(node: ast.stmt) -> range:
    """Return the lines of a statement, without those that stand in it."""
    body = getattr(node, "body", None)
    end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
    return range(node.lineno, max(end, node.lineno) + 1)


def _lines_of(script: str, part: str) -> Iterator[int]:
    """Yield the lines of an excerpt."""
    inside = not part
    for number, line in enumerate(script.splitlines(), start=1):
        mark = _MARK.match(line)
        if mark and mark["name"] == part:
            inside = mark["side"] == "start"
        elif inside:
            yield number
