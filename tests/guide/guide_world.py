"""The world in which the guide's blocks run: a reader's machine, and a local AWS without anything.

For pytest: named in the root `conftest.py`.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import other_guide
import own_python
import sites
from local_aws import LocalAws
from mkdocs_macros_runbook import Block, Failure, Walkthrough, verifies
from mkdocs_macros_runbook.values.declaration import DEFAULT
from mkdocs_macros_runbook.verify.items import plan_of
from mkdocs_macros_runbook.verify.languages import BUILT_IN
from mkdocs_macros_runbook.verify.languages.text import verify_text
from mkdocs_macros_runbook.verify.output import is_shown
from mkdocs_macros_runbook.verify.session import World
from warm_commands import WarmCommands

PAGE = "docs/using-aws-cognito.md"
SCRIPTS = "docs/scripts.md"
PLUGIN = "docs/plugin/index.md"
PUBLISH = "docs/plugin/publish.md"
VERIFICATION = "docs/plugin/verification.md"
ARCHITECTURE = "docs/plugin/architecture.md"
CONSTANTS = "export const OIDC_URL = '';\nexport const OIDC_CLIENT_NAME = '';\n"


@pytest.fixture(scope="session")
def runbook_world(request: pytest.FixtureRequest) -> World:
    """A reader's folder with the scripts, and on the guide's page an account without anything."""

    is_full = request.config.getoption("--runbook-full")

    @contextmanager
    def world(walkthrough: Walkthrough) -> Iterator[Mapping[str, str]]:
        aws: LocalAws | None = None
        if walkthrough.page == PAGE:
            aws = request.getfixturevalue("_running_local_aws")
            aws.reset()
        given = reader(walkthrough, aws)
        # What the commands do by themselves is proved once for each, or with each value set. By
        # hand, readers run what they run on other routes.
        plain = (*walkthrough.values.declaration.value_sets,) if is_full else (DEFAULT,)
        if walkthrough.value_set not in plain or (walkthrough.route == "By hand" and not is_full):
            warm: WarmCommands = request.getfixturevalue("_warm_commands")
            given["PATH"] = f"{warm.path}:{given['PATH']}"
        yield given

    return world


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Walk all routes with the default values, and one route, by turns, with other value sets.

    Unless all is to run.
    """
    if config.getoption("--runbook-full"):
        return
    left_out = []
    turns: dict[str, int] = {}
    routes: dict[str, list[str]] = {}
    for item in items:
        if (plan := plan_of(item)) and plan.value_set == DEFAULT and not plan.is_standalone:
            on_page = routes.setdefault(plan.page, [])
            on_page += [plan.route] if plan.route not in on_page else []
    for item in items:
        plan = plan_of(item)
        if plan and plan.value_set != DEFAULT and plan.page in routes and not plan.is_standalone:
            turn = turns.setdefault(plan.value_set, len(turns))
            on_page = routes[plan.page]
            if plan.route != on_page[turn % len(on_page)]:
                left_out.append(item)
        elif item.name.startswith("same-final-state[") and DEFAULT not in item.name:
            left_out.append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def _warm_commands() -> Iterator[WarmCommands]:
    with WarmCommands() as running:
        yield running


def reader(walkthrough: Walkthrough, aws: LocalAws | None) -> dict[str, str]:
    """Give a reader what their page takes for granted; return their environment."""
    if walkthrough.page in (PLUGIN, VERIFICATION):
        return author(walkthrough)
    if walkthrough.page == PUBLISH:
        return publisher(walkthrough)
    for script in (sites.PROJECT / "docs" / "scripts").glob("*.py"):
        shutil.copy(script, walkthrough.folder)
    # The aws command, a python3 with boto3, and nothing of this project.
    path = [str(Path(sys.executable).parent), "/usr/bin", "/bin"]
    if aws is None:
        # pip finds what is installed, and does not wait for an index that it cannot reach
        offline = {"PIP_NO_INDEX": "1", "PIP_ROOT_USER_ACTION": "ignore"}
        return {**offline, "PATH": ":".join(path), "AWS_EC2_METADATA_DISABLED": "true"}
    constants = walkthrough.folder / "lib" / "constants.ts"
    constants.parent.mkdir()
    constants.write_text(CONSTANTS)
    given = {name: text for name, text in aws.environment.items() if name.startswith("AWS_")}
    commands = aws.environment["PATH"].split(":")[0]
    return {**given, "PATH": ":".join([commands, *path])}


def publisher(walkthrough: Walkthrough) -> dict[str, str]:
    """Give a publisher the guide, set up as `make` leaves it; return their environment."""
    folder = walkthrough.folder
    for name in ("docs", "plugin", "scripts"):
        shutil.copytree(sites.PROJECT / name, folder / name)
    for name in ("Makefile", "mkdocs.yml", "pyproject.toml", "requirements.lock"):
        shutil.copy(sites.PROJECT / name, folder)
    sites.link_environment(folder)
    return {"PATH": "/usr/bin:/bin"}


def author(walkthrough: Walkthrough) -> dict[str, str]:
    """Give an author a Python of their own and another guide; return their environment."""
    folder = walkthrough.folder
    variables = own_python.make(folder)
    other_guide.begin(folder)
    if walkthrough.page == VERIFICATION:
        other_guide.add(folder, other_guide.PLUGIN)
    return {**variables, "PATH": f"{folder}/env/bin:/usr/bin:/bin"}


def pytest_runbook_end(walkthrough: Walkthrough) -> dict[str, Any] | None:
    """Describe the user pool and all that belongs to it, and the application's constants."""
    if walkthrough.page != PAGE:
        return None
    from configuration import describe  # brings boto3, which takes long

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


@verifies("yaml", standalone=True)
def yaml(block: Block, walkthrough: Walkthrough) -> None:
    """Read the block; what configures the other guide is added to it, and its check must agree.

    It does not before parameters are declared.
    """
    BUILT_IN["yaml"].verify(block, walkthrough)
    if walkthrough.page not in (PLUGIN, VERIFICATION):
        return
    if not (walkthrough.folder / "mkdocs.yml").is_file():
        return  # it is only read
    if other_guide.add(walkthrough.folder, block.text):
        _check_other_guide(block, walkthrough)


@verifies("markdown")
def markdown(block: Block, walkthrough: Walkthrough) -> None:
    """Make the block a page of the other guide, whose check must agree."""
    page = walkthrough.folder / "docs" / "network.md"
    page.write_text(block.text, encoding="utf-8")
    try:
        _check_other_guide(block, walkthrough)
    finally:
        page.unlink()


def _check_other_guide(block: Block, walkthrough: Walkthrough) -> None:
    plugin = "python -m mkdocs_macros_runbook"
    check = f"{plugin} assets docs/assets && {plugin} check 2>&1"
    result = walkthrough.run_in_terminal(f"(cd '{walkthrough.folder}' && {check})")
    if result.error:
        message = "the check of the other guide reports problems"
        raise Failure(message, command=block.text, actual=result.output)


@verifies("json", standalone=True)
def json_(block: Block, walkthrough: Walkthrough) -> None:
    """Read the block; hold a policy to IAM's own list of actions."""
    BUILT_IN["json"].verify(block, walkthrough)
    document = json.loads(block.text)
    if isinstance(document, dict) and "Statement" in document:
        from iam_policy import objections  # brings policy_sentry, which takes long

        values = walkthrough.values.by_name
        if found := [*objections(document, values["partition"], values["region"])]:
            raise Failure(
                "IAM would not take the policy so", command=block.text, actual="\n".join(found)
            )


@verifies("text", executes=False)
def text(block: Block, walkthrough: Walkthrough) -> None:
    """Hold the help of a script to the script, but for its first lines."""
    if walkthrough.page == ARCHITECTURE:
        _tree(block)
        return
    if walkthrough.page != SCRIPTS:
        verify_text(block, walkthrough)
        return
    result = walkthrough.run_in_terminal(f"COLUMNS=88 {block.shows}")
    _usage, _, actual = result.output.partition("\n\n")  # each Python breaks it into other lines
    if result.error or not is_shown(block.text, actual):
        message = result.error or "the help differs from what the page shows"
        raise Failure(message, expected=block.text, actual=actual)


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
