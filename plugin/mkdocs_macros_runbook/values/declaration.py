"""The declaration of a guide: parameters, derived values, value sets and what else it declares.

Values refer to each other by name; the declaration says which of these references lead nowhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any

from ..problem import Problem, suggestion
from .fact import Fact
from .parameter import Parameter
from .template import Field, cycle, fields, without_fields

#: the texts of the form, in English; each `{}` is filled in, in this order
TEXTS: Mapping[str, str] = json.loads(
    (files(__package__) / "texts.json").read_text(encoding="utf-8")
)

#: the value set of a guide as it is declared
DEFAULT = "default"

#: returns the place of a key of the declaration: `("parameters", "city")` → `mkdocs.yml:12`
Locate = Callable[[tuple[str, ...]], str]


def is_exempted_by(path: str, page: str) -> bool:
    """Return whether the path of a page or of a folder exempts `page`."""
    return path == page or (path.endswith("/") and page.startswith(path))


@dataclass(frozen=True)
class Declaration:
    """Parameters and derived values (templates) of a guide, by name, in the order declared."""

    parameters: Mapping[str, Parameter]
    derived: Mapping[str, str]
    locate: Locate
    #: the values of parameters in each value set, by its name
    value_sets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: why the blocks of pages are not verified, by the path of a page or of a folder: `api/`
    exempt: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    #: what the blocks are verified against, in words; empty if pages say nothing of that
    against: str = ""
    #: the files and folders that blocks depend on besides their pages; `None` if unknown
    depends_on: Sequence[str] | None = None
    #: the texts of the form, by key
    texts: Mapping[str, str] = field(default_factory=lambda: TEXTS)

    @property
    def templates(self) -> dict[str, str]:
        """The default of each parameter and each derived value, as declared."""
        defaults = {name: parameter.default for name, parameter in self.parameters.items()}
        return {**defaults, **self.derived}

    def source_of(self, name: str) -> list[Any]:
        """Return what the derived value `name` is made of, but for the values of parameters.

        That is its template, the properties in it, and what other derived values there are made of.
        """
        if name not in self.derived:
            return []
        template = self.derived[name]
        return [template, *(self._source_of_field(part) for part in fields(template))]

    def _source_of_field(self, part: Field) -> list[Any]:
        if part.property is None:
            return self.source_of(part.name)
        options = self.parameters[part.name].options or {}
        return [[option, texts.get(part.property)] for option, texts in options.items()]

    @cached_property
    def common_source(self) -> list[Any]:
        """What all pages may be made of, besides their files and the values of parameters."""
        facts = {name: fact.value for name, fact in self.facts.items()}
        return [{name: self.source_of(name) for name in self.derived}, facts]

    @property
    def has_form(self) -> bool:
        """Whether there is a parameter that readers may set."""
        return not all(parameter.is_fixed for parameter in self.parameters.values())

    def exemption_of(self, page: str) -> tuple[str, str] | None:
        """Return the path that exempts a page and the reason, or `None`; the longest path wins."""
        paths = [path for path in self.exempt if is_exempted_by(path, page)]
        path = max(paths, key=len, default="")
        return (path, self.exempt[path]) if path else None

    @cached_property
    def characters(self) -> Mapping[str, str]:
        """The characters that each value may have beside the common ones, by its name.

        A derived value may have what all the parameters in it declare.
        """
        return {name: self._characters_of(name) for name in self.templates}

    def _characters_of(self, name: str) -> str:
        if name in self.parameters:
            return "".join(sorted({*self.parameters[name].characters}))
        parts = [part for part in fields(self.derived[name]) if not part.property]
        texts = [self._characters_of(part.name) for part in parts if not part.is_slug]
        return "".join(sorted(set().union(*texts)))

    def _path_of(self, name: str) -> tuple[str, ...]:
        """Return the keys under which the template of `name` is declared."""
        return ("parameters", name, "default") if name in self.parameters else ("derived", name)

    def place_of(self, name: str) -> str:
        """Return the place of the template of `name`."""
        return self.locate(self._path_of(name))

    def reference_problems(self) -> Iterator[Problem]:
        """Yield unknown fields, missing properties, unmatched braces and circular references."""
        templates = self.templates
        for name, parameter in self.parameters.items():
            unused = set(parameter.bound_to) - {part.name for part in fields(parameter.default)}
            pattern = f"the pattern of {name}"
            for other in sorted(unused):
                message = f"{pattern} contains {{{other}}}, but {name}'s default does not"
                fix = f"use {{{other}}} in the default"
                yield Problem(self.place_of(name), message, fix)
            path = ("parameters", name, "pattern")
            for part in fields(parameter.pattern or ""):
                yield from self._field_problems(pattern, path, part)
        for name, template in templates.items():
            if brace := re.search(r"[{}]", without_fields(template)):
                message = f"{name} has an unmatched {brace[0]!r}: {template!r}"
                fix = "write {name}, {name.property} or {name|slug}"
                yield Problem(self.place_of(name), message, fix)
            for part in fields(template):
                yield from self._field_problems(name, self._path_of(name), part)
            if way := cycle(name, templates):
                message = f"{name} refers to itself ({' → '.join(way)})"
                yield Problem(self.place_of(name), message, "remove one of these references")

    def _field_problems(self, name: str, path: tuple[str, ...], part: Field) -> Iterator[Problem]:
        """Yield the problem of a field of the template `name`, declared under `path`."""
        is_pattern = path[-1] == "pattern"
        names: Mapping[str, object] = self.templates
        kind = "a parameter or a derived value"
        if is_pattern:
            names, kind = self.parameters, "a parameter"
        parameter = self.parameters.get(part.name)
        options = (parameter.options if parameter else None) or {}
        with_property = f"{name} refers to the property {part.property!r}"
        if part.name not in names:
            message = f"{name} refers to {part.name!r}, which is not declared"
            message += suggestion(part.name, names)
            yield Problem(self.locate(path), message, f"use the name of {kind}")
        elif is_pattern and (part.property or part.is_slug):
            message = f"{name} can use only the value of {part.name}, not a property or slug"
            yield Problem(self.locate(path), message, f"write {{{part.name}}}")
        elif part.property and not options:
            message = f"{with_property} of {part.name}, which has no options"
            yield Problem(self.locate(path), message, f"write {{{part.name}}}")
        elif part.property and not all(part.property in option for option in options.values()):
            message = f"{with_property}, which not every option has"
            yield Problem(self.locate(path), message, f"add it to each option of {part.name}")
