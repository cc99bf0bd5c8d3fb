"""Sessions of Python: each statement after `>>> `, with its output below it."""

from __future__ import annotations

import re
from doctest import DocTestParser, Example

from ...problem import Failure, InvalidBlock
from ..block import Block
from ..output import has_any_lines, matches, without_annotations
from ..run.python_runner import PythonResult
from ..walkthrough.walkthrough import Walkthrough

#: of a traceback, all but the exception
_STACK = re.compile(
    r"""^(?:(?:  \+ Exception Group )?Traceback \(.* last\):|  File ".*", line \d+)\n"""
    r"""(?:  \|   .*\n|(?!  \|)\W.*\n|\n)*(?=\w|  \| \w)""",
    re.MULTILINE,
)
_BEGIN = "begin each statement with `>>> `"


def verify_pycon(block: Block, walkthrough: Walkthrough) -> None:
    """Run each statement; its output must be what is shown below it, if anything."""
    examples = statements_of(block)
    walkthrough.printed = ""
    # nothing yet: even a statement that is no Python has a process to run in
    result = walkthrough.run_python("", is_last=False)
    if result.error:
        raise Failure(result.error, command=block.text)
    for number, example in enumerate(examples, 1):
        is_last = number == len(examples)
        result = walkthrough.run_python(example.source, is_statement=True, is_last=is_last)
        walkthrough.printed += f"{result.output}{result.error}\n" if result.error else result.output
        _check(example, result)


def _check(example: Example, result: PythonResult) -> None:
    """Raise `Failure` unless a statement did what is shown below it."""
    command, want, error = example.source.rstrip("\n"), example.want, result.error
    actual = f"{result.output}{result.trace or error}" or "nothing"
    if error and not result.line:
        raise Failure(error, command=command, actual=actual)
    if error and not _STACK.search(want):
        message = f"the statement raised {error.splitlines()[-1]}, which the page does not show"
        raise Failure(message, command=command, expected=want, actual=actual, fix=result.hint)
    expected, printed = want, result.output
    if error:
        trace = _last_trace(result.trace) if _shows_one_exception(want) else result.trace
        expected, printed = (_STACK.sub("", text) for text in (want, printed + trace))
    if expected.strip() and not matches(expected, printed):
        message = "the output differs from what the page shows"
        raise Failure(message, command=command, expected=want, actual=actual)


def _shows_one_exception(want: str) -> bool:
    """Return whether a traceback that the page shows has one exception, and leaves lines out."""
    stacks = _STACK.findall(want)
    return len(stacks) == 1 and has_any_lines(stacks[0])


def _last_trace(trace: str) -> str:
    """Return a traceback without the exceptions that led to the last one."""
    starts = [stack.start() for stack in _STACK.finditer(trace)]
    return trace[starts[-1] :] if starts else trace


def statements_of(block: Block) -> list[Example]:
    """Return the statements; what follows one up to the next is its output, also blank lines.

    Raise `InvalidBlock` if there are none, or other text.
    """
    text = block.text
    try:
        parts = DocTestParser().parse(without_annotations(text))
    except ValueError as error:
        raise InvalidBlock(f"this is not a Python session: {error}", command=text) from None
    examples: list[Example] = []
    for part in parts:
        if isinstance(part, Example):
            examples.append(part)
        elif part.strip() and not examples:
            raise InvalidBlock(
                "there is text before the first `>>> ` prompt", command=part, fix=_BEGIN
            )
        elif examples:  # doctest takes a blank line for the end of the output
            examples[-1].want += part
    if not examples:
        raise InvalidBlock("the Python session has no `>>> ` prompt", command=text, fix=_BEGIN)
    for example in examples:
        example.want = example.want.replace("<BLANKLINE>", "")
    return examples
