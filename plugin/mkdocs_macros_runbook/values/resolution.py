"""The values of a guide: every parameter and derived value, resolved and validated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ..problem import Problem, Problems, suggestion
from .declaration import Declaration
from .parameter import Parameter
from .template import Field, expand, fields
from .text import DECLARABLE, objection, slug

_FEW = 12  # options that a message still lists


@dataclass(frozen=True)
class Override:
    """A value that someone set for a parameter, and where they did."""

    value: str
    place: str


@dataclass(frozen=True)
class Values:
    """All values by name, in the order declared, and the overrides that they were made with."""

    declaration: Declaration
    overrides: Mapping[str, Override]
    by_name: Mapping[str, str]

    def is_set(self, name: str) -> bool:
        """Return whether the publisher set the parameter `name`, or one that is bound to it."""
        parameters = self.declaration.parameters
        return any(name in (other, *parameters[other].bound_to) for other in self.overrides)

    def is_example(self, name: str) -> bool:
        """Return whether the value `name` is an example to readers, or is made of one."""
        parameter = self.declaration.parameters.get(name)
        if self.is_set(name) or (parameter and parameter.is_fixed):
            return False
        if parameter and parameter.is_example:
            return True
        parts = fields(self.declaration.templates[name])
        return any(self.is_example(part.name) for part in parts)

    def at(self, name: str) -> str | None:
        """Return the value at a place with this name: `rack`, or `rack?network=lab`.

        The second is what `value_of` writes: the value with another network. Raises `Problems`.
        """
        name, _, changes = name.partition("?")
        by_name = self.other(**dict(parse_qsl(changes))) if changes else self.by_name
        return by_name.get(name)

    def other(self, **changes: str) -> Mapping[str, str]:
        """Return the values as they would be with `changes` made to parameters.

        An override that is bound to a changed parameter and no longer fits is dropped: another
        network has other racks, say. Raises `Problems`.
        """
        parameters = self.declaration.parameters
        overrides = {
            name: override
            for name, override in self.overrides.items()
            if not set(parameters[name].bound_to) & set(changes)
            or parameters[name].fits(override.value, {**self.by_name, **changes})
        }
        overrides |= {name: Override(text, "value_of()") for name, text in changes.items()}
        return resolve(self.declaration, overrides).by_name


def overrides_from(declaration: Declaration, environment: Mapping[str, str]) -> dict[str, Override]:
    """Return the overrides in `environment`: each parameter's name in capitals."""
    variables = {name: parameter.variable for name, parameter in declaration.parameters.items()}
    return {
        name: Override(environment[variable], f"environment variable {variable}")
        for name, variable in variables.items()
        if variable in environment
    }


def of_value_set(declaration: Declaration, name: str) -> Values:
    """Return the values of a declared value set; raises `Problems`."""
    overrides = {
        parameter: Override(text, declaration.locate(("value_sets", name, parameter)))
        for parameter, text in declaration.value_sets[name].items()
    }
    return resolve(declaration, overrides)


def resolve(declaration: Declaration, overrides: Mapping[str, Override]) -> Values:
    """Return the values of `declaration` under `overrides`; raises `Problems`."""
    values = Values(declaration, overrides, _expanded(declaration, overrides))
    problems = [
        Problem(
            overrides[name].place,
            f"{name!r} is not a parameter{suggestion(name, declaration.parameters)}",
            "use the name of a parameter that mkdocs.yml declares",
        )
        for name in sorted(set(overrides) - set(declaration.parameters))
    ]
    problems += _value_problems(values)
    if problems:
        raise Problems(problems)
    return values


def _expanded(declaration: Declaration, overrides: Mapping[str, Override]) -> Mapping[str, str]:
    """Return every value by name; templates are known to have no cycles."""
    templates = declaration.templates
    texts = {name: override.value for name, override in overrides.items()}

    def text_of(part: Field) -> str:
        if part.name not in texts:
            texts[part.name] = expand(templates[part.name], text_of)
        text = texts[part.name]
        if part.property is None:
            return text
        options = declaration.parameters[part.name].options or {}
        return options.get(text, {}).get(part.property, "")  # an unknown option is reported

    return {name: text_of(Field(name)) for name in templates}


def _value_problems(values: Values) -> Iterator[Problem]:
    """Yield each value that its parameter does not allow; not what is made of such a value."""
    invalid: set[str] = set()
    for name, parameter in values.declaration.parameters.items():
        parts = {part.name for part in fields(parameter.default)}
        if name not in values.overrides and parts & invalid:
            continue
        if problem := _problem(parameter, values):
            yield problem
            invalid.add(name)
    for name, template in values.declaration.templates.items():
        if name in values.overrides or name in invalid:
            continue
        for part in fields(template):
            text = values.by_name[part.name]
            if part.is_slug and part.name not in invalid and not slug(text):
                message = f"{name} uses {{{part.name}|slug}}, but {part.name} is {text!r},"
                message += " which has neither a letter from A to Z nor a digit"
                place = values.declaration.place_of(name)
                yield Problem(place, message, f"change {part.name}")


def _problem(parameter: Parameter, values: Values) -> Problem | None:
    """Return what is wrong with the value of `parameter`, if anything."""
    reason = _reason(parameter, values)
    if reason is None:
        return None
    message, special_fix = reason
    name = parameter.name
    subject, place = f"{name} is {values.by_name[name]!r}", values.declaration.place_of(name)
    advice = "change this default"
    if override := values.overrides.get(name):
        place, advice = override.place, "choose another value"
    elif parts := ", ".join(part.name for part in fields(parameter.default)):
        subject, advice = f"{subject} (computed from {parts})", f"set {parameter.variable}"
    if parameter.help:
        advice = f"{advice} ({parameter.help})"
    return Problem(place, f"{subject}, {message}", special_fix or advice)


def _reason(parameter: Parameter, values: Values) -> tuple[str, str] | None:
    """Return why the value of `parameter` is not allowed, and the fix if there is a special one."""
    value = values.by_name[parameter.name]
    if parameter.options is not None and value not in parameter.options:
        number = len(parameter.options)
        hint = suggestion(value, parameter.options)
        message = f"which is not one of its {number} options{hint}"
        return message, f"choose one of: {', '.join(parameter.options)}" if number <= _FEW else ""
    if refusal := objection(value, parameter.characters):
        return f"which {refusal}", _declaration_fix(parameter, values)
    if parameter.fits(value, values.by_name):
        return None
    for other in parameter.bound_to:
        for option in values.declaration.parameters[other].options or ():
            if parameter.fits(value, {**values.by_name, other: option}):
                now = values.by_name[other]
                message = f"which belongs to {other} {option!r}, but {other} is {now!r}"
                return message, f"set {other} to {option!r}, or change {parameter.name}"
    if parameter.help:
        return "which does not match its pattern", ""
    pattern = expand(parameter.pattern or "", lambda part: values.by_name[part.name])
    return f"which does not match its pattern {pattern}", ""


def _declaration_fix(parameter: Parameter, values: Values) -> str:
    """Return which characters to declare, so that a refused value is allowed; empty if none do."""
    value = values.by_name[parameter.name]
    characters = "".join(filter(value.__contains__, DECLARABLE))
    if objection(value, characters) or not parameter.fits(value, values.by_name):
        return ""
    return f'declare `characters: "{characters}"` for {parameter.name}, or choose another value'
