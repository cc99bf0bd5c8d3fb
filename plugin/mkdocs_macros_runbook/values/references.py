"""References: the fields of templates and patterns, each to something that is declared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..problem import Problem, suggestion
from .declaration import Declaration
from .parameter import Parameter
from .template import Field, circle, fields, without_fields


def reference_problems(declaration: Declaration) -> Iterator[Problem]:
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
        if way := circle(name, templates):
            message = f"{name} refers to itself ({' → '.join(way)})"
            yield Problem(declaration.place_of(name), message, "remove one of these references")


def _field_problems(
    declaration: Declaration, name: str, path: tuple[str, ...], part: Field
) -> Iterator[Problem]:
    """Yield the problem of a field of the template `name`, declared under `path`."""
    is_pattern = path[-1] == "pattern"
    names = declaration.parameters if is_pattern else declaration.templates
    if part.name not in names:
        message = f"{name} refers to {part.name!r}, which is not declared"
        message += suggestion(part.name, names)
        kind = "a parameter" if is_pattern else "a parameter or a derived value"
        yield Problem(declaration.locate(path), message, f"use the name of {kind}")
    elif is_pattern and (part.property or part.is_slug):
        message = f"{name} can use only the value of {part.name}, not a property or slug"
        yield Problem(declaration.locate(path), message, f"write {{{part.name}}}")
    elif part.property and not _has_property(declaration.parameters.get(part.name), part.property):
        message = f"{name} refers to the property {part.property!r}, which not every option has"
        fix = f"add it to each option of {part.name}"
        if part.name not in declaration.parameters or not declaration.parameters[part.name].options:
            message = f"{name} refers to the property {part.property!r} of {part.name}"
            message, fix = f"{message}, which has no options", f"write {{{part.name}}}"
        yield Problem(declaration.locate(path), message, fix)


def _has_property(parameter: Parameter | None, name: str) -> bool:
    if parameter is None or parameter.options is None:
        return False
    return all(name in properties for properties in parameter.options.values())
