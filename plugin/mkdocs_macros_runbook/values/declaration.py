"""The declaration of a guide: parameters, derived values, value sets and what else it declares."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from .fact import Fact
from .parameter import Parameter
from .template import fields

#: the texts of the form, in English; each `{}` is filled in, in this order
TEXTS: Mapping[str, str] = json.loads(
    (files(__package__) / "texts.json").read_text(encoding="utf-8")
)

#: the value set of a guide as it is declared
DEFAULT = "default"

#: returns the place of a key of the declaration: `("parameters", "city")` → `mkdocs.yml:12`
Locate = Callable[[tuple[str, ...]], str]


def is_exempted_by(path: str, page: str) -> bool:
    """Return whether the path of a page or of a folder exempts `page`."""
    return path == page or (path.endswith("/") and page.startswith(path))


@dataclass(frozen=True)
class Verification:
    """What pages say of their verification: `against` what, in a few words.

    `depends_on` are the files and folders that blocks depend on besides their pages, or `None` if
    that is not known.
    """

    against: str
    depends_on: Sequence[str] | None = None


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
    #: the texts of the form, by key
    texts: Mapping[str, str] = field(default_factory=lambda: TEXTS)

    @property
    def templates(self) -> dict[str, str]:
        """The default of each parameter and each derived value, as declared."""
        defaults = {name: parameter.default for name, parameter in self.parameters.items()}
        return {**defaults, **self.derived}

    @property
    def depends_on(self) -> Sequence[str] | None:
        """The files and folders that blocks depend on besides their pages; `None` if unknown."""
        return self.verification.depends_on if self.verification else None

    @property
    def has_form(self) -> bool:
        """Whether there is a parameter that readers may set."""
        return not all(parameter.is_fixed for parameter in self.parameters.values())

    def exemption_of(self, page: str) -> tuple[str, str] | None:
        """Return the path that exempts a page and the reason, or `None`; the longest path wins."""
        paths = [path for path in self.exempt if is_exempted_by(path, page)]
        path = max(paths, key=len, default="")
        return (path, self.exempt[path]) if path else None

    def characters_of(self, name: str) -> str:
        """Return the characters that a value may have beside the common ones.

        A derived value may have what all the parameters in it declare.
        """
        if name in self.parameters:
            return "".join(sorted({*self.parameters[name].characters}))
        parts = [part for part in fields(self.derived[name]) if not part.property]
        texts = [self.characters_of(part.name) for part in parts if not part.is_slug]
        return "".join(sorted(set().union(*texts)))

    def path_of(self, name: str) -> tuple[str, ...]:
        """Return the keys under which the template of `name` is declared."""
        return ("parameters", name, "default") if name in self.parameters else ("derived", name)

    def place_of(self, name: str) -> str:
        """Return the place of the template of `name`."""
        return self.locate(self.path_of(name))
