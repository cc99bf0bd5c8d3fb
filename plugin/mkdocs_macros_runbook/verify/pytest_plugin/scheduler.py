"""A scheduler of pytest-xdist that keeps the tests of a page together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]

from .item import SITE


def scheduler(config: pytest.Config, log: Any, names: Iterable[str]) -> Any:
    """Return the scheduler; `names` are those of value sets and options, as test ids have them."""
    longest_first = "|".join(sorted(names, key=len, reverse=True))
    block = re.compile(rf"(?P<page>.*\.md)::.*[\[-](?P<value_set>{longest_first})\]$")

    class KeepingTogether(LoadGroupScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.endswith(f".md::{SITE}"):  # one worker reports what the site has
                return SITE
            if match := block.match(nodeid):
                return f"{match['page']} {match['value_set']}"
            scope: str = super()._split_scope(nodeid)
            return scope

    return KeepingTogether(config, log)
