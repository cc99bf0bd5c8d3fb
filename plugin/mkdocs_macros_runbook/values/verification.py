"""What `mkdocs.yml` declares of the verification of a guide, under `extra.runbook.verification`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..problem import Problem
from .keys import unknown_keys

_KEYS = ("against", "depends_on")


@dataclass(frozen=True)
class Verification:
    """What pages say of their verification: `against` what, in a few words.

    `depends_on` are the files and folders that blocks depend on besides their pages, or `None` if
    that is not known.
    """

    against: str
    depends_on: tuple[str, ...] | None = None


def verification_of(section: Mapping[str, Any]) -> Verification:
    """Return what a section without problems declares."""
    files = section.get("depends_on")
    return Verification(section["against"], None if files is None else tuple(files))


def verification_problems(section: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with a section; the place of a problem is a key."""
    yield from unknown_keys("extra.runbook.verification", section, _KEYS)
    against, files = section.get("against"), section.get("depends_on", [])
    if not isinstance(against, str) or not against.strip():
        message = "verification needs `against`: what the blocks are verified against"
        yield Problem("against", message, "write a few words, such as `against: a test server`")
    if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
        message = "depends_on must be a list of files and folders"
        yield Problem("depends_on", message, "write `depends_on: [scripts, conftest.py]`")
