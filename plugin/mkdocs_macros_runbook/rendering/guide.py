"""The guide as its pages see it, behind mkdocs-macros' `env` of either site generator."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Set
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.config_options import PathSpec
from mkdocs.structure.files import Files

from ..live.assets import has_script
from ..live.form import form_data
from ..live.mark import LiveValue
from ..page.expressions import unrendered_jinja
from ..page.verification_build import is_verifying
from ..problem import Problem, Problems, suggestion
from ..record.digest import SCRIPTS
from ..values.fact import Fact
from ..values.resolution import Values, overrides_from, resolve
from ..values.runbook_section import declaration_of
from .mkdocs_settings import macros_problems, template_problems
from .site_record import SiteRecord
from .source import Source

MARKDOWN_EXTENSION = "mkdocs_macros_runbook"


class Guide:
    """The values of a guide, the names that its pages may use, and the problems of its pages."""

    def __init__(self, env: Any) -> None:
        """Read and resolve what `mkdocs.yml` declares; raises `Problems`."""
        self._env = env
        config_file = Path(env.project_dir) / (env.conf.get("config_file_path") or "mkdocs.yml")
        if problems := [*macros_problems(env.config, config_file)]:
            raise Problems(problems)
        self._config_file = config_file
        self._has_script = has_script(env.conf)  # before a plugin renames it, as minify does
        declaration = declaration_of(env.conf, config_file)
        self.values: Values = resolve(declaration, overrides_from(declaration, os.environ))
        self._problems: list[Problem] = []
        problems = [
            *self._taken_names(),
            *template_problems(env.conf, self.declared_names, self.jinja, config_file),
        ]
        for name, fact in self.facts.items():
            for _, template in unrendered_jinja(fact.value, self.declared_names, self.jinja):
                message = f"Jinja does not render {template!r} in the fact {name!r}"
                place = declaration.locate(("facts",))
                problems.append(Problem(place, message, "write the value itself instead"))
        if problems:
            raise Problems(problems)

    @cached_property
    def jinja(self) -> Environment:
        """An environment with the site's delimiters."""
        signs = {key: text for key, text in self._env.config.items() if key.endswith("_string")}
        return Environment(**{key.removeprefix("j2_"): text for key, text in signs.items() if text})

    @cached_property
    def form(self) -> str:
        """The form's data, as an attribute has it; empty if the site has no client script."""
        if not self._has_script or not self.can_mark:
            return ""
        data = escape(form_data(self.values), quote=False)
        return data.replace('"', "&quot;")  # its apostrophes are many

    @cached_property
    def examples(self) -> Set[str]:
        """The names of values that readers replace."""
        return {name for name in self.values.by_name if self.values.is_example(name)}

    @property
    def can_mark(self) -> bool:
        """Whether there is a Markdown extension to make elements of marks."""
        return MARKDOWN_EXTENSION in self._env.conf["markdown_extensions"]

    @cached_property
    def has_plain_titles(self) -> bool:
        """Whether a plugin of the site takes all that is in a title for its text."""
        return any(str(name).endswith("typeset") for name in self._env.conf.get("plugins") or ())

    @property
    def variables(self) -> Mapping[str, str]:
        """The values by name, live if they can be marked, and the facts."""
        values = {name: self._value(name, text) for name, text in self.values.by_name.items()}
        return {**values, **{name: fact.value for name, fact in self.facts.items()}}

    @property
    def facts(self) -> Mapping[str, Fact]:
        """What pages state by name."""
        return self.values.declaration.facts

    def _value(self, name: str, text: str, **parameters: str) -> LiveValue:
        return LiveValue(name if self.can_mark else "", text, **parameters)

    def value_of(self, name: str, parameters: Mapping[str, str]) -> LiveValue:
        """Return the value `name` as it is with other `parameters`.

        Raises `Problems` for a name or value that is not allowed.
        """
        for key, text in parameters.items():
            if not isinstance(text, str):
                message = f"value_of() has {key}={text!r}, which is not text"
                raise Problems([Problem("", message, f'write {key}="{text}"')])
        others = self.values.other(**parameters)
        if name not in others:
            message = f"{name!r} is not a parameter or derived value{suggestion(name, others)}"
            raise Problems([Problem("", message, "use a name that mkdocs.yml declares")])
        return self._value(name, others[name], **parameters)

    def report(self, problems: list[Problem]) -> None:
        """Keep `problems` until the page is rendered, or raise them."""
        self._problems += problems
        if not self.defers_problems:
            raise Problems(problems)

    def _taken_names(self) -> Iterator[Problem]:
        """Yield each name that is already a variable, whose text the guide's would replace.

        A mapping, such as Material's `extra.version`, has no text to replace.
        """
        declaration, variables = self.values.declaration, self._env.variables
        for section in ("parameters", "derived", "facts"):
            for name in getattr(declaration, section):
                if name in variables and not isinstance(variables[name], Mapping):
                    message = f"{name!r} is a variable of `extra`, `include_yaml` or another module"
                    place = declaration.locate((section, name))
                    yield Problem(place, message, "choose another name")

    def replaced_values(self) -> Iterator[Problem]:
        """Yield each value that another module has replaced since, which pages would show."""
        variables = self._env.variables
        for name in self.values.by_name:
            if not isinstance(variables.get(name), LiveValue):
                message = f"another module sets {name!r}, which is a parameter or derived value"
                yield Problem(self._config_file.name, message, "rename one of them")

    @property
    def defers_problems(self) -> bool:
        """Whether the site generator calls a function after each page: Zensical does not."""
        return hasattr(self._env, "post_macro_functions")

    @property
    def has_problems(self) -> bool:
        """Whether problems were reported since they were last taken."""
        return bool(self._problems)

    def take_problems(self) -> list[Problem]:
        """Return the problems that were reported since the last call, each once."""
        problems, self._problems = self._problems, []
        return [*{str(problem): problem for problem in problems}.values()]

    @property
    def source(self) -> Source:
        """The source of the page that is being rendered."""
        return Source(self._env.variables["page"], self._env.conf)

    def known_names(self) -> Mapping[str, object]:
        """Return the names that mkdocs-macros knows on the page, with what they stand for."""
        return {**self._env.macros, **self._env.variables, **self.source.front_matter}

    @property
    def declared_names(self) -> Set[str]:
        """The names that stand for the guide's values and facts."""
        return {*self.values.by_name, *self.facts, "value_of"}

    @cached_property
    def shows_verification(self) -> bool:
        """Whether pages say how they are verified: not while the site is built for that."""
        return bool(self.values.declaration.against) and not is_verifying()

    @cached_property
    def site_record(self) -> SiteRecord:
        """The verification record, and how it compares with the files of the site."""
        docs, folder = self._env.conf["docs_dir"], self._config_file.parent
        return SiteRecord(docs, folder, self.values.declaration)

    def has_page(self, path: str) -> bool:
        """Return whether the site has the page at `path`."""
        files = self._env.variables.get("files")
        if isinstance(files, Files):  # of MkDocs, with what plugins made and left out
            file = files.get_file_from_path(path)
            return bool(file and not file.inclusion.is_excluded())  # type: ignore[no-untyped-call]
        excluded = self._env.conf.get("exclude_docs")
        if isinstance(excluded, str):  # as Zensical has it
            excluded = PathSpec().run_validation(excluded)
        is_file = (self.site_record.docs / path).is_file()
        return is_file and not (excluded and excluded.match_file(path))

    @cached_property
    def scripts(self) -> Path:
        """The folder of the companion scripts, which excerpts are taken from."""
        return Path(self._env.project_dir) / SCRIPTS
