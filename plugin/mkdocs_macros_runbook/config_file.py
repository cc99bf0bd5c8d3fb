"""Where a key stands in `mkdocs.yml`: the place that a mistake names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml


def place_of(config_file: Path, keys: Sequence[str]) -> str:
    """Return `mkdocs.yml:12` for the line of the deepest of `keys` that the file has.

    The file is only composed, so its tags (`!ENV`, `!!python/name`) mean nothing here. Where it
    inherits its content from another file, or is none, the name alone is the place.
    """
    try:
        node = yaml.compose(config_file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
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
