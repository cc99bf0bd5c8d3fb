"""What every test stands on: a scrubbed environment, and sites built once for each worker."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

import sites
from sites import Build
from value_sets import VALUE_SETS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_PARAMETERS = set(VALUE_SETS["awkward"])  # which sets them all


def pytest_configure(config: pytest.Config) -> None:
    """Let hypothesis try a sample, or all; tests give their share of it. No test asserts a time."""
    examples = 100 if config.getoption("--runbook-full") else 20
    hypothesis.settings.register_profile("project", deadline=None, max_examples=examples)
    hypothesis.settings.load_profile("project")


@pytest.fixture(scope="session")
def is_full(request: pytest.FixtureRequest) -> bool:
    """Return whether everything runs, as with `make test MATRIX=full`, and not a sample."""
    return bool(request.config.getoption("--runbook-full"))


@pytest.fixture(autouse=True)
def no_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no parameter of the developer's shell into a test."""
    for name in _PARAMETERS & set(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")


# What is built once for all workers of a run: they inherit this name from the first process.
os.environ.setdefault(sites.SHARED, tempfile.mkdtemp(prefix="guide-tests-"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Remove what was built, when the last worker is done."""
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(os.environ.pop(sites.SHARED), ignore_errors=True)


@pytest.fixture(scope="session")
def built() -> Build:
    """Return a function that builds the guide, once: `built("zensical", {"REGION": …})`."""

    def build(generator: str, values: Mapping[str, str] | None = None) -> Path:
        name = f"{generator} {sorted((values or {}).items())}"
        folder = sites.once(name, lambda making: sites.build(generator, making / "site", values))
        return folder / "site"

    return build


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser that asks nothing of its maker."""
    from playwright.sync_api import sync_playwright  # takes long: only for tests with a browser

    import chromium

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium.find(), args=chromium.QUIET)
