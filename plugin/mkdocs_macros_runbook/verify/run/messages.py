"""Messages between pytest, the server and the processes that run blocks."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Any


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
