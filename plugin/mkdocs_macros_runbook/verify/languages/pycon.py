"""Sessions of Python: each statement after `>>> `, with its output below it."""

from __future__ import annotations

import json
from doctest import DocTestParser, Example

from ...problem import Failure
from ..block import Block
from ..output import is_shown, without_annotations
from ..walkthrough import Walkthrough
from .python import hint

# Runs the statements in turn, and writes what each printed, and what it raised, to a file.
_SESSION = """\
def _runbook_session(sources, results):
    import contextlib, io, json, sys, traceback

    names = sys.modules["__main__"].__dict__
    outputs = []
    for source in sources:
        printed, error = io.StringIO(), ""
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                exec(compile(source, "<session>", "single"), names)
            except SystemExit:
                break
            except BaseException as raised:
                error = "".join(traceback.format_exception_only(raised))
        outputs.append((printed.getvalue(), error))
        print(printed.getvalue() + error, end="")
    with open(results, "w") as file:
        json.dump(outputs, file)
"""


def verify_pycon(block: Block, walkthrough: Walkthrough) -> None:
    """Run each statement; its output must be what is shown below it, if anything."""
    examples = _examples(block.text)
    results = walkthrough.write_scratch("session.json", "[]")
    sources = [example.source for example in examples]
    call = f"_runbook_session({sources!r}, {str(results)!r})"
    result = walkthrough.run_python(f"{_SESSION}\n\n{call}\n", compare=False)
    walkthrough.printed = result.output
    if result.error:
        raise Failure(result.error, command=block.text, actual=result.all_output)
    outputs = json.loads(results.read_text())
    if len(outputs) < len(examples) - 1:
        message = "the session ended before its last statement"
        raise Failure(message, command=examples[len(outputs)].source.rstrip("\n"))
    for example, (output, error) in zip(examples, outputs, strict=False):
        command, want = example.source.rstrip("\n"), example.want
        if error and example.exc_msg is None:
            message = f"the statement raised {error.splitlines()[-1]}, which the page does not show"
            raise Failure(
                message, command=command, expected=want, actual=output + error, fix=hint(error)
            )
        expected, actual = (example.exc_msg or "", error) if example.exc_msg else (want, output)
        if expected.strip() and not is_shown(expected, actual):
            message = "the output differs from what the page shows"
            actual = output + error or "nothing"
            raise Failure(message, command=command, expected=want, actual=actual)


def _examples(text: str) -> list[Example]:
    """Return the statements; what follows one up to the next is its output, also blank lines."""
    try:
        parts = DocTestParser().parse(without_annotations(text))
    except ValueError as error:
        raise Failure(f"this is not a Python session: {error}", command=text) from None
    examples: list[Example] = []
    for part in parts:
        if isinstance(part, Example):
            examples.append(part)
        elif part.strip() and not examples:
            fix = "begin each statement with `>>> `"
            raise Failure("there is text before the first `>>> ` prompt", command=part, fix=fix)
        elif examples:  # doctest takes a blank line for the end of the output
            examples[-1].want += part
    if not examples:
        fix = "begin each statement with `>>> `"
        raise Failure("the Python session has no `>>> ` prompt", command=text, fix=fix)
    for example in examples:
        example.want = example.want.replace("<BLANKLINE>", "")
    return examples
