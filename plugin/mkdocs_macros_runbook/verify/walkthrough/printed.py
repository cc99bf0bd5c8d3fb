"""What was printed: by the block before, or by a command that a fence names."""

from __future__ import annotations

from typing import NamedTuple

from ...problem import Failure
from ..block import Block
from ..output import matches_terminal, on_screen
from .walkthrough import Walkthrough


class Printed(NamedTuple):
    """What a block or a command printed on each stream."""

    output: str
    errors: str
    #: the command of a shell that printed it last; empty if that is unknown
    command: str = ""

    @property
    def streams(self) -> tuple[str, str]:
        """Standard output, and standard error."""
        return self.output, self.errors

    @property
    def report(self) -> str:
        """What each stream has, for a person to read."""
        output, errors = (on_screen(text).strip("\n") for text in self.streams)
        if not errors:
            return output or "nothing"
        return f"on standard output:\n{output or 'nothing'}\non standard error:\n{errors}"


def last_output(block: Block, walkthrough: Walkthrough) -> Printed | None:
    """Return the output of the command that `block` `shows`, or of the last block with any."""
    if block.shows:
        result = walkthrough.run_in_terminal(block.shows)
        if result.error:
            raise Failure(result.error, command=block.shows, actual=result.all_output)
        return Printed(result.output, result.errors, block.shows)
    if walkthrough.printed is None:
        return None
    source = walkthrough.block(walkthrough.progress.executed_position - 1)
    command = _last_command(source) if source.is_shell else ""
    return Printed(walkthrough.printed, walkthrough.printed_errors, command)


def _last_command(block: Block) -> str:
    lines = [line for line in block.text.splitlines() if line.strip()]
    return lines[-1].removeprefix("$ ") if lines else ""


def output_right_before(block: Block, walkthrough: Walkthrough) -> Printed | None:
    """Return the output of the command that `block` `shows`, or of the block right before it.

    Return `None` if `block` is no output of that: it is a file, or has the word `input`.
    """
    is_next = walkthrough.progress.has_just_executed
    is_output = is_next and not (block.is_input or block.is_file or block.follows_exempt)
    return last_output(block, walkthrough) if block.shows or is_output else None


def compare(block: Block, printed: Printed) -> None:
    """Raise `Failure` if the block does not show what was printed."""
    if not matches_terminal(printed.command, block.text, *printed.streams):
        message = "the output differs from what the page shows"
        raise Failure(message, command=block.shows, expected=block.text, actual=printed.report)
