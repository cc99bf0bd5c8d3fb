"""The progress of a walkthrough: its next block, and what the blocks before that left to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a walkthrough has come."""

    #: the position of the next block in the plan
    position: int = 0
    #: the last output of a block; `None` if there is none, or it was not run here
    printed: str | None = None
    #: what that block printed on standard error, unless it is among its output
    printed_errors: str = ""
    #: the position right after that block, or after the data of its output that is shown so far
    executed_position: int = 0
    #: why the block before was skipped; empty if it was not
    skipped: str = ""
    #: the place of the first block that was skipped
    skipped_place: str = ""
    #: why the rest of the route cannot run; empty if it can
    obstacle: str = ""
    has_failed: bool = False

    @property
    def has_just_executed(self) -> bool:
        """Whether the block before the one that runs now is the last that readers executed."""
        return 0 < self.executed_position == self.position - 1
