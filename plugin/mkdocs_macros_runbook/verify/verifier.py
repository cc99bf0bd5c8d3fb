"""Verifiers: functions that verify a block, one for each language.

An author adds one in `conftest.py`:

    from mkdocs_macros_runbook import verifies

    @verifies("csv")
    def verify_csv(block, walkthrough):
        list(csv.reader(block.text.splitlines(), strict=True))
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..problem import Failure, Problems, suggestion
from .block import Block
from .excerpt_statements import verify_excerpt
from .needs import unmet_need
from .run.cpu_limit import cpu_limit
from .run.process import Result
from .walkthrough import Walkthrough

Verify = Callable[[Block, Walkthrough], None]


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


_VERIFIERS: dict[str, Verifier] = {}


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
    block before it.
    """

    def register(verify: Verify) -> Verify:
        for language in languages:
            _VERIFIERS[language] = Verifier(verify, readers_execute, standalone, shows_output)
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
        return False
    return verifier.readers_execute or bool(block.script)


def may_be_output(block: Block) -> bool:
    """Return whether `block` may be what the block before it prints, and readers keep no file."""
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
    """A block whose language has no verifier; `cause` is what all such blocks have in common."""

    cause = ""


def check_verifier(block: Block) -> None:
    """Raise `NoVerifier` if nothing verifies `block`."""
    if block.language in _VERIFIERS:
        return
    fix = "name its language on the fence, or exempt it"
    if block.language:
        cause = f"there is no verifier for {block.language!r}{_hint(block.language)}"
        fix = "name another language, add a verifier in conftest.py, or exempt it"
    elif block.is_fence:
        cause = "the block has no language"
    else:
        cause = "indented text or HTML is not verified"
        fix = "make it a fence with a language, or exempt its page in mkdocs.yml"
    failure = NoVerifier(cause, command=block.text, fix=fix)
    failure.cause = str(failure)
    raise failure


def _hint(language: str) -> str:
    """Return what a misspelled language may mean; Pygments knows names such as `html`."""
    from pygments.lexers import get_all_lexers  # type: ignore[import-untyped]

    is_known = any(
        language in aliases or f"*.{language}" in files
        for _, aliases, files, _ in get_all_lexers(plugins=False)
    )
    return "" if is_known else suggestion(language, _VERIFIERS, least=0.7)


def verify_next(walkthrough: Walkthrough) -> str:
    """Verify the next block of `walkthrough`; raise `Failure` if it is wrong.

    Return why the block is skipped; empty if it was verified.
    """
    block = walkthrough.block(walkthrough.position)
    walkthrough.position += 1
    try:
        with cpu_limit(walkthrough.limits.seconds):
            return _verify(block, walkthrough)
    except NoVerifier:
        raise
    except (RecursionError, MemoryError):
        failure = Failure("the block is nested too deeply to be read", command=block.text)
    except Failure as error:
        failure = error
    except Problems as error:
        failure = Failure(str(error), command=block.text)
    except Exception as error:  # an author's verifier raised it, or the disk is full
        failure = Failure(f"{type(error).__name__}: {error}", command=block.text)
    walkthrough.has_failed = True
    if walkthrough.skipped_place and not is_standalone(block):
        fix = f"it may require {walkthrough.skipped_place}, which was skipped before it"
        failure = failure.with_fix(fix)
    raise walkthrough.with_disk_full_reason(failure) from None


def _verify(block: Block, walkthrough: Walkthrough) -> str:
    check_verifier(block)
    verifier = _VERIFIERS[block.language]
    if walkthrough.obstacle and not is_standalone(block):
        return walkthrough.obstacle
    if block.script:
        verify_excerpt(block, walkthrough)
        return ""
    if reason := _reason_to_skip(block, verifier, walkthrough):
        _skip(block, walkthrough, reason)
        return reason
    if not (block.text.strip() or block.file or block.shows):
        raise Failure("the block is empty", fix="write its text, or exempt it")
    _check_attributes(block, verifier)
    if not block.shows:  # or the command would show the block itself
        walkthrough.save(block)
    result = _run(block, verifier, walkthrough)
    if block.exits and result.code != block.exits:
        message = f'the fence has exits="{block.exits}", but the exit code was {result.code}'
        raise Failure(message, command=block.text, actual=result.all_output)
    walkthrough.set_values(block)
    return ""


def _skip(block: Block, walkthrough: Walkthrough, reason: str) -> None:
    """Note that a block was skipped, and what depends on it."""
    walkthrough.printed, walkthrough.skipped = None, reason
    walkthrough.skipped_place = walkthrough.skipped_place or block.place
    if block.needs and block.tabs and makes_route(block):  # readers have what is missing here
        walkthrough.obstacle = f"{block.place} before it was skipped: {reason}"


def _run(block: Block, verifier: Verifier, walkthrough: Walkthrough) -> Result:
    """Let the verifier run a block with the limits of its own; return the result of what ran."""
    walkthrough.result, walkthrough.expected_code = None, block.exits
    limits = walkthrough.limits
    walkthrough.limits = replace(limits, deadline=time.monotonic() + limits.seconds)
    if verifier.readers_execute and not verifier.shows_output:
        walkthrough.printed, walkthrough.printed_errors, walkthrough.skipped = None, "", ""
        walkthrough.executed_position = walkthrough.position
    try:
        verifier.verify(block, walkthrough)
    finally:
        walkthrough.expected_code, walkthrough.limits = 0, limits  # of this block alone
    result = walkthrough.result or Result("")
    if walkthrough.executed_position == walkthrough.position:
        walkthrough.printed_errors = result.errors
    return result


def _reason_to_skip(block: Block, verifier: Verifier, walkthrough: Walkthrough) -> str:
    """Return why a block is skipped: it cannot run here, or shows what a skipped block prints."""
    shows_last = not (verifier.readers_execute or block.file or block.shows)
    skipped = walkthrough.skipped if shows_last else ""
    return skipped or unmet_need(block.needs, walkthrough.environment)


def _check_attributes(block: Block, verifier: Verifier) -> None:
    """Raise `Failure` if an attribute of the fence is for other languages."""
    if (block.shows or block.is_input) and verifier.readers_execute and not verifier.shows_output:
        name = "shows" if block.shows else "input"
        fix = "remove it, or change the language if the block is output, for example to text"
        raise Failure(f"`{name}` is for text, data and diffs, which can be output", fix=fix)
    if block.raises and block.language != "python":
        raise Failure("`raises` is for blocks of the language python", fix="remove it")
    if block.continues and block.language not in ("python", "pycon"):
        raise Failure("`continues` is for blocks of Python", fix="remove it")
