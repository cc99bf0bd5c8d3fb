"""Sites for the tests: built by the real site generators, served on loopback."""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from warm_commands import SITES_PYTHON, Command, start

PROJECT = Path(__file__).resolve().parent.parent
GENERATORS = ("mkdocs", "zensical")
#: the address for which the guide is built unless a publisher says another
GUIDE_URL = "http://127.0.0.1:8000/"

#: builds the guide once: `built("zensical", {"REGION": "eu-central-1"})`
Build = Callable[..., Path]

# What a build may see of the machine: no credential, no parameter of someone's shell, no proxy.
_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")

#: names the folder of what is built once for all workers of a test run
SHARED = "GUIDE_TESTS_SHARED"
_ALIVE = "alive"  # a pipe in it, open as long as the run
_kept_open: list[int] = []


def share(folder: Path) -> None:
    """Let `folder` have what this process and those that it starts make once.

    What runs for all of them ends with this process.
    """
    os.mkfifo(folder / _ALIVE)
    _kept_open.append(os.open(folder / _ALIVE, os.O_RDWR))
    os.environ[SHARED] = str(folder)


def _shared() -> Path:
    if SHARED not in os.environ:  # a program of its own, without a run of tests
        folder = Path(tempfile.mkdtemp(prefix="guide-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        share(folder)
    return Path(os.environ[SHARED])


def once(name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder that `make` fills, by whichever worker asks for `name` first."""
    key = hashlib.sha256(name.encode()).hexdigest()[:16]
    shared = _shared()
    with (shared / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shared / key
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder


def environment(values: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment for a build: the machine's, scrubbed, with `values` as overrides."""
    variables = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    return {**variables, "NO_COLOR": "1", "NO_MKDOCS_2_WARNING": "1", **(values or {})}


@cache
def warm(*commands: Command) -> Path:
    """Return a folder with commands that start warm, for a `PATH`: one for all processes."""

    def make(folder: Path) -> None:
        alive = os.open(_shared() / _ALIVE, os.O_RDONLY | os.O_NONBLOCK)
        try:
            start(folder, commands, alive)
        finally:
            os.close(alive)

    return once(repr(commands), make)


def python() -> str:
    """Return a Python that starts site generators, checks and verifications warm."""
    return str(warm(SITES_PYTHON) / SITES_PYTHON.name)


def run_generator(
    generator: str,
    config_file: Path,
    site: Path | None = None,
    values: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Build strictly with `generator`; into `site`, or where the configuration says."""
    command = [python(), "-m", generator, "build", "--strict", "--config-file", config_file]
    if generator == "zensical":
        command.append("--clean")
    elif site is not None:
        command += ["--site-dir", site]
    return subprocess.run(
        [str(part) for part in command],
        cwd=config_file.parent,
        env=environment(values),
        capture_output=True,
        text=True,
        timeout=120,
    )


def build(generator: str, site: Path, values: Mapping[str, str] | None = None) -> Path:
    """Build the guide into `site` and return it; raises `AssertionError` with what was printed."""
    if generator == "mkdocs":
        result = run_generator(generator, PROJECT / "mkdocs.yml", site, values)
    else:  # Zensical always builds beside its configuration, so it gets a copy of the project
        site.parent.mkdir(parents=True, exist_ok=True)
        copy = copy_of_guide(site.parent / f"{site.name}-project")
        result = run_generator(generator, copy / "mkdocs.yml", values=values)
        (copy / "site").rename(site)
    assert result.returncode == 0, result.stdout + result.stderr
    return site


def copy_of_guide(folder: Path) -> Path:
    """Copy what the guide is built from into `folder`, and return that.

    Zensical follows links to files, but not to folders. The inputs of the verification are copied
    too, so that the record, if there is one, says the same of the copy.
    """
    folder.mkdir(parents=True)
    config = PROJECT / "mkdocs.yml"
    for name in ("docs", "mkdocs.yml", *verification_inputs(config)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name)
        else:
            shutil.copy(PROJECT / name, folder / name)
    return folder


def verification_inputs(config: Path) -> list[str]:
    """Return the files and folders that the guide declares under `depends_on`."""
    match = re.search(
        r"^      depends_on:.*?\[(.*?)\]$", config.read_text(), re.MULTILINE | re.DOTALL
    )
    assert match, config
    return re.split(r",\s+", match[1])


def link_environment(folder: Path) -> None:
    """Give `folder` a `.venv` that make takes for complete: links to what runs the tests."""
    environment = folder / ".venv"
    environment.mkdir()
    for path in Path(sys.prefix).iterdir():
        if path.name != "installed":
            (environment / path.name).symlink_to(path)
    (environment / "installed").touch()


class Files(SimpleHTTPRequestHandler):
    """The files of a site, as tests of single pages need them.

    A browser asks once for each asset. The worker of the theme's search is empty: it indexes the
    whole site on each page, a third of what a page costs.
    """

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if "/javascripts/workers/" not in self.path:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def end_headers(self) -> None:
        if "/assets/" in self.path:
            self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()


@contextmanager
def serve(site: Path, handler: type[SimpleHTTPRequestHandler] = Files) -> Iterator[str]:
    """Serve `site` on a free loopback port; yield its address, which ends in a slash."""

    class Quiet(handler):  # type: ignore[misc, valid-type]
        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            if not isinstance(sys.exception(), ConnectionError):  # the browser went away
                super().handle_error(request, client_address)  # type: ignore[arg-type]

    server = Server(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def publish(
    site: Path, files: type[SimpleHTTPRequestHandler] = SimpleHTTPRequestHandler
) -> Iterator[str]:
    """Serve a built guide as if it had been built for its address, from which commands fetch."""

    class Published(files):  # type: ignore[misc, valid-type]
        def do_GET(self) -> None:  # noqa: N802 - the name of http.server
            file = Path(self.translate_path(self.path))
            file = file / "index.html" if file.is_dir() else file
            if file.suffix != ".html" or not file.exists():
                super().do_GET()
                return
            host = self.headers["Host"]
            body = file.read_bytes().replace(GUIDE_URL.encode(), f"http://{host}/".encode())
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serve(site, Published) as address:
        yield address


def change_default(config_file: Path, name: str, default: str) -> None:
    """Change the default of a parameter, as a publisher does it: in its line of `mkdocs.yml`."""
    text = config_file.read_text(encoding="utf-8")
    new_text, count = re.subn(
        rf"(?m)(^      {name}:\n(?:        .*\n)*?        default: ).*$",
        lambda match: f'{match[1]}"{default}"',
        text,
    )
    assert count == 1, name
    config_file.write_text(new_text, encoding="utf-8")
