"""Text: the output of the block before, or of a command that the fence names."""

from __future__ import annotations

from ...problem import Failure
from ..block import Block
from ..output import is_shown
from ..walkthrough import Walkthrough


def verify_text(block: Block, walkthrough: Walkthrough) -> None:
    """Compare the block with the previous block's output, or with that of its `shows` command.

    A block whose title is the name of a file is a file, not output.
    """
    if block.file:
        return
    if block.shows:
        result = walkthrough.run_in_terminal(block.shows)
        if result.error:
            raise Failure(result.error, command=block.shows, actual=result.all_output)
        output: str | None = result.output
    else:
        output = walkthrough.printed
    if output is None:
        message = "no earlier block printed this text"
        fix = 'add shows="COMMAND" to the fence, or exempt the block'
        raise Failure(message, expected=block.text, fix=fix)
    if not is_shown(block.text, output):
        message = "the output differs from what the page shows"
        actual = output or "nothing"
        raise Failure(message, command=block.shows, expected=block.text, actual=actual)
