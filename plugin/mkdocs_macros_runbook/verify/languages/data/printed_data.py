"""Data among printed text: JSON, and what Python and Node.js print of their own objects."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from contextlib import suppress

_BRACKET = re.compile(r"^[{[]", re.MULTILINE)
_DECODER = json.JSONDecoder()
# of Node.js: strings, and keys without quotation marks
_TOKEN = re.compile(
    r"""'(?P<single>[^'\\\n]*)'|`(?P<back>[^`\\]*)`|"[^"\\\n]*"|(?P<key>[A-Za-z_$][\w$]*)(?=\s*:)"""
)


def json_in(text: str) -> Iterator[object]:
    """Yield each object or list that begins and ends with a line, such as below a message."""
    at = 0
    while match := _BRACKET.search(text, at):
        at = match.end()
        with suppress(ValueError, RecursionError):
            data, end = _DECODER.raw_decode(text, match.start())
            if text[end : end + 1] in ("", "\n"):
                yield data
                at = end


def literals_in(text: str) -> Iterator[object]:
    """Yield each object or list that a program printed in its own form, on lines of its own."""
    opened, part = 0, list[str]()
    for line in text.splitlines():
        if part or line[:1] in ("{", "["):
            part.append(line)
            opened += len(re.findall(r"[{[]", line)) - len(re.findall(r"[]}]", line))
            if opened <= 0:
                yield from _literal("\n".join(part))
                opened, part = 0, []


def _literal(text: str) -> Iterator[object]:
    """Yield the data as JSON has it, if `text` is a literal of Python or of JavaScript."""
    with suppress(ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        yield json.loads(json.dumps(ast.literal_eval(text)))
        return
    with suppress(ValueError, RecursionError):
        yield json.loads(_TOKEN.sub(_json_token, text))


def _json_token(token: re.Match[str]) -> str:
    texts = (token["single"], token["back"], token["key"])
    return next((json.dumps(text) for text in texts if text is not None), token[0])
