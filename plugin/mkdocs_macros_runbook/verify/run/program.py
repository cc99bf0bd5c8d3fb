"""A Python block as a program: compiled here, run in another process, compared here.

pytest-examples decides what a block should show for its output.
"""

from __future__ import annotations

import ast
import marshal
import tokenize
import warnings
from collections import UserString
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import StringIO
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

#: a call of `print`: its line, its separator, each value as text with whether it is a `str`, what
#: is printed, and `True`; or with `False`, a line that something else writes, and the lines of the
#: calls that led there, the innermost first
Print = tuple[list[int], str, list[tuple[str, bool]], str, bool]

#: what keeps the values that assertions compare: see python_block.py
ASSERTIONS = "_runbook_assertions"
_FOREIGN = "# shown, but not printed here: runbook"
# how this process treats warnings must not change a block
_without_warnings = partial(warnings.catch_warnings, action="ignore")


class Program:
    """A block, or a statement of a session, to be run as `file`; raises `SyntaxError`."""

    def __init__(self, source: str, file: str, *, is_statement: bool = False) -> None:
        self._source = source
        mode = "single" if is_statement else "exec"
        with _without_warnings():
            tree: Any = ast.parse(source, file, mode)
            if not is_statement:  # of a session, which shows what Python itself says
                tree = _Comparisons().visit(tree)
            self.code = marshal.dumps(compile(tree, file, mode, dont_inherit=True))
        #: first and last lines of each statement that may be the last to run
        self.last_statements = [*_last(tree.body)]

    def should_show(
        self, prints: Sequence[Print], style: Mapping[str, Any], *, as_printed: bool = False
    ) -> str | None:
        """Return the block with the output that it should show; `None` if it does.

        The public way, `EvalExample.run_print_check`, runs the block in this process, and these
        blocks ran in another. So its comparison is called with the prints of that process.
        """
        from pytest_examples import CodeExample
        from pytest_examples.config import ExamplesConfig
        from pytest_examples.run_code import InsertPrintStatements

        with _without_warnings():
            on_one_line = _OnOneLine(self._source)
        source = on_one_line.source
        placed = list[tuple[int, Print]]()
        for one in prints:
            numbers = [on_one_line.lines[number - 1] for number in one[0]]
            placed += [
                (line, one) for line in numbers if one[-1] or _shows_output_below(source, line)
            ][:1]
        placed.sort(key=lambda pair: pair[0])  # they are inserted from the last line up
        page = Path("page.md")
        comparison = InsertPrintStatements(
            page, ExamplesConfig(**style), enable=True, print_callback=None, include_print=None
        )
        assert comparison.print_func
        comparison.print_func.statements = [
            *(_as_printed(placed) if as_printed else map(_print_statement, placed))
        ]
        with _without_warnings():
            marked = _mark_foreign_output(source, {line for line, _ in placed})
            example = CodeExample.create(marked, path=page, prefix="python")
            updated = comparison.updated_print_statements(example)
        if updated is None and marked == source:
            return None
        lines = (updated or marked).split("\n")
        return on_one_line.restore(line for line in lines if line.strip() != _FOREIGN)


class _OnOneLine:
    """A block with `print()` in place of each statement over several lines, and of each docstring.

    pytest-examples knows where some of them end, and takes a docstring below a print for output.
    """

    def __init__(self, source: str) -> None:
        #: the number of each line of the block in the `source`
        self.lines: list[int] = []
        #: what the lines of the source stand for
        self._statements: dict[str, str] = {}
        lines = source.split("\n")
        statements = [*_statements(ast.parse(source))] if "\r" not in source else []
        ends = {one.lineno: one for one in statements if self._is_replaced(one, lines)}
        more_output = self._more_output(statements, lines)
        new: list[str] = []
        for number, line in enumerate(lines, 1):
            end = ends.get(number)
            if len(self.lines) >= number:
                continue  # it is in the statement before
            if number in more_output:
                self.lines.append(len(new))
                continue
            last = (end and end.end_lineno) or number
            self.lines += [len(new) + 1] * (last - number + 1)
            if end:
                text = f"{line[: end.col_offset]}print()  # runbook: {number}"
                self._statements[text] = "\n".join(lines[number - 1 : last])
            new.append(text if end else line)
        self.source = "\n".join(new)

    @classmethod
    def _more_output(cls, statements: Sequence[ast.stmt], lines: Sequence[str]) -> set[int]:
        """Return the numbers of the lines of output below other output, of a print that ran again.

        Without it, pytest-examples compares the first with all that was printed.
        """
        outputs = [one for one in statements if cls._is_output(one, lines)]
        return {
            number
            for one, other in pairwise(outputs)
            if one.end_lineno == other.lineno - 1
            for number in range(other.lineno, (other.end_lineno or 0) + 1)
        }

    @staticmethod
    def _is_output(node: Any, lines: Sequence[str]) -> bool:
        """Return whether a statement is output in quotation marks, as pytest-examples writes it."""
        return _is_text(node) and lines[node.lineno - 1].strip() in ('"""', "'''")

    @classmethod
    def _is_replaced(cls, node: Any, lines: Sequence[str]) -> bool:
        """Return whether a statement is long or a docstring, and alone on its lines."""
        first, last = lines[node.lineno - 1], lines[node.end_lineno - 1].encode()
        before, after = first[: node.col_offset], last[node.end_col_offset :].decode()
        is_alone = not before.strip(" ") and after.strip()[:1] in ("", "#")
        is_long = _is_text(node) or node.lineno < node.end_lineno
        return is_alone and is_long and not cls._is_output(node, lines)

    def restore(self, lines: Iterable[str]) -> str:
        """Return the block that has these lines, with its own statements."""
        return "\n".join(self._statements.get(line, line) for line in lines)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _statements(parent: Any) -> Iterator[ast.stmt]:
    """Yield the statements within `parent` that have no body."""
    for part in ("body", "orelse", "finalbody", "handlers", "cases"):
        for node in getattr(parent, part, ()):
            if hasattr(node, "body") or hasattr(node, "cases"):
                yield from _statements(node)
            else:
                yield node


def _shows_output_below(source: str, line: int) -> bool:
    """Return whether the page shows output right below a line, as it need not for a writer."""
    below = source.split("\n")[line : line + 1]
    return any(text.lstrip().startswith(("#> ", '"""', "'''")) for text in below)


def _mark_foreign_output(source: str, printing: Iterable[int]) -> str:
    """Return the block with `_FOREIGN` for each line of output that no `print` made.

    `printing` are the lines of the calls that printed.
    """
    from pytest_examples import CodeExample
    from pytest_examples.run_code import find_print_location

    example = CodeExample.create(source)
    ends = {find_print_location(example, line)[0] for line in printing}
    lines = source.split("\n")
    for token in tokenize.generate_tokens(StringIO(source).readline):
        row, column = token.start
        is_output = token.type == tokenize.COMMENT and token.string.startswith("#> ")
        if not is_output or lines[row - 1][:column].strip():
            continue
        if row - 1 in ends:
            ends.add(row)  # the next line may be more of it
        else:
            lines[row - 1] = f"{lines[row - 1][:column]}{_FOREIGN}"
    return "\n".join(lines)


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
                sign = ast.unparse(ast.Compare(ast.Constant(0), [operator], [ast.Constant(0)]))[
                    2:-2
                ]
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


def _print_statement(placed: tuple[int, Print]) -> Any:
    """Return a print at a line as pytest-examples has it."""
    from pytest_examples.run_code import Arg, PrintStatement

    line, (_, separator, values, *_) = placed
    if "\n" in separator:  # behind which pytest-examples begins one more line
        values = [(separator.join(text for text, _ in values), True)]
    # a `UserString` is not formatted as a `str`
    arguments = [Arg(text if is_str else UserString(text)) for text, is_str in values]
    return PrintStatement(line, separator, arguments)


def _as_printed(placed: Iterable[tuple[int, Print]]) -> Iterator[Any]:
    """Yield what is printed at each line, as one text that looks as in a terminal."""
    from pytest_examples.run_code import Arg, PrintStatement

    for line, of_line in groupby(placed, key=lambda pair: pair[0]):
        text = "\n".join(printed for _, (*_, printed, _) in of_line)
        yield PrintStatement(line, " ", [Arg(text)])
