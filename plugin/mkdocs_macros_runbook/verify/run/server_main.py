"""Start bashes and Python blocks, adopt what they leave running, and end it.

This program is started by its path. It imports little, because a fork copies the memory that it
touches. Standard input is a socket: each line that comes is a request, as JSON, with the files
that it needs; each line that goes is a message about a process. A Python block runs, already
compiled, in a fork of this process, isolated from the others. If the socket closes, everything
that was started ends.
"""

from __future__ import annotations

import atexit
import builtins
import ctypes
import gc
import json
import marshal
import os
import select
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import suppress
from types import ModuleType
from typing import Any

_COMPARED = "_runbook_compared"  # see program.py
# these work even if a block breaks the module
_encode, _decode = json.JSONEncoder().encode, json.JSONDecoder().decode
_receive_files = socket.recv_fds


class _Prints:
    """Records what the block itself prints, and prints it."""

    def __init__(self, file: str) -> None:
        self.records: list[tuple[int, str, list[tuple[str, bool]]]] = []
        self._file, self.real = file, builtins.print

    def __call__(self, *values: Any, sep: str | None = " ", **named: Any) -> None:
        caller = sys._getframe(1)
        is_shown = named.get("file") in (None, sys.stdout)
        if is_shown and caller.f_code.co_filename == self._file:
            texts = [(_text(value), isinstance(value, str)) for value in values]
            self.records.append((caller.f_lineno, " " if sep is None else sep, texts))
        self.real(*values, sep=sep, **named)


def _text(value: Any) -> str:
    """Return what a page shows for a printed value: a set is sorted, as by pytest-examples."""
    if isinstance(value, set) and value:
        try:
            members = sorted(value)
        except TypeError:  # they cannot be compared
            members = sorted(value, key=repr)
        return f"{{{', '.join(map(repr, members))}}}"
    return str(value)


def _run(request: dict[str, Any], program: ModuleType) -> dict[str, Any]:
    """Run a block with the names of `program`; return its prints, or an error."""
    program.__file__ = file = request["file"]
    sys.modules["__main__"] = program
    prints = _Prints(file)
    if request["compare"]:
        builtins.print = prints
    try:
        exec(marshal.loads(bytes.fromhex(request["code"])), program.__dict__)  # noqa: S102, S302
    except SystemExit as end:
        if end.code not in (None, 0):
            code = end.code if isinstance(end.code, int) else 1
            error = f"it ended with SystemExit({end.code!r})"
            return {"error": error, "code": code, "prints": prints.records}
        line = _lines_of(end, file)[0]
        if not any(first <= line <= last for first, last in request["last_statements"]):
            return {"error": "it ended with SystemExit before its last line"}
    except BaseException as error:
        text = "".join(traceback.format_exception_only(error)).rstrip()
        text = (text + _comparison(error)).replace(file, "the block")
        line = _lines_of(error, file)[-1]
        return {"error": text, "line": line, "prints": prints.records}
    finally:
        builtins.print = prints.real
    return {"prints": prints.records}


def _watch_unhandled(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a list to which each exception that a thread, a task or the end raises is added."""
    file = request["file"]
    errors: list[dict[str, Any]] = []

    def add(where: str, error: BaseException | None) -> None:
        if error is not None and not isinstance(error, SystemExit):
            text = "".join(traceback.format_exception_only(error)).rstrip()
            text = f"{text} (in {where})".replace(file, "the block")
            errors.append({"error": text, "line": _lines_of(error, file)[-1]})

    in_thread, unraisable = threading.excepthook, sys.unraisablehook

    def thread_hook(args: threading.ExceptHookArgs) -> None:
        add("a thread", args.exc_value)
        in_thread(args)

    def unraisable_hook(args: sys.UnraisableHookArgs) -> None:
        where = (args.err_msg or "an object that was deleted").removeprefix("Exception ignored in ")
        add(where, args.exc_value)
        unraisable(args)

    threading.excepthook, sys.unraisablehook = thread_hook, unraisable_hook
    if b"asyncio" in bytes.fromhex(request["code"]):
        from asyncio import BaseEventLoop  # the block would import it anyway

        in_task = BaseEventLoop.default_exception_handler

        def task_hook(self: BaseEventLoop, context: dict[str, Any]) -> None:
            add("a task", context.get("exception"))
            in_task(self, context)

        BaseEventLoop.default_exception_handler = task_hook  # type: ignore[method-assign]
    return errors


def _delete_futures(future: Any) -> None:
    """Have tasks and futures report exceptions that nobody asked for, as when they are deleted."""
    for one in gc.get_objects():
        if isinstance(one, future) and getattr(one, "_log_traceback", False):
            one.__del__()


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


def _run_block(request: dict[str, Any], verifier: int, out: int, err: int) -> None:
    """Run one Python block in this forked process."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for opened, stream in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(opened, stream)
    os.set_inheritable(verifier, False)
    connection = socket.socket(fileno=verifier)
    os.closerange(3, verifier)
    os.closerange(verifier + 1, 256)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
    signal.signal(signal.SIGINT, signal.default_int_handler)
    receive, send = connection.recv, connection.sendall  # even if a block breaks the module
    try:
        _change_environment(request["environment"])
        sys.argv = [request["file"]]
        path = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        sys.path[0:0] = [request["folder"], *(part for part in path if part not in sys.path)]
        unhandled = _watch_unhandled(request)
        program = ModuleType("__main__")
        answer = _run(request, program)
        while request["is_continued"]:
            sys.stdout.flush()
            sys.stderr.flush()
            send(b"end\0")
            word = receive(100).decode().strip()
            send(f"{word}{_encode(answer)}\0".encode())
            request = _next_request(connection)
            answer = _run(request, program)
        # What the interpreter does at its end. There is no public way: a fork that ends as the
        # interpreter does would end the server's own affairs too.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        if "asyncio" in sys.modules:
            _delete_futures(sys.modules["asyncio"].Future)
        if unhandled and "error" not in answer:
            answer = unhandled[0]
        sys.stdout.flush()
        sys.stderr.flush()
        send(b"end\0")
        word = receive(100).decode().strip()
        send(f"{word}{_encode(answer)}\0".encode())
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())


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
    request: dict[str, Any] = _decode(line.decode())
    return request


def _run_bash(request: dict[str, Any], verifier: int) -> None:
    """Become a bash."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    os.dup2(verifier, request["verifier"])
    os.close(verifier)
    for number in (signal.SIGPIPE, signal.SIGINT):  # Python's own treatment would be inherited
        signal.signal(number, signal.SIG_DFL)
    os.execvpe("bash", request["command"], request["environment"])  # noqa: S606


def _change_environment(environment: dict[str, str]) -> None:
    """Change the environment to `environment`; most variables are the same already."""
    for name in os.environ.keys() - environment:
        del os.environ[name]
    for name, text in environment.items():
        if os.environ.get(name) != text:
            os.environ[name] = text


class _Processes:
    """The processes that were started, and what they left running."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._running: set[int] = set()
        self._control = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
        if self._control:
            self._control(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans get this parent
        self._ended, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def start(self, request: dict[str, Any], files: list[int]) -> None:
        """Start what a request asks for."""
        pid = os.fork()
        if pid == 0:
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.setsid()
                if self._control:
                    self._control(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
                os.chdir(request["folder"])
                run = _run_bash if request["kind"] == "bash" else _run_block
                run(request, *files)
            except BaseException:
                os._exit(127)
            finally:
                os._exit(0)
        self._running.add(pid)
        self._send({"started": pid})

    def wait(self) -> None:
        """Wait for a request; meanwhile tell which processes end."""
        files = [self._connection.fileno(), self._ended]
        while files[0] not in select.select(files, [], [])[0]:
            os.read(self._ended, 1000)
            self._reap()

    def end(self) -> None:
        """End every process."""
        deadline = time.monotonic() + 5
        while (children := self._children()) and time.monotonic() < deadline:
            for pid in children:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            # those of a process that is killed are found when this process has adopted them
            time.sleep(0.001)
            self._reap()
        self._send({"all_ended": int(not children)})

    def _children(self) -> set[int]:
        name = f"/proc/self/task/{os.getpid()}/children"
        with suppress(OSError), open(name, encoding="ascii") as file:  # noqa: PTH123
            return {int(pid) for pid in file.read().split()}  # only Linux tells
        return self._running

    def _reap(self) -> None:
        """Collect the exit codes of processes that ended."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = ended
                if pid in self._running:
                    self._running.discard(pid)
                    self._send({"ended": pid, "code": os.waitstatus_to_exitcode(status)})

    def _send(self, message: dict[str, int]) -> None:
        with suppress(ConnectionError):  # nobody listens any more
            self._connection.sendall(f"{_encode(message)}\n".encode())


def main() -> None:
    """Serve requests until the socket closes."""
    connection = socket.socket(fileno=0)
    processes = _Processes(connection)
    gc.freeze()  # so a fork does not touch the objects that exist already
    text, files = b"", list[int]()
    while True:
        processes.wait()
        data, more, _, _ = socket.recv_fds(connection, 1 << 20, 4)
        if not data:
            break
        text += data
        files += more
        if not text.endswith(b"\n"):
            continue
        request, text = json.loads(text), b""
        if request["kind"] == "end":
            processes.end()
        else:
            processes.start(request, files)
        for file in files:
            os.close(file)
        files = []
    processes.end()


if __name__ == "__main__":
    main()
