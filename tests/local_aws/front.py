"""The addresses that a reader has, `https://cognito-idp.<Region>.amazonaws.com/...`, on loopback.

A proxy that ends TLS itself: whoever uses it, and trusts its authority, reaches the hosts of user
pools, their login domains and the applications by their real names. It knows no other host.
"""

from __future__ import annotations

import http.server
import ssl
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mkdocs_macros_cognito.regions_table import regions

from .answer import Answer
from .call import Call
from .emulator import interpreter

_CERTIFICATE = Path(__file__).with_name("certificate_main.py")

Answers = Callable[[str, Call], Answer | None]
"""Answer a request to a host; None if there is no such host."""


def _hosts() -> list[str]:
    """The hosts of every Region, and those of applications that have a domain of their own."""
    hosts = ["example.com", "*.example.com"]
    for facts in regions().values():
        hosts += [facts["issuer_host"], f"issuer-{facts['issuer_host']}"]
        hosts += [f"*.{facts['login_domain']}", f"*.{facts['api_gateway_host']}"]
    return hosts


class Front:
    """The proxy. `files` are what applications serve, by URL; both go with a reset."""

    def __init__(self, folder: Path, answers: Answers) -> None:
        self._answers = answers
        self.authority = folder / "authority.pem"
        command = [str(interpreter()), str(_CERTIFICATE), str(folder), *_hosts()]
        subprocess.run(command, check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        self.reset()
        self._server = _Server(self, context)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()

    def reset(self) -> None:
        self.files: dict[str, Answer] = {}
        #: what a whole host answers in place of its own; None: it cannot be reached
        self.hosts: dict[str, Answer | None] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which programs use the proxy and trust its authority."""
        proxies = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), self.url)
        return proxies | {"SSL_CERT_FILE": str(self.authority)}

    def answer(self, host: str, call: Call) -> Answer | None:
        if host in self.hosts:
            return self.hosts[host]
        url = f"https://{host}{call.path.partition('?')[0]}"
        answer = self.files.get(url) or self._answers(host, call)
        if answer is None and any(name.startswith(f"https://{host}/") for name in self.files):
            return Answer(404, b"not found")
        return answer

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, front: Front, context: ssl.SSLContext) -> None:
        self.front, self.context = front, context
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or does not trust the authority, is no error of ours."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: _Server
    host = ""  # of the tunnel

    def do_CONNECT(self) -> None:
        host = self.path.removesuffix(":443")
        if self.server.front.answer(host, Call("GET", "/", {}, b"")) is None:
            self.send_error(502, "there is no such host")
            return
        self.send_response_only(200, "Connection established")
        self.end_headers()
        self.wfile.flush()
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")
        self.host, self.close_connection = host, False

    def _handle(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        answer = self.server.front.answer(self.host, Call(self.command, self.path, headers, body))
        if not self.host or answer is None:
            self.send_error(502, "there is no such host")
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("content-length", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_OPTIONS = _handle  # noqa: N815 - the library's names

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # that of the tunnel, of which the server does not know

    def log_message(self, *_: Any) -> None:
        """Tests read what clients got."""
