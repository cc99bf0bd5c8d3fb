"""Runs Python programs in forks of a process that has imported already what they import.

A program, a file or `-m` and a module, gets its starter's streams, environment, folder and
arguments, and runs as `__main__`. The server is started by its path, by any Python:
`warm_server.py SOCKET MODULE...`, and ends with its starter.
"""

import atexit
import gc
import importlib
import marshal
import os
import runpy
import selectors
import socket
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from types import ModuleType


def main(address: str, *modules: str) -> None:
    """Import, then run what is asked for until standard input ends."""
    before = dict(os.environ)
    for module in modules:
        importlib.import_module(module)
    # awscli tells botocore so where its data are
    variables = {name: text for name, text in os.environ.items() if before.get(name) != text}
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as server, selectors.DefaultSelector() as waiting:
        server.bind(address)
        server.listen()
        waiting.register(server, selectors.EVENT_READ)
        waiting.register(sys.stdin, selectors.EVENT_READ)
        while all(key.fileobj is server for key, _ in waiting.select()):
            client, _ = server.accept()
            if os.fork() == 0:
                server.close()
                _answer(client, variables)
            client.close()
            _reap()
    _reap()


def _reap() -> None:
    """Wait for forks that have ended, whose CPU time is then this process's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _answer(client: socket.socket, variables: dict[str, str]) -> None:
    """Run one program and tell its exit code; never returns."""
    try:
        data, streams, _, _ = socket.recv_fds(client, 4, 3)
        length = int.from_bytes(data, "big")
        message = b""
        while len(message) < length:
            more = client.recv(length - len(message))
            if not more:
                return  # the client is gone
            message += more
        request = marshal.loads(message)  # noqa: S302 - from a client of ours
        arguments, folder, environment, sys.executable = request
        pid = os.fork()
        if pid == 0:
            client.close()
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            os._exit(_run(arguments, folder, environment | variables))
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        client.send(bytes([code if code >= 0 else 128 - code]))  # as a shell has it
    finally:
        os._exit(0)


def _run(arguments: list[str], folder: str, environment: dict[str, str]) -> int:
    """Run a program as a new interpreter would; return its exit code."""
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv, sys.orig_argv = arguments, ["python3", *arguments]
    module = arguments[1] if arguments[0] == "-m" else ""
    program = str(Path(arguments[0]).absolute())
    more = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[0:1] = [folder if module else str(Path(program).parent), *more]
    code: object = 0
    try:
        for path in more:
            if (Path(path) / "sitecustomize.py").is_file():
                runpy.run_path(str(Path(path) / "sitecustomize.py"))
        if module:
            sys.argv = arguments[1:]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
            raise SystemExit
        main_module = sys.modules["__main__"] = ModuleType("__main__")
        main_module.__file__ = program
        source = Path(program).read_bytes()
        exec(compile(source, program, "exec", dont_inherit=True), main_module.__dict__)  # noqa: S102
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined] # as the interpreter does
    atexit._run_exitfuncs()
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return (code or 0) & 255


if __name__ == "__main__":
    main(*sys.argv[1:])
