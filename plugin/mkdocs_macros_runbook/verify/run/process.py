"""Processes that blocks start: what they may see, how long and how much, and that they all end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: every process of a walkthrough has this variable, with the walkthrough's own word
MARK = "RUNBOOK_WALKTHROUGH"
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")
_REFUSING = "http://127.0.0.1:9"  # the discard port: nobody listens
_GUARD = Path(__file__).with_name("guard")


@dataclass(frozen=True)
class Limits:
    """How long a block may take, in seconds, and how much it may print, in characters."""

    seconds: float = 60.0
    characters: int = 1_000_000


@dataclass(frozen=True)
class Ran:
    """What came of a block: what it printed, and what went wrong, if anything."""

    output: str
    errors: str
    trouble: str = ""
    #: the command at which a terminal ended, where it could say so
    command: str = ""


def scrubbed(folder: Path, mark: str, more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a walkthrough: nothing of the author's but the way to commands.

    No credential is in it, and a request to another host meets a proxy that refuses it.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    proxies = {
        spelling: _REFUSING
        for name in ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy")
        for spelling in (name, name.upper())
    }
    return {
        **kept,
        "HOME": str(folder),
        "PWD": str(folder),
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "NO_COLOR": "1",
        "NODE_OPTIONS": f'--require "{_GUARD / "loopback.cjs"}"',
        "PYTHONPATH": str(_GUARD),
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_TERMINAL_PROMPT": "0",
        **proxies,
        **more,
        MARK: mark,
    }


def end_all(mark: str, folder: Path, *leaders: int, adopter: int = 0) -> list[int]:
    """End every process of a walkthrough, and return those that had to be ended.

    They are found by their ancestors, by the variable that they inherited, and by the folder that
    they work in: one that leaves its group, its parents and its environment is still there. An
    `adopter` is spared, but not what it adopted.
    """
    ended: list[int] = []
    for leader in leaders:
        with_group(leader, signal.SIGKILL)
    deadline = time.monotonic() + 5
    ancestors = (*leaders, adopter) if adopter else leaders
    while (found := _processes(mark, folder, ancestors)) and time.monotonic() < deadline:
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
            ended.append(pid)
        time.sleep(0.01)
    return ended


def with_group(leader: int, signal_number: int) -> None:
    """Send a signal to the group that `leader` leads, if it is still there."""
    try:
        os.killpg(leader, signal_number)
    except (ProcessLookupError, PermissionError):
        return


def _processes(mark: str, folder: Path, leaders: tuple[int, ...]) -> list[int]:
    if not Path("/proc").is_dir():  # not Linux: the group is all that can be known
        return []
    wanted = f"{MARK}={mark}".encode()
    family = set(leaders)
    found = []
    # strings rather than paths: this looks at every process of the machine
    for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):  # noqa: PTH208
        if pid == os.getpid():
            continue
        try:
            with open(f"/proc/{pid}/stat", "rb") as stat:  # noqa: PTH123
                state, parent = stat.read().rpartition(b")")[2].split()[:2]
            if state == b"Z":
                continue
            with open(f"/proc/{pid}/environ", "rb") as environ:  # noqa: PTH123
                is_ours = int(parent) in family or wanted in environ.read().split(b"\0")
            if is_ours or Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(folder):  # noqa: PTH115
                family.add(pid)
                found.append(pid)
        except OSError:
            continue  # it ended meanwhile, or is somebody else's
    return found


def read_capped(file: Path, limits: Limits) -> str:
    """Return what was printed into `file`, no more than may be."""
    if not file.exists():
        return ""
    with file.open("rb") as opened:
        return opened.read(limits.characters).decode("utf-8", errors="replace")


def is_too_much(file: Path, limits: Limits) -> bool:
    """Say whether more was printed into `file` than may be."""
    return file.exists() and file.stat().st_size > limits.characters


def remove(folder: Path) -> None:
    """Remove a folder, also where a block made folders in it unreadable."""
    for above, names, _ in os.walk(folder):  # which looks into each folder after this
        for name in names:
            path = Path(above, name)
            if not path.is_symlink():
                path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def run_tool(command: list[str], folder: Path, seconds: float = 60.0) -> Ran:
    """Run a checker of the author's machine, such as a compiler, in `folder`."""
    try:
        ran = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ran("", "", f"{command[0]} took longer than {seconds:g} s")
    except FileNotFoundError:
        return Ran("", "", f"there is no command {command[0]}")
    trouble = f"{command[0]} ended with code {ran.returncode}" if ran.returncode else ""
    return Ran(ran.stdout, ran.stderr, trouble)
