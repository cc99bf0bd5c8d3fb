"""The output of a block: compared with what the page shows, and searched for values."""

from __future__ import annotations

import json
import re

_ANY_LINES = re.compile(r"\s*(?:\.\.\.|…)\s*")


def is_shown(expected: str, actual: str) -> bool:
    """Return whether a page that shows `expected` is right about the output `actual`.

    White space at the ends of lines does not count, and a line `...` stands for any lines.
    """
    rest = _lines(actual)
    first, *others = _sections(expected)
    if not others:
        return rest == first
    *middle, last = others
    if rest[: len(first)] != first or len(rest) < len(first) + len(last):
        return False
    if rest[len(rest) - len(last) :] != last:
        return False
    rest = rest[len(first) : len(rest) - len(last)]
    start = 0
    for section in middle:  # each at its first place: that leaves most lines for the others
        places = range(start, len(rest) - len(section) + 1)
        place = next((at for at in places if rest[at : at + len(section)] == section), None)
        if place is None:
            return False
        start = place + len(section)
    return True


def _sections(expected: str) -> list[list[str]]:
    """Return the lines between those that stand for any lines."""
    sections: list[list[str]] = [[]]
    for line in _lines(expected):
        if _ANY_LINES.fullmatch(line):
            sections.append([])
        else:
            sections[-1].append(line)
    return sections


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def printed_value(key: str, output: str) -> str | None:
    """Return the value of `key` in `output`, or `None` if it has none.

    The output is a JSON object, whose keys may be joined as `a.b`, or has a line `key: value` or
    `key = value`, or a line with two columns, the key and the value.
    """
    try:
        document = json.loads(output)
    except ValueError:
        document = None
    if isinstance(document, dict):
        return _in_document(document, key)
    name = rf"""(?P<around>["']?){re.escape(key)}(?P=around)"""
    value = r"""(?P<quote>["']?)(?P<value>[^\s"'](?:[^"'\n]*[^\s"',])?)(?P=quote)"""
    pair = re.compile(rf"^[ \t]*{name}[ \t]*[:=][ \t]*{value},?[ \t]*\r?$", re.MULTILINE)
    columns = re.compile(rf"^[ \t]*{re.escape(key)}[ \t]+(?P<value>[^\s:=]\S*)[ \t]*\r?$", re.M)
    match = pair.search(output) or columns.search(output)
    return match["value"] if match else None


def _in_document(document: object, key: str) -> str | None:
    for name in key.split("."):
        if not isinstance(document, dict) or name not in document:
            return None
        document = document[name]
    if document is None:
        return None
    return document if isinstance(document, str) else json.dumps(document)
