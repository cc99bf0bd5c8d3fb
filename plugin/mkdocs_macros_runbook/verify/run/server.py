"""The server: one process, for all walkthroughs, that starts what runs blocks and ends it.

It adopts whatever a block leaves running, however that hides, and it ends all of it when it is
asked to, or when this process is gone. What it starts has no environment of the author's to read,
and on Linux, if the machine allows it, a network, processes and a home of its own: namespaces.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import forwarding
from .connection import Connection
from .folder import Folder, new_folder
from .process import clean_environment

_PROGRAM = Path(__file__).with_name("server_main.py")
_INTERVAL = 0.05  # seconds between two looks at a block that runs
_LONGEST_END = 10.0  # seconds that killed processes may take to be gone


class Server:
    """Starts with the first process that it is asked for, and again if a block killed it.

    Without `namespaces`, blocks share the network and the processes of this machine.
    """

    def __init__(self, *, namespaces: bool = True) -> None:
        self._folder: Folder
        self._may_have_namespaces = namespaces and sys.platform == "linux"
        #: whether blocks have namespaces; `None` before the first one
        self.has_namespaces: bool | None = None
        #: the sockets that listen in the network of the blocks, by the addresses outside
        self._forwarded: dict[forwarding.Address, socket.socket] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection
        self._exit_codes: dict[int, int] = {}
        #: whether there may be processes of a server that a block killed
        self._has_lost = False

    @property
    def is_running(self) -> bool:
        """Whether there is a server."""
        return self._process is not None and self._process.poll() is None

    def start(self, request: Mapping[str, Any], *files: int) -> int:
        """Start a process, which gets `files`; return its number, or 0 if there is no server."""
        if not self.is_running:
            self._start()
        self._set_home(Path(request["environment"]["HOME"]))
        self._connection.send(json.dumps(request), *files)
        pid = self._answer("started")
        self._exit_codes.pop(pid, None)  # of an earlier process with this number
        return pid

    def kill(self, pid: int) -> None:
        """Kill a process, and its group."""
        self._connection.send(json.dumps({"kind": "kill", "pid": pid}))

    def reach(self, texts: Iterable[str]) -> None:
        """Make reachable for blocks what this machine serves at addresses that `texts` name."""
        if not self.is_running:
            self._start()
        if not self.has_namespaces:
            return
        for address in forwarding.named_addresses(texts) - self._forwarded.keys():
            if forwarding.is_served(address) and (listening := self._listen(*address)):
                self._forwarded[address] = listening
                forwarding.forward(listening, address)

    def exit_code(self, pid: int) -> int | None:
        """Return with which code a process ended, negative if by a signal; `None` if it runs."""
        self._read(0)
        return self._exit_codes.get(pid)

    def wait(self, *others: Connection) -> None:
        """Wait until there is news of a process or in `others`, or some time has passed."""
        if self.is_running:
            sockets = [one.socket for one in (self._connection, *others) if one.is_open]
            select.select(sockets, [], [], _INTERVAL)

    def end_all(self) -> bool:
        """End every process that comes of those that were started; return whether all are gone."""
        while self._forwarded:
            _, listening = self._forwarded.popitem()
            with suppress(OSError):  # wakes the thread that waits at it
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
        all_ended = not self._has_lost
        if self.is_running:
            self._connection.send(json.dumps({"kind": "end"}))
            all_ended &= self._answer("all_ended") == 1
        elif self._process is not None:
            all_ended = False
        self._has_lost = False
        return all_ended

    def close(self) -> None:
        """End the server, and all that it started."""
        if self._process is None:
            return
        self._connection.socket.close()
        try:
            self._process.wait(_LONGEST_END)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None
        self._folder.remove()

    def _start(self) -> None:
        self._has_lost |= self._process is not None
        self.close()
        self._folder = new_folder("server")
        path = self._folder.path
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(_PROGRAM), str(path) if self._may_have_namespaces else ""],
                env=clean_environment(path, path.name, {}),
                cwd=path,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._connection = Connection(b"\n", ours)
        self._exit_codes = {}
        self.has_namespaces = self._answer("namespaces") == 1

    def _set_home(self, home: Path) -> None:
        """Let the password database name `home` as the user's."""
        link = self._folder.path / "home"
        if not link.is_symlink() or link.readlink() != home:
            link.unlink(missing_ok=True)
            link.symlink_to(home)

    def _listen(self, host: str, port: int) -> socket.socket | None:
        """Return a socket that listens in the network of the blocks; `None` if one does already."""
        self._connection.send(json.dumps({"kind": "listen", "host": host, "port": port}))
        if not self._answer("listens"):
            return None
        return socket.socket(fileno=self._connection.files.pop())

    def _answer(self, name: str) -> int:
        """Return the server's answer to a request; 0 if it has ended."""
        while (message := self._read(_LONGEST_END)) is not None:
            if name in message:
                return message[name]
        return 0

    def _read(self, seconds: float) -> dict[str, int] | None:
        """Return the next message that is not about an end; `None` if there is none in time."""
        while (text := self._connection.next(seconds)) is not None:
            message: dict[str, int] = json.loads(text)
            if "ended" not in message:
                return message
            self._exit_codes[message["ended"]] = message["code"]
        return None
