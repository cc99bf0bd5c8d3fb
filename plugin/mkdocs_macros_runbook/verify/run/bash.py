"""The terminal of a walkthrough: one bash, into which its blocks are pasted one after the other.

So the variables that a block sets, the folder that it changes to and the servers that it starts
are there for the next block. A command that fails ends the block, and with it the terminal.
"""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .process import Limits, Result, Watch, kill_all

# Output is appended, because both streams may go to one file. The commands come from a file, so
# that nothing of them is read before it runs; standard input is closed.
_DRIVER = """\
trap 'printf "%s" "$BASH_COMMAND" > "$_runbook_block.command"' ERR
while IFS= read -r -u "$1" _runbook_block; do
  exec >>"$_runbook_block.out" 2>>"$_runbook_block.err" </dev/null
  set -Eeuo pipefail
  . "$_runbook_block"
  printf 'done\\n' >&"$2"
done
"""
_INTERVAL = 0.05  # seconds between two looks at a block that runs


class Terminal:
    """A bash in `folder` with `environment`; files of its own are in `scratch`."""

    def __init__(
        self, folder: Path, scratch: Path, environment: Mapping[str, str], tag: str
    ) -> None:
        self._folder, self._scratch = folder, scratch
        self._environment = dict(environment)
        self._tag = tag
        self._bash: subprocess.Popen[bytes] | None = None
        self._number = 0

    def run(self, commands: str, limits: Limits, *, merge_output: bool = False) -> Result:
        """Run `commands`; `merge_output` puts errors among the output."""
        bash = self._open()
        self._number += 1
        block = self._scratch / f"block-{self._number}"
        block.write_text(f"{commands}\n", encoding="utf-8")
        output, errors = block.with_suffix(".out"), block.with_suffix(".err")
        output.touch()
        if merge_output:
            errors.symlink_to(output)
        watch = Watch(limits, output, errors)
        os.write(self._to_bash, f"{block}\n".encode())
        error = self._wait(bash, watch)
        if error:
            self.close()
        command = watch.read(block.with_suffix(".command")) if error else ""
        # bash names the file that it reads the block from
        printed = watch.read(output).replace(f"{block}: ", "")
        printed_errors = "" if merge_output else watch.read(errors).replace(f"{block}: ", "")
        return Result(printed, printed_errors, error, " ".join(command.split()))

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

    def _wait(self, bash: subprocess.Popen[bytes], watch: Watch) -> str:
        """Wait for the end of the block; return an error if it failed."""
        while True:
            ready, _, _ = select.select([self._from_bash], [], [], _INTERVAL)
            if ready and os.read(self._from_bash, 100):
                return watch.too_much()
            if bash.poll() is not None:
                return watch.too_much() or _end(bash.returncode)
            if error := watch.too_much() or watch.too_long():
                return error

    def close(self) -> None:
        """Kill the bash and everything that was started in it."""
        if self._bash is None:
            return
        kill_all(self._tag, self._folder, self._bash.pid)
        self._bash.wait()
        os.close(self._to_bash)
        os.close(self._from_bash)
        self._bash = None


def _end(code: int) -> str:
    if code == 0:
        return "the shell exited before the block's last line"
    return f"it was ended by signal {-code}" if code < 0 else f"it ended with code {code}"
