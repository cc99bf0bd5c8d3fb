"""The plan of a walkthrough: its blocks and values; and its progress: how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..values.resolution import Values
from .block import Block

#: the route of a page without tabs
NO_ROUTE = ""


@dataclass(frozen=True, eq=False)
class Plan:
    """The blocks of a page on one route, with one value set."""

    page: str
    route: str
    value_set: str
    values: Values
    blocks: Sequence[Block]
    #: whether each block is verified by itself, without those before it
    is_standalone: bool = False

    @property
    def content(self) -> tuple[object, ...]:
        """What a reader sees: plans with equal content need only one walkthrough."""
        return (self.route, *(block.with_values(self.values.at).content for block in self.blocks))

    def run_with(self, position: int) -> range:
        """Return the positions of the blocks that run with that at `position`, and of that."""
        return range(position, position + 1) if self.is_standalone else range(len(self.blocks))

    @property
    def page_and_values(self) -> tuple[str, str]:
        """What the plans of all routes have in common."""
        return self.page, self.value_set


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
