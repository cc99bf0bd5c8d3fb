"""Python's sockets, restricted to the addresses of this machine.

The Python processes of blocks import it by this name alone, so it imports nothing of the plugin.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any


class NotLoopbackError(OSError):
    """A block tried to reach another machine."""


def block_network() -> None:
    """Refuse every connection, datagram and name look-up that would leave this machine."""

    def refuse(host: str) -> None:
        raise NotLoopbackError(f"blocks can reach only this machine, not {host}")

    for holder, name, guarded in guards(refuse):
        setattr(holder, name, guarded)


def guards(
    refuse: Callable[[str], None],
) -> Iterator[tuple[object, str, Callable[..., Any]]]:
    """Yield the replacement of each function that sends something, with its holder and its name.

    `refuse` is called with every host that is not this machine; it has to raise an exception.
    """
    for name in ("connect", "connect_ex", "sendto", "sendmsg"):
        yield socket.socket, name, _guarded(getattr(socket.socket, name), refuse)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        yield socket, name, _guarded_lookup(getattr(socket, name), refuse)


def _guarded(method: Callable[..., Any], refuse: Callable[[str], None]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        # The address comes last; `sendmsg` on a connected socket has none.
        address = arguments[-1] if arguments else None
        if self.family in (socket.AF_INET, socket.AF_INET6) and isinstance(address, tuple):
            _check(str(address[0]), refuse)
        return method(self, *arguments)

    return guarded


def _guarded_lookup(
    function: Callable[..., Any], refuse: Callable[[str], None]
) -> Callable[..., Any]:
    def guarded(host: str | bytes | None, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name:  # without a name it is this machine
            _check(name, refuse)
        return function(host, *arguments, **named)

    return guarded


def _check(host: str, refuse: Callable[[str], None]) -> None:
    try:
        is_loopback = ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        is_loopback = host == "localhost"
    if not is_loopback:
        refuse(host)
