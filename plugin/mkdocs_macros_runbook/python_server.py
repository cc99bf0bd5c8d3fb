"""The process that runs Python blocks, a fork for each: none meets what another left behind.

It is started by its path, and imports little: each fork copies what it touches. A line of JSON asks
for a block, which was compiled by the one who asks; a line of JSON answers.
"""

from __future__ import annotations

import ast
import atexit
import builtins
import gc
import json
import marshal
import os
import signal
import sys
import threading
import traceback
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

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
        if _line_of(end, file) < asked["last_statement"]:
            return {"trouble": "it ended with SystemExit before its last line"}
    except BaseException as error:
        told = _explained(error, file) if isinstance(error, AssertionError) else error
        return {"trouble": _told(told, file), "line": _line_of(error, file)}
    finally:
        builtins.print = prints.real
    return {"prints": prints.noted}


def _line_of(error: BaseException, file: str) -> int:
    """Return the line of the block that `error` came from, or 0."""
    lines = [
        step.lineno for step in traceback.extract_tb(error.__traceback__) if step.filename == file
    ]
    return (lines or [0])[-1] or 0


def _explained(error: AssertionError, file: str) -> AssertionError:
    """Return an assertion's failure as pytest tells it: what was compared with what.

    The assertion is evaluated again, where it failed. That pytest rewrites all of a block's
    assertions before it runs would cost each block more than all else.
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
        again = ast.Module([failed], [])
        rewrite_asserts(again, source.encode(), file)
        names = {**step.tb_frame.f_globals, **step.tb_frame.f_locals}
        exec(compile(again, file, "exec"), names)  # noqa: S102
    except AssertionError as told:
        return told
    except BaseException:  # it does not fail twice, or not alike
        return error
    return error


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
    gc.freeze()  # a fork need not look at what is there already
    for line in sys.stdin.buffer:
        asked = json.loads(line)
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
