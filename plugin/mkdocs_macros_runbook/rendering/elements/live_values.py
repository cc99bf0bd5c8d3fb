"""Live values in the HTML of a page, where the client script finds them: elements and attributes.

Most marks are replaced in the element tree. Code and raw HTML bypass the tree: their marks are
replaced once Markdown has put the page together.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

from ...live.mark import MARK_LETTERS, Mark, as_template, has_marks, mark_of, plain, split

#: attributes that follow the reader's values; in others the publisher's stay
_LIVE_ATTRIBUTES = ("href", "title", "alt", "aria-label")
#: classes of elements whose text a script of the site reads: an element in it would be in its way
_READ_BY_SCRIPTS = ("arithmatex", "mermaid")

_COMMENT = r"(?:!--.*?-->|\?.*?\?>|!\[CDATA\[.*?\]\]>)"
# `<title>…</title>`: an element in it would be shown as text, or run
_NEVER_LIVE = (
    r"(?P<never_live>(?i:script|style|textarea|title|option|svg|iframe|xmp))(?=[\s/>])"
    r".*?</(?P=never_live)>"
)
# `<span class="arithmatex">…</span>`
_FOR_SCRIPT = (
    rf'(?P<read_by_script>pre|div|span) class="(?:{"|".join(_READ_BY_SCRIPTS)})">'
    r".*?</(?P=read_by_script)>"
)
# `<a href="…">`, if a letter is in it
_TAG = (
    rf"[a-zA-Z](?:[^\"'>{MARK_LETTERS}]++|\"[^\"{MARK_LETTERS}]*+\"|'[^'{MARK_LETTERS}]*+')*+"
    rf"(?:\"[^\"]*+\"|'[^']*+'|[{MARK_LETTERS}])(?:\"[^\"]*+\"|'[^']*+'|[^\"'>]++)*+>"
)
# A letter alone, or one of these. It begins with a class of characters, since that is what a search
# skips to quickest.
_TOKEN = re.compile(
    rf"[<{MARK_LETTERS}](?:(?<!<)|{_COMMENT}|{_NEVER_LIVE}|{_FOR_SCRIPT}|{_TAG})", re.DOTALL
)
_SPAN = re.compile(r'<span data-live="[^"]*">([^<]*)</span>')
# A lexer may take the letter amiss where a number could stand.
_ERROR = re.compile(r'<span class="err">(<span data-live="[^"]*">[^<]*</span>)</span>')
_ATTRIBUTE = re.compile(r"""(?P<name>[\w:-]+)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s"'>]+)""")


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
            if element.get("class") in _READ_BY_SCRIPTS:
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
    with_fields = as_template(value) if name in _LIVE_ATTRIBUTES else None
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


class LiveStash(Postprocessor):
    """Replaces marks in code and raw HTML, which bypass the element tree."""

    def run(self, text: str) -> str:
        return _ERROR.sub(r"\1", _TOKEN.sub(_live, text))


def _live(token: re.Match[str]) -> str:
    """Return a token with elements, templates or plain values in place of its marks."""
    html = token[0]
    if len(html) == 1:
        mark = mark_of(html)
        return _element(mark) if mark else html
    if token["never_live"]:
        html = _SPAN.sub(r"\1", html)  # where Markdown saw a paragraph
    if not has_marks(html):
        return html
    if token["never_live"] in ("script", "style") or html.startswith("<!--"):
        return plain(html)
    if token["never_live"] or token["read_by_script"]:
        return plain(html, _quoted)
    return plain(_ATTRIBUTE.sub(_with_template, html), escape)


@cache  # at most one entry for each letter
def _element(mark: Mark) -> str:
    return f'<span data-live="{escape(mark.name)}">{_quoted(mark.value)}</span>'


def _quoted(text: str) -> str:
    return escape(text, quote=False)


def _with_template(attribute: re.Match[str]) -> str:
    """Return an attribute, and behind it another with its template if it can be live."""
    name, value = attribute["name"].lower(), attribute["value"]
    if name not in _LIVE_ATTRIBUTES or not has_marks(value):
        return attribute[0]
    with_fields = as_template(value[1:-1] if value[0] in "\"'" else value)
    if not with_fields:
        return attribute[0]
    return f'{attribute[0]} data-live-{name}="{escape(with_fields)}"'
