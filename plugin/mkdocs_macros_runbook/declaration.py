"""What `mkdocs.yml` declares under `extra.runbook`: the parameters and the derived values."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from .mistake import Mistake, Mistakes, nearest
from .parameter import Facts, Parameter
from .template import fields, without_fields

#: names that mkdocs-macros itself gives to pages, or that are the reader's to use
RESERVED = frozenset(
    """config context environment extra files filters filters_builtin fix_url git macros
    macros_info navigation now page plugin runbook value_of""".split()  # noqa: SIM905
)
#: the value set of a guide as it is declared
DEFAULT = "default"
_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)  # as browsers read a name
# Regular expressions are run by Python and by browsers. Theirs have no (?P<…>) and no possessive
# repetition, \d means other digits, and an empty class ends at once.
_UNLIKE = re.compile(r"\\(?![][\\^$.*+?(){}|/]).?|\(\?(?!:|=|!|<=|<!)|[*+?}]\+|\{,|\[\^?\]")
_ESCAPED = re.compile(r"\\.")
_CLASS = re.compile(r"\[[^]]*\]")
_REPEATED = re.compile(r"\{[0-9]+(,[0-9]*)?\}")
_KEYS = {"label", "help", "default", "pattern", "options"}

#: tells where a key of the declaration stands: `("parameters", "city")` → `mkdocs.yml:12`
Locate = Callable[[tuple[str, ...]], str]


@dataclass(frozen=True)
class Declaration:
    """Parameters and derived values (templates) of a guide, by name, in the order declared."""

    parameters: Mapping[str, Parameter]
    derived: Mapping[str, str]
    locate: Locate
    #: the values of parameters in each value set, by its name
    value_sets: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)

    @property
    def templates(self) -> dict[str, str]:
        """The default of each parameter and each derived value, as declared."""
        defaults = {name: parameter.default for name, parameter in self.parameters.items()}
        return {**defaults, **self.derived}

    def path_of(self, name: str) -> tuple[str, ...]:
        """Return the keys under which the template of `name` stands."""
        return ("parameters", name, "default") if name in self.parameters else ("derived", name)

    def place_of(self, name: str) -> str:
        """Return the place of the template of `name`."""
        return self.locate(self.path_of(name))


def read(declared: object, root: Path, locate: Locate) -> Declaration:
    """Return the declaration that `extra.runbook` holds.

    `root` is the folder that paths of option files start from. Raises `Mistakes`, all that there
    are, where something is missing, unknown or contradictory.
    """
    mistakes: list[Mistake] = []

    def refuse(path: tuple[str, ...], found: str, remedy: str) -> None:
        mistakes.append(Mistake(locate(path), found, remedy))

    if not isinstance(declared, Mapping) or not isinstance(declared.get("parameters"), Mapping):
        found = "extra.runbook.parameters is missing or is no mapping"
        raise Mistakes([Mistake(locate(()), found, "declare a parameter as `name: {default: …}`")])
    for key in declared:
        if key not in ("parameters", "derived", "value_sets"):
            known = nearest(key, ("parameters", "derived", "value_sets"))
            refuse((key,), f"extra.runbook has no key {key!r}{known}", "remove or rename it")

    derived = declared.get("derived") or {}
    if not isinstance(derived, Mapping):
        refuse(("derived",), "extra.runbook.derived is no mapping", "write `name: template`")
        derived = {}
    parameters = {}
    for name, body in declared["parameters"].items():
        try:
            parameters[name] = _parameter(name, body, root)
        except ValueError as error:
            refuse(("parameters", name), f"parameter {name!r} {error.args[0]}", error.args[1])
    for name, template in derived.items():
        if not isinstance(template, str):
            refuse(("derived", name), f"derived value {name!r} is no text", "quote its template")

    section = dict.fromkeys(declared["parameters"], "parameters")
    for name in derived:
        if name in section:
            remedy = "rename one of them"
            refuse(("derived", name), f"{name!r} is declared as a parameter too", remedy)
        section.setdefault(name, "derived")
    for name, where in section.items():
        if not _NAME.fullmatch(str(name)) or name in RESERVED:
            why = "is taken by mkdocs-macros" if name in RESERVED else "is no name"
            refuse((where, name), f"{name!r} {why}", "choose letters, digits and underscores")
    value_sets = declared.get("value_sets") or {}
    mistakes += _broken_value_sets(value_sets, set(declared["parameters"]), locate)
    if not mistakes:
        mistakes += _broken_fields(Declaration(parameters, derived, locate))
    if mistakes:
        raise Mistakes(mistakes)
    return Declaration(parameters, derived, locate, {DEFAULT: {}, **value_sets})


def _broken_value_sets(declared: object, known: set[str], locate: Locate) -> Iterator[Mistake]:
    """Yield what is no name or no text in value sets; whether values fit is found with them."""
    if not isinstance(declared, Mapping):
        place = locate(("value_sets",))
        yield Mistake(place, "extra.runbook.value_sets is no mapping", "write `name: {city: Bern}`")
        return
    for name, values in declared.items():
        if not re.fullmatch(r"[a-z][0-9a-z-]*", str(name)) or name == DEFAULT:
            why = "is there without being declared" if name == DEFAULT else "is no name"
            remedy = "name it in small letters, digits and hyphens"
            place = locate(("value_sets", name))
            yield Mistake(place, f"value set {str(name)!r} {why}", remedy)
        if not isinstance(values, Mapping):
            place = locate(("value_sets", name))
            yield Mistake(place, f"value set {str(name)!r} is no mapping", "write `{city: Bern}`")
            continue
        for parameter, value in values.items():
            if parameter not in known:
                place = locate(("value_sets", name, parameter))
                found = f"value set {name!r} sets {parameter!r}, which is no parameter"
                yield Mistake(place, found + nearest(str(parameter), known), "rename it")
            elif not isinstance(value, str):
                place = locate(("value_sets", name, parameter))
                found = f"value set {name!r} sets {parameter} to what is no text"
                yield Mistake(place, found, "put it in quotes")


def _parameter(name: str, body: object, root: Path) -> Parameter:
    """Return one parameter; raises `ValueError(found, remedy)`."""
    if not isinstance(body, Mapping):
        raise ValueError("is no mapping", "write `default:` and `pattern:` or `options:` under it")
    for key in body:
        if key not in _KEYS:
            raise ValueError(f"has no key {key!r}{nearest(key, _KEYS)}", "remove or rename it")
    if not isinstance(body.get("default"), str):
        raise ValueError(
            "has no default that is text", "give it one, in quotes where it is a number"
        )
    if (body.get("pattern") is None) == (body.get("options") is None):
        raise ValueError("has not one of pattern and options", "give it either")
    pattern = body.get("pattern")
    if pattern is not None:
        try:
            re.compile(pattern)
        except (re.error, TypeError) as error:
            raise ValueError(
                f"has a pattern that is no regular expression ({error})", "mend it"
            ) from None
        if other := _read_otherwise(pattern):
            found = f"has a pattern that browsers would not read alike: {other!r}"
            raise ValueError(found, "write classes such as [0-9], and escape nothing but syntax")
    options = _options(body["options"], root) if body.get("options") is not None else None
    label = str(body.get("label", name))
    return Parameter(name, label, str(body.get("help", "")), body["default"], pattern, options)


def _read_otherwise(pattern: str) -> str | None:
    """Return what of `pattern` JavaScript, with its flag `u`, lacks or reads in another way."""
    rest = without_fields(pattern)
    for removed in (_ESCAPED, _CLASS, _REPEATED):
        if other := _UNLIKE.search(rest):
            return other[0]
        rest = removed.sub("_", rest)
    stray = re.search(r"[][{}]", rest)
    return stray[0] if stray else None


def _options(declared: object, root: Path) -> Mapping[str, Facts]:
    """Return options with their facts, from a list, a mapping or the name of a JSON file."""
    if isinstance(declared, str):
        declared = _option_file(declared, root)
    if isinstance(declared, list):
        try:
            declared = {option: {} for option in declared}
        except TypeError:
            raise ValueError("has an option that is no text", "put it in quotes") from None
    if not isinstance(declared, Mapping) or not declared:
        remedy = "write a list, a mapping of facts, or a JSON file as `package:file.json`"
        raise ValueError("has no options", remedy)
    for option, facts in declared.items():
        if not isinstance(option, str):
            raise ValueError(f"has an option that is no text: {option!r}", "put it in quotes")
        if not isinstance(facts, Mapping):
            raise ValueError(f"has an option without a mapping of facts: {option!r}", "write {}")
        for fact, text in facts.items():
            if not isinstance(fact, str) or not isinstance(text, str):
                found = f"has a fact of {option!r} that is no text: {fact!r}: {text!r}"
                raise ValueError(found, "put it in quotes")
            if not _NAME.fullmatch(fact) or re.search("[{}]", text):
                found = f"has a fact of {option!r} that no template can take: {fact!r}: {text!r}"
                raise ValueError(found, "name it in letters, digits and underscores; no braces")
    return declared


def _option_file(name: str, root: Path) -> Any:
    package, colon, file = name.partition(":")
    try:
        if not colon:
            return _json(root / name, (root / name).stat().st_mtime_ns)
        with as_file(files(package) / file) as path:
            return _json(path, path.stat().st_mtime_ns)
    except (OSError, ModuleNotFoundError, json.JSONDecodeError) as error:
        found = f"takes its options from {name!r}, which cannot be read ({error})"
        raise ValueError(
            found, "name a JSON file as `package:file.json` or from mkdocs.yml"
        ) from None


@lru_cache
def _json(path: Path, _modified: int) -> Any:
    """Read `path` once for each time that it is modified: `mkdocs serve` lives through edits."""
    return json.loads(path.read_text(encoding="utf-8"))


def _broken_fields(declaration: Declaration) -> list[Mistake]:
    """Find fields that name nothing, facts that an option lacks, templates that go in circles."""
    mistakes = []
    templates = declaration.templates
    patterns = {
        f"{name}'s pattern": (("parameters", name, "pattern"), parameter.pattern)
        for name, parameter in declaration.parameters.items()
        if parameter.pattern
    }
    for name, bound in declaration.parameters.items():
        unnamed = set(bound.bound_to) - {field.name for field in fields(bound.default)}
        for other in sorted(unnamed):
            found = (
                f"the default of {name} is bound to {other} by its pattern, but does not name it"
            )
            remedy = f"write {{{other}}} where the value of {other} stands in it"
            mistakes.append(Mistake(declaration.place_of(name), found, remedy))
    for name, template in templates.items():
        if stray := re.search(r"[{}]", without_fields(template)):
            found = f"{name} has {stray[0]!r} that belongs to no field: {template!r}"
            remedy = "write {name}, {name.fact} or {name|slug}"
            mistakes.append(Mistake(declaration.place_of(name), found, remedy))
    texts = {name: (declaration.path_of(name), text) for name, text in templates.items()}
    for name, (path, template) in (texts | patterns).items():
        for field in fields(template):
            parameter = declaration.parameters.get(field.name)
            if field.name not in templates or (name in patterns and parameter is None):
                known = nearest(field.name, templates)
                found = f"{name} refers to {field.name!r}, which is not declared{known}"
                mistakes.append(Mistake(declaration.locate(path), found, "name a parameter"))
            elif name in patterns and (field.fact or field.slugged):
                found = f"{name} refers to more than the value of {field.name}"
                remedy = f"write {{{field.name}}}"
                mistakes.append(Mistake(declaration.locate(path), found, remedy))
            elif field.fact and not _has_fact(parameter, field.fact):
                found = f"{name} refers to the fact {field.fact!r}, which not every option has"
                remedy = f"give it to each option of {field.name}"
                mistakes.append(Mistake(declaration.locate(path), found, remedy))
    for name in templates:
        if circle := _circle(name, templates):
            found = f"{name} refers to itself ({' → '.join(circle)})"
            mistakes.append(Mistake(declaration.place_of(name), found, "break the circle"))
    return mistakes


def _has_fact(parameter: Parameter | None, fact: str) -> bool:
    if parameter is None or parameter.options is None:
        return False
    return all(fact in facts for facts in parameter.options.values())


def _circle(start: str, templates: Mapping[str, str]) -> list[str] | None:
    """Return the way from `start` back to itself, if there is one."""
    ways = [[start]]
    seen = set()
    while ways:
        way = ways.pop()
        for field in fields(templates.get(way[-1], "")):
            if field.name == start:
                return [*way, start]
            if field.name not in seen:
                seen.add(field.name)
                ways.append([*way, field.name])
    return None
