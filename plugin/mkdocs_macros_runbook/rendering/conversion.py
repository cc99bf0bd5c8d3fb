"""The conversion of a text to HTML: of which page it is, or that it is a part of one."""

from __future__ import annotations

from typing import Any

from markdown import Markdown
from markdown.util import Processor
from mkdocs.exceptions import PluginError

from ..problem import Problem, Problems
from ..values.yaml_file import place_of
from .current_page import CurrentPage, current_page
from .source import Source, source_of

#: ends what a blog shows of a post in its lists, unless the site chose another text
_EXCERPT_END = "<!-- more -->"


class Conversion:
    """The conversion that is running.

    `page` and `source` are `None` for a part of a page, such as a docstring or a blog's excerpt.
    """

    page: CurrentPage | None = None
    source: Source | None = None
    #: whether headings have their IDs: until then, postprocessors run on each heading alone
    has_tree = False
    #: the page as its macros left it
    text = ""

    @property
    def excerpt_ends(self) -> set[str]:
        """What ends the beginning of the page that Zensical takes into pages with forms."""
        if self.source is None or not self.source.is_zensical:
            return set()
        blogs = self.source.config["plugins"].get("blogs", {}).get("config", ())
        separators = (blog["config"].get("post_excerpt_separator", _EXCERPT_END) for blog in blogs)
        return {end for end in separators if end in self.text}

    def begin(self, md: Any) -> None:
        """Take the page over from its macros."""
        source, page = source_of(md), current_page.get()
        current_page.set(None)  # the next page may have no macros
        self.page = self.source = None
        self.has_tree, self.text = False, ""
        if source and not source.has_begun:
            self.page = page or _page_without_macros(source)
        if source and self.page:
            self.source = source
            source.begin()


class ConversionProcessor(Processor):
    """The beginning of a processor of Markdown that takes part in a conversion."""

    def __init__(self, md: Markdown, conversion: Conversion) -> None:
        super().__init__(md)
        self._conversion = conversion


def _page_without_macros(source: Source) -> CurrentPage | None:
    """Return the page, if its front matter keeps macros from it; `None` for a part of a page."""
    if source.is_zensical and not source.is_template:
        return CurrentPage(None)
    if CurrentPage.site_guide and not source.is_zensical:
        return None
    message = "pages would show {{ … }} instead of values: mkdocs-macros does not load the plugin"
    fix = "add mkdocs_macros_runbook to `modules` under plugins, macros"
    if "zensical.extensions.macros" in source.config["markdown_extensions"]:
        fix = "remove zensical.extensions.macros: with it, Zensical ignores plugins.macros"
    place = place_of(source.config_file, ("markdown_extensions",))
    raise error_of([Problem(place, message, fix)], source)


def error_of(problems: list[Problem], source: Source) -> Exception:
    """Return the exception that stops the site generator with `problems`."""
    if source.is_zensical:
        return Problems(problems)
    return PluginError("\n".join(map(str, problems)))  # MkDocs shows no traceback for this one
