"""The Jinja extension: where a page's source is seen before anything is rendered.

Both site generators hand each page to Jinja as one template without a name, its front matter
taken off. Here it is checked, and a VitePress page becomes one that Python-Markdown can read.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Set
from functools import cached_property
from pathlib import Path
from typing import Protocol, cast

from jinja2 import Environment
from jinja2.ext import Extension

from ..live.mark import written
from ..page.excerpt import excerpt_problems, with_excerpts
from ..page.fence import fence_problems, is_verifying, with_places
from ..page.names import is_plain, problems_in, with_names_filled
from ..page.vitepress import is_vitepress, with_wide_lists, without_params
from ..problem import Problem

#: the name under which the pluglet leaves the guide among the template globals
GUIDE = "runbook_guide"
#: the filter that takes marks off
PLAIN = "runbook_plain"


class Guide(Protocol):
    """What the extension asks of the pluglet."""

    def begin(self, body: str) -> None:
        """Take note of the page whose text is `body`."""

    def place(self) -> tuple[str, int]:
        """Return the path of that page, and the line where its text begins."""

    def is_title(self, source: str) -> bool:
        """Say whether `source` is not the page but its title, which is shown unmarked."""

    def names(self) -> Set[str]:
        """Return the names that mkdocs-macros knows on this page."""

    def values(self) -> Mapping[str, str]:
        """Return the parameters and derived values by name."""

    def front_matter(self) -> Mapping[str, object]:
        """Return the page's front matter."""

    def scripts(self) -> Path:
        """Return the folder of the companion scripts."""

    def refuse(self, problems: list[Problem]) -> None:
        """Stop the build with `problems`, now or when the page is rendered."""


class PageSource(Extension):
    """Checks a page's source and reads VitePress pages; named under `j2_extensions`."""

    def __init__(self, environment: Environment) -> None:
        """Let `environment` mark the values that it writes out."""
        super().__init__(environment)
        environment.finalize = written

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template that Jinja compiles for `source`: nothing where it is refused."""
        guide = cast("Guide | None", self.environment.globals.get(GUIDE))
        if guide is not None:
            if problems := self._problems(source, name, guide):
                guide.refuse(problems)
                return ""
            if verifying := is_verifying():
                place, first = self._place(name, guide)
                source = with_places(source, lambda line: f"{place}:{first + line - 1}")
            source = with_excerpts(source, guide.scripts(), named=verifying)
        if is_vitepress(source):
            source = with_wide_lists(without_params(source))
        if guide is None or name:
            return source
        if guide.is_title(source):
            source = with_names_filled(source, guide.values(), self.environment)
            if is_plain(source, self.environment):
                return source
            return self._tag(f"filter {PLAIN}") + source + self._tag("endfilter")
        start, end = self.environment.variable_start_string, self.environment.variable_end_string
        return f"{source}\n{start}{GUIDE}(){end}"

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

    def _tag(self, text: str) -> str:
        """Return a tag of Jinja, in the delimiters that the site chose."""
        return f"{self.environment.block_start_string} {text} {self.environment.block_end_string}"

    def _place(self, name: str | None, guide: Guide) -> tuple[str, int]:
        """Return the path of what is compiled, and the line where it begins: an include's is 1."""
        return (name, 1) if name else guide.place()

    def _problems(self, source: str, name: str | None, guide: Guide) -> list[Problem]:
        if not name:
            guide.begin(source)
        known = guide.names() | set(self.environment.globals)
        values = guide.values().keys()
        in_front = [
            (f"front matter sets {key!r}, a value of the guide", "rename it")
            for key in sorted(guide.front_matter().keys() & values)
        ]
        plain = self._plain
        starts = (plain.variable_start_string, plain.block_start_string)
        for key, text in guide.front_matter().items():
            if not isinstance(text, str) or not any(start in text for start in starts):
                continue
            if key == "title":
                in_front += [problem[1:] for problem in problems_in(text, known, values, plain)]
            else:
                found = f"front matter has {text!r} under {key!r}, where it would be shown as it is"
                in_front.append((found, "write the text out"))
        in_body = [
            *excerpt_problems(source, guide.scripts()),
            *fence_problems(source),
            *problems_in(source, known, values, plain),
        ]
        if not in_front and not in_body:
            return []
        place, first = self._place(name, guide)
        return [
            *(Problem(f"{place}:1", found, remedy) for found, remedy in in_front),
            *(
                Problem(f"{place}:{first + line - 1}", found, remedy)
                for line, found, remedy in in_body
            ),
        ]


def line_of_call() -> int:
    """Return the line of the template from which a macro was called."""
    frame = inspect.currentframe()
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            return int(template.get_corresponding_lineno(frame.f_lineno))
        frame = frame.f_back
    return 1
