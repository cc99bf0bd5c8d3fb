"""Plans: what walkthroughs there are to be of a page, before any begins."""

from __future__ import annotations

from ..values.resolution import Values
from .block import Block, BuiltPage
from .route import ONLY, on_route, routes
from .verifier import runs, tells_alone

#: by the number of a block on its page, what it showed where it was read
Read = dict[int, set[tuple[str, ...]]]


class Plan:
    """What a walkthrough will be: its blocks in their order."""

    def __init__(
        self,
        page: str,
        route: str,
        value_set: str,
        values: Values,
        blocks: list[Block],
        alone: bool = False,
    ) -> None:
        self.page, self.route, self.value_set = page, route, value_set
        self.values, self.blocks = values, blocks
        #: whether its blocks are only read, each by itself
        self.alone = alone

    @property
    def shown(self) -> tuple[object, ...]:
        """What a reader sees of it."""
        return (self.route, *(block.with_values(self.values).shown for block in self.blocks))

    @property
    def all_routes(self) -> tuple[str, str]:
        """What it shares with the other routes of its page."""
        return self.page, self.value_set


def kept(page: BuiltPage) -> list[Block]:
    """Return the blocks of a page that are not exempt."""
    return [block for block in page.blocks if not block.exemption]


def walkthroughs(page: BuiltPage, name: str, value_set: str, values: Values) -> list[Plan]:
    """Return a plan for each route of a page."""
    plans = [
        Plan(name, route, value_set, values, on_route(kept(page), route, runs))
        for route in routes(kept(page), runs)
    ]
    return [plan for plan in plans if plan.blocks]


def unmet(page: BuiltPage) -> list[Block]:
    """Return the blocks that are not exempt, and that no route takes."""
    blocks = kept(page)
    met = {id(one) for route in routes(blocks, runs) for one in on_route(blocks, route, runs)}
    return [block for block in blocks if id(block) not in met]


def reading(page: BuiltPage, name: str, value_set: str, values: Values, read: Read) -> list[Plan]:
    """Return a plan, if any, of the blocks that need only be read and show what is new to `read`.

    What they show is added to it.
    """
    found = []
    for number, block in enumerate(page.blocks):
        shown, before = block.with_values(values).shown, read.setdefault(number, set())
        if tells_alone(block) and shown not in before:
            before.add(shown)
            found.append(block)
    return [Plan(name, ONLY, value_set, values, found, alone=True)] if found else []
