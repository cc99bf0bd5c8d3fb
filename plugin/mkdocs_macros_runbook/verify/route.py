"""Routes: one choice of tabs through a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .block import Block

#: the route of a page without tabs
ONLY = ""


def routes(blocks: Sequence[Block], runs: Callable[[Block], bool]) -> list[str]:
    """Return the labels of the tabs that hold a block that `runs`, in the order of the page."""
    found = {label: None for block in blocks if runs(block) for _, label in block.tabs}
    return [*found] or [ONLY]


def on_route(blocks: Sequence[Block], route: str, runs: Callable[[Block], bool]) -> list[Block]:
    """Return the blocks that a reader meets who takes `route`.

    Where a group of tabs lacks the route's label, its first tab that `runs` is taken.
    """
    labels: dict[int, list[str]] = {}
    running: dict[int, list[str]] = {}
    for block in blocks:
        for group, label in block.tabs:
            labels.setdefault(group, []).append(label)
            if runs(block):
                running.setdefault(group, []).append(label)
    taken = {
        group: route if route in labels[group] else running.get(group, [None])[0]
        for group in labels
    }
    return [block for block in blocks if all(taken[group] == label for group, label in block.tabs)]
