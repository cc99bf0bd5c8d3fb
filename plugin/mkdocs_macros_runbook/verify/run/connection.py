"""The connection between pytest, the server and the processes that run blocks.

The server imports this file by its name alone.
"""

from __future__ import annotations

import select
import socket
from contextlib import suppress


class Connection:
    """A socket to a process: lines that go there, and what comes, in parts that `end` ends."""

    def __init__(self, end: bytes, socket_: socket.socket) -> None:
        self.socket = socket_
        self._end, self._rest = end, bytearray()
        #: files that came with messages
        self.files: list[int] = []
        self.is_open = True

    def send(self, line: str, *files: int) -> None:
        """Send a line and files, which nobody may be there to read."""
        data = f"{line}\n".encode()
        with suppress(ConnectionError):
            count = socket.send_fds(self.socket, [data], files)
            self.socket.sendall(data[count:])

    def next(self, seconds: float) -> str | None:
        """Return the next message; `None` if none comes within `seconds`, or ever."""
        while (at := self._rest.find(self._end)) < 0:
            if not self.is_open or not select.select([self.socket], [], [], seconds)[0]:
                return None
            try:
                data, files, _, _ = socket.recv_fds(self.socket, 1 << 16, 4)
                self.files += files
            except ConnectionError:
                data = b""
            self.is_open = data != b""
            self._rest += data
        message = self._rest[:at].decode(errors="replace")
        del self._rest[: at + 1]
        return message
