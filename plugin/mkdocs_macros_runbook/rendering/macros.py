"""The pluglet: the one module that meets mkdocs-macros' `env`, on both site generators.

MkDocs calls `define_env` once for each build, Zensical once for each page, so it only computes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Set
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

from ..live.assets import SCRIPT
from ..live.form import form_of
from ..live.mark import LiveValue, plain
from ..page.names import first_line_of
from ..problem import Problem, Problems, suggestion
from ..values.declaration import read
from ..values.resolution import Values, overrides_from, resolve
from ..values.yaml_file import place_of
from .jinja import GUIDE, PLAIN, line_of_call

#: settings of mkdocs-macros without which a problem would be published
_STRICT = {"on_undefined": "strict", "on_error_fail": True, "render_by_default": True}
_JINJA_EXTENSION = "mkdocs_macros_runbook.PageSource"
_MARKDOWN_EXTENSION = "mkdocs_macros_runbook"


def define_env(env: Any) -> None:
    """Give the pages of a site their parameters and derived values; called by mkdocs-macros."""
    try:
        guide = PageGuide(env)
    except Problems as problems:
        raise PluginError(str(problems)) from None  # MkDocs shows no traceback for this one
    for override in guide.resolved.overrides.values():
        _say_once(f"{override.value!r} from {override.place}")
    if not guide.is_marking:
        _say_once(f"warning: values are not live: add {_MARKDOWN_EXTENSION} to markdown_extensions")
    env.variables.update(guide.variables)
    env.macro(guide.value_of, "value_of")
    env.macro(guide, GUIDE)
    env.filter(plain, PLAIN)
    if guide.refuses_later:
        env.post_macro_functions.append(_after_page)


def _after_page(env: Any) -> None:
    """Name the page and stop at its problems; called by mkdocs-macros, which Zensical is not.

    mkdocs-macros renders a title for the navigation alone, and ends the process at whatever is
    raised while it renders, `mkdocs serve` too. What is raised here MkDocs says in a line of its
    own, and goes on serving.
    """
    if "title" in env.page.meta:
        env.page.meta["title"] = env.page.title
    if problems := env.macros[GUIDE].refused():
        raise PluginError("\n".join(map(str, problems)))


class PageGuide:
    """The guide as its pages see it: its values, and the page that is being rendered."""

    def __init__(self, env: Any) -> None:
        """Read and resolve what `mkdocs.yml` declares; raises `Problems`."""
        self._env = env
        self._config_file = Path(env.project_dir) / Path(
            env.conf.get("config_file_path") or "mkdocs.yml"
        )
        self._insist_on_strictness()
        declaration = read(
            (env.conf.get("extra") or {}).get("runbook"),
            Path(env.project_dir),
            lambda keys: place_of(self._config_file, ("extra", "runbook", *keys)),
        )
        self.resolved: Values = resolve(declaration, overrides_from(declaration, os.environ))
        self._body = ""
        self._refused: list[Problem] = []

    def __call__(self) -> str:
        """Return what the Jinja extension adds to a page: the form, where there is a script."""
        return self._form if self._has_script else ""

    @cached_property
    def _form(self) -> str:
        return form_of(self.resolved)

    @property
    def variables(self) -> Mapping[str, str]:
        """The values by name: live, or plain where no Markdown extension would take the marks."""
        return {name: self._value(name, text) for name, text in self.resolved.by_name.items()}

    def _value(self, name: str, text: str, **parameters: str) -> LiveValue:
        if not self.is_marking:
            return LiveValue.unmarked(text)
        return LiveValue(name, text, **parameters)

    def _insist_on_strictness(self) -> None:
        macros = ("plugins", "macros")
        problems = [
            Problem(
                place_of(self._config_file, macros),
                f"mkdocs-macros would publish a problem with {key}: {self._env.config.get(key)}",
                f"set {key}: {str(wanted).lower()} under plugins, macros",
            )
            for key, wanted in _STRICT.items()
            if self._env.config.get(key) != wanted
        ]
        if _JINJA_EXTENSION not in (self._env.config.get("j2_extensions") or ()):
            found = f"pages are not checked without {_JINJA_EXTENSION}"
            remedy = "add it to j2_extensions under plugins, macros"
            problems.append(Problem(place_of(self._config_file, macros), found, remedy))
        if problems:
            raise Problems(problems)

    @property
    def is_marking(self) -> bool:
        """Say whether there is a Markdown extension to take the marks."""
        return _MARKDOWN_EXTENSION in self._env.conf["markdown_extensions"]

    @cached_property
    def _has_script(self) -> bool:
        files = self._env.conf.get("extra_javascript") or ()
        paths = [file["path"] if isinstance(file, dict) else str(file) for file in files]
        return self.is_marking and any(Path(path).name == SCRIPT for path in paths)

    def value_of(self, name: str, **parameters: str) -> LiveValue:
        """Return the value `name` as it is where `parameters` have other values.

        Where a name or a value is refused, so is the page, at the place of the call.
        """
        try:
            others = self.resolved.other(**parameters)
        except Problems as error:
            found = error.problems
        else:
            if name in others:
                return self._value(name, others[name], **parameters)
            unknown = f"{name!r} is no parameter or derived value{suggestion(name, others)}"
            found = [Problem("", unknown, "name one that mkdocs.yml declares")]
        place, first_line = self.place()
        here = f"{place}:{first_line + line_of_call() - 1}"
        self.refuse([Problem(here, problem.message, problem.fix) for problem in found])
        return LiveValue.unmarked("")

    def refuse(self, problems: list[Problem]) -> None:
        """Keep `problems` until the page is rendered, or raise them."""
        self._refused += problems
        if not self.refuses_later:
            raise Problems(problems)

    @property
    def refuses_later(self) -> bool:
        """Say whether the host calls a function after each page: Zensical does not."""
        return hasattr(self._env, "post_macro_functions")

    def refused(self) -> list[Problem]:
        """Return what was refused since the last call, each problem once."""
        found, self._refused = self._refused, []
        return [*{str(problem): problem for problem in found}.values()]

    def begin(self, body: str) -> None:
        """Take note of the page whose text is `body`."""
        self._body = body

    def place(self) -> tuple[str, int]:
        """Return the path of that page, and the line where its text begins."""
        source = self._page_source()
        path = Path(self._env.conf["docs_dir"]) / source
        root = Path(self._env.project_dir)
        path = path if path.is_absolute() else root / path
        place = path.relative_to(root).as_posix() if path.is_relative_to(root) else source
        return place, first_line_of(self._body, path)

    def is_title(self, source: str) -> bool:
        """Say whether `source` is not the page but its title, which is shown without live values.

        Both site generators hand it over by itself: it is shown in the navigation too.
        """
        return source in (self._env.variables["page"].title, self.front_matter().get("title"))

    def names(self) -> Set[str]:
        """Return the names that mkdocs-macros knows on this page."""
        return {*self._env.variables, *self._env.macros, *self.front_matter()}

    def values(self) -> Mapping[str, str]:
        """Return the parameters and derived values by name."""
        return self.resolved.by_name

    def front_matter(self) -> Mapping[str, object]:
        """Return the page's front matter, whose keys Jinja sees as variables."""
        meta: Mapping[str, object] = self._env.variables["page"].meta
        return meta

    def scripts(self) -> Path:
        """Return the folder of the companion scripts, which excerpts are taken from."""
        return Path(self._env.project_dir) / "scripts"

    def _page_source(self) -> str:
        page = self._env.variables["page"]
        return str(page.path if hasattr(page, "path") else page.file.src_path)  # Zensical, MkDocs


@cache
def _say_once(sentence: str) -> None:
    """Say what a publisher may not know: a variable that is set for another purpose, say."""
    print(f"mkdocs_macros_runbook: {sentence}", file=sys.stderr)
