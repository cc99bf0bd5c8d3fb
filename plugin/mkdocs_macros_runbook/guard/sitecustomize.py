"""What every Python that a block starts does first: stay on this machine, and say what it ran.

`RUNBOOK_SCRIPTS` names scripts by their paths. Where one of them is what this Python was started
with, the lines of it that ran are written, when the process ends, below the folder that
`RUNBOOK_LINES` names.
"""

import atexit
import os
import sys
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
_scripts = os.environ.get("RUNBOOK_SCRIPTS", "").split(os.pathsep)
_script = os.path.abspath(sys.orig_argv[1]) if len(sys.orig_argv) > 1 else ""  # noqa: PTH100
if _record and _script in _scripts:
    _lines: set[int] = set()

    def _note_line(frame: FrameType, event: str, _: object) -> Note:
        if event == "line":
            _lines.add(frame.f_lineno)
        return _note_line

    def _note_call(frame: FrameType, _event: str, _: object) -> Note | None:
        return _note_line if frame.f_code.co_filename == _script else None

    def _write() -> None:
        sys.settrace(None)
        name = os.path.join(str(_record), f"{os.getpid()}-{id(_lines)}")  # noqa: PTH118
        with open(name, "w", encoding="utf-8") as file:  # noqa: PTH123
            for line in sorted(_lines):
                print(line, os.path.basename(_script), file=file)  # noqa: PTH119

    atexit.register(_write)
    sys.settrace(_note_call)
