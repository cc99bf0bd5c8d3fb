"""How much less a second run of the guide's blocks takes, if nothing changed.

    .venv/bin/python tests/benchmarks/reuse.py

Printed is the CPU time, user and system, of `pytest docs --runbook-fresh` and of `pytest docs`
after it, with all their processes, and the ratio.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
_SET_CHILD_SUBREAPER = 36  # of Linux's prctl


def cpu_seconds(*arguments: str) -> float:
    """Run the guide's blocks, and return the CPU time that it took."""
    before = os.times()
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "docs", *arguments]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(f"the blocks could not be verified:\n{result.stdout}{result.stderr}")
    with suppress(ChildProcessError):  # until there is none
        while os.wait():
            pass
    after = os.times()
    print(*result.stdout.splitlines()[-12:], sep="\n")
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system


def main() -> int:
    """Print the times and the ratio; return 0."""
    # What a run leaves to end by itself is then a child of this process.
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    first = cpu_seconds("--runbook-fresh")
    second = cpu_seconds()
    print(f"first run {first:.1f} s, second run {second:.1f} s, {first / second:.1f} times faster")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
