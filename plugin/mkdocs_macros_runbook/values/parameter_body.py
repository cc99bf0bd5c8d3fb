"""The body of a parameter in `mkdocs.yml`: its keys, read and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..problem import Problem, suggestion
from .options import options
from .parameter import Parameter
from .pattern import unportable
from .text import DECLARABLE

_KEYS = ("label", "help", "default", "pattern", "options", "find", "characters", "example", "fixed")


def parameter_of(name: str, body: object, root: Path) -> Parameter:
    """Return a parameter; paths of option files start from `root`. Raises `Problem`."""
    if not isinstance(body, Mapping):
        raise Problem("", "must be a mapping", "write `default:` and `pattern:` or `options:`")
    for key in body:
        if key not in _KEYS:
            raise Problem("", f"has no key {key!r}{suggestion(key, _KEYS)}", "remove or rename it")
    if not isinstance(body.get("default"), str):
        fix = "add `default:`, and put its value in quotes if it is a number"
        raise Problem("", "needs a string as its default", fix)
    pattern = body.get("pattern")
    if (pattern is None) == (body.get("options") is None):
        message = "must have exactly one of `pattern` and `options`"
        raise Problem("", message, "add or remove one")
    if pattern is not None:
        _check_pattern(pattern)
    find = body.get("find")
    if find is not None:
        _check_pattern(find)
        if re.compile(find).groups != 1:
            message = "needs one group in `find`, for the value"
            raise Problem("", message, "put parentheses around it, and (?:…) around other parts")
    is_example, is_fixed = body.get("example", True), body.get("fixed", False)
    for key, value in {"example": is_example, "fixed": is_fixed}.items():
        if not isinstance(value, bool):
            raise Problem("", f"has {value!r} as `{key}`", "write true or false")
    if is_fixed and pattern is None:
        raise Problem("", "is fixed and has options", "declare a pattern in place of the options")
    characters = str(body.get("characters", ""))
    if not set(characters) <= set(DECLARABLE):
        other = next(one for one in characters if one not in DECLARABLE)
        fix = f"declare some of {DECLARABLE}; letters, digits and . , : / @ % _ + - need no mention"
        raise Problem("", f"has {other!r} under `characters`", fix)
    return Parameter(
        name,
        str(body.get("label", name)),
        str(body.get("help", "")),
        body["default"],
        pattern,
        options(body["options"], root) if pattern is None else None,
        find,
        characters,
        is_example,
        is_fixed,
    )


def _check_pattern(pattern: Any) -> None:
    try:
        re.compile(pattern)
    except (re.error, TypeError) as error:
        message = f"has a pattern that is not a regular expression ({error})"
        raise Problem("", message, "fix it") from None
    if syntax := unportable(pattern):
        message = f"has a pattern that Python and browsers read differently: {syntax!r}"
        fix = "use classes such as [0-9], and escape only syntax characters"
        raise Problem("", message, fix)
