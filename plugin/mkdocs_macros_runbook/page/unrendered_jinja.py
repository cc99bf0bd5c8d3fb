"""Unrendered Jinja: what looks like a template where Jinja does not render it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from difflib import get_close_matches

import jinja2

from .names import is_plain

# Names, but not attributes or texts.
_NAME = re.compile(r"""(?<![\w.'"])[A-Za-z_]\w*""")
_CLOSE = 0.8


def unrendered_jinja(
    text: str, names: Set[str], jinja: jinja2.Environment
) -> Iterator[tuple[int, str]]:
    """Yield line and text of each expression or tag in `text` that is about one of `names`.

    Braces of other tools (`${{ github.ref }}`, `{{ .Values.x }}`) do not count.
    """
    if is_plain(text, jinja):
        return
    starts, ends = (
        "|".join(re.escape(string) for string in strings)
        for strings in (
            (jinja.variable_start_string, jinja.block_start_string),
            (jinja.variable_end_string, jinja.block_end_string),
        )
    )
    for match in re.finditer(f"(?:{starts})(.+?)(?:{ends})", text):
        used = _NAME.findall(match[1])
        if any(name in names or get_close_matches(name, names, 1, _CLOSE) for name in used):
            yield text.count("\n", 0, match.start()) + 1, match[0]


def texts_in(data: object) -> Iterator[str]:
    """Yield the texts in data of mappings and lists, keys among them."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from texts_in(key)
            yield from texts_in(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from texts_in(value)
