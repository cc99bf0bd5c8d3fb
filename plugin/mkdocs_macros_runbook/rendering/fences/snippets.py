"""What snippets (`--8<--`) bring into a page after Jinja: nothing, templates, and open fences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

from ...page.expressions import unrendered_jinja
from ...page.fence import Fence, fences
from ...page.hidden import COMMENTS, is_inside
from ...page.snippet import SIGN, snippets
from ...problem import Problem
from ...values.yaml_file import place_of
from ..conversion import error_of
from ..guide import Guide
from ..source import Source
from .macro_output import left_open
from .openings import with_plain_openings

_LINES = re.compile(r"^[^;]*:-?\d")  # behind the name of a file; a semicolon makes it a comment


def report_by_line(md: Any, source: Source) -> None:
    """Have the extension name the line of a host that cannot be reached, and leave out the missing.

    Of what is missing it would raise only the first; `snippet_problems` yields each.
    """
    if "snippet" not in md.preprocessors:
        return
    extension = md.preprocessors["snippet"]
    extension.check_paths, download = False, extension.download

    def checked_download(url: str) -> Any:
        try:
            return download(url)
        except OSError as error:
            before = source.text.partition(url)[0] if url in source.text else ""
            message = f"the snippet {url!r} cannot be downloaded ({' '.join(str(error).split())})"
            fix = "correct its URL, or try again with a connection"
            problem = source.problem(before.count("\n") + 1, message, fix)
            raise error_of([problem], source) from None

    extension.download = checked_download


def snippet_problems(
    before: str, after: str, guide: Guide | None, source: Source, md: Any
) -> Iterator[Problem]:
    """Yield what is wrong with snippets: `before` is a page without them, `after` with them.

    A snippet may be missing, leave a fence open, or have a template that `before` has not. Without
    a `guide`, Jinja does not render the page either, and its templates are text.
    """
    if before == after:
        return
    if SIGN in before:
        yield from _missing(before, source, md)
        for line, message in _open_fences(before, after):
            place = source.place(before).line(line)
            yield Problem(place, message, "close it in the snippet")
    yield from _missing_below(source, md)
    if guide:
        yield from _template_problems(before, after, guide, source, md)


def _missing(before: str, source: Source, md: Any) -> Iterator[Problem]:
    """Yield each snippet of a page without a file, section or lines."""
    extension = _strict(md)
    if extension is None:
        return
    lines, block = with_plain_openings(before).split("\n"), list[str]()
    for number, line in enumerate(lines, 1):
        snippet = extension.RE_ALL_SNIPPETS.match(line)
        if snippet and snippet["block_marker"] and not snippet["escape"]:
            block = [] if block else [line]
            continue
        is_missing = (snippet or block) and _brings_nothing([*block, line], extension)
        if is_missing and not is_inside("\n".join(lines[:number]), COMMENTS):
            message = f"the snippet {line.strip()!r} was not found, so readers do not see it"
            fix = "correct its URL" if "://" in line else _fix(extension)
            yield Problem(source.place(before).line(number), message, fix)


def _missing_below(source: Source, md: Any) -> Iterator[Problem]:
    """Yield each snippet that is to be below every page, but has no file, section or lines."""
    extension = _strict(md)
    for name in extension.auto_append if extension else ():
        if _brings_nothing(["-8<-", name], extension):
            keys = "markdown_extensions", "pymdownx.snippets", "auto_append", name
            message = f"the snippet {name!r} of auto_append was not found"
            yield Problem(place_of(source.config_file, keys), message, _fix(extension))


def _strict(md: Any) -> Any:
    """Return an extension like that of `md`, which raises if a snippet is missing, or `None`."""
    if "snippet" not in md.preprocessors:
        return None
    extension = copy(md.preprocessors["snippet"])
    extension.check_paths = True
    return extension


def _fix(extension: Any) -> str:
    folders = ", ".join(extension.base_path)
    return f"correct its file, section or lines; it is looked for in {folders}"


def _brings_nothing(lines: list[str], extension: Any) -> bool:
    """Return whether the snippet in the last of `lines` is missing, as its extension reads it."""
    from pymdownx.snippets import SnippetMissingError

    if extension.url_download and "://" in lines[-1]:
        failed: set[str] = getattr(extension, "failed", set())  # older versions have none
        return any(url in lines[-1] for url in failed)
    extension.seen = set()
    try:
        return not extension.parse_snippets(lines) and bool(_LINES.search(lines[-1]))
    except SnippetMissingError:
        return True


def _template_problems(
    before: str, after: str, guide: Guide, source: Source, md: Any
) -> Iterator[Problem]:
    """Yield each template that the text `after` snippets has, and the one `before` them has not."""
    templates = set()
    for _, template in unrendered_jinja(after, guide.declared_names, guide.jinja):
        if template not in templates and after.count(template) > before.count(template):
            templates.add(template)
            message = f"Jinja does not render {template!r} in a snippet"
            fix = "write the value itself instead"
            if SIGN in before:
                fix = f"bring the file in with `{{% include %}}`, or {fix}"
            yield Problem(_place(template, before, source, md), message, fix)


def _open_fences(before: str, after: str) -> Iterator[tuple[int, str]]:
    """Yield where snippets leave a fence open, by the line, and what readers see."""
    lines, lines_after = before.split("\n"), after.split("\n")
    there = Counter(_body(fence, lines_after) for fence in fences(after))
    for fence in fences(before):
        body = _body(fence, lines)
        if SIGN not in body and not there[body]:
            yield (
                fence.first + 1,
                "a snippet above leaves a fence open, so this block becomes part of that fence",
            )
            return
        there[body] -= 1
    if len(left_open(after)) > len(left_open(before)):
        number = next(number for number, line in enumerate(lines) if SIGN in line)
        yield number + 1, "a snippet of this page leaves a fence open"


def _body(fence: Fence, lines: list[str]) -> str:
    """Return what a fence has in it, without the white space that preprocessors change."""
    return "\n".join(line.strip() for line in lines[fence.first + 1 : fence.last])


def _place(template: str, before: str, source: Source, md: Any) -> str:
    """Return the place of what was found: in the file, or in the page that names it."""
    extension = _strict(md)
    names = [name for snippet in snippets(before.split("\n")) for name in snippet.names]
    for name in (*names, *extension.auto_append) if extension else ():  # which is below every page
        file = Path(extension.get_snippet_path(name.partition(":")[0]) or "")
        text = file.read_text("utf-8", errors="replace") if file.is_file() else ""
        if template in text:
            line = text.count("\n", 0, text.index(template)) + 1
            return f"{source.name_of(file.resolve())}:{line}"
    number = before.find(SIGN)
    return source.place(before).line(before.count("\n", 0, max(number, 0)) + 1)
