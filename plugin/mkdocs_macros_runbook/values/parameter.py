"""Parameters: named values that the publisher sets and the reader may change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .template import expand, fields

#: the properties of one option, by name: `{"suffix": "corp.example"}`
Properties = Mapping[str, str]


@dataclass(frozen=True)
class Parameter:
    """A parameter as declared, with exactly one of `pattern` and `options`.

    `default` and `pattern` may have fields of other parameters: if every ID begins with the name
    of a network, then so does the default ID.
    """

    name: str
    label: str
    help: str
    default: str
    pattern: str | None = None
    options: Mapping[str, Properties] | None = None
    #: a regular expression whose group is the value in a text that has it, such as an address
    find: str | None = None
    #: what its values may have beside the common characters, where quotation marks hold it
    characters: str = ""
    #: whether the default is an example, which readers replace
    is_example: bool = True
    #: whether the publisher alone sets it, such as an address that commands are fetched from
    is_fixed: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that overrides this parameter."""
        return self.name.upper()

    @property
    def bound_to(self) -> list[str]:
        """The parameters in the pattern: their values must agree with this one's."""
        return [field.name for field in fields(self.pattern or "")]

    def fits(self, value: str, values: Mapping[str, str]) -> bool:
        """Return whether `value` is allowed while the other parameters have `values`."""
        if self.options is not None:
            return value in self.options
        assert self.pattern is not None
        bound = expand(self.pattern, lambda field: re.escape(values[field.name]))
        return re.fullmatch(bound, value) is not None
