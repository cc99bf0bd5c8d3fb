"""The Markdown extension: where a page is seen after its macros, on both site generators.

Marked values (`mark.py`) are masked before Markdown runs, and become elements and attributes that
the reader's script can find after it. The form's place is made here too.

In a build that is to be verified, each fence carries a note, and each page its own path.
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

from ..live.form import take_form
from ..live.mark import LETTERS, Mark, Mask, plain
from ..page.fence import BEGINS, Said, is_verifying, note_of, without_attributes

#: attributes that follow the reader's values; in others the publisher's stay
LIVE_ATTRIBUTES = ("href", "title", "alt", "aria-label")

#: classes of elements whose text a script of the site reads: an element in it would be in its way
_READ_BY_SCRIPTS = ("arithmatex", "mermaid")

# Stands for the form until all else is done: every processor would go through it.
_FORM = "\ufdd5"

# Priorities, with the neighbours that they are chosen by.
_AFTER_MACROS = 34  # Zensical runs macros as a preprocessor at 35, MkDocs before any
_BEFORE_FENCES = 31.5  # snippets at 32; superfences at 31.05 and 25
_BEFORE_AUTOLINKS = 125  # Python-Markdown's at 120
_AFTER_INLINE = 6  # inline at 20, attr_list at 8; the table of contents at 5 names headings
_AFTER_TITLE = 0.5  # MkDocs takes the title from the first element at 1
_AFTER_STASH = -50  # code and raw HTML come back from the stash at 30


class RunbookExtension(Extension):
    """Makes marked values live; named under `markdown_extensions`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the interface's own name)
        """Take part in the rendering of every page."""
        page = _Page()
        md.preprocessors.register(_Before(md, page), "runbook", _AFTER_MACROS)
        md.preprocessors.register(_Fences(md, page), "runbook_fences", _BEFORE_FENCES)
        md.inlinePatterns.register(_AutoLink(page, md), "runbook_autolink", _BEFORE_AUTOLINKS)
        md.treeprocessors.register(_InTree(md, page), "runbook", _AFTER_INLINE)
        md.treeprocessors.register(_FormPlace(md, page), "runbook_form", _AFTER_TITLE)
        md.postprocessors.register(_InStash(md, page), "runbook", _AFTER_STASH)
        if is_verifying():
            md.postprocessors.register(_Named(md), "runbook_named", _AFTER_STASH - 1)


class _Page:
    """The page that is being converted."""

    def __init__(self) -> None:
        self.mask = Mask()
        self.form = ""


class _Before(Preprocessor):
    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, lines: list[str]) -> list[str]:
        text, form = take_form("\n".join(lines))
        self._page.form = _quoted(form).replace('"', "&quot;")  # its apostrophes are many
        if "relpath" in self.md.treeprocessors:  # MkDocs: other plugins read the page's text too
            page: Any = self.md.treeprocessors["relpath"]
            page.file.page.markdown = plain(text)
        return self._page.mask.put_on(_OPENED.sub(_unmarked, text)).split("\n")


# What a preprocessor reads, before masks come off again: the paths of snippets, a fence's options.
_OPENED = re.compile(r"^[ \t>]*(?:`{3,}|~{3,}|;*--8<--).*", re.MULTILINE)
_SHOWN = re.compile(r"""((?:title|shows)=(?:"[^"]*"|'[^']*'))""")


def _unmarked(opened: re.Match[str]) -> str:
    """Return a line with its values plain, but for a title, which the page shows, and a command."""
    parts = _SHOWN.split(opened[0])
    return "".join(part if number % 2 else plain(part) for number, part in enumerate(parts))


class _Fences(Preprocessor):
    """Takes off fences what they say to the verifier; for the verifier, leaves it in a note."""

    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self._mask = page.mask
        self._is_verifying = is_verifying()

    def run(self, lines: list[str]) -> list[str]:
        note = self._note if self._is_verifying else None
        return without_attributes("\n".join(lines), note).split("\n")

    def _note(self, said: Said) -> str:
        return note_of({name: self._parts(text) for name, text in said.items()})

    def _parts(self, text: str) -> list[object]:
        parts = self._mask.split(text)
        return [[part.name, part.value] if isinstance(part, Mark) else part for part in parts]


class _Named(Postprocessor):
    """Leaves the page's own path in a page that is to be verified, and marks where it begins."""

    def run(self, text: str) -> str:
        path = escape(_page_path(self.md))
        return f'{BEGINS}\n{text}\n<div hidden data-runbook-page="{path}"></div>'


class _AutoLink(InlineProcessor):
    """`<{{ url }}>`: Markdown itself sees no URL in a mask."""

    def __init__(self, page: _Page, md: Markdown) -> None:
        super().__init__(r"<([^<>\s]+)>", md)
        self._page = page

    def handleMatch(  # type: ignore[override] # noqa: N802 (the interface's own name)
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        text = m[1]
        url = self._page.mask.plain(text)
        if url == text or not re.match(r"https?://|[^@\s]+@[^@\s]+$", url):
            return None, None, None
        link = Element("a", href=text if "://" in url else f"mailto:{text}")
        link.text = text
        return link, m.start(0), m.end(0)


class _InTree(Treeprocessor):
    """Turns masks into elements and attributes, before anything is named after a text."""

    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, root: Element) -> None:
        mask = self._page.mask
        if not mask.marks:
            return
        for element in list(root.iter()):
            if element.get("class") in _READ_BY_SCRIPTS:
                element.text = mask.plain(element.text or "")
            for name, value in list(element.items()):
                if not value or not mask.hides(value):  # an attribute of raw HTML may have no value
                    continue
                element.set(name, mask.plain(value))
                template = mask.template(value) if name in LIVE_ATTRIBUTES else None
                if template:
                    element.set(f"data-live-{name}", template)
            if element.text and mask.hides(element.text):
                written, lives = _spans(mask.split(element.text))
                element.text = written
                element[:0] = lives
            for child in list(element):
                if child.tail and mask.hides(child.tail):
                    written, lives = _spans(mask.split(child.tail))
                    child.tail = written
                    position = list(element).index(child) + 1
                    element[position:position] = lives


def _spans(parts: list[str | Mark]) -> tuple[str, list[Element]]:
    """Return the text before the first mark, and an element for each mark with what follows it."""
    written = ""
    lives: list[Element] = []
    for part in parts:
        if isinstance(part, Mark):
            live = Element("span", {"data-live": part.name})
            live.text = part.value
            lives.append(live)
        elif lives:
            lives[-1].tail = part
        else:
            written = part
    return written, lives


def _quoted(text: str) -> str:
    return escape(text, quote=False)


class _FormPlace(Treeprocessor):
    """Makes a place for the form: below the page's title, or first where it has none."""

    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, root: Element) -> None:
        if self._page.form:
            place = Element("div", {"class": "live", "data-live-form": _FORM})
            root.insert(int(len(root) > 0 and root[0].tag == "h1"), place)


class _InStash(Postprocessor):
    """Turns masks in code and raw HTML, which never were in the tree."""

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

    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, text: str) -> str:
        if self._page.mask.marks:
            text = self._TOKEN.sub(self._replace, text)
            text = self._ERROR.sub(r"\1", text)
        return text.replace(_FORM, self._page.form)

    def _replace(self, token: re.Match[str]) -> str:
        mask = self._page.mask
        found = token[0]
        if len(found) == 1:
            mark = mask.marks.get(found)
            if not mark:
                return found
            return f'<span data-live="{escape(mark.name)}">{_quoted(mark.value)}</span>'
        if token["raw"]:
            found = self._SPAN.sub(r"\1", found)  # where Markdown saw a paragraph
        if not mask.hides(found):
            return found
        if token["raw"] in ("script", "style") or found.startswith("<!--"):
            return mask.plain(found)
        if token["raw"] or token["read"]:
            return mask.plain(found, _quoted)
        return mask.plain(self._ATTRIBUTE.sub(self._with_template, found), escape)

    def _with_template(self, attribute: re.Match[str]) -> str:
        mask = self._page.mask
        if attribute["name"].lower() not in LIVE_ATTRIBUTES or not mask.hides(attribute["value"]):
            return attribute[0]
        value = attribute["value"]
        template = mask.template(value[1:-1] if value[0] in "\"'" else value)
        if not template:
            return attribute[0]
        return f'{attribute[0]} data-live-{attribute["name"].lower()}="{escape(template)}"'


def _page_path(md: Any) -> str:
    """Return the path of the page that `md` converts, below the folder of pages."""
    if "relpath" in md.treeprocessors:  # MkDocs rewrites links by the page's own file
        return str(md.treeprocessors["relpath"].file.src_uri)
    return str(md.preprocessors["rendering_context"].page.path)  # Zensical


def makeExtension(**settings: Any) -> RunbookExtension:  # noqa: N802 (the interface's own name)
    """Return the extension, for Python-Markdown."""
    return RunbookExtension(**settings)
