"""A reader's `python3` may be old, or lack boto3: each script says so in one line."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import sites

SCRIPTS = sorted((sites.PROJECT / "scripts").glob("*.py"))
each_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)


@each_script
def test_an_old_python_is_told_so(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 8))  # or it would be a syntax error instead
    pretend = f"import sys; sys.version_info = (3, 9); sys.argv = ['x']; exec({text!r})"
    ran = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: found an older Python; use 3.11 or newer")
    assert ran.stderr.count("\n") == 1


@each_script
def test_a_missing_boto3_is_told_so(script: Path) -> None:
    if "boto3" not in script.read_text(encoding="utf-8"):
        return
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(script), "--help"], capture_output=True, text=True
    )
    assert ran.returncode == 1
    assert ran.stderr == "error: found no boto3; run python3 -m pip install boto3, or use uv run\n"
