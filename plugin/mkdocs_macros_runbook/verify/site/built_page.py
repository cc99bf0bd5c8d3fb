"""Built pages: HTML that the site generator wrote for verification, and the blocks in it.

They are kept in a file, for other workers and for the next run: to read them from HTML takes as
long as to build the site. In such a build, the first line of each fence's code has only an element
with its metadata.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...files import write_atomically
from ...page.languages import LANGUAGES, language_of
from ...page.verification_build import BEGINS, DRAWING, FENCE, PAGE
from ..block import Block, Part, Parts, Tab, parts_from, text_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_METADATA = f"<span {FENCE}="
# a browser shows no elements in these
_NOT_SHOWN = re.compile(
    r"<!--.*?-->|<(script|style|textarea|template)\b.*?</\1>", re.DOTALL | re.IGNORECASE
)
_LINE_NUMBERS = {"linenos", "linenodiv"}


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
    contents = {content for path in own for content in pages[path].contents()}
    for path, page in pages.items():
        if path not in files and (path in own or not page.contents() <= contents):
            yield path


def read_page(html: str, docs: str = "") -> BuiltPage:
    """Return the page with this HTML; `docs` is the folder of pages in the places of blocks."""
    from selectolax.lexbor import LexborHTMLParser  # brought by the extra `verify`

    content = _NOT_SHOWN.sub("", _content(html))
    tree = LexborHTMLParser(content)
    named = tree.css_first(f"[{PAGE}]")
    page = BuiltPage(named.attrs.sget(PAGE) if named else "", fence_count=content.count(_METADATA))
    fences = tree.css(f"[{FENCE}]")
    page.read_count = len(fences)
    page.unrendered = [
        text_of(_metadata(fence).get("place", ()))
        for fence in fences
        if not any(element.tag == "pre" for element in _around(fence))
    ]
    page.blocks = [*_blocks(tree, posixpath.join(docs, page.path))]
    return page


def _blocks(tree: LexborHTMLParser, near: str) -> Iterator[Block]:
    """Yield the blocks; those without a place of their own are `near` the one before, or this."""
    tabs = _tabs_by_section(tree)
    for pre in tree.css("pre"):
        around = [*_around(pre)]
        if any(element.tag == "pre" or _LINE_NUMBERS & _classes(element) for element in around):
            continue
        block = _block(pre, near, [tabs[one.mem_id] for one in around if one.mem_id in tabs])
        is_drawn = any(DRAWING in element.attrs for element in around)
        if block.language in LANGUAGES or not is_drawn:  # else it is a diagram
            yield block
            near = f"after {block.place}" if block.is_fence else near


def _content(html: str) -> str:
    """Return the page's own content, without the theme around it and excerpts of other pages."""
    content = html.partition(BEGINS)[2] or html
    end = content.find(f" {PAGE}=")
    return content[: content.find(">", end) + 1] if end >= 0 else content


def _around(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements around `node`, from the innermost to the outermost."""
    while (parent := node.parent) and parent.is_element_node:
        yield parent
        node = parent


def _classes(element: LexborNode) -> set[str]:
    return {*element.attrs.sget("class").split()}


def _children(element: LexborNode, class_: str) -> list[LexborNode]:
    return [child for child in element.iter() if class_ in _classes(child)]


def _tabs_by_section(tree: LexborHTMLParser) -> dict[int, Tab]:
    """Return the tab that each section of a group of tabs is, by the section's identity."""
    tabs = {}
    for number, group in enumerate(tree.css(".tabbed-set"), start=1):
        (labels_in,) = _children(group, "tabbed-labels") or [group]
        labels = [label.text() for label in labels_in.iter() if label.tag == "label"]
        sections = _children(group, "tabbed-content")
        if "tabbed-alternate" in _classes(group):
            sections = [block for part in sections for block in _children(part, "tabbed-block")]
        for label, section in zip(labels, sections, strict=False):
            tabs[section.mem_id] = (number, " ".join(label.split()))
    return tabs


def _block(pre: LexborNode, near: str, tabs: Sequence[Tab]) -> Block:
    """Return the block in `pre`; without a place of its own, it gets the place `near` it.

    `tabs` are those around it, from the innermost to the outermost.
    """
    metadata, parts = _metadata_and_parts(pre)
    if metadata is None and parts and isinstance(parts[0], str):
        parts[0] = parts[0].removeprefix("\n")
    if parts and not isinstance(parts[-1], str):
        parts.append("")
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip("\n") + "\n"
    attributes = dict(metadata or {})
    place, language, hash_ = (
        text_of(attributes.pop(name, ())) for name in ("place", "language", "hash")
    )
    return Block(
        place=place or near,
        language=language_of(language),
        parts=tuple(parts),
        tabs=tuple(reversed(tabs)),
        attributes=attributes,
        is_fence=metadata is not None,
        hash=hash_,
    )


def _metadata_and_parts(pre: LexborNode) -> tuple[dict[str, Parts] | None, list[Part]]:
    """Return the metadata of the fence that `pre` is, if any, and its text and live values.

    The fence's metadata is in the first line. Others belong to fences that are shown in it. The
    line of each is no part of the text.
    """
    metadata, parts, is_after_fence = None, list[Part](), False
    for node in _leaves(pre):
        if _has_metadata(node):
            if metadata is None and not text_of(tuple(parts)).strip():
                metadata = _metadata(node)
            is_after_fence = True
            continue
        text = "\n" if node.tag == "br" else node.text_content or ""
        if is_after_fence:
            text, is_after_fence = text.removeprefix("\n"), False
        name = node.parent.attrs.sget("data-live") if node.parent else ""
        if not name and parts and isinstance(parts[-1], str):
            parts[-1] += text
        elif text:
            parts.append((name, text) if name else text)
    return metadata, parts


def _leaves(element: LexborNode) -> Iterator[LexborNode]:
    """Yield the texts, line breaks and metadata in `element`, without line numbers."""
    nodes = [element]
    while nodes:
        node = nodes.pop()
        if node.is_text_node or node.tag == "br" or _has_metadata(node):
            yield node
        elif not _LINE_NUMBERS & _classes(node):
            nodes += reversed([*node.iter(include_text=True)])


def _has_metadata(node: LexborNode) -> bool:
    return not node.is_text_node and FENCE in node.attrs


def _metadata(element: LexborNode) -> dict[str, Parts]:
    """Return a fence's language, place and attributes."""
    metadata = json.loads(element.attrs.sget(FENCE))
    return {name: parts_from(parts) for name, parts in metadata.items()}


def load_pages(file: Path, key: str = "") -> Mapping[str, BuiltPage] | None:
    """Return the pages in `file` by their paths; `None` if it has none that were saved as `key`."""
    try:
        content = json.loads(file.read_bytes())
        if content["key"] != key:
            return None
        return {
            path: BuiltPage(**{**page, "blocks": [*map(_saved_block, page["blocks"])]})
            for path, page in content["pages"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_pages(file: Path, pages: Mapping[str, BuiltPage], key: str = "") -> None:
    """Write the pages into `file`, whole or not at all; raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    by_path = {path: asdict(page) for path, page in pages.items()}
    write_atomically(file, json.dumps({"key": key, "pages": by_path}))


def _saved_block(data: dict[str, Any]) -> Block:
    attributes = {name: parts_from(parts) for name, parts in data["attributes"].items()}
    tabs = tuple((number, label) for number, label in data["tabs"])
    typed = {"parts": parts_from(data["parts"]), "tabs": tabs, "attributes": attributes}
    return Block(**{**data, **typed})
