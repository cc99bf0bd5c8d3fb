"""The pytest plugin in a project without a guide, and on a machine that is not Unix."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sites

OWN = "mkdocs_macros_runbook"
MODULES = """
import sys

def pytest_unconfigure():
    print("modules:", *sorted(sys.modules))
"""


def run_pytest(folder: Path, conftest: str = MODULES) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(conftest)
    (folder / "test_one.py").write_text("def test_one():\n    pass\n")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", f"{OWN}.verify.pytest_plugin", "."],
        cwd=folder,
        env={**sites.environment(), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # others import much
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("config", [None, "site_name: Other\n"])
def test_a_project_without_a_guide_pays_for_no_import(config: str | None, tmp_path: Path) -> None:
    if config:
        (tmp_path / "mkdocs.yml").write_text(config)
    result = run_pytest(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("modules:")]
    modules = line.split()
    assert "_pytest.main" in modules
    assert {name for name in modules if name.startswith(OWN)} == {
        OWN,
        f"{OWN}.verify",
        f"{OWN}.verify.pytest_plugin",
    }
    libraries = {
        "filelock",
        "jinja2",
        "markdown",
        "mkdocs",
        "pytest_examples",
        "selectolax",
        "yaml",
    }
    assert not libraries & set(modules)


def test_a_configuration_that_inherits_a_guide_is_one(tmp_path: Path) -> None:
    guide = 'extra: {runbook: {parameters: {city: {default: Basel, pattern: "[A-Za-z]+"}}}}\n'
    (tmp_path / "base.yml").write_text(guide)
    (tmp_path / "mkdocs.yml").write_text("INHERIT: base.yml\nsite_name: Guide\n")
    assert f"{OWN}.verify.session" in run_pytest(tmp_path).stdout


def test_every_module_can_be_imported_where_there_is_no_unix() -> None:
    """Windows has none of these modules and functions."""
    program = f"""
import os, pkgutil, signal, sys
for name in ("fcntl", "grp", "pwd", "pty", "resource", "termios"):
    sys.modules[name] = None
for name in ("fork", "killpg", "setsid", "geteuid"):
    delattr(os, name)
for name in ("SIGKILL", "SIGCHLD"):
    delattr(signal, name)
import {OWN}
served = ("server_main", "python_block", "guard")  # of the server, which runs on Unix alone
for module in pkgutil.walk_packages({OWN}.__path__, "{OWN}."):
    if not module.name.endswith(("__main__", *served)):
        __import__(module.name)
        print(module.name)
"""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert f"{OWN}.verify.run.terminal" in result.stdout.splitlines()
    assert f"{OWN}.verify.pytest_plugin.pages" in result.stdout.splitlines()
