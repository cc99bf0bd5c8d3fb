"""Blocks of data: parsed, and compared with the output that they show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from ....problem import Failure, Mistake
from ...block import Block
from ...output import has_any_lines, matches_streams, on_screen, shares_line
from ...verifier import Check, Verify
from ...walkthrough.walkthrough import Walkthrough
from ..text import Printed, output_right_before
from .difference import difference
from .formats import FORMATS, parse_block
from .gaps import with_gaps
from .printed_data import json_in, literals_in

# what stands for any lines of data that is compared as text: as a comment, or as an item
_ANY_LINES = re.compile(r"^[ \t]*(?:[-#;]|//)[ \t]*(?:\.\.\.|…)[ \t]*$", re.MULTILINE)


def verifier_of(language: str) -> Verify:
    """Return the verifier of a language of data."""

    def verify(block: Block, walkthrough: Walkthrough) -> None:
        """Parse the block; compare it with the output that it shows, if it is output."""
        printed = output_right_before(block, walkthrough)
        if printed:
            _verify_output(language, block, printed, walkthrough)
        else:
            _check_structure(language, block, _parse(language, block, block.text))

    return verify


def check_of(language: str) -> Check:
    """Return the check of a language of data, which parses the block."""

    def check(block: Block) -> None:
        """Raise `Mistake` if the block is not of this language."""
        if _has_no_gaps(block.text):
            _parse(language, block, block.text)

    return check


def _has_no_gaps(text: str) -> bool:
    """Return whether a text leaves nothing out, as only output may."""
    return "..." not in text and "…" not in text


def _verify_output(language: str, block: Block, printed: Printed, walkthrough: Walkthrough) -> None:
    """Compare the block with what was printed, unless that is no such data."""
    outputs = _outputs(language, printed)
    has_structure = any(isinstance(output, dict | list) for output in outputs)
    if has_structure and _shows_some_lines(language, block, printed):
        return
    may_have_gaps = has_structure and "json" in language
    data = _parse(language, block, with_gaps(block.text) if may_have_gaps else block.text)
    if not has_structure and _is_among(language, block, data, printed):
        lines = _with_any_lines(language, block).strip("\n")
        if not matches_streams(f"...\n{lines}\n...", *printed.streams):
            raise _differs(block, printed)
        return
    _verify_data(language, block, data, outputs, printed, walkthrough)


def _shows_some_lines(language: str, block: Block, printed: Printed) -> bool:
    """Return whether the block leaves lines out, and shows the others as they were printed."""
    lines = _with_any_lines(language, block)
    if not has_any_lines(lines):
        return False
    is_right = matches_streams(lines, *printed.streams)
    if not is_right and "json" not in language and has_any_lines(block.text):
        raise _differs(block, printed)  # nothing tells at which level keys are left out
    return is_right


def _with_any_lines(language: str, block: Block) -> str:
    """Return the text in which `...` stands for any lines; in JSON, it is a part of the data."""
    return block.text if "json" in language else _ANY_LINES.sub("...", block.text)


def _verify_data(
    language: str,
    block: Block,
    data: object,
    outputs: Sequence[object],
    printed: Printed,
    walkthrough: Walkthrough,
) -> None:
    """Compare the data with what was printed; if none of that is alike, it is not output."""
    if block.shows and not outputs:
        message = f"the output is not valid {FORMATS[language][0]}"
        raise Failure(message, command=block.shows, actual=printed.report)
    alike = [output for output in outputs if block.shows or _are_alike(data, output)]
    if alike:
        if _compare(block, data, alike, printed):
            walkthrough.expect_more_output()
    else:
        _check_structure(language, block, data)


def _parse(language: str, block: Block, text: str) -> object:
    try:
        return parse_block(language, text, block.title)
    except ValueError as error:
        message = f"this is not valid {FORMATS[language][0]}: {error}"
        fix = "change its language to jsonc" if _has_comments(language, text) else ""
        kind = Mistake if _has_no_gaps(block.text) else Failure  # that was not printed
        raise kind(message, command=block.text, fix=fix) from None


def _has_comments(language: str, text: str) -> bool:
    """Return whether JSON is only wrong because it has comments, or commas after last items."""
    with suppress(ValueError):
        return language == "json" and FORMATS["jsonc"][1](text) is not None
    return False


def _compare(block: Block, data: object, outputs: Sequence[object], printed: Printed) -> bool:
    """Raise `Failure` unless the data of the block is one of `outputs`.

    Return whether other data was printed after that.
    """
    outputs = [output for number, output in enumerate(outputs) if output not in outputs[:number]]
    differences = [difference(data, output) for output in outputs]
    if all(differences):
        raise _differs(block, printed, f": {differences[-1]}")
    return not all(map(bool, differences[:-1]))


def _check_structure(language: str, block: Block, data: object) -> None:
    """Raise `Failure` for a text that is YAML only because any text is."""
    if language == "yaml" and not isinstance(data, dict | list | None):
        message = "this is plain text, not a YAML mapping or list"
        fix = "change the language of its fence, for example to text"
        raise Failure(message, command=block.text, fix=fix)


def _outputs(language: str, printed: Printed) -> list[object]:
    """Return the data that was printed, if it is all that was printed; or JSON among other lines.

    Nothing and comments alone are no data.
    """
    texts = [text for stream in printed.streams if (text := on_screen(stream).strip())]
    streams = texts if "json" in language else texts[:1]  # a message may be YAML or INI
    return [output for text in streams for output in _data_in(language, text)]


def _data_in(language: str, text: str) -> list[object]:
    try:
        data = FORMATS[language][1](f"{text}\n")  # which ends a text of YAML
    except ValueError:
        return [*json_in(text), *literals_in(text)] if "json" in language else []
    is_empty = isinstance(data, dict | list) and not data
    return [] if data is None or (is_empty and text[0] not in "{[") else [data]


def _is_among(language: str, block: Block, data: object, printed: Printed) -> bool:
    """Return whether the block shows data that has no brackets, from among other printed lines.

    Nothing tells where such data begins and ends: a line in common does, and lines are compared.
    """
    is_structure = isinstance(data, dict | list) and "json" not in language
    return is_structure and shares_line(block.text, *printed.streams)


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
