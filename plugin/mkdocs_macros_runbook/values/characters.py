"""The characters that a value may have beside the common ones, from where it is declared."""

from __future__ import annotations

from .declaration import Declaration
from .template import fields


def characters_of(declaration: Declaration, name: str) -> str:
    """Return what a parameter declares, or what all the parameters in a derived value declare."""
    parameter = declaration.parameters.get(name)
    found = parameter.characters if parameter else ""
    for part in fields(declaration.templates.get(name, "")):
        if not part.property and not part.is_slug:
            found += characters_of(declaration, part.name)
    return "".join(sorted(set(found)))
