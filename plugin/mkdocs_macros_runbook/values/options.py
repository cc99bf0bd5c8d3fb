"""The options of a parameter with their properties: from a list, a mapping or a JSON file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from ..files import cached_until_modified
from ..problem import Problem
from .keys import NAME

#: the properties of one option, by name: `{"suffix": "corp.example"}`
Properties = Mapping[str, str]
_QUOTE = "put it in quotes"


def options(declared: object, root: Path) -> Mapping[str, Properties]:
    """Return the options that `declared` holds; paths start from `root`. Raises `Problem`."""
    if isinstance(declared, str):
        declared = _from_file(declared, root)
    if isinstance(declared, list):
        try:
            declared = {option: {} for option in declared}
        except TypeError:
            raise Problem("", "has an option that is not a string", _QUOTE) from None
    if not isinstance(declared, Mapping) or not declared:
        fix = "write a list, a mapping of properties, or a JSON file as `package:file.json`"
        raise Problem("", "has no options", fix)
    for option, properties in declared.items():
        if not isinstance(option, str):
            raise Problem("", f"has an option that is not a string: {option!r}", _QUOTE)
        if not isinstance(properties, Mapping):
            message = f"has an option whose properties are not a mapping: {option!r}"
            raise Problem("", message, f"if it has no properties, write `{option}: {{}}`")
        for name, text in properties.items():
            _check_property(option, name, text)
    return declared


def _check_property(option: str, name: object, text: object) -> None:
    entry = f"{name!r}: {text!r}"
    if not isinstance(name, str) or not isinstance(text, str):
        raise Problem("", f"has a property of {option!r} that is not a string: {entry}", _QUOTE)
    if not NAME.fullmatch(name) or re.search("[{}]", text):
        message = f"has a property of {option!r} that no template can use: {entry}"
        raise Problem("", message, "name it in letters, digits and underscores; use no braces")


def _from_file(name: str, root: Path) -> Any:
    package, colon, file = name.partition(":")
    try:
        if not colon:
            return _json(root / name)
        with as_file(files(package) / file) as path:
            return _json(path)
    except (OSError, ModuleNotFoundError, json.JSONDecodeError) as error:
        message = f"takes its options from {name!r}, which cannot be read ({error})"
        fix = "name a JSON file as `package:file.json`, or by its path from mkdocs.yml"
        raise Problem("", message, fix) from None


@cached_until_modified
def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
