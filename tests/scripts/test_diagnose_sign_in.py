"""The doctor against faults: it names the one that there is, and what it prints repairs it."""

from __future__ import annotations

import importlib
import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from botocore.httpsession import URLLib3Session

from common_parts import SCRIPTS
from local_aws import Fault, LocalAws
from local_aws.answer import Answer
from sign_in_faults import (
    APP,
    FAULTS,
    LOGIN_HOST,
    OLD,
    OTHER,
    PASSWORD,
    Setup,
    create_ada,
    pool_setting,
    wrong_constants,
)
from test_companion_scripts import Full, Result, create, ids, ok, run

REFUSALS = [how for how in Fault if how is not Fault.DROPPED_AFTER]
CALLS = 5  # of a healthy setup: user pool, app client, domain, style, users
# One of each kind of fix: a script, all settings of the app client, constants, a user, a domain.
SAMPLE = [
    "callback without the slash",
    "one setting was sent alone",
    "override of the OIDC URL",
    "user without a name",
    "prefix taken",
    "space behind the client ID",
]
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
        acme = create(name="acme")
        urls = ["--callback-url", APP, "--sign-out-url", APP, "--remove-callback-url"]
        ok("allow_callback_url", *ids(acme), *urls, "https://localhost:3000/callback")
        user = ["--username", "ada", "--email", "ada@example.com", "--name", "Ada Lovelace"]
        user += ["--user-pool-id", acme["user_pool_id"], "--password-stdin"]
        ok("create_user", *user, typed=f"{PASSWORD}\n")
        healthy["acme"] = local_aws.save(), acme["user_pool_id"], acme["client_id"]
    state, pool_id, client_id = healthy["acme"]
    made_up = Setup(local_aws, tmp_path, pool_id, client_id)
    made_up.set_constants(made_up.oidc_url, client_id)
    made_up.restore(state)
    yield made_up


def diagnose(*arguments: str) -> Result:
    return run("diagnose_sign_in", *ARGUMENTS, *arguments, "--json")


def by_status(result: Result, status: str) -> list[str]:
    return [one["check"] for one in result.json["checks"] if one["status"] == status]


def test_a_healthy_setup(setup: Setup) -> None:
    result = diagnose("--username", "ada", "--domain-prefix", "acme-test")
    assert by_status(result, "fine") == [one["check"] for one in result.json["checks"]], result
    assert result.code == 0


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take a sample of the faults, or all."""
    if "fault" in metafunc.fixturenames:
        is_full = metafunc.config.getoption("--runbook-full")
        metafunc.parametrize("fault", [*FAULTS] if is_full else SAMPLE)


def test_a_fault_is_named_and_its_fix_repairs_it(
    setup: Setup, _warm_commands: Path, fault: str
) -> None:
    one = FAULTS[fault]
    one.inject(setup)
    values = {"oidc_url": setup.oidc_url, "client_id": setup.client_id}
    arguments = [argument.format(**values) for argument in one.arguments]
    result = diagnose(*arguments)
    assert by_status(result, "wrong") == [one.check], result
    assert result.code == 1 and one.check in result.err
    [finding] = [check for check in result.json["checks"] if check["status"] == "wrong"]
    for words in one.says:
        assert words in finding["found"] + finding["expected"], finding
    if one.repair:
        assert not finding["fix"] and finding["then"]
        one.repair(setup)
    else:
        fix(setup, _warm_commands, finding["fix"], one.enter)
    setup.deploy()
    again = diagnose(*(arguments if one.then is None else one.then))
    assert by_status(again, "wrong") == by_status(again, "unknown") == [], again


def fix(setup: Setup, warm: Path, commands: list[str], enter: dict[str, str]) -> None:
    """Run the printed commands in bash, as a person does who pastes them."""
    text = "\n".join(commands)
    for placeholder, entered in enter.items():
        text = text.replace(placeholder, entered)
    environment = setup.aws.environment | setup.aws.front.environment
    environment["PATH"] = f"{warm}:{environment['PATH']}"
    result = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{text}"],
        cwd=setup.folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, f"{text}\n{result.stderr}"


def test_every_check_has_a_fault() -> None:
    checks: Any = importlib.import_module("diagnose_sign_in")
    assert {fault.check for fault in FAULTS.values()} == set(checks.CHECKS)


def test_without_a_domain_the_style_is_looked_at(setup: Setup) -> None:
    for fault in ("no domain", "no style"):
        FAULTS[fault].inject(setup)
    result = diagnose()
    assert by_status(result, "wrong") == ["no-domain", "login-pages-unavailable"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (f"export const INTERNAL_OIDC_URL =\n    '{OLD}';\n", "unknown"),
        (f"export const INTERNAL_OIDC_URL = `{OTHER}`;\n", "wrong"),
        (f"export const INTERNAL_OIDC_URL = '{OLD}';\n", "unknown"),
        ("export const INTERNAL_OIDC_URL = '{oidc_url}';\n", "fine"),
        ("/*\nexport const INTERNAL_OIDC_URL = 'x';\n*/\n", "fine"),
    ],
)
def test_a_constant_in_another_form(setup: Setup, text: str, status: str) -> None:
    with setup.constants.open("a") as file:
        file.write(text.replace("{oidc_url}", setup.oidc_url))
    assert "api-denied" in by_status(diagnose(), status)


OF_PROGRAM = "export const OIDC_URL = process.env.OIDC_URL ?? 'https://old.example.com/realm';\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        OF_PROGRAM,
        "export const OIDC_URL = 'https://' + 'a.example/b';\n",
        f"{{}}{OF_PROGRAM.replace('OIDC_URL =', 'INTERNAL_OIDC_URL =')}",
    ],
)
def test_a_constant_that_cannot_be_read_is_unknown(setup: Setup, text: str) -> None:
    setup.constants.write_text(text.replace("{}", setup.constants.read_text()))
    which = ["--oidc-url", setup.oidc_url, "--client-id", setup.client_id]
    check = "api-denied" if "INTERNAL" in text else "not-connected"
    assert check in by_status(diagnose(*which), "unknown")


@pytest.mark.parametrize("before", ["\ufeff", "  ", "export let OIDC_URL = 'x';\n"])
def test_a_constant_is_read_in_each_form_that_counts(setup: Setup, before: str) -> None:
    which = ["--oidc-url", setup.oidc_url, "--client-id", setup.client_id]
    text = setup.constants.read_text()
    setup.constants.write_text(f"{before}{text}")
    assert "not-connected" in by_status(diagnose(*which), "fine")
    setup.constants.write_text(f"{before}{text.replace(setup.oidc_url, OLD)}")
    assert "not-connected" in by_status(diagnose(*which), "wrong")


def test_constants_are_not_compared_with_themselves(setup: Setup) -> None:
    setup.set_constants(setup.oidc_url, setup.client_id)
    result = run("diagnose_sign_in", *ARGUMENTS[:2], "--json")
    assert "not-connected" in by_status(result, "skipped") and result.code == 0
    first = result.json["checks"][0]
    assert first["reason"] == "add --application-url, or --oidc-url and --client-id"


@pytest.mark.parametrize("other", ["000000000000", "999999999999"])
def test_only_the_file_of_the_own_account_overrides(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    which = ["--oidc-url", setup.oidc_url, "--client-id", setup.client_id]
    arn = setup.cognito.describe_user_pool(UserPoolId=setup.pool_id)["UserPool"]["Arn"]
    theirs, own = (
        setup.constants.with_name(f"config.{account}.json")
        for account in (other, arn.split(":")[4])
    )
    theirs.write_text(json.dumps({"OIDC_URL": OLD, "OIDC_CLIENT_NAME": "theirs"}))
    assert diagnose(*which).code == 0
    own.write_text(json.dumps({"OIDC_CLIENT_NAME": "old"}))
    result = diagnose(*which)
    assert by_status(result, "wrong") == ["not-connected"], result
    assert own.name in result.out and theirs.name not in result.out
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    for arguments in (which, []):
        result = diagnose(*arguments)
        assert result.code == 1 and theirs.name in result.err and own.name in result.err, result


def test_a_parameter_from_which_the_right_value_came(setup: Setup) -> None:
    setup.override(IDP_ENDPOINT_SSM_PARAM="/idp")
    assert diagnose().code == 0


@pytest.mark.parametrize("value", [None, False, ""])
def test_an_override_that_is_empty(setup: Setup, value: object) -> None:
    overrides = dict.fromkeys(["INTERNAL_OIDC_URL", "OIDC_REDIRECT_URI"], value)
    (setup.constants.parent / "config.json").write_text(json.dumps(overrides))
    assert diagnose().code == 0


def test_a_domain_prefix_that_aws_refuses(setup: Setup) -> None:
    result = diagnose("--domain-prefix", "my-aws-app")
    assert result.code == 1 and "--domain-prefix is 'my-aws-app'; it must be 1 to 63" in result.err


def test_users_whom_cognito_asks_for_what_is_missing(setup: Setup) -> None:
    """They were invited; nobody asks those who have a password."""
    grace = {**setup.ada, "Username": "grace"}
    setup.cognito.admin_create_user(**grace, MessageAction="SUPPRESS")
    assert by_status(diagnose(), "wrong") == []
    setup.cognito.admin_set_user_password(**grace, Password=PASSWORD, Permanent=True)
    assert by_status(diagnose(), "wrong") == ["no-name", "no-preferred-username"]
    for user in (grace, setup.ada):
        setup.cognito.admin_disable_user(**user)
    assert by_status(diagnose(), "wrong") == ["disabled"]
    for user in (grace, setup.ada):
        setup.cognito.admin_delete_user(**user)
    assert by_status(diagnose(), "wrong") == ["incorrect-password"]


def test_no_callback_url_is_known(setup: Setup) -> None:
    """The app client has none, nor has the person given one."""
    setup.cognito.update_user_pool_client(**setup.which)
    setup.constants.unlink()
    which = ["--oidc-url", setup.oidc_url, "--client-id", setup.client_id, "--json"]
    result = run("diagnose_sign_in", *which)
    assert by_status(result, "wrong") == ["unauthorized-client"], result
    assert '"fix": [],\n      "then": "To get the command' in result.out
    assert "CallbackURLs" not in result.out and "wrong-client" in by_status(result, "fine")
    result = run("diagnose_sign_in", *which, "--callback-url", APP)
    assert "CallbackURLs" in result.out and by_status(result, "wrong") == ["unauthorized-client"]


def test_words_of_cognito_that_are_not_known(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """With credentials, they blame no app client that exists."""
    error = Answer(302, b"", {"Location": f"https://{LOGIN_HOST}/error?error=Something+went+wrong"})
    monkeypatch.setitem(setup.aws.front.hosts, LOGIN_HOST, error)
    result = diagnose()
    assert by_status(result, "wrong") == [] and "Something went wrong" in result.out
    assert by_status(result, "unknown") == ["waf"]
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert by_status(diagnose(), "wrong") == ["wrong-client"]


def test_another_identity_provider_alone(setup: Setup) -> None:
    """No command opens sign-in with a password, unless it is asked about somebody who has one."""
    setup.change_client(SupportedIdentityProviders=["Okta"])
    setup.cognito.admin_delete_user(**setup.ada)
    for name in ((), ("--username", "grace")):
        assert diagnose(*name).code == 0, name
    setup.change_client(LogoutURLs=[])
    result = diagnose()
    assert by_status(result, "wrong") == ["sign-out"] and "COGNITO" not in result.out
    create_ada(setup, MessageAction="SUPPRESS")
    assert "no-provider" in by_status(diagnose("--username", "ada"), "wrong")


def test_forgot_password_is_advised_where_it_works(setup: Setup) -> None:
    """In the user pool of the guide, only an administrator gives a new password."""
    FAULTS["password to reset"].inject(setup)
    assert "Forgot password" not in diagnose("--username", "ada").out
    mechanisms = [{"Name": "verified_email", "Priority": 1}]
    pool_setting(AccountRecoverySetting={"RecoveryMechanisms": mechanisms})(setup)
    assert "Or the user can choose Forgot password." in diagnose("--username", "ada").out


def test_an_alias_that_is_not_verified(setup: Setup, _warm_commands: Path) -> None:
    """With it nobody can sign in; what is printed verifies it, also for a new user."""
    client = setup.cognito.describe_user_pool_client(**setup.which)["UserPoolClient"]
    pool = setup.cognito.create_user_pool(PoolName="alias", AliasAttributes=["email"])["UserPool"]
    setup.pool_id = pool["Id"]
    for name in ("ClientId", "CreationDate", "LastModifiedDate", "UserPoolId"):
        del client[name]
    new = setup.cognito.create_user_pool_client(UserPoolId=setup.pool_id, **client)
    which = ["--oidc-url", setup.oidc_url, "--client-id", new["UserPoolClient"]["ClientId"]]
    create_ada(setup, MessageAction="SUPPRESS")
    enter = {"<username>": "bob", "<full name>": "Bob"}
    for name, says in {"Ada@example.com": "ada's email is not", "b@a.b": "no user b@a.b"}.items():
        checks = {one["check"]: one for one in diagnose(*which, "--username", name).json["checks"]}
        assert says in checks["incorrect-password"]["found"], checks
        fix(setup, _warm_commands, checks["incorrect-password"]["fix"], enter)
        assert "incorrect-password" in by_status(diagnose(*which, "--username", name), "fine")


# -- what cannot be checked, and other bad luck --------------------------------------------------


def test_without_credentials_what_is_public_is_checked(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, is_full: bool
) -> None:
    public = {"not-connected", "api-denied", "discovery", "issuer-mismatch", "wrong-client"}
    public |= {"no-domain", "login-host", "waf", "unauthorized-client", "redirect-mismatch"}
    public |= {"invalid-scope", "login-pages-unavailable", "sign-out"}
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    result = diagnose()
    assert set(by_status(result, "fine")) == public and result.code == 1
    unknown = [one for one in result.json["checks"] if one["status"] == "unknown"]
    assert all("sign in to AWS" in one["reason"] for one in unknown) and unknown
    with monkeypatch.context() as patch:
        patch.setenv("AWS_PROFILE", "no-such")
        result = diagnose()
    assert set(by_status(result, "fine")) == public and result.code == 1
    unknown = [one for one in result.json["checks"] if one["status"] == "unknown"]
    assert all("no-such" in one["reason"] for one in unknown) and unknown
    assert setup.aws.calls == []
    names = ["callback without the slash", "scope missing", "no style", "sign-out URL missing"]
    names.append("scope missing, on Cognito's page")
    for name in names if is_full else names[-3:]:
        setup.restore(healthy["acme"][0])
        with monkeypatch.context() as patch:
            patch.setenv("AWS_ACCESS_KEY_ID", "AKIDLOCALAWS")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "local")
            FAULTS[name].inject(setup)
        assert by_status(diagnose(), "wrong") == [FAULTS[name].check], name


def test_a_call_that_fails_makes_checks_unknown_and_no_more(setup: Setup, is_full: bool) -> None:
    assert diagnose().code == 0
    calls = [name for _, name in setup.aws.calls]
    assert len(calls) == len(set(calls)) == CALLS, "each thing is read once"
    every = [(at, how) for how in REFUSALS for at in range(1, CALLS + 1)]
    for at, how in every if is_full else [(2, Fault.ACCESS_DENIED), (CALLS, Fault.DROPPED_BEFORE)]:
        setup.restore(healthy["acme"][0])
        setup.aws.fail(at=at, how=how)
        result = diagnose()
        assert len(setup.aws.calls) <= CALLS, "nothing is sent twice"
        unknown = [one for one in result.json["checks"] if one["status"] == "unknown"]
        if calls[at - 1] in ("DescribeUserPoolDomain", "DescribeManagedLoginBrandingByClient"):
            assert result.code == 0, "the login page is shown, so there is a style"
            continue
        assert result.code == 1 and by_status(result, "wrong") == [] and unknown, result
        if how is Fault.ACCESS_DENIED:
            action = f"cognito-idp:{setup.aws.calls[at - 1][1]}"
            reason = f"your credentials do not allow {action}"
            assert {one["reason"] for one in unknown} == {reason}


def test_a_permission_that_is_missing_to_explain_a_fault(setup: Setup, is_full: bool) -> None:
    """The check says which action; what is known to be wrong all the same, it still says."""
    names = ("wrong client ID", "no such user", "prefix taken")
    for name in names if is_full else names[:1]:
        one = FAULTS[name]
        setup.restore(healthy["acme"][0])
        wrong_constants(setup)
        one.inject(setup)
        state, files = setup.aws.save(), dict(setup.aws.front.files)
        calls = len(setup.aws.calls)
        diagnose(*one.arguments)
        operations = [operation for _, operation in setup.aws.calls[calls:]]
        more = [at for at, operation in enumerate(operations, start=1) if "List" in operation]
        for at in range(1, len(operations) + 1) if is_full else more:
            setup.aws.restore(state)
            setup.aws.front.files |= files
            setup.aws.fail(at=at, how=Fault.ACCESS_DENIED)
            result = diagnose(*one.arguments)
            wrong = by_status(result, "wrong")
            assert set(wrong) <= {one.check, "no-domain"} and result.code == 1, (
                name,
                operations[at - 1],
            )
            denied = f"your credentials do not allow cognito-idp:{operations[at - 1]}"
            assert wrong == [one.check] or denied in result.out, (name, operations[at - 1])
            # it only helps to explain
            if name == "wrong client ID" and "List" in operations[at - 1]:
                assert "has no app client 'nobody'" in result.out, operations[at - 1]


def test_a_callback_url_that_looks_like_the_login_page(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{APP}login"
    setup.set_constants(setup.oidc_url, setup.client_id, OIDC_REDIRECT_URI=url)
    setup.deploy()
    setup.change_client(CallbackURLs=[url], AllowedOAuthScopes=["openid"])
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert by_status(diagnose("--sign-out-url", APP), "wrong") == ["invalid-scope"]


@pytest.mark.parametrize("status", [429, 500])
@pytest.mark.parametrize("name", ["cognito-idp.us-east-2.amazonaws.com", LOGIN_HOST])
@pytest.mark.only_full
def test_a_host_that_fails_proves_nothing(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, name: str, status: int
) -> None:
    setup.aws.front.hosts[name] = Answer(status, b"{}")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    result = diagnose()
    assert by_status(result, "wrong") == [] and by_status(result, "unknown")


HOSTILE = "https://cognito-idp.us-east-2.amazonaws.com/us-east-2_x|;1e touch owned\n#"


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": HOSTILE},
        {"issuer": "https://cognito-idp.us-east-2.evil.example/us-east-2_x"},
        {"issuer": "https://a&b/c"},
        {"issuer": ["a"]},
        {"jwks_uri": None},
        {"jwks_uri": "https://[x/"},
        {"authorization_endpoint": {"a": 1}},
    ],
    ids=str,
)
def test_a_discovery_document_that_is_not_cognito_s(setup: Setup, changes: dict[str, Any]) -> None:
    """No command that is printed has words of it, which bash would run."""
    url = f"{setup.oidc_url}/.well-known/openid-configuration"
    document = {
        "issuer": setup.oidc_url,
        "jwks_uri": f"{setup.oidc_url}/.well-known/jwks.json",
        "authorization_endpoint": f"https://{LOGIN_HOST}/oauth2/authorize",
    }
    setup.aws.front.files[url] = Answer(200, json.dumps(document | changes).encode())
    result = diagnose()
    unknown = {one["check"]: one["reason"] for one in result.json["checks"] if one["reason"]}
    assert unknown["discovery"].startswith("the discovery document is not Cognito's: its ")
    assert by_status(result, "wrong") == []


def test_a_value_that_would_end_the_printed_command(setup: Setup) -> None:
    result = diagnose("--client-id", "x'|;1e touch owned")
    commands = [command for one in result.json["checks"] for command in one["fix"]]
    assert "not-connected" in by_status(result, "unknown") and "owned" not in str(commands)


def test_nothing_can_be_reached(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    result = diagnose()
    assert result.code == 1 and by_status(result, "wrong") == []
    assert (
        "cannot be reached" in result.out and "Could not connect to the endpoint URL" in result.out
    )


@pytest.mark.parametrize(
    "text",
    [
        "<html>",
        pytest.param("window.env = [1]", marks=pytest.mark.only_full),
        pytest.param("window.env = {", marks=pytest.mark.only_full),
    ],
)
def test_an_application_that_is_something_else(setup: Setup, text: str) -> None:
    setup.aws.front.files[f"{APP}env.js"] = Answer(200, text.encode())
    result = diagnose()
    assert by_status(result, "unknown") == ["not-connected"] and by_status(result, "wrong") == []


def test_an_answer_that_breaks_off(setup: Setup) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def break_off() -> None:
            with server.accept()[0] as connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{")

        (thread := threading.Thread(target=break_off)).start()
        place = f"127.0.0.1:{server.getsockname()[1]}"
        urls = ["--callback-url", APP, "--sign-out-url", APP, "--application-url"]
        result = diagnose(*urls, f"http://{place}/")
        thread.join()
    assert by_status(result, "unknown") == ["not-connected"] and by_status(result, "wrong") == []
    assert f"{place} cannot be reached: " in result.out


@pytest.mark.parametrize(
    "at", [1, *(pytest.param(at, marks=pytest.mark.only_full) for at in range(2, CALLS + 1))]
)
def test_ctrl_c(setup: Setup, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    send, countdown = URLLib3Session.send, at

    def interrupted(session: Any, request: Any) -> Any:
        nonlocal countdown
        countdown -= 1
        if countdown == 0:
            raise KeyboardInterrupt
        return send(session, request)

    monkeypatch.setattr(URLLib3Session, "send", interrupted)
    assert (result := diagnose()).code == 130 and result.out == ""


def test_output_for_people(setup: Setup, capfd: pytest.CaptureFixture[str]) -> None:
    module: Any = importlib.import_module("diagnose_sign_in")
    assert module.main(ARGUMENTS) == 0
    out, err = capfd.readouterr()
    assert {line.split()[0] for line in out.splitlines()} == {"fine", "skipped"}
    assert err.splitlines()[-1] == "Every check that was made is fine."
    FAULTS["callback without the slash"].inject(setup)
    assert module.main(ARGUMENTS) == 1
    out, err = capfd.readouterr()
    assert "\nwrong    redirect-mismatch: " in out
    assert "\n\naws cognito-idp update-user-pool-client \\\n  --region us-east-2 \\\n" in out
    assert err.splitlines()[-1] == "error: wrong: redirect-mismatch"
    setup.change_client(CallbackURLs=[f"{APP}other"], LogoutURLs=[f"{APP}other"])
    assert module.main(ARGUMENTS) == 1
    out, err = capfd.readouterr()
    assert err.splitlines()[-1] == "error: wrong: redirect-mismatch, sign-out"
    assert out.count("aws cognito-idp update-user-pool-client") == 1, "which mends both"
    assert "fix: the same as for redirect-mismatch above" in out
    result = {"check": "a", "about": "b", "status": "wrong", "reason": None, "expected": "c\u202e"}
    text = module.text_of({**result, "found": "\x1b]0;b\x07", "fix": [], "then": ""}, {})
    assert "found: \\x1b]0;b\\x07\n" in text and "c\\u202e" in text


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_output_that_cannot_be_written(setup: Setup, option: list[str]) -> None:
    module: Any = importlib.import_module("diagnose_sign_in")
    with redirect_stdout(Full()), redirect_stderr(StringIO()) as err:
        assert module.main([*ARGUMENTS, *option]) == 1
    assert "cannot write the result to standard output" in err.getvalue()
    with redirect_stdout(StringIO()), redirect_stderr(Full()):
        assert module.main([*ARGUMENTS, *option]) == 0


def test_what_is_printed_is_what_the_help_lists(setup: Setup) -> None:
    module = importlib.import_module("diagnose_sign_in")
    assert module.__doc__
    _, _, listed = module.__doc__.partition("prints one JSON object: ")
    words = set(re.findall(r"[a-z_]+", listed.partition("The exit code")[0]))
    result = diagnose().json
    assert set(result) | set(result["checks"][0]) <= words
    assert {word for word in words if "_" in word} <= set(result)
    assert {one["status"] for one in result["checks"]} <= words


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--oidc-url", "https://example.com/realm"], "correct --oidc-url, or OIDC_URL in"),
        (["--oidc-url", "", "--client-id", ""], "correct --oidc-url, or OIDC_URL in"),
        (["--username", 'a" or username = "b'], "--username"),
        (["--application-url", "file:///etc/"], ""),
        (
            ["--application-url", "app.example.com"],
            "--application-url is 'app.example.com'; it must",
        ),
        (["--callback-url", "/Prod/"], "--callback-url is '/Prod/'; it must be a complete URL"),
        (["--sign-out-url", "localhost:3000"], "--sign-out-url is 'localhost:3000'; it must"),
        (["--constants", "no-such.ts"], "correct --constants, or the file"),
        (["--constants", "lib"], "correct --constants, or the file"),
    ],
)
def test_bad_input(setup: Setup, arguments: list[str], says: str) -> None:
    before = setup.constants.read_text()
    if arguments[-1] == "":
        setup.set_constants("", "")
    if says:
        result = run("diagnose_sign_in", *ARGUMENTS, *arguments, "--json")
        assert result.code == 1 and result.json is None and says in result.err
    else:
        assert by_status(diagnose(*arguments), "unknown") == ["not-connected"]
    assert before and not (setup.folder / "lib" / "constants.ts.bak").exists()


@pytest.mark.parametrize(
    "text",
    [
        "{}\n/*\nexport const OIDC_URL = 'https://old.example.com';\n*/\n",
        "// export const OIDC_URL = 'https://old.example.com';\n{}\n",
        "{}\n// \xe9\n",  # in Latin-1
    ],
)
def test_constants_among_comments(setup: Setup, text: str) -> None:
    text = text.replace("{}", setup.constants.read_text())
    setup.constants.write_bytes(text.encode("latin-1"))
    assert diagnose().code == 0


@pytest.mark.parametrize("name", ["constants.ts", "config.json"])
def test_a_pipe_is_not_read(setup: Setup, name: str) -> None:
    file = setup.constants.with_name(name)
    file.unlink(missing_ok=True)
    os.mkfifo(file)
    result = diagnose()
    assert result.code == (1 if name == "constants.ts" else 0)
    assert result.code == 0 or "not a file; correct --constants, or the file" in result.err


@pytest.mark.parametrize("text", ["{", "[1]", '{"OIDC_URL": 1}', "\xff"])
def test_a_configuration_file_that_is_not_one(setup: Setup, text: str) -> None:
    (setup.constants.parent / "config.json").write_bytes(text.encode("latin-1"))
    result = diagnose()
    assert result.code == 1
    if "OIDC_URL" in text:
        assert "correct --oidc-url, or OIDC_URL in" in result.err
    else:
        assert "correct --constants, or the file" in result.err
