"""The Jinja extension: where a page's source is seen before anything is rendered.

Both site generators hand each page to Jinja as one template without a name, its front matter
taken off. Here it is checked, its excerpts are filled in, and a VitePress page becomes one that
Python-Markdown can read.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Set
from functools import cached_property

from jinja2 import Environment
from jinja2.ext import Extension

from ..live.mark import PlainFilters, set_apart, written
from ..page.excerpt import excerpt_problems, with_excerpts
from ..page.fence import fence_problems
from ..page.metadata import is_verifying
from ..page.names import name_problems
from ..page.place import LineProblem, Place
from ..page.vitepress import is_vitepress, with_wide_lists, without_params
from ..problem import Problem
from .current_page import CurrentPage, current_page
from .fence_metadata import with_places


class PageSource(Extension):
    """Checks a page's source and reads VitePress pages; named under `j2_extensions`."""

    def __init__(self, environment: Environment) -> None:
        """Let `environment` mark the values that it writes out."""
        super().__init__(environment)
        environment.finalize = written
        environment.filters = PlainFilters(environment.filters)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template that Jinja compiles for `source`; nothing if it has problems.

        A template with a `name` is an include.
        """
        set_apart(source)
        page = current_page.get()
        if page is not None:
            if not name and not page.body:  # the page comes before its title
                page.body = source
            if problems := [*self._problems(source, name, page)]:
                page.guide.report(problems)
                return ""
            if is_verifying():
                source = with_places(source, _place(source, name, page), page)
            source = with_excerpts(source, page.guide.scripts)
        if is_vitepress(source):
            source = with_wide_lists(without_params(source))
        return source

    @cached_property
    def _plain(self) -> Environment:
        """The site's delimiters and tags, without this extension."""
        plain = self.environment.overlay()
        plain.extensions = {
            name: extension
            for name, extension in self.environment.extensions.items()
            if not isinstance(extension, PageSource)
        }
        return plain

    def _problems(self, source: str, name: str | None, page: CurrentPage) -> Iterator[Problem]:
        names = page.guide.names() | set(self.environment.globals)
        values = page.guide.values.by_name.keys()
        in_body = [
            *excerpt_problems(source, page.guide.scripts),
            *fence_problems(source),
            *name_problems(source, names, values, self._plain),
        ]
        in_front_matter = [*self._front_matter_problems(page, names)]
        if in_front_matter or in_body:  # only then is the file read for the place
            place = _place(source, name, page)
            yield from (Place(place.path).problem(problem) for problem in in_front_matter)
            yield from (place.problem(problem) for problem in in_body)

    def _front_matter_problems(self, page: CurrentPage, names: Set[str]) -> Iterator[LineProblem]:
        values = page.guide.values.by_name.keys()
        jinja = self._plain
        starts = (jinja.variable_start_string, jinja.block_start_string)
        for key, text in page.guide.front_matter().items():
            if key in values:
                message = f"the front matter sets {key!r}, but mkdocs.yml already declares it"
                yield LineProblem(1, message, "rename it")
            if not isinstance(text, str) or not any(start in text for start in starts):
                continue
            if key == "title":
                for problem in name_problems(text, names, values, jinja):
                    yield LineProblem(1, problem.message, problem.fix)
            else:
                message = f"Jinja does not render {text!r} in the front matter, under {key!r}"
                yield LineProblem(1, message, "write the text out")


def _place(source: str, name: str | None, page: CurrentPage) -> Place:
    return Place(name) if name else page.guide.place(source)


def line_of_call() -> int:
    """Return the line of the template from which a macro was called."""
    frame = inspect.currentframe()
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return int(template.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back
    return 1
