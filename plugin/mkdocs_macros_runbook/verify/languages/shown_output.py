"""The output that a Python block shows below its statements, compared with what it printed.

It is in lines `#> …`, or between lines of quotation marks. pytest-examples decides in which, and
how values look there.
"""

from __future__ import annotations

import ast
import re
import tokenize
import warnings
from collections import UserString, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..output import matches, on_screen
from ..run.prints import Print

_SIGN = re.compile(r"^[ \t]*#> ")
#: output as a formatter of comments leaves it
_FORMATTED = re.compile(r"# > ?[^>=\s]")
_PRINT = re.compile(r"\bprint\(")
_QUOTES = ('"""', "'''")


def shows_output(source: str) -> bool:
    """Return whether a block shows output: in comments, or in a text below a statement."""
    lines = source.split("\n")
    if any(map(_SIGN.match, lines)):
        return True
    if not any(line.strip() in _QUOTES for line in lines):
        return False
    with suppress(SyntaxError):
        ends = _ends(source)
        return any(output and number in ends for number, output in _outputs(lines, ends))
    return False


def uncompared_output(source: str) -> str:
    """Return the first comment that looks like output, but is not in its form; empty without one.

    `#>4` and `# >4` are what people and formatters make of it.
    """
    code = ""  # the last line of it
    with suppress(tokenize.TokenError, SyntaxError):
        for token in tokenize.generate_tokens(iter(source.splitlines(keepends=True)).__next__):
            is_alone = token.line.lstrip().startswith("#")
            if token.type != tokenize.COMMENT:
                code = code if is_alone or not token.line.strip() else token.line
            elif re.match(r"#>(?![>=])", token.string):
                if not is_alone or token.string[2:3].strip():
                    return token.string
            elif is_alone and _FORMATTED.match(token.string) and _PRINT.search(code):
                return token.string
    return ""


def with_output(source: str, prints: Iterable[Print], style: Mapping[str, Any]) -> str:
    """Return the block with the output that it should show.

    What it shows stays wherever it is right: `...` stands for any lines or any text there. Below a
    statement that prints nothing, there is no line `#> …`.
    """
    lines, ends = source.split("\n"), _ends(source)
    outputs = dict(_outputs(lines, ends))
    first_lines = {end: number for number, end in reversed(ends.items())}
    printed_below: dict[int, list[Print]] = defaultdict(list)
    for one in prints:
        numbers, *_, is_print = one
        below = (ends.get(number, number) for number in numbers)
        # what something else writes, a page need not show
        if at := next((end for end in below if is_print or outputs.get(end)), None):
            printed_below[at].append(one)
    new: list[str] = []
    for number, output in outputs.items():
        new += lines[number - 1 : number]
        if printed := printed_below[number]:
            statement = lines[first_lines.get(number, number) - 1]
            new += _right_output(output, printed, statement, style)
        elif not (output and _SIGN.match(output[0])):
            new += output
    return "\n".join(new)


def _right_output(
    output: list[str], printed: Sequence[Print], statement: str, style: Mapping[str, Any]
) -> list[str]:
    """Return the `output` that a page shows below a `statement` if it is right, else what is.

    It is in the form that pytest-examples chooses, but in lines `#> …` if the page has such lines.
    """
    text = "\n".join(text for *_, text, _ in printed)  # as in a terminal
    plain: list[Print] = [([], " ", [(text, True)], text, True)]
    forms = [_as_shown(form, statement, style) for form in (printed, plain)]
    # by itself, the text has tab stops as in a terminal
    if any(matches(_bare(output), one) for one in (text, *map(_bare, forms))):
        return output
    by_print = [one for one in printed if one[-1]]
    if 0 < len(by_print) < len(printed):  # a page need not show the rest
        right = _right_output(output, by_print, statement, style)
        if right == output or len(output) == len(right):
            return right
    sign = _SIGN.match(output[0]) if output else None
    if sign and forms[0][0].strip() in _QUOTES:
        return [f"{sign[0]}{line}" for line in on_screen(text).strip("\n").split("\n")]
    return forms[0]


def _ends(source: str) -> dict[int, int]:
    """Return the last line of the statement in each line, but of no output in quotation marks."""
    with warnings.catch_warnings(action="ignore"):  # how this process treats them is no matter
        tree = ast.parse(source)
    lines, ends = source.split("\n"), dict[int, int]()
    for node in _statements(tree):
        is_text = isinstance(getattr(node, "value", None), ast.Constant)
        if not (is_text and lines[node.lineno - 1].strip() in _QUOTES):
            last = node.end_lineno or node.lineno
            ends |= dict.fromkeys(range(node.lineno, last + 1), last)
    return ends


def _statements(parent: Any) -> Iterator[ast.stmt]:
    """Yield the statements within `parent` that have no body."""
    for part in ("body", "orelse", "finalbody", "handlers", "cases"):
        for node in getattr(parent, part, ()):
            if hasattr(node, "body") or hasattr(node, "cases"):
                yield from _statements(node)
            else:
                yield node


def _outputs(lines: Sequence[str], ends: Mapping[int, int]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line of code, from 0 on, with the lines of output below it."""
    code, output, quotes = 0, list[str](), ""
    for number, line in enumerate(lines, 1):
        begins = number not in ends and line.strip() in _QUOTES
        if quotes:
            output.append(line)
            quotes = "" if line.endswith(quotes) else quotes
        elif begins or (number not in ends and _SIGN.match(line)):
            output.append(line)
            quotes = line.strip() if begins else ""
        else:
            yield code, output
            code, output = number, []
    yield code, output


def _as_shown(printed: Iterable[Print], statement: str, style: Mapping[str, Any]) -> list[str]:
    """Return the lines in which a page shows what a `statement` printed."""
    from pytest_examples.config import ExamplesConfig  # takes 0.3 s, with black
    from pytest_examples.run_code import Arg, InsertPrintStatements, PrintStatement

    config, column = ExamplesConfig(**style), len(statement) - len(statement.lstrip())
    # the public way, `EvalExample.run_print_check`, runs the block in this process
    form = InsertPrintStatements(Path(), config, False, None, None)
    shown: list[str] = []
    for _, separator, values, *_ in printed:
        if "\n" in separator:  # behind which pytest-examples begins one more line
            values = [(separator.join(text for text, _ in values), True)]
        seen = ((on_screen(text), is_str) for text, is_str in values)
        # a `UserString` is not formatted as a `str`
        arguments = [Arg(text if is_str else UserString(text)) for text, is_str in seen]
        lines: list[str] = []
        form._insert_print_args(lines, PrintStatement(0, separator, arguments), False, -1, column)
        shown += lines[0].split("\n")
    return shown


def _bare(output: Iterable[str]) -> str:
    """Return what was printed, without comment signs, quotation marks and their indentation."""
    lines, indentation = [], ""
    for line in output:
        if line.strip() in _QUOTES:
            indentation = line[: len(line) - len(line.lstrip())]
        else:
            # Markdown makes spaces of a tab, whose width depends on what is before it
            lines.append(_SIGN.sub("", line.removeprefix(indentation).expandtabs(4)))
    return "\n".join(lines)
