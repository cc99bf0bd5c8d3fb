"""Python's sockets, refusing every address that is not this machine's own."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest


class NotLoopbackError(RuntimeError):
    """A test wanted to leave the machine."""


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def only_loopback() -> Iterator[None]:
    """No connection, no datagram and no name look-up beyond this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto", "sendmsg"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            patch.setattr(socket, name, _guarded_lookup(getattr(socket, name)))
        yield


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
    if not is_loopback(host):
        raise NotLoopbackError(f"tests stay on this machine, and {host} is not on it")
