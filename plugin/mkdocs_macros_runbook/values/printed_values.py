"""Values in the output of a program, read as the client script reads what a reader pastes."""

from __future__ import annotations

import json
import re

_PAIR = re.compile(
    r"""^ ?(?:export )?(["']?)(?P<name>[A-Za-z_][\w. -]*)\1 ?[:=] ?"""
    r"""(["']?)(?P<value>[^\s"'](?:[^"'\n]*[^\s"',])?)\3,? ?\r?$""",
    re.MULTILINE | re.ASCII,
)
_COLUMNS = re.compile(r"^ ?(?P<name>[\w.-]+) (?P<value>[^\s:=]\S*) ?\r?$", re.MULTILINE | re.ASCII)
_LONGEST = 200_000  # characters
_DEPTH = 50  # of objects and lists in one another


def printed_value(name: str, output: str) -> str | None:
    """Return the value of `name` in `output`, or `None` if it has none.

    The output has a JSON object, in which the name is a key at any depth, or the last keys of its
    path as `a.b`; or a line `name: value`, `name=value` or `export name=value`; or a line with two
    columns. The spelling does not matter: `RackName` is `rack_name`.
    """
    return _printed_values(output).get(_plain(name))


def _plain(name: str) -> str:
    """Return what a name has in common in all its spellings."""
    return re.sub(r"[^A-Za-z0-9]", "", name).lower()


def _printed_values(output: str) -> dict[str, str]:
    text = re.sub(r"[ \t]+", " ", output[:_LONGEST])  # a run of spaces takes no longer than one
    values: dict[str, str] = {}
    for path, value in _leaves(text):
        for start in reversed(range(len(path))):
            values.setdefault("".join(path[start:]), value)
    for pattern in (_PAIR, _COLUMNS):
        for match in pattern.finditer(text):
            values.setdefault(_plain(match["name"]), match["value"])
    return values


def _leaves(text: str) -> list[tuple[list[str], str]]:
    """Return each value in the JSON object of `text`, with the plain names of its path."""
    try:
        document = json.loads(text[max(text.find("{"), 0) : text.rfind("}") + 1])
    except (ValueError, RecursionError):
        return []
    leaves: list[tuple[list[str], str]] = []
    level: list[tuple[list[str], object]] = [([], document)]
    for _ in range(_DEPTH):  # what is less deep counts first
        below: list[tuple[list[str], object]] = []
        for path, value in level:
            if isinstance(value, dict):
                below += [([*path, _plain(key)], one) for key, one in value.items()]
            elif isinstance(value, list):
                below += [(path, one) for one in value]
            elif value is not None:
                leaves.append((path, value if isinstance(value, str) else json.dumps(value)))
        level = below
    return leaves
