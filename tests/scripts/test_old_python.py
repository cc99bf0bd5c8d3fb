"""A reader's `python3` may be old, or boto3 missing or old: each script says so in one line."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import sites
from common_parts import SCRIPTS
from test_companion_scripts import ARGUMENTS, OF_AWS

each_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)


@each_script
def test_an_old_python_is_told_so(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 8))  # or it would be a syntax error instead
    pretend = f"import sys; sys.version_info = (3, 9); sys.argv = ['x']; exec({text!r})"
    result = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("error: Python 3.11 or newer is required; ")
    assert result.stderr.count("\n") == 1


each_script_of_aws = pytest.mark.parametrize("script", OF_AWS, ids=lambda script: script.name)


def remedy(script: Path) -> str:
    """Return how to get the boto3 that a script's head asks for."""
    head = re.search(r'^# dependencies = \["(boto3>=[\d.]+)"\]$', script.read_text(), re.MULTILINE)
    assert head
    return f'run python3 -m pip install --upgrade "{head[1]}", or use uv run'


@each_script_of_aws
def test_a_missing_boto3_is_told_so(script: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-I", "-S", str(script), "--help"], capture_output=True, text=True
    )
    assert result.returncode == 1
    assert result.stderr == f"error: No module named 'boto3'; {remedy(script)}\n"


# A boto3 that has all that a script imports, and tells if it is used.
PACKAGES = {
    "boto3/__init__.py": 'def Session(**_):\n    raise SystemExit("a call")\n',
    "botocore/__init__.py": '__version__ = "{version}"\n\ndef xform_name(name): ...\n',
    "botocore/config.py": "def Config(**_): ...\n",
    "botocore/exceptions.py": (
        "class BotoCoreError(Exception): ...\nclass ClientError(Exception): ...\n"
        "class InvalidConfigError(BotoCoreError): ...\n"
    ),
}


VERSIONS = ["1.44.2", "1.34.46", "1.43.127", "1.44.3", "1.100.0", "2.0.0rc1"]


# all scripts compare versions by the same lines
@pytest.mark.parametrize(
    ("script", "version"),
    [
        pytest.param(
            script,
            version,
            id=f"{script.name}-{version}",
            marks=pytest.mark.only_full if script != OF_AWS[0] and version != VERSIONS[0] else (),
        )
        for script in OF_AWS
        for version in VERSIONS
    ],
)
def test_an_old_boto3_is_refused_before_any_call(
    script: Path, version: str, tmp_path: Path
) -> None:
    for name, text in PACKAGES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text.replace("{version}", version))
    result = subprocess.run(
        [sys.executable, str(script), *ARGUMENTS[script.stem]],
        env={"PYTHONPATH": str(tmp_path), "AWS_REGION": "us-east-2"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1 and result.stdout == ""
    if version in ("1.44.3", "1.100.0", "2.0.0rc1"):
        assert result.stderr == "a call\n"
    else:
        assert result.stderr == f"error: botocore {version} is too old; {remedy(script)}\n"


def test_everything_asks_for_the_same_boto3() -> None:
    [floor] = {importlib.import_module(script.stem).BOTO3 for script in OF_AWS}
    install = f'python3 -m pip install --upgrade "boto3>={floor}"'
    assert {f"run {install}, or use uv run"} == {remedy(script) for script in OF_AWS}
    installs = [
        (page.name, command)
        for page in [sites.PROJECT / "README.md", *(sites.PROJECT / "docs").rglob("*.md")]
        for text in [page.read_text("utf-8").replace("{{ boto_version }}", floor)]
        for command in re.findall(r"[^\n`]*pip install[^\n`]*boto3[^\n`]*", text)
    ]
    assert {command for _, command in installs} == {install}
    assert {page for page, _ in installs} == {"scripts.md", "using-aws-cognito.md"}
    assert f'"boto3>={floor}"' in (sites.PROJECT / "pyproject.toml").read_text("utf-8")
