"""Live values in the element tree of a page: marks become elements and attributes.

The client script finds them there. Code and raw HTML bypass the tree: see `live_raw_html.py`.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from ..live.mark import Mark, as_template, has_marks, plain, split

#: attributes that follow the reader's values; in others the publisher's stay
LIVE_ATTRIBUTES = ("href", "title", "alt", "aria-label")
#: classes of elements whose text a script of the site reads: an element in it would be in its way
READ_BY_SCRIPTS = ("arithmatex", "mermaid")


class AutoLinks(InlineProcessor):
    """Makes links of `<{{ url }}>`: Markdown does not recognize a marked URL."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(r"<([^<>\s]+)>", md)

    def handleMatch(  # type: ignore[override] # noqa: N802 (the interface's own name)
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        text = m[1]
        url = plain(text)
        if url == text or not re.match(r"https?://|[^@\s]+@[^@\s]+$", url):
            return None, None, None
        link = Element("a", href=text if "://" in url else f"mailto:{text}")
        link.text = text
        return link, m.start(0), m.end(0)


class LiveTree(Treeprocessor):
    """Turns marks into elements and attributes, before anything is named after a text."""

    def run(self, root: Element) -> None:
        for element in list(root.iter()):
            if element.get("class") in READ_BY_SCRIPTS:
                element.text = plain(element.text or "", _literal)
            for name, value in list(element.items()):
                if value and has_marks(value):  # an attribute of raw HTML may have no value
                    _set_attribute(element, name, value)
            if element.text and has_marks(element.text):
                element.text, element[:0] = _spans(split(element.text))
            for child in list(element):
                if child.tail and has_marks(child.tail):
                    child.tail, spans = _spans(split(child.tail))
                    position = list(element).index(child) + 1
                    element[position:position] = spans


def _set_attribute(element: Element, name: str, value: str) -> None:
    """Set an attribute to the plain `value`, and another to its template if it can be live."""
    element.set(name, plain(value, _literal))
    with_fields = as_template(value) if name in LIVE_ATTRIBUTES else None
    if with_fields:
        element.set(f"data-live-{name}", with_fields)


def _literal(value: str) -> str:
    """Return `value` for the tree, whose serializer takes `&lt;` in a text for an entity."""
    return value.replace("&", "&amp;")


def _spans(parts: list[str | Mark]) -> tuple[str, list[Element]]:
    """Return the text before the first mark, and an element for each mark with what follows it."""
    text = ""
    spans: list[Element] = []
    for part in parts:
        if isinstance(part, Mark):
            span = Element("span", {"data-live": part.name})
            span.text = _literal(part.value)
            spans.append(span)
        elif spans:
            spans[-1].tail = part
        else:
            text = part
    return text, spans
