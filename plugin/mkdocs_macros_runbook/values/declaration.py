"""What `mkdocs.yml` declares under `extra.runbook`: parameters, derived values, value sets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..problem import Problem, Problems, suggestion
from .fact import Fact, facts_in
from .options import NAME
from .parameter import Parameter
from .parameter_body import parameter_of
from .template import Field, circle, fields, without_fields
from .text import is_reason
from .texts import text_problems
from .verification import Verification, verification_of, verification_problems
from .yaml_file import place_of

#: names that mkdocs-macros itself gives to pages, or that are the reader's to use
RESERVED = frozenset(
    """config context environment extra files filters filters_builtin fix_url git macros
    macros_info navigation now page plugin runbook value_of verification""".split()  # noqa: SIM905
)
#: the value set of a guide as it is declared
DEFAULT = "default"
_SECTIONS = ("parameters", "derived", "facts", "value_sets", "exempt", "verification", "texts")
_VALUE_SET = re.compile(r"[a-z][0-9a-z-]*")


def is_exempted_by(path: str, page: str) -> bool:
    """Return whether the path of a page or of a folder exempts `page`."""
    return path == page or (path.endswith("/") and page.startswith(path))


#: returns the place of a key of the declaration: `("parameters", "city")` → `mkdocs.yml:12`
Locate = Callable[[tuple[str, ...]], str]


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
    #: `None` if pages say nothing of their verification
    verification: Verification | None = None
    #: texts of the form in place of ours, by key
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def templates(self) -> dict[str, str]:
        """The default of each parameter and each derived value, as declared."""
        defaults = {name: parameter.default for name, parameter in self.parameters.items()}
        return {**defaults, **self.derived}

    def exemption_of(self, page: str) -> tuple[str, str] | None:
        """Return the path that exempts a page and the reason, or `None`; the longest path wins."""
        paths = [path for path in self.exempt if is_exempted_by(path, page)]
        return max(
            ((path, self.exempt[path]) for path in paths),
            key=lambda item: len(item[0]),
            default=None,
        )

    def path_of(self, name: str) -> tuple[str, ...]:
        """Return the keys under which the template of `name` is declared."""
        return ("parameters", name, "default") if name in self.parameters else ("derived", name)

    def place_of(self, name: str) -> str:
        """Return the place of the template of `name`."""
        return self.locate(self.path_of(name))


def declaration_of(config: Mapping[str, Any], config_file: Path) -> Declaration:
    """Return the declaration in a site's configuration, read from `config_file`.

    Raises `Problems`.
    """

    def locate(keys: tuple[str, ...]) -> str:
        return place_of(config_file, ("extra", "runbook", *keys))

    extra = config.get("extra") or {}
    if "runbook" not in extra:
        for key in extra:
            if hint := suggestion(str(key), ["runbook"]):
                place = place_of(config_file, ("extra", key))
                raise Problems([Problem(place, f"extra has no key {key!r}{hint}", "rename it")])
        for key, value in config.items():
            if key == "runbook" or (isinstance(value, Mapping) and "runbook" in value):
                message = f"`runbook` belongs below `extra`, but it is in {key!r}"
                raise Problems([Problem(place_of(config_file, (key,)), message, "move it")])
    return read(extra.get("runbook"), config_file.parent, locate)


def read(declared: object, root: Path, locate: Locate) -> Declaration:
    """Return the declaration that `extra.runbook` holds.

    Paths of option files start from the folder `root`. Raises `Problems` with everything that is
    missing, unknown or contradictory.
    """
    if not isinstance(declared, Mapping) or not isinstance(declared.get("parameters"), Mapping):
        message = "extra.runbook.parameters is missing or not a mapping"
        raise Problems([Problem(locate(()), message, "declare one as `name: {default: …}`")])
    reader = _Reader(declared, root, locate)
    declaration = reader.declaration()
    problems = reader.problems or [*_template_problems(declaration)]
    if problems:
        raise Problems(problems)
    return declaration


class _Reader:
    """Reads the sections, and collects their problems."""

    def __init__(self, declared: Mapping[str, Any], root: Path, locate: Locate) -> None:
        self._declared, self._root, self._locate = declared, root, locate
        self.problems: list[Problem] = []

    def _add(self, path: tuple[str, ...], message: str, fix: str) -> None:
        self.problems.append(Problem(self._locate(path), message, fix))

    def declaration(self) -> Declaration:
        for key in self._declared:
            if key not in _SECTIONS:
                message = f"extra.runbook has no key {key!r}{suggestion(key, _SECTIONS)}"
                self._add((key,), message, "remove or rename it")
        parameters = self._parameters()
        derived = self._derived()
        self._check_names(derived)
        value_sets = {DEFAULT: {}, **self._value_sets()}
        exempt, facts, verification = self._exempt(), self._facts(derived), self._verification()
        return Declaration(
            parameters,
            derived,
            self._locate,
            value_sets,
            exempt,
            facts,
            verification,
            self._texts(),
        )

    def _texts(self) -> Mapping[str, str]:
        texts = self._mapping(("texts",), self._declared.get("texts"), "undo: Rückgängig")
        for key, message, fix in text_problems(texts):
            self._add(("texts", key), message, fix)
        return texts

    def _parameters(self) -> dict[str, Parameter]:
        parameters = {}
        for name, body in self._declared["parameters"].items():
            try:
                parameters[name] = parameter_of(name, body, self._root)
            except Problem as problem:
                self._add(
                    ("parameters", name), f"parameter {name!r} {problem.message}", problem.fix
                )
        return parameters

    def _mapping(self, path: tuple[str, ...], section: object, example: str) -> Mapping[str, Any]:
        """Return `section` if it is a mapping, or an empty one."""
        if section is None or isinstance(section, Mapping):
            return section or {}
        name = ".".join(("extra.runbook", *path))
        self._add(path, f"{name} must be a mapping", f"write `{example}`")
        return {}

    def _derived(self) -> Mapping[str, str]:
        derived = self._mapping(("derived",), self._declared.get("derived"), "name: template")
        for name, template in derived.items():
            if not isinstance(template, str):
                message = f"derived value {name!r} must be a string"
                self._add(("derived", name), message, "put its template in quotes")
        return derived

    def _check_names(self, derived: Mapping[str, str]) -> None:
        parameters = self._declared["parameters"]
        for section, names in (("parameters", parameters), ("derived", derived)):
            for name in names:
                if name in RESERVED:
                    fix = "choose another name"
                    self._add((section, name), f"{name!r} is reserved by mkdocs-macros", fix)
                elif not NAME.fullmatch(str(name)):
                    fix = "start with a letter, then use letters, digits and underscores"
                    self._add((section, name), f"{name!r} is not a valid name", fix)
                if section == "derived" and name in parameters:
                    message = f"{name!r} is declared as a parameter too"
                    self._add((section, name), message, "rename one of them")

    def _value_sets(self) -> Mapping[str, Mapping[str, str]]:
        path: tuple[str, ...] = ("value_sets",)
        value_sets = self._mapping(path, self._declared.get("value_sets"), "name: {city: Bern}")
        for name, values in value_sets.items():
            if name == DEFAULT:
                message = f"the value set {DEFAULT!r} is built in"
                self._add((*path, name), message, "choose another name")
            elif not _VALUE_SET.fullmatch(str(name)):
                fix = "use lower-case letters, digits and hyphens"
                self._add((*path, name), f"{str(name)!r} is not a valid name of a value set", fix)
            for parameter, value in self._mapping((*path, name), values, "{city: Bern}").items():
                self._check_value(name, parameter, value)
        return value_sets

    def _exempt(self) -> Mapping[str, str]:
        example = "api/: generated from docstrings"
        exempt = self._mapping(("exempt",), self._declared.get("exempt"), example)
        for path, reason in exempt.items():
            if not re.fullmatch(r"[^/\\].*(/|\.md)", str(path)):
                fix = "write a path below the folder of pages, such as api/index.md or api/"
                self._add(("exempt", path), f"{str(path)!r} is not a page or a folder", fix)
            if not (isinstance(reason, str) and is_reason(reason)):
                message = f"exempt {str(path)!r} needs a reason in a few words, not {reason!r}"
                self._add(("exempt", path), message, "explain why its blocks cannot be verified")
        return exempt

    def _facts(self, derived: Mapping[str, str]) -> Mapping[str, Fact]:
        name = self._declared.get("facts")
        if name is None:
            return {}
        if not isinstance(name, str):
            message = "extra.runbook.facts must be the path of a YAML file"
            self._add(("facts",), message, "write it from the folder of mkdocs.yml")
            return {}
        taken = dict.fromkeys(RESERVED, "something of mkdocs-macros")
        taken |= dict.fromkeys(derived, "a derived value")
        taken |= dict.fromkeys(self._declared["parameters"], "a parameter")
        try:
            return facts_in(self._root / name, name, taken)
        except Problems as error:
            self.problems += error.problems
            return {}

    def _verification(self) -> Verification | None:
        path: tuple[str, ...] = ("verification",)
        declared = self._declared.get("verification")
        if declared is None:
            return None
        section = self._mapping(path, declared, "against: a test server")
        problems = [*verification_problems(section)]
        for problem in problems:
            self._add((*path, problem.place), problem.message, problem.fix)
        return None if problems else verification_of(section)

    def _check_value(self, value_set: str, parameter: str, value: object) -> None:
        path = ("value_sets", value_set, parameter)
        known = self._declared["parameters"]
        if parameter not in known:
            message = f"value set {value_set!r} sets {parameter!r}, which is not a parameter"
            self._add(path, message + suggestion(str(parameter), known), "rename it")
        elif not isinstance(value, str):
            message = f"value set {value_set!r} must set {parameter} to a string"
            self._add(path, message, "put it in quotes")


def _template_problems(declaration: Declaration) -> Iterator[Problem]:
    """Yield unknown fields, missing properties, unmatched braces and circular references."""
    templates = declaration.templates
    for name, parameter in declaration.parameters.items():
        unused = set(parameter.bound_to) - {part.name for part in fields(parameter.default)}
        for other in sorted(unused):
            message = f"the pattern of {name} contains {{{other}}}, but {name}'s default does not"
            fix = f"use {{{other}}} in the default"
            yield Problem(declaration.place_of(name), message, fix)
        for part in fields(parameter.pattern or ""):
            path = ("parameters", name, "pattern")
            yield from _field_problems(declaration, f"the pattern of {name}", path, part)
    for name, template in templates.items():
        if brace := re.search(r"[{}]", without_fields(template)):
            message = f"{name} has an unmatched {brace[0]!r}: {template!r}"
            fix = "write {name}, {name.property} or {name|slug}"
            yield Problem(declaration.place_of(name), message, fix)
        for part in fields(template):
            yield from _field_problems(declaration, name, declaration.path_of(name), part)
        if names := circle(name, templates):
            message = f"{name} refers to itself ({' → '.join(names)})"
            yield Problem(declaration.place_of(name), message, "break the circle")


def _field_problems(
    declaration: Declaration, name: str, path: tuple[str, ...], part: Field
) -> Iterator[Problem]:
    """Yield the problem of a field of the template `name`, declared under `path`."""
    is_pattern = path[-1] == "pattern"
    known = declaration.parameters if is_pattern else declaration.templates
    if part.name not in known:
        message = f"{name} refers to {part.name!r}, which is not declared"
        message += suggestion(part.name, known)
        yield Problem(declaration.locate(path), message, "name a parameter")
    elif is_pattern and (part.property or part.is_slug):
        message = f"{name} can use only the value of {part.name}, not a property or slug"
        yield Problem(declaration.locate(path), message, f"write {{{part.name}}}")
    elif part.property and not _has_property(declaration.parameters.get(part.name), part.property):
        message = f"{name} refers to the property {part.property!r}, which not every option has"
        yield Problem(declaration.locate(path), message, f"add it to each option of {part.name}")


def _has_property(parameter: Parameter | None, name: str) -> bool:
    if parameter is None or parameter.options is None:
        return False
    return all(name in properties for properties in parameter.options.values())
