"""Blocks of data: parsed, and compared with the output that they show."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from ....problem import Failure, InvalidBlock
from ...block import Block
from ...output import has_any_lines, matches_streams, on_screen, shares_line
from ...walkthrough.printed import Printed, output_right_before
from ...walkthrough.walkthrough import Walkthrough
from .difference import ABBREVIATED, difference, share_part, with_gaps
from .formats import COMMENT, FORMATS, Number, parse_block

# what stands for any lines of data that is compared as text: as a comment, or as an item
_ANY_LINES = re.compile(r"^[ \t]*(?:[-#;]|//)[ \t]*(?:\.\.\.|…)[ \t]*$", re.MULTILINE)
#: what a program prints in a line before data, such as `[INFO] response: `
_LABEL = re.compile(r"[^\[{]*(?:\[[\w .:=/-]*\][^\[{]*)*(?=[\[{])")
_SPACE = re.compile(r"\s*")
_DECODER = json.JSONDecoder(parse_float=Number)
# of Node.js: strings, and keys without quotation marks
_QUOTED = r"""'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*\""""
_TOKEN = re.compile(
    rf"(?P<quoted>{_QUOTED})|(?P<key>[A-Za-z_$][\w$]*)(?=\s*:)"
    r"|(?P<abbreviated>\[(?:Array|Object|Circular \*\d+)\])"
    r"|\.\.\. (?P<more>\d{1,6}) more items?|(?P<no_kind>\[Object: null prototype\])"
)
#: the pieces of a long text
_JOINED = re.compile(r"' \+\n\s*'")
_MOST_LINES = 10_000  # of a literal
#: within quotation marks: what JSON escapes otherwise, or not at all
_ESCAPED = re.compile(r"\\(?P<character>['`])|\\x(?P<code>[0-9A-F]{2})|(?P<plain>[\"\n])|\\.")


def verify_data(block: Block, walkthrough: Walkthrough) -> None:
    """Parse the block; compare it with the output that it shows, if it is output."""
    printed = output_right_before(block, walkthrough)
    if printed:
        _verify_output(block, printed, walkthrough)
    else:
        _check_structure(block, _parse(block, block.text))


def check_data(block: Block) -> None:
    """Raise `InvalidBlock` if the block is not of its language."""
    if _has_no_gaps(block.text):
        _parse(block, block.text)


def _has_no_gaps(text: str) -> bool:
    """Return whether a text leaves nothing out, as only output may."""
    return "..." not in text and "…" not in text


def _verify_output(block: Block, printed: Printed, walkthrough: Walkthrough) -> None:
    """Compare the block with what was printed, unless that is no such data."""
    outputs = _outputs(block, printed)
    has_structure = any(isinstance(output, dict | list) for output in outputs)
    if has_structure and _shows_some_lines(block, printed):
        return
    may_have_gaps = has_structure and _is_json(block)
    data = _parse(block, with_gaps(block.text) if may_have_gaps else block.text)
    # nothing tells where data without brackets begins and ends among other lines: a line in common
    # does, and lines are compared
    is_bare = isinstance(data, dict | list) and not _is_json(block)
    if not has_structure and is_bare and shares_line(block.text, *printed.streams):
        lines = _with_any_lines(block).strip("\n")
        if not matches_streams(f"...\n{lines}\n...", *printed.streams):
            raise _differs(block, printed)
        return
    if block.shows and not outputs:
        message = f"the output is not valid {FORMATS[block.language][0]}"
        fix = "correct `shows`, or change the block's language to text"
        raise Failure(message, command=block.shows, actual=printed.report, fix=fix)
    _compare(block, data, outputs, printed, walkthrough)


def _is_json(block: Block) -> bool:
    """Return whether a block is JSON, in which `...` is a part of the data."""
    return "json" in block.language


def _shows_some_lines(block: Block, printed: Printed) -> bool:
    """Return whether the block leaves lines out, and shows the others as they were printed."""
    lines = _with_any_lines(block)
    if not has_any_lines(lines):
        return False
    is_right = matches_streams(lines, *printed.streams)
    if not is_right and not _is_json(block) and has_any_lines(block.text):
        raise _differs(block, printed)  # nothing tells at which level keys are left out
    return is_right


def _with_any_lines(block: Block) -> str:
    """Return the text in which `...` stands for any lines."""
    return block.text if _is_json(block) else _ANY_LINES.sub("...", block.text)


def _parse(block: Block, text: str) -> object:
    try:
        return parse_block(block.language, text, block.title)
    except ValueError as error:
        message = f"this is not valid {FORMATS[block.language][0]}: {error}"
        fix = _fix_of_json(text) if block.language == "json" else ""
        if not _is_json(block) and has_any_lines(text):
            fix = "write `# ...` for what is left out"
        if _is_json(block) and not _has_no_gaps(text) and _data_with_gaps(block) is not None:
            message = (
                "this leaves out data, but the output before it has no JSON object or list to"
                " compare it with"
            )
            fix = "show all of the data, or exempt the block"
        if not fix and str(error).startswith("Extra data"):  # as programs print it line by line
            fix = "show each of its documents in a block of its own, or change its language to text"
        kind = InvalidBlock if _has_no_gaps(block.text) else Failure  # that was not printed
        raise kind(message, command=block.text, fix=fix) from None


def _fix_of_json(text: str) -> str:
    """Return the fix for JSON that is wrong only because of comments, or of commas after items."""
    with suppress(ValueError):
        FORMATS["jsonc"][1](text)
        has_comments = COMMENT.sub(lambda match: match[1] or " ", text) != text
        return "change its language to jsonc" if has_comments else "remove the last item's comma"
    return ""


def _compare(
    block: Block,
    data: object,
    outputs: Sequence[object],
    printed: Printed,
    walkthrough: Walkthrough,
) -> None:
    """Raise `Failure` unless the data is one of `outputs`; if none is alike, it is not output.

    If it is not the last of them, the next block may show another.
    """
    has_parts = isinstance(data, dict | list)  # keys or items
    alike = [
        one
        for one in outputs
        if block.shows
        or isinstance(one, dict | list) == has_parts
        or (_is_json(block) and None in (one, data))
    ]
    if not alike:
        _check_structure(block, data)
        return
    alike = [output for number, output in enumerate(alike) if output not in alike[:number]]
    differences = [difference(data, output) for output in alike]
    if all(differences):
        nearest = [isinstance(output, dict | list) == has_parts for output in alike]
        detail = max(zip(nearest, range(len(alike)), differences, strict=True))[-1]
        raise _differs(block, printed, f": {detail}")
    if not all(differences[:-1]):
        walkthrough.expect_more_output()


def _check_structure(block: Block, data: object) -> None:
    """Raise `Failure` for a text that is YAML only because any text is."""
    if block.language == "yaml" and not isinstance(data, dict | list | None):
        message = "this is plain text, not a YAML mapping or list"
        fix = "change the language of its fence, for example to text"
        raise Failure(message, command=block.text, fix=fix)


def _outputs(block: Block, printed: Printed) -> list[object]:
    """Return the data that was printed, if it is all that was printed; or JSON among other lines.

    Nothing and comments alone are no data, but `null` is JSON.
    """
    texts = [text for stream in printed.streams if (text := on_screen(stream).strip())]
    streams = texts if _is_json(block) else texts[:1]  # a message may be YAML or INI
    return [output for text in streams for output in _data_in(block, text)]


def _data_in(block: Block, text: str) -> list[object]:
    try:
        data = FORMATS[block.language][1](f"{text}\n")  # which ends a text of YAML
    except ValueError:
        return (_documents(text) or [*_literals_in(text, block)]) if _is_json(block) else []
    is_nothing = data is None and not _is_json(block)
    is_empty = isinstance(data, dict | list) and not data
    return [] if is_nothing or (is_empty and text[0] not in "{[") else [data]


def _documents(text: str) -> list[object]:
    """Return the JSON documents that a text consists of; none if it has anything else."""
    documents, at = list[object](), 0
    while at < len(text):
        try:
            document, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        documents.append(document)
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr] # which matches nothing, too
    return documents


def _literals_in(text: str, block: Block) -> Iterator[object]:
    """Yield each object or list that a program printed, in JSON or in its own form.

    One that is not alone on its lines may be anything, so it must have a part of the block's data.
    """
    lines, first, shown = text.splitlines(), 0, _data_with_gaps(block)
    depths = [_depth(line) for line in lines]
    while first < len(lines):
        literals, last = list[object](), first
        if label := _LABEL.match(lines[first]):
            begin = lines[first][label.end() :]
            depth, end = _depth(begin), min(first + _MOST_LINES, len(lines))
            while depth > 0 and (last := last + 1) < end:
                depth += depths[last]
            if depth <= 0:  # else it has no end
                data = "\n".join([begin, *lines[first + 1 : last + 1]])
                rest = data[max(map(data.rfind, "]}")) + 1 :]
                is_alone = not (label[0] or rest.strip())
                found = _literal(data.removesuffix(rest))
                literals = [one for one in found if is_alone or share_part(shown, one)]
        yield from literals
        first = last + 1 if literals else first + 1


def _depth(line: str) -> int:
    """Return how many more brackets a line opens than it closes."""
    bare = re.sub(_QUOTED, "", line)
    return sum(map(bare.count, "[{")) - sum(map(bare.count, "]}"))


def _data_with_gaps(block: Block) -> object:
    """Return the data of a block of JSON in which `...` are gaps; `None` if it has none."""
    with suppress(ValueError):
        return parse_block(block.language, with_gaps(block.text), block.title)
    return None


def _literal(text: str) -> Iterator[object]:
    """Yield the data as JSON has it, if `text` is JSON or a literal of Python or of JavaScript."""
    with suppress(ValueError, RecursionError):
        yield _DECODER.decode(text)
        return
    with suppress(ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        yield json.loads(json.dumps(ast.literal_eval(text)))
        return
    text = _JOINED.sub("", text)
    with suppress(ValueError, RecursionError):
        yield _DECODER.decode(_TOKEN.sub(_json_token, text))


def _json_token(token: re.Match[str]) -> str:
    if token["no_kind"]:
        return ""
    if token["more"]:
        return ", ".join([f'"{ABBREVIATED}"'] * int(token["more"]))
    if token["abbreviated"]:
        return f'"{ABBREVIATED}"'
    if token["key"]:
        return f'"{token["key"]}"'
    return f'"{_ESCAPED.sub(_json_escape, token["quoted"][1:-1])}"'


def _json_escape(text: re.Match[str]) -> str:
    if text["code"]:
        return f"\\u00{text['code']}"
    return text["character"] or (json.dumps(text["plain"])[1:-1] if text["plain"] else text[0])


def _differs(block: Block, printed: Printed, detail: str = "") -> Failure:
    return Failure(
        f"the output differs from what the page shows{detail}",
        command=block.shows,
        expected=block.text,
        actual=printed.report,
        fix=""
        if block.shows
        else "correct the block, or write `input` on its fence if it is not output",
    )
