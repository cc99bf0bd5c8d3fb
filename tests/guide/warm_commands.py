"""`python3` and `aws` that start warm: most of the time of either goes to imports.

For walkthroughs that differ from others by an option alone. What runs is what would run, in a fork
of a process that has imported the libraries. With value sets that `mkdocs.yml` declares, blocks
start the commands themselves.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from local_aws.emulator import interpreter

_SERVER = Path(__file__).with_name("warm_server.py")
_START_SECONDS = 30.0
# -I and -S: it needs nothing of what an interpreter looks for.
_CLIENT = """\
#!{python} -IS
import _socket, marshal, os, sys, time

arguments = [*{first!r}, *sys.argv[1:]]
if not arguments or arguments[0].startswith("-"):  # its program is in no file
    os.execv({python!r}, [{python!r}, *arguments])
if arguments[1:3] == ["cloudformation", "deploy"]:
    # It names its change set by the second, so two may not begin in one.
    time.sleep(1 - time.time() % 1)
server = _socket.socket(_socket.AF_UNIX)
server.connect({address!r})
asked = marshal.dumps((arguments, os.getcwd(), dict(os.environ)))
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
server.sendmsg(
    [len(asked).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)]
)
server.sendall(asked)
sys.exit((server.recv(1) or b"\\1")[0])
"""


class WarmCommands:
    """A folder with the commands, for a `PATH`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="warm-")
        self._servers: list[subprocess.Popen[bytes]] = []
        aws = interpreter().with_name("aws")
        self._offer("python3", sys.executable, [], "boto3", "urllib.request")
        self._offer("aws", str(interpreter()), [str(aws)], "awscli.clidriver", "awscli.handlers")
        deadline = time.monotonic() + _START_SECONDS
        while len([*self.path.glob("*.socket")]) < len(self._servers):
            if time.monotonic() > deadline or any(server.poll() for server in self._servers):
                raise RuntimeError("the warm commands did not start")
            time.sleep(0.01)

    @property
    def path(self) -> Path:
        return Path(self._folder.name)

    def _offer(self, command: str, python: str, first: list[str], *modules: str) -> None:
        address = self.path / f"{command}.socket"
        server = subprocess.Popen(
            [python, str(_SERVER), str(address), *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._servers.append(server)
        client = self.path / command
        client.write_text(_CLIENT.format(python=python, address=str(address), first=first))
        client.chmod(0o755)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._servers:
            assert server.stdin
            server.stdin.close()
            server.wait(timeout=30)
        self._folder.cleanup()
