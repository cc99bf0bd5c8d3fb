"""Routes: the choices of tabs that readers have on a page, and the blocks of each.

A label that several groups of tabs have is a choice that a reader keeps.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import groupby

from ..block import Block, Tab
from ..plan import NO_ROUTE
from ..walkthrough.verifier import makes_route, may_be_output


def routes(blocks: Sequence[Block]) -> dict[str, list[Block]]:
    """Return the blocks of each route, by the label of one of its tabs.

    A label of several groups of tabs is a route. Groups whose labels occur in no other group define
    no routes of their own: the second route uses the second tab of each of them, in an order that
    puts what can run here first. In a group without the route's label, it uses the first tab with a
    runnable block, or if none has one, the first tab. A tab inside another that is still on no
    route gets one of its own. A tab that only shows the output of tabs before it goes with these.
    """
    groups, output = _labels_by_group(blocks), _tabs_of_output(blocks)
    no_output = [block for block in blocks if output.keys().isdisjoint(block.tabs)]
    runnable = _runnable_labels(no_output)
    first = {group: labels[0] for group, labels in (groups | runnable).items()}
    tabs_by_route = _tabs_by_route(runnable, _groups_with_own_labels(no_output) & runnable.keys())
    sources = {tab: labels for tab, labels in output.items() if tab[1] not in tabs_by_route}

    def in_tabs(labels: Mapping[int, str]) -> list[Block]:
        """Return the blocks in these tabs, by their groups, or in tabs of their output."""
        return [
            block
            for block in blocks
            if all(labels[tab[0]] in (tab[1], *sources.get(tab, ())) for tab in block.tabs)
        ]

    by_route: dict[str, list[Block]] = {}
    for route, tabs in tabs_by_route.items():
        same = {group: route for group, labels in groups.items() if route in labels}
        on_route = in_tabs(first | tabs | same)
        if not tabs or on_route not in by_route.values():
            by_route[route] = on_route
    for block in filter(makes_route, no_output):
        if not any(block in on_route for on_route in by_route.values()):
            route = " in ".join(label for _, label in reversed(block.tabs))
            tabs = _tabs_with_labels_of(block, groups)
            by_route[route] = in_tabs(first | tabs)
    return by_route


def _tabs_of_output(blocks: Iterable[Block]) -> dict[Tab, list[str]]:
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


def _runnable_labels(blocks: Sequence[Block]) -> dict[int, list[str]]:
    """Return the labels of each group of tabs that makes routes, first those that can run here."""
    runnable = [*filter(makes_route, blocks)]
    by_group = _labels_by_group((*runnable, *_output_by_system(blocks, runnable)))
    cannot_run = {block.tabs[-1] for block in blocks if block.tabs and block.unmet_need(os.environ)}
    return {
        group: sorted(labels, key=lambda label: (group, label) in cannot_run)
        for group, labels in by_group.items()
    }


def _output_by_system(blocks: Iterable[Block], runnable: Iterable[Block]) -> list[Block]:
    """Return the blocks in groups of tabs in which readers choose by their system.

    There is no runnable block in such a group, but one that needs something or names its command.
    """
    groups = {group for block in runnable for group, _ in block.tabs}
    in_tabs = [block for block in blocks if block.tabs and block.tabs[-1][0] not in groups]
    by_system = {block.tabs[-1][0] for block in in_tabs if block.needs or block.shows}
    return [block for block in in_tabs if block.tabs[-1][0] in by_system]


def _groups_with_own_labels(blocks: Sequence[Block]) -> set[int]:
    """Return the groups of tabs whose labels occur in no other group, and that are not nested."""
    groups = _labels_by_group(blocks)
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
