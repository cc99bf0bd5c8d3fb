"""Start bashes and Python blocks, adopt what they leave running, and end it.

This program is started by its path, with the folder of its namespaces, or "" if it is to have none.
It imports little, because a fork copies the memory that it touches. Standard input is a socket:
each line that comes is a request, as JSON, with the files that it needs; each line that goes is a
message about a process. A Python block runs, already compiled, in a fork of this process, isolated
from the others. If the socket closes, everything that was started ends.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import Any

from connection import Connection  # type: ignore[import-not-found] # beside this file
from namespaces import (  # type: ignore[import-not-found]
    adopt_orphans,
    drop_capabilities,
    end_with_parent,
    enter,
)
from python_block import run_block  # type: ignore[import-not-found] # beside this file


def _run_bash(request: dict[str, Any], descriptor: int) -> None:
    """Become a bash."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    os.dup2(descriptor, request["descriptor"])
    os.close(descriptor)
    for number in (signal.SIGPIPE, signal.SIGINT):  # Python's own treatment would be inherited
        signal.signal(number, signal.SIG_DFL)
    os.execvpe("bash", request["command"], request["environment"])  # noqa: S606


class _Processes:
    """The processes that were started, and what they left running."""

    def __init__(self, requests: Connection, *, has_namespaces: bool) -> None:
        self._requests, self._has_namespaces = requests, has_namespaces
        self._running: set[int] = set()
        adopt_orphans()
        self._signals, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        self._send({"namespaces": int(has_namespaces)})

    def listen(self, host: str, port: int) -> None:
        """Listen at an address in the network of the blocks; send the socket."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            with socket.create_server((host, port), family=family) as server:
                self._send({"listens": 1}, server.fileno())
        except OSError:  # a block has the port
            self._send({"listens": 0})

    def kill(self, pid: int) -> None:
        """Kill a process that was started, and its group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)

    def start(self, request: dict[str, Any]) -> None:
        """Start what a request asks for, with the files that came with it."""
        pid = os.fork()
        if pid == 0:
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.setsid()
                end_with_parent()
                os.chdir(request["folder"])
                if self._has_namespaces:
                    drop_capabilities()
                run = _run_bash if request["kind"] == "bash" else run_block
                run(request, *self._requests.files)
            except BaseException:
                os._exit(127)
            finally:
                os._exit(0)
        while self._requests.files:
            os.close(self._requests.files.pop())
        self._running.add(pid)
        self._send({"started": pid})

    def wait(self) -> None:
        """Wait for a request; meanwhile tell which processes end."""
        connection = self._requests.socket
        while connection not in select.select([connection, self._signals], [], [])[0]:
            os.read(self._signals, 1000)
            self._reap()

    def end(self) -> None:
        """End every process."""
        deadline = time.monotonic() + 5
        while (children := self._children()) and time.monotonic() < deadline:
            if self._has_namespaces:  # then this is the first process, and -1 means all others
                with suppress(ProcessLookupError):
                    os.kill(-1, signal.SIGKILL)
            else:
                for pid in children:
                    self.kill(pid)
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
            while (child := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = child
                self._running.discard(pid)
                self._send({"ended": pid, "code": os.waitstatus_to_exitcode(status)})

    def _send(self, message: dict[str, int], *files: int) -> None:
        self._requests.send(json.dumps(message), *files)


def main() -> None:
    """Serve requests until the socket closes."""
    del sys.path[0]  # the folder of this file: nothing for blocks
    # a block may have its own
    for name in ("connection", "namespaces", "pool_errors", "prints", "python_block"):
        del sys.modules[name]
    has_namespaces = sys.argv[1] != "" and enter(sys.argv[1])
    requests = Connection(b"\n", socket.socket(fileno=0))
    processes = _Processes(requests, has_namespaces=has_namespaces)
    gc.freeze()  # so a fork does not touch the objects that exist already
    while requests.is_open:
        processes.wait()
        while (line := requests.next(0)) is not None:
            request = json.loads(line)
            match request["kind"]:
                case "end":
                    processes.end()
                case "kill":
                    processes.kill(request["pid"])
                case "listen":
                    processes.listen(request["host"], request["port"])
                case _:
                    processes.start(request)
    processes.end()


if __name__ == "__main__":
    main()
