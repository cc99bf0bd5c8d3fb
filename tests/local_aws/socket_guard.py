"""The tests' own sockets: the guard that blocks run under, with an error no library catches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mkdocs_macros_runbook.verify.run.guard.runbook_loopback import guards


class NotLoopbackError(RuntimeError):
    """A test wanted to leave the machine."""


@contextmanager
def only_loopback() -> Iterator[None]:
    """No connection, no datagram and no name look-up beyond this machine."""

    def refuse(host: str) -> None:
        raise NotLoopbackError(f"tests stay on this machine, and {host} is not on it")

    with pytest.MonkeyPatch.context() as patch:
        for holder, name, guarded in guards(refuse):
            patch.setattr(holder, name, guarded)
        yield
