"""A limit for what this process computes itself: parsers, and comparisons of output."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ...problem import Failure


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise `Failure` in the body if it computes longer than `seconds`.

    Waiting for other processes does not count: they have limits of their own.
    """
    if threading.current_thread() is not threading.main_thread():  # the only one with signals
        yield
        return

    def fail(signal_number: int, frame: FrameType | None) -> None:
        raise Failure(f"comparing the block took longer than {seconds:g} s (runbook_seconds)")

    before = signal.signal(signal.SIGVTALRM, fail)
    # repeated, in case that a library catches the first
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
