"""Temporary folders of a run, which the next run removes if this one is killed.

A folder is locked as long as its run lives: the system unlocks it when the process ends.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .process import kill_all

_KINDS = ("built", "server", "walkthrough")


@dataclass(frozen=True)
class Folder:
    """A temporary folder, and the open file that locks it."""

    path: Path
    lock: int

    def remove(self) -> None:
        """Remove the folder, even if a block made folders in it unreadable."""
        for above, names, _ in os.walk(self.path):  # it looks into these folders later
            for name in names:
                path = Path(above, name)
                if not path.is_symlink():
                    path.chmod(0o700)
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self.lock)


def new_folder(kind: str) -> Folder:
    """Return a new folder for one of `_KINDS` of things."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=f"runbook-{kind}-"))
        if (lock := _lock(path)) is not None:  # else a run that clears up was faster
            return Folder(path, lock)


def remove_abandoned() -> None:
    """Remove the folders of runs that were killed, and kill the processes that work in them."""
    for kind in _KINDS:
        for path in Path(tempfile.gettempdir()).glob(f"runbook-{kind}-*"):
            if (lock := _lock(path)) is not None:
                kill_all(path.name, path)
                Folder(path, lock).remove()


def _lock(path: Path) -> int | None:
    """Lock a folder of this user; return `None` if it is locked already, gone, or a link."""
    import fcntl  # not on Windows, where pytest imports this module too

    try:
        lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
    except OSError:
        return None
    with suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.is_dir() and os.fstat(lock).st_uid == os.geteuid():
            return lock
    os.close(lock)
    return None
