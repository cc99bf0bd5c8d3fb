"""The turn of a block: it is verified as the next one of a walkthrough, or skipped."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

from ...problem import Failure, InvalidBlock, Problems, suggestion
from ...values.printed_values import printed_value
from ...values.resolution import Override, resolve
from ..block import Block
from ..output import as_copied, on_screen
from ..run.process import cpu_limit
from .excerpt_statements import verify_excerpt
from .verifier import NoVerifier, Verifier, is_standalone, makes_route, verifier_for
from .walkthrough import Walkthrough

_LEAST_FREE = 64 * 1024  # bytes
_DISK_FULL = os.strerror(errno.ENOSPC)


def verify_next(walkthrough: Walkthrough) -> str:
    """Verify the next block of `walkthrough`; raise `Failure` if it is wrong.

    Return why the block is skipped; empty if it was verified.
    """
    block = walkthrough.next_block()
    try:
        with cpu_limit(walkthrough.limits.seconds):
            return _verify(block, walkthrough)
    except NoVerifier:
        if not block.shows:
            with suppress(Failure):
                _save(block, walkthrough)  # a later command may read the file
        raise
    except (RecursionError, MemoryError):
        failure = Failure("the block is nested too deeply to be read", command=block.text)
    except Failure as error:
        failure = error
    except Problems as error:
        failure = Failure(str(error), command=block.text)
    except Exception as error:  # an author's verifier raised it, or the disk is full
        failure = Failure(f"{type(error).__name__}: {error}", command=block.text)
    place = walkthrough.progress.skipped_place
    if place and not is_standalone(block):
        failure = failure.with_cause(f"the block may require {place}, which was skipped")
    walkthrough.note(has_failed=True)
    raise _with_full_disk(failure, walkthrough.folder.parent) from None


def _with_full_disk(failure: Failure, folder: Path) -> Failure:
    """Return a failure, with the reason if the disk is full on which `folder` is."""
    with suppress(OSError):  # the block may have removed the folder
        is_full = shutil.disk_usage(folder).free < _LEAST_FREE
        if is_full and _DISK_FULL not in str(failure):  # its own message was not written
            return failure.because(_DISK_FULL)
    return failure


def check_alone(block: Block, seconds: float) -> None:
    """Raise `InvalidBlock` or `NoVerifier` if a block is wrong, whatever precedes it."""
    verifier = verifier_for(block)
    if block.script:
        return
    _check_attributes(block, verifier)
    if verifier.check:
        with suppress(RecursionError, MemoryError), cpu_limit(seconds):
            verifier.check(block)


def _verify(block: Block, walkthrough: Walkthrough) -> str:
    reason = block.unmet_need(walkthrough.environment)
    if not reason:  # another system may have a language of its own
        reason = _reason_to_skip(block, verifier_for(block), walkthrough)
    if walkthrough.progress.obstacle and not is_standalone(block):
        return walkthrough.progress.obstacle
    if reason:
        _skip(block, walkthrough, reason)
        return reason
    verifier = verifier_for(block)
    if block.script:
        verify_excerpt(block, walkthrough)
        return ""
    if not (block.text.strip() or block.file or block.shows):
        raise InvalidBlock("the block is empty", fix="write its text, or exempt it")
    _check_attributes(block, verifier)
    if not block.shows:  # or the command would show the block itself
        _save(block, walkthrough)
    is_executed = verifier.readers_execute and not verifier.shows_output
    result = walkthrough.verify(block, verifier.verify, is_executed=is_executed)
    if block.exits and result.code != block.exits:
        message = f'the fence has exits="{block.exits}", but the exit code was {result.code}'
        fix = "correct `exits`, or the block"
        raise Failure(message, command=block.text, actual=result.all_output, fix=fix)
    _set_values(block, walkthrough)
    return ""


def _reason_to_skip(block: Block, verifier: Verifier, walkthrough: Walkthrough) -> str:
    """Return why the block before was skipped, if this one shows what that prints."""
    shows_last = not (verifier.readers_execute or block.file or block.shows or block.script)
    return walkthrough.progress.skipped if shows_last else ""


def _skip(block: Block, walkthrough: Walkthrough, reason: str) -> None:
    """Skip a block; if readers have what is missing here, the rest of the route cannot run."""
    place = walkthrough.progress.skipped_place or block.place
    walkthrough.note(printed=None, skipped=reason, skipped_place=place)
    if block.needs and block.tabs and makes_route(block):
        walkthrough.note(obstacle=f"the earlier block {block.place} was skipped: {reason}")


def _check_attributes(block: Block, verifier: Verifier) -> None:
    """Raise `InvalidBlock` if an attribute of the fence is for other languages."""
    if (block.shows or block.is_input) and verifier.readers_execute and not verifier.shows_output:
        name = "shows" if block.shows else "input"
        fix = "remove it or, if the block is output, change its language, for example to text"
        raise InvalidBlock(
            f"`{name}` is only for blocks that can be output: text, data and diffs", fix=fix
        )
    if block.raises and block.language != "python":
        message = f"`raises` is only for python blocks, but this one is {block.language}"
        raise InvalidBlock(message, fix="remove it")
    if block.continues and block.language not in ("python", "pycon"):
        message = (
            f"`continues` is only for python and pycon blocks, but this one is {block.language}"
        )
        raise InvalidBlock(message, fix="remove it")


def _save(block: Block, walkthrough: Walkthrough) -> None:
    """Save a block as the file that its title names, if it does."""
    file = walkthrough.file_of(block)
    if not file:
        return
    if not file.is_relative_to(walkthrough.folder.resolve()):
        message = f"the title {block.file!r} names a file outside of the reader's folder"
        raise Failure(message, fix="use a path below that folder")
    try:
        if file.exists() and not (file.is_file() or file.is_dir()):  # a pipe would be waited for
            raise ValueError("that is a pipe or a device")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(as_copied(block.text), encoding="utf-8")
    except (FileExistsError, IsADirectoryError, NotADirectoryError):
        message = f"the title {block.file!r} names a folder, or a path below a file"
        raise Failure(message, fix="use another path") from None
    except (OSError, ValueError) as error:
        message = f"the block cannot be saved under its title: {error}"
        raise Failure(message, fix="use another title") from None


def _set_values(block: Block, walkthrough: Walkthrough) -> None:
    """Set the parameters that `block` sets to values that it printed.

    Raise `Failure` if one was not printed.
    """
    values, streams = walkthrough.values, (walkthrough.printed or "", walkthrough.printed_errors)
    overrides = dict(values.overrides)
    for name, key in block.sets.items():
        if name not in values.declaration.parameters:
            hint = suggestion(name, values.declaration.parameters)
            message = f"the fence sets {name!r}, which is not a parameter{hint}"
            raise Failure(message, fix="use a name that mkdocs.yml declares")
        texts = [printed_value(key, on_screen(text)) for text in streams]
        value = next((text for text in texts if text is not None), None)
        if value is None:
            message = (
                f'the fence has sets="{name}", but the output does not contain exactly one {key!r}'
            )
            fix = "print a JSON object, or lines such as `key: value`"
            raise Failure(message, actual="\n".join(streams).strip() or "nothing", fix=fix)
        overrides[name] = Override(value, f"the output of {block.place}")
    if block.sets:
        walkthrough.values = resolve(values.declaration, overrides)
