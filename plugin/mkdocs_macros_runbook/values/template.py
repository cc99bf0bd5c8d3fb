"""Templates of values: text with `{name}`, `{name.fact}` and `{name|slug}` in it.

Nothing else is read: no expressions, no conditions. So the page, the check and the reader's
script can expand a template in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .text import slug

_FIELD = re.compile(r"\{(?P<name>[A-Za-z_]\w*)(?:\.(?P<fact>\w+)|(?P<slug>\|slug))?\}", re.ASCII)


@dataclass(frozen=True)
class Field:
    """One hole of a template: the value of `name`, or a `fact` of its option, or its slug."""

    name: str
    fact: str | None = None
    slugged: bool = False


def fields(template: str) -> Iterator[Field]:
    """Yield the fields of `template`, in order."""
    for match in _FIELD.finditer(template):
        yield _field(match)


def without_fields(template: str) -> str:
    """Return what of `template` is plain text."""
    return _FIELD.sub("", template)


def expand(template: str, text_of: Callable[[Field], str]) -> str:
    """Return `template` with each field replaced by what `text_of` says of it."""

    def replace(match: re.Match[str]) -> str:
        field = _field(match)
        text = text_of(field)
        return slug(text) if field.slugged else text

    return _FIELD.sub(replace, template)


def _field(match: re.Match[str]) -> Field:
    return Field(match["name"], match["fact"], match["slug"] is not None)
