"""The emulator, ministack, as a process on a loopback port of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from .answer import Answer
from .call import Call
from .region import partition_of, with_partition

ACCOUNT_ID = "111122223333"
INTERPRETER_VARIABLE = "LOCAL_AWS_PYTHON"

_ROOT = Path(__file__).parents[2]
_MAIN = Path(__file__).with_name("emulator_main.py")
_START_SECONDS = 300.0  # on a busy machine; an emulator that fails is noticed at once
_IDLE_SECONDS = 30.0  # of an open connection: ministack closes it after 75
# Hop-by-hop headers, and those that http.client sets itself.
_NOT_FORWARDED = {"connection", "host", "content-length", "transfer-encoding", "expect"}


def interpreter() -> Path:
    """The Python that has ministack: named by LOCAL_AWS_PYTHON, or in `.venv-local-aws`."""
    named = os.environ.get(INTERPRETER_VARIABLE)
    python = Path(named) if named else _ROOT / ".venv-local-aws" / "bin" / "python"
    if not python.exists():
        raise FileNotFoundError(
            f"{python} is missing; run `make local-aws`,"
            f" or set {INTERPRETER_VARIABLE} to a Python that has ministack"
        )
    return python


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Emulator:
    """A ministack process. It ends with this process, even when that is killed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="local-aws-"))
        self._log = self.folder / "ministack.log"
        self._idle: list[tuple[float, http.client.HTTPConnection]] = []
        self._control, its_end = Pipe()
        with self._log.open("wb") as log, its_end:
            self._process = subprocess.Popen(
                [str(interpreter()), str(_MAIN)],
                stdin=its_end.fileno(),
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment(),
                start_new_session=True,
            )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _environment(self) -> dict[str, str]:
        """Nothing of the developer's: no credentials, no Docker, no port but ours."""
        folder = str(self.folder)
        return {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_ACCOUNT_ID": ACCOUNT_ID,
            "STATE_DIR": folder,
            "TMPDIR": folder,
            "HOME": folder,
            "PATH": os.defpath,
            "IOT_MTLS_ENABLED": "0",  # or it listens on 0.0.0.0:8883, whatever BIND_HOST says
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent.sock",
            "LOG_LEVEL": "WARNING",
        }

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                if self._send("GET", "/_ministack/health").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"ministack did not start:\n{self._log.read_text()[-2000:]}")

    def _send(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        connection = self._connection()
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            response_headers = {
                name: value
                for name, value in response.getheaders()
                if name.lower() not in _NOT_FORWARDED
            }
            answer = Answer(response.status, response.read(), response_headers)
        except BaseException:
            connection.close()
            raise
        self._idle.append((time.monotonic(), connection))
        return answer

    def _connection(self) -> http.client.HTTPConnection:
        """Return an open connection, which halves the time of an answer, or else a new one."""
        with suppress(IndexError):
            while True:
                since, connection = self._idle.pop()
                if time.monotonic() - since < _IDLE_SECONDS:
                    return connection
                connection.close()
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

    def answer(self, call: Call) -> Answer:
        """What the emulator answers, in the partition of the call: it knows only `aws`."""
        headers = {name: v for name, v in call.headers.items() if name not in _NOT_FORWARDED}
        partition = partition_of(call.region)
        body = with_partition(call.body, partition, "aws")
        answer = self._send(call.method, call.path, headers, body)
        return replace(answer, body=with_partition(answer.body, "aws", partition))

    def emails(self) -> dict[str, list[dict[str, Any]]]:
        """Return what Cognito had sent, by account."""
        answer = self._send("GET", "/_ministack/ses/messages")
        messages: dict[str, list[dict[str, Any]]] = answer.members["messages"]
        return messages

    def reset(self) -> None:
        self._send("POST", "/_ministack/reset")

    def save(self) -> bytes:
        """Return the user pools of every Region, with all that belongs to them, and the stacks."""
        self._control.send_bytes(b"")
        return self._control.recv_bytes()

    def restore(self, state: bytes) -> None:
        """Have what was saved; to be called after a reset."""
        self._control.send_bytes(state)
        self._control.recv_bytes()

    def stop(self) -> None:
        while self._idle:
            self._idle.pop()[1].close()
        self._control.close()  # emulator_main.py then ends its process group
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
