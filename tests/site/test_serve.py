"""`make serve`, with the real make, on a small site: what it prints, and what it serves."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

import sites
from mkdocs_macros_runbook.live.assets import copy_to
from samples import CONFIG, write_site

PAGE = "# Welcome to {{ city }}\n"
SERVED = (
    CONFIG
    + """\
nav: [index.md]
validation:
  omitted_files: warn
hooks: [plugin/serve.py]
copyright: !ENV [SITE_URL, nowhere]
extra_css: [assets/live.css]
extra_javascript: [assets/live.js]
"""
)


class Server:
    """A running `make serve`."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url
        self._lines: queue.Queue[str] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip())
        self._lines.put("")  # the end

    def lines_until(self, last: str) -> list[str]:
        """Return what is printed, up to a line with `last` in it."""
        lines = [self._lines.get(timeout=120)]
        while last not in lines[-1]:
            lines.append(self._lines.get(timeout=120))
        return lines

    def get(self, path: str = "") -> str:
        """Return a page."""
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:  # noqa: S310 (our own server)
            return str(answer.read().decode())


def write_guide(folder: Path) -> None:
    """Write a small site with this project's Makefile and what that uses."""
    write_site(folder, {"index.md": PAGE}, config=SERVED)
    copy_to(folder / "docs" / "assets")
    (folder / "plugin").mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "plugin/serve.py"):
        shutil.copy(sites.PROJECT / name, folder / name)


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Run `make serve` in `folder`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with subprocess.Popen(
        ["make", "serve", f"ADDRESS={address}"],
        cwd=folder,
        env=sites.environment({"PIP_NO_INDEX": "1"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # where the tests run in the background, a child would ignore it
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        server = Server(process, f"http://{address}/")
        try:
            yield server
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            server.reader.join(timeout=30)


def test_what_is_printed_and_served(tmp_path: Path) -> None:
    write_guide(tmp_path)
    sites.link_environment(tmp_path)
    page, config_file = tmp_path / "docs" / "index.md", tmp_path / "mkdocs.yml"
    with serving(tmp_path) as server:
        [line] = server.lines_until("Serving on")
        assert line.endswith(server.url)
        assert "nowhere" not in server.get(), "pages know the address that commands fetch from"

        page.write_text(PAGE.replace("Welcome", "Hello"))
        assert len(server.lines_until("Rebuilt")) == 1
        assert "Hello to" in server.get()

        page.write_text(PAGE + "\n{{ citty }}\n")
        problem = server.lines_until("pages stay as they were")
        assert len(problem) <= 3
        assert any("ERROR   -  docs/index.md:3: 'citty'" in line for line in problem)
        assert "Hello to" in server.get()

        page.write_text(PAGE.replace("Welcome", "Back"))
        assert len(server.lines_until("Rebuilt")) == 1
        assert "Back to" in server.get()

        config = config_file.read_text()
        config_file.write_text(config + "nav: [\n")
        problem = server.lines_until("pages stay as they were")
        assert len(problem) == 2
        assert "mkdocs.yml" in problem[0]
        assert "Back to" in server.get()
        config_file.write_text(config)
        assert len(server.lines_until("Rebuilt")) == 1

        (tmp_path / "docs" / "lost.md").write_text("# Not in the navigation\n")
        note = server.lines_until("Rebuilt")
        assert note[0].startswith("WARNING")
        assert "lost.md" in note[1]
        assert "Not in the navigation" in server.get("lost/")

        os.killpg(server.process.pid, signal.SIGINT)  # as the terminal does at Ctrl-C
        server.process.wait(timeout=30)
        assert not [line for line in server.lines_until("") if "Traceback" in line]


def test_an_address_that_is_in_use_is_reported_before_anything_is_installed(tmp_path: Path) -> None:
    write_guide(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        result = serve_at(address, tmp_path)
    assert result.returncode != 0
    [line] = result.stderr.splitlines()
    assert f"cannot serve at {address}" in line
    assert "make serve ADDRESS=127.0.0.1:8001" in line
    assert result.stdout == ""
    assert sorted(tmp_path.rglob("*")) == before


def test_without_make_an_address_that_is_in_use_is_reported_before_the_build(
    tmp_path: Path,
) -> None:
    write_guide(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        result = subprocess.run(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address],
            cwd=tmp_path,
            env=sites.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert result.returncode != 0
    [line, *_] = [line for line in result.stderr.splitlines() if address in line]
    assert line.endswith("run 'mkdocs serve --dev-addr 127.0.0.1:8001'")
    assert "Building" not in result.stderr and "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) <= 3


@pytest.mark.parametrize("address", ["8001", "nowhere:8001", "127.0.0.1:x", "127.0.0.1:70000"])
def test_what_is_no_address_is_reported(tmp_path: Path, address: str) -> None:
    write_guide(tmp_path)
    result = serve_at(address, tmp_path)
    assert result.returncode != 0
    [line] = result.stderr.splitlines()
    assert f"ADDRESS is '{address}'" in line
    assert "make serve ADDRESS=127.0.0.1:8001" in line


def serve_at(address: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `make serve` at an address that it refuses."""
    return subprocess.run(
        ["make", "serve", f"ADDRESS={address}"],
        cwd=folder,
        env=sites.environment({"PIP_NO_INDEX": "1"}),
        capture_output=True,
        text=True,
        timeout=60,
    )
