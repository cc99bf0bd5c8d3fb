"""The server: one process, for all walkthroughs, that starts what runs blocks and ends it.

It adopts whatever a block leaves running, however that hides, and it ends all of it when it is
asked to, or when this process is gone. What it starts has no environment of the author's to read,
and on Linux, if the machine allows it, a network, processes and a home of its own: namespaces.
"""

from __future__ import annotations

import json
import select
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import forwarding
from .folder import Folder, new_folder
from .process import Watch, clean_environment, signal_group

_PROGRAM = Path(__file__).with_name("server_main.py")
_INTERVAL = 0.05  # seconds between two looks at a block that runs
_NO_SERVER = "the block ended the process that runs blocks"
_LONGEST_END = 10.0  # seconds that killed processes may take to be gone


class Messages:
    """A socket to a process: requests that go there, and what comes, in parts that `end` ends."""

    def __init__(self, end: bytes, socket_: socket.socket) -> None:
        self.socket = socket_
        self._end, self._rest = end, bytearray()
        #: files that came with messages
        self.files: list[int] = []
        self.is_open = True

    def send(self, request: Mapping[str, Any], *files: int) -> None:
        """Send a request and files, which nobody may be there to read."""
        line = json.dumps(request).encode() + b"\n"
        with suppress(ConnectionError):
            socket.send_fds(self.socket, [line[:1]], files)
            self.socket.sendall(line[1:])

    def next(self, seconds: float) -> str | None:
        """Return the next message; `None` if none comes within `seconds`, or ever."""
        while (at := self._rest.find(self._end)) < 0:
            if not self.is_open or not select.select([self.socket], [], [], seconds)[0]:
                return None
            try:
                data, files, _, _ = socket.recv_fds(self.socket, 1 << 16, 1)
                self.files += files
            except ConnectionError:
                data = b""
            self.is_open = data != b""
            self._rest += data
        message = self._rest[:at].decode(errors="replace")
        del self._rest[: at + 1]
        return message


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
        self._messages: Messages
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
        self._messages.send(request, *files)
        pid = self._answer("started")
        self._exit_codes.pop(pid, None)  # of an earlier process with this number
        return pid

    def kill(self, pid: int) -> None:
        """Kill a process, and its group."""
        self._messages.send({"kind": "kill", "pid": pid})

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

    def wait(self, *others: Messages) -> None:
        """Wait until there is news of a process or in `others`, or some time has passed."""
        if self.is_running:
            sockets = [one.socket for one in (self._messages, *others) if one.is_open]
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
            self._messages.send({"kind": "end"})
            all_ended &= self._answer("all_ended") == 1
        elif self._process is not None:
            all_ended = False
        self._has_lost = False
        return all_ended

    def close(self) -> None:
        """End the server, and all that it started."""
        if self._process is None:
            return
        self._messages.socket.close()
        try:
            self._process.wait(_LONGEST_END)
        except subprocess.TimeoutExpired:
            signal_group(self._process.pid, signal.SIGKILL)
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
                [
                    sys.executable,
                    str(_PROGRAM),
                    *([str(path)] if self._may_have_namespaces else []),
                ],
                env=clean_environment(path, path.name, {}),
                cwd=path,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._messages = Messages(b"\n", ours)
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
        self._messages.send({"kind": "listen", "host": host, "port": port})
        if not self._answer("listens"):
            return None
        return socket.socket(fileno=self._messages.files.pop())

    def _answer(self, name: str) -> int:
        """Return the server's answer to a request; 0 if it has ended."""
        while (message := self._read(_LONGEST_END)) is not None:
            if name in message:
                return message[name]
        return 0

    def _read(self, seconds: float) -> dict[str, int] | None:
        """Return the next message that is not about an end; `None` if there is none in time."""
        while (text := self._messages.next(seconds)) is not None:
            message: dict[str, int] = json.loads(text)
            if "ended" not in message:
                return message
            self._exit_codes[message["ended"]] = message["code"]
        return None


class Process:
    """A process that runs blocks and tells when it has ended one.

    It says `end`. Then it is sent a word, which it sends back before what it has to say of the
    block. No block can say so in its place, since the word does not exist while a block runs.
    """

    def __init__(self, server: Server, request: Mapping[str, Any], *files: int) -> None:
        self._server = server
        ours, theirs = socket.socketpair()
        with theirs:
            self.pid = server.start(request, theirs.fileno(), *files)
        self._messages = Messages(b"\0", ours)

    @property
    def is_running(self) -> bool:
        """Whether the process runs."""
        return self._server.is_running and self.exit_code is None

    @property
    def exit_code(self) -> int | None:
        """The code with which the process ended; `None` if it runs, or nobody knows."""
        return self._server.exit_code(self.pid)

    def send(self, line: str) -> None:
        """Send a line, which the process may not be there to read."""
        try:
            self._messages.socket.sendall(f"{line}\n".encode())
        except ConnectionError:
            return

    def send_request(self, request: Mapping[str, Any], *files: int) -> None:
        """Send a request to go on, with files."""
        self._messages.send(request, *files)

    def finish(self, watch: Watch) -> tuple[str | None, list[str], str]:
        """Wait for the end of a block.

        Return what the process says of it at its end, or `None` if it did not reach it; the
        messages before that; and an error if the process ended by a signal or passed a limit.
        """
        word = uuid.uuid4().hex
        messages: list[str] = []
        while True:
            if (message := self._messages.next(0)) is not None:
                if message == "end":
                    self.send(word)
                elif message.startswith(word):
                    return message.removeprefix(word), messages, watch.too_much()
                else:
                    messages.append(message)
            elif not self.is_running:
                while (message := self._messages.next(0)) is not None:  # what it said at last
                    if message.startswith(word):
                        return message.removeprefix(word), messages, watch.too_much()
                    messages.append(message)
                return None, messages, watch.too_much() or self._end()
            elif error := watch.too_much() or watch.too_long():
                self._server.kill(self.pid)
                return None, messages, error
            else:
                self._server.wait(self._messages)

    def wait_for_exit(self, watch: Watch) -> str:
        """Wait until the process has ended; return an error if the server did before."""
        while self.is_running and not watch.too_long():
            self._server.wait()
        return "" if self._server.is_running else _NO_SERVER

    def expect(self, expected: str, watch: Watch) -> None:
        """Wait for a message, or until the process is gone or late."""
        while self._messages.next(0) != expected and self.is_running and not watch.too_long():
            self._server.wait(self._messages)

    def _end(self) -> str:
        code = self.exit_code
        if code is None:
            return _NO_SERVER
        return f"signal {-code} ended the process that ran the block" if code < 0 else ""

    def close(self) -> None:
        """Close the connection."""
        self._messages.socket.close()
