"""The world in which the guide's blocks run: a reader's machine, and a local AWS without anything.

For pytest: named in the root `conftest.py`.
"""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from mkdocs.utils.yaml import yaml_load

import other_guide
import own_python
import sign_in_world
import sites
from local_aws import LocalAws, application
from mkdocs_macros_runbook import Block, Failure, Walkthrough, verifies
from mkdocs_macros_runbook.problem import Problems
from mkdocs_macros_runbook.values.declaration import DEFAULT
from mkdocs_macros_runbook.values.resolution import Override, Values, overrides_from, resolve
from mkdocs_macros_runbook.values.runbook_section import declaration_of
from mkdocs_macros_runbook.verify.languages import BUILT_IN
from mkdocs_macros_runbook.verify.languages.shell import verify_bash
from mkdocs_macros_runbook.verify.languages.text import verify_text
from mkdocs_macros_runbook.verify.pytest_plugin.item import plan_of
from mkdocs_macros_runbook.verify.walkthrough.world import World
from prose import CODE, FENCE
from sign_in_world import aws_of, described
from warm_commands import readers_commands

PAGE = "docs/using-aws-cognito.md"
TROUBLESHOOTING = "docs/troubleshooting.md"
SCRIPTS = "docs/scripts.md"
PLUGIN = "docs/plugin/index.md"
PUBLISH = "docs/plugin/publish.md"
VERIFICATION = "docs/plugin/verification.md"
ARCHITECTURE = "docs/plugin/architecture.md"
# A python3 with boto3, and nothing of this project.
PATH = [str(Path(sys.executable).parent), "/usr/bin", "/bin"]


@pytest.fixture(scope="session")
def runbook_world(request: pytest.FixtureRequest) -> World:
    """A reader's folder with the scripts, and on the guide's page an account without anything."""

    is_full = request.config.getoption("--runbook-full")

    @contextmanager
    def world(walkthrough: Walkthrough) -> Iterator[Mapping[str, str]]:
        aws: LocalAws | None = None
        if walkthrough.page in (PAGE, TROUBLESHOOTING):
            aws = request.getfixturevalue("_running_local_aws")
            aws.reset()
        environment = reader(walkthrough, aws)
        notes[walkthrough] = {}
        if aws:
            _aws[walkthrough] = aws
            address = request.getfixturevalue("_guide_address")
            walkthrough.values = with_address(walkthrough.values, address)
        is_troubleshooting = walkthrough.page == TROUBLESHOOTING
        if is_troubleshooting:
            notes[walkthrough] |= sign_in_world.begin(walkthrough, environment)
        # tests/guide/test_warm_commands.py compares what starts warm with what starts plain.
        if not (is_full and walkthrough.value_set == DEFAULT):
            warm: Path = request.getfixturevalue("_warm_commands")
            environment["PATH"] = f"{warm}:{environment['PATH']}"
        yield environment

    return world


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Walk all routes with the default values, and one route with the awkward ones.

    Unless all is to run. A robot walks every route, in a Region of each partition:
    tests/guide/test_robot.py.
    """
    if config.getoption("--runbook-full"):
        return
    left_out = []
    routes: dict[str, str] = {}  # the first of each page
    for item in items:
        plan = plan_of(item)
        if plan and plan.value_set != DEFAULT and not plan.is_standalone:
            # the commands of troubleshooting differ by their values alone
            is_walked = plan.value_set == "awkward" and plan.page not in (TROUBLESHOOTING, SCRIPTS)
            if not is_walked or plan.route != routes.setdefault(plan.page, plan.route):
                left_out.append(item)
        elif item.name.startswith("same-final-state[") and DEFAULT not in item.name:
            left_out.append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def _guide_address() -> Iterator[str]:
    """Return the address from which blocks fetch the scripts, as from the published guide."""
    with sites.serve(sites.PROJECT / "docs") as address:
        yield address


@pytest.fixture(scope="session")
def _warm_commands() -> Path:
    return sites.warm(*readers_commands())


def reader(walkthrough: Walkthrough, aws: LocalAws | None) -> dict[str, str]:
    """Give a reader what their page takes for granted; return their environment."""
    if walkthrough.page in (PLUGIN, VERIFICATION):
        return author(walkthrough)
    if walkthrough.page == PUBLISH:
        return publisher(walkthrough)
    # What the guide's page runs, it fetches itself; a command that shows what is meant does not.
    pattern = "find_oidc_settings.py" if walkthrough.page == PAGE else "*.py"
    for script in (sites.PROJECT / "docs" / "scripts").glob(pattern):
        shutil.copy(script, walkthrough.folder)
    if aws is None:
        # pip finds what is installed, and does not wait for an index that it cannot reach
        offline = {"PIP_NO_INDEX": "1", "PIP_ROOT_USER_ACTION": "ignore"}
        # somebody's profile may choose other hosts of AWS, which are in no OIDC URL
        own = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_USE_FIPS_ENDPOINT": "true"}
        return {**offline, **own, "PATH": ":".join(PATH)}
    application.write_source(walkthrough.folder)
    # somebody's profile may have another form of output, so blocks say theirs
    return {**readers_environment(aws), "AWS_DEFAULT_OUTPUT": "table"}


def readers_environment(aws: LocalAws) -> dict[str, str]:
    """Return the environment of a reader who has credentials and the tools that the guide needs."""
    variables = {name: text for name, text in aws.environment.items() if name.startswith("AWS_")}
    commands = aws.environment["PATH"].split(":")[0]
    return {**variables, **aws.front.environment, "PATH": ":".join([commands, *PATH])}


def with_address(values: Values, address: str) -> Values:
    """Return the values of a reader who has the page from `address`."""
    override = {"guide_url": Override(address, "the world")}
    return resolve(values.declaration, {**values.overrides, **override})


def deploy(walkthrough: Walkthrough) -> None:
    """Serve the application's env.js, with its constants, at the URL that the page shows."""
    url = walkthrough.values.by_name["application_url"]
    env = application.env(walkthrough.folder, url)
    _aws[walkthrough].front.files[f"{url}env.js"] = env


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
        (folder / "conftest.py").write_text(other_guide.WORLD, encoding="utf-8")
    return {**variables, "PATH": f"{folder}/env/bin:/usr/bin:/bin"}


#: what a walkthrough has to know in its end: what there was before it deleted anything
notes: WeakKeyDictionary[Walkthrough, dict[str, Any]] = WeakKeyDictionary()
_CLEAN_UP = "before the clean-up"
_PUBLISHED = "the values of a publisher"
#: how a paragraph begins that quotes from the block above it
_QUOTES = "In this example, "
_aws: WeakKeyDictionary[Walkthrough, LocalAws] = WeakKeyDictionary()


@verifies("bash")
def bash(block: Block, walkthrough: Walkthrough) -> None:
    """Run the block; note before what there is to compare, if it deletes something.

    A block that looks at the application finds it deployed.
    """
    noted = notes.setdefault(walkthrough, {})
    if walkthrough in _aws and re.search(r"--application-url|env\.js", block.text):
        deploy(walkthrough)
    deletes = re.search(r"\bdelete[-_](user_pool|user-pool|stack)", block.text)
    if walkthrough.page == PAGE and deletes and _CLEAN_UP not in noted:
        noted[_CLEAN_UP] = described(walkthrough, walkthrough.environment)
        walkthrough.run_in_terminal(confirmation(walkthrough.values.by_name))
    with surroundings(block, walkthrough) as more:
        verify_bash(block, walkthrough)
        check_regions(block, walkthrough)
    noted |= more
    if walkthrough.page == PUBLISH:
        _check_environment(block, walkthrough)


def surroundings(
    block: Block, walkthrough: Walkthrough
) -> AbstractContextManager[Mapping[str, Any]]:
    """Return what there is around a block alone, and what to note of it."""
    if walkthrough.page == TROUBLESHOOTING:
        return sign_in_world.fault(block.text, walkthrough, _aws[walkthrough])
    counts = walkthrough.page == PAGE and "length(UserPools" in block.text
    return other_user_pool(walkthrough) if counts else nullcontext({})


@contextmanager
def other_user_pool(walkthrough: Walkthrough) -> Iterator[Mapping[str, Any]]:
    """Have another user pool in the account, which a block that counts those of a name leaves out.

    Only for that block: the scripts find the guide's user pool by itself.
    """
    import boto3

    with aws_of(walkthrough.environment):
        cognito = boto3.client("cognito-idp", region_name=walkthrough.values.by_name["region"])
        pool_id = cognito.create_user_pool(PoolName="another")["UserPool"]["Id"]
        try:
            yield {}
        finally:
            cognito.delete_user_pool(UserPoolId=pool_id)


def check_regions(block: Block, walkthrough: Walkthrough) -> None:
    """Raise `Failure` if a block called AWS in another Region than the reader's."""
    calls = _aws[walkthrough].calls if walkthrough in _aws else []
    region = walkthrough.values.by_name["region"]
    if others := {called for called, _ in calls if called} - {region}:
        message = f"the block calls AWS in {', '.join(sorted(others))}, not in {region}"
        raise Failure(message, command=block.text)


def pytest_runbook_tools() -> dict[str, str]:
    """Return the versions of the AWS CLI and of the emulator, which have their own environment."""
    packages = (sites.PROJECT / ".venv-local-aws").glob("lib/python*/site-packages/*.dist-info")
    versions = dict(path.name.removesuffix(".dist-info").split("-", 1) for path in packages)
    names = {"awscli": "AWS CLI", "ministack": "MiniStack", "botocore": "botocore"}
    return {names[name]: versions[name] for name in names if name in versions}


def confirmation(values: Mapping[str, str]) -> str:
    """Return what somebody types who wants to delete everything: the guide's blocks ask for it."""
    name = values["user_pool_name"]
    return (
        f"user_pool_to_delete='{values['user_pool_id']}'\n"
        f"stack_to_delete='user-pool-{name}'\n"
        f"exec <<< '{name}'\n"
    )


def pytest_runbook_end(walkthrough: Walkthrough) -> dict[str, Any] | None:
    """Describe what there is before the clean-up, and that the clean-up leaves nothing."""
    if walkthrough.page == TROUBLESHOOTING:
        sign_in_world.check_end(walkthrough, notes[walkthrough])
    if walkthrough.page != PAGE:
        return None
    end: dict[str, Any] | None = notes.get(walkthrough, {}).get(_CLEAN_UP)
    if end is None:
        return described(walkthrough, walkthrough.environment)
    from configuration import user_pools

    with aws_of(walkthrough.environment):
        pools = user_pools(walkthrough.values.by_name["region"])
    if pools:
        raise Failure("the clean-up leaves user pools", actual=", ".join(pools))
    return end


@verifies("yaml", standalone=True)
def yaml(block: Block, walkthrough: Walkthrough) -> None:
    """Read the block; what configures the other guide is added to it, and its check must agree.

    It does not before parameters are declared. What a publisher changes is noted.
    """
    BUILT_IN["yaml"].verify(block, walkthrough)
    check_example(block, walkthrough)
    if not (walkthrough.folder / "mkdocs.yml").is_file():
        return  # it is only read
    if walkthrough.page == PUBLISH:
        notes.setdefault(walkthrough, {})[_PUBLISHED] = _values(walkthrough, block.text)
    if walkthrough.page not in (PLUGIN, VERIFICATION):
        return
    if block.title == "docs/facts.yml":
        (walkthrough.folder / block.title).write_text(block.text, encoding="utf-8")
        return
    if other_guide.add(walkthrough.folder, block.text):
        _check_other_guide(block, walkthrough)


@verifies("markdown")
def markdown(block: Block, walkthrough: Walkthrough) -> None:
    """Make the block a page of the other guide, whose check must agree."""
    check_example(block, walkthrough)
    page = walkthrough.folder / "docs" / "network.md"
    page.write_text(block.text, encoding="utf-8")
    if walkthrough.page == VERIFICATION:  # whose next block runs this page; the first ran its own
        warm = f'#!/bin/sh\nexec {sites.python()} -m pytest "$@"\n'
        (walkthrough.folder / "env" / "bin" / "pytest").write_text(warm)
    _check_other_guide(block, walkthrough)


@verifies("python")
def python(block: Block, walkthrough: Walkthrough) -> None:
    """Run the block, and compare it with what the page says of it."""
    BUILT_IN["python"].verify(block, walkthrough)
    check_example(block, walkthrough)


def check_example(block: Block, walkthrough: Walkthrough) -> None:
    """Raise `Failure` if the page quotes what a block does not have ("In this example, …")."""
    source = (sites.PROJECT / walkthrough.page).read_text(encoding="utf-8")
    file, _, line = block.place.rpartition(":")
    fence = FENCE.match("".join(source.splitlines(keepends=True)[int(line) - 1 :]))
    if file != walkthrough.page or not fence:
        return  # it is written in another file
    paragraph = fence.string[fence.end() :].lstrip().partition("\n\n")[0]
    quoted = CODE.findall(paragraph) if paragraph.startswith(_QUOTES) else []
    for code in quoted:
        if not re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", block.text):
            message = f"the page says that {code} is in this block"
            raise Failure(message, command=block.text)


def _values(walkthrough: Walkthrough, fragment: str = "", **environment: str) -> Mapping[str, str]:
    """Return the values of the publisher's guide, changed by a part of `mkdocs.yml` or otherwise.

    Raises `Failure`.
    """
    file = walkthrough.folder / "mkdocs.yml"
    with file.open("rb") as stream:
        config = other_guide.merged(yaml_load(stream), yaml_load(fragment) or {})
    try:
        declaration = declaration_of(config, file)
        return resolve(declaration, overrides_from(declaration, environment)).by_name
    except Problems as problems:
        raise Failure(str(problems), command=fragment) from None


def _check_environment(block: Block, walkthrough: Walkthrough) -> None:
    """Raise `Failure` if a command's variables do not make the guide that the example makes."""
    pairs = (word.partition("=") for word in shlex.split(block.text))
    values = _values(walkthrough, **{name: value for name, sign, value in pairs if sign})
    if values != notes[walkthrough].get(_PUBLISHED, values):
        raise Failure("the variables and mkdocs.yml have other values", command=block.text)


def _check_other_guide(block: Block, walkthrough: Walkthrough) -> None:
    result = subprocess.run(
        [sites.python(), "-m", "mkdocs_macros_runbook", "check"],
        cwd=walkthrough.folder,
        env=sites.environment(),
        capture_output=True,
        text=True,
    )
    if result.returncode:
        message = "the check of the other guide reports problems"
        raise Failure(message, command=block.text, actual=result.stdout + result.stderr)


@verifies("json", standalone=True)
def json_(block: Block, walkthrough: Walkthrough) -> None:
    """Read the block; compare a policy with IAM's own list of actions."""
    BUILT_IN["json"].verify(block, walkthrough)
    document = json.loads(block.text)
    if isinstance(document, dict) and "Statement" in document:
        from iam_policy import objections  # brings policy_sentry, which takes long

        values = walkthrough.values.by_name
        if messages := [*objections(document, values["partition"], values["region"])]:
            raise Failure(
                "IAM would not take the policy so", command=block.text, actual="\n".join(messages)
            )


@verifies("text", readers_execute=False)
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
    # `...` in a help text stands for nothing else
    if result.error or lines(block.text) != lines(actual):
        message = result.error or "the help differs from what the page shows"
        raise Failure(message, expected=block.text, actual=actual)


def lines(text: str) -> list[str]:
    """Return the lines of a text without the spaces at their ends."""
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def _tree(block: Block) -> None:
    """Hold a tree of the repository to the repository: its paths, and what it says of them.

    That is what CONTRIBUTING.md says, or how the module's docstring begins.
    """
    contributing = (sites.PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    same = dict(_described_paths(contributing.partition("```text\n")[2].partition("```")[0]))
    described = dict(_described_paths(block.text))
    root = next(iter(described))
    for path in root.iterdir() if (root / "__init__.py").is_file() else ():
        if path not in described and path.name not in ("__init__.py", "__pycache__", "py.typed"):
            raise Failure(f"the list lacks {path.name}", expected=block.text)
    for path, description in described.items():
        if not path.exists():
            name = path.relative_to(sites.PROJECT)
            raise Failure(f"there is no {name}", expected=block.text)
        module = path / "__init__.py" if path.is_dir() else path
        has_docstring = module.suffix == ".py" and module.is_file()
        docstring = ast.get_docstring(ast.parse(module.read_text())) if has_docstring else ""
        is_docstring = re.match(rf"(?i){re.escape(description)}(?!\w)", docstring or "")
        if description and description != same.get(path) and not is_docstring:
            raise Failure(f"neither its docstring nor CONTRIBUTING.md says {description!r}")


def _described_paths(tree: str) -> Iterator[tuple[Path, str]]:
    above: list[str] = []
    for line in tree.splitlines():
        name, _, description = line.strip().partition(" ")
        depth = (len(line) - len(line.lstrip())) // 2
        above = [*above[:depth], name]
        yield sites.PROJECT.joinpath(*above), description.strip()
