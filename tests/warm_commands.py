"""`python3` and `aws` that start warm: most of the time of either goes to imports.

What runs is what would run, in a fork of a process that has imported the libraries. For
walkthroughs that differ from others by their values alone, and for the builds and checks of tests.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from _pytest.config import default_plugins

_SERVER = Path(__file__).with_name("warm_server.py")
_START_SECONDS = 300.0  # on a busy machine; a server that fails is noticed at once
# -I and -S: it needs nothing of what an interpreter looks for.
_CLIENT = """\
#!{python} -IS
import _socket, marshal, os, sys, time

arguments, programs = [*{first!r}, *sys.argv[1:]], {programs!r}
if programs:
    is_warm = arguments[:1] == ["-m"] and arguments[1] in programs
else:
    is_warm = arguments and not arguments[0].startswith("-")
if not is_warm:
    os.execv({python!r}, [{python!r}, *arguments])
if arguments[1:3] == ["cloudformation", "deploy"]:
    # It names its change set by the second, so two may not begin in one.
    time.sleep(1 - time.time() % 1)
server = _socket.socket(_socket.AF_UNIX)
server.connect({address!r})
executable = sys.argv[0] if programs else {python!r}
asked = marshal.dumps((arguments, os.getcwd(), dict(os.environ), executable))
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
server.sendmsg(
    [len(asked).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)]
)
server.sendall(asked)
sys.exit((server.recv(1) or b"\\1")[0])
"""


class Command(NamedTuple):
    """A command that starts warm."""

    name: str
    python: str
    #: what is imported before
    modules: tuple[str, ...]
    #: its first arguments
    first: tuple[str, ...] = ()
    #: the modules that it runs with `-m`, where those are all that it runs; what they start does so
    programs: tuple[str, ...] = ()


def readers_commands() -> tuple[Command, ...]:
    """Return what the guide's readers type: `python3`, and `aws`."""
    from local_aws.emulator import interpreter

    python = str(interpreter())
    first = (str(interpreter().with_name("aws")),)
    return (
        Command("python3", sys.executable, ("boto3", "urllib.request", "warm_models")),
        Command("aws", python, ("awscli.clidriver", "awscli.handlers", "warm_models"), first),
    )


#: builds sites, checks and verifies them
SITES_PYTHON = Command(
    "python3",
    sys.executable,
    (
        *(f"_pytest.{name}" for name in default_plugins),
        "filelock",
        "markdown.extensions.codehilite",
        "markdown.extensions.tables",
        "mkdocs.commands.build",
        "mkdocs.commands.serve",
        "mkdocs.config.defaults",
        "mkdocs.contrib.search",
        "material.extensions.emoji",
        "material.plugins.search.plugin",
        "mkdocs_macros.plugin",
        "mkdocs_macros_cognito",
        "mkdocs_macros_runbook.check_command",
        "mkdocs_macros_runbook.rendering.generators.jinja",
        "mkdocs_macros_runbook.rendering.generators.macros",
        "mkdocs_macros_runbook.rendering.generators.markdown",
        "mkdocs_macros_runbook.rendering.report.verification_report",
        "mkdocs_macros_runbook.verify.languages",
        "mkdocs_macros_runbook.verify.pytest_plugin",
        "mkdocs_macros_runbook.verify.pytest_plugin.pages",
        "mkdocs_macros_runbook.verify.pytest_plugin.report",
        "mkdocs_macros_runbook.verify.pytest_plugin.session_hooks",
        "pymdownx.emoji",
        "pymdownx.highlight",
        "pymdownx.snippets",
        "pymdownx.superfences",
        "pymdownx.tabbed",
        "pygments.lexers.shell",
        "pytest_examples",
        "warm_sites",
        "zensical.extensions.macros",
        "zensical.markdown.render",
        "zensical.main",
    ),
    programs=("mkdocs", "mkdocs_macros_runbook", "pytest", "ruff", "zensical"),
)


def start(folder: Path, commands: tuple[Command, ...], stdin: int) -> None:
    """Start the commands and put them into `folder`, for a `PATH`; they end when `stdin` does."""
    servers = [_offer(folder, command, stdin) for command in commands]
    deadline = time.monotonic() + _START_SECONDS
    while len([*folder.glob("*.socket")]) < len(servers):
        if time.monotonic() > deadline or any(server.poll() is not None for server in servers):
            raise RuntimeError("the warm commands did not start")
        time.sleep(0.01)
    _running.extend(servers)


_running: list[subprocess.Popen[bytes]] = []


def _offer(folder: Path, command: Command, stdin: int) -> subprocess.Popen[bytes]:
    address = folder / f"{command.name}.socket"
    client = folder / command.name
    client.write_text(_CLIENT.format(address=str(address), **command._asdict()))
    client.chmod(0o755)
    return subprocess.Popen(
        [command.python, str(_SERVER), str(address), *command.modules],
        stdin=stdin,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
