"""Runs ministack and stops with whoever started it.

The interpreter is the one of ministack's own virtual environment, so this file imports
nothing of ours. The starter holds the other end of standard input: when it stops, for
whatever reason, the pipe closes, and the whole process group goes and its folder with it.
"""

import os
import runpy
import shutil
import signal
import sys
import threading


def _stop_with_the_starter() -> None:
    sys.stdin.buffer.read()
    shutil.rmtree(os.environ["STATE_DIR"], ignore_errors=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_stop_with_the_starter, daemon=True).start()
    sys.argv = ["ministack"]
    runpy.run_module("ministack", run_name="__main__")
