"""Run each Python block in a forked process, isolated from the others.

This program is started by its path. It imports little, because a fork copies the memory that it
touches. Each line that it reads is a request, as JSON, to run a block that is already compiled;
each line that it writes is a message about the block's process.
"""

from __future__ import annotations

import atexit
import builtins
import ctypes
import gc
import json
import marshal
import os
import signal
import sys
import threading
import traceback
from contextlib import suppress
from types import ModuleType
from typing import Any

_COMPARED = "_runbook_compared"  # see program.py
_encode = json.JSONEncoder().encode  # works even if a block breaks the module


class _Prints:
    """Records what the block itself prints, and prints it."""

    def __init__(self, file: str) -> None:
        self.records: list[tuple[int, str, list[tuple[str, bool]]]] = []
        self._file, self.real = file, builtins.print

    def __call__(self, *values: Any, sep: str | None = " ", **named: Any) -> None:
        caller = sys._getframe(1)
        if caller.f_code.co_filename == self._file:
            texts = [(_text(value), isinstance(value, str)) for value in values]
            self.records.append((caller.f_lineno, " " if sep is None else sep, texts))
        self.real(*values, sep=sep, **named)


def _text(value: Any) -> str:
    """Return what a page shows for a printed value: a set is sorted, as by pytest-examples."""
    if isinstance(value, set) and value:
        return f"{{{', '.join(repr(member) for member in sorted(value))}}}"
    return str(value)


def _run(request: dict[str, Any]) -> dict[str, Any]:
    """Run a block as a program of its own; return its prints, or an error."""
    file = request["file"]
    program = ModuleType("__main__")
    program.__file__ = file
    sys.modules["__main__"] = program
    prints = _Prints(file)
    if request["compare"]:
        builtins.print = prints
    try:
        exec(marshal.loads(bytes.fromhex(request["code"])), program.__dict__)  # noqa: S102, S302
    except SystemExit as end:
        if end.code not in (None, 0):
            return {"error": f"it ended with SystemExit({end.code!r})"}
        line = _lines_of(end, file)[0]
        if not any(first <= line <= last for first, last in request["last_statements"]):
            return {"error": "it ended with SystemExit before its last line"}
    except BaseException as error:
        text = "".join(traceback.format_exception_only(error)).rstrip()
        text = (text + _comparison(error)).replace(file, "the block")
        return {"error": text, "line": _lines_of(error, file)[-1]}
    finally:
        builtins.print = prints.real
    return {"prints": prints.records}


def _lines_of(error: BaseException, file: str) -> list[int]:
    """Return the lines of the block that led to `error`, the outermost first; or 0."""
    steps = traceback.extract_tb(error.__traceback__)
    return [step.lineno or 0 for step in steps if step.filename == file] or [0]


def _comparison(error: BaseException) -> str:
    """Return what a failed assertion compared, or nothing."""
    step = error.__traceback__
    while step and step.tb_next:
        step = step.tb_next
    if step is None or not isinstance(error, AssertionError) or error.args:
        return ""
    with suppress(Exception):  # there was no comparison, or a value has no text
        left, right, operator, first, last = step.tb_frame.f_locals[_COMPARED]
        if first <= step.tb_lineno <= last:  # it is not that of an assertion before
            return f": assert {left!r} {operator} {right!r}"
    return ""


def _run_and_exit(request: dict[str, Any]) -> None:
    """Run one block in this forked process; never return."""
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDONLY)
        out = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        err = os.open(request["errors"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for opened, stream in ((nothing, 0), (out, 1), (err, 2)):
            os.dup2(opened, stream)
        os.closerange(3, 256)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
        _change_environment(request["environment"])
        os.chdir(request["folder"])
        sys.argv = [request["file"]]
        sys.path[0:0] = [request["folder"]]
        answer = _run(request)
        # What the interpreter does at its end. There is no public way: a fork that ends as the
        # interpreter does would end the server's own affairs too.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        with open(request["answer"], "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(_encode(answer))
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(0)


def _change_environment(environment: dict[str, str]) -> None:
    """Change the environment to `environment`; most variables are the same already."""
    for name in os.environ.keys() - environment:
        del os.environ[name]
    for name, text in environment.items():
        if os.environ.get(name) != text:
            os.environ[name] = text


def _adopt_orphans() -> None:
    """Become the parent of what blocks leave running, so that it can be found; on Linux only."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _reap() -> None:
    """Collect the exit codes of adopted processes that ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main() -> None:
    """Serve requests until the input closes."""
    _adopt_orphans()
    gc.freeze()  # so a fork does not touch the objects that exist already
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _reap()
        pid = os.fork()
        if pid == 0:
            _run_and_exit(request)
        _send({"pid": pid})
        _, status = os.waitpid(pid, 0)
        _send({"ended": os.waitstatus_to_exitcode(status)})


def _send(message: dict[str, int]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
