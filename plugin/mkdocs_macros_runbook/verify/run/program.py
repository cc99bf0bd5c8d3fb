"""A Python block as a program: compiled here, run elsewhere, and held to what it shows.

pytest-examples says what a block should show for what it printed.
"""

from __future__ import annotations

import ast
import marshal
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: a call of `print`: its line, its separator, and each value as text with whether it is a `str`
Print = tuple[int, str, list[tuple[str, bool]]]


class Program:
    """A block of a page, to be run as `file`; raises `SyntaxError` where it is none."""

    def __init__(self, source: str, file: str) -> None:
        self.source = source
        with _no_warnings():
            tree = ast.parse(source, file)
            self.code = marshal.dumps(compile(tree, file, "exec", dont_inherit=True))
        #: from which line to which a statement stands after which nothing comes
        self.last_statements = [*_last(tree.body)]

    def shown(self, prints: Sequence[Print], page: str, style: Mapping[str, Any]) -> str | None:
        """Return the block as it should show what it printed; `None` where it does."""
        # here, since whoever only reads pages need not have it
        from pytest_examples import CodeExample
        from pytest_examples.config import ExamplesConfig
        from pytest_examples.run_code import (
            Arg,
            InsertPrintStatements,
            MockPrintFunction,
            PrintStatement,
        )

        file = Path(page)
        inserted = InsertPrintStatements(file, ExamplesConfig(**style), True, None, None)
        noted = MockPrintFunction(file, None)
        noted.statements = [
            PrintStatement(
                line, separator, [Arg(text if is_str else _Text(text)) for text, is_str in values]
            )
            for line, separator, values in prints
        ]
        inserted.print_func = noted
        example = CodeExample.create(self.source, path=file, prefix="python")
        with _no_warnings():
            return inserted.updated_print_statements(example)


@contextmanager
def _no_warnings() -> Iterator[None]:
    """What this process makes of warnings is not the block's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class _Text:
    """What another object is, as text: no `str`, which would be shown without black's format."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


def _last(body: list[ast.stmt]) -> Iterator[tuple[int, int]]:
    """Yield the lines of each statement that may be the last to run."""
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
