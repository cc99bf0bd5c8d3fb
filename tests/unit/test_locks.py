"""The lock files: what serving installs, and what the tests add."""

from __future__ import annotations

import re
import subprocess
import tomllib

import pytest

from sites import PROJECT

TRACKED = subprocess.run(
    ["git", "ls-files", "*.lock", "*package-lock.json"],
    cwd=PROJECT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split()


def pins(name: str) -> set[str]:
    """Return the lines `package==version` of a lock file, with their conditions."""
    text = (PROJECT / name).read_text(encoding="utf-8")
    return set(re.findall(r"(?m)^\S+==.*?(?= \\$)", text))


def test_serving_installs_nothing_that_only_the_tests_need() -> None:
    groups = tomllib.loads((PROJECT / "pyproject.toml").read_text())["dependency-groups"]
    for_tests = {re.split("[>=<]", name)[0] for name in groups["dev"] if isinstance(name, str)}
    served = {pin.partition("==")[0] for pin in pins("requirements.lock")}
    assert {"mkdocs-material", "hatchling"} <= served
    assert not for_tests & served


def test_tests_run_with_the_versions_that_serving_has() -> None:
    assert pins("requirements.lock") < pins("requirements-dev.lock")


@pytest.mark.parametrize("name", TRACKED)
def test_a_lock_names_no_host(name: str) -> None:
    assert "://" not in (PROJECT / name).read_text(encoding="utf-8")
