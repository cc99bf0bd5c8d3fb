"""The plans of a page: one for each route, and one for standalone blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ...values.resolution import Values
from ..block import Block
from ..plan import NO_ROUTE, Plan
from ..site.built_page import BuiltPage
from ..walkthrough.verifier import is_standalone
from .routes import routes

#: the number of a block on its page, and what readers see in the block
NumberedContent = tuple[int, tuple[str, ...]]


def blocks_to_verify(page: BuiltPage) -> list[Block]:
    """Return the blocks that are to be verified."""
    before: list[Block] = []  # exempt blocks, right before one that is not
    blocks = []
    for block in _without_tabs_of_files(page.blocks):
        if block.exemption:
            before.append(block)
            continue
        exempt = next((one for one in reversed(before) if _can_share_route(one, block)), None)
        blocks.append(replace(block, follows_exempt=exempt))
        before = []
    return blocks


def _without_tabs_of_files(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks, without tabs whose labels are their files: readers need all of these."""
    files = {block.tabs[-1] for block in blocks if block.tabs and _is_labeled_by_file(block)}
    others = {
        group for block in blocks for group, label in block.tabs if (group, label) not in files
    }
    groups = {group for group, _ in files} - others
    for block in blocks:
        tabs = tuple(tab for tab in block.tabs if tab[0] not in groups)
        yield replace(block, tabs=tabs)


def _is_labeled_by_file(block: Block) -> bool:
    """Return whether the tab of a block has the name of the block's file, maybe without folders."""
    return f"/{block.file}".endswith(f"/{block.tabs[-1][1]}") and bool(block.file)


def _can_share_route(one: Block, other: Block) -> bool:
    """Return whether a route may have both blocks, since they are not in tabs of one group."""
    tabs = dict(other.tabs)
    return all(tabs.get(group, label) == label for group, label in one.tabs)


def routes_of(page: BuiltPage) -> dict[str, list[Block]]:
    """Return the blocks of each route of a page that are to be verified."""
    return routes(blocks_to_verify(page))


def plan_routes(page: BuiltPage, name: str, value_set: str, values: Values) -> list[Plan]:
    """Return a plan for each route of a page."""
    by_route = routes_of(page)
    plans = [Plan(name, route, value_set, values, blocks) for route, blocks in by_route.items()]
    return [plan for plan in plans if plan.blocks]


def blocks_on_no_route(page: BuiltPage) -> list[Block]:
    """Return the blocks that are to be verified, but that no route includes."""
    blocks = blocks_to_verify(page)
    on_routes = {id(block) for on_route in routes(blocks).values() for block in on_route}
    return [block for block in blocks if id(block) not in on_routes]


def standalone_contents(page: BuiltPage, values: Values) -> set[NumberedContent]:
    """Return what readers see in the standalone blocks of a page."""
    return {
        (number, block.with_values(values.at).content)
        for number, block in enumerate(page.blocks)
        if is_standalone(block)
    }


def plan_standalone_blocks(
    page: BuiltPage,
    name: str,
    value_set: str,
    values: Values,
    contents: Iterable[NumberedContent],
) -> list[Plan]:
    """Return a plan, if any, of the standalone blocks that have these `contents`."""
    blocks = [page.blocks[number] for number, _ in sorted(contents)]
    return [Plan(name, NO_ROUTE, value_set, values, blocks, is_standalone=True)] if blocks else []
