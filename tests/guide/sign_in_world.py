"""The world of the page Troubleshooting: what the guide leads to, and faults for its fixes to mend.

A fix that fixes nothing would pass where nothing is wrong. So before the block with a fix, there is
the fault; in the end, all is as it was in the beginning.
"""

from __future__ import annotations

import importlib
import json
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from local_aws import LocalAws
from mkdocs_macros_runbook import Failure, Walkthrough
from mkdocs_macros_runbook.values.resolution import Override, Values, resolve

OTHER_USER = {"username": "grace", "email": "grace@example.com", "name": "Grace Hopper"}
_WRONG = [
    {"Name": name, "Value": value}
    for name, value in {
        "email": "wrong@example.com",
        "email_verified": "false",
        "name": "Wrong",
        "preferred_username": "wrong",
    }.items()
]
_PASSWORD = "Correct-Horse-7-Battery"  # noqa: S105 - for a user who is gone with the run
_OLD = "https://old.example.com/"
_BEGIN = "in the beginning"


@dataclass(frozen=True)
class Setup:
    """What has the fault: a user pool with all that belongs to it, and the application's source."""

    walkthrough: Walkthrough
    aws: LocalAws

    @cached_property
    def cognito(self) -> Any:
        return self._account()

    def _account(self, **how: str) -> Any:
        import boto3

        return boto3.client("cognito-idp", region_name=self.by_name["region"], **how)

    @property
    def others(self) -> Any:
        """Another account."""
        return self._account(aws_access_key_id="2" * 12, aws_secret_access_key="x")  # noqa: S106

    @property
    def without_rules(self) -> Any:
        """The emulator alone: AWS may have allowed more once."""
        return self._account(endpoint_url=self.aws.emulator_url)

    @property
    def by_name(self) -> Mapping[str, str]:
        return self.walkthrough.values.by_name

    @property
    def pool(self) -> dict[str, str]:
        return {"UserPoolId": self.by_name["user_pool_id"]}

    @property
    def client(self) -> dict[str, str]:
        return self.pool | {"ClientId": self.by_name["client_id"]}

    @property
    def user(self) -> dict[str, str]:
        return self.pool | {"Username": self.by_name["first_username"]}

    def update_pool(self, **changes: Any) -> None:
        """Change settings of the user pool, and keep the others."""
        from delete_user_pool import whole_update

        pool = self.cognito.describe_user_pool(**self.pool)["UserPool"]
        self.cognito.update_user_pool(**whole_update(self.cognito, pool) | changes)


def _without_domain(setup: Setup) -> None:
    pool = setup.cognito.describe_user_pool(**setup.pool)["UserPool"]
    setup.cognito.delete_user_pool_domain(**setup.pool, Domain=pool["Domain"])


def _prefix_taken(setup: Setup) -> None:
    _without_domain(setup)
    theirs = setup.others.create_user_pool(PoolName="theirs")["UserPool"]["Id"]
    setup.others.create_user_pool_domain(UserPoolId=theirs, Domain=setup.by_name["domain_prefix"])


def _without_style(setup: Setup) -> None:
    response = setup.cognito.describe_managed_login_branding_by_client(**setup.client)
    style = {"ManagedLoginBrandingId": response["ManagedLoginBranding"]["ManagedLoginBrandingId"]}
    setup.cognito.delete_managed_login_branding(**setup.pool, **style)


def _without_settings(setup: Setup) -> None:
    setup.cognito.update_user_pool_client(**setup.client)
    few = {"ReadAttributes": ["email"], "WriteAttributes": ["email"]}
    setup.without_rules.update_user_pool_client(**setup.client, **few)


def _with_secret(setup: Setup) -> None:
    settings = setup.cognito.describe_user_pool_client(**setup.client)["UserPoolClient"]
    for name in ("ClientId", "CreationDate", "LastModifiedDate"):
        settings.pop(name)
    response = setup.cognito.create_user_pool_client(**settings, GenerateSecret=True)
    setup.cognito.delete_user_pool_client(**setup.client)
    client_id = response["UserPoolClient"]["ClientId"]
    setup.walkthrough.values = _with_values(setup.walkthrough.values, client_id=client_id)


def _use_new_client(setup: Setup) -> None:
    """Delete the app client with the secret, and set the constants to the other."""
    setup.cognito.delete_user_pool_client(**setup.client)
    [new] = setup.cognito.list_user_pool_clients(**setup.pool)["UserPoolClients"]
    write_constants(setup.walkthrough, client_id=new["ClientId"])


def _invited_long_ago(setup: Setup) -> None:
    """The user was invited eight days ago."""
    name = setup.by_name["first_username"]
    users = setup.cognito.list_users(**setup.pool, Filter=f'username = "{name}"')["Users"]
    date, state = users[0]["UserLastModifiedDate"].timestamp(), setup.aws.save()
    old, new = (struct.pack(">d", seconds) for seconds in (date, date - 8 * 86400))
    assert old in state
    setup.aws.restore(state.replace(old, new))


def _check_invitation(setup: Setup) -> None:
    """Raise `Failure` unless the user was invited again."""
    addresses = [address for email in setup.aws.emails for address in email["To"]]
    if addresses != [setup.by_name["first_user_email"].lower()]:  # as Cognito stores it
        raise Failure("the block does not invite the user", actual=", ".join(addresses))


@dataclass(frozen=True)
class Fault:
    """What is wrong in one row of the page."""

    make: Callable[[Setup], Any]
    #: what the block with its fix has, a regular expression; empty if that is of another row
    fix: str = ""
    #: what else somebody does who has used this fix, or sees of it
    after: Callable[[Setup], Any] = lambda _: None
    #: whose checks tell it, besides the check of its own row
    told_by: tuple[str, ...] = ()


#: by the IDs of their rows
FAULTS = {
    "domain-taken": Fault(_prefix_taken, r'(?s)create-user-pool-domain.*--domain "\$'),
    "tier": Fault(
        lambda setup: setup.update_pool(UserPoolTier="LITE"),
        "update-user-pool-domain",
        lambda setup: setup.update_pool(UserPoolTier="ESSENTIALS"),
    ),
    "not-connected": Fault(lambda setup: write_constants(setup.walkthrough, oidc_url=_OLD)),
    "discovery": Fault(lambda setup: setup.update_pool(IssuerConfiguration={"Type": "UPDATED"})),
    "no-domain": Fault(
        _without_domain, r'(?s)create-user-pool-domain.*--domain "[^$]', told_by=("login-host",)
    ),
    "login-pages-unavailable": Fault(
        _without_style, r'(?s)create-managed-login-branding.*--client-id "[^$]'
    ),
    "unauthorized-client": Fault(
        _without_settings,
        "update-user-pool-client",
        told_by=(
            *("redirect-mismatch", "no-provider", "not-writable"),
            *("invalid-scope", "sign-out"),
        ),
    ),
    "wrong-client": Fault(lambda setup: setup.cognito.delete_user_pool_client(**setup.client)),
    "incorrect-password": Fault(
        lambda setup: setup.cognito.admin_set_user_password(
            **setup.user, Password=_PASSWORD, Permanent=True
        ),
        "admin-set-user-password",
    ),
    "temporary-password": Fault(_invited_long_ago, "admin-create-user", _check_invitation),
    "disabled": Fault(
        lambda setup: setup.cognito.admin_disable_user(**setup.user),
        "admin-enable-user",
        told_by=("incorrect-password",),
    ),
    "invalid-client": Fault(_with_secret, "create-user-pool-client", _use_new_client),
    "no-name": Fault(
        lambda setup: setup.cognito.admin_update_user_attributes(
            **setup.user, UserAttributes=_WRONG
        ),
        "admin-update-user-attributes",
    ),
    "api-denied": Fault(
        lambda setup: write_constants(setup.walkthrough, internal_url=_OLD), r"\bsed\b"
    ),
}


@contextmanager
def aws_of(environment: Mapping[str, str]) -> Iterator[None]:
    """Make boto3 in this process call the AWS that an environment names."""
    with pytest.MonkeyPatch.context() as patch:
        for name, text in environment.items():
            if name.startswith("AWS_"):
                patch.setenv(name, text)
        yield


def begin(walkthrough: Walkthrough, environment: Mapping[str, str]) -> dict[str, Any]:
    """Give an operator what the guide leads to, also the constants; return what to note of it."""
    walkthrough.values = _with_user_pool(walkthrough.values, environment)
    write_constants(walkthrough)
    return {_BEGIN: described(walkthrough, environment)}


def write_constants(walkthrough: Walkthrough, internal_url: str = "", **texts: str) -> None:
    """Write what configures the application's sign-in, as the guide leaves it unless given."""
    by_name = {**walkthrough.values.by_name, **texts}
    values = {
        "OIDC_URL": by_name["oidc_url"],
        "INTERNAL_OIDC_URL": internal_url,
        "OIDC_CLIENT_NAME": by_name["client_id"],
    }
    lines = [f"export const {name} = '{value}';\n" for name, value in values.items()]
    _constants(walkthrough).write_text("".join(lines))


def _constants(walkthrough: Walkthrough) -> Path:
    return walkthrough.folder / "lib" / "constants.ts"


@contextmanager
def fault(text: str, walkthrough: Walkthrough, aws: LocalAws) -> Iterator[dict[str, Any]]:
    """Have the fault that a block with this text fixes; give what to note of it."""
    setup = Setup(walkthrough, aws)
    faults = {row: one for row, one in FAULTS.items() if one.fix and re.search(one.fix, text)}
    with aws_of(walkthrough.environment):
        for one in faults.values():
            one.make(setup)
    yield dict.fromkeys(faults, True)
    with aws_of(walkthrough.environment):
        for one in faults.values():
            one.after(setup)


def check_end(walkthrough: Walkthrough, noted: Mapping[str, Any]) -> None:
    """Raise `Failure` unless every fault was made, and all is as it was in the beginning."""
    fixed = {row for row, one in FAULTS.items() if one.fix}
    if missing := fixed - noted.keys():
        raise Failure(f"no block of the page has the fix for {', '.join(sorted(missing))}")
    before, end = noted[_BEGIN], described(walkthrough, walkthrough.environment)
    differences = [
        f"{name}: {end.get(name)!r} instead of {before.get(name)!r}"
        for name in sorted(before | end)
        if end.get(name) != before.get(name)
    ]
    if differences:
        raise Failure("the fixes do not lead to what there was", actual="\n".join(differences))


def described(walkthrough: Walkthrough, environment: Mapping[str, str]) -> dict[str, Any]:
    """Describe the user pool and all that belongs to it, and the application's constants."""
    from configuration import describe  # brings boto3, which takes long

    values = walkthrough.values.by_name
    names = ("region", "user_pool_id", "client_id", "domain_prefix")
    with aws_of(environment):
        end = describe(*(values[name] for name in names))
    constants = _constants(walkthrough).read_text(encoding="utf-8")
    for name in reversed(names):  # the user pool's ID begins with its Region
        constants = constants.replace(values[name], f"<{name}>")
    return {**end, "constants": constants}


def _with_user_pool(values: Values, environment: Mapping[str, str]) -> Values:
    """Give an operator what the guide leads to; return their values, with the IDs in them."""
    by_name = values.by_name
    names = ["user-pool-name", "app-client-name"]
    user = {"username": "first_username", "email": "first_user_email"}
    user |= {"name": "first_user_full_name"}
    with aws_of(environment):

        def run(script: str, options: Mapping[str, str]) -> dict[str, str]:
            all_options = {"region": by_name["region"], **options}
            arguments = [f"--{name}={text}" for name, text in all_options.items()]
            with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
                code = importlib.import_module(script).main(arguments)
            assert code == 0, err.getvalue()
            result: dict[str, str] = json.loads(out.getvalue())
            return result

        pool = run("create_user_pool", {name: by_name[name.replace("-", "_")] for name in names})
        ids = {"user-pool-id": pool["user_pool_id"]}
        run("create_user", ids | {option: by_name[name] for option, name in user.items()})
        run("create_user", ids | OTHER_USER)  # whom no check of one user shows
        urls = {"callback-url": by_name["callback_url"], "sign-out-url": by_name["sign_out_url"]}
        temporary = {"remove-callback-url": "https://localhost:3000/callback"}
        run("allow_callback_url", ids | {"client-id": pool["client_id"]} | urls | temporary)
    keys = ("user_pool_id", "client_id", "domain_prefix")
    return _with_values(values, **{name: pool[name] for name in keys})


def _with_values(values: Values, **texts: str) -> Values:
    overrides = {name: Override(text, "the world") for name, text in texts.items()}
    return resolve(values.declaration, {**values.overrides, **overrides})
