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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

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
from ...page.verification_build import FENCE
from ...record.digest import digest
from ..current_page import CurrentPage
from .places import place_of, place_of_call, without_calls

#: attributes that the verification reads
_READ = ("title", *ATTRIBUTES, *WORDS)
_TAB = re.compile(r'[ \t>]*===[!+]{0,2} +"(?P<label>.*)"')


@dataclass(frozen=True)
class FencesOfPage:
    """The lines of a page without our attributes, and its fences with what they say, in order.

    Fences that readers do not see are left out.
    """

    lines: list[str]
    fences: list[Fence]
    #: what each fence says: its language, place, hash and attributes
    metadata: list[dict[str, str]]


def fences_of(text: str, page: CurrentPage) -> FencesOfPage:
    """Take the places and our attributes off the fences in `text`."""
    lines, calls = without_calls(text.split("\n"), page)
    on_page, visible = [*fences(lines)], list[Fence]()
    visible_lines = {fence.first for fence in visible_fences(lines)}
    with_place = [fence.first for fence in on_page if place_of(fence, page)]
    metadata = []
    numbers: dict[str, int] = {}
    for fence in on_page:
        place = place_of(fence, page) or place_of_call(calls, with_place, fence.first)
        fence = replace(fence, info=fence.info.rstrip().rstrip("".join(page.entry_by_letter)))
        entry = {name: text for name, text in fence.attributes.items() if name in _READ}
        entry["language"] = fence.language
        lines[fence.first] = fence.opening(without_own_attributes(fence.info).rstrip())
        if fence.first not in visible_lines:
            continue
        visible.append(fence)
        content = _content_digest(fence, lines, entry)
        numbers[content] = numbers.get(content, 0) + 1  # one that is shown again is another block
        entry["hash"] = digest([content, numbers[content]])
        metadata.append({**entry, "place": place} if place else entry)
    return FencesOfPage(lines, visible, metadata)


def _content_digest(fence: Fence, lines: list[str], attributes: Mapping[str, str]) -> str:
    """Return a digest of what a fence shows and has, with the names of values for the values."""
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
    return [[part.name] if isinstance(part, Mark) else part for part in split(text)]


def with_metadata(text: str, page: CurrentPage) -> str:
    """Return `text` with a letter in the first line of each fence that stands for what it says."""
    on_page = fences_of(text, page)
    lines = on_page.lines
    for fence, metadata in reversed([*zip(on_page.fences, on_page.metadata, strict=True)]):
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
