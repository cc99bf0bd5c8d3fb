"""The Markdown extension: where a page is seen after its macros, on both site generators.

Marks (`live/mark.py`) become elements and attributes that the client script can find, once Markdown
is done. The form's place is made here too.

In a build that is to be verified, each block carries what its fence says, and each page its path.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from ..live.mark import LETTERS, Mark, has_marks, plain, split, template
from ..page.metadata import BEGINS, PAGE, is_verifying
from ..problem import Problems
from .block_status import with_status_elements, with_statuses
from .conversion import EXCERPT_END, Conversion, error_of, without_macros
from .current_page import FORM, CurrentPage
from .drawn_fences import mark_drawn
from .fence_metadata import with_elements, with_metadata, with_plain_openings, without_attributes
from .form_place import PLACE, with_form
from .plain_tokens import without_plain_tokens
from .quoting import quoting_problems
from .snippets import snippet_problems
from .source import Source
from .steps import Steps

#: attributes that follow the reader's values; in others the publisher's stay
LIVE_ATTRIBUTES = ("href", "title", "alt", "aria-label")

#: classes of elements whose text a script of the site reads: an element in it would be in its way
_READ_BY_SCRIPTS = ("arithmatex", "mermaid")

# Priorities, with the neighbors that they are chosen by.
_AFTER_MACROS = 34  # Zensical runs macros as a preprocessor at 35, MkDocs before any
_BEFORE_FENCES = 31.5  # snippets at 32; superfences at 31.05 and 25
_BEFORE_AUTOLINKS = 125  # Python-Markdown's at 120
_AFTER_INLINE = 6  # inline at 20, attr_list at 8; the table of contents at 5 names headings
_AFTER_HEADINGS = 4
_AFTER_TITLE = 0.5  # MkDocs takes the title from the first element at 1
_AFTER_STASH = -50  # code and raw HTML come back from the stash at 30


class RunbookExtension(Extension):
    """Makes marked values live; named under `markdown_extensions`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the interface's own name)
        """Take part in the rendering of every page."""
        conversion = Conversion()
        md.preprocessors.register(_Begin(md, conversion), "runbook", _AFTER_MACROS)
        md.preprocessors.register(_Fences(md, conversion), "runbook_fences", _BEFORE_FENCES)
        md.inlinePatterns.register(_AutoLink(md), "runbook_autolink", _BEFORE_AUTOLINKS)
        md.treeprocessors.register(_InTree(md), "runbook", _AFTER_INLINE)
        md.treeprocessors.register(Steps(md), "runbook_steps", _AFTER_HEADINGS)
        md.treeprocessors.register(_FormPlace(md, conversion), "runbook_form", _AFTER_TITLE)
        md.postprocessors.register(_InStash(md, conversion), "runbook", _AFTER_STASH)
        if is_verifying():
            md.postprocessors.register(_Ends(md, conversion), "runbook_ends", _AFTER_STASH - 1)


class _Begin(Preprocessor):
    """Takes the page over from its macros."""

    def __init__(self, md: Markdown, conversion: Conversion) -> None:
        super().__init__(md)
        self._conversion = conversion

    def run(self, lines: list[str]) -> list[str]:
        source = self._conversion.begin(self.md)
        page = self._conversion.page
        text = "\n".join(lines)
        if source and source.is_zensical:
            _make_title_plain(source)
        if source and page:
            if page.guide is None:
                text = without_macros(text, page, source)
            self._conversion.text = text
        self._conversion.has_marks = has_marks(text)
        if not self._conversion.has_marks:
            return text.split("\n")
        if source and not source.is_zensical:  # other plugins of MkDocs read the page's text too
            source.page.markdown = plain(text)
        return with_plain_openings(text).split("\n")


def _make_title_plain(source: Source) -> None:
    """Take marks off the titles that Zensical renders with the page: menus show them too."""
    page = source.page
    if has_marks(page.title or ""):
        page.title = plain(page.title)
    if has_marks(page.rendered_metadata_title or ""):
        page.rendered_metadata_title = plain(page.rendered_metadata_title)


class _Fences(Preprocessor):
    """Takes our attributes off fences; for verification, leaves what they say in the block."""

    def __init__(self, md: Markdown, conversion: Conversion) -> None:
        super().__init__(md)
        self._conversion = conversion

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        page, source = self._conversion.page, self._conversion.source
        if page and page.guide and source:
            before = self._conversion.text
            found = [*snippet_problems(before, text, page.guide, source, self.md)]
            if found := [*found, *quoting_problems(text, page.guide, source)]:
                raise error_of(found, source)
        if page and is_verifying() and "fenced_code_block" in self.md.preprocessors:
            mark_drawn(self.md, page)
        guide = CurrentPage.site
        if page and is_verifying():
            text = with_metadata(text, page)
        elif page and source and guide and guide.verification:
            try:
                text = with_statuses(text, page, guide, source, self.md)
            except Problems as error:
                raise error_of(error.problems, source) from None
        else:
            text = without_attributes(text)
        return text.split("\n")


class _Ends(Postprocessor):
    """Marks where a page's own content begins and ends, and names the path of its source."""

    def __init__(self, md: Markdown, conversion: Conversion) -> None:
        super().__init__(md)
        self._conversion = conversion

    def run(self, text: str) -> str:
        source = self._conversion.source
        if source is None or not self._conversion.has_tree:
            return text
        return f'{BEGINS}\n{text}\n<div hidden {PAGE}="{escape(source.path)}"></div>'


class _AutoLink(InlineProcessor):
    """`<{{ url }}>`: Markdown does not recognize a marked URL."""

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


class _InTree(Treeprocessor):
    """Turns marks into elements and attributes, before anything is named after a text."""

    def run(self, root: Element) -> None:
        for element in list(root.iter()):
            if element.get("class") in _READ_BY_SCRIPTS:
                element.text = plain(element.text or "")
            for name, value in list(element.items()):
                if not value or not has_marks(value):  # an attribute of raw HTML may have no value
                    continue
                element.set(name, plain(value))
                with_fields = template(value) if name in LIVE_ATTRIBUTES else None
                if with_fields:
                    element.set(f"data-live-{name}", with_fields)
            if element.text and has_marks(element.text):
                element.text, spans = _spans(split(element.text))
                element[:0] = spans
            for child in list(element):
                if child.tail and has_marks(child.tail):
                    child.tail, spans = _spans(split(child.tail))
                    position = list(element).index(child) + 1
                    element[position:position] = spans


def _spans(parts: list[str | Mark]) -> tuple[str, list[Element]]:
    """Return the text before the first mark, and an element for each mark with what follows it."""
    text = ""
    spans: list[Element] = []
    for part in parts:
        if isinstance(part, Mark):
            span = Element("span", {"data-live": part.name})
            span.text = part.value
            spans.append(span)
        elif spans:
            spans[-1].tail = part
        else:
            text = part
    return text, spans


def _quoted(text: str) -> str:
    return escape(text, quote=False)


class _FormPlace(Treeprocessor):
    """Makes a place for the form: below the page's title, or first where it has none."""

    def __init__(self, md: Markdown, conversion: Conversion) -> None:
        super().__init__(md)
        self._conversion = conversion

    def run(self, root: Element) -> None:
        self._conversion.has_tree = True
        page = self._conversion.page
        if page and page.guide and page.guide.form and not self._conversion.has_excerpt:
            place = Element("div", {"class": FORM})
            root.insert(int(len(root) > 0 and root[0].tag == "h1"), place)


class _InStash(Postprocessor):
    """Replaces marks in code and raw HTML, which bypass the element tree."""

    # What is not HTML inside, and tags. An element in them would be shown, or run. The expression
    # begins with a class of characters, since that is what a search skips to quickest.
    _TOKEN = re.compile(
        rf"[<{LETTERS}](?:(?<!<)"
        r"|!--.*?-->"
        r"|(?P<raw>(?i:script|style|textarea|title|option|svg))\b.*?</(?P=raw)>"
        rf'|(?P<read>pre|div|span) class="(?:{"|".join(_READ_BY_SCRIPTS)})">.*?</(?P=read)>'
        # a tag, where a letter is in it
        rf"|[a-zA-Z](?:[^\"'>{LETTERS}]++|\"[^\"{LETTERS}]*+\"|'[^'{LETTERS}]*+')*+"
        rf"(?:\"[^\"]*+\"|'[^']*+'|[{LETTERS}])(?:\"[^\"]*+\"|'[^']*+'|[^\"'>]++)*+>)",
        re.DOTALL,
    )
    _SPAN = re.compile(r'<span data-live="[^"]*">([^<]*)</span>')
    # A lexer may take the letter amiss where a number could stand.
    _ERROR = re.compile(r'<span class="err">(<span data-live="[^"]*">[^<]*</span>)</span>')
    _ATTRIBUTE = re.compile(r"""(?P<name>[\w:-]+)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s"'>]+)""")

    def __init__(self, md: Markdown, conversion: Conversion) -> None:
        super().__init__(md)
        self._conversion = conversion

    def run(self, text: str) -> str:
        if self._conversion.has_marks:
            text = self._TOKEN.sub(self._replace, text)
            text = self._ERROR.sub(r"\1", text)
        text = without_plain_tokens(text)
        page = self._conversion.page
        if page and page.entries:
            text = with_status_elements(with_elements(text, page), page)
        if page and page.guide and page.guide.form:
            if self._conversion.has_excerpt:
                text = text.replace(EXCERPT_END, f"{EXCERPT_END}{PLACE}", 1)
            text = with_form(text, page.guide.form, getattr(self.md, "toc_tokens", []))
        return text

    def _replace(self, token: re.Match[str]) -> str:
        html = token[0]
        if len(html) == 1:
            return "".join(
                part
                if isinstance(part, str)
                else f'<span data-live="{escape(part.name)}">{_quoted(part.value)}</span>'
                for part in split(html)
            )
        if token["raw"]:
            html = self._SPAN.sub(r"\1", html)  # where Markdown saw a paragraph
        if not has_marks(html):
            return html
        if token["raw"] in ("script", "style") or html.startswith("<!--"):
            return plain(html)
        if token["raw"] or token["read"]:
            return plain(html, _quoted)
        return plain(self._ATTRIBUTE.sub(self._with_template, html), escape)

    def _with_template(self, attribute: re.Match[str]) -> str:
        name, value = attribute["name"].lower(), attribute["value"]
        if name not in LIVE_ATTRIBUTES or not has_marks(value):
            return attribute[0]
        with_fields = template(value[1:-1] if value[0] in "\"'" else value)
        if not with_fields:
            return attribute[0]
        return f'{attribute[0]} data-live-{name}="{escape(with_fields)}"'


def makeExtension(**settings: Any) -> RunbookExtension:  # noqa: N802 (the interface's own name)
    """Return the extension, for Python-Markdown."""
    return RunbookExtension(**settings)
