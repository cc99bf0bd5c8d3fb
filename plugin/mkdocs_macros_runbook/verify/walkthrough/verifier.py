"""Verifiers: functions that verify a block, one for each language.

An author adds one in `conftest.py`:

    from mkdocs_macros_runbook import verifies

    @verifies("csv")
    def verify_csv(block, walkthrough):
        list(csv.reader(block.text.splitlines(), strict=True))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR

from ...page.languages import language_of
from ...problem import Failure, suggestion
from ..block import Block
from .walkthrough import Walkthrough

Verify = Callable[[Block, Walkthrough], None]
Check = Callable[[Block], object]


@dataclass(frozen=True)
class Verifier:
    """What verifies the blocks of a language."""

    #: raises an exception, best a `Failure`, if the block is wrong
    verify: Verify
    #: whether readers execute such a block; a tab without such blocks makes no route
    readers_execute: bool = True
    #: whether the block is verified by itself: without those before it, and without a world
    standalone: bool = False
    #: whether the block may show the output of the block before it
    shows_output: bool = False
    #: raises `InvalidBlock` if the text alone shows that the block is wrong; `verify` does so, too
    check: Check | None = None


_VERIFIERS: dict[str, Verifier] = {}
#: flags of the code of functions that do nothing when they are called
_RUNS_LATER = CO_COROUTINE | CO_GENERATOR | CO_ASYNC_GENERATOR


def verifies(
    *languages: str,
    readers_execute: bool = True,
    standalone: bool = False,
    shows_output: bool = False,
) -> Callable[[Verify], Verify]:
    """Make the decorated function the verifier of `languages`, in place of any other.

    The function gets the block and the walkthrough, and raises an exception, best a `Failure`, if
    the block is wrong. `readers_execute` says whether readers execute such blocks, `standalone`
    whether each is verified by itself, and `shows_output` whether one may show the output of the
    block before it. Raises `TypeError` for what would verify nothing.
    """
    if not languages or not all(isinstance(language, str) for language in languages):
        raise TypeError('name the languages in parentheses, such as @verifies("csv")')

    def register(verify: Verify) -> Verify:
        code = getattr(verify, "__code__", None)
        if code and code.co_flags & _RUNS_LATER:
            raise TypeError(f"{verify.__name__} must be a function without `async` and `yield`")
        for language in languages:
            name = language_of(language.strip().lower())  # as of the fences that name it
            _VERIFIERS[name] = Verifier(verify, readers_execute, standalone, shows_output)
        return verify

    return register


def add_verifiers(verifiers: Mapping[str, Verifier]) -> None:
    """Add a verifier for each language that an author has not given one."""
    for language, verifier in verifiers.items():
        _VERIFIERS.setdefault(language, verifier)


def verifiers() -> Mapping[str, Verifier]:
    """Return the verifiers by language."""
    return _VERIFIERS


def makes_route(block: Block) -> bool:
    """Return whether readers execute `block`, or it shows what they execute."""
    verifier = _VERIFIERS.get(block.language)
    if verifier is None or block.exemption:
        return bool(block.needs) and not block.exemption  # as PowerShell needs Windows
    return verifier.readers_execute or bool(block.script)


def is_command(block: Block) -> bool:
    """Return whether readers execute `block`, and it shows no output itself."""
    verifier = _VERIFIERS.get(block.language)
    return verifier is None or (verifier.readers_execute and not verifier.shows_output)


def may_be_output(block: Block) -> bool:
    """Return whether `block` may be output, rather than a file that readers save."""
    verifier = _VERIFIERS.get(block.language)
    if verifier is None or block.script or block.file or block.is_input or block.follows_exempt:
        return False
    return not verifier.readers_execute or (verifier.standalone and verifier.shows_output)


def is_standalone(block: Block) -> bool:
    """Return whether `block` is verified by itself."""
    verifier = _VERIFIERS.get(block.language)
    if verifier is None or not verifier.standalone:
        return False
    return not (block.exemption or block.script or block.shows)


class NoVerifier(Failure):
    """A block whose language has no verifier."""


def verifier_for(block: Block) -> Verifier:
    """Return the verifier of a block; raise `NoVerifier` if its language has none."""
    if verifier := _VERIFIERS.get(block.language):
        return verifier
    if block.language:
        message = f"there is no verifier for {block.language!r}{_hint(block.language)}"
        fix = (
            "if the code is in another language, correct the fence; otherwise write"
            f' exempt="the reason" on it, or add a function with @verifies({block.language!r})'
            " to conftest.py"
        )
    elif block.is_fence:
        message = "the block has no language"
        fix = "name its language on the fence, or exempt it"
    else:
        message = "indented text, HTML and what a plugin adds, such as docstrings, are not verified"
        fix = (
            "write the block as a fence of the page, with a language,"
            " or exempt its page in mkdocs.yml"
        )
    raise NoVerifier(message, command=block.text, fix=fix)


def _hint(language: str) -> str:
    """Return what a misspelled language may mean; Pygments knows names such as `html`."""
    from pygments.lexers import get_all_lexers  # type: ignore[import-untyped]

    is_known = any(
        language in aliases or f"*.{language}" in files
        for _, aliases, files, _ in get_all_lexers(plugins=False)
    )
    return "" if is_known else suggestion(language, _VERIFIERS, least=0.7)
