"""The terminal of a walkthrough: one bash, into which blocks are pasted one after the other.

So a variable that a block sets, a folder that it changes to and a server that it starts are there
for the next. A command that fails ends the block, and so the terminal.
"""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from .process import Limits, Ran, end_all, is_too_much, read_capped

# Output is appended, so that both streams may be one file. The commands come from a file, so that
# nothing of them is read before it runs; standard input is closed.
_DRIVER = """\
trap 'printf "%s" "$BASH_COMMAND" > "$_runbook_block.command"' ERR
while IFS= read -r -u "$1" _runbook_block; do
  exec >>"$_runbook_block.out" 2>>"$_runbook_block.err" </dev/null
  set -Eeuo pipefail
  . "$_runbook_block"
  printf 'done\\n' >&"$2"
done
"""
_LOOK = 0.05  # seconds between looks at a block that runs


class Terminal:
    """A bash in `folder`, with `environment`; its own files are in `notes`."""

    def __init__(
        self, folder: Path, notes: Path, environment: Mapping[str, str], mark: str
    ) -> None:
        self._folder, self._notes = folder, notes
        self._environment = dict(environment)
        self._mark = mark
        self._bash: subprocess.Popen[bytes] | None = None
        self._number = 0

    def run(self, commands: str, limits: Limits, *, together: bool = False) -> Ran:
        """Paste `commands`; with both streams as one where they are shown `together`."""
        bash = self._open()
        self._number += 1
        block = self._notes / f"block-{self._number}"
        block.write_text(f"{commands}\n", encoding="utf-8")
        output, errors = block.with_suffix(".out"), block.with_suffix(".err")
        output.touch()
        if together:
            errors.symlink_to(output)
        os.write(self._to_bash, f"{block}\n".encode())
        trouble = self._wait(bash, output, errors, limits)
        if trouble:
            self.close()
        said = "" if together else read_capped(errors, limits)
        command = read_capped(block.with_suffix(".command"), limits) if trouble else ""
        came = read_capped(output, limits)
        # bash says where: in a file of ours, which is the block
        came, said = (text.replace(f"{block}: ", "") for text in (came, said))
        return Ran(came, said, trouble, " ".join(command.split()))

    def _open(self) -> subprocess.Popen[bytes]:
        if self._bash is None or self._bash.poll() is not None:
            self.close()
            reading, self._to_bash = os.pipe()
            self._from_bash, writing = os.pipe()
            self._bash = subprocess.Popen(
                [
                    "bash",
                    "--noprofile",
                    "--norc",
                    "-c",
                    _DRIVER,
                    "bash",
                    str(reading),
                    str(writing),
                ],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(reading, writing),
                start_new_session=True,
            )
            os.close(reading)
            os.close(writing)
        return self._bash

    def _wait(
        self, bash: subprocess.Popen[bytes], output: Path, errors: Path, limits: Limits
    ) -> str:
        """Wait for the block's end; return what went wrong."""
        deadline = time.monotonic() + limits.seconds
        while True:
            ready, _, _ = select.select([self._from_bash], [], [], _LOOK)
            if ready and os.read(self._from_bash, 100):
                ended = ""
            elif bash.poll() is not None:
                ended = _said_by(bash.returncode)
            elif time.monotonic() > deadline:
                return f"it took longer than {limits.seconds:g} s (runbook_seconds)"
            else:
                ended = None
            if is_too_much(output, limits) or is_too_much(errors, limits):
                return f"it printed more than {limits.characters:,} characters"
            if ended is not None:
                return ended

    def close(self) -> None:
        """End the bash and whatever was started in it."""
        if self._bash is None:
            return
        end_all(self._mark, self._folder, self._bash.pid)
        self._bash.wait()
        os.close(self._to_bash)
        os.close(self._from_bash)
        self._bash = None


def _said_by(code: int) -> str:
    if code == 0:
        return "it left the shell before its last line"
    if code < 0:
        return f"it was ended by signal {-code}"
    return f"it ended with code {code}"
