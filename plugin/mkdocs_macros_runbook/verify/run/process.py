"""Processes that blocks start: their environment, their limits, and how all of them end.

What this process computes for a block itself, such as comparisons of output, has a limit, too.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from ...problem import Failure

#: the variable that tags every process of a walkthrough
TAG = "RUNBOOK_WALKTHROUGH"
#: what changes how commands write dates, numbers and messages
LOCALE = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
_INHERITED = ("PATH", *LOCALE, "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")
_REFUSING_PROXY = "http://127.0.0.1:9"  # the discard port, where nothing listens
# ssh finds the author's keys by the user's name, not by HOME
_SSH = "ssh -F none -o IdentityFile=none -o IdentityAgent=none -o BatchMode=yes"
_GUARD = Path(__file__).with_name("guard")


@dataclass(frozen=True)
class Limits:
    """How long a block may take, in seconds, and how much it may print, in characters."""

    seconds: float = 60.0
    characters: int = 1_000_000
    #: when all of the block has to have ended, by `time.monotonic`
    deadline: float = math.inf


@dataclass(frozen=True)
class Result:
    """The result of a block: its output and, if it failed, the reason."""

    output: str
    errors: str = ""
    error: str = ""
    #: the command at which a terminal ended, if it is known
    command: str = ""
    #: the code that a terminal ended with; 0 if it did not end
    code: int = 0

    @property
    def all_output(self) -> str:
        """The output, and what was printed as errors after it."""
        return "\n".join(filter(None, (self.output.rstrip("\n"), self.errors.rstrip("\n"))))


class Watch:
    """Limits over a block that runs now, and the open files that it prints to."""

    def __init__(self, limits: Limits, *files: int) -> None:
        self._limits, self._files = limits, files
        self._deadline = min(limits.deadline, time.monotonic() + limits.seconds)

    def too_much(self) -> str:
        """Return an error if the block printed too much."""
        characters = self._limits.characters
        size = max(os.fstat(file).st_size for file in self._files)
        return f"the block printed more than {characters:,} characters" if size > characters else ""

    def too_long(self) -> str:
        """Return an error if the block takes too long."""
        if time.monotonic() <= self._deadline:
            return ""
        return f"the block took longer than {self._limits.seconds:g} s (limit: runbook_seconds)"

    def read(self, file: int) -> str:
        """Return what was printed to `file`, up to the limit."""
        return os.pread(file, self._limits.characters, 0).decode("utf-8", errors="replace")


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise `Failure` in the body if it computes longer than `seconds`.

    Waiting for other processes does not count: they have limits of their own.
    """
    if threading.current_thread() is not threading.main_thread():  # the only one with signals
        yield
        return

    def fail(signal_number: int, frame: FrameType | None) -> None:
        raise Failure(
            f"comparing the block took longer than {seconds:g} s (limit: runbook_seconds)"
        )

    before = signal.signal(signal.SIGVTALRM, fail)
    # repeated, in case that a library catches the first
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def clean_environment(folder: Path, tag: str, more: Mapping[str, str]) -> dict[str, str]:
    """Return an environment for blocks: of the author's own, only what commands need to run.

    It has what every terminal has, such as the user's name. It has no credentials, and sends
    requests to other hosts to a proxy that refuses them. A `PYTHONPATH` in `more` comes after that
    of the guard.
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    proxies = {
        spelling: _REFUSING_PROXY
        for name in ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy")
        for spelling in (name, name.upper())
    }
    path = [str(_GUARD), *filter(None, [more.get("PYTHONPATH")])]
    user = _user()
    return {
        **inherited,
        "HOME": str(folder),
        "PWD": str(folder),
        "USER": user,
        "LOGNAME": user,
        "TERM": "xterm",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "NO_COLOR": "1",
        "NODE_OPTIONS": f'--require "{_GUARD / "loopback.cjs"}"',
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",  # the order of a set is the same in each run
        "GIT_TERMINAL_PROMPT": "0",
        "PIP_RETRIES": "0",  # another host is never there
        "npm_config_fetch_retries": "0",
        "GIT_SSH_COMMAND": _SSH,
        **proxies,
        **more,
        "PYTHONPATH": os.pathsep.join(path),
        TAG: tag,
    }


def _user() -> str:
    """Return the name that the password database has for the user, as `id -un` says it."""
    import pwd  # not on Windows

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return "reader"  # as in the namespaces


def kill_all(tag: str, folder: Path) -> None:
    """Kill every process of a walkthrough.

    They are found by the variable that they inherited, by the folder that they work in, and by
    their ancestors. This is for when there is no server that adopted them.
    """
    deadline = time.monotonic() + 5
    while (pids := _processes(tag, folder)) and time.monotonic() < deadline:
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def _processes(tag: str, folder: Path) -> list[int]:
    if not Path("/proc").is_dir():  # not Linux: they cannot be found
        return []
    variable = f"{TAG}={tag}".encode()
    family = set[int]()
    pids = []
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
                is_ours = int(parent) in family or variable in environ.read().split(b"\0")
            if is_ours or Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(folder):  # noqa: PTH115
                family.add(pid)
                pids.append(pid)
        except OSError:
            continue  # it ended meanwhile, or belongs to another user
    return pids


def run_tool(
    command: list[str],
    folder: Path,
    seconds: float | None = 60.0,
    environment: Mapping[str, str] | None = None,
) -> Result:
    """Run a tool of the author's machine, such as a compiler, in `folder`."""
    name = Path(command[0]).name
    try:
        process = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        limit = f"{seconds:g} s (limit: runbook_seconds)"
        return Result("", error=f"{name} took longer than {limit}")
    except FileNotFoundError:
        what = f"command `{name}`" if folder.is_dir() else f"folder {folder}"
        return Result("", error=f"there is no {what}")
    code = process.returncode
    error = f"{name} ended with code {code}" if code else ""
    return Result(process.stdout, process.stderr, error, code=code)
