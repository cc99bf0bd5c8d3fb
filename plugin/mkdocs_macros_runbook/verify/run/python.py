"""The Python that runs blocks: one server for all walkthroughs, which forks for each block."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .process import Limits, Ran, is_too_much, read_capped, scrubbed, with_group
from .program import Program

_SERVER = Path(__file__).with_name("python_server.py")
_LOOK = 0.05


class Interpreter:
    """Runs Python blocks; start it once."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._number = 0

    @property
    def pid(self) -> int:
        """The process that adopts what Python blocks leave behind; 0 where none runs."""
        return self._server.pid if self._server else 0

    def run(
        self,
        source: str,
        *,
        page: str,
        folder: Path,
        notes: Path,
        environment: Mapping[str, str],
        style: Mapping[str, Any],
        limits: Limits,
        compare: bool,
    ) -> tuple[Ran, dict[str, Any]]:
        """Run `source`; return what it printed, and what is known of it.

        `shown` is the block as it should show what it prints, or `None` where it does; `line` the
        line at which it failed.
        """
        self._number += 1
        stem = notes / f"python-{self._number}"
        file, output, errors, result = (
            stem.with_suffix(suffix) for suffix in (".py", ".out", ".err", ".json")
        )
        try:
            program = Program(source, str(file))
        except SyntaxError as error:
            told = "".join(traceback.format_exception_only(error)).rstrip()
            return Ran("", "", told.replace(str(file), "the block")), {"line": error.lineno or 0}
        file.write_text(source, encoding="utf-8")
        asked = {
            "file": str(file),
            "code": program.code.hex(),
            "last_statements": program.last_statements,
            "folder": str(folder),
            "environment": dict(environment),
            "compare": compare,
            "output": str(output),
            "errors": str(errors),
            "result": str(result),
        }
        trouble = self._ask(asked, output, errors, limits)
        known: dict[str, Any] = {}
        if not trouble:
            try:
                known = json.loads(result.read_text(encoding="utf-8"))
            except (OSError, ValueError):  # there is none, or not all of it
                known = {"trouble": "it ended its process before its last line"}
            trouble = known.get("trouble", "")
        if compare and not trouble:
            known["shown"] = program.shown(known["prints"], page, style)
        return Ran(read_capped(output, limits), read_capped(errors, limits), trouble), known

    def _ask(self, asked: dict[str, Any], output: Path, errors: Path, limits: Limits) -> str:
        if self._server is None or self._server.poll() is not None:
            self._start()
        assert self._server
        assert self._server.stdin
        self._server.stdin.write(json.dumps(asked).encode() + b"\n")
        self._server.stdin.flush()
        deadline = time.monotonic() + limits.seconds
        pid, trouble = 0, ""
        while True:
            answer = self._answer()
            if answer is None:
                self.close()
                return "it ended the process that runs blocks"
            pid = answer.get("pid", pid)
            if "ended" in answer:
                if not trouble and answer["ended"] < 0:
                    trouble = f"it was ended by signal {-answer['ended']}"
                break
            if trouble:
                continue
            if is_too_much(output, limits) or is_too_much(errors, limits):
                trouble = f"it printed more than {limits.characters:,} characters"
            elif time.monotonic() > deadline:
                trouble = f"it took longer than {limits.seconds:g} s (runbook_seconds)"
            if trouble:
                with_group(pid, signal.SIGKILL)
        if is_too_much(output, limits) or is_too_much(errors, limits):
            return trouble or f"it printed more than {limits.characters:,} characters"
        return trouble

    def _answer(self) -> dict[str, int] | None:
        """Return what the server says, nothing where it says nothing yet, `None` at its end."""
        assert self._server
        assert self._server.stdout
        if b"\n" not in self._rest:
            ready, _, _ = select.select([self._server.stdout], [], [], _LOOK)
            if not ready:
                return {}
            read = os.read(self._server.stdout.fileno(), 10_000)
            if not read:
                return None
            self._rest += read
            if b"\n" not in self._rest:
                return {}
        line, _, self._rest = self._rest.partition(b"\n")
        answer: dict[str, int] = json.loads(line)
        return answer

    def _start(self) -> None:
        self.close()
        nothing = Path(tempfile.gettempdir())
        environment = scrubbed(nothing, "server", {})
        environment.pop("PYTHONPATH")  # its blocks are watched by the server itself
        self._server = subprocess.Popen(
            [sys.executable, "-P", str(_SERVER)],
            env=environment,
            cwd=nothing,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def close(self) -> None:
        """End the server."""
        if self._server is None:
            return
        with_group(self._server.pid, signal.SIGKILL)
        self._server.wait()
        for stream in (self._server.stdin, self._server.stdout):
            if stream:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
        self._server = None
        self._rest = b""
