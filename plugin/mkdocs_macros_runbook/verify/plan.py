"""A plan: a walkthrough before it starts."""

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

    @property
    def page_and_values(self) -> tuple[str, str]:
        """What the plans of all routes have in common."""
        return self.page, self.value_set
