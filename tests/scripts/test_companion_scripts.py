"""The companion scripts against the strict local AWS: what they leave behind, run by run."""

import ast
import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from common_parts import SCRIPTS, with_common_parts
from local_aws import Fault, LocalAws
from mkdocs_macros_cognito.regions_table import regions

OF_AWS = [path for path in SCRIPTS if path.name != "set_oidc_constants.py"]
REGIONS = ["us-east-2", "us-gov-west-1", "eusc-de-east-1"]
REAL = "https://abc123defg.execute-api.us-east-2.amazonaws.com/Prod/"
PASSWORD = "Sufficient-1!"  # noqa: S105 - of nobody
READS = ("List", "Describe", "Get")


@dataclass
class Result:
    code: int
    out: str
    err: str
    json: Any = field(init=False)

    def __post_init__(self) -> None:
        self.json = json.loads(self.out) if self.out else None


def run(script: str, *arguments: str, region: str = "us-east-2", typed: str = "") -> Result:
    """Run a script in this process, and check it for what all of them promise."""
    module = importlib.import_module(script)
    stdin, sys.stdin = sys.stdin, StringIO(typed)
    try:
        # diagnose_sign_in.py has the Region from the OIDC URL.
        place = [] if script == "diagnose_sign_in" else ["--region", region]
        with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
            code = module.main([*arguments, *place])
    finally:
        sys.stdin = stdin
    result = Result(code, out.getvalue(), err.getvalue())
    assert "Traceback" not in result.err
    errors = [line for line in result.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == (code == 1), result.err
    assert result.out or code, "a JSON object"
    assert PASSWORD not in result.out + result.err
    return result


def ok(script: str, *arguments: str, **more: str) -> Any:
    result = run(script, *arguments, **more)
    assert result.code == 0, result.err
    return result.json


def refuses(script: str, *arguments: str, says: str, **more: str) -> None:
    result = run(script, *arguments, **more)
    assert result.code == 1 and result.json is None, result
    assert says in result.err, result.err


def names(name: str = "mlspace") -> list[str]:
    options = {"user-pool-name": "test", "app-client-name": "web-app", "domain-prefix": "test"}
    return [f"--{option}={name}-{kind}" for option, kind in options.items()]


def create(*arguments: str, name: str = "mlspace", **more: str) -> Any:
    return ok("create_user_pool", *names(name), *arguments, **more)


def ids(setup: Any) -> list[str]:
    return ["--user-pool-id", setup["user_pool_id"], "--client-id", setup["client_id"]]


@cache
def cognito(region: str = "us-east-2") -> Any:
    """Return a client that is the tests' own: the local AWS stays where it is."""
    return boto3.client("cognito-idp", region_name=region)


def everything(region: str = "us-east-2") -> Any:
    """Return all that is in the Region, without what no two runs have in common."""
    client = cognito(region)
    pools = []
    for listed in client.list_user_pools(MaxResults=60)["UserPools"]:
        which = {"UserPoolId": listed["Id"]}
        pool = client.describe_user_pool(**which)["UserPool"]
        mfa = client.get_user_pool_mfa_config(**which)
        mfa.pop("ResponseMetadata")
        clients = []
        for one in client.list_user_pool_clients(**which)["UserPoolClients"]:
            which_client = which | {"ClientId": one["ClientId"]}
            app_client = client.describe_user_pool_client(**which_client)["UserPoolClient"]
            try:
                client.describe_managed_login_branding_by_client(**which_client)
                app_client["style"] = True
            except client.exceptions.ResourceNotFoundException:
                app_client["style"] = False
            clients.append(app_client)
        domain = client.describe_user_pool_domain(Domain=pool["Domain"]) if "Domain" in pool else {}
        users = client.list_users(**which)["Users"]
        pools.append([pool, mfa, clients, domain.get("DomainDescription"), users])
    text = json.dumps(pools, default=lambda _: "a date", sort_keys=True)
    for part in re.findall(r'"(?:ClientId|Id)": "([^"]+)"', text):
        text = text.replace(part, "an ID")
    return json.loads(re.sub(r'"[0-9a-f]{8}-[0-9a-f-]{27}"', '"a sub"', text))


# -- one after the other, as the guide has them ------------------------------------------------


def test_create_everything_then_delete_it(local_aws: LocalAws, region: str) -> None:
    dry = create("--dry-run", region=region)
    assert not dry["created"] and dry["user_pool_id"] is None
    assert everything(region) == []
    before = len(local_aws.calls)
    setup = create(region=region)
    wrote = [name for _, name in local_aws.calls[before:] if name and not name.startswith(READS)]
    assert wrote == [step["operation"] for step in dry["steps"]]
    assert setup["created"] is True
    state = everything(region)
    assert create(region=region) == {**setup, "created": False}
    assert create("--dry-run", region=region) == {**setup, "created": False, "dry_run": True}
    assert everything(region) == state

    [[pool, mfa, [client], domain, []]] = state
    assert pool["Name"] == setup["user_pool_name"] == "mlspace-test"
    assert pool["UserPoolTags"] == {"guide": "using-aws-cognito"}
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["DeletionProtection"] == "ACTIVE"
    assert pool["IssuerConfiguration"] == {"Type": "ORIGINAL"}
    assert not {"AliasAttributes", "UsernameAttributes", "SmsConfiguration"} & pool.keys()
    required = {one["Name"] for one in pool["SchemaAttributes"] if one["Required"]}
    assert required == {"sub", "email", "name", "preferred_username"}
    assert mfa == {
        "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": True},
    }
    assert client["AllowedOAuthScopes"] == ["openid", "email", "profile"]
    assert client["style"] is True and "ClientSecret" not in client
    assert domain["ManagedLoginVersion"] == 2

    settings = ok("find_oidc_settings", region=region)
    for key in ("user_pool_id", "client_id", "domain_prefix"):
        assert settings[key] == setup[key]

    user = ["--user-pool-id", setup["user_pool_id"], "--username", "ada", "--email"]
    user += ["ada@example.com", "--name", "Ada Lovelace", "--preferred-username", "ada.l"]
    assert ok("create_user", *user, "--dry-run", region=region)["created"] is False
    assert everything(region) == state
    invited = ok("create_user", *user, region=region)
    assert (invited["created"], invited["invited"]) == (True, True)
    again = ok("create_user", *user, region=region)
    assert (again["created"], again["invited"]) == (False, False)
    ok("create_user", *user, "--password-stdin", region=region, typed=f"{PASSWORD}\n")
    [[*_, [ada]]] = everything(region)
    assert ada["UserStatus"] == "CONFIRMED"
    attributes = {one["Name"]: one["Value"] for one in ada["Attributes"]}
    assert (
        attributes.items()
        >= {
            "email": "ada@example.com",
            "email_verified": "true",
            "name": "Ada Lovelace",
            "preferred_username": "ada.l",
        }.items()
    )

    urls = [*ids(setup), "--callback-url", REAL, "--sign-out-url", REAL]
    assert ok("allow_callback_url", *urls, "--dry-run", region=region)["changed"] is False
    update = ok("allow_callback_url", *urls, region=region)
    assert update["callback_urls"] == ["https://localhost:3000/callback", REAL]
    assert update["sign_out_urls"] == [REAL]
    assert ok("allow_callback_url", *urls, region=region) == {**update, "changed": False}
    [[_, _, [client_after], _, _]] = everything(region)
    assert client_after == {**client, "CallbackURLs": update["callback_urls"], "LogoutURLs": [REAL]}
    rid = ["--remove-callback-url", "https://localhost:3000/callback"]
    ok("allow_callback_url", *urls, *rid, region=region)
    settings = ok("find_oidc_settings", *ids(setup), region=region)
    assert settings["callback_urls"] == settings["sign_out_urls"] == [REAL]
    assert create(region=region)["created"] is False

    pool_id = ["--user-pool-id", setup["user_pool_id"]]
    named = [*pool_id, "--confirm-name", "mlspace-test"]
    for confirmed in (named, pool_id):  # without asking for a name in vain
        protected = run("delete_user_pool", *confirmed, region=region)
        assert protected.code == 1 and "; add --disable-deletion-protection" in protected.err
        assert "To confirm" not in protected.err
    gone = [*pool_id, "--disable-deletion-protection"]
    says = "with about 1 users; nothing was deleted. To delete"
    for typed in ("mlspace\n", ""):  # a slip; nobody answers
        refuses("delete_user_pool", *gone, says=says, typed=typed, region=region)
    dry = ok("delete_user_pool", *gone, "--dry-run", region=region)
    assert len(everything(region)) == 1
    typed = "mlspace-test\n"
    assert ok("delete_user_pool", *gone, typed=typed, region=region)["deleted"] is True
    assert everything(region) == []
    assert ok("delete_user_pool", *gone, region=region)["deleted"] is False
    calls = ["UpdateUserPool", "DeleteUserPoolDomain", "DeleteUserPool"]
    assert [step["operation"] for step in dry["steps"]] == calls


# -- interrupted anywhere, completed by the next run ---------------------------------------------


@dataclass
class Situation:
    """A script, ready to run: what must be there first, and how it is called."""

    name: str
    prepare: Callable[[], list[str]]
    typed: str = ""

    def run(self, arguments: list[str]) -> Result:
        return run(self.name, *arguments, typed=self.typed)


def an_application() -> list[str]:
    return names()


def a_user() -> list[str]:
    setup = create()
    user = ["--username", "ada", "--email", "ada@example.com", "--name", "Ada Lovelace"]
    return ["--user-pool-id", setup["user_pool_id"], *user]


def a_user_with_password() -> list[str]:
    return [*a_user(), "--password-stdin"]


def a_callback_url() -> list[str]:
    return [*ids(create()), "--callback-url", REAL]


def a_pool_to_delete() -> list[str]:
    pool_id = create()["user_pool_id"]
    named = ["--user-pool-id", pool_id, "--confirm-name", "mlspace-test"]
    return [*named, "--disable-deletion-protection"]


def a_pool_to_find() -> list[str]:
    create()
    return []


KEYS = {"created", "changed", "deleted", "password_set", "invited"}  # what a run has done
SITUATIONS = {
    "create": Situation("create_user_pool", an_application),
    "invite": Situation("create_user", a_user),
    "password": Situation("create_user", a_user_with_password, f"{PASSWORD}\n"),
    "allow": Situation("allow_callback_url", a_callback_url),
    "delete": Situation("delete_user_pool", a_pool_to_delete),
    "find": Situation("find_oidc_settings", a_pool_to_find),
}
# How many calls each makes when nothing disturbs it; `begin` holds the numbers.
CALLS = {"create": 7, "invite": 3, "password": 4, "allow": 4, "delete": 4, "find": 4}
REFUSALS = [Fault.ACCESS_DENIED, Fault.EXPIRED_TOKEN, Fault.UNKNOWN_TOKEN, Fault.WRONG_CLOCK]
REFUSALS += [Fault.THROTTLED, Fault.TOO_MANY_REQUESTS]
NOT_DONE = [Fault.DROPPED_BEFORE, *REFUSALS]
ERRORS = {
    Fault.ACCESS_DENIED: "; allow this action for your credentials, then run the script again",
    Fault.EXPIRED_TOKEN: "; sign in to AWS, or set AWS_PROFILE, then run the script again",
    Fault.UNKNOWN_TOKEN: "; sign in to AWS, set AWS_PROFILE, or enable the Region for your account",
    Fault.WRONG_CLOCK: "; correct the clock of your computer, or your AWS credentials",
    Fault.THROTTLED: "; wait a minute, then run the script again",
    Fault.TOO_MANY_REQUESTS: "; wait a minute, then run the script again",
    Fault.DROPPED_BEFORE: "; check your network, your proxy and AWS_ENDPOINT_URL",
    Fault.DROPPED_AFTER: "; check your network, your proxy and AWS_ENDPOINT_URL",
}


class Start(NamedTuple):
    """A situation before its run, and all that there is after one that nothing disturbed."""

    arguments: list[str]
    state: bytes
    outcome: Any


starts: dict[str, Start] = {}
completed: set[tuple[str, bytes]] = set()  # what interrupted runs left, and one more run completed


def begin(local_aws: LocalAws, name: str) -> Start:
    """Restore what is there before the situation's run; the first time, make it and look ahead."""
    if name not in starts:
        local_aws.reset()
        situation = SITUATIONS[name]
        arguments = situation.prepare()
        state = local_aws.save()
        before = len(local_aws.calls)
        assert situation.run(arguments).code == 0
        assert len(local_aws.calls[before:]) == CALLS[name]
        starts[name] = Start(arguments, state, everything())
        assert_done(starts[name], name)
    local_aws.restore(starts[name].state)
    return starts[name]


def assert_done(start: Start, name: str) -> None:
    """Run once more where the run before succeeded: nothing is left to do."""
    again = SITUATIONS[name].run(start.arguments)
    assert again.code == 0 and not any(again.json.get(key) for key in KEYS)
    assert everything() == start.outcome


def assert_next_run_completes(local_aws: LocalAws, name: str, *, is_full: bool) -> None:
    """Run again after an interrupted run. What another interrupted run left too needs no proof."""
    state = local_aws.save()
    if (name, state) in completed and not is_full:
        return
    second = SITUATIONS[name].run(starts[name].arguments)
    assert second.code == 0, second.err
    assert everything() == starts[name].outcome
    if is_full:
        assert_done(starts[name], name)
    completed.add((name, state))


def failures(*, is_full: bool) -> Iterator[Any]:
    """Every call of every script: its answer lost, and the call not done.

    All scripts have the same handler for all kinds of failure, so the calls fail by turns: their
    answer is lost, or they are not done in one of the ways; and the first call of one script in
    each of them.
    """
    first = next(iter(CALLS))
    for name, count in CALLS.items():
        for at in range(1, count + 1):
            every = [Fault.DROPPED_AFTER, *NOT_DONE]
            one = NOT_DONE[at % len(NOT_DONE)] if at % 2 else Fault.DROPPED_AFTER
            for how in every if is_full or (name, at) == (first, 1) else [one]:
                yield pytest.param(name, at, how, id=f"{name}-{at}-{how.name}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give tests a sample of what they are run with, or all of it."""
    is_full = metafunc.config.getoption("--runbook-full")
    if metafunc.definition.name == "test_a_call_that_fails":
        metafunc.parametrize(("name", "at", "how"), list(failures(is_full=is_full)))
    elif metafunc.definition.name == "test_create_everything_then_delete_it":
        # robots follow the guide in the other partitions
        metafunc.parametrize("region", REGIONS if is_full else REGIONS[-1:])


def test_a_call_that_fails(
    local_aws: LocalAws, is_full: bool, name: str, at: int, how: Fault
) -> None:
    start = begin(local_aws, name)
    local_aws.fail(at=at, how=how)
    first = SITUATIONS[name].run(start.arguments)
    assert len(local_aws.calls) == at, "it stops, and sends nothing twice"
    assert first.code == 1 and first.json is None, first
    *before, last = first.err.splitlines()
    assert ERRORS[how] in last
    actions = [
        line.removeprefix("Done: ").rstrip(".") for line in before if line.startswith("Done")
    ]
    assert last.partition("; already done: ")[2] == ", ".join(actions)
    if how in REFUSALS:
        assert local_aws.calls[-1][1] in first.err
    if how is Fault.ACCESS_DENIED:
        assert f"cognito-idp:{local_aws.calls[-1][1]}" in first.err
    local_aws.heal()
    assert_next_run_completes(local_aws, name, is_full=is_full)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", SITUATIONS)
def test_ctrl_c_at_every_call(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, is_full: bool, name: str, when: str
) -> None:
    send = URLLib3Session.send
    first, step = (1, 1) if is_full else ({"before": 1, "after": 2}[when], 2)
    for at in range(first, CALLS[name] + 1, step):
        start = begin(local_aws, name)
        countdown = at

        def interrupted(session: Any, request: Any) -> Any:
            nonlocal countdown
            countdown -= 1
            if countdown == 0 and when == "before":
                raise KeyboardInterrupt
            answer = send(session, request)
            if countdown == 0:
                raise KeyboardInterrupt
            return answer

        with monkeypatch.context() as m:
            m.setattr(URLLib3Session, "send", interrupted)
            result = SITUATIONS[name].run(start.arguments)
        assert (result.code, result.out) == (130, "")
        assert_next_run_completes(local_aws, name, is_full=is_full)


# -- what differs is reported and left as it is -------------------------------------------------


def differs(says: str, *arguments: str) -> None:
    state = everything()
    refuses("create_user_pool", *names(), *arguments, says=says)
    assert everything() == state


def test_two_pools_of_one_name(local_aws: LocalAws) -> None:
    setup = create()
    other = cognito().create_user_pool(PoolName="mlspace-test")["UserPool"]["Id"]
    message = run("create_user_pool", *names()).err
    assert all(one in message for one in ("several user pools are named mlspace-test: ", other))
    differs("; choose one with --user-pool-id, or delete the others")
    again = create("--user-pool-id", setup["user_pool_id"])
    assert (again["created"], again["user_pool_id"]) == (False, setup["user_pool_id"])
    which = {"UserPoolId": setup["user_pool_id"], "ClientName": "mlspace-web-app"}
    cognito().create_user_pool_client(**which)
    one = ["--user-pool-id", setup["user_pool_id"]]
    differs("several app clients are named mlspace-web-app: ", *one)
    differs("; choose another --app-client-name, or delete the others", *one)


def test_a_pool_with_case_sensitive_usernames_differs(local_aws: LocalAws) -> None:
    """That is AWS's own choice if a call does not say, and nobody can change it later."""
    module: Any = importlib.import_module("create_user_pool")
    settings = module.settings_of(module.parse_args(names()))["CreateUserPool"]
    del settings["UsernameConfiguration"]
    cognito().create_user_pool(**settings)
    differs("CaseSensitive is true, not false")


def test_a_finished_pool_is_never_completed(local_aws: LocalAws) -> None:
    setup = create()
    client = cognito()
    client.delete_user_pool_client(UserPoolId=setup["user_pool_id"], ClientId=setup["client_id"])
    differs("not done: create the app client mlspace-web-app (CreateUserPoolClient)")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False}},
            "AllowAdminCreateUserOnly",
        ),
        ({"DeletionProtection": "INACTIVE"}, 'DeletionProtection is "INACTIVE", not "ACTIVE"'),
        ({"IssuerConfiguration": {"Type": "UPDATED"}}, 'Type is "UPDATED", not "ORIGINAL"'),
        ({"UserPoolTier": "LITE"}, 'UserPoolTier is "LITE", which has no managed login'),
        ({"AutoVerifiedAttributes": ["email"]}, 'AutoVerifiedAttributes is ["email"], not []'),
        (
            {
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]
                }
            },
            "RecoveryMechanisms is",
        ),
    ],
)
def test_a_pool_setting_that_differs(local_aws: LocalAws, change: Any, says: str) -> None:
    setup = create()
    delete_user_pool: Any = importlib.import_module("delete_user_pool")
    client = cognito()
    pool = client.describe_user_pool(UserPoolId=setup["user_pool_id"])["UserPool"]
    client.update_user_pool(**delete_user_pool.whole_update(client, pool) | change)
    differs(says)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"AllowedOAuthScopes": ["openid", "email"]}, "AllowedOAuthScopes is"),
        (
            {"ReadAttributes": ["email", "email_verified"]},
            "ReadAttributes does not contain name, preferred_username",
        ),
        ({"PreventUserExistenceErrors": "LEGACY"}, 'PreventUserExistenceErrors is "LEGACY"'),
    ],
)
def test_a_client_setting_that_differs(local_aws: LocalAws, change: Any, says: str) -> None:
    setup = create()
    allow_callback_url: Any = importlib.import_module("allow_callback_url")
    client = cognito()
    settings = allow_callback_url.find(client, setup["user_pool_id"], setup["client_id"])
    client.update_user_pool_client(**settings | change)
    differs(says)
    # in another order it is the same
    settings["AllowedOAuthScopes"].reverse()
    client.update_user_pool_client(**settings)
    assert create()["created"] is False


def test_other_things_that_differ(local_aws: LocalAws) -> None:
    setup = create()
    differs('Domain is "mlspace-test", not "other"', "--domain-prefix", "other")
    differs("--domain-prefix is 'my-aws'", "--domain-prefix", "my-aws")
    client = cognito()
    client.set_user_pool_mfa_config(UserPoolId=setup["user_pool_id"], MfaConfiguration="OFF")
    differs("not done: set MFA to optional, with authenticator apps (SetUserPoolMfaConfig)")
    arguments = [*names("other"), "--domain-prefix", "mlspace-test"]
    refuses(
        "create_user_pool", *arguments, says=f"{setup['user_pool_id']} has the prefix mlspace-test"
    )


def test_a_prefix_that_someone_else_took_meanwhile(local_aws: LocalAws) -> None:
    """The run stops before the domain; the next run, with another prefix, completes it."""
    local_aws.fail(at=7, how=Fault.ACCESS_DENIED)
    assert run("create_user_pool", *names()).code == 1
    assert local_aws.calls[-1][1] == "CreateUserPoolDomain"
    local_aws.heal()
    other = cognito().create_user_pool(PoolName="other")["UserPool"]["Id"]
    cognito().create_user_pool_domain(UserPoolId=other, Domain="mlspace-test")
    differs("has the prefix")
    assert create("--domain-prefix", "mlspace-2")["created"] is True


def test_a_user_that_differs(local_aws: LocalAws) -> None:
    arguments = a_user()
    ok("create_user", *arguments)
    state = everything()
    refuses("create_user", *arguments, "--preferred-username", "x", says="is 'ada', not 'x'")
    assert everything() == state
    refuses("create_user", *arguments, "--name", " ", says="--name is empty")
    refuses("create_user", *arguments, "--password-stdin", says="the password is empty")
    latin_1 = f"{PASSWORD}\udce4\n"  # as a locale of bytes reads it
    says = "the password is empty, or is not text"
    refuses("create_user", *arguments, "--password-stdin", says=says, typed=latin_1)
    weak = run("create_user", *arguments, "--password-stdin", typed="weak\n")
    assert weak.code == 1 and "InvalidPassword" in weak.err and "weak" not in weak.err.lower()
    ok("create_user", *arguments, "--password-stdin", typed=f"{PASSWORD}\n")
    again = run("create_user", *arguments, "--password-stdin", typed="not asked for any more")
    assert again.code == 0 and "which was not changed; to replace it, add --update" in again.err


def test_a_new_address_is_verified(local_aws: LocalAws) -> None:
    """A changed address is not, unless the same call says so."""
    arguments = a_user()
    ok("create_user", *arguments)
    ok("create_user", *arguments, "--email", "new@example.com", "--update")
    user = cognito().admin_get_user(UserPoolId=arguments[1], Username="ada")
    has = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
    assert (has["email"], has["email_verified"]) == ("new@example.com", "true")
    address = [{"Name": "email", "Value": "other@example.com"}]
    which = {"UserPoolId": arguments[1], "Username": "ada"}
    cognito().admin_update_user_attributes(**which, UserAttributes=address)
    user = cognito().admin_get_user(**which)
    assert {"Name": "email_verified", "Value": "false"} in user["UserAttributes"]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_a_character(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    output = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(output, encoding=encoding))
    script: Any = importlib.import_module("create_user")
    script.show("zoë東")
    expected = {"ascii": b"zo\\xeb\\u6771\n", "cp1252": b"zo\xeb\\u6771\n"}
    assert output.getvalue() == expected[encoding]


def test_the_password_prompt(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = [*a_user(), "--ask-password"]
    state = everything()
    typed: list[Any] = []

    def prompt(_: str) -> str:
        answer = typed.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return str(answer)

    monkeypatch.setattr("getpass.getpass", prompt)
    ok("create_user", *arguments, "--dry-run")
    typed[:] = [""]
    refuses("create_user", *arguments, says="the password is empty")
    typed[:] = [PASSWORD, "another"]
    refuses("create_user", *arguments, says="the two passwords differ")
    typed[:] = [EOFError()]
    refuses("create_user", *arguments, says="the password is empty")
    typed[:] = [KeyboardInterrupt()]
    assert run("create_user", *arguments).code == 130
    with monkeypatch.context() as m, redirect_stderr(StringIO()) as err:
        m.setattr(sys, "stdin", None)  # of a terminal's `<&-`
        module = importlib.import_module("create_user")
        stdin = [*arguments[:-1], "--password-stdin", "--region", "us-east-2"]
        assert module.main(stdin) == 1 and "the password is empty" in err.getvalue()
    assert everything() == state
    typed[:] = [PASSWORD, PASSWORD]
    assert ok("create_user", *arguments)["password_set"] is True
    assert ok("create_user", *arguments)["password_set"] is False


def test_a_password_that_an_error_repeats(local_aws: LocalAws) -> None:
    arguments = a_user_with_password()
    local_aws.fail(at=len(local_aws.calls) + 4, how=Fault.REPEATS_PASSWORD)
    result = run("create_user", *arguments, typed=f"{PASSWORD}\n")
    assert local_aws.calls[-1][1] == "AdminSetUserPassword"
    assert result.code == 1 and "does not conform: <password>" in result.err


@pytest.mark.parametrize("username", ['a"b', "a\\b", "a b", '" or username ^= "'])
def test_usernames_that_no_search_would_find(local_aws: LocalAws, username: str) -> None:
    refuses("create_user", *ARGUMENTS["create_user"], "--username", username, says="--username")
    assert local_aws.calls == []


@pytest.mark.parametrize("username", ["<password>", "ä-ö", "a'b"])
def test_strange_usernames(local_aws: LocalAws, username: str) -> None:
    arguments = [*a_user(), "--username", username, "--password-stdin"]
    user = ok("create_user", *arguments, typed=f"{PASSWORD}\n")
    assert user["created"] and user["username"] == username
    assert ok("create_user", *arguments)["created"] is False


def test_where_usernames_are_email_addresses(local_aws: LocalAws) -> None:
    pool = cognito().create_user_pool(PoolName="by-email", UsernameAttributes=["email"])["UserPool"]
    user = [
        "--user-pool-id",
        pool["Id"],
        "--username",
        "a@b.cd",
        "--email",
        "a@b.cd",
        "--name",
        "A",
    ]
    user += ["--preferred-username", "a"]
    assert ok("create_user", *user)["created"] is True
    assert ok("create_user", *user)["created"] is False


def test_where_usernames_are_phone_numbers(local_aws: LocalAws) -> None:
    kinds = ["email", "phone_number"]
    pool = cognito().create_user_pool(PoolName="by-phone", UsernameAttributes=kinds)["UserPool"]
    user = ["--user-pool-id", pool["Id"], "--username", "+15555550100", "--email", "a@b.cd"]
    user += ["--name", "A", "--preferred-username", "a"]
    assert ok("create_user", *user)["created"] is True
    assert ok("create_user", *user)["created"] is False


def test_names_in_capitals(local_aws: LocalAws) -> None:
    """Where names have no case, the user is found again, and printed as Cognito keeps the names."""
    arguments = a_user()
    arguments[2:] = ["--username", "Ada", "--email", "Ada@Example.com", "--name", "Ada L"]
    user = ok("create_user", *arguments)
    assert (user["username"], user["email"]) == ("ada", "ada@example.com")
    state = everything()
    assert ok("create_user", *arguments) == {**user, "created": False, "invited": False}
    assert everything() == state
    with_case = cognito().create_user_pool(PoolName="with case")["UserPool"]["Id"]
    arguments[1] = with_case
    assert ok("create_user", *arguments)["username"] == "Ada"
    assert ok("create_user", *arguments)["created"] is False


def test_an_update_of_a_user(local_aws: LocalAws) -> None:
    arguments = a_user()
    ok("create_user", *arguments)
    changes = [*arguments, "--name", "Countess", "--preferred-username", "ada.l"]
    dry = ok("create_user", *changes, "--update", "--dry-run")
    [step] = dry["steps"]
    values = {one["Name"] for one in step["parameters"]["UserAttributes"]}
    assert values == {"name", "preferred_username"}
    updated = ok("create_user", *changes, "--update")
    assert (updated["updated"], updated["created"], updated["invited"]) == (True, False, False)
    assert ok("create_user", *changes, "--update")["updated"] is False
    assert ok("create_user", *changes)["updated"] is False
    # A user who has a password gets another one only with --update.
    stdin = [*changes, "--password-stdin"]
    assert ok("create_user", *stdin, typed=f"{PASSWORD}\n")["password_set"] is True
    assert ok("create_user", *stdin)["password_set"] is False
    assert ok("create_user", *stdin, "--update", typed=f"{PASSWORD}\n")["password_set"] is True
    refuses("create_user", *changes, "--resend", says="cannot be invited again; set a password")


def test_an_invitation_is_sent_again(local_aws: LocalAws) -> None:
    arguments = [*a_user(), "--resend"]
    assert ok("create_user", *arguments)["created"] is True
    dry = ok("create_user", *arguments, "--dry-run")
    [step] = dry["steps"]
    assert step["parameters"]["MessageAction"] == "RESEND"
    again = ok("create_user", *arguments)
    assert (again["created"], again["invited"]) == (False, True)


def test_a_username_that_would_be_its_own_alias(local_aws: LocalAws) -> None:
    aliases = ["preferred_username"]
    pool = cognito().create_user_pool(PoolName="alias", AliasAttributes=aliases)["UserPool"]
    user = [*ARGUMENTS["create_user"], "--user-pool-id", pool["Id"]]
    refuses("create_user", *user, says="choose another --preferred-username")
    assert ok("create_user", *user, "--preferred-username", "b")["created"] is True


@pytest.mark.parametrize("name", ["--name", "--email", "--username"])
def test_values_that_are_not_text(local_aws: LocalAws, name: str) -> None:
    refuses(
        "create_user", *ARGUMENTS["create_user"], name, "Zo\udceb", says=f"{name} is empty, or not"
    )
    assert local_aws.calls == []


def test_what_is_deleted_only_by_its_name(local_aws: LocalAws) -> None:
    other = ["--user-pool-id", cognito().create_user_pool(PoolName="other")["UserPool"]["Id"]]
    refuses(
        "delete_user_pool", *other, "--confirm-name", "mlspace", says="'mlspace' is not the name"
    )
    refuses("delete_user_pool", *other, "--confirm-name", "", says="with --confirm-name")
    assert ok("delete_user_pool", *other, "--dry-run")["deleted"] is False
    assert ok("delete_user_pool", *other, "--confirm-name", "other")["deleted"] is True
    result = run("delete_user_pool", *other, "--confirm-name", "other")
    assert result.code == 0 and "there is no user pool" in result.err


def test_a_prefix_without_an_option(local_aws: LocalAws) -> None:
    """It is the same at each run, nobody is likely to have it, and its pool keeps another one."""
    plain = [f"--{option}=AWS pool, {option}" for option in ("user-pool-name", "app-client-name")]
    dry = ok("create_user_pool", *plain, "--dry-run")
    assert dry["domain_prefix"] is None
    setup = ok("create_user_pool", *plain)
    assert re.fullmatch(r"pool-user-pool-name-[0-9a-f]{10}", setup["domain_prefix"])
    assert setup["user_pool_id"].split("_")[1].lower() not in setup["domain_prefix"]
    assert ok("create_user_pool", *plain) == {**setup, "created": False}
    named = create(name="named")
    without = ok("create_user_pool", *names("named")[:2])
    assert without == {**named, "created": False}
    local_aws.fail(at=len(local_aws.calls) + 6, how=Fault.DROPPED_AFTER)
    third = ["--user-pool-name=third", "--app-client-name=third"]
    assert run("create_user_pool", *third).code == 1
    assert local_aws.calls[-1][1] == "CreateUserPoolDomain"
    local_aws.heal()
    assert ok("create_user_pool", *third)["domain_prefix"].startswith("third-")


def test_a_prefix_that_another_account_has(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If DescribeUserPoolDomain does not show it, the last call meets it; the rest is kept."""
    with monkeypatch.context() as m:
        m.setenv("AWS_ACCESS_KEY_ID", "2" * 12)
        create()
    refuses("create_user_pool", *names(), says="run the script again with another --domain-prefix")
    setup = create("--domain-prefix", "mlspace-2")
    assert setup["created"] is True and setup["domain_prefix"] == "mlspace-2"


def test_a_url_to_remove_that_is_not_there(local_aws: LocalAws) -> None:
    setup = create()
    slash = "https://localhost:3000/callback/"
    rid = ["--callback-url", REAL, "--remove-callback-url", slash]
    result = run("allow_callback_url", *ids(setup), *rid)
    assert result.code == 0 and f"remove: {slash} is not a callback URL" in result.err


@pytest.mark.parametrize("option", ["--callback-url", "--sign-out-url"])
def test_a_url_of_api_gateway_without_its_slash(local_aws: LocalAws, option: str) -> None:
    setup = create()
    arguments = [*ids(setup), option, no_slash := REAL.removesuffix("/")]
    for typed in ("", f"{REAL}\n", "yes\n"):
        refuses("allow_callback_url", *arguments, typed=typed, says=f"use {REAL}")
    assert ok("allow_callback_url", *arguments, "--dry-run")["steps"], "which changes nothing"
    result = run("allow_callback_url", *arguments, typed=f"{no_slash}\n")
    assert result.code == 0 and "has no slash at the end" in result.err
    assert ok("allow_callback_url", *arguments)["changed"] is False, "the second run asks nothing"
    twice = ["--callback-url", url := REAL.replace("/Prod/", "/dev"), "--sign-out-url", url]
    result = run("allow_callback_url", *ids(setup), *twice, typed=f"{url}\n")
    assert result.code == 0 and result.err.count("has no slash") == 1
    ok("allow_callback_url", *ids(setup), option, f"{REAL}?a=1")


def test_a_change_that_somebody_else_makes_meanwhile(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = create()
    which = {"UserPoolId": setup["user_pool_id"], "ClientId": setup["client_id"]}
    send, count = URLLib3Session.send, 0

    def send_after_a_change(session: Any, request: Any) -> Any:
        nonlocal count
        count += 1
        if count == 2:  # the script has read the settings
            client = cognito()
            settings = client.describe_user_pool_client(**which)["UserPoolClient"]
            for name in ("CreationDate", "LastModifiedDate"):
                del settings[name]
            client.update_user_pool_client(**settings | {"IdTokenValidity": 2})
        return send(session, request)

    monkeypatch.setattr(URLLib3Session, "send", send_after_a_change)
    says = "somebody else changed the app client meanwhile, so the script did not; run the script"
    refuses("allow_callback_url", *ids(setup), "--callback-url", REAL, says=says)
    monkeypatch.undo()
    settings = cognito().describe_user_pool_client(**which)["UserPoolClient"]
    assert settings["IdTokenValidity"] == 2 and REAL not in settings["CallbackURLs"]


def test_a_url_for_a_client_that_signs_nobody_in(local_aws: LocalAws) -> None:
    client = cognito()
    which = {"UserPoolId": client.create_user_pool(PoolName="bare")["UserPool"]["Id"]}
    app_client = client.create_user_pool_client(**which, ClientName="bare")["UserPoolClient"]
    arguments = ["--user-pool-id", which["UserPoolId"], "--client-id", app_client["ClientId"]]
    refuses("allow_callback_url", *arguments, "--callback-url", REAL, says="OAuth features")


# -- output that cannot be written ----------------------------------------------------------------


class Full(StringIO):
    """A stream of a full disk."""

    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("name", SITUATIONS)
def test_output_that_cannot_be_written_stops_no_call(
    local_aws: LocalAws, name: str, capfd: pytest.CaptureFixture[str], is_full: bool
) -> None:
    situation = SITUATIONS[name]
    module = importlib.import_module(situation.name)
    for stream in (Full(), None) if is_full or name == "delete" else (Full(),):
        start = begin(local_aws, name)
        stdin, sys.stdin = sys.stdin, StringIO(situation.typed)
        try:
            with redirect_stdout(stream), redirect_stderr(stream):
                code = module.main([*start.arguments, "--region", "us-east-2"])
        finally:
            sys.stdin = stdin
        assert (code, capfd.readouterr()) == (1, ("", ""))
        assert len(local_aws.calls) == CALLS[name]
        assert everything() == start.outcome


@pytest.mark.parametrize("end", ["> /dev/full", "| true", "2> /dev/full"])
def test_a_process_whose_output_cannot_be_written(local_aws: LocalAws, end: str) -> None:
    """Python tries once more when it ends."""
    script = SCRIPTS[0].with_name("delete_user_pool.py")
    command = f"{sys.executable} {script} --region us-east-2 --user-pool-id us-east-2_x {end}"
    shell = ["bash", "-c", f"set -o pipefail; {command}"]
    result = subprocess.run(shell, env=local_aws.environment, capture_output=True, text=True)
    assert "Traceback" not in result.stderr and "Exception ignored" not in result.stderr, (
        result.stderr
    )
    if end.startswith("2>"):
        assert result.returncode == 0 and json.loads(result.stdout)["deleted"] is False
    elif end != "| true":  # which may read it before it ends
        assert result.returncode == 1 and "cannot write the result" in result.stderr


@pytest.mark.parametrize("path", SCRIPTS[:1], ids=lambda path: path.name)
def test_help_into_a_closed_pipe(path: Path) -> None:
    """The others have the same `main`."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, str(path), "--help"]
    buffered = {name: os.environ[name] for name in os.environ.keys() - {"PYTHONUNBUFFERED"}}
    result = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, env=buffered)
    os.close(writer)
    assert (result.returncode, result.stderr) == (0, "")


def test_names_are_printed_without_control_characters(local_aws: LocalAws) -> None:
    module: Any = importlib.import_module("delete_user_pool")
    with redirect_stderr(StringIO()) as err:
        module.say("the user pool a\x1b]0;b\x07\u202e\x9b c  d\n日本")
    assert err.getvalue() == "the user pool a\\x1b]0;b\\x07\\u202e\\x9b c d 日本\n"


def test_an_endpoint_that_is_not_aws_s_is_named(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, is_full: bool
) -> None:
    says = f"warning: the calls go to {local_aws.endpoint_url}, which is not"
    assert says in run("find_oidc_settings").err
    module: Any = importlib.import_module("find_oidc_settings")
    host = "cognito-idp.us-east-2.vpce.amazonaws.com"
    for anybodys in ("abc.execute-api.us-east-2", "cognito-idp.s3.us-east-2", "x.us-east-2.elb"):
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://{anybodys}.amazonaws.com")
        with redirect_stderr(StringIO()) as err:
            module.connect("us-east-2")
        assert f"{anybodys}.amazonaws.com, which is not" in err.getvalue()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://vpce-0a1b-2c3d.{host}")
    with redirect_stderr(StringIO()) as err:
        client = module.connect("us-east-2")
    assert err.getvalue() == ""
    with monkeypatch.context() as m, redirect_stderr(StringIO()):
        m.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        found = module.find_oidc_url(client, {"Id": "us-east-2_x"})
    assert found[0] == "https://cognito-idp.us-east-2.amazonaws.com/us-east-2_x"
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    for region in regions() if is_full else REGIONS:
        with redirect_stderr(StringIO()) as err:
            module.connect(region)
        assert err.getvalue() == ""


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>sign in to the network</html>"),
        (403, b"<html>"),
        (500, b"[]"),
        (200, b"\xff\xfe"),
        (200, b"{}"),
        (200, b""),
        (200, b'{"UserPools": [{'),
    ],
)
def test_something_else_answers(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    """A proxy with a page of its own, or another service at the endpoint."""
    raw = SimpleNamespace(stream=lambda *_, **__: [body])
    answer = AWSResponse("", status, {"content-type": "text/html"}, raw)
    monkeypatch.setattr(URLLib3Session, "send", lambda *_: answer)
    for script, arguments in ARGUMENTS.items():
        refuses(script, *arguments, says="the answer did not come from Cognito; check AWS_ENDPOINT")


# -- what there is to find -----------------------------------------------------------------------


def test_find_lists_where_there_is_a_choice(local_aws: LocalAws) -> None:
    result = run("find_oidc_settings")
    assert result.code == 1 and result.json["user_pools"] == []
    assert "there are no user pools in us-east-2; check the Region" in result.err
    one, two = create(), create(name="other")
    result = run("find_oidc_settings")
    assert result.code == 1
    assert "there are 2 user pools in us-east-2; choose one with --user-pool-id" in result.err
    assert {pool["user_pool_id"] for pool in result.json["user_pools"]} == {
        one["user_pool_id"],
        two["user_pool_id"],
    }
    assert result.json["oidc_url"] is None
    settings = ok("find_oidc_settings", "--user-pool-id", two["user_pool_id"])
    assert (settings["user_pool_id"], settings["client_id"]) == (
        two["user_pool_id"],
        two["client_id"],
    )
    which = {"UserPoolId": one["user_pool_id"]}
    second = cognito().create_user_pool_client(**which, ClientName="2")["UserPoolClient"]
    result = run("find_oidc_settings", "--user-pool-id", one["user_pool_id"])
    assert result.code == 1 and "--client-id" in result.err and len(result.json["app_clients"]) == 2
    assert result.json["oidc_url"].endswith(f"/{one['user_pool_id']}")
    settings = ok("find_oidc_settings", *ids(one | {"client_id": second["ClientId"]}))
    assert (settings["client_id"], settings["callback_urls"]) == (second["ClientId"], [])


def test_find_a_bare_pool(local_aws: LocalAws) -> None:
    client = cognito()
    pool = client.create_user_pool(PoolName="bare", IssuerConfiguration={"Type": "UPDATED"})
    pool_id = pool["UserPool"]["Id"]
    empty = run("find_oidc_settings")
    client.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="secret",
        GenerateSecret=True,
    )
    assert "there are no app clients in the user pool bare; create one" in empty.err
    result = run("find_oidc_settings")
    assert result.code == 0
    assert (result.json["issuer_type"], result.json["domain_prefix"]) == ("UPDATED", None)
    secret = client.describe_user_pool_client(UserPoolId=pool_id, ClientId=result.json["client_id"])
    assert secret["UserPoolClient"]["ClientSecret"] not in result.out + result.err


# -- user errors, in one line ---------------------------------------------------------------------

A_POOL = ["--user-pool-id", "us-east-2_x"]
ARGUMENTS = {
    "create_user_pool": names(),
    "create_user": [*A_POOL, "--username", "a", "--email", "a@b.cd", "--name", "A"],
    "find_oidc_settings": A_POOL,
    "diagnose_sign_in": [
        "--oidc-url=https://cognito-idp.us-east-2.amazonaws.com/us-east-2_x",
        *["--client-id", "x", "--callback-url", REAL, "--json"],
    ],
    "allow_callback_url": [*A_POOL, "--client-id", "x", "--callback-url", REAL],
    "delete_user_pool": A_POOL,
}


@pytest.mark.parametrize("script", ARGUMENTS)
def test_errors_of_every_script(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, script: str, tmp_path: Path
) -> None:
    arguments = ARGUMENTS[script]
    if script != "diagnose_sign_in":  # which has the Region from the OIDC URL
        for region in ("eu-cntral-1", "cn-north-1", "nonsense", "us east 2", "us-east-2\n"):
            refuses(script, *arguments, says="--region", region=region)
    module = importlib.import_module(script)
    if script == "diagnose_sign_in":
        return  # it goes on with what is public
    with redirect_stderr(StringIO()) as err:
        assert module.main(arguments) == 1
    assert "You must specify a region; add --region, or set AWS_DEFAULT_REGION" in err.getvalue()
    with monkeypatch.context() as m:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            m.delenv(name)
        refuses(script, *arguments, says="sign in to AWS")
        m.setenv("AWS_PROFILE", "no-such")
        refuses(script, *arguments, says="AWS_PROFILE")
    with monkeypatch.context() as m:
        m.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        refuses(script, *arguments, says="Could not connect to the endpoint URL")
        m.setenv("AWS_ENDPOINT_URL", "nonsense")
        refuses(script, *arguments, says="or the AWS settings")
    with monkeypatch.context() as m:
        (tmp_path / "broken").write_text("[default")
        m.setenv("AWS_CONFIG_FILE", str(tmp_path / "broken"))
        refuses(script, *arguments, says="; correct your AWS configuration file")
        (tmp_path / "role").write_text("[profile role]\nrole_arn = a\nsource_profile = none\n")
        m.setenv("AWS_CONFIG_FILE", str(tmp_path / "role"))
        m.setenv("AWS_PROFILE", "role")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            m.delenv(name)
        refuses(script, *arguments, says="does not exist; correct your AWS configuration file")
        for setting in ("role_arn = a\nweb_identity_token_file", "credential_process"):
            (tmp_path / "role").write_text(f"[profile role]\n{setting} = no-such\n")
            says = "No such file or directory: 'no-such'; correct your AWS configuration file"
            refuses(script, *arguments, says=says)
        (tmp_path / "role").write_text("[profile role]\ncredential_process = echo {\n")
        refuses(script, *arguments, says="cannot be read: JSONDecodeError: ")
    assert local_aws.calls == []
    if script not in ("create_user_pool", "delete_user_pool"):
        refuses(
            script, *arguments, says="does not exist; check the ID, and that your AWS credentials"
        )


@pytest.mark.parametrize("script", ARGUMENTS)
def test_wrong_usage(script: str) -> None:
    module = importlib.import_module(script)
    for arguments in [["--bogus"], ["--region"], ["extra"]]:
        with redirect_stderr(StringIO()), pytest.raises(SystemExit) as exit_info:
            module.main([*ARGUMENTS[script], *arguments])
        assert exit_info.value.code == 2


def test_usage_of_each(local_aws: LocalAws) -> None:
    for script, arguments in {
        "create_user_pool": [],
        "create_user": ["--user-pool-id", "x"],
        "allow_callback_url": ARGUMENTS["allow_callback_url"][:4],
        "diagnose_sign_in": ["--client-id"],
    }.items():
        with redirect_stderr(StringIO()), pytest.raises(SystemExit) as exit_info:
            importlib.import_module(script).main(arguments)
        assert exit_info.value.code == 2


@pytest.mark.parametrize("script", [name for name in ARGUMENTS if name != "diagnose_sign_in"])
def test_a_user_pool_of_another_region(local_aws: LocalAws, script: str) -> None:
    for wrong in ("eu-west-1_x", "us-east-2", "x"):
        elsewhere = [*ARGUMENTS[script], "--user-pool-id", wrong]
        refuses(script, *elsewhere, says=f"{wrong!r} is not a user pool ID of the Region us-east-2")
    assert local_aws.calls == []


BAD_URLS = [
    "", "x", "/x", "http://app.example/", "https://", "https:///x", "https://a.example/#f", "http:",
    "https://*.example.com/", "https://a.example/a b", "https://a.example/\n", "https://[::1", "://x",
    "https://a.example:x/", "https://a.example:0/", "https://a.example/" + "x" * 1024,
    "http://localhost.evil.example/", "https://a.example/\u200b", "https://a.example:65536/",
    "HTTPS://a.example/", "https://A.example/", "https://a..example/", "https://-a.example/",
    "vbscript:x", "view-source:https://a.example/", "ws://a.example/", "wss://a.example/",
    "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "https://.example/",
    "https://a.example:/", "https://a.example:99999/", "http://localhost:65536/",
    "https://user@a.example/", "https://user:word@a.example/", "https://a.example/*", "mailto:a@b",
    " https://a.example/", "https://a b.example/", "http://LOCALHOST/", "http://127.0.0.2/",
    "filesystem:https://a.example/x", "chrome://settings/", "httpss://a.example/", "htps://a.example/",
    "https://[::1]/", "https:a.example/", "localhost:3000/callback", "a.example:8443/callback",
]  # fmt: skip
GOOD_URLS = [
    "https://a.example", "https://a.example/", "http://localhost:3000/", "http://127.0.0.1/cb",
    "http://[::1]:8080/x", "myapp://callback", "https://a.example/x?y=z", "https://a.example/%C3%A9",
    "https://localhost:3000/callback", "https://a.example:65535/", "com.example.app:/callback",
    "https://a.example:1/", "https://a.example:443/", "https://10.0.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("url", BAD_URLS)
def test_urls_that_cognito_would_refuse(local_aws: LocalAws, url: str) -> None:
    arguments = ARGUMENTS["allow_callback_url"][:4]
    for flag in ("--callback-url", "--sign-out-url"):
        refuses("allow_callback_url", *arguments, flag, url, says=flag)
    assert local_aws.calls == []


def test_urls_that_cognito_takes(local_aws: LocalAws) -> None:
    setup = create()
    for url in GOOD_URLS:
        update = ok("allow_callback_url", *ids(setup), "--callback-url", url)
        assert url in update["callback_urls"]
    assert len(update["callback_urls"]) == len(GOOD_URLS)


def test_someone_else_changes_the_client_meanwhile(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written on what is out of date, and the next run reads again."""
    arguments = a_callback_url()
    send = URLLib3Session.send

    class Raw:
        def stream(self, *_: Any, **__: Any) -> list[bytes]:
            return [b'{"__type":"ConcurrentModificationException","message":"busy"}']

    def busy(session: Any, request: Any) -> Any:
        if b"UpdateUserPoolClient" in request.headers["X-Amz-Target"]:
            return AWSResponse(request.url, 400, {}, Raw())
        return send(session, request)

    with monkeypatch.context() as m:
        m.setattr(URLLib3Session, "send", busy)
        refuses("allow_callback_url", *arguments, says="(ConcurrentModificationException)")
    assert ok("allow_callback_url", *arguments)["changed"] is True


def test_one_url_in_place_of_another(local_aws: LocalAws) -> None:
    setup = create()
    client = cognito()
    which = {"UserPoolId": setup["user_pool_id"], "ClientId": setup["client_id"]}
    before = client.describe_user_pool_client(**which)["UserPoolClient"]
    temporary = before["CallbackURLs"][0]
    arguments = [*ids(setup), "--callback-url", REAL, "--remove-callback-url", temporary]
    assert ok("allow_callback_url", *arguments, "--dry-run")["callback_urls"] == [temporary]
    update = ok("allow_callback_url", *arguments)
    assert update["changed"] is True and update["callback_urls"] == [REAL]
    after = client.describe_user_pool_client(**which)["UserPoolClient"]
    same = {"LastModifiedDate": None, "CallbackURLs": [REAL]}
    assert after | same == before | same
    assert ok("allow_callback_url", *arguments) == {**update, "changed": False}
    assert create()["created"] is False
    # What is not there needs no removal, and the last one cannot go while there is a code grant.
    other = ["--sign-out-url", REAL, "--remove-callback-url"]
    assert ok("allow_callback_url", *ids(setup), *other, temporary)["callback_urls"] == [REAL]
    refuses("allow_callback_url", *ids(setup), *other, REAL, says="InvalidOAuthFlowException")
    with redirect_stderr(StringIO()), pytest.raises(SystemExit) as exit_info:
        run("allow_callback_url", *ids(setup), "--callback-url", REAL, *other[2:], REAL)
    assert exit_info.value.code == 2


def test_every_setting_of_the_client_is_kept(local_aws: LocalAws) -> None:
    client = cognito()
    setup = create()
    which = {"UserPoolId": setup["user_pool_id"]}
    full = client.create_user_pool_client(
        **which, ClientName="full", GenerateSecret=True, RefreshTokenValidity=7,
        AccessTokenValidity=2, IdTokenValidity=3, AuthSessionValidity=9,
        TokenValidityUnits={"AccessToken": "hours", "IdToken": "hours", "RefreshToken": "days"},
        ReadAttributes=["email", "name"], WriteAttributes=["email", "name", "preferred_username"],
        ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
        SupportedIdentityProviders=["COGNITO"], CallbackURLs=["https://b.example/", "https://a.example/"],
        LogoutURLs=["https://out.example/"], DefaultRedirectURI="https://b.example/",
        AllowedOAuthFlows=["code", "implicit"], AllowedOAuthScopes=["openid", "phone"],
        AllowedOAuthFlowsUserPoolClient=True, PreventUserExistenceErrors="LEGACY",
        EnableTokenRevocation=False, EnablePropagateAdditionalUserContextData=True,
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
    )["UserPoolClient"]  # fmt: skip
    which["ClientId"] = full["ClientId"]
    before = client.describe_user_pool_client(**which)["UserPoolClient"]
    arguments = ["--user-pool-id", which["UserPoolId"], "--client-id", which["ClientId"]]
    result = ok("allow_callback_url", *arguments, "--callback-url", REAL)
    assert result["callback_urls"] == ["https://b.example/", "https://a.example/", REAL]
    after = client.describe_user_pool_client(**which)["UserPoolClient"]
    for settings in (before, after):
        settings.pop("LastModifiedDate")
    assert after == {**before, "CallbackURLs": result["callback_urls"]}


@pytest.mark.parametrize(
    ("settings", "lost"),
    [
        ({"Newest": {"Feature": "ENABLED"}}, "Newest"),
        ({"RefreshTokenRotation": {"Feature": "ENABLED", "Newest": 1}}, "Newest"),
        ({"A": 1, "B": [], "Unset": None}, "A, B"),
        ({"Unset": None}, ""),
    ],
)
def test_a_setting_that_boto3_does_not_know_is_not_reset(
    local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any], lost: str
) -> None:
    arguments = a_callback_url()
    send = URLLib3Session.send

    def with_settings(session: Any, request: Any) -> Any:
        answer = send(session, request)
        if b"DescribeUserPoolClient" in request.headers["X-Amz-Target"]:
            body = json.loads(answer.content)
            body["UserPoolClient"] |= settings
            answer._content = json.dumps(body).encode()
        return answer

    before, calls = everything(), len(local_aws.calls)
    with monkeypatch.context() as m:
        m.setattr(URLLib3Session, "send", with_settings)
        if not lost:
            assert ok("allow_callback_url", *arguments)["changed"] is True
            return
        says = f"does not know {lost} of the app client, so the update would reset it; run python3"
        refuses("allow_callback_url", *arguments, says=says)
    assert "UpdateUserPoolClient" not in {name for _, name in local_aws.calls[calls:]}
    assert everything() == before


@pytest.mark.parametrize(
    ("settings", "code", "says"),
    [
        ({"RefreshTokenRotation": {"Feature": "DISABLED"}}, 0, "note: Cognito added RefreshToken"),
        ({"IdTokenValidity": 2}, 1, "IdTokenValidity is 2, not 1; run"),
        ({"ReadAttributes": [], "AnalyticsConfiguration": {}}, 0, ""),
        ({"EnableTokenRevocation": False}, 1, "EnableTokenRevocation is False, not True; run"),
        ({"AllowedOAuthScopes": []}, 1, "AllowedOAuthScopes is [], not ['"),
    ],
)
def test_what_cognito_adds_is_a_note_and_what_it_loses_is_damage(
    local_aws: LocalAws,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, Any],
    code: int,
    says: str,
) -> None:
    arguments = a_callback_url()
    send = URLLib3Session.send
    is_updated = []

    def with_settings(session: Any, request: Any) -> Any:
        answer = send(session, request)
        target = request.headers["X-Amz-Target"]
        is_updated.extend([True] if b"UpdateUserPoolClient" in target else [])
        if is_updated and b"DescribeUserPoolClient" in target:
            body = json.loads(answer.content)
            body["UserPoolClient"] |= settings
            answer._content = json.dumps(body).encode()
        return answer

    with monkeypatch.context() as m:
        m.setattr(URLLib3Session, "send", with_settings)
        result = run("allow_callback_url", *arguments)
    assert result.code == code, result.err
    assert says in result.err
    assert ("note:" in result.err) == says.startswith("note:")


@pytest.mark.parametrize("prefix", ["", "my-aws", "x" * 64, "-x", "X", "日本"])
def test_invalid_domain_prefixes(local_aws: LocalAws, prefix: str) -> None:
    refuses("create_user_pool", *names(), f"--domain-prefix={prefix}", says="--domain-prefix")
    assert local_aws.calls == []


@pytest.mark.parametrize("name", ["", "a/b", "Prüfung", "x" * 129])
def test_names_that_cognito_would_refuse_half_way(local_aws: LocalAws, name: str) -> None:
    for option in ("--user-pool-name", "--app-client-name"):
        refuses("create_user_pool", *names(), option, name, says=f"{option} is {name!r}; it must")
    assert local_aws.calls == []


# -- the files themselves ------------------------------------------------------------------------


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_common_parts_are_those_of_the_source(path: Path) -> None:
    script = path.read_text()
    assert script == with_common_parts(script), "run `make scripts`"
    parts = {"say, show, main", *(("boto3", "connect") if path in OF_AWS else ())}
    assert parts <= set(re.findall(r"^# == In .*: (.*) ==$", script, re.M))
    assert script.count("# == In ") == script.count("\n# == End ==\n")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_how_a_script_is_made(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = path.read_text()
    assert source.startswith("#!/usr/bin/env -S uv run --script\n# /// script\n")
    assert '# requires-python = ">=3.11"\n' in source
    uses_boto3 = path in OF_AWS
    markers = re.findall(r"^# --8<-- \[(start|end):(\w+)\]$", source, re.MULTILINE)
    assert markers[::2] == [("start", name) for _, name in markers[1::2]]
    assert len(markers) == 2 * len({name for _, name in markers}) == source.count("--8<--")
    module = importlib.import_module(path.stem)
    needs = f'"boto3>={module.BOTO3}"' if uses_boto3 else ""
    assert f"# dependencies = [{needs}]" in source.splitlines()
    with pytest.raises(SystemExit) as exit_info:
        module.main(["--help"])
    assert exit_info.value.code == 0
    assert module.__doc__ and module.__doc__ in capsys.readouterr().out
    ways = {"delete_user_pool.py": 3}.get(path.name, 2)  # it asks for the name, or is given it
    assert module.__doc__.count(f"    python {path.name} ") == ways
    modules = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    roots = {name.split(".")[0] for name in modules}
    assert roots <= set(sys.stdlib_module_names) | ({"boto3", "botocore"} if uses_boto3 else set())


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_lesson_comes_first_in_the_order_in_which_it_runs(path: Path) -> None:
    """What a script finds, plans and applies stands before the plumbing that all scripts share."""
    functions = re.findall(r"^(?:class|def) (\w+)", path.read_text(), re.MULTILINE)
    order = ["settings_of", "find", "plan", "apply", "run", "parse_args", "connect", "say", "main"]
    lesson = [name for name in order if name in functions]
    assert [name for name in functions if name in lesson] == lesson
