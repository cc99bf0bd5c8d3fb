"""The page of the scripts: its options, policies and requirements are those of the scripts."""

from __future__ import annotations

import functools
import importlib
import json
import re
import shutil
import subprocess
import tomllib
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

import scripts_page
from common_parts import SCRIPTS
from local_aws import Fault, LocalAws
from mkdocs_macros_cognito.regions_table import regions
from sites import GENERATORS, PROJECT, Build
from test_companion_scripts import (
    ARGUMENTS,
    OF_AWS,
    PASSWORD,
    READS,
    REAL,
    SITUATIONS,
    begin,
    create,
    everything,
    ids,
    names,
    ok,
    refuses,
    run,
)

NAMES = [path.name for path in SCRIPTS]
OPTION = re.compile(r"--[a-z][a-z-]+")


@functools.cache
def sections() -> dict[str, str]:
    """Return the page by its headings; what is said of all scripts has the empty one."""
    page = scripts_page.FILE.read_text(encoding="utf-8")
    lead, *parts = re.split(r"^## (?=\S+\.py$)", page, flags=re.MULTILINE)
    return {"": lead} | {name: part for name, _, part in (p.partition("\n") for p in parts)}


@functools.cache
def help_of(name: str) -> str:
    with redirect_stdout(StringIO()) as out, pytest.raises(SystemExit):
        importlib.import_module(name.removesuffix(".py")).main(["--help"])
    return out.getvalue()


@functools.cache
def head_of(name: str) -> dict[str, Any]:
    """Return what a script's head says that it needs."""
    lines = (PROJECT / "scripts" / name).read_text(encoding="utf-8").splitlines()
    inside = lines[lines.index("# /// script") + 1 : lines.index("# ///")]
    return tomllib.loads("\n".join(line.removeprefix("# ") for line in inside))


def test_the_page_is_up_to_date() -> None:
    text = scripts_page.FILE.read_text(encoding="utf-8")
    assert text == scripts_page.page(), "a script changed: run `make scripts-page`"


def test_each_script_has_its_section_and_its_download() -> None:
    assert sorted(filter(None, sections())) == NAMES
    for name in NAMES:
        assert f"](scripts/{name}){{ download }}" in sections()[name]
        assert (PROJECT / "docs" / "scripts" / name).is_file()


@pytest.mark.parametrize("name", NAMES)
def test_the_options_on_the_page_are_those_of_the_script(name: str) -> None:
    here = set(OPTION.findall(sections()[name])) | {"--help"}
    assert here == set(OPTION.findall(help_of(name)))
    everywhere = {option for other in NAMES for option in OPTION.findall(help_of(other))}
    prose = re.sub(r"(?ms)^```.*?^```", "", sections()[""])
    assert {"--dry-run"} <= set(OPTION.findall(prose)) <= everywhere
    assert not re.search(r"--\S*(secret|token|access-key)", help_of(name)), "no script asks for one"


def test_what_the_scripts_need() -> None:
    lead = " ".join(sections()[""].split())
    assert len({head_of(name)["requires-python"] for name in NAMES}) == 1
    needs = [head_of(name)["dependencies"] for name in NAMES]
    assert "all but one need boto3" in lead and needs.count([]) == 1


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_printed_is_what_the_page_lists(local_aws: LocalAws, name: str) -> None:
    situation, start = SITUATIONS[name], begin(local_aws, name)
    [listed] = re.findall(
        r"It prints one JSON object: (.*?)\n\n", sections()[f"{situation.name}.py"], re.DOTALL
    )
    words = set(re.findall(r"[a-z_]+", listed))
    printed = situation.run(start.arguments).json
    assert set(printed) <= words
    assert {word for word in words if "_" in word} <= set(printed)


def test_which_scripts_have_a_dry_run() -> None:
    """All but those that only read."""
    without = {name for name in NAMES if "--dry-run" not in help_of(name)}
    assert without == {"diagnose_sign_in.py", "find_oidc_settings.py"}
    for name in without:
        assert "only reads" in " ".join(sections()[name].split())


@pytest.mark.parametrize("name", [name for name in SITUATIONS if name != "find"])
def test_a_dry_run_reads_says_the_steps_and_writes_nothing(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    situation, start = SITUATIONS[name], begin(local_aws, name)
    before_it = local_aws.save()
    dry = situation.run([*start.arguments, "--dry-run"])
    assert dry.code == 0 and dry.json["dry_run"] is True, dry
    assert local_aws.calls and all(call.startswith(READS) for _, call in local_aws.calls)
    assert local_aws.save() == before_it
    steps = dry.json["steps"]
    assert steps and all(step["action"] for step in steps)

    before = len(local_aws.calls)
    result = situation.run(start.arguments)
    assert result.code == 0
    messages = [
        line for line in result.err.splitlines() if not line.startswith("warning: the calls go")
    ]
    assert [f"Done: {step['action']}." for step in steps] == messages
    wrote = [call for _, call in local_aws.calls[before:] if not call.startswith(READS)]
    assert wrote == [step["operation"] for step in steps]

    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    refuses(situation.name, *start.arguments, "--dry-run", says="sign in to AWS")


@pytest.mark.parametrize("name", [path.name for path in OF_AWS])
def test_exit_codes(local_aws: LocalAws, name: str) -> None:
    """0 is what every run above ends with: made, and then found."""
    script = name.removesuffix(".py")
    with redirect_stdout(StringIO()), pytest.raises(SystemExit) as exit_info:
        run(script, *ARGUMENTS[script], "--no-such-option")
    assert exit_info.value.code == 2
    local_aws.fail(at=1, how=Fault.ACCESS_DENIED)
    assert run(script, *ARGUMENTS[script]).code == 1


def test_the_policies_are_for_the_calls_that_are_made(local_aws: LocalAws) -> None:
    operations: dict[str, set[str]] = {name: set() for name in NAMES}

    def called(script: str, *arguments: str, typed: str = "", code: int = 0) -> None:
        before = len(local_aws.calls)
        assert run(script, *arguments, typed=typed).code == code
        operations[f"{script}.py"] |= {operation for _, operation in local_aws.calls[before:]}

    for _ in range(2):  # made, then found
        called("create_user_pool", *names())
    created = create()
    pool = ["--user-pool-id", created["user_pool_id"]]
    user = [*pool, "--username", "ada", "--email", "ada@example.com", "--name", "Ada"]
    called("create_user", *user)
    called("create_user", *user, "--password-stdin", typed=f"{PASSWORD}\n")
    called("create_user", *user[:-1], "Ada Lovelace", "--update")
    called("find_oidc_settings")
    called("allow_callback_url", *ids(created), "--callback-url", REAL)
    oidc_url = f"https://cognito-idp.us-east-2.amazonaws.com/{created['user_pool_id']}"
    for client_id in (created["client_id"], "another"):
        options = ["--oidc-url", oidc_url, "--client-id", client_id, "--callback-url", REAL]
        called("diagnose_sign_in", *options, "--json", code=1)  # what is public is not there
    named = ["--confirm-name", "mlspace-test"]
    called("delete_user_pool", *pool, *named, "--disable-deletion-protection")
    for name, calls in operations.items():
        policies = re.findall(r"(?ms)^```json .*?\n(.*?)^```", sections()[name])
        actions = [
            action
            for policy in policies
            for statement in json.loads(policy)["Statement"]
            for action in statement["Action"]
        ]
        assert sorted(actions) == sorted(f"cognito-idp:{call}" for call in calls), name
        assert len(policies) == (1 if calls else 0)


RECORD = '#!/bin/sh\necho "${0##*/} $*" >> "$RECORD"\n'
COMMANDS = ("python", "python3", "uv", "aws")


def paste(text: str, shell: list[str], folder: Path) -> str:
    """Paste `text` into a terminal and return the commands that run, one a line."""
    commands, record = folder / "commands", folder / "record"
    commands.mkdir()
    for name in COMMANDS:
        (commands / name).write_text(RECORD)
        (commands / name).chmod(0o755)
    record.touch()
    (folder / "home").mkdir()
    environment = {"PATH": str(commands), "RECORD": str(record), "HOME": str(folder)}
    bash = shutil.which("bash")
    assert bash
    subprocess.run(
        [bash, *shell],
        input=f"{text}\n",
        text=True,
        env=environment,
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
    armed = (
        "Delete it:\n\n    python delete_user_pool.py --user-pool-id us-east-2_a --confirm-name a\n"
    )
    assert paste(armed, shell, tmp_path) == (
        "python delete_user_pool.py --user-pool-id us-east-2_a --confirm-name a\n"
    )


@each_shell
@pytest.mark.parametrize("generator", GENERATORS)
def test_a_help_text_that_is_pasted_runs_nothing(
    built_site: Build, generator: str, shell: list[str], tmp_path: Path
) -> None:
    html = (built_site(generator) / "scripts" / "index.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser")
    helps = [block for block in page.select("article pre") if "--help" in block.get_text()]
    assert len(helps) == len(NAMES)
    for number, block in enumerate(helps):
        text = block.get_text()
        assert not block.select("[data-live]"), text
        folder = tmp_path / str(number)
        folder.mkdir()
        assert paste(text, shell, folder) == "", text
        # Nor does an example alone, which is a paragraph of its own.
        examples = [part for part in text.split("\n\n") if part.startswith("    python ")]
        assert examples, text
        folder = tmp_path / f"{number}-examples"
        folder.mkdir()
        assert paste("\n".join(examples), shell, folder) == "", text


@pytest.mark.parametrize("region", regions())
@pytest.mark.only_full  # one Region of each partition has it among the tests of the scripts
def test_create_find_allow_and_delete_in_every_region(local_aws: LocalAws, region: str) -> None:
    setup = create(region=region)
    user = ["--username", "ada", "--email", "ada@example.com", "--name", "Ada"]
    ok("create_user", "--user-pool-id", setup["user_pool_id"], *user, region=region)
    settings = ok("find_oidc_settings", region=region)
    assert settings["user_pool_id"] == setup["user_pool_id"]
    host = regions()[region]["issuer_host"]
    assert settings["oidc_url"] == f"https://{host}/{setup['user_pool_id']}"
    update = ok("allow_callback_url", *ids(setup), "--callback-url", REAL, region=region)
    assert REAL in update["callback_urls"]
    pool = ["--user-pool-id", setup["user_pool_id"], "--disable-deletion-protection"]
    pool += ["--confirm-name", setup["user_pool_name"]]
    assert ok("delete_user_pool", *pool, region=region)["deleted"] is True
    assert everything(region) == []
    assert {where for where, _ in local_aws.calls} == {region}
