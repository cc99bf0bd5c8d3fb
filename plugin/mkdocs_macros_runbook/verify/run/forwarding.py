"""Forwarding: what the world serves on this machine is reachable in the network of the blocks."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Thread

#: a host and a port
Address = tuple[str, int]
_ADDRESS = re.compile(r"(?<![\w.-])(127\.0\.0\.1|localhost|\[::1\]):([0-9]{1,5})(?![\w.])")
_LISTENING = "0A"


def named_addresses(texts: Iterable[str]) -> set[Address]:
    """Return the addresses of this machine that texts name."""
    addresses = _ADDRESS.findall("\n".join(texts))
    hosts = {"localhost": "127.0.0.1", "[::1]": "::1"}
    return {(hosts.get(host, host), int(port)) for host, port in addresses}


def is_served(address: Address) -> bool:
    """Return whether something listens on the port of `address`, outside."""
    for table in ("tcp", "tcp6"):
        with suppress(OSError), Path("/proc/net", table).open(encoding="ascii") as sockets:
            for line in sockets:
                _, local, _, state, *_ = line.split()
                if state == _LISTENING and int(local.rpartition(":")[2], 16) == address[1]:
                    return True
    return False


def forward(listener: socket.socket, address: Address) -> None:
    """Pass each connection to `listener` on to `address`, until `listener` is shut down."""
    Thread(target=_accept, args=(listener, address), daemon=True).start()


def _accept(listener: socket.socket, address: Address) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            Thread(target=_connect, args=(client, address), daemon=True).start()


def _connect(client: socket.socket, address: Address) -> None:
    """Connect a client with the service at `address` until both have ended."""
    with client, suppress(OSError), socket.create_connection(address) as service:
        back = Thread(target=_relay, args=(service, client), daemon=True)
        back.start()
        _relay(client, service)
        back.join()


def _relay(source: socket.socket, target: socket.socket) -> None:
    """Relay what comes from `source`, and its end, to `target`."""
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
