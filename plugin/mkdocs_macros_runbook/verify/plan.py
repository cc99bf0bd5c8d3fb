"""Plans: which walkthroughs a page needs, and which blocks each of them has.

A route is one choice of tabs through a page.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby

from ..values.resolution import Values
from .block import Block, Tab
from .built_page import BuiltPage
from .needs import unmet_need

#: the route of a page without tabs
NO_ROUTE = ""

#: whether a block is of some kind, by the verifier of its language
BlockPredicate = Callable[[Block], bool]
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
        return (self.route, *(block.with_values(self.values.at).content for block in self.blocks))

    @property
    def page_and_values(self) -> tuple[str, str]:
        """What the plans of all routes have in common."""
        return self.page, self.value_set


def blocks_to_verify(page: BuiltPage) -> list[Block]:
    """Return the blocks that are to be verified."""
    before: list[Block] = []  # exempt blocks, right before one that is not
    blocks = []
    for block in _without_tabs_of_files(page.blocks):
        if block.exemption:
            before.append(block)
            continue
        follows_exempt = any(_can_share_route(other, block) for other in before)
        blocks.append(replace(block, follows_exempt=True) if follows_exempt else block)
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


def routes(
    blocks: Sequence[Block], makes_route: BlockPredicate, may_be_output: BlockPredicate
) -> dict[str, list[Block]]:
    """Return the blocks of each route, by the label of one of its tabs.

    A label of several groups of tabs is a choice that a reader keeps: a route. Groups whose labels
    occur in no other group define no routes of their own: the second route uses the second tab of
    each of them, in an order that puts what can run here first. In a group without the route's
    label, it uses the first tab with a runnable block, or if none has one, the first tab. A tab
    inside another that is still on no route gets one of its own. A tab that only shows the output
    of tabs before it goes with these.
    """
    groups, output = _labels_by_group(blocks), _tabs_of_output(blocks, makes_route, may_be_output)
    no_output = [block for block in blocks if output.keys().isdisjoint(block.tabs)]
    runnable = _runnable_labels(no_output, makes_route)
    own = _groups_with_own_labels(no_output, _labels_by_group(no_output)) & runnable.keys()
    tabs_by_route = _tabs_by_route(runnable, own)

    def blocks_of(route: str, tabs: Mapping[int, str]) -> list[Block]:
        def is_on_route(tab: Tab) -> bool:
            group, label = tab
            first = (runnable.get(group) or groups[group])[0]
            chosen = route if route in groups[group] else tabs.get(group, first)
            sources = output.get(tab, ()) if label not in tabs_by_route else ()
            return chosen == label or chosen in sources

        return [block for block in blocks if all(map(is_on_route, block.tabs))]

    by_route: dict[str, list[Block]] = {}
    for route, tabs in tabs_by_route.items():
        on_route = blocks_of(route, tabs)
        if not tabs or on_route not in by_route.values():
            by_route[route] = on_route
    for block in filter(makes_route, no_output):
        if not any(block in on_route for on_route in by_route.values()):
            route = " in ".join(label for _, label in reversed(block.tabs))
            by_route[route] = blocks_of(route, _tabs_with_labels_of(block, groups))
    return by_route


def _tabs_of_output(
    blocks: Iterable[Block], makes_route: BlockPredicate, may_be_output: BlockPredicate
) -> dict[Tab, list[str]]:
    """Return the tabs that only show output, each with the labels of those whose output it shows.

    These are the tabs right before it in its group that end with what readers run.
    """
    by_tab: dict[Tab, list[Block]] = {}
    for block in blocks:
        for tab in block.tabs:
            by_tab.setdefault(tab, []).append(block)
    output: dict[Tab, list[str]] = {}
    for number, labels in _labels_by_group(blocks).items():
        tabs = [(number, label) for label in labels]
        before: list[str] = []
        for is_output, some in groupby(tabs, lambda tab: all(map(may_be_output, by_tab[tab]))):
            if is_output and before:
                output |= dict.fromkeys(some, before)
            else:
                last = {label: by_tab[number, label][-1] for _, label in some}
                before = [label for label, block in last.items() if makes_route(block)]
    return output


def _tabs_with_labels_of(block: Block, groups: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Return the tabs that `block` is in and, in other groups, those with the same labels."""
    same = {
        group: label
        for _, label in block.tabs  # the innermost is last, and counts most
        for group, labels in groups.items()
        if label in labels
    }
    return same | dict(block.tabs)


def _runnable_labels(blocks: Sequence[Block], makes_route: BlockPredicate) -> dict[int, list[str]]:
    """Return the labels of each group of tabs that makes routes, first those that can run here."""
    runnable = [*filter(makes_route, blocks)]
    by_group = _labels_by_group((*runnable, *_output_by_system(blocks, runnable)))
    cannot_run = {
        block.tabs[-1] for block in blocks if block.tabs and unmet_need(block.needs, os.environ)
    }
    for group, labels in by_group.items():
        tabs = sorted(((group, label) for label in labels), key=cannot_run.__contains__)
        by_group[group] = [label for _, label in tabs]
    return by_group


def _output_by_system(blocks: Iterable[Block], runnable: Iterable[Block]) -> list[Block]:
    """Return the blocks in groups of tabs of which readers choose one by what they have.

    There is no runnable block in such a group, but one that needs something or names its command.
    """
    groups = {group for block in runnable for group, _ in block.tabs}
    in_tabs = [block for block in blocks if block.tabs and block.tabs[-1][0] not in groups]
    chosen = {block.tabs[-1][0] for block in in_tabs if block.needs or block.shows}
    return [block for block in in_tabs if block.tabs[-1][0] in chosen]


def _groups_with_own_labels(
    blocks: Iterable[Block], groups: Mapping[int, Sequence[str]]
) -> set[int]:
    """Return the groups of tabs whose labels occur in no other group, and that are not nested."""
    nested = {group for block in blocks if len(block.tabs) > 1 for group, _ in block.tabs}
    counts = Counter(label for labels in groups.values() for label in labels)
    return {
        group
        for group, labels in groups.items()
        if group not in nested and all(counts[label] == 1 for label in labels)
    }


def _tabs_by_route(
    runnable: Mapping[int, Sequence[str]], own: Set[int]
) -> dict[str, dict[int, str]]:
    """Return each route by its label, with the tabs that it uses of groups with `own` labels."""
    by_route: dict[str, dict[int, str]] = {}
    numbers = set()
    for group, labels in runnable.items():
        for number, label in enumerate(labels):
            if group not in own:
                by_route.setdefault(label, {})
            elif number not in numbers:
                numbers.add(number)
                by_route[label] = {
                    other: (runnable[other][number:] or runnable[other])[0] for other in own
                }
    return by_route or {NO_ROUTE: {}}


def _labels_by_group(blocks: Iterable[Block]) -> dict[int, list[str]]:
    """Return the labels of each group of tabs that has one of `blocks`, in the page's order."""
    labels: dict[int, dict[str, None]] = {}
    for block in blocks:
        for group, label in block.tabs:
            labels.setdefault(group, {})[label] = None
    return {group: [*names] for group, names in labels.items()}


def plan_routes(
    page: BuiltPage,
    name: str,
    value_set: str,
    values: Values,
    makes_route: BlockPredicate,
    may_be_output: BlockPredicate,
) -> list[Plan]:
    """Return a plan for each route of a page."""
    by_route = routes(blocks_to_verify(page), makes_route, may_be_output)
    plans = [Plan(name, route, value_set, values, blocks) for route, blocks in by_route.items()]
    return [plan for plan in plans if plan.blocks]


def blocks_on_no_route(
    page: BuiltPage, makes_route: BlockPredicate, may_be_output: BlockPredicate
) -> list[Block]:
    """Return the blocks that are to be verified, but that no route includes."""
    blocks = blocks_to_verify(page)
    by_route = routes(blocks, makes_route, may_be_output)
    on_routes = {id(block) for on_route in by_route.values() for block in on_route}
    return [block for block in blocks if id(block) not in on_routes]


def plan_standalone_blocks(
    page: BuiltPage,
    name: str,
    value_set: str,
    values: Values,
    is_standalone: BlockPredicate,
    seen: SeenContents,
) -> list[Plan]:
    """Return a plan, if any, of the standalone blocks whose content is not in `seen` yet.

    Their contents are added to it.
    """
    blocks = []
    for number, block in enumerate(page.blocks):
        content, before = block.with_values(values.at).content, seen.setdefault(number, set())
        if is_standalone(block) and content not in before:
            before.add(content)
            blocks.append(block)
    return [Plan(name, NO_ROUTE, value_set, values, blocks, is_standalone=True)] if blocks else []
