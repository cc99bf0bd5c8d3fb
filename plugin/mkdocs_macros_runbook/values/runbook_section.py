"""What `mkdocs.yml` declares under `extra.runbook`, read and checked, section by section."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..files import PAGES
from ..problem import Problem, Problems, suggestion
from .declaration import DEFAULT, TEXTS, Declaration, Locate
from .fact import Fact, facts_in
from .keys import RESERVED, SYSTEM_VARIABLES, name_problem, unknown_keys
from .parameter import Parameter, parameter_of
from .text import is_reason
from .yaml_file import place_of

_SECTIONS = ("parameters", "derived", "facts", "value_sets", "exempt", "verification", "texts")
_VALUE_SET = re.compile(r"[a-z][0-9a-z-]*")


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
                message = f"extra has the unknown key {key!r}{hint}"
                raise Problems([Problem(place, message, "rename it")])
        for key, value in config.items():
            if key == "runbook" or (isinstance(value, Mapping) and "runbook" in value):
                where = "at the top level" if key == "runbook" else f"in {key!r}"
                message = f"`runbook` belongs below `extra`, but it is {where}"
                raise Problems([Problem(place_of(config_file, (key,)), message, "move it")])
    root = config_file.parent
    pages = os.path.relpath(root / str(config.get("docs_dir") or "docs"), root)
    return read(extra.get("runbook"), root, locate, Path(pages).as_posix())


def read(section: object, root: Path, locate: Locate, pages: str = "docs") -> Declaration:
    """Return the declaration that `extra.runbook` holds.

    Paths of option files start from the folder `root`, as does that of the folder of `pages`.
    Raises `Problems` with everything that is missing, unknown or contradictory.
    """
    sections = section if isinstance(section, Mapping) else {}
    reader = _Reader(sections, root, locate, pages)
    reader.add_all((), unknown_keys("extra.runbook", sections, _SECTIONS))
    if not isinstance(sections.get("parameters"), Mapping):
        message = "extra.runbook.parameters is missing or not a mapping"
        example = 'city: {default: Bern, pattern: "[A-Za-z]+"}'
        fix = f"declare at least one parameter, such as `{example}`"
        raise Problems([*reader.problems, Problem(locate(()), message, fix)])
    declaration = reader.declaration()
    if problems := reader.problems or [*declaration.reference_problems()]:
        raise Problems(problems)
    return declaration


class _Reader:
    """Reads the sections, and collects their problems."""

    def __init__(self, sections: Mapping[str, Any], root: Path, locate: Locate, pages: str) -> None:
        self._sections, self._root, self._locate, self._pages = sections, root, locate, pages
        self.problems: list[Problem] = []

    def _add(self, path: tuple[str, ...], message: str, fix: str) -> None:
        self.problems.append(Problem(self._locate(tuple(map(str, path))), message, fix))

    def add_all(self, path: tuple[str, ...], problems: Iterable[Problem]) -> None:
        """Add problems whose places are keys below `path`, or empty."""
        for problem in problems:
            self._add((*path, *filter(None, [problem.place])), problem.message, problem.fix)

    def declaration(self) -> Declaration:
        """Return what could be read; it is whole if there are no problems."""
        parameters = self._parameters()
        derived = self._derived()
        names = self._names(derived)
        return Declaration(
            parameters,
            derived,
            self._locate,
            value_sets={DEFAULT: {}, **self._value_sets()},
            exempt=self._exempt(),
            facts=self._facts(names),
            **self._verification(),
            texts={**TEXTS, **self._texts()},
        )

    def _parameters(self) -> dict[str, Parameter]:
        parameters, names = {}, dict[str, object]()
        for name, body in self._sections["parameters"].items():
            variable = str(name).upper()
            if (other := names.setdefault(variable, name)) != name:
                message = f"parameters {other!r} and {name!r} share the environment variable"
                self._add(("parameters", name), f"{message} {variable}", "choose another name")
            if variable in SYSTEM_VARIABLES:
                message = (
                    f"parameter {name!r} would get its value from {variable}, which shells set"
                )
                self._add(("parameters", name), message, "choose another name")
            try:
                parameters[name] = parameter_of(name, body, self._root)
            except Problems as error:
                self.add_all(("parameters", name), error.problems)
        return parameters

    def _section(self, name: str, example: str) -> Mapping[str, Any]:
        return self._mapping((name,), self._sections.get(name), example)

    def _mapping(self, path: tuple[str, ...], section: object, example: str) -> Mapping[str, Any]:
        """Return `section` if it is a mapping, or an empty one."""
        if section is None or isinstance(section, Mapping):
            return section or {}
        name = ".".join(("extra.runbook", *path))
        self._add(path, f"{name} must be a mapping", f"write `{example}`")
        return {}

    def _derived(self) -> Mapping[str, str]:
        derived = self._section("derived", "name: template")
        for name, template in derived.items():
            if not isinstance(template, str):
                message = f"derived value {name!r} must be a string"
                self._add(("derived", name), message, "put its template in quotes")
        return derived

    def _names(self, derived: Mapping[str, str]) -> Mapping[str, str]:
        """Return the names that are in use, each with what has it."""
        owners = dict.fromkeys(RESERVED, "mkdocs-macros or Jinja")
        parameters = self._sections["parameters"]
        for section, kind, names in (
            ("parameters", "parameter", parameters),
            ("derived", "derived value", derived),
        ):
            for name in names:
                if problem := name_problem(f"{kind} {name!r}", name, owners):
                    self.add_all((section, name), [problem])
            owners |= dict.fromkeys(names, f"a {kind}")
        return owners

    def _value_sets(self) -> Mapping[str, Mapping[str, str]]:
        path: tuple[str, ...] = ("value_sets",)
        value_sets = self._section("value_sets", "name: {city: Bern}")
        for name, values in value_sets.items():
            if name == DEFAULT:
                message = f"the value set {DEFAULT!r} is built in"
                self._add((*path, name), message, "choose another name")
            elif not _VALUE_SET.fullmatch(str(name)):
                fix = (
                    "start with a lowercase letter, then use lowercase letters, digits and hyphens"
                )
                self._add((*path, name), f"{str(name)!r} is not a valid name of a value set", fix)
            for parameter, value in self._mapping((*path, name), values, "{city: Bern}").items():
                self._check_value(name, parameter, value)
        return {name: values or {} for name, values in value_sets.items()}

    def _exempt(self) -> Mapping[str, str]:
        exempt = self._section("exempt", "api/: generated from docstrings")
        folder = f"{self._pages}/"
        has_itself = (self._root / folder / folder).exists()
        for path, reason in exempt.items():
            if str(path).startswith(("/", "\\")) or not str(path).endswith(("/", *PAGES)):
                fix = "write a path below the folder of pages, such as api/index.md or api/"
                self._add(("exempt", path), f"{str(path)!r} is not a page or a folder", fix)
            elif (part := path.removeprefix(folder)) not in ("", path) and not has_itself:
                message = f"the path {path!r} begins with the folder of pages"
                fix = f"write {part!r}, since paths are relative to that folder"
                self._add(("exempt", path), message, fix)
            if not (isinstance(reason, str) and is_reason(reason)):
                message = f"exempt {str(path)!r} needs a reason of at least three words"
                fix = "explain why its blocks cannot be verified"
                self._add(("exempt", path), f"{message}, not {reason!r}", fix)
        return exempt

    def _facts(self, owners: Mapping[str, str]) -> Mapping[str, Fact]:
        name = self._sections.get("facts")
        if name is None:
            return {}
        if not isinstance(name, str):
            message = "extra.runbook.facts must be the path of a YAML file"
            self._add(("facts",), message, "write the path relative to the folder of mkdocs.yml")
            return {}
        try:
            return facts_in(self._root / name, name, owners)
        except Problems as error:
            self.problems += error.problems
            return {}

    def _verification(self) -> dict[str, Any]:
        """Return what is said of the verification, by the names in the declaration."""
        if self._sections.get("verification") is None:
            return {}
        section = self._section("verification", "against: a test server")
        keys = ("against", "depends_on")
        unknown = [*unknown_keys("extra.runbook.verification", section, keys)]
        self.add_all(("verification",), unknown)
        if unknown or not isinstance(self._sections["verification"], Mapping):
            return {}  # what a misspelled key was to declare is missing, too
        against, files = section.get("against"), section.get("depends_on", [])
        if not isinstance(against, str) or not against.strip():
            message = "verification needs `against`: what the blocks are verified against"
            fix = "write a few words, such as `against: a test server`"
            self._add(("verification", "against"), message, fix)
        if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
            message = "depends_on must be a list of files and folders"
            fix = "write `depends_on: [scripts, conftest.py]`"
            self._add(("verification", "depends_on"), message, fix)
        elif any(name.rstrip("/") in ("", ".") for name in files):
            message = "depends_on names the whole folder, in which each build changes files"
            fix = "name the files and folders that blocks use, such as `[scripts, conftest.py]`"
            self._add(("verification", "depends_on"), message, fix)
        return {**section}

    def _texts(self) -> Mapping[str, str]:
        texts = self._section("texts", "undo: Rückgängig")
        for key, text in texts.items():
            path = ("texts", key)
            if key not in TEXTS:
                message = f"the form has no text {str(key)!r}{suggestion(str(key), TEXTS)}"
                self._add(path, message, "remove or rename it")
            elif not isinstance(text, str) or not text.strip():
                self._add(path, f"the text {key!r} is not a string", f"translate {TEXTS[key]!r}")
            elif text.count("{}") != TEXTS[key].count("{}"):
                number, expected = text.count("{}"), TEXTS[key].count("{}")
                message = f"the number of {{}} in the text {key!r} is {number}"
                fix = f"translate {TEXTS[key]!r} and keep each {{}}"
                self._add(path, f"{message}, but must be {expected}", fix)
        return texts

    def _check_value(self, value_set: str, parameter: str, value: object) -> None:
        path = ("value_sets", value_set, parameter)
        parameters = self._sections["parameters"]
        if parameter not in parameters:
            message = f"value set {value_set!r} sets {parameter!r}, which is not a parameter"
            self._add(path, message + suggestion(str(parameter), parameters), "rename it")
        elif not isinstance(value, str):
            message = f"value set {value_set!r} must set {parameter} to a string"
            self._add(path, message, "put it in quotes")
