"""The doctor against faults: it names the one that there is, and what it prints repairs it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws import LocalAws
from sign_in_faults import APP, FAULTS, PASSWORD, Setup
from test_companion_scripts import Ran, create, ids, ok, run
from warm_commands import WarmCommands
from write_scripts import SCRIPTS

ARGUMENTS = ["--constants", "lib/constants.ts", "--application-url", APP]
healthy: dict[str, tuple[bytes, str, str]] = {}  # made once


@pytest.fixture
def setup(local_aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Setup]:
    """Return a setup in which people can sign in; its addresses are the real ones."""
    for name, value in local_aws.front.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    for script in SCRIPTS:
        (tmp_path / script.name).symlink_to(script)
    if not healthy:
        made = create(name="acme")
        urls = ["--callback-url", APP, "--sign-out-url", APP, "--remove-callback-url"]
        ok("allow_callback_url", *ids(made), *urls, "https://localhost:3000/callback")
        user = ["--username", "ada", "--email", "ada@example.com", "--name", "Ada Lovelace"]
        user += ["--user-pool-id", made["user_pool_id"], "--password-stdin"]
        ok("create_user", *user, typed=f"{PASSWORD}\n")
        healthy["acme"] = local_aws.save(), made["user_pool_id"], made["client_id"]
    state, pool_id, client_id = healthy["acme"]
    made_up = Setup(local_aws, tmp_path, pool_id, client_id)
    made_up.set_constants(made_up.oidc_url, client_id)
    made_up.restore(state)
    yield made_up


def diagnose(*arguments: str) -> Ran:
    return run("diagnose_sign_in", *ARGUMENTS, *arguments, "--json")


def by_status(ran: Ran, status: str) -> list[str]:
    return [one["check"] for one in ran.result["checks"] if one["status"] == status]


def test_a_healthy_setup(setup: Setup) -> None:
    ran = diagnose("--username", "ada", "--domain-prefix", "acme-test")
    assert by_status(ran, "fine") == [one["check"] for one in ran.result["checks"]], ran
    assert ran.code == 0


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_and_its_fix_repairs_it(
    setup: Setup, _warm_commands: WarmCommands, name: str
) -> None:
    fault = FAULTS[name]
    fault.inject(setup)
    values = {"oidc_url": setup.oidc_url, "client_id": setup.client_id}
    arguments = [argument.format(**values) for argument in fault.arguments]
    ran = diagnose(*arguments)
    assert by_status(ran, "wrong") == [fault.check], ran
    assert ran.code == 1 and fault.check in ran.err
    [finding] = [one for one in ran.result["checks"] if one["status"] == "wrong"]
    for words in fault.says:
        assert words in finding["found"] + finding["expected"], finding
    if fault.repair:
        assert not finding["fix"] and finding["then"]
        fault.repair(setup)
    else:
        fix(setup, _warm_commands, finding["fix"], fault.enter)
    setup.deploy()
    again = diagnose(*(arguments if fault.then is None else fault.then))
    assert by_status(again, "wrong") == by_status(again, "unknown") == [], again


def fix(setup: Setup, warm: WarmCommands, commands: list[str], enter: dict[str, str]) -> None:
    """Run the printed commands in bash, as a person does who pastes them."""
    text = "\n".join(commands)
    for placeholder, entered in enter.items():
        text = text.replace(placeholder, entered)
    environment = setup.aws.environment | setup.aws.front.environment
    environment["PATH"] = f"{warm.path}:{environment['PATH']}"
    ran = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{text}"],
        cwd=setup.folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, f"{text}\n{ran.stderr}"
