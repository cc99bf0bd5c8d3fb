"""Blocks of data: parsed, and compared with the output that they show."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from ...problem import Failure
from ..block import Block
from ..output import has_any_lines, matches_streams, shares_line
from ..screen import on_screen
from ..verifier import Verify
from ..walkthrough.walkthrough import Walkthrough
from .difference import difference
from .formats import FORMATS, parse_block
from .gaps import with_gaps
from .printed import Printed, output_right_before

_BRACKET = re.compile(r"^[{[]", re.MULTILINE)
_DECODER = json.JSONDecoder()
# what stands for any lines of data that is compared as text: as a comment, or as an item
_ANY_LINES = re.compile(r"^[ \t]*(?:[-#;]|//)[ \t]*(?:\.\.\.|…)[ \t]*$", re.MULTILINE)


def verifier_of(language: str) -> Verify:
    """Return the verifier of a language of data."""

    def verify(block: Block, walkthrough: Walkthrough) -> None:
        """Parse the block; compare it with the output that it shows, if it is output."""
        printed = output_right_before(block, walkthrough)
        if printed:
            _verify_output(language, block, printed)
        else:
            _check_structure(language, block, _parse(language, block, block.text))

    return verify


def _verify_output(language: str, block: Block, printed: Printed) -> None:
    """Compare the block with what was printed, unless that is no such data."""
    outputs = _outputs(language, printed)
    has_structure = any(isinstance(output, dict | list) for output in outputs)
    if has_structure and _shows_some_lines(language, block, printed):
        return
    may_have_gaps = has_structure and "json" in language
    data = _parse(language, block, with_gaps(block.text) if may_have_gaps else block.text)
    if not has_structure and _is_among(language, block, data, printed):
        lines = _with_any_lines(language, block).strip("\n")
        if not matches_streams(f"...\n{lines}\n...", *printed):
            raise _differs(block, printed)
        return
    _verify_data(language, block, data, outputs, printed)


def _shows_some_lines(language: str, block: Block, printed: Printed) -> bool:
    """Return whether the block leaves lines out, and shows the others as they were printed."""
    lines = _with_any_lines(language, block)
    if not has_any_lines(lines):
        return False
    is_right = matches_streams(lines, *printed)
    if not is_right and "json" not in language and has_any_lines(block.text):
        raise _differs(block, printed)  # nothing tells at which level keys are left out
    return is_right


def _with_any_lines(language: str, block: Block) -> str:
    """Return the text in which `...` stands for any lines; in JSON, it is a part of the data."""
    return block.text if "json" in language else _ANY_LINES.sub("...", block.text)


def _verify_data(
    language: str, block: Block, data: object, outputs: Sequence[object], printed: Printed
) -> None:
    """Compare the data with what was printed; if none of that is alike, it is not output."""
    if block.shows and not outputs:
        message = f"the output is not valid {FORMATS[language][0]}"
        raise Failure(message, command=block.shows, actual=printed.report)
    alike = [output for output in outputs if block.shows or _are_alike(data, output)]
    if alike:
        _compare(block, data, alike, printed)
    else:
        _check_structure(language, block, data)


def _parse(language: str, block: Block, text: str) -> object:
    try:
        return parse_block(language, text, block.title)
    except ValueError as error:
        message = f"this is not valid {FORMATS[language][0]}: {error}"
        raise Failure(message, command=block.text) from None


def _compare(block: Block, data: object, outputs: Sequence[object], printed: Printed) -> None:
    """Raise `Failure` unless the data of the block is one of `outputs`."""
    differences = [difference(data, output) for output in outputs]
    if all(differences):
        raise _differs(block, printed, f": {differences[-1]}")


def _check_structure(language: str, block: Block, data: object) -> None:
    """Raise `Failure` for a text that is YAML only because any text is."""
    if language == "yaml" and not isinstance(data, dict | list | None):
        message = "this is a single text, not a YAML mapping or list"
        fix = "change the language of its fence, for example to text"
        raise Failure(message, command=block.text, fix=fix)


def _outputs(language: str, printed: Printed) -> list[object]:
    """Return the data that was printed, if it is all that was printed; or JSON among other lines.

    Nothing and comments alone are no data.
    """
    texts = (on_screen(text).strip() for text in printed)
    return [output for text in texts if text for output in _data_in(language, text)]


def _data_in(language: str, text: str) -> list[object]:
    try:
        data = FORMATS[language][1](f"{text}\n")  # which ends a text of YAML
    except ValueError:
        return [*_json_in(text)] or [*_literals_in(text)] if "json" in language else []
    is_empty = isinstance(data, dict | list) and not data
    return [] if data is None or (is_empty and text[0] not in "{[") else [data]


def _json_in(text: str) -> Iterator[object]:
    """Yield each object or list that begins and ends with a line, such as below a message."""
    at = 0
    while match := _BRACKET.search(text, at):
        at = match.end()
        with suppress(ValueError, RecursionError):
            data, end = _DECODER.raw_decode(text, match.start())
            if text[end : end + 1] in ("", "\n"):
                yield data
                at = end


def _literals_in(text: str) -> Iterator[object]:
    """Yield the data that a program prints as its own literals: Python, or Node.js."""
    for part in (text, *text.splitlines()):
        if part[:1] in ("{", "["):
            with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
                yield ast.literal_eval(part)
                return
            with suppress(ValueError, RecursionError):
                yield FORMATS["yaml"][1](part)  # which the literals of JavaScript are
                return


def _is_among(language: str, block: Block, data: object, printed: Printed) -> bool:
    """Return whether the block shows data that has no brackets, from among other printed lines.

    Nothing tells where such data begins and ends: a line in common does, and lines are compared.
    """
    is_structure = isinstance(data, dict | list) and "json" not in language
    return is_structure and shares_line(block.text, *printed)


def _are_alike(data: object, output: object) -> bool:
    """Return whether both are data with keys or items, or neither is."""
    return isinstance(data, dict | list) == isinstance(output, dict | list)


def _differs(block: Block, printed: Printed, detail: str = "") -> Failure:
    return Failure(
        f"the output differs from what the page shows{detail}",
        command=block.shows,
        expected=block.text,
        actual=printed.report,
        fix="" if block.shows else "correct it, or write `input` on its fence if it is not output",
    )
