"""For tests and pages alike: no credentials, no host but this machine, and the guide's world."""

from __future__ import annotations

import gc
import os

import pytest

# Thousands of tests are garbage to nobody: looking through them again and again takes a while.
gc.set_threshold(100_000, 50, 50)

pytest_plugins = ["local_aws.fixtures", "guide_world"]


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers() -> int:
    """Return the workers of `-n auto`: one more than processors, since some tests wait."""
    return (os.cpu_count() or 1) + 1
