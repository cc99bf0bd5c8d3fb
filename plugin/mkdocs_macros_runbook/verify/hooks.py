"""What an author's `conftest.py` can say to the verification."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .walkthrough import Walkthrough


@pytest.hookspec(firstresult=True)
def pytest_runbook_end(walkthrough: Walkthrough) -> object:
    """Describe how a walkthrough ended: by JSON's types, in words that are the same on each route.

    Called after its last block. The descriptions of all routes of a page must be equal.
    """
