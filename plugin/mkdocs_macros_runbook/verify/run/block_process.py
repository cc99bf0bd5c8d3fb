"""A process that runs blocks, a bash or a Python, as pytest sees it.

pytest      what runs the block
------      -------------------
a block →
            ← messages about failures, of a bash
            ← end
a word →
            ← the word, and what there is to say of the block
"""

from __future__ import annotations

import socket
import uuid
from collections.abc import Mapping
from typing import Any

from .connection import Connection
from .process import Watch
from .server import Server

_NO_SERVER = "the block ended the process that runs blocks"


class BlockProcess:
    """A process that runs blocks and tells when it has ended one.

    It says `end`. Then it is sent a word, which it sends back before what it has to say of the
    block. No block can say so in its place, since the word does not exist while a block runs.
    """

    def __init__(self, server: Server, request: Mapping[str, Any], *files: int) -> None:
        self._server = server
        ours, theirs = socket.socketpair()
        with theirs:
            self.pid = server.start(request, theirs.fileno(), *files)
        self._connection = Connection(b"\0", ours)

    @property
    def is_running(self) -> bool:
        """Whether the process runs."""
        return self._server.is_running and self.exit_code is None

    @property
    def exit_code(self) -> int | None:
        """The exit code of the process; `None` if it is still running or the code is unknown."""
        return self._server.exit_code(self.pid)

    def send(self, line: str, *files: int) -> None:
        """Send a line and files, which the process may not be there to read."""
        self._connection.send(line, *files)

    def finish(self, watch: Watch) -> tuple[str | None, list[str], str]:
        """Wait for the end of a block.

        Return what the process says of it at its end, or `None` if it did not reach it; the
        messages before that; and an error if the process ended by a signal or passed a limit.
        """
        word = uuid.uuid4().hex
        messages: list[str] = []
        while True:
            is_running = self.is_running  # before what it said at last is read
            if (message := self._connection.next(0)) is not None:
                if message == "end":
                    self.send(word)
                elif message.startswith(word):
                    return message.removeprefix(word), messages, watch.too_much()
                else:
                    messages.append(message)
            elif not is_running:
                return None, messages, watch.too_much() or self._end()
            elif error := watch.too_much() or watch.too_long():
                self._server.kill(self.pid)
                return None, messages, error
            else:
                self._server.wait(self._connection)

    def wait_for_exit(self, watch: Watch) -> str:
        """Wait until the process has ended; return an error if the server did before."""
        while self.is_running and not watch.too_long():
            self._server.wait()
        return "" if self._server.is_running else _NO_SERVER

    def expect(self, expected: str, watch: Watch) -> None:
        """Wait for a message, or until the process is gone or late."""
        while self._connection.next(0) != expected and self.is_running and not watch.too_long():
            self._server.wait(self._connection)

    def _end(self) -> str:
        code = self.exit_code
        if code is None:
            return _NO_SERVER
        return f"signal {-code} ended the process that ran the block" if code < 0 else ""

    def close(self) -> None:
        """Close the connection."""
        self._connection.socket.close()
