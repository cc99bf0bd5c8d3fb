"""What verification needs to know of a page's fences, until it reads the built page.

A letter stands for what a fence says, because letters pass through Jinja and Markdown:

    ```bash title="a.sh" needs="docker"A    after the Jinja extension: A is its place (`places.py`)

    ```bash title="a.sh"                    after the Markdown extension's preprocessor, in a build
    Becho hi                                that is to be verified: B is its place and attributes

    <span data-runbook-fence="{…}">         once Markdown is done, in place of B
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from ...live.mark import Mark, split
from ...page.fence import (
    ATTRIBUTES,
    WORDS,
    Fence,
    fences,
    indentation,
    visible_fences,
    without_own_attributes,
)
from ...page.verification_build import DRAWING, FENCE
from ...record.digest import digest
from ..current_page import CurrentPage
from .places import place_of, place_of_call, without_calls

#: attributes that the verification reads
_READ = ("title", *ATTRIBUTES, *WORDS)
#: the format of superfences that shows code, unless a script of the site draws it
_SHOWS_CODE = "fence_code_format"
_TAB = re.compile(r'[ \t>]*===[!+]{0,2} +"(?P<label>.*)"')


def fences_of(text: str, page: CurrentPage) -> tuple[list[str], list[tuple[Fence, dict[str, str]]]]:
    """Take the places and our attributes off the fences in `text`; return its lines and fences.

    With each fence comes what it says: its language, place, hash and attributes. Fences that
    readers do not see are left out.
    """
    lines, calls = without_calls(text.split("\n"), page)
    text = "\n".join(lines)
    on_page = fences(text)
    visible_lines = {fence.first for fence in visible_fences(text)}
    with_place = [fence.first for fence in on_page if place_of(fence, page)]
    visible = []
    numbers = Counter[str]()
    for fence in on_page:
        place = place_of(fence, page) or place_of_call(calls, with_place, fence.first)
        fence = replace(fence, info=fence.info.rstrip().rstrip("".join(page.entry_by_letter)))
        entry = {name: text for name, text in fence.attributes.items() if name in _READ}
        entry["language"] = fence.language
        lines[fence.first] = fence.opening(without_own_attributes(fence.info).rstrip())
        if fence.first not in visible_lines:
            continue
        content = _content_digest(fence, lines, entry)
        numbers[content] += 1  # one that is shown again is another block
        entry["hash"] = digest([content, numbers[content]])
        visible.append((fence, {**entry, "place": place} if place else entry))
    return lines, visible


def _content_digest(fence: Fence, lines: list[str], attributes: Mapping[str, str]) -> str:
    """Return a digest of what a fence shows and has.

    Parameters have their names in place of their values, other values what they are made of.
    """
    inside = lines[fence.first + 1 : fence.last]
    code = [line.removeprefix(fence.prefix).rstrip() for line in inside]
    texts = {**attributes, "code": "\n".join(code).strip("\n")}
    if tabs := tabs_around(lines, fence.first):  # they decide which routes have it
        texts["tabs"] = "\n".join(tabs)
    return digest({name: _names(text) for name, text in texts.items()})


def tabs_around(lines: Sequence[str], number: int) -> list[str]:
    """Return the labels of the tabs that the line `number` is in, from the outside in.

    In a quote, those are meant that are in it too.
    """
    labels = []
    depth, quotes = indentation(lines[number])
    for line in reversed(lines[:number]):
        columns, quotes_here = indentation(line)
        if not depth or quotes_here < quotes:
            break
        if line.strip("> \t") and columns < depth:
            depth = columns
            if tab := _TAB.match(line):
                labels.append(tab["label"])
    return labels[::-1]


def _names(text: str) -> list[object]:
    guide = CurrentPage.site_guide
    source_of = guide.values.declaration.source_of if guide else lambda name: []
    return [
        [part.name, *source_of(part.name.partition("?")[0])] if isinstance(part, Mark) else part
        for part in split(text)
    ]


def with_metadata(text: str, page: CurrentPage) -> str:
    """Return `text` with a letter in the first line of each fence that stands for what it says."""
    lines, on_page = fences_of(text, page)
    for fence, metadata in reversed(on_page):
        letter = page.letter_for({name: _parts(text) for name, text in metadata.items()})
        lines.insert(fence.first + 1, fence.prefix + letter)
    return "\n".join(lines)


def _parts(text: str) -> list[object]:
    """Return `text` in its parts: strings, and the names of live values with their values."""
    return [[part.name, part.value] if isinstance(part, Mark) else part for part in split(text)]


def with_elements(html: str, page: CurrentPage) -> str:
    """Return `html` with an element in place of each letter that stands for a fence."""
    for letter, entry in page.entry_by_letter.items():
        if isinstance(entry, dict):
            metadata = escape(json.dumps(entry, ensure_ascii=False))
            html = html.replace(letter, f'<span {FENCE}="{metadata}"></span>', 1)
            html = html.replace(letter, "")
    return html


def drawn_languages(md: Any) -> set[str]:
    """Return the languages of custom fences."""
    return {entry["name"] for entry in _custom_fences(md)}


def mark_drawn(md: Any, page: CurrentPage) -> None:
    """Have what custom fences draw marked, in a build for verification."""
    for entry in _custom_fences(md):
        formatter = getattr(entry["formatter"], "drawing", entry["formatter"])
        entry["formatter"] = _marking(formatter, page)


def _custom_fences(md: Any) -> list[dict[str, Any]]:
    """Return the custom fences of superfences, as it keeps them."""
    if "fenced_code_block" not in md.preprocessors:
        return []
    superfences = getattr(md.preprocessors["fenced_code_block"], "extension", None)
    entries = getattr(superfences, "superfences", ())
    return [entry for entry in entries if entry["name"] not in ("superfences", "*")]


def _marking(formatter: Any, page: CurrentPage) -> Callable[..., Any]:
    """Return `formatter`, which also marks what it draws, and does not see our letters."""
    drawing = getattr(formatter, "keywords", {}).get("_fmt")  # in a partial of superfences
    shows_code = getattr(drawing, "__name__", "") == _SHOWS_CODE

    def marking(*, src: str, **named: Any) -> Any:
        first, _, rest = src.partition("\n")
        if first in page.entry_by_letter and not shows_code:
            src = rest
        html = formatter(src=src, **named)
        return f"<div {DRAWING}>{html}</div>" if isinstance(html, str) else html

    marking.drawing = formatter  # type: ignore[attr-defined]
    return marking
