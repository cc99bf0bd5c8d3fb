"""Run a Python block in this process, which the server forked for it.

The server imports this file by its name alone, before it forks. It is no part of the package.
"""

from __future__ import annotations

import atexit
import builtins
import gc
import io
import json
import marshal
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext, suppress
from types import ModuleType
from typing import Any

from pool_errors import PoolErrors  # type: ignore[import-not-found] # beside this file
from prints import Prints  # type: ignore[import-not-found] # beside this file

_ASSERTIONS = "_runbook_assertions"  # see program.py
# these work even if a block breaks the module
_encode, _decode = json.JSONEncoder().encode, json.JSONDecoder().decode
_receive_files = socket.recv_fds
_BUFFERED = (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)
_Add = Callable[[str, BaseException | None], None]


def _run(request: dict[str, Any], program: ModuleType) -> dict[str, Any]:
    """Run a block with the names of `program`; return its error if it has one."""
    file = request["file"]
    if file != "<stdin>":  # of a session
        program.__file__ = file
    program.__package__ = request["package"] or None
    sys.modules["__main__"] = program
    setattr(builtins, _ASSERTIONS, _assertions)  # where a block does not see the name
    try:
        exec(marshal.loads(bytes.fromhex(request["code"])), program.__dict__)  # noqa: S102, S302
    except SystemExit as end:
        return _exit(end, _lines_of(end, file)[0], request["last_statements"])
    except BaseException as error:
        return _error(error, file)
    return {}


def _exit(end: SystemExit, line: int, last_statements: list[list[int]]) -> dict[str, Any]:
    """Return what to say of a block that left Python at `line`; print its message, if any."""
    if end.code in (None, 0):
        if any(first <= line <= last for first, last in last_statements):
            return {}
        return {"error": "the block ended with SystemExit before its last line"}
    code = end.code if isinstance(end.code, int) else 1
    if code is not end.code:
        with suppress(Exception):  # the stream is closed, or what it prints has no text
            sys.stderr.write(f"{end.code}\n")
    return {"error": f"the block ended with SystemExit({end.code!r})", "code": code}


def _error(error: BaseException, file: str) -> dict[str, Any]:
    """Return what to say of a block that raised `error`."""
    text = "".join(traceback.format_exception_only(error)).rstrip()
    steps = error.__traceback__ and error.__traceback__.tb_next  # the first one is in this file
    return {
        "error": text.replace(file, "the block") or "an exception",
        "comparison": _assertions.text_of(error),
        "line": _lines_of(error, file)[-1],
        "trace": "".join(traceback.format_exception(type(error), error, steps)),
    }


def _watch_unhandled(file: str, errors: list[dict[str, Any]]) -> _Add:
    """Add each exception that a thread or the end raises to `errors`; return what adds one."""

    def add(where: str, error: BaseException | None) -> None:
        if error is not None and not isinstance(error, SystemExit):
            text = "".join(traceback.format_exception_only(error)).rstrip()
            text = f"{text} (in {where})".replace(file, "the block")
            errors.append({"error": text, "line": _lines_of(error, file)[-1]})

    def thread_hook(args: threading.ExceptHookArgs) -> None:
        add("a thread", args.exc_value)
        threading.__excepthook__(args)

    def unraisable_hook(args: sys.UnraisableHookArgs) -> None:
        where = (args.err_msg or "an object that was deleted").removeprefix("Exception ignored in ")
        add(where, args.exc_value)
        sys.__unraisablehook__(args)

    threading.excepthook, sys.unraisablehook = thread_hook, unraisable_hook
    return add


def _watch_tasks(request: dict[str, Any], add: _Add) -> None:
    """Add each exception that a task raises, if the block may have tasks."""
    if b"asyncio" in bytes.fromhex(request["code"]):
        from asyncio import BaseEventLoop  # the block would import it anyway

        in_task = BaseEventLoop.default_exception_handler

        def task_hook(self: BaseEventLoop, context: dict[str, Any]) -> None:
            add("a task", context.get("exception"))
            in_task(self, context)

        BaseEventLoop.default_exception_handler = task_hook  # type: ignore[method-assign]


def _lines_of(error: BaseException, file: str) -> list[int]:
    """Return the lines of the block that led to `error`, the outermost first; or 0."""
    steps = traceback.extract_tb(error.__traceback__)
    return [step.lineno or 0 for step in steps if step.filename == file] or [0]


class _Assertions:
    """What assertions compare: nothing of one that has ended, but the text of one that failed."""

    def __init__(self) -> None:
        self._operands: dict[int, list[Any]] = {}
        #: by the frame's number, the text and the lines of the assertion
        self._failures: dict[int, tuple[str, int, int]] = {}

    def left(self, value: Any) -> Any:
        self._operands[id(sys._getframe(1))] = [value]
        return value

    def right(self, value: Any) -> Any:
        self._operands[id(sys._getframe(1))].append(value)
        return value

    def holds(self) -> bool:
        self._operands.pop(id(sys._getframe(1)))
        return True

    def fails(self, sign: str, first: int, last: int) -> bool:
        frame = id(sys._getframe(1))
        with suppress(Exception):  # a value has no text
            left, right = map(repr, self._operands.pop(frame))
            self._failures[frame] = f": assert {left} {sign} {right}", first, last
        return False

    def text_of(self, error: BaseException) -> str:
        """Return what a failed assertion compared, or nothing."""
        if isinstance(error, AssertionError) and not error.args and error.__traceback__:
            *_, (frame, line) = traceback.walk_tb(error.__traceback__)
            text, first, last = self._failures.get(id(frame), ("", 0, 0))
            return text if first <= line <= last else ""
        return ""


_assertions = _Assertions()


def run_block(request: dict[str, Any], descriptor: int, out: int, err: int) -> None:
    """Run a Python block in this forked process, and then those that continue it."""
    connection = _take_files(descriptor, out, err)
    say = _speaker(connection)
    try:
        # as in a Python that was started for the block
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(request["environment"])
        time.tzset()
        sys.argv = request["arguments"]
        path = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        sys.path[0:0] = [*request["path"], *(part for part in path if part not in sys.path)]
        unhandled: list[dict[str, Any]] = []
        add = _watch_unhandled(request["file"], unhandled)
        program, pool_errors = ModuleType("__main__"), PoolErrors()
        while True:
            _watch_tasks(request, add)
            pool_errors.watch(bytes.fromhex(request["code"]))
            prints = Prints(request["file"])
            with prints.recording() if request["compare"] else nullcontext():
                answer = _run(request, program)
                if not request["is_continued"]:
                    _end_interpreter()
                    for error in pool_errors.unread():
                        add("a pool, and the block does not ask for the result", error)
                    del program  # what is open is closed with the module
                    sys.modules.pop("__main__", None)
                    gc.collect()
            answer["prints"] = prints.records
            if not request["is_continued"]:
                break
            say(answer)
            request = _next_request(connection)
        say(unhandled[0] if unhandled and "error" not in answer else answer)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())


def _take_files(descriptor: int, out: int, err: int) -> socket.socket:
    """Make files the streams of this process, close all others; return the socket to pytest."""
    for stream, file in enumerate((os.open(os.devnull, os.O_RDONLY), out, err)):
        os.dup2(file, stream)
    os.set_inheritable(descriptor, False)
    connection = socket.socket(fileno=descriptor)
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, 256)
    os.register_at_fork(after_in_child=connection.close)  # it does not speak for the block
    # as in a terminal, where what this process and others print stays in order
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    return connection


def _speaker(connection: socket.socket) -> Callable[[dict[str, Any]], None]:
    """Return what tells pytest how a block ended."""
    receive, send = connection.recv, connection.sendall  # even if a block breaks the module

    def say(answer: dict[str, Any]) -> None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(ValueError):  # the block closed the stream
                stream.flush()
        try:
            send(b"end\0")
            word = receive(100).decode().strip()
            send(f"{word}{_encode(answer)}\0".encode())
        except OSError:
            os._exit(0)  # this is a fork that the block made

    return say


def _end_interpreter() -> None:
    """Do what the interpreter does at its end.

    There is no public way: a fork that ends as it does would end the server's own affairs too.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    # tasks and futures report exceptions that nobody asked for when they are deleted
    future = getattr(sys.modules.get("asyncio"), "Future", ())
    for one in gc.get_objects():
        if issubclass(type(one), future) and getattr(one, "_log_traceback", False):
            one.__del__()
        elif issubclass(type(one), _BUFFERED):  # else what is below a file may be closed before it
            with suppress(Exception):
                one.flush()


def _next_request(connection: socket.socket) -> dict[str, Any]:
    """Return the request for the block that continues this one; its files become the streams."""
    line, files = b"", list[int]()
    while not line.endswith(b"\n"):
        data, more, _, _ = _receive_files(connection, 1 << 16, 2)
        if not data:
            os._exit(0)  # no block continues it
        line += data
        files += more
    for file, stream in zip(files, (1, 2), strict=True):
        os.dup2(file, stream)
        os.close(file)
    return dict(_decode(line.decode()))
