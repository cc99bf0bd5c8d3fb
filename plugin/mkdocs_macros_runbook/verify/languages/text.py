"""Text: the output of the block before, or of a command that the fence names."""

from __future__ import annotations

from typing import NamedTuple

from ...problem import Failure
from ..block import Block
from ..output import as_seen, is_shown_by
from ..walkthrough import Walkthrough


class Printed(NamedTuple):
    """What a block or a command printed on each stream."""

    output: str
    errors: str

    @property
    def report(self) -> str:
        """What came on each stream, for a person to read."""
        output, errors = (as_seen(text).strip("\n") for text in self)
        if not errors:
            return output or "nothing"
        return f"on standard output:\n{output or 'nothing'}\non standard error:\n{errors}"


def printed_for(block: Block, walkthrough: Walkthrough) -> Printed | None:
    """Return what `block` shows: the output of its command `shows`, or of the block before it."""
    if block.shows:
        result = walkthrough.run_in_terminal(block.shows)
        if result.error:
            raise Failure(result.error, command=block.shows, actual=result.all_output)
        return Printed(result.output, result.errors)
    if walkthrough.printed is None:
        return None
    return Printed(walkthrough.printed, walkthrough.printed_errors)


def printed_before(block: Block, walkthrough: Walkthrough) -> Printed | None:
    """Return what `block` may show if it is not input: it has no title, and does not say so.

    That is the output of its command `shows`, or of the block right before it.
    """
    is_next = walkthrough.progress.has_just_executed
    is_output = is_next and not (block.is_input or block.title or block.follows_exempt)
    return printed_for(block, walkthrough) if block.shows or is_output else None


def verify_text(block: Block, walkthrough: Walkthrough) -> None:
    """Compare the block with the previous block's output, or with that of its `shows` command.

    A block whose title is the name of a file is a file, not output, unless it `shows` a command.
    """
    if (block.file or block.title.startswith("/")) and not block.shows:
        return
    printed = printed_for(block, walkthrough)
    if printed is None:
        message = "there is no output to compare with: no earlier block on this route printed any"
        fix = 'add shows="COMMAND" to the fence, or exempt the block'
        raise Failure(message, expected=block.text, fix=fix)
    verify_shown(block, printed)


def verify_shown(block: Block, printed: Printed) -> None:
    """Raise `Failure` if the block does not show what was printed."""
    if not is_shown_by(block.text, *printed):
        message = "the output differs from what the page shows"
        raise Failure(message, command=block.shows, expected=block.text, actual=printed.report)
