"""What every test stands on: a scrubbed environment, and sites built once for each worker."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import hypothesis
import pytest

import sites
from value_sets import VALUE_SETS

# No credentials, no host but this machine; and the local AWS for tests that ask for it.
pytest_plugins = ["local_aws.fixtures"]

Build = Callable[..., Path]

# No test asserts a time.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

_PARAMETERS = set(VALUE_SETS["awkward"])  # which sets them all


@pytest.fixture(autouse=True)
def no_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no parameter of the developer's shell into a test."""
    for name in _PARAMETERS & set(os.environ):
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Return a function that builds the guide, and remembers what it built.

    `built("zensical", REGION="us-gov-west-1")` returns the folder of the site.
    """
    done: dict[tuple[str, tuple[tuple[str, str], ...]], Path] = {}

    def build(generator: str, values: Mapping[str, str] | None = None) -> Path:
        key = (generator, tuple(sorted((values or {}).items())))
        if key not in done:
            done[key] = sites.build(generator, tmp_path_factory.mktemp("built") / "site", values)
        return done[key]

    yield build
