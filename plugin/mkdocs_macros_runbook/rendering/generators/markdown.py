"""The Markdown extension: where a page is seen after its macros, on both site generators.

Marks become live values (`live_values.py`), fences lose our attributes, and the form, the steps and
the statuses of blocks get their places.

In a build that is to be verified, each block carries what its fence says, and each page its path.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from ...live.mark import has_marks, plain
from ...page.markup import markup_problems
from ...page.verification_build import BEGINS, PAGE, is_site_to_verify, is_verifying
from ...problem import Problems
from ..conversion import Conversion, ConversionProcessor, error_of
from ..current_page import FORM, CurrentPage
from ..elements.form import PLACE, with_form
from ..elements.live_values import AutoLinks, LiveStash, LiveTree
from ..elements.steps import Steps
from ..fences.metadata import mark_drawn, with_elements, with_metadata
from ..fences.openings import with_language, with_plain_openings, without_attributes
from ..fences.places import with_places
from ..fences.problems import fence_as_text, fence_problems
from ..fences.snippets import report_by_line
from ..report.block_status import with_status_elements, with_statuses
from ..source import Source
from .bare_build import highlight_nothing

# Priorities, with the neighbors that they are chosen by.
_AFTER_MACROS = 34  # Zensical runs macros as a preprocessor at 35, MkDocs before any
_BEFORE_FENCES = 31.5  # snippets at 32; superfences at 31.05 and 25
_AFTER_FENCES = 24.5
_BEFORE_AUTOLINKS = 125  # Python-Markdown's at 120
_AFTER_INLINE = 5.5  # inline at 20, attr_list at 8, smarty at 6; at 5 headings are named
_AFTER_HEADINGS = 4
_AFTER_TITLE = 0.5  # MkDocs takes the title from the first element at 1
_AFTER_STASH = -50  # code and raw HTML come back from the stash at 30

#: what takes the title from the heading, in MkDocs and in ProperDocs
_TITLES = ("mkdocs_extract_title", "properdocs_extract_title")
_HEADING = re.compile(r"\s*# +(.*?)(?: +#+)? *$", re.MULTILINE)
_CODE = re.compile(r"<pre><span></span>.*?</pre>", re.DOTALL)  # so Pygments begins a block
# Pygments' classes for whitespace, text, punctuation, operators and names
_PLAIN_TOKEN = re.compile(r'<span class="[wxpon]">([^<]*)</span>')


class RunbookExtension(Extension):
    """Makes marked values live; named under `markdown_extensions`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the interface's own name)
        """Take part in the rendering of every page."""
        conversion = Conversion()
        md.preprocessors.register(_Begin(md, conversion), "runbook", _AFTER_MACROS)
        md.preprocessors.register(_Fences(md, conversion), "runbook_fences", _BEFORE_FENCES)
        md.inlinePatterns.register(AutoLinks(md), "runbook_autolink", _BEFORE_AUTOLINKS)
        md.treeprocessors.register(LiveTree(md), "runbook", _AFTER_INLINE)
        md.treeprocessors.register(Steps(md), "runbook_steps", _AFTER_HEADINGS)
        md.treeprocessors.register(_FormPlace(md, conversion), "runbook_form", _AFTER_TITLE)
        md.postprocessors.register(LiveStash(md), "runbook", _AFTER_STASH)
        md.postprocessors.register(_Elements(md, conversion), "runbook_elements", _AFTER_STASH - 1)
        if is_verifying():
            md.postprocessors.register(_Ends(md, conversion), "runbook_ends", _AFTER_STASH - 2)
        else:
            md.preprocessors.register(_FencesAsText(md, conversion), "runbook_text", _AFTER_FENCES)


class _Begin(ConversionProcessor, Preprocessor):
    """Takes the page over from its macros."""

    def run(self, lines: list[str]) -> list[str]:
        if is_verifying():
            highlight_nothing(self.md)
        self._conversion.begin(self.md)
        page, source = self._conversion.page, self._conversion.source
        text = "\n".join(lines)
        if page and source:
            report_by_line(self.md, source)
            if page.guide is None:
                text = _without_macros(text, page, source)
            self._conversion.text = text
            if source.is_zensical:
                _make_titles_plain(source.page, text)
            elif has_marks(text):  # other plugins of MkDocs read the page's text too
                source.page.markdown = plain(text)
        return with_plain_openings(text).split("\n")


def _make_titles_plain(page: Any, text: str) -> None:
    """Take marks off the titles that Zensical renders with the page: menus show them too.

    If the title is the page's first heading, Zensical takes it from that, without its Markdown.
    """
    heading = _HEADING.match(text)
    if heading and heading[1] == page.title and has_marks(heading[1]):
        page.title = None
    for name in ("title", "rendered_metadata_title"):
        title = getattr(page, name)
        if title and has_marks(title):
            setattr(page, name, plain(title))


class _Fences(ConversionProcessor, Preprocessor):
    """Takes our attributes off fences; for verification, leaves what they say in the block."""

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        page, source = self._conversion.page, self._conversion.source
        if page is None or source is None:
            return without_attributes(text).split("\n")
        before, guide = self._conversion.text, CurrentPage.site_guide
        if problems := [*fence_problems(page, before, text, source, self.md)]:
            raise error_of(problems, source)
        highlight = source.extensions.get("pymdownx.highlight", {})
        if language := highlight.get("default_lang"):
            text = with_language(text, language, "".join(page.entry_by_letter))
        if is_verifying():
            mark_drawn(self.md, page)
            text = with_metadata(text, page)
        elif guide and guide.shows_verification:
            try:
                text = with_statuses(text, page, guide, source, self.md)
            except Problems as error:
                raise error_of(error.problems, source) from None
        else:
            text = without_attributes(text)
        return text.split("\n")


class _FencesAsText(ConversionProcessor, Preprocessor):
    """Stops a build at a fence that no extension took; in a verification, its test fails."""

    def run(self, lines: list[str]) -> list[str]:
        source = self._conversion.source
        is_looked_at = "fenced_code_block" in self.md.preprocessors
        if source and is_looked_at and (problem := fence_as_text("\n".join(lines), source)):
            raise error_of([problem], source)
        return lines


class _Ends(ConversionProcessor, Postprocessor):
    """Marks where a page's own content begins and ends, and names the path of its source."""

    def run(self, text: str) -> str:
        source = self._conversion.source
        if source is None or not self._conversion.has_tree:
            return text
        is_own = source.is_zensical or is_site_to_verify(
            source.config_file
        )  # Zensical builds no other
        path = escape(source.path) if is_own else ""
        return f'{BEGINS}\n{text}\n<div hidden {PAGE}="{path}"></div>'


class _FormPlace(ConversionProcessor, Treeprocessor):
    """Makes a place for the form: below the page's title, or first where it has none."""

    def run(self, root: Element) -> None:
        self._conversion.has_tree = True
        page, source = self._conversion.page, self._conversion.source
        if source and not source.is_zensical:
            _keep_title(source.page, self.md)
        if page and page.guide and page.guide.form and not self._conversion.excerpt_ends:
            place = Element("div", {"class": FORM})
            root.insert(int(len(root) > 0 and root[0].tag == "h1"), place)


def _keep_title(page: Any, md: Any) -> None:
    """Set the title that MkDocs takes from the heading: it would look for it at each use.

    In a site of 200 pages, all menus have 40,000 titles.
    """
    names = filter(md.treeprocessors.__contains__, _TITLES)
    title = next((md.treeprocessors[name].title for name in names), None)
    if title and "title" not in vars(page) and "title" not in page.meta:
        page.title = title


class _Elements(ConversionProcessor, Postprocessor):
    """Puts the elements of fences, statuses and the form in their places."""

    def run(self, text: str) -> str:
        text = without_plain_tokens(text)
        page = self._conversion.page
        if page and page.entry_by_letter:
            text = with_status_elements(with_elements(text, page), page)
            for letter in page.entry_by_letter:  # of a fence that Markdown reads as text
                text = text.replace(letter, "")
        if page and page.guide and page.guide.form:
            for end in self._conversion.excerpt_ends:
                text = text.replace(end, f"{end}{PLACE}", 1)
            text = with_form(text, page.guide, getattr(self.md, "toc_tokens", []))
        return text


def without_plain_tokens(html: str) -> str:
    """Return `html` without elements of tokens in code that look like the text around them.

    Pygments makes an element of each space, bracket and name, which in a page of commands are most
    of all its elements, and browsers take time for each.
    """
    return _CODE.sub(lambda code: "".join(_PLAIN_TOKEN.split(code[0])), html)


def _without_macros(text: str, page: CurrentPage, source: Source) -> str:
    """Return the text of a page that Jinja does not render, with the places of its fences."""
    place = source.place(text)
    in_markup = markup_problems(text, source.extensions)
    if problems := [*map(place.problem, in_markup)]:
        raise error_of(problems, source)
    guide = CurrentPage.site_guide
    has_statuses = guide is not None and guide.shows_verification
    return with_places(text, place, page) if is_verifying() or has_statuses else text
