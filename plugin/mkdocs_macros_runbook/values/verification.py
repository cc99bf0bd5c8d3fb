"""What `mkdocs.yml` declares of the verification of a guide, under `extra.runbook.verification`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..problem import Problem, suggestion

_KEYS = ("against", "inputs")


@dataclass(frozen=True)
class Verification:
    """What pages say of their verification: `against` what, in a few words.

    `inputs` are the files and folders that blocks depend on besides their pages, or `None` if that
    is not known.
    """

    against: str
    inputs: tuple[str, ...] | None = None


def verification_of(section: Mapping[str, Any]) -> Verification:
    """Return what a section without problems declares."""
    inputs = section.get("inputs")
    return Verification(section["against"], None if inputs is None else tuple(inputs))


def verification_problems(section: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with a section; the place of a problem is a key."""
    for key in section:
        if key not in _KEYS:
            message = f"extra.runbook.verification has no key {key!r}"
            yield Problem(key, message + suggestion(str(key), _KEYS), "remove or rename it")
    against, inputs = section.get("against"), section.get("inputs", [])
    if not isinstance(against, str) or not against.strip():
        message = "verification needs `against`: what the blocks are verified against"
        yield Problem("against", message, "write a few words, such as `against: a test server`")
    if not isinstance(inputs, list) or not all(isinstance(name, str) for name in inputs):
        message = "inputs must be a list of files and folders"
        yield Problem("inputs", message, "write `inputs: [scripts, conftest.py]`")
