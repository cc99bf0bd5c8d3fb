"""Parameters: named values that the publisher sets and the reader may change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .template import expand, fields

#: what is known of one option of a parameter, by name: `{"suffix": "corp.example"}`
Facts = Mapping[str, str]


@dataclass(frozen=True)
class Parameter:
    """A parameter as declared, with exactly one of `pattern` and `options`.

    `default` and `pattern` may hold fields of other parameters: where IDs begin with a network's
    name, so does the default ID, and so must every other.
    """

    name: str
    label: str
    help: str
    default: str
    pattern: str | None = None
    options: Mapping[str, Facts] | None = None

    @property
    def variable(self) -> str:
        """The environment variable that overrides this parameter."""
        return self.name.upper()

    def fits(self, value: str, values: Mapping[str, str]) -> bool:
        """Say whether `value` is allowed where the other parameters have `values`."""
        if self.options is not None:
            return value in self.options
        assert self.pattern is not None
        bound = expand(self.pattern, lambda field: re.escape(values[field.name]))
        return re.fullmatch(bound, value) is not None

    @property
    def bound_to(self) -> list[str]:
        """The parameters that the pattern refers to: their values must agree with this one's."""
        return [field.name for field in fields(self.pattern or "")]
