"""The turn of a block: it is verified as the next one of a walkthrough, or skipped."""

from __future__ import annotations

import time
from dataclasses import replace

from ..problem import Failure, Problems
from .block import Block
from .excerpt_statements import verify_excerpt
from .needs import unmet_need
from .run.cpu_limit import cpu_limit
from .run.process import Result
from .verifier import NoVerifier, Verifier, is_standalone, makes_route, verifier_for
from .walkthrough import Walkthrough


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
    verifier = verifier_for(block)
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
