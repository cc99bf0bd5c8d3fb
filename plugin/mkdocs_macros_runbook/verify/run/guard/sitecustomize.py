"""What every Python that a block starts does first: stay on this machine, and say what it ran.

`RUNBOOK_SCRIPTS` names scripts by their paths. Where one of them is what this Python was started
with, the lines of it that ran are written, when the process ends, below the folder that
`RUNBOOK_LINES` names.
"""

import atexit
import os
import sys
import threading
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from types import FrameType
from typing import Any

Note = Callable[[FrameType, str, Any], Any]

_here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 (pathlib takes time)
_spec = spec_from_file_location(
    "_runbook_loopback",
    os.path.join(os.path.dirname(_here), "loopback.py"),  # noqa: PTH118, PTH120
)
assert _spec and _spec.loader
_loopback = module_from_spec(_spec)
_spec.loader.exec_module(_loopback)
_loopback.stay()

_record = os.environ.get("RUNBOOK_LINES")
_scripts = {*filter(None, os.environ.get("RUNBOOK_SCRIPTS", "").split(os.pathsep))}
# started as `python3 create.py`, by another path, or as a module
_started = {os.path.realpath(word + end) for word in sys.orig_argv[1:] for end in ("", ".py")}
if _record and _started & _scripts:
    _lines: set[tuple[str, int]] = set()
    _known: dict[str, bool] = {}

    def _note_line(frame: FrameType, event: str, _: object) -> Note:
        if event == "line":
            _lines.add((frame.f_code.co_filename, frame.f_lineno))
        return _note_line

    def _note_call(frame: FrameType, _event: str, _: object) -> Note | None:
        name = frame.f_code.co_filename
        if name not in _known:
            _known[name] = os.path.realpath(name) in _scripts
        return _note_line if _known[name] else None

    def _write() -> None:
        sys.settrace(None)
        name = os.path.join(str(_record), f"{os.getpid()}-{id(_lines)}")  # noqa: PTH118
        with open(name, "w", encoding="utf-8") as file:  # noqa: PTH123
            for script, line in sorted(_lines):
                print(line, os.path.basename(script), file=file)  # noqa: PTH119

    atexit.register(_write)
    threading.settrace(_note_call)
    sys.settrace(_note_call)
