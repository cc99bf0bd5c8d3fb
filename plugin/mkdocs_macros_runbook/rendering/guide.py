"""The guide as its pages see it, behind mkdocs-macros' `env` of either site generator."""

from __future__ import annotations

import os
from collections.abc import Mapping, Set
from functools import cached_property
from pathlib import Path
from typing import Any

from ..live.assets import SCRIPT
from ..live.form import form_data
from ..live.mark import LiveValue
from ..page.place import Place, first_line_of
from ..problem import Problem, Problems, suggestion
from ..values.declaration import declaration_of
from ..values.resolution import Values, overrides_from, resolve
from ..values.yaml_file import place_of

#: settings of mkdocs-macros without which a page with a problem would be published
_STRICT = {"on_undefined": "strict", "on_error_fail": True, "render_by_default": True}
JINJA_EXTENSION = "mkdocs_macros_runbook.PageSource"
MARKDOWN_EXTENSION = "mkdocs_macros_runbook"


class Guide:
    """The values of a guide, the names that its pages may use, and the problems of its pages."""

    def __init__(self, env: Any) -> None:
        """Read and resolve what `mkdocs.yml` declares; raises `Problems`."""
        self._env = env
        config_file = Path(env.project_dir) / (env.conf.get("config_file_path") or "mkdocs.yml")
        if problems := self._setting_problems(config_file):
            raise Problems(problems)
        declaration = declaration_of(env.conf, config_file)
        self.values: Values = resolve(declaration, overrides_from(declaration, os.environ))
        self._problems: list[Problem] = []

    def _setting_problems(self, config_file: Path) -> list[Problem]:
        place = place_of(config_file, ("plugins", "macros"))
        problems = [
            Problem(
                place,
                f"with {key}: {self._env.config.get(key)} mkdocs-macros publishes invalid pages",
                f"set {key}: {str(value).lower()} under plugins, macros",
            )
            for key, value in _STRICT.items()
            if self._env.config.get(key) != value
        ]
        if JINJA_EXTENSION not in (self._env.config.get("j2_extensions") or ()):
            message = f"pages are not checked without {JINJA_EXTENSION}"
            problems.append(
                Problem(place, message, "add it to j2_extensions under plugins, macros")
            )
        return problems

    @cached_property
    def form(self) -> str:
        """The form's data; empty if the site has no client script."""
        files = self._env.conf.get("extra_javascript") or ()
        paths = [file["path"] if isinstance(file, dict) else str(file) for file in files]
        has_script = any(Path(path).name == SCRIPT for path in paths)
        return form_data(self.values) if has_script and self.is_marking else ""

    @property
    def is_marking(self) -> bool:
        """Whether there is a Markdown extension to make elements of marks."""
        return MARKDOWN_EXTENSION in self._env.conf["markdown_extensions"]

    @property
    def variables(self) -> Mapping[str, str]:
        """The values by name, live if they can be marked."""
        return {name: self._value(name, text) for name, text in self.values.by_name.items()}

    def _value(self, name: str, text: str, **parameters: str) -> LiveValue:
        return LiveValue(name if self.is_marking else "", text, **parameters)

    def value_of(self, name: str, parameters: Mapping[str, str], place: str) -> LiveValue:
        """Return the value `name` as it is with other `parameters`, for a call at `place`.

        A name or value that is not allowed becomes a problem of the page.
        """
        try:
            others = self.values.other(**parameters)
        except Problems as error:
            self.report([problem.at(place) for problem in error.problems])
            return LiveValue("", "")
        if name not in others:
            message = f"{name!r} is not a parameter or derived value{suggestion(name, others)}"
            self.report([Problem(place, message, "use a name that mkdocs.yml declares")])
            return LiveValue("", "")
        return self._value(name, others[name], **parameters)

    def report(self, problems: list[Problem]) -> None:
        """Keep `problems` until the page is rendered, or raise them."""
        self._problems += problems
        if not self.defers_problems:
            raise Problems(problems)

    @property
    def defers_problems(self) -> bool:
        """Whether the site generator calls a function after each page: Zensical does not."""
        return hasattr(self._env, "post_macro_functions")

    def take_problems(self) -> list[Problem]:
        """Return the problems that were reported since the last call, each once."""
        problems, self._problems = self._problems, []
        return [*{str(problem): problem for problem in problems}.values()]

    def place(self, text: str) -> Place:
        """Return the place of `text` in the page that is being rendered."""
        page = self._env.variables["page"]
        source = str(page.path if hasattr(page, "path") else page.file.src_path)
        root = Path(self._env.project_dir)
        path = root / self._env.conf["docs_dir"] / source
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else source
        return Place(name, first_line_of(text, path))

    def names(self) -> Set[str]:
        """Return the names that mkdocs-macros knows on the page."""
        return {*self._env.variables, *self._env.macros, *self.front_matter()}

    def front_matter(self) -> Mapping[str, object]:
        """Return the page's front matter, whose keys are variables in Jinja."""
        meta: Mapping[str, object] = self._env.variables["page"].meta
        return meta

    @property
    def scripts(self) -> Path:
        """The folder of the companion scripts, which excerpts are taken from."""
        return Path(self._env.project_dir) / "scripts"
