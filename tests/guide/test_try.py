"""`make try`: it starts, its two lines make a terminal ready, and it leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import sites
from sites import Build

_PATHS = ("tests", "tests/guide")
_LIMIT = 300  # seconds, after which a line that is awaited will not come


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where its temporary files are."""
    empty = tmp_path / "temporary"
    empty.mkdir()
    return empty


@contextmanager
def tried(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start it as make does, without a display, in a process group of its own."""
    environment = {
        **sites.environment(),
        "TMPDIR": str(folder),
        sites.SHARED: os.environ[sites.SHARED],
        "PYTHONPATH": os.pathsep.join(str(sites.PROJECT / path) for path in _PATHS),
    }
    command = [sys.executable, str(sites.PROJECT / "tests/guide/try_guide.py"), *arguments]
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        limit = threading.Timer(_LIMIT, process.kill)
        limit.start()
        try:
            yield process
        finally:
            limit.cancel()
            process.kill()


def lines_until(process: subprocess.Popen[str], end: str) -> list[str]:
    lines = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if end in line:
            break
    assert lines, "it printed nothing"
    assert end in lines[-1], "\n".join(lines)
    return lines


def processes_in(folder: Path) -> list[str]:
    """The commands of processes whose temporary files would be in `folder`."""
    commands = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (path / "environ").read_bytes():
                commands.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # it has ended
    return commands


def end(process: subprocess.Popen[str], folder: Path) -> None:
    """Press Ctrl-C; nothing may be left."""
    os.killpg(process.pid, signal.SIGINT)
    lines = lines_until(process, "stopped and removed")
    assert process.wait(30) == 0, "\n".join([*lines, *(process.stdout or ())])
    assert processes_in(folder) == []
    assert list(folder.iterdir()) == []


def test_a_terminal_runs_the_guides_commands(folder: Path, built_site: Build) -> None:
    built_site("mkdocs")
    with tried(folder) as process:
        printed = lines_until(process, "Press Ctrl-C")
        assert any("on this machine" in line for line in printed)
        # a machine may have no Chromium that opens windows
        assert any(
            re.search("There is no display|start Chromium like this:", line) for line in printed
        )
        assert any("--ignore-certificate-errors-spki-list=" in line for line in printed)
        ready = [line for line in printed if re.match(r"    (cd|\.) ", line)]
        assert len(ready) == 2
        address = re.findall(r"http://127[.]0[.]0[.]1:[0-9]+/", "\n".join(printed))
        commands = [
            *ready,
            "set -e",
            "for script in create_user_pool create_user set_oidc_constants; do",
            f'  curl -fsSLO "{address[0]}scripts/$script.py"',
            "done",
            "python3 create_user_pool.py --region eu-west-1 --user-pool-name a --app-client-name b"
            " > made.json",
            "id=$(grep -o 'eu-west-1_[0-9A-Za-z]*' made.json | head -1)",
            "python3 create_user.py --region eu-west-1 --user-pool-id $id --username ada"
            " --email ada@acme.example --name Ada",
            "python3 set_oidc_constants.py --oidc-url https://cognito-idp.eu-west-1.amazonaws.com/$id"
            " --client-id abc --file lib/constants.ts",
        ]
        own = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "AWS_PROFILE": "mine"}
        result = subprocess.run(
            ["bash", "-c", "\n".join(commands)], env=own, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stderr
        lines = lines_until(process, "amazonaws.com/Prod/")
        assert any(
            re.search(r"Email to ada@acme.example: .*password is \S+", line) for line in lines
        )
        assert "execute-api.eu-west-1" in lines[-1]
        end(process, folder)


@pytest.mark.only_full
def test_it_follows_the_guide(folder: Path, built_site: Build) -> None:
    built_site("mkdocs")
    with tried(folder, "--route", "aws cli", "--region", "us-gov-west-1") as process:
        printed = lines_until(process, "stopped and removed")
        assert "6. Sign in" in printed
        assert any("Greetings, Grace Hopper!" in line for line in printed)
        assert process.wait(30) == 0
    assert list(folder.iterdir()) == []


@pytest.mark.only_full
def test_it_can_be_ended_on_its_way(folder: Path, built_site: Build) -> None:
    built_site("mkdocs")
    with tried(folder, "--route", "script") as process:
        lines_until(process, "1. Create")
        end(process, folder)


@pytest.mark.only_full
def test_it_can_be_ended_while_it_starts(folder: Path, built_site: Build) -> None:
    built_site("mkdocs")
    with tried(folder) as process:
        lines_until(process, "Starting")
        end(process, folder)


@pytest.mark.only_full
@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--route=skript", "ROUTE is 'skript'; choose one of Script, AWS CLI, "),
        ("--region=eu-west", "REGION is 'eu-west'; choose one of "),
    ],
)
def test_a_choice_that_there_is_not_is_named_in_a_line(
    option: str, message: str, folder: Path
) -> None:
    with tried(folder, option) as process:
        assert process.stdout
        (line,) = process.stdout
        assert line.startswith(f"make try: {message}")
        assert process.wait(30) == 1
    assert list(folder.iterdir()) == []
