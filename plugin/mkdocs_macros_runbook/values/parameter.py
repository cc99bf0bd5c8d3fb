"""Parameters: named values that the publisher sets and the reader may change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..problem import Problem, suggestion
from .options import Properties, options
from .pattern import unportable
from .template import expand, fields
from .text import DECLARABLE

_KEYS = ("label", "help", "default", "pattern", "options", "find", "characters", "example", "fixed")


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
    #: regular expressions whose group is the value in a text that has it, such as a URL, best first
    find: tuple[str, ...] = ()
    #: what its values may have beside the common characters, between quotation marks
    characters: str = ""
    #: whether the default is an example, which readers replace
    is_example: bool = True
    #: whether the publisher alone sets it, such as the URL that commands download from
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


def parameter_of(name: str, body: object, root: Path) -> Parameter:
    """Return the parameter that `mkdocs.yml` declares as `name` with the keys in `body`.

    Paths of option files start from `root`. Raises `Problem`, whose message continues "parameter
    NAME" and whose place is empty.
    """
    if not isinstance(body, Mapping):
        raise Problem("", "must be a mapping", "write `default:` and `pattern:` or `options:`")
    for key in body:
        if key not in _KEYS:
            message = f"has the unknown key {key!r}{suggestion(key, _KEYS)}"
            raise Problem("", message, "remove or rename it")
    if not isinstance(body.get("default"), str):
        fix = "add `default:`, and put its value in quotes if it is a number"
        raise Problem("", "needs a string as its default", fix)
    pattern, is_fixed = body.get("pattern"), _flag(body, "fixed", default=False)
    if pattern is None and body.get("options") is None:
        raise Problem("", "has neither `pattern` nor `options`", "add one of them")
    if pattern is not None and body.get("options") is not None:
        raise Problem("", "has both `pattern` and `options`", "remove one of them")
    if is_fixed and pattern is None:
        raise Problem("", "is fixed and has options", "declare a pattern in place of the options")
    return Parameter(
        name,
        str(body.get("label", name)),
        str(body.get("help", "")),
        body["default"],
        None if pattern is None else _expression(pattern),
        options(body["options"], root) if pattern is None else None,
        _find(body.get("find")),
        _characters(str(body.get("characters", ""))),
        _flag(body, "example", default=True),
        is_fixed,
    )


def _expression(pattern: Any) -> str:
    """Return `pattern` if it is a regular expression that Python and browsers read alike."""
    try:
        re.compile(pattern)
    except (re.error, TypeError) as error:
        message = f"has a pattern that is not a regular expression ({error})"
        raise Problem("", message, "fix it") from None
    if syntax := unportable(pattern):
        message = f"has a pattern that Python and browsers read differently: {syntax!r}"
        fix = "use classes such as [0-9], and escape only syntax characters"
        raise Problem("", message, fix)
    return str(pattern)


def _find(declared: Any) -> tuple[str, ...]:
    """Return the patterns of `find`: of a list, or the only one."""
    if declared is None:
        return ()
    patterns = [*map(_expression, declared if isinstance(declared, list) else [declared])]
    if any(re.compile(pattern).groups != 1 for pattern in patterns):
        message = "needs one group in each pattern of `find`, for the value"
        raise Problem("", message, "put parentheses around the value, and (?:…) around other parts")
    return tuple(patterns)


def _flag(body: Mapping[str, Any], key: str, *, default: bool) -> bool:
    value = body.get(key, default)
    if not isinstance(value, bool):
        message = f"has `{key}: {value!r}`, which is neither true nor false"
        raise Problem("", message, "write true or false")
    return value


def _characters(characters: str) -> str:
    for character in characters:
        if character not in DECLARABLE:
            message = f"declares {character!r} under `characters`, but no value may contain it"
            always = "letters, digits and . , : / @ % _ + - are always allowed"
            raise Problem("", message, f"choose from {' '.join(DECLARABLE)} ({always})")
    return characters
