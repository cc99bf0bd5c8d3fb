"""Values in the output of a program, read as the client script reads what a reader pastes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

#: patterns, which the client script applies too:
#: - `cleaned`: words that would take long to search, such as tokens, which only JSON has as values,
#:   and what terminals, chats and word processors add; a tab stands for any wide space
#: - `named`: a name with what may be before it (punctuation, a shell's command that sets it, or an
#:   option's hyphens), a type or the word for its value, the gap up to the value, which may be the
#:   end of the line, and the rest of the line; but no title of a column, which a line of hyphens
#:   separates from the values
#: - `excluded`: gaps that no value follows, such as one that ends within a quotation
#: - `separator`: what a gap must have
#: - `option`: what is before a name behind which a space is enough: a command or hyphens
#: - `end`: the end of a value
RULE: Mapping[str, Any] = json.loads(
    (files(__package__) / "printed_values.json").read_text(encoding="utf-8")
)
_LONGEST = 200_000  # characters
_CLEANED = [(re.compile(pattern), plain) for pattern, plain in RULE["cleaned"]]
_EXCLUDED = re.compile(RULE["excluded"])
_SEPARATOR = re.compile(RULE["separator"])
_OPTION = re.compile(RULE["option"], re.ASCII)
_END = re.compile(RULE["end"], re.ASCII)


def printed_value(name: str, output: str) -> str | None:
    """Return the value of `name` in `output`, or `None` if it has none, or several.

    The output has a JSON object, or a list of them, in which the name is a key at any depth, or the
    last keys of its path as `a.b`, of which the shortest path counts, also if it leads to `null`;
    or the name somewhere, with a separator and the value behind it, as in settings, shells,
    programs, tables and logs. Lines that begin with the name count first. The spelling does not
    matter: `RackName` is `rack_name`.
    """
    values = _printed_values(_plain(name), output[-_LONGEST:])
    return values.pop() if len(values) == 1 else None


def _printed_values(plain_name: str, text: str) -> set[str]:
    by_depth: dict[int, set[str | None]] = {}
    for path, value in _leaves(_cleaned(text, _CLEANED[1:])):
        if any("".join(path[start:]) == plain_name for start in range(len(path))):
            by_depth.setdefault(len(path), set()).add(value)
    if by_depth:
        return {value for value in by_depth[min(by_depth)] if value is not None}
    named = RULE["named"].replace("{}", "['_. -]?".join(plain_name))
    flags = re.MULTILINE | re.IGNORECASE | re.ASCII
    values: dict[bool, set[str]] = {True: set(), False: set()}  # whether a line begins with it
    for match in re.finditer(named, _cleaned(text, _CLEANED), flags) if plain_name else ():
        head, gap, rest = match.groups()
        if value := _value(head, gap, rest):
            values[head is not None].add(value)
    return values[True] or values[False]


def _cleaned(text: str, patterns: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, plain in patterns:
        text = pattern.sub(plain, text)
    return text


def _plain(name: str) -> str:
    """Return what a name has in common in all its spellings."""
    return re.sub(r"[^A-Za-z0-9]", "", name).lower()


def _value(head: str | None, gap: str, rest: str) -> str | None:
    """Return the value in the rest of a line that a gap separates from a name, if it does."""
    is_column = gap == " " and head is not None and not re.search(r"\s", rest)
    is_separated = _SEPARATOR.search(gap) or _OPTION.search(head or "") or is_column
    if _EXCLUDED.search(gap) or not is_separated:
        return None
    quote = gap[-1:] if gap[-1:] in {'"', "'", "`"} else ""
    value, *end = rest.split(quote, 1) if quote else _END.split(rest, maxsplit=1)
    if not value or (quote and not end) or value in {"null", "None"}:
        return None
    return value.removesuffix("\\")


def _leaves(text: str) -> Iterator[tuple[list[str], str | None]]:
    """Yield each value in the JSON objects of `text`, with the plain names of its path."""
    try:
        document = json.loads(f"[{text[max(text.find('{'), 0) : text.rfind('}') + 1]}]")
        yield from _below(document, [])
    except (ValueError, RecursionError):
        return


def _below(value: object, path: list[str]) -> Iterator[tuple[list[str], str | None]]:
    if isinstance(value, dict):
        for key, one in value.items():
            is_own = bool(path) and key == "value"  # of the name above it, as Terraform prints it
            yield from _below(one, path if is_own else [*path, _plain(key)])
    elif isinstance(value, list):
        for one in value:
            yield from _below(one, path)
    else:
        yield path, value if isinstance(value, str | None) else json.dumps(value)
