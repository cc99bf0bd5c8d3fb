"""The process that runs Python blocks, a fork for each: none meets what another left behind.

It is started by its path, and imports little: each fork copies what it touches. A line of JSON asks
for a block, which was compiled by the one who asks; a line of JSON answers.
"""

from __future__ import annotations

import ast
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
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

_LOOK = {"abs", "isinstance", "len", "repr", "round", "str", "type"}
_encode = json.JSONEncoder().encode  # still itself where a block breaks the module


def _stay_on_this_machine() -> None:
    name = os.path.join(os.path.dirname(__file__), "loopback.py")  # noqa: PTH118, PTH120
    spec = spec_from_file_location("_runbook_loopback", name)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.stay()


class _Prints:
    """Notes what the block itself prints, and prints it."""

    def __init__(self, file: str) -> None:
        self.noted: list[tuple[int, str, list[tuple[str, bool]]]] = []
        self._file, self.real = file, builtins.print

    def __call__(self, *values: Any, sep: str | None = " ", **named: Any) -> None:
        caller = sys._getframe(1)
        if caller.f_code.co_filename == self._file:
            texts = [(_text(value), isinstance(value, str)) for value in values]
            self.noted.append((caller.f_lineno, " " if sep is None else sep, texts))
        self.real(*values, sep=sep, **named)


def _text(value: Any) -> str:
    """Return what a page shows for a printed value: a set in its order, as pytest-examples."""
    if isinstance(value, set) and value:
        return f"{{{', '.join(repr(member) for member in sorted(value))}}}"
    return str(value)


def _run(asked: dict[str, Any]) -> dict[str, Any]:
    """Run a block as a program of its own; return what came of it."""
    file = asked["file"]
    program = ModuleType("__main__")
    program.__file__ = file
    sys.modules["__main__"] = program
    prints = _Prints(file)
    if asked["compare"]:
        builtins.print = prints
    try:
        exec(marshal.loads(bytes.fromhex(asked["code"])), program.__dict__)  # noqa: S102, S302
    except SystemExit as end:
        if end.code not in (None, 0):
            return {"trouble": f"it ended with SystemExit({end.code!r})"}
        line = _lines_of(end, file)[0]
        if not any(first <= line <= last for first, last in asked["last_statements"]):
            return {"trouble": "it ended with SystemExit before its last line"}
    except BaseException as error:
        told = _explained(error, file) if isinstance(error, AssertionError) else error
        return {"trouble": _told(told, file), "line": _lines_of(error, file)[-1]}
    finally:
        builtins.print = prints.real
    return {"prints": prints.noted}


def _lines_of(error: BaseException, file: str) -> list[int]:
    """Return the lines of the block that led to `error`, the outermost first; or 0."""
    steps = traceback.extract_tb(error.__traceback__)
    return [step.lineno or 0 for step in steps if step.filename == file] or [0]


def _explained(error: AssertionError, file: str) -> AssertionError:
    """Return an assertion's failure as pytest tells it: what was compared with what.

    The assertion is evaluated again, where it failed, unless that could do something. That pytest
    rewrites all of a block's assertions before it runs would cost each block more than all else.
    """
    step = error.__traceback__
    while step and step.tb_next:
        step = step.tb_next
    if error.args or step is None or step.tb_frame.f_code.co_filename != file:
        return error
    try:
        from _pytest.assertion.rewrite import rewrite_asserts

        with open(file, encoding="utf-8") as opened:  # noqa: PTH123
            source = opened.read()
        (*_, failed) = (
            node
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Assert)
            and node.lineno <= step.tb_lineno <= (node.end_lineno or 0)
        )
        if not _only_looks(failed):
            return error
        again = ast.Module([failed], [])
        rewrite_asserts(again, source.encode(), file)
        names = {**step.tb_frame.f_globals, **step.tb_frame.f_locals}
        exec(compile(again, file, "exec"), names)  # noqa: S102
    except AssertionError as told:
        return told
    except BaseException:  # it does not fail twice, or not alike
        return error
    return error


def _only_looks(failed: ast.Assert) -> bool:
    """Say whether an assertion calls nothing but functions that change nothing."""
    return all(
        isinstance(node.func, ast.Name) and node.func.id in _LOOK
        if isinstance(node, ast.Call)
        else not isinstance(node, ast.Await | ast.NamedExpr | ast.Yield | ast.YieldFrom)
        for node in ast.walk(failed)
    )


def _told(error: BaseException, file: str) -> str:
    return "".join(traceback.format_exception_only(error)).rstrip().replace(file, "the block")


def _child(asked: dict[str, Any]) -> None:
    """Become a block's process; never returns."""
    answer: dict[str, Any] = {"trouble": "it broke the process that ran it"}
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDONLY)
        out = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        err = os.open(asked["errors"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for opened, stream in ((nothing, 0), (out, 1), (err, 2)):
            os.dup2(opened, stream)
        os.closerange(3, 256)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
        _become(asked["environment"])
        os.chdir(asked["folder"])
        sys.argv = [asked["file"]]
        sys.path[0:0] = [asked["folder"]]
        answer = _run(asked)
        threading._shutdown()  # type: ignore[attr-defined] # as the interpreter does
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        with open(asked["result"], "w", encoding="utf-8") as result:  # noqa: PTH123
            result.write(_encode(answer))
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(0)


def _adopt_orphans() -> None:
    """Become the parent of what blocks leave behind, so that it is found: on Linux, that is."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def _bury() -> None:
    """Take note of the end of what was adopted."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(environment: dict[str, str]) -> None:
    """Take over an environment: most of it is the server's own already."""
    for name in os.environ.keys() - environment:
        del os.environ[name]
    for name, text in environment.items():
        if os.environ.get(name) != text:
            os.environ[name] = text


def main() -> None:
    """Answer until nobody asks."""
    _stay_on_this_machine()
    _adopt_orphans()
    gc.freeze()  # a fork need not look at what is there already
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        _bury()
        pid = os.fork()
        if pid == 0:
            _child(asked)
        _say({"pid": pid})
        _, status = os.waitpid(pid, 0)
        _say({"ended": os.waitstatus_to_exitcode(status)})


def _say(answer: dict[str, int]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
