"""Runs ministack, saves and restores what is in it, and stops with whoever started it.

The interpreter is the one of ministack's own virtual environment, so this file imports
nothing of ours. The starter holds the other end of standard input, a socket: when it stops,
for whatever reason, the socket closes, and the whole process group goes and its folder with it.
"""

import contextlib
import importlib
import os
import pickle
import runpy
import shutil
import signal
import sys
import threading
from multiprocessing.connection import Connection


def _follow_the_starter() -> None:
    try:
        with contextlib.suppress(EOFError, ConnectionError):
            _save_and_restore(Connection(sys.stdin.fileno()))
    finally:
        shutil.rmtree(os.environ["STATE_DIR"], ignore_errors=True)
        os.killpg(os.getpgrp(), signal.SIGKILL)


def _save_and_restore(starter: Connection) -> None:
    """Answer nothing with the user pools and the stacks, and those by taking them over."""
    while True:
        state = starter.recv_bytes()
        names = ("cognito", "cloudformation")
        services = [importlib.import_module(f"ministack.services.{name}") for name in names]
        if state:
            states = pickle.loads(state)  # noqa: S301 - from `save`
            for service, its_state in zip(services, states, strict=True):
                service.load_persisted_state(its_state)
        saved = b"" if state else pickle.dumps([service.get_state() for service in services])
        starter.send_bytes(saved)


if __name__ == "__main__":
    threading.Thread(target=_follow_the_starter, daemon=True).start()
    sys.argv = ["ministack"]
    runpy.run_module("ministack", run_name="__main__")
