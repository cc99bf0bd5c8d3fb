"""Built pages: HTML that the site generator wrote for verification, and the blocks in it.

In such a build, the first line of each fence's code has only an element with its metadata.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from ...page.languages import LANGUAGES, language_of
from ...page.verification_build import BEGINS, DRAWN, FENCE, PAGE
from ..block import Block, Part, Parts, Tab, parts_from, plain

if TYPE_CHECKING:
    from bs4 import Tag

_METADATA = f"<span {FENCE}="
# a browser shows no elements in these
_NOT_SHOWN = re.compile(
    r"<!--.*?-->|<(script|style|textarea|template)\b.*?</\1>", re.DOTALL | re.IGNORECASE
)
_LINE_NUMBERS = ["linenos", "linenodiv"]
# languages of code, even if the site has a custom fence for them
_SHOWN_AS_CODE = {*LANGUAGES, "json", "jsonc", "toml"}


@dataclass
class BuiltPage:
    """A built page: the path of its source, its blocks, and what is wrong with its fences."""

    path: str = ""
    blocks: list[Block] = field(default_factory=list)
    #: places of fences that were not rendered as code blocks
    unrendered: list[str] = field(default_factory=list)
    #: how many fences the HTML has, counted without the parser, and how many the parser found
    fence_count: int = 0
    read_count: int = 0

    def is_own(self) -> bool:
        """Whether a fence is written on the page itself, rather than on one that it repeats."""
        places = (block.place for block in self.blocks if block.is_fence)
        return any(place.rpartition(":")[0].endswith(self.path) for place in places)

    def contents(self) -> set[tuple[str, str]]:
        """Return what tells that another page repeats the blocks of this one."""
        blocks = ((block.place if block.is_fence else "", block.text) for block in self.blocks)
        return {*blocks, *((place, "") for place in self.unrendered)}


def made_pages(pages: Mapping[str, BuiltPage], docs: Path) -> Iterator[str]:
    """Yield the pages that are no files below `docs`, but none that only repeats others.

    The pages of a blog's archive, say, only show again what is on others.
    """
    files = {path for path in pages if (docs / path).exists()}
    own = {path for path, page in pages.items() if path in files or page.is_own()}
    seen = {content for path in own for content in pages[path].contents()}
    for path, page in pages.items():
        if path not in files and (path in own or not page.contents() <= seen):
            yield path


def read_page(html: str, docs: str = "") -> BuiltPage:
    """Return the page with this HTML; `docs` is the folder of pages in the places of blocks."""
    from bs4 import BeautifulSoup  # imported with the first page, since it takes 0.2 s

    content = _NOT_SHOWN.sub("", _content(html))
    soup = BeautifulSoup(content, "html.parser")
    named = soup.find(None, {PAGE: True})
    page = BuiltPage(str(named[PAGE]) if named else "", fence_count=content.count(_METADATA))
    tabs = _tabs_by_section(soup)
    for fence in soup.find_all(None, {FENCE: True}):
        if fence.find_parent("pre") is None:
            page.read_count += 1
            page.unrendered.append(plain(_metadata(fence).get("place", ())))
    near = posixpath.join(docs, page.path)
    for numbers in soup.find_all(class_=_LINE_NUMBERS):
        numbers.decompose()
    for pre in soup.find_all("pre"):
        around = [*pre.parents]
        if any(tag.name == "pre" for tag in around):
            continue
        fences = [*pre.find_all(None, {FENCE: True})]
        page.read_count += len(fences)
        block = _block(pre, fences, near, [tabs[id(tag)] for tag in around if id(tag) in tabs])
        if any(DRAWN in tag.attrs for tag in around) and block.language not in _SHOWN_AS_CODE:
            continue  # a diagram
        page.blocks.append(block)
        near = f"after {block.place}" if block.is_fence else near
    return page


def _content(html: str) -> str:
    """Return the page's own content, without the theme around it and excerpts of other pages."""
    content = html.partition(BEGINS)[2] or html
    end = content.find(f" {PAGE}=")
    return content[: content.find(">", end) + 1] if end >= 0 else content


def _tabs_by_section(soup: Tag) -> dict[int, Tab]:
    """Return the tab that each section of a group of tabs is, by the section's identity."""
    tabs = {}
    for number, group in enumerate(soup.find_all(class_="tabbed-set"), start=1):
        labels_in = group.find(class_="tabbed-labels", recursive=False) or group
        labels = [label.get_text() for label in labels_in.find_all("label", recursive=False)]
        sections = [*group.find_all(class_="tabbed-content", recursive=False)]
        if "tabbed-alternate" in group["class"]:
            sections = [
                section
                for content in sections
                for section in content.find_all(class_="tabbed-block", recursive=False)
            ]
        for label, section in zip(labels, sections, strict=False):
            tabs[id(section)] = (number, " ".join(label.split()))
    return tabs


def _block(pre: Tag, fences: Sequence[Tag], near: str, tabs: Sequence[Tab]) -> Block:
    """Return the block in `pre`; without a place of its own, it gets the place `near` it.

    `tabs` are those around it, from the innermost to the outermost.
    """
    metadata = _take_metadata(pre, fences)
    parts = _parts(pre)
    if metadata is None and parts and isinstance(parts[0], str):
        parts[0] = parts[0].removeprefix("\n")  # as browsers do after <pre>
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip("\n") + "\n"
    attributes = dict(metadata or {})
    language = plain(attributes.pop("language", ()))
    hash_ = plain(attributes.pop("hash", ()))
    return Block(
        place=plain(attributes.pop("place", ())) or near,
        language=language_of(language),
        parts=tuple(parts),
        tabs=tuple(reversed(tabs)),
        attributes=attributes,
        is_fence=metadata is not None,
        hash=hash_,
    )


def _take_metadata(pre: Tag, fences: Sequence[Tag]) -> dict[str, Parts] | None:
    """Remove the metadata of `fences` from `pre`, with their lines; return that of `pre` itself.

    That is the first, if it is in the first line. Others belong to fences that are shown in it.
    """
    if not fences:
        return None
    first = fences[0]
    before = takewhile(lambda node: node is not first, pre.descendants)
    is_own = not any(node.strip() for node in before if isinstance(node, str))
    metadata = _metadata(first) if is_own else None
    for fence in fences:
        line_end = fence.find_next(string=True)
        if line_end:
            line_end.replace_with(line_end.removeprefix("\n"))
        fence.decompose()
    return metadata


def _parts(pre: Tag) -> list[Part]:
    """Return the text and the live values in `pre`."""
    from bs4 import Tag

    parts: list[Part] = []
    for node in pre.descendants:
        if isinstance(node, str):
            name = node.parent.get("data-live") if node.parent else None
            part: Part = (str(name), str(node)) if name else str(node)
        elif isinstance(node, Tag) and node.name == "br":
            part = "\n"
        else:
            continue
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part:
            parts.append(part)
    return parts


def _metadata(element: Tag) -> dict[str, Parts]:
    """Return a fence's language, place and attributes."""
    metadata = json.loads(str(element[FENCE]))
    return {name: parts_from(parts) for name, parts in metadata.items()}
