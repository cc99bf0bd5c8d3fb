"""Templates of values: text with `{name}`, `{name.property}` and `{name|slug}` in it.

There are no expressions and no conditions, so that the page, the check and the client script
expand a template in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .text import slug

_FIELD = re.compile(
    r"\{(?P<name>[A-Za-z_]\w*)(?:\.(?P<property>\w+)|(?P<slug>\|slug))?\}", re.ASCII
)


@dataclass(frozen=True)
class Field:
    """A field of a template: the value of `name`, or a property of its option, or its slug."""

    name: str
    property: str | None = None
    is_slug: bool = False


def fields(template: str) -> Iterator[Field]:
    """Return the fields of `template`, in order."""
    return map(_field, _FIELD.finditer(template))


def without_fields(template: str) -> str:
    """Return the text of `template` without its fields."""
    return _FIELD.sub("", template)


def expand(template: str, text_of: Callable[[Field], str]) -> str:
    """Return `template` with each field replaced by its text."""

    def replace(match: re.Match[str]) -> str:
        field = _field(match)
        text = text_of(field)
        return slug(text) if field.is_slug else text

    return _FIELD.sub(replace, template)


def cycle(start: str, templates: Mapping[str, str]) -> list[str] | None:
    """Return the names that lead from `start` back to itself; `None` if there is no such cycle."""
    paths = [[start]]
    visited = set()
    while paths:
        path = paths.pop()
        for field in fields(templates.get(path[-1], "")):
            if field.name == start:
                return [*path, start]
            if field.name not in visited:
                visited.add(field.name)
                paths.append([*path, field.name])
    return None


def _field(match: re.Match[str]) -> Field:
    return Field(match["name"], match["property"], match["slug"] is not None)
