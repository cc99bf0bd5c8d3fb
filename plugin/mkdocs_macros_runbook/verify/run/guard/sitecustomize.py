"""What every Python that a block starts does first: block the network, and record lines that run.

It writes each line at once, as to a terminal, unless a pipe reads them: so the lines of both
streams, and of programs that it starts, keep their order.

`RUNBOOK_SCRIPTS` holds file names of scripts. If this Python was started with one of them, the
lines of it that ran are written below the folder `RUNBOOK_LINES` when the process ends.
"""

import atexit
import os
import stat
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import runbook_loopback  # type: ignore[import-not-found] # beside this file, which is on the path

Trace = Callable[[FrameType, str, Any], Any]

runbook_loopback.block_network()

if sys.stdout and stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode):
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]

_folder = os.environ.get("RUNBOOK_LINES")
_scripts = {*filter(None, os.environ.get("RUNBOOK_SCRIPTS", "").split(os.pathsep))}
# started as `python3 create.py`, by another path, or as a module
_started = {os.path.realpath(word + end) for word in sys.orig_argv[1:] for end in ("", ".py")}
if _folder and _scripts & {*map(os.path.basename, _started)}:
    _lines: set[tuple[str, int]] = set()
    _paths: dict[str, str] = {}  # of scripts by the names of their code; "" for other files

    def _trace_line(frame: FrameType, event: str, _: object) -> Trace:
        if event == "line":
            _lines.add((frame.f_code.co_filename, frame.f_lineno))
        return _trace_line

    def _trace_call(frame: FrameType, _event: str, _: object) -> Trace | None:
        name = frame.f_code.co_filename
        if name not in _paths:
            path = os.path.realpath(name)
            _paths[name] = path if os.path.basename(path) in _scripts else ""  # noqa: PTH119
        return _trace_line if _paths[name] else None

    def _write() -> None:
        sys.settrace(None)
        # os.path, since pathlib takes long to import
        name = os.path.join(str(_folder), f"{os.getpid()}-{id(_lines)}")  # noqa: PTH118
        with open(name, "w", encoding="utf-8") as file:  # noqa: PTH123
            for script, line in sorted(_lines):
                print(line, _paths[script], file=file)

    atexit.register(_write)
    threading.settrace(_trace_call)
    sys.settrace(_trace_call)
