"""The Python that runs blocks: one server for all walkthroughs, which forks for each block."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .process import Limits, Result, Watch, clean_environment, signal_group
from .program import Program

_SERVER = Path(__file__).with_name("python_server.py")
_INTERVAL = 0.05  # seconds between two looks at a block that runs


@dataclass(frozen=True)
class PythonResult(Result):
    """The result of a Python block."""

    #: the line at which it failed; 0 if it is not known
    line: int = 0
    #: the block with the output that it should show; `None` if it does
    should_show: str | None = None


class Interpreter:
    """Runs Python blocks, in a server that starts with the first of them."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._number = 0

    @property
    def pid(self) -> int:
        """The process that adopts what Python blocks leave running; 0 if there is none."""
        return self._server.pid if self._server else 0

    def run(
        self,
        source: str,
        *,
        folder: Path,
        scratch: Path,
        environment: Mapping[str, str],
        limits: Limits,
        style: Mapping[str, Any] | None,
    ) -> PythonResult:
        """Run `source` in `folder`; compare its output with what it shows if there is a `style`."""
        self._number += 1
        stem = scratch / f"python-{self._number}"
        file, output, errors, answer = (
            stem.with_suffix(suffix) for suffix in (".py", ".out", ".err", ".json")
        )
        try:
            program = Program(source, str(file))
        except SyntaxError as invalid:
            message = f"{type(invalid).__name__}: {invalid.msg}"
            return PythonResult("", error=message, line=invalid.lineno or 0)
        file.write_text(source, encoding="utf-8")
        request = {
            "file": str(file),
            "code": program.code.hex(),
            "last_statements": program.last_statements,
            "folder": str(folder),
            "environment": dict(environment),
            "compare": style is not None,
            "output": str(output),
            "errors": str(errors),
            "answer": str(answer),
        }
        watch = Watch(limits, output, errors)
        error = self._send(request, watch)
        answered: dict[str, Any] = {}
        if not error:
            try:
                answered = json.loads(answer.read_text(encoding="utf-8"))
            except (OSError, ValueError):  # there is none, or only a part of it
                answered = {"error": "it ended its process before its last line"}
            error = answered.get("error", "")
        should_show = None
        if style is not None and not error:
            should_show = program.should_show(answered["prints"], style)
        line = answered.get("line", 0)
        return PythonResult(
            watch.read(output), watch.read(errors), error, line=line, should_show=should_show
        )

    def _send(self, request: dict[str, Any], watch: Watch) -> str:
        """Have the server run a block; return an error if the block did not end by itself."""
        if self._server is None or self._server.poll() is not None:
            self._start()
        assert self._server
        assert self._server.stdin
        self._server.stdin.write(json.dumps(request).encode() + b"\n")
        self._server.stdin.flush()
        pid, error = 0, ""
        while True:
            message = self._receive()
            if message is None:
                self.close()
                return "it ended the process that runs blocks"
            pid = message.get("pid", pid)
            if "ended" in message:
                code = message["ended"]
                end = f"it was ended by signal {-code}" if code < 0 else ""
                return error or end or watch.too_much()
            if not error:
                error = watch.too_much() or watch.too_long()
                if error:
                    signal_group(pid, signal.SIGKILL)

    def _receive(self) -> dict[str, int] | None:
        """Return the server's next message, an empty one if there is none, `None` at its end."""
        assert self._server
        assert self._server.stdout
        if b"\n" not in self._rest:
            ready, _, _ = select.select([self._server.stdout], [], [], _INTERVAL)
            if not ready:
                return {}
            data = os.read(self._server.stdout.fileno(), 10_000)
            if not data:
                return None
            self._rest += data
            if b"\n" not in self._rest:
                return {}
        line, _, self._rest = self._rest.partition(b"\n")
        message: dict[str, int] = json.loads(line)
        return message

    def _start(self) -> None:
        self.close()
        folder = Path(tempfile.gettempdir())
        self._server = subprocess.Popen(
            [sys.executable, "-P", str(_SERVER)],
            env=clean_environment(folder, "server", {}),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def close(self) -> None:
        """Kill the server."""
        if self._server is None:
            return
        signal_group(self._server.pid, signal.SIGKILL)
        self._server.wait()
        for stream in (self._server.stdin, self._server.stdout):
            if stream:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
        self._server = None
        self._rest = b""
