"""The values of a guide: every parameter and derived value, resolved and found fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .declaration import Declaration
from .mistake import Mistake, Mistakes, nearest
from .parameter import Parameter
from .template import Field, expand, fields
from .value import objection, slug

_FEW = 12  # options that a message still lists


@dataclass(frozen=True)
class Override:
    """A value that someone set for a parameter, and where they did."""

    value: str
    place: str


@dataclass(frozen=True)
class Values:
    """All values by name, in the order declared, and what was overridden to make them."""

    declaration: Declaration
    overrides: Mapping[str, Override]
    by_name: Mapping[str, str]
    _others: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = field(default_factory=dict)

    def other(self, **changes: str) -> Mapping[str, str]:
        """Return the values as they would be with `changes` made to parameters.

        An override that is bound to a changed parameter and no longer fits gives way to its
        default: another network has other racks. Raises `Mistakes`.
        """
        key = tuple(sorted(changes.items()))
        if key not in self._others:
            overrides = {
                name: override
                for name, override in self.overrides.items()
                if not set(self.declaration.parameters[name].bound_to) & set(changes)
                or self.declaration.parameters[name].fits(
                    override.value, {**self.by_name, **changes}
                )
            }
            overrides |= {name: Override(text, "value_of()") for name, text in changes.items()}
            self._others[key] = resolve(self.declaration, overrides).by_name
        return self._others[key]


def overrides_from(declaration: Declaration, environment: Mapping[str, str]) -> dict[str, Override]:
    """Return the overrides that `environment` holds: each parameter's name in capitals."""
    return {
        name: Override(
            environment[parameter.variable], f"environment variable {parameter.variable}"
        )
        for name, parameter in declaration.parameters.items()
        if parameter.variable in environment
    }


def resolve(declaration: Declaration, overrides: Mapping[str, Override]) -> Values:
    """Return the values of `declaration` under `overrides`; raises `Mistakes`, all there are."""
    mistakes: list[Mistake] = []
    resolved: dict[str, str] = {}

    def text_of(field: Field) -> str:
        text = resolve_name(field.name)
        if field.fact is None:
            return text
        options = declaration.parameters[field.name].options or {}
        return options.get(text, {}).get(field.fact, "")  # an unknown option is a mistake already

    def resolve_name(name: str) -> str:
        if name not in resolved:
            if name in overrides:
                resolved[name] = overrides[name].value
            else:
                parameter = declaration.parameters.get(name)
                template = parameter.default if parameter else declaration.derived[name]
                resolved[name] = expand(template, text_of)
        return resolved[name]

    for name in sorted(set(overrides) - set(declaration.parameters)):
        known = nearest(name, declaration.parameters)
        found = f"{name!r} is no parameter{known}"
        mistakes.append(Mistake(overrides[name].place, found, "set a parameter"))
    by_name = {name: resolve_name(name) for name in (*declaration.parameters, *declaration.derived)}
    unfit: set[str] = set()
    for name, parameter in declaration.parameters.items():
        if name in overrides:
            place = overrides[name].place
        elif unfit & {field.name for field in fields(parameter.default)}:
            continue  # a default made of a value that is refused already
        else:
            place = ""  # looked up only for a mistake: it takes reading mkdocs.yml again
        if mistake := _unfit(parameter, place, name in overrides, by_name, declaration):
            if not place:
                place = declaration.locate(("parameters", name, "default"))
                mistake = Mistake(place, mistake.found, mistake.remedy)
            mistakes.append(mistake)
            unfit.add(name)
    for name, template in declaration.templates.items():
        for part in fields(template):
            blamed = {name, part.name} & unfit
            if (
                part.slugged
                and not blamed
                and name not in overrides
                and not slug(by_name[part.name])
            ):
                found = f"{name} is made of the letters A to Z and digits of {part.name}"
                found += f", and {by_name[part.name]!r} has none"
                mistakes.append(Mistake(declaration.place_of(name), found, f"change {part.name}"))
    if mistakes:
        raise Mistakes(mistakes)
    return Values(declaration, overrides, by_name)


def _unfit(
    parameter: Parameter,
    place: str,
    overridden: bool,
    values: Mapping[str, str],
    declaration: Declaration,
) -> Mistake | None:
    """Return what is wrong with a parameter's value where all have `values`, if anything is."""
    name, value = parameter.name, values[parameter.name]
    said = f"{name} is {value!r}"
    if not overridden:
        made_of = ", ".join(field.name for field in fields(parameter.default))
        said += f", made of {made_of}" if made_of else ""
    help_ = f" ({parameter.help})" if parameter.help else ""
    remedy = f"choose another{help_}"
    if not overridden:
        made = any(fields(parameter.default))
        remedy = f"set {parameter.variable}{help_}" if made else f"change this default{help_}"
    if parameter.options is not None and value not in parameter.options:
        known = nearest(value, parameter.options)
        if len(parameter.options) <= _FEW:
            remedy = f"choose one of: {', '.join(parameter.options)}"
        number = len(parameter.options)
        return Mistake(place, f"{said}, which is none of its {number} options{known}", remedy)
    if why := objection(value):
        return Mistake(place, f"{said}, which {why}", remedy)
    if parameter.fits(value, values):
        return None
    for other in parameter.bound_to:
        for option in declaration.parameters[other].options or ():
            if parameter.fits(value, {**values, other: option}):
                belongs = f"which belongs to {other} {option!r}, but {other} is {values[other]!r}"
                remedy = f"set {other} to {option!r}, or change {name}"
                return Mistake(place, f"{said}, {belongs}", remedy)
    found = f"{said}, which does not match its pattern"
    pattern = expand(parameter.pattern or "", lambda field: values[field.name])
    return Mistake(place, found if help_ else f"{found} {pattern}", remedy)


def of_value_set(declaration: Declaration, name: str) -> Values:
    """Return the values of a declared value set; raises `Mistakes`."""
    overrides = {
        parameter: Override(text, declaration.locate(("value_sets", name, parameter)))
        for parameter, text in declaration.value_sets[name].items()
    }
    return resolve(declaration, overrides)
