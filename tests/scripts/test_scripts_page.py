"""The page of the scripts: their own help, and the policy for exactly the calls that they make."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import scripts_page
from local_aws import LocalAws
from mkdocs_macros_cognito.regions_table import regions
from script_actions import ACTIONS
from sites import GENERATORS, PROJECT, Build
from test_companion_scripts import PASSWORD, REAL, create, everything, ids, ok


def test_the_page_is_what_the_scripts_say() -> None:
    baked = scripts_page.FILE.read_text(encoding="utf-8")
    assert baked == scripts_page.page(), "a script changed: run `make scripts-page`"


def test_every_script_is_on_the_page_and_on_the_site() -> None:
    scripts = {file.name for file in (PROJECT / "scripts").glob("*.py")}
    assert scripts == set(ACTIONS)
    for name in scripts:
        published = PROJECT / "docs" / "scripts" / name
        assert published.read_bytes() == (PROJECT / "scripts" / name).read_bytes()


RECORD = '#!/bin/sh\necho "${0##*/} $*" >> "$RECORD"\n'
COMMANDS = ("python", "python3", "uv", "aws")


def ran(text: str, shell: list[str], folder: Path) -> str:
    """Return the commands that run if `text` is pasted into a terminal, one a line."""
    commands, record = folder / "commands", folder / "record"
    commands.mkdir()
    for name in COMMANDS:
        (commands / name).write_text(RECORD)
        (commands / name).chmod(0o755)
    record.touch()
    (folder / "home").mkdir()
    given = {"PATH": str(commands), "RECORD": str(record), "HOME": str(folder)}
    bash = shutil.which("bash")
    assert bash
    subprocess.run(
        [bash, *shell],
        input=f"{text}\n",
        text=True,
        env=given,
        cwd=folder / "home",
        capture_output=True,
    )
    return record.read_text()


# Which stops at a syntax error, and which goes on with the next line, as a reader's does.
each_shell = pytest.mark.parametrize(
    "shell", [[], ["--norc", "--noprofile", "-i"]], ids=["bash", "interactive"]
)


@each_shell
def test_a_command_that_is_pasted_is_recorded(shell: list[str], tmp_path: Path) -> None:
    armed = "Delete it:\n\n    python delete_user_pool.py --user-pool-id us-east-2_a --yes\n"
    assert ran(armed, shell, tmp_path) == (
        "python delete_user_pool.py --user-pool-id us-east-2_a --yes\n"
    )


@each_shell
@pytest.mark.parametrize("generator", GENERATORS)
def test_a_help_text_that_is_pasted_runs_nothing(
    built: Build, generator: str, shell: list[str], tmp_path: Path
) -> None:
    html = (built(generator) / "scripts" / "index.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser")
    helps = [block for block in page.select("article pre") if "--help" in block.get_text()]
    assert len(helps) == len(ACTIONS)
    for number, block in enumerate(helps):
        text = block.get_text()
        assert not block.select("[data-live]"), text
        folder = tmp_path / str(number)
        folder.mkdir()
        assert ran(text, shell, folder) == "", text
        # Nor does an example alone, which is a paragraph of its own.
        examples = [part for part in text.split("\n\n") if part.startswith("    python ")]
        assert examples, text
        folder = tmp_path / f"{number}-examples"
        folder.mkdir()
        assert ran("\n".join(examples), shell, folder) == "", text


def operations(local_aws: LocalAws, script: str, *arguments: str, typed: str = "") -> set[str]:
    """Run a script once, and return the operations that it called."""
    before = len(local_aws.calls)
    ok(script, *arguments, typed=typed)
    return {operation for _, operation in local_aws.calls[before:] if operation}


def test_the_policies_are_for_the_calls_that_are_made(local_aws: LocalAws) -> None:
    made: dict[str, set[str]] = {name.removesuffix(".py"): set() for name in ACTIONS}

    def called(script: str, *arguments: str, typed: str = "") -> None:
        made[script] |= operations(local_aws, script, *arguments, typed=typed)

    for _ in range(2):  # made, then found
        called("create_user_pool", "--application-name", "MLSpace")
    created = create()
    pool = ["--user-pool-id", created["user_pool_id"]]
    user = [*pool, "--username", "ada", "--email", "ada@example.com", "--name", "Ada"]
    called("create_user", *user)
    called("create_user", *user, "--password-stdin", typed=f"{PASSWORD}\n")
    called("find_oidc_settings")
    called("allow_callback_url", *ids(created), "--callback-url", REAL)
    called("delete_user_pool", *pool, "--yes", "--disable-deletion-protection")
    for name, actions in ACTIONS.items():
        stated = {*actions.anywhere, *actions.on_the_pool}
        assert made[name.removesuffix(".py")] == stated, name


@pytest.mark.parametrize("region", regions())
def test_create_find_allow_and_delete_in_every_region(local_aws: LocalAws, region: str) -> None:
    made = create(region=region)
    facts = regions()[region]
    assert made["oidc_url"] == f"https://{facts['issuer_host']}/{made['user_pool_id']}"
    assert made["login_domain"] == f"mlspace-test.{facts['login_domain']}"
    found = ok("find_oidc_settings", region=region)
    assert (found["user_pool_id"], found["missing"]) == (made["user_pool_id"], [])
    allowed = ok("allow_callback_url", *ids(made), "--callback-url", REAL, region=region)
    assert REAL in allowed["callback_urls"]
    pool = ["--user-pool-id", made["user_pool_id"], "--yes", "--disable-deletion-protection"]
    assert ok("delete_user_pool", *pool, region=region)["deleted"] is True
    assert everything(region) == []
    assert {where for where, _ in local_aws.calls} == {region}
