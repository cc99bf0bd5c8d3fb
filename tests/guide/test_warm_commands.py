"""Commands that start warm do what the commands themselves do."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import sites
from local_aws.emulator import interpreter
from samples import write_site

PROGRAMS = {
    "says": (
        "import os, sys\n"
        "print(__name__, sys.argv, os.getcwd(), os.environ.get('GIVEN'), sys.stdin.read())\n"
        "print('and', file=sys.stderr)\n"
    ),
    "ends": "import atexit, sys\natexit.register(print, 'last')\nsys.exit(3)\n",
    "ends with a word": "import sys\nsys.exit('no')\n",
    "leaves": "import os\nprint(1, flush=True)\nos._exit(4)\n",
    "imports": "import beside\nprint(beside.__file__)\n",
    "has a thread": "import threading\nthreading.Timer(0.1, print, ['late']).start()\n",
    "forgets its end": "print('no end', end='')\n",
}


@pytest.fixture
def warm(_warm_commands: Path) -> Path:
    return _warm_commands


def run(folder: Path, command: str, path: str) -> tuple[int, str, str]:
    result = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**sites.environment(), "PATH": path, "GIVEN": "a b", "HOME": str(folder)},
        input="typed\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return result.returncode, result.stdout, result.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_does_the_same(name: str, warm: Path, tmp_path: Path, is_full: bool) -> None:
    (tmp_path / "program.py").write_text(PROGRAMS[name])
    (tmp_path / "beside.py").touch()
    forms = ("program.py", "./program.py", f"{tmp_path}/program.py")
    for program in forms if is_full or name == "says" else forms[:1]:
        command = f"python3 {program} --one 'two  three' *.py"
        plain = run(tmp_path, command, f"{Path(sys.executable).parent}:/usr/bin:/bin")
        assert run(tmp_path, command, f"{warm}:/usr/bin:/bin") == plain


@pytest.mark.parametrize(
    "command",
    [
        "python3 -c 'import sys; print(sys.argv, sys.path[0])' x",
        "python3 - <<< 'print(1)'",
        "python3 -c 'import boto3, sys; print(sys.prefix)'",
        "python3 --version | grep -o Python",
        "aws --version | cut -d' ' -f1",
        "aws cognito-idp list-user-pools 2>&1 | tail -n 3",
        pytest.param(
            "aws cognito-idp no-such-command > /dev/null 2>&1", marks=pytest.mark.only_full
        ),
    ],
)
def test_a_command_does_the_same(command: str, warm: Path, tmp_path: Path) -> None:
    folders = f"{Path(sys.executable).parent}:{interpreter().parent}:/usr/bin:/bin"
    plain = run(tmp_path, command, folders)
    assert run(tmp_path, command, f"{warm}:{folders}") == plain


@pytest.mark.parametrize(
    "command",
    [
        "-m mkdocs build --strict --quiet && find site -name '*.html' | sort | xargs sha256sum",
        pytest.param("-m mkdocs build --strict --config-file bad.yml", marks=pytest.mark.only_full),
        "-m zensical build --strict --clean && find site -name '*.html' | sort | xargs sha256sum",
        pytest.param("-m mkdocs_macros_runbook check -f bad.yml", marks=pytest.mark.only_full),
        "-m mkdocs_macros_runbook chek",
        pytest.param("-m pytest --version", marks=pytest.mark.only_full),
        "-c 'import sys; print(sys.executable)'",
    ],
)
def test_a_site_is_built_and_checked_the_same(command: str, tmp_path: Path) -> None:
    config_file = write_site(tmp_path, {"index.md": "# {{ city }}\n\n```python\n1\n```\n"})
    bad = config_file.read_text().replace("on_undefined: strict", "on_undefined: keep")
    (tmp_path / "bad.yml").write_text(bad)
    plain = run(tmp_path, f"{sys.executable} {command}", "/usr/bin:/bin")
    warm = run(tmp_path, f"{sites.python()} {command}", "/usr/bin:/bin")
    timed = re.compile(r"\d+(\.\d+)?(ms| ?s| seconds)\b")
    assert [timed.sub("", str(part)) for part in warm] == [timed.sub("", str(p)) for p in plain]


def test_a_program_that_fails_says_where(warm: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("x = {}\nx['key']\n")
    code, out, err = run(tmp_path, "python3 program.py", f"{warm}:/usr/bin:/bin")
    assert (code, out) == (1, "")
    assert f'{tmp_path}/program.py", line 2' in err
    assert err.endswith("KeyError: 'key'\n")


def test_a_program_that_is_killed_failed(warm: Path, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import os\nos.kill(os.getpid(), 9)\n")
    code, _, _ = run(tmp_path, "python3 program.py", f"{warm}:/usr/bin:/bin")
    assert code == 128 + 9


def test_what_ran_is_noted(warm: Path, tmp_path: Path) -> None:
    """As for excerpts: the guard that walkthroughs have is there too."""
    guard = sites.PROJECT / "plugin" / "mkdocs_macros_runbook" / "verify" / "run" / "guard"
    (tmp_path / "program.py").write_text("x = 1\nif not x:\n    x = 2\n")
    (tmp_path / "lines").mkdir()
    assignments = f"PYTHONPATH={guard} RUNBOOK_SCRIPTS=program.py RUNBOOK_LINES=$PWD/lines"
    code, _, err = run(tmp_path, f"{assignments} python3 program.py", f"{warm}:/usr/bin:/bin")
    assert code == 0, err
    (record,) = (tmp_path / "lines").iterdir()
    assert record.read_text() == "".join(f"{n} {tmp_path.resolve()}/program.py\n" for n in (1, 2))
