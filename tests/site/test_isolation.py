"""What blocks cannot reach where the machine allows namespaces.

Other hosts, services that nobody named, the author's home and processes.
"""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path

import pytest

from test_verification import fence, left_running, outcomes, verify, word, write

UNSHARE = (
    "unshare",
    "--user",
    "--net",
    "--pid",
    "--fork",
    "--mount-proc",
    "--uts",
    "--ipc",
    "true",
)
WORLD = """
import threading
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args):
        super().__init__(*args, directory="docs")

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def runbook_world():
    @contextmanager
    def world(walkthrough):
        with ExitStack() as opened:
            ports = []
            for _ in range(2):
                server = opened.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
                threading.Thread(target=server.serve_forever, daemon=True).start()
                opened.callback(server.shutdown)
                ports.append(server.server_port)
            yield {"NAMED": f"http://localhost:{ports[0]}/x", "OTHER": str(ports[1])}

    return world
"""
GET = "import os, sys, urllib.request; urllib.request.urlopen(sys.argv[1])"
# what blocks can do in any case
REACH = (
    fence("bash", 'curl --silent --fail "${NAMED%/x}/index.md" | grep -q Start'),
    fence("python", GET.replace("; ", "\n").replace("sys.argv[1]", 'os.environ["NAMED"][:-1]')),
    fence("bash", "python3 -m http.server 8123 >log 2>&1 &")
    + fence("bash", "until curl --silent localhost:8123 >page; do sleep 0.05; done"),
    fence("bash", 'test -w /dev/stderr && test -z "${SSH_AUTH_SOCK:-}"'),
    fence("python", 'open("/dev/stdout", "w").close()'),
    fence("bash", "(cd / && env -i setsid sleep WORD &)\n(setsid setsid sleep WORD &)"),
)
UMOUNT = """\
import ctypes
from pathlib import Path

assert "server_main" in Path("/proc/1/cmdline").read_text()
assert ctypes.CDLL(None).umount2(b"/proc", 2) == -1
"""
OWN = (
    fence("bash", "kill -9 1; kill -9 $PPID"),  # no block ends the first process there
    # each first looks where it is
    fence("bash", "test $PPID = 1\n! umount /proc 2>errors\n! umount --lazy /proc 2>errors"),
    fence("python", UMOUNT),
    fence("bash", "test $PPID = 1\n(echo evil >/proc/sys/kernel/hostname) 2>errors || true"),
)
# what they can do with namespaces alone
LIMITS = (
    fence("bash", '! curl --silent "localhost:$OTHER"'),
    fence("bash", f"! python3 -I -c '{GET}' http://localhost:$OTHER 2>errors"),
    fence("bash", "test $PPID = 1"),
    fence("bash", "! grep -q SECRET /proc/[0-9]*/environ"),
    fence("bash", 'test "$(eval echo "~$(id -un)")" -ef "$HOME"'),
    fence("bash", 'test "$(grep -c : /proc/net/dev)" = 1'),
    fence("bash", 'test -z "$(ls /dev/shm)"; touch /dev/shm/runbook-left'),
)


@pytest.mark.parametrize("is_on", [True, pytest.param(False, marks=pytest.mark.only_full)])
def test_blocks_reach_what_the_world_names_and_nothing_else(is_on: bool, tmp_path: Path) -> None:
    has_namespaces = subprocess.run(UNSHARE, stderr=subprocess.DEVNULL, check=False).returncode == 0
    if is_on and not has_namespaces:
        pytest.skip("this machine allows no namespaces")
    sought, host_name = word(), socket.gethostname()
    pages = {
        f"{name}-{number}.md": page.replace("WORD", sought)
        for name, some in (("reach", REACH), ("limits", LIMITS))
        for number, page in enumerate(some)
    }
    if is_on:  # else root would do this to the machine
        pages |= {f"reach-own-{number}.md": page for number, page in enumerate(OWN)}
    ini = f"runbook_lint = false\nrunbook_namespaces = {is_on}"
    write(tmp_path, pages, conftest=WORLD, ini=ini)
    config = tmp_path / "mkdocs.yml"
    verification = "    verification: { against: a test server }\n"
    config.write_text(config.read_text().replace("    derived:", f"{verification}    derived:"))
    more = {"SECRET": "s3cret", "SSH_AUTH_SOCK": "/tmp/agent"}  # noqa: S108
    result = verify(tmp_path, "--runbook-values", "default", more=more)
    outcome_by_test = outcomes(result.stdout)
    for page in pages:
        here = {o for test, o in outcome_by_test.items() if test.startswith(f"docs/{page}::")}
        is_well = is_on or page.startswith("reach")
        assert (here == {"PASSED"}) == is_well, (page, result.stdout)
    assert left_running(sought) == [] and socket.gethostname() == host_name
    assert not is_on or not Path("/dev/shm/runbook-left").exists()  # noqa: S108
    assert (
        "mkdocs.yml: there is no form: add live.js to extra_javascript, and live" in result.stdout
    )
    record = json.loads((tmp_path / "docs" / "verification.json").read_text())
    expected = "namespaces" if is_on else "guards"
    assert {of["isolation"] for of in record["walkthroughs"]} == {expected}
    assert ("blocks ran without namespaces" in result.stdout) != is_on
