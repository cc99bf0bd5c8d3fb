"""Text: the output of the block before, or of a command that the fence names."""

from __future__ import annotations

from ...problem import Failure
from ..block import Block
from ..walkthrough.printed import compare, last_output
from ..walkthrough.verifier import is_command
from ..walkthrough.walkthrough import Walkthrough


def verify_text(block: Block, walkthrough: Walkthrough) -> None:
    """Compare the block with the previous block's output, or with that of its `shows` command.

    A block whose title is the name of a file is a file, not output, unless it `shows` a command.
    """
    if block.is_file and not block.shows:
        return
    if block.follows_exempt and not block.shows and is_command(block.follows_exempt):
        message = f"the block may show the output of {block.follows_exempt.place}, which is exempt"
        fix = 'exempt this block too, or add shows="COMMAND" to its fence'
        raise Failure(message, expected=block.text, fix=fix)
    printed = last_output(block, walkthrough)
    if printed is None:
        message = "there is no output to compare with: no earlier block on this route printed any"
        fix = 'add shows="COMMAND" to the fence, or exempt the block'
        raise Failure(message, expected=block.text, fix=fix)
    compare(block, printed)
