"""Plans: which walkthroughs a page needs, and which blocks each of them has.

A route is one choice of tabs through a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..values.resolution import Values
from .block import Block
from .built_page import BuiltPage

#: the route of a page without tabs
ONLY = ""

#: whether a block is of some kind, by the verifier of its language
Test = Callable[[Block], bool]
#: the contents that were seen, by the number of the block on its page
SeenContents = dict[int, set[tuple[str, ...]]]


@dataclass(frozen=True, eq=False)
class Plan:
    """A walkthrough before it starts: the blocks of a page on one route, with one value set."""

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
        return (self.route, *(block.with_values(self.values).content for block in self.blocks))

    @property
    def page_and_values(self) -> tuple[str, str]:
        """What the plans of all routes have in common."""
        return self.page, self.value_set


def not_exempt(page: BuiltPage) -> list[Block]:
    """Return the blocks that are to be verified."""
    return [block for block in page.blocks if not block.exemption]


def routes(blocks: Sequence[Block], is_runnable: Test) -> list[str]:
    """Return the labels of the tabs with a runnable block, in the order of the page."""
    labels = {label: None for block in blocks if is_runnable(block) for _, label in block.tabs}
    return [*labels] or [ONLY]


def on_route(blocks: Sequence[Block], route: str, is_runnable: Test) -> list[Block]:
    """Return the blocks that a reader on `route` meets.

    In a group of tabs without the route's label, that is the first tab with a runnable block.
    """
    labels: dict[int, list[str]] = {}
    runnable: dict[int, list[str]] = {}
    for block in blocks:
        for group, label in block.tabs:
            labels.setdefault(group, []).append(label)
            if is_runnable(block):
                runnable.setdefault(group, []).append(label)
    chosen = {
        group: route if route in labels[group] else runnable.get(group, [None])[0]
        for group in labels
    }
    return [block for block in blocks if all(chosen[group] == label for group, label in block.tabs)]


def plan_routes(
    page: BuiltPage, name: str, value_set: str, values: Values, is_runnable: Test
) -> list[Plan]:
    """Return a plan for each route of a page."""
    blocks = not_exempt(page)
    plans = [
        Plan(name, route, value_set, values, on_route(blocks, route, is_runnable))
        for route in routes(blocks, is_runnable)
    ]
    return [plan for plan in plans if plan.blocks]


def blocks_on_no_route(page: BuiltPage, is_runnable: Test) -> list[Block]:
    """Return the blocks that are to be verified, but that no route includes."""
    blocks = not_exempt(page)
    included = {
        id(block)
        for route in routes(blocks, is_runnable)
        for block in on_route(blocks, route, is_runnable)
    }
    return [block for block in blocks if id(block) not in included]


def plan_standalone_blocks(
    page: BuiltPage,
    name: str,
    value_set: str,
    values: Values,
    is_standalone: Test,
    seen: SeenContents,
) -> list[Plan]:
    """Return a plan, if any, of the standalone blocks whose content is not in `seen` yet.

    Their contents are added to it.
    """
    blocks = []
    for number, block in enumerate(page.blocks):
        content, before = block.with_values(values).content, seen.setdefault(number, set())
        if is_standalone(block) and content not in before:
            before.add(content)
            blocks.append(block)
    return [Plan(name, ONLY, value_set, values, blocks, is_standalone=True)] if blocks else []
