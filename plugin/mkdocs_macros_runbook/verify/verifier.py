"""Verifiers: functions that verify a block, one for each language.

An author adds one in `conftest.py`:

    from mkdocs_macros_runbook import verifies

    @verifies("toml")
    def toml(block, walkthrough):
        tomllib.loads(block.text)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..problem import Failure, Problems, suggestion
from .block import Block
from .excerpt_statements import verify_excerpt
from .walkthrough import Walkthrough

Verify = Callable[[Block, Walkthrough], None]


@dataclass(frozen=True)
class Verifier:
    """What verifies the blocks of a language."""

    #: raises an exception, best a `Failure`, if the block is wrong
    verify: Verify
    #: whether readers execute such a block; a tab without one is not a route
    executes: bool = True
    #: whether the block is verified by itself: without those before it, and without a world
    standalone: bool = False


_VERIFIERS: dict[str, Verifier] = {}


def verifies(
    *languages: str, executes: bool = True, standalone: bool = False
) -> Callable[[Verify], Verify]:
    """Make the decorated function the verifier of `languages`."""

    def register(verify: Verify) -> Verify:
        for language in languages:
            _VERIFIERS[language] = Verifier(verify, executes, standalone)
        return verify

    return register


def add_verifiers(verifiers: Mapping[str, Verifier]) -> None:
    """Add a verifier for each language that an author has not given one."""
    for language, verifier in verifiers.items():
        _VERIFIERS.setdefault(language, verifier)


def is_runnable(block: Block) -> bool:
    """Return whether readers execute `block`, or it shows what they execute."""
    verifier = _VERIFIERS.get(block.language)
    return not block.exemption and verifier is not None and bool(verifier.executes or block.script)


def is_standalone(block: Block) -> bool:
    """Return whether `block` is verified by itself."""
    verifier = _VERIFIERS.get(block.language)
    return verifier is not None and verifier.standalone and not block.exemption and not block.script


def verify_next(walkthrough: Walkthrough) -> None:
    """Verify the next block of `walkthrough`; raise `Failure` if it is wrong."""
    block = walkthrough.block(walkthrough.position)
    walkthrough.position += 1
    try:
        _verify(block, walkthrough)
    except Failure as error:
        failure = error
    except Problems as error:
        failure = Failure(str(error), command=block.text)
    except Exception as error:  # an author's verifier raised it, or the disk is full
        failure = Failure(f"{type(error).__name__}: {error}", command=block.text)
    else:
        return
    walkthrough.has_failed = True
    raise walkthrough.explained(failure) from None


def _verify(block: Block, walkthrough: Walkthrough) -> None:
    verifier = _VERIFIERS.get(block.language)
    if verifier is None:
        raise _without_verifier(block)
    if block.script:
        verify_excerpt(block, walkthrough)
        return
    walkthrough.save(block)
    if verifier.executes:
        walkthrough.printed = None
    verifier.verify(block, walkthrough)
    walkthrough.set_values(block)


def _without_verifier(block: Block) -> Failure:
    if block.language:
        hint = suggestion(block.language, _VERIFIERS)
        languages = ", ".join(sorted(_VERIFIERS))
        fix = f"name one of {languages}; add a verifier in conftest.py; or exempt the block"
        return Failure(f"there is no verifier for {block.language!r}{hint}", fix=fix)
    fix = "name its language on the fence, or exempt it"
    if not block.is_fence:
        fix = "turn the indented text or HTML into a fence with a language"
    return Failure("the block has no language", command=block.text, fix=fix)
