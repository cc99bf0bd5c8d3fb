"""Python: run in a process of its own, compared with what it shows, and linted."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import unified_diff

from ...problem import Failure, InvalidBlock
from ...values.declaration import DEFAULT
from ..block import Block
from ..output import line_matches, without_annotations
from ..run.program import Program
from ..run.python_runner import PythonResult, invalid_result
from ..walkthrough.walkthrough import Walkthrough
from .advice import advice, error_of_notice
from .programs.program_file import is_run_later
from .shown_output import shows_output, uncompared_output, with_output

# ruff's codes for names that are defined, or imports that are used, in another block
_UNDEFINED, _UNUSED = "F821", "F401"
#: what ruff says of a setting that names a rule which does not exist
_NO_RULE = "Unknown rule selector"
#: the module of an exception, its name and its message
_EXCEPTION = re.compile(r"((?:\w+\.)*)(\w*)(.*)", re.DOTALL)
_OUTPUT_LINE = re.compile(r"^[ \t]*#> .*$", re.MULTILINE)
#: what a page shows of an empty line that is printed
_EMPTY_LINE = re.compile(r"^([ \t]*#>)[ \t]*$", re.MULTILINE)


def check_python(block: Block) -> None:
    """Raise `InvalidBlock` if the block is no Python, or a session."""
    _expect_no_session(block)
    if not block.raises:
        _check_syntax(block)


def _expect_no_session(block: Block) -> None:
    if block.text.lstrip().startswith(">>> "):
        fix = "change its language to pycon"
        raise InvalidBlock("this is a Python session, not a program", command=block.text, fix=fix)


def verify_python(block: Block, walkthrough: Walkthrough) -> None:
    """Run the block, unless a later one does; its output must be what it shows, if anything.

    Linters must accept it.
    """
    _expect_no_session(block)
    if is_run_later(block, walkthrough):
        _check_syntax(block)
        _lint(block, walkthrough)
        return
    text = _EMPTY_LINE.sub(r"\1 ", block.text)
    text = _OUTPUT_LINE.sub(lambda line: without_annotations(line[0]), text)
    if comment := uncompared_output(text):
        fix = "write output as `#> 4`, on a line of its own below the statement that prints it"
        raise InvalidBlock(f"`{comment}` is not compared", command=block.text, fix=fix)
    compare = shows_output(text)
    result = walkthrough.run_python(text, compare=compare)
    walkthrough.printed = result.output
    if not result.error:
        result = replace(result, error=error_of_notice(result.errors, block.text))
    if block.raises:
        _check_exception(block, walkthrough, result)
    elif result.error:
        raise _failure(block, result, f"{result.error}{result.comparison}")
    should_show = text
    if compare and result.prints is not None:
        should_show = with_output(text, result.prints, walkthrough.style)
    _expect_output(replace(block, parts=(text,)), should_show, walkthrough)
    _lint(block, walkthrough)


def _expect_output(block: Block, should_show: str, walkthrough: Walkthrough) -> None:
    """Raise `Failure` unless the block shows its output, or its page is updated."""
    reason = ""
    if walkthrough.update:
        private = *walkthrough.values.by_name.values(), walkthrough.folder.parent.name
        reason = walkthrough.update(block, should_show, private)
        if not reason:
            return
    elif block.text == should_show:
        return
    message = "the output differs from what the block shows"
    if block.text == should_show:
        message = "the block prints different output in different runs"
    sides = block.text.splitlines(), should_show.splitlines()
    lines = unified_diff(*sides, "the page shows", "it prints", lineterm="")
    fix = "correct the block, or run pytest with --update-examples"
    if reason:
        fix = f"correct the block: --update-examples {reason}"
    elif walkthrough.value_set != DEFAULT:
        fix = "correct the block; if the output contains a value, write its name in braces there"
    raise Failure(message, command=block.text, actual="\n".join(lines), fix=fix)


def _check_syntax(block: Block) -> None:
    """Raise `InvalidBlock` if the block is no Python."""
    try:
        Program(block.text, block.file)
    except SyntaxError as error:
        result = invalid_result(error)
        raise _failure(block, result, result.error) from None


def _lint(block: Block, walkthrough: Walkthrough) -> None:
    """Raise `InvalidBlock` if linters reject the block."""
    elsewhere = {_UNDEFINED} if block.continues else set[str]()
    if walkthrough.is_continued:
        elsewhere.add(_UNUSED)
    if walkthrough.lint and (report := walkthrough.lint(block.text, elsewhere)):
        wrong = "`ruff_select` in `runbook_style`" if _NO_RULE in report else "it"
        fix = f"correct {wrong}, or turn off `runbook_lint`"
        raise InvalidBlock("ruff rejects the block", command=block.text, actual=report, fix=fix)


def _failure(block: Block, result: PythonResult, error: str) -> Failure:
    lines = block.text.splitlines()
    at = ""
    if 0 < result.line <= len(lines):
        at = f"line {result.line} of the block, `{lines[result.line - 1].strip()}`: "
    first, *more = error.splitlines()
    actual = "\n".join(filter(None, (*more, result.all_output)))
    kind = InvalidBlock if result.is_invalid else Failure
    fix = result.hint or advice(error, actual)
    return kind(f"{at}{first}", command=block.text, actual=actual, fix=fix)


def _check_exception(block: Block, walkthrough: Walkthrough, result: PythonResult) -> None:
    """Raise `Failure` unless the block raised what its fence says; then its traceback is output."""
    raised = result.error.partition("\n")[0].removeprefix("the block ended with ")
    if not raised:
        message = f'the fence has raises="{block.raises}", but the block raised nothing'
        fix = "remove `raises`, or correct the block"
        raise Failure(message, command=block.text, actual=result.all_output, fix=fix)
    if not _exception_matches(block.raises, raised):
        first, *more = result.error.split("\n")
        first += f', but the fence has raises="{block.raises}"'
        raise _failure(block, result, "\n".join([first, *more]))
    walkthrough.add_errors(result.trace)


def _exception_matches(expected: str, raised: str) -> bool:
    """Return whether the exception that was raised matches `expected`, which a page names.

    It may leave out the message and the module, or name the package that exports the exception.
    """
    (module, name, message), (our_module, our_name, our_message) = (
        match.groups() for text in (raised, expected) if (match := _EXCEPTION.match(text))
    )
    has_package = our_module.partition(".")[0] in ("", module.partition(".")[0])
    has_message = not our_message or line_matches(our_message, message)
    return (our_name == name and has_package and has_message) or line_matches(expected, raised)
