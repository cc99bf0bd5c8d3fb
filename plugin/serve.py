"""A quiet `mkdocs serve`: a hook of MkDocs, and a program that checks the address beforehand.

`mkdocs.yml` names it under `hooks`. As a program it prints why the address cannot be served, if it
cannot; `make serve` runs it before anything is installed, so it needs nothing but Python.
"""

import ipaddress
import logging
import shutil
import socket
import sys
import tempfile
import time
from typing import Any

_LOG = logging.getLogger("mkdocs.serve")


def on_startup(command: str, dirty: bool) -> None:
    """Keep what is no warning from the terminal, except for the URL and the rebuilds."""
    if command == "serve":
        _starting.append(command)
        for handler in logging.getLogger("mkdocs").handlers:
            handler.addFilter(_is_shown)


_starting: list[str] = []


def on_config(config: Any) -> None:
    """Check the address before the first build: MkDocs would say so after it."""
    while _starting:
        _starting.pop()
        host, port = config["dev_addr"]
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if problem := problem_with(address):
            from mkdocs.exceptions import PluginError  # make has no MkDocs yet

            raise PluginError(problem.replace("make serve ADDRESS=", "mkdocs serve --dev-addr "))


def _is_shown(record: logging.LogRecord) -> bool:
    is_told = record.name == _LOG.name or "Serving on " in record.getMessage()
    return is_told or record.levelno >= logging.WARNING


def on_serve(server: Any, config: Any, builder: Any) -> None:
    """Serve the pages as they were while there is a problem; MkDocs would let browsers wait."""

    def rebuild() -> None:
        with tempfile.TemporaryDirectory() as before:
            shutil.copytree(server.root, before, dirs_exist_ok=True)
            try:
                builder()
            except (Exception, SystemExit) as error:
                if not isinstance(error, SystemExit):  # MkDocs has printed what made it exit
                    _LOG.error(" ".join(f"{type(error).__name__}: {error}".split()))
                shutil.copytree(before, server.root, dirs_exist_ok=True)
                _LOG.error("The pages stay as they were until this is fixed.")
            else:
                _LOG.info(f"Rebuilt at {time.strftime('%H:%M:%S')}")

    server.builder = rebuild


def problem_with(address: str) -> str:
    """Return why nothing can be served at `address`, and what to do; or an empty string."""
    host, _, port = address.rpartition(":")
    try:
        ip = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host.strip("[]"))
        if not 0 < int(port) < 65536:
            raise ValueError(port)
    except ValueError:
        problem = f"ADDRESS is '{address}', which is not an IP address and a port"
        return f"{problem}; run 'make serve ADDRESS=127.0.0.1:8001', for example"
    with socket.socket(socket.AF_INET6 if ip.version == 6 else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind((str(ip), int(port)))
        except OSError as error:
            other = 8002 if port == "8001" else 8001
            problem = f"cannot serve at {address} ({error.strerror})"
            return f"{problem}; run 'make serve ADDRESS=127.0.0.1:{other}'"
    return ""


if __name__ == "__main__":
    print(problem_with(sys.argv[1]))
