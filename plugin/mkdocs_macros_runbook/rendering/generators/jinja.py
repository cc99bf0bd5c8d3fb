"""The Jinja extension: where a page's source is seen before anything is rendered.

Both site generators hand each page to Jinja as one template without a name, its front matter
taken off. Here it is checked, its excerpts are filled in, and a VitePress page becomes one that
Python-Markdown can read. What is raised while Jinja renders it becomes a problem of the page.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import Environment, Template, UndefinedError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.nodes import CallBlock, Node
from jinja2.parser import Parser

from ...live.mark import PlainFilters, reserve_letters, with_mark
from ...page.excerpt import excerpt_problems, with_excerpts
from ...page.expressions import texts_in, unrendered_jinja
from ...page.fence import has_fences
from ...page.markup import markup_problems
from ...page.names import asked_problems, name_problems, names_set_in
from ...page.place import Place, lines_in
from ...page.verification_build import is_verifying
from ...page.vitepress import is_vitepress, with_wide_lists, without_params
from ...problem import Problem, Problems
from ..current_page import CurrentPage, current_page
from ..fences.places import with_places
from ..guide import Guide

# The tag `include`, which Jinja does not leave to an extension under its own name.
_INCLUDE = "runbook_include"
# Included files of data, whose lines a program reads after Jinja.
_DATA = {".csv", ".json", ".toml", ".yaml", ".yml"}


class PageSource(Extension):
    """Checks a page's source and reads VitePress pages; named under `j2_extensions`."""

    def __init__(self, environment: Environment) -> None:
        """Let `environment` mark the values that it writes out."""
        super().__init__(environment)
        self.tags = {_INCLUDE}
        environment.finalize = _finalize
        environment.cache = None  # an included file has letters of the page that includes it
        environment.template_class = PageTemplate
        environment.filters = PlainFilters(environment.filters)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template that Jinja compiles for `source`; nothing if it has problems.

        A template with a `name` is an include.
        """
        reserve_letters(source)
        page, is_page = current_page.get(), False
        if page is not None and not page.is_whole_page:
            return literal(source, self.environment)
        if page is not None and page.guide:
            guide = page.guide
            is_page = not name and not page.body  # which comes before its title
            if is_page:
                page.body = source
            problems = [*self._problems(source, filename, guide, page.body if name else "")]
            if is_page:
                problems += guide.replaced_values()
            if problems:
                guide.report(problems)
                return ""
            if is_verifying() or guide.shows_verification:
                source = self._with_places(source, name, filename, page, guide)
            source = with_excerpts(source, guide.scripts, self.environment)
        if is_vitepress(source):
            source = with_wide_lists(without_params(source))
        if page is not None and is_page:
            page.template = source
        return source

    def _with_places(
        self, source: str, name: str | None, filename: str | None, page: CurrentPage, guide: Guide
    ) -> str:
        place = _place(source, filename, guide)
        is_data = Path(name or "").suffix in _DATA
        newline = literal("\n", self.environment)  # Jinja counts the lines of the source
        return with_places(source, place, page, is_data=is_data, newline=newline)

    def filter_stream(self, stream: TokenStream) -> TokenStream | Iterator[Token]:
        """Return the tokens of a template, with a name of our own for each tag `include`."""
        page = current_page.get()
        if page and not stream.name and "include" not in page.body:  # as in most pages
            return stream
        return self._with_own_includes(stream)

    def _with_own_includes(self, stream: TokenStream) -> Iterator[Token]:
        before = ""
        for token in stream:
            is_include = before == "block_begin" and token.test("name:include")
            yield Token(token.lineno, token.type, _INCLUDE) if is_include else token
            before = token.type

    def parse(self, parser: Parser) -> Node:
        """Return an include whose text is kept as that of a macro is."""
        include = parser.parse_include()
        if not include.with_context:  # Jinja does not let others take its text
            return include
        call = self.call_method("_included", lineno=include.lineno)
        return CallBlock(call, [], [], [include], lineno=include.lineno)

    def _included(self, caller: Callable[[], str]) -> str:
        text = caller()
        _keep(text)
        return text

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

    def _problems(
        self, source: str, filename: str | None, guide: Guide, page: str
    ) -> Iterator[Problem]:
        """Yield the problems of a template; an included one also has the names that `page` sets."""
        names = {**self.environment.globals, **guide.known_names()}
        names |= dict.fromkeys(names_set_in(page, self._plain))
        values = guide.values.by_name.keys()
        in_body = [
            *excerpt_problems(source, guide.scripts),
            *markup_problems(source, guide.source.extensions),
            *name_problems(source, names, values, self._plain),
            *asked_problems(source, guide.values.declaration.parameters, self._plain),
        ]
        if not_yaml := guide.source.invalid_front_matter(source):
            yield not_yaml
        yield from self._front_matter_problems(guide, names)
        if in_body:  # only then is the file read for the place
            place = _place(source, filename, guide)
            yield from (place.problem(problem) for problem in in_body)

    def _front_matter_problems(
        self, guide: Guide, names: Mapping[str, object]
    ) -> Iterator[Problem]:
        values = guide.values.by_name.keys()
        jinja, source = self._plain, guide.source
        for key, data in source.front_matter.items():
            if key in {*values, *guide.facts}:
                message = f"the front matter sets {key!r}, but mkdocs.yml already declares it"
                yield source.problem(source.front_matter_line(f"{key}:"), message, "rename it")
            if key == "exempt":
                message = "`exempt` in the front matter has no effect"
                fix = "write the page and the reason into mkdocs.yml, under extra, runbook, exempt"
                yield source.problem(source.front_matter_line("exempt:"), message, fix)
            if key == "render_macros" and not isinstance(data, bool):
                message = f"`render_macros` is {data!r}, so Jinja renders the page"
                line = source.front_matter_line("render_macros:")
                yield source.problem(line, message, "write true or false")
            if isinstance(data, str) and key == "title":
                for problem in name_problems(data, names, values, jinja):
                    line = source.front_matter_line(data)
                    yield source.problem(line, problem.message, problem.fix)
                continue
            for text in texts_in(data):
                if any(unrendered_jinja(text, guide.declared_names, jinja)):
                    message = f"Jinja does not render {text!r} in the front matter, under {key!r}"
                    line = source.front_matter_line(text)
                    yield source.problem(line, message, "write the value itself instead")


class PageTemplate(Template):
    """A template that reports what is raised, with its line of the page.

    mkdocs-macros would print a traceback without that line, and end the process.
    """

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return the rendered page; nothing if something is raised."""
        page = current_page.get()
        try:
            return super().render(*args, **kwargs)
        except Problems:
            raise
        except Exception as error:
            if page is None or page.guide is None or not page.is_whole_page:
                raise
            if isinstance(error, UndefinedError) and page.guide.has_problems:
                return ""  # an imported file with a problem, which is empty, lacks its macros
            source = page.guide.source
            place, folder = source.place(page.body), source.config_file.parent
            page.guide.report([raised_problem(error, place, folder)])
            return ""


def raised_problem(error: BaseException, place: Place, folder: Path) -> Problem:
    """Return the problem of the page at `place` for what its macros, in `folder`, raised."""
    line, raised_at = 1, ""
    for frame in extract_tb(error.__traceback__):
        if frame.filename == "<template>":
            line = _line_of_page(frame.lineno or line)
        elif Path(frame.filename).parent == folder:
            raised_at = f" (raised at {Path(frame.filename).name}:{frame.lineno})"
    message = f"{type(error).__name__}: {error}{raised_at}"
    fix = "fix the page or the macro"
    if isinstance(error, UndefinedError):  # the page itself has no unknown names
        fix = f"{fix}; an imported file has the page's names only if it is imported `with context`"
    return Problem(place.line(line), message, fix)


def _finalize(value: object) -> object:
    """Return what Jinja writes out for `value`."""
    _keep(value)
    return with_mark(value)


def _keep(value: object) -> None:
    """Keep a text with fences, which may be open, and the line of the page that brings it."""
    if isinstance(value, str) and has_fences(value) and (page := current_page.get()):
        page.calls.append((line_of_call(), value))


def literal(source: str, jinja: Environment) -> str:
    """Return the template that renders `source` as it is."""
    text = source.encode("unicode-escape").decode("ascii").replace('"', '\\"')
    return f'{jinja.variable_start_string} "{text}" {jinja.variable_end_string}'


def _place(source: str, filename: str | None, guide: Guide) -> Place:
    """Return the place of a page, or of an include, which has a file name."""
    if filename is None:
        return guide.source.place(source)
    return Place(guide.source.name_of(Path(filename)))


def line_of_call() -> int:
    """Return the line of the page from which a macro was called, maybe by an included file."""
    line, frame = 1, inspect.currentframe()
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            line = int(template.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back
    return _line_of_page(line)


def _line_of_page(line: int) -> int:
    """Return the line of the page for a line of the template that we made of it."""
    page = current_page.get()
    lines = lines_in(page.template, page.body) if page and page.template else ()
    return lines[line - 1] if line <= len(lines) else line
