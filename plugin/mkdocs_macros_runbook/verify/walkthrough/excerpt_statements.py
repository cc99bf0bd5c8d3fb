"""Statements of an excerpt: which of them a walkthrough ran, and which it has to run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set
from itertools import takewhile
from pathlib import Path

from ...page.excerpt import excerpts, lines_of
from ...problem import Failure
from ..block import Block
from ..output import without_annotations
from .walkthrough import Walkthrough

# statements that do nothing but lead to a `raise`
_PLAIN = ast.Assign | ast.AugAssign | ast.Expr | ast.Raise


def verify_excerpt(block: Block, walkthrough: Walkthrough) -> None:
    """Verify that the blocks before an excerpt ran its script, and each statement in it."""
    name, _, part = block.script.partition("#")
    if not name.endswith(".py"):
        message = f"the block is an excerpt of {name}, but only Python scripts can be traced"
        raise Failure(message, command=block.text, fix="exempt the block")
    if not (runs := _runs(name, walkthrough)):
        message = f"the block is an excerpt of {name}, which no block before it ran"
        fix = "run the script in an earlier block, or exempt this one"
        raise Failure(message, command=block.text, fix=fix)
    for path in runs:
        script = path.read_text(encoding="utf-8")
        in_script = excerpts(script).get(part, "")
        if _lines(without_annotations(block.text)) == _lines(in_script):
            break
    else:
        message = f"the block differs from the excerpt of {name} that ran"
        fix = "give the earlier blocks the script that the page shows"
        raise Failure(message, expected=block.text, actual=in_script, fix=fix)
    if not_run := statements_not_run(script, part, runs[path]):
        lines = script.splitlines()
        raise Failure(
            f"some statements in this excerpt of {name} were not run by earlier blocks",
            actual="\n".join(f"{name}:{n}: not run: {lines[n - 1].strip()}" for n in not_run),
            fix="run the script so that they run, shorten the excerpt, or exempt the block",
        )


def _runs(name: str, walkthrough: Walkthrough) -> dict[Path, set[int]]:
    """Return the lines that ran so far of the scripts called `name` in the reader's folder."""
    runs: dict[Path, set[int]] = {}
    for record in walkthrough.trace_folder.iterdir():
        if record.is_file():  # not what a block put there, which may have no end
            text = record.read_text(encoding="utf-8", errors="replace")
            for number, script in re.findall(r"^([0-9]+) (.+)$", text, re.MULTILINE):
                path = Path(script)
                if path.name == name and path.is_relative_to(walkthrough.folder.resolve()):
                    runs.setdefault(path, set()).add(int(number))
    return {path: lines for path, lines in runs.items() if path.is_file()}


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def statements_not_run(script: str, part: str, lines_run: Set[int]) -> list[int]:
    """Return the first line of each statement of an excerpt with no line in `lines_run`.

    Statements that only lead to a `raise` are left out: a script that succeeds does not run them.
    """
    excerpt_lines = set(lines_of(script, part))
    tree = ast.parse(script)
    errors = {statement for node in ast.walk(tree) for statement in _ending_in_raise(node)}
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
        and node.lineno in excerpt_lines
        and node not in errors
        and _is_executable(node)
        and not lines_run & {*_own_lines(node)}
    )


def _ending_in_raise(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the plain statements at the end of a branch that ends with `raise`."""
    if not isinstance(node, ast.If | ast.ExceptHandler):
        return
    for branch in (node.body, getattr(node, "orelse", [])):
        if branch and isinstance(branch[-1], ast.Raise):
            yield from takewhile(lambda statement: isinstance(statement, _PLAIN), reversed(branch))


def _is_executable(node: ast.stmt) -> bool:
    """Return whether a statement does something itself, unlike a docstring or a definition."""
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant)
    if isinstance(node, ast.AnnAssign):
        return node.value is not None
    return not isinstance(
        node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Global | ast.Nonlocal
    )


def _own_lines(node: ast.stmt) -> range:
    """Return the lines of a statement, without those of the statements in it."""
    body = getattr(node, "body", None)
    end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
    return range(node.lineno, max(end, node.lineno) + 1)
