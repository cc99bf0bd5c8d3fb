"""Where a key stands in `mkdocs.yml`: the place that a mistake names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from .mistake import Mistake

#: libyaml's, where PyYAML has it, is ten times as fast
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def place_of(config_file: Path, keys: Sequence[str]) -> str:
    """Return `mkdocs.yml:12` for the line of the deepest of `keys` that the file has.

    The file is only composed, so its tags (`!ENV`, `!!python/name`) mean nothing here. Where it
    inherits its content from another file, or is none, the name alone is the place.
    """
    try:
        node = yaml.compose(config_file.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, yaml.YAMLError):
        return config_file.name
    line = None
    for key in keys:
        if not isinstance(node, yaml.MappingNode):
            break
        for key_node, value_node in node.value:
            if key_node.value == key:
                node, line = value_node, key_node.start_mark.line + 1
                break
        else:
            break
    return f"{config_file.name}:{line}" if line else config_file.name


def yaml_mistakes(config_file: Path) -> Iterator[Mistake]:
    """Yield where the file is no YAML, and keys that are given twice: YAML would take the last."""
    try:
        node = yaml.compose(config_file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        yield Mistake(config_file.name, f"it is not UTF-8 ({error})", "save it as UTF-8")
        return
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        found = f"this is not YAML ({error.problem})"
        remedy = "look at this line and those before it for quotes, brackets and indentation"
        yield Mistake(f"{config_file.name}:{line}", found, remedy)
        return
    nodes = [node]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.MappingNode):
            first: dict[str, int] = {}
            for key, value in node.value:
                nodes.append(value)
                line = key.start_mark.line + 1
                if key.value in first:
                    found = f"{key.value!r} is given twice, first in line {first[key.value]}"
                    yield Mistake(f"{config_file.name}:{line}", found, "keep one of them")
                first.setdefault(str(key.value), line)
