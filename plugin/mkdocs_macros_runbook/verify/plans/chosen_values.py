"""The values that pages are verified with: chosen value sets, and options of one parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, count

from ...problem import Problem
from ...values.declaration import DEFAULT, Declaration
from ...values.resolution import Override, Values, resolve
from ...values.text import slug
from ..settings import Settings
from ..site.site import Site


def values_of_sets(site: Site, settings: Settings) -> dict[str, Values]:
    """Return the values of each chosen value set, by its name; raises `Problem` or `Problems`."""
    value_sets = site.declaration.value_sets
    text = DEFAULT if settings.is_updating else settings.value_sets
    names = [name.strip() for name in text.split(",")] if text else [*value_sets]
    for name in names:
        if name not in value_sets:
            message = f"there is no value set {name!r}"
            raise Problem("--runbook-values", message, _choices(value_sets))
    return {name: site.values(name) for name in names}


def values_of_options(site: Site, settings: Settings) -> dict[str, Values]:
    """Return the values with each chosen option, by a name for test ids.

    Raises `Problem` or `Problems`.
    """
    each = settings.each
    if not each:
        if settings.is_full:
            fix = "add it, or set `runbook_each` in pytest's settings"
            raise Problem("", "--runbook-full requires --runbook-each PARAMETER", fix)
        return {}
    declaration = site.declaration
    parameter = declaration.parameters.get(each)
    if parameter is None or parameter.options is None:
        names = [name for name, other in declaration.parameters.items() if other.options]
        message = f"{each!r} is not a parameter with options"
        raise Problem("runbook_each", message, _choices(names))
    chosen = _options_with(settings.condition, each, parameter.options)
    return {
        name: resolve(declaration, {each: Override(option, "--runbook-each")})
        for name, option in named_options(declaration, each).items()
        if option in chosen
    }


def named_options(declaration: Declaration, parameter: str) -> dict[str, str]:
    """Return the options of a parameter, if it has any, by their names for test ids."""
    options: dict[str, str] = {}
    for option in declaration.parameters[parameter].options or ():
        stem = "-".join(filter(None, (slug(parameter), slug(option))))
        names = chain([slug(option), stem], (f"{stem}-{number}" for number in count(2)))
        taken = {"", *declaration.value_sets, *options}
        options[next(name for name in names if name not in taken)] = option
    return options


def _options_with(
    condition: str, parameter: str, options: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """Return the options that have a property such as `suffix=lab`, or all if it is empty."""
    key, _, text = condition.partition("=")
    names = [
        option
        for option, properties in options.items()
        if not condition or properties.get(key) == text
    ]
    if not names:
        keys = sorted({key for properties in options.values() for key in properties})
        message = f"no option of {parameter!r} has the property {condition}"
        raise Problem("runbook_each", message, f"its properties are: {', '.join(keys) or 'none'}")
    return names


def _choices(names: Iterable[str]) -> str:
    choices = ", ".join(names)
    if not choices:
        return "declare a parameter with options in mkdocs.yml, or omit --runbook-each"
    return f"choose from: {choices}"
