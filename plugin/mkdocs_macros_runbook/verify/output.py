"""What a block printed: compared with what the page shows, and read for values."""

from __future__ import annotations

import json
import re

_ANYTHING = re.compile(r"\s*(?:\.\.\.|…)\s*")


def is_shown(expected: str, came: str) -> bool:
    """Say whether a page that shows `expected` tells what `came`.

    Space at the ends of lines does not count, and a line `...` stands for any number of lines.
    """
    pattern = ""
    for line in _lines(expected):
        pattern += r"(?:.*\n)*?" if _ANYTHING.fullmatch(line) else re.escape(line) + "\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _lines(came))) is not None


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def printed_value(key: str, output: str) -> str | None:
    """Return what `output` says of `key`: in a JSON object, as `key: value`, or in two columns."""
    try:
        document = json.loads(output)
    except ValueError:
        document = None
    if isinstance(document, dict):
        found = _within(document, key)
        return None if found is None else str(found)
    line = re.search(rf'^\W*{re.escape(key)}"?(?:\s*[:=]\s*|\s+)"?([^\s",]+)', output, re.MULTILINE)
    return line[1] if line else None


def _within(document: object, key: str) -> object:
    """Return the value of `key`, which may be `a.b`."""
    for name in key.split("."):
        if not isinstance(document, dict) or name not in document:
            return None
        document = document[name]
    return document
