"""Verifiers: what proves a block of one language. An author adds one in `conftest.py`:

from mkdocs_macros_runbook.verifier import verifies

@verifies("toml")
def toml(block, walkthrough):
    tomllib.loads(block.text)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..problem import suggestion
from .block import Block

if TYPE_CHECKING:
    from .walkthrough import Walkthrough

Verify = Callable[[Block, "Walkthrough"], None]


@dataclass(frozen=True)
class Verifier:
    """Proves a block, or raises; `Failure` says best what was wrong."""

    verify: Verify
    #: whether a reader does something with such a block; a tab without one is no route
    runs: bool
    #: whether the block alone tells, without those before it and without a world
    alone: bool


_VERIFIERS: dict[str, Verifier] = {}


def verifies(*languages: str, runs: bool = True, alone: bool = False) -> Callable[[Verify], Verify]:
    """Register the decorated function as the verifier of `languages`."""

    def register(verify: Verify) -> Verify:
        for language in languages:
            _VERIFIERS[language] = Verifier(verify, runs, alone)
        return verify

    return register


def verifier_of(language: str) -> Verifier | None:
    """Return the verifier of `language`, if there is one."""
    return _VERIFIERS.get(language)


def runs(block: Block) -> bool:
    """Say whether a reader does something with `block` that can be verified."""
    verifier = verifier_of(block.language)
    return not block.exemption and verifier is not None and (verifier.runs or bool(block.script))


def tells_alone(block: Block) -> bool:
    """Say whether `block` can be verified without those before it: by reading it, that is."""
    verifier = verifier_of(block.language)
    return verifier is not None and verifier.alone and not block.exemption and not block.script


def languages() -> list[str]:
    """Return every language that has a verifier."""
    return sorted(_VERIFIERS)


def near(language: str) -> str:
    """Return ` (suggestion: bash)` for a language that is misspelt."""
    return suggestion(language, _VERIFIERS)
