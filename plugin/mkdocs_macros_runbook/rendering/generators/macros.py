"""The pluglet: the one module that mkdocs-macros calls, in both site generators.

MkDocs calls `define_env` once for each build, Zensical once for each page, so it only computes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from mkdocs.exceptions import PluginError

from ...live.assets import form_warning
from ...live.mark import LiveValue, plain
from ...page.verification_build import is_bare
from ...problem import Problem, Problems, suggestion
from ..current_page import CurrentPage, current_page
from ..guide import MARKDOWN_EXTENSION, Guide
from ..mkdocs_settings import section_problems
from ..report.verification_report import VerificationReport
from .bare_build import make_bare
from .jinja import line_of_call


def define_env(env: Any) -> None:
    """Give the pages of a site their parameters and derived values; called by mkdocs-macros."""
    try:
        guide = Guide(env)
    except Problems as problems:
        raise PluginError(str(problems)) from None  # MkDocs shows no traceback for this one
    for notice in _notices(env, guide):
        _print_once(notice)
    CurrentPage.site_guide = guide
    env.variables.update(guide.variables)
    _add_macros(env, guide)
    # Zensical renders texts inside a page, such as docstrings, with the page's own context.
    is_inside = not guide.defers_problems and guide.source.has_begun
    current_page.set(CurrentPage(guide, is_whole_page=not is_inside))
    if guide.defers_problems:
        _add_page_functions(env, guide)
        if is_bare():
            make_bare(env.conf)


def _notices(env: Any, guide: Guide) -> Iterator[str]:
    """Yield what a publisher may not know: a variable that is set for another purpose, say."""
    for override in guide.values.overrides.values():
        yield f"{override.value!r} from {override.place}"
    theme, has_form = env.conf["theme"], guide.values.declaration.has_form
    if guide.shows_verification and guide.site_record.read_error:
        yield f"warning: {guide.site_record.read_error}"
    if not guide.can_mark:
        yield f"warning: values are not live: add {MARKDOWN_EXTENSION} to markdown_extensions"
    elif has_form and (warning := form_warning(env.conf)):
        yield f"warning: {warning}"
    elif has_form and "highlightjs" in theme and theme["highlightjs"]:  # as MkDocs' own have it
        message = "values in code are not live, since highlight.js of the theme replaces them"
        yield f"warning: {message}: add `highlightjs: false` to `theme`"


@cache
def _print_once(notice: str) -> None:
    print(f"mkdocs_macros_runbook: {notice}", file=sys.stderr)


def _add_macros(env: Any, guide: Guide) -> None:
    def value_of(name: str, *others: object, **parameters: str) -> LiveValue:
        """Return the value `name` as it is where `parameters` have other values."""
        try:
            if others:
                message = f"value_of() has {others[0]!r} without the name of a parameter"
                fix = f'write it with the name, such as value_of("{name}", network="lab")'
                raise Problems([Problem("", message, fix)])
            return guide.value_of(name, parameters)
        except Problems as error:
            place = _place_of_call(guide)
            guide.report([problem.at(place) for problem in error.problems])
            return LiveValue("", "")

    def verification(part: str = "summary") -> str:
        """Return what is known of the verification of the site, in Markdown."""
        parts = VerificationReport(guide).parts
        if part not in parts:
            message = f"verification has no part {part!r}{suggestion(part, parts)}"
            fix = f"choose from: {', '.join(parts)}"
            guide.report([Problem(_place_of_call(guide), message, fix)])
            return ""
        return parts[part]()

    env.macro(value_of)
    env.macro(verification)


def _place_of_call(guide: Guide) -> str:
    """Return the place in the page from which a macro was called."""
    page = current_page.get()
    return guide.source.place(page.body if page else "").line(line_of_call())


def _add_page_functions(env: Any, guide: Guide) -> None:
    """Add the functions that mkdocs-macros calls before and after each page; Zensical has none."""

    has_title = False

    def begin_page(env: Any) -> None:
        nonlocal has_title
        has_title = "title" in vars(env.page) or "title" in env.page.meta
        current_page.set(CurrentPage(guide if guide.source.is_template else None))
        sections = section_problems(env.page, guide.declared_names, guide.jinja, guide.source.name)
        guide.report([*sections])

    def end_page(env: Any) -> None:
        """Stop at the page's problems, which MkDocs reports in lines of their own.

        mkdocs-macros ends the process at whatever is raised while it renders, `mkdocs serve` too.
        From here MkDocs goes on serving.
        """
        if has_title:
            env.page.title = plain(env.page.title or "")
        else:  # MkDocs takes it from the heading as it is converted, not as Markdown
            vars(env.page).pop("title", None)
        if "title" in env.page.meta:
            env.page.meta["title"] = env.page.title
        if problems := guide.take_problems():
            raise PluginError("\n".join(map(str, problems)))

    env.pre_macro_functions.append(begin_page)
    env.post_macro_functions.append(end_page)
