"""The parent of a process: on Linux, the process can end with it, even if that is killed.

The server imports this file by its name alone.
"""

from __future__ import annotations

import ctypes
import signal
import sys

_PDEATHSIG = 1  # of prctl(2)


def end_with_parent() -> None:
    """Have this process killed when its parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
