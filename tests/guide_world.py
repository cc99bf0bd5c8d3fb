"""The world in which the guide's blocks run: a reader's machine, and a local AWS without anything.

For pytest: named in the root `conftest.py`.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import scripts_page
import sites
from configuration import describe
from local_aws import LocalAws
from mkdocs_macros_runbook import verifiers
from mkdocs_macros_runbook.block import Block, plain
from mkdocs_macros_runbook.failure import Failure
from mkdocs_macros_runbook.output import is_shown
from mkdocs_macros_runbook.pytest_plugin import World
from mkdocs_macros_runbook.verifier import verifies
from mkdocs_macros_runbook.walkthrough import Walkthrough

PAGE = "docs/using-aws-cognito.md"
SCRIPTS = "docs/scripts.md"
PLUGIN = "docs/plugin/index.md"
ARCHITECTURE = "docs/plugin/architecture.md"
CONSTANTS = "export const OIDC_URL = '';\nexport const OIDC_CLIENT_NAME = '';\n"


@pytest.fixture(scope="session")
def runbook_world(request: pytest.FixtureRequest) -> World:
    """A reader's folder with the scripts, and on the guide's page an account without anything."""

    @contextmanager
    def world(walkthrough: Walkthrough) -> Iterator[Mapping[str, str]]:
        if walkthrough.page != PAGE:
            yield reader(walkthrough, None)
            return
        aws: LocalAws = request.getfixturevalue("_running_local_aws")
        aws.reset()
        yield reader(walkthrough, aws)

    return world


def reader(walkthrough: Walkthrough, aws: LocalAws | None) -> dict[str, str]:
    """Give a reader the scripts and the application's constants; return their environment."""
    for script in (sites.PROJECT / "docs" / "scripts").glob("*.py"):
        shutil.copy(script, walkthrough.folder)
    if walkthrough.page == PLUGIN:
        for name in ("docs", "plugin", "scripts"):
            shutil.copytree(sites.PROJECT / name, walkthrough.folder / name)
        shutil.copy(sites.PROJECT / "mkdocs.yml", walkthrough.folder)
    # The aws command, a python3 with boto3, and nothing of this project.
    path = [str(Path(sys.executable).parent), "/usr/bin", "/bin"]
    if aws is None:
        return {"PATH": ":".join(path), "AWS_EC2_METADATA_DISABLED": "true"}
    constants = walkthrough.folder / "lib" / "constants.ts"
    constants.parent.mkdir()
    constants.write_text(CONSTANTS)
    given = {name: text for name, text in aws.environment.items() if name.startswith("AWS_")}
    commands = aws.environment["PATH"].split(":")[0]
    return {**given, "PATH": ":".join([commands, *path])}


def pytest_runbook_end(walkthrough: Walkthrough) -> dict[str, Any] | None:
    """Describe the user pool and all that belongs to it, and the application's constants."""
    if walkthrough.page != PAGE:
        return None
    values = walkthrough.values.by_name
    names = ("region", "user_pool_id", "client_id", "domain_prefix")
    with pytest.MonkeyPatch.context() as patch:
        for name, text in walkthrough.environment.items():
            if name.startswith("AWS_"):
                patch.setenv(name, text)
        end = describe(*(values[name] for name in names))
    constants = (walkthrough.folder / "lib" / "constants.ts").read_text(encoding="utf-8")
    for name in reversed(names):  # the user pool's ID begins with its Region
        constants = constants.replace(values[name], f"<{name}>")
    return {**end, "constants": constants}


@verifies("text", runs=False)
def text(block: Block, walkthrough: Walkthrough) -> None:
    """Hold the help of a script to the script; it shows the page's values for the examples'."""
    command = plain(block.said.get("shows", ()))
    if walkthrough.page == ARCHITECTURE:
        _tree(block)
        return
    if walkthrough.page != SCRIPTS:
        verifiers.text(block, walkthrough)
        return
    ran = walkthrough.type_in(f"COLUMNS=88 {command}")
    _usage, _, rest = ran.output.partition("\n\n")  # which each Python breaks into other lines
    values = walkthrough.values.by_name
    pattern = "|".join(map(re.escape, scripts_page.EXAMPLES))
    came = re.sub(pattern, lambda found: values[scripts_page.EXAMPLES[found[0]]], rest)
    if ran.trouble or not is_shown(block.text, came):
        raise Failure(ran.trouble or "it says something else", expected=block.text, came=came)


def _tree(block: Block) -> None:
    """Hold a tree of the repository to the repository."""
    above: list[str] = []
    for line in block.text.splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        above = [*above[:depth], name]
        path = sites.PROJECT.joinpath(*above)
        if not path.exists():
            raise Failure(f"there is no {'/'.join(above)}", expected=block.text)
