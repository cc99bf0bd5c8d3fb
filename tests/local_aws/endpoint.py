"""The HTTP server that clients talk to instead of AWS."""

from __future__ import annotations

import contextlib
import http.server
import pickle
import sys
import threading
import traceback
from typing import Any

from .answer import Answer, Refusal, refusal_answer
from .call import Call
from .cloudformation import RESOURCE_PATH, CloudFormation
from .cognito import Cognito
from .emulator import Emulator
from .fault import Fault, Faults, refusal
from .login_pages import LoginPages
from .region import regions


class ConnectionDropped(Exception):
    """The client hears nothing."""


class Endpoint:
    """Takes calls, notes them, fails those it was told to fail, and has the others answered."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._cognito = Cognito(emulator)
        self.login_pages = LoginPages(emulator, self._cognito)
        self._lock = threading.Lock()
        self.calls: list[tuple[str, str]] = []
        self.faults = Faults()
        self._server = _Server(self)
        self._cloudformation = CloudFormation(emulator, self._cognito, self.url)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def reset(self) -> None:
        with self._lock:
            self.calls = []
            self.faults = Faults()
            self._cognito.reset()
            self._cloudformation.reset()
            self.login_pages.reset()

    def save(self) -> bytes:
        """Return the user pools of every Region, with all that belongs to them, and the stacks."""
        with self._lock:
            return pickle.dumps((self._emulator.save(), self._cognito.save()))

    def restore(self, state: bytes) -> None:
        """Have what was saved; to be called after a reset."""
        emulated, ours = pickle.loads(state)  # noqa: S301 - from `save`
        with self._lock:
            self._emulator.restore(emulated)
            self._cognito.restore(ours)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, call: Call) -> Answer:
        if call.path == RESOURCE_PATH:
            self._cloudformation.make(call.members)
            return Answer(200, b"")
        if call.path != "/":
            # No API call: a discovery document, a key set, a login page.
            return self._cognito.with_issuer(call.path, self._emulator.answer(call))
        with self._lock:
            self.calls.append((call.region, call.operation))
            fault, first = self.faults.of(call)
        if fault is Fault.DROPPED_BEFORE:
            raise ConnectionDropped
        if fault is Fault.DROPPED_AFTER:
            if first:
                with contextlib.suppress(Refusal):
                    self._answer(call)
            raise ConnectionDropped
        try:
            if fault:
                raise refusal(fault, call)
            return self._answer(call)
        except Refusal as error:
            return refusal_answer(error, xml=call.speaks_xml)
        except Exception as error:  # ours: said at once, not retried as a broken connection
            traceback.print_exc()
            return refusal_answer(Refusal("LocalAwsFailed", repr(error), 501), xml=call.speaks_xml)

    def _answer(self, call: Call) -> Answer:
        if call.signed and call.region not in regions():
            # On AWS such a Region has no host to talk to.
            raise Refusal(
                "InvalidSignatureException", "Credential should be scoped to a valid region."
            )
        if not call.signed and call.service != "cognito-idp":
            raise Refusal("MissingAuthenticationToken", "Missing Authentication Token", 403)
        if call.service == "cognito-idp":
            return self._cognito.answer(call)
        if call.service == "cloudformation":
            return self._cloudformation.answer(call)
        return self._emulator.answer(call)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours; anything else is."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for head and body: two cost 40 ms, the price of a delayed ACK
    server: _Server

    def _handle(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        call = Call(self.command, self.path, headers, body)
        try:
            answer = self.server.endpoint.answer(call)
        except ConnectionDropped:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815 - the library's names

    def log_message(self, *_: Any) -> None:
        """Tests read `calls`."""
