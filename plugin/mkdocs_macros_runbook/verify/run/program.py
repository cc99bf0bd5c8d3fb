"""A Python block as a program: compiled here, run in another process."""

from __future__ import annotations

import ast
import marshal
import warnings
from collections.abc import Iterator
from typing import Any

#: what keeps the values that assertions compare: see python_block.py
ASSERTIONS = "_runbook_assertions"


class Program:
    """A block, or a statement of a session, to be run as `file`; raises `SyntaxError`."""

    def __init__(self, source: str, file: str, *, is_statement: bool = False) -> None:
        mode = "single" if is_statement else "exec"
        with warnings.catch_warnings(action="ignore"):  # how pytest treats them must not matter
            tree: Any = ast.parse(source, file, mode)
            if not is_statement:  # of a session, which shows what Python itself says
                tree = _Comparisons().visit(tree)
            self.code = marshal.dumps(compile(tree, file, mode, dont_inherit=True))
        #: first and last lines of each statement that may be the last to run
        self.last_statements = [*_last(tree.body)]


class _Comparisons(ast.NodeTransformer):
    """Keeps what an assertion compares while it does, so that a failure can show it.

    With A for `_runbook_assertions`, `assert a == b` becomes
    `assert (A.left(a) == A.right(b) and A.holds()) or A.fails("==", 1, 1)`, with its lines.
    """

    def visit(self, node: ast.AST) -> Any:
        """Visit what may have an assertion in it, which no expression has."""
        return node if isinstance(node, ast.expr) else super().visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Visit the methods: in the body itself, a name may be anything."""
        node.body = [one if isinstance(one, ast.Assert) else self.visit(one) for one in node.body]
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        match node:
            case ast.Assert(ast.Compare(left, [operator], [right]), None):
                zero = ast.Constant(0)
                sign = ast.unparse(ast.Compare(zero, [operator], [zero]))[2:-2]
                end = f"{ASSERTIONS}.fails('{sign}', {node.lineno}, {node.end_lineno})"
                comparison = f"{ASSERTIONS}.left(0) {sign} {ASSERTIONS}.right(0)"
                source = f"({comparison} and {ASSERTIONS}.holds()) or {end}"
                test: Any = ast.parse(source, mode="eval").body
                for part in ast.walk(test):
                    ast.copy_location(part, node.test)
                compare = test.values[0].values[0]
                compare.left.args[0], compare.comparators[0].args[0] = left, right
                node.test = test
        return node


def _last(body: list[ast.stmt]) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each statement that may be the last to run."""
    if not body:
        return
    last = body[-1]
    inner = [
        part
        for name in ("body", "orelse", "finalbody")
        if isinstance(last, ast.If | ast.With | ast.Try) and (part := getattr(last, name, None))
    ]
    inner += [handler.body for handler in getattr(last, "handlers", [])]
    for part in inner:
        yield from _last(part)
    if not inner:
        yield last.lineno, last.end_lineno or last.lineno
