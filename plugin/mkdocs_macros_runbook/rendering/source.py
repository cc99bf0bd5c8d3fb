"""The source of a page, as either site generator gives it to Jinja and to Markdown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mkdocs.utils.meta import YAML_RE

from ..live.mark import filled
from ..page.place import Place, first_line_of, lines_in
from ..problem import Problem
from ..values.yaml_file import first_yaml_error

_CONVERSION = "_runbook_conversion"
#: how front matter begins, rather than a text below a line
_KEY = re.compile(r"(?:#.*\n)*(?:[\w-]+|\"[^\"\n]+\"|'[^'\n]+')\s*:")


@dataclass(frozen=True)
class Source:
    """The source of a page; `page` and `config` are the site generator's own."""

    page: Any
    config: Any

    @property
    def path(self) -> str:
        """The path below the folder of pages."""
        return str(self.page.path if self.is_zensical else self.page.file.src_uri)

    @property
    def is_zensical(self) -> bool:
        """Whether Zensical builds the site, or MkDocs."""
        return hasattr(self.page, "path")

    @property
    def is_template(self) -> bool:
        """Whether Jinja renders the page."""
        return (self.page.meta or {}).get("render_macros") is not False

    @property
    def front_matter(self) -> Mapping[str, object]:
        """The front matter, whose keys are variables in Jinja."""
        meta: Mapping[str, object] = self.page.meta
        return meta

    @property
    def config_file(self) -> Path:
        """The site's configuration."""
        root = Path(self.config.get("root_dir") or ".") if self.is_zensical else Path()
        name: str = self.config.get("config_file_path") or "mkdocs.yml"
        return Path(root, name).absolute()

    @property
    def has_begun(self) -> bool:
        """Whether Zensical converts the page already: what comes now is a text inside it."""
        return hasattr(self.page, _CONVERSION)

    def begin(self) -> None:
        """Note that the page is being converted."""
        if self.is_zensical:  # which has an object for each time that it renders a page
            setattr(self.page, _CONVERSION, True)

    @cached_property
    def _file(self) -> Path:
        return self.config_file.parent / str(self.config["docs_dir"]) / self.path

    @cached_property
    def text(self) -> str:
        """The whole text with its front matter; empty if a plugin made the page without a file."""
        try:
            if self.is_zensical:
                return self._file.read_text(encoding="utf-8-sig")
            return str(self.page.file.content_string)
        except (OSError, UnicodeError):
            return ""

    @property
    def name(self) -> str:
        """The path from the folder of the configuration."""
        return self.name_of(self._file)

    def name_of(self, file: Path) -> str:
        """Return the path of a file from the folder of the configuration."""
        return Path(os.path.relpath(file, self.config_file.parent)).as_posix()

    @property
    def extensions(self) -> dict[str, Mapping[str, Any]]:
        """The site's Markdown extensions, with their settings."""
        settings = self.config["mdx_configs"]
        return {name: settings.get(name) or {} for name in self.config["markdown_extensions"]}

    def place(self, body: str) -> Place:
        """Return the place of `body`, the text without front matter, maybe with its marks."""
        # most values are written like this, so their lines are the same
        body = filled(body, lambda mark: f"{{{{ {mark.name} }}}}")
        line = first_line_of(body, self.text)
        if line > 1:
            return Place(self.name, line)
        if "\n" not in body.strip():  # the title
            return self._place_of_title(body.strip())
        return Place(self.name, lines=lines_in(body, self.text) if self.text else ())

    def _place_of_title(self, title: str) -> Place:
        """Return the place of a title: in the page, or in the navigation."""
        file = self.config_file
        navigation = file.read_text("utf-8", errors="replace") if file.is_file() else ""
        if title and title not in self.text and title in navigation:
            return Place(self.config_file.name, navigation.partition(title)[0].count("\n") + 1)
        return Place(self.name, self.front_matter_line(title))

    def invalid_front_matter(self, body: str) -> Problem | None:
        """Return the problem of a front matter that is not YAML: then it is left in the `body`."""
        lines = YAML_RE.match(body)
        if not lines or not _KEY.match(lines[1]):
            return None
        if error := first_yaml_error(lines[1]):
            line, what = error
            message = f"the front matter is not YAML ({what}), so readers see it as text"
            return self.problem(line + 1, message, "put values with braces or brackets in quotes")
        return None

    def front_matter_line(self, text: str) -> int:
        """Return the line of the front matter that holds the first line of `text`."""
        first = text.strip().split("\n")[0]
        end = self.text.find("\n---", 3)
        number = self.text.find(first, 0, end if end > 0 else len(self.text))
        number = self.text.find(first) if number < 0 else number  # a heading that is the title
        return self.text.count("\n", 0, number) + 1 if number >= 0 else 1

    def problem(self, line: int, message: str, fix: str) -> Problem:
        """Return a problem in a line of the whole text."""
        return Problem(Place(self.name).line(line), message, fix)


def source_of(md: Any) -> Source | None:
    """Return the source of the page that `md` converts; `None` if it converts another text."""
    if "relpath" in md.treeprocessors:  # MkDocs rewrites links by the page's own file
        processor = md.treeprocessors["relpath"]
        return Source(processor.file.page, processor.config)
    if "rendering_context" in md.preprocessors:  # Zensical
        context = md.preprocessors["rendering_context"]
        return Source(context.page, context.config)
    return None
