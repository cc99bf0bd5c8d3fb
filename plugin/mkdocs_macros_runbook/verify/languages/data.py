"""Data: JSON and YAML, which must be valid and have no duplicate keys."""

from __future__ import annotations

import json
from typing import Any

import yaml

from ...problem import Failure
from ...values.yaml_file import duplicate_keys
from ..block import Block
from ..walkthrough import Walkthrough


def verify_json(block: Block, _walkthrough: Walkthrough) -> None:
    """Parse the block as JSON; reject duplicate keys."""

    def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        if duplicates := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"the key {min(duplicates)!r} is given twice")
        return dict(pairs)

    try:
        json.loads(block.text, object_pairs_hook=without_duplicates)
    except ValueError as error:
        raise Failure(f"this is not valid JSON: {error}", command=block.text) from None


def verify_yaml(block: Block, _walkthrough: Walkthrough) -> None:
    """Parse the block as YAML; allow unknown tags and reject duplicate keys."""
    try:
        nodes = [*yaml.compose_all(block.text, Loader=yaml.SafeLoader)]
    except yaml.YAMLError as error:
        message = f"this is not valid YAML: {' '.join(str(error).split())}"
        raise Failure(message, command=block.text) from None
    for node in nodes:
        for key, first, second in duplicate_keys(node):
            message = (
                f"this is not valid YAML: lines {first} and {second} both have the key {key!r}"
            )
            raise Failure(message, command=block.text)
