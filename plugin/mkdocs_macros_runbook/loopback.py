"""Python's sockets, refusing every address that is not this machine's own.

It stands alone: the processes that run blocks load it by its path.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any


class NotLoopbackError(OSError):
    """A block wanted to leave the machine."""


def stay() -> None:
    """Let no connection, no datagram and no name look-up leave this machine."""
    for name in ("connect", "connect_ex", "sendto", "sendmsg"):
        setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, _guarded_lookup(getattr(socket, name)))


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        # The address comes last; `sendmsg` on a connected socket has none.
        address = arguments[-1] if arguments else None
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            _refuse_unless_loopback(str(address[0]))
        return method(self, *arguments)

    return guarded


def _guarded_lookup(function: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: str | bytes | None, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name:  # none is this machine
            _refuse_unless_loopback(name)
        return function(host, *arguments, **named)

    return guarded


def _refuse_unless_loopback(host: str) -> None:
    try:
        is_loopback = ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if not is_loopback:
        raise NotLoopbackError(f"blocks stay on this machine, and {host} is not on it")
