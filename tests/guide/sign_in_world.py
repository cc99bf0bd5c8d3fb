"""The world of the page Troubleshooting: what the guide leads to, and faults for its fixes to mend.

A fix that fixes nothing would pass where nothing is wrong. So before the block with a fix, there is
the fault; in the end, all is as it was in the beginning.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any

import pytest

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
#: by the command that fixes it, the call that makes a fault
FAULTS: dict[str, Callable[[Any, dict[str, str], dict[str, str]], Any]] = {
    "update-user-pool-client": lambda cognito, client, user: cognito.update_user_pool_client(
        **client
    ),
    "create-managed-login-branding": lambda cognito, client, user: (
        cognito.delete_managed_login_branding(
            UserPoolId=client["UserPoolId"],
            ManagedLoginBrandingId=cognito.describe_managed_login_branding_by_client(**client)[
                "ManagedLoginBranding"
            ]["ManagedLoginBrandingId"],
        )
    ),
    "create-user-pool-domain": lambda cognito, client, user: cognito.delete_user_pool_domain(
        UserPoolId=client["UserPoolId"],
        Domain=cognito.describe_user_pool(UserPoolId=client["UserPoolId"])["UserPool"]["Domain"],
    ),
    "admin-enable-user": lambda cognito, client, user: cognito.admin_disable_user(**user),
    "admin-update-user-attributes": lambda cognito, client, user: (
        cognito.admin_update_user_attributes(**user, UserAttributes=_WRONG)
    ),
    "admin-set-user-password": lambda cognito, client, user: cognito.admin_set_user_password(
        **user, Password=_PASSWORD, Permanent=True
    ),
}
_BEGIN = "in the beginning"


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
    shown = walkthrough.values.by_name
    values = {"OIDC_URL": shown["oidc_url"], "OIDC_CLIENT_NAME": shown["client_id"]}
    lines = [f"export const {name} = '{value}';\n" for name, value in values.items()]
    (walkthrough.folder / "lib" / "constants.ts").write_text("".join(lines))
    return {_BEGIN: described(walkthrough, environment)}


def make_fault(text: str, walkthrough: Walkthrough) -> dict[str, Any]:
    """Make what a block with this text fixes; return what to note of it."""
    noted: dict[str, Any] = {}
    shown = walkthrough.values.by_name
    pool = {"UserPoolId": shown["user_pool_id"]}
    client, user = (
        pool | {"ClientId": shown["client_id"]},
        pool | {"Username": shown["first_username"]},
    )
    for command in re.findall(r"aws cognito-idp ([a-z-]+)", text):
        if command in FAULTS:
            import boto3

            with aws_of(walkthrough.environment):
                FAULTS[command](
                    boto3.client("cognito-idp", region_name=shown["region"]), client, user
                )
            noted[command] = True
    return noted


def check_end(walkthrough: Walkthrough, noted: Mapping[str, Any]) -> None:
    """Raise `Failure` unless every fault was made, and all is as it was in the beginning."""
    if missing := FAULTS.keys() - noted.keys():
        raise Failure(f"no block of the page has a fix with {', '.join(sorted(missing))}")
    before, end = noted[_BEGIN], described(walkthrough, walkthrough.environment)
    differing = [
        f"{name}: {end.get(name)!r} instead of {before.get(name)!r}"
        for name in sorted(before | end)
        if end.get(name) != before.get(name)
    ]
    if differing:
        raise Failure("the fixes do not lead to what there was", actual="\n".join(differing))


def described(walkthrough: Walkthrough, environment: Mapping[str, str]) -> dict[str, Any]:
    """Describe the user pool and all that belongs to it, and the application's constants."""
    from configuration import describe  # brings boto3, which takes long

    values = walkthrough.values.by_name
    names = ("region", "user_pool_id", "client_id", "domain_prefix")
    with aws_of(environment):
        end = describe(*(values[name] for name in names))
    constants = (walkthrough.folder / "lib" / "constants.ts").read_text(encoding="utf-8")
    for name in reversed(names):  # the user pool's ID begins with its Region
        constants = constants.replace(values[name], f"<{name}>")
    return {**end, "constants": constants}


def _with_user_pool(values: Values, environment: Mapping[str, str]) -> Values:
    """Give an operator what the guide leads to; return their values, with the IDs in them."""
    shown = values.by_name
    names = ["user-pool-name", "app-client-name", "domain-prefix"]
    user = {"username": "first_username", "email": "first_user_email"}
    user |= {"name": "first_user_full_name"}
    with aws_of(environment):

        def run(script: str, options: Mapping[str, str]) -> dict[str, str]:
            given = {"region": shown["region"], **options}
            arguments = [f"--{name}={text}" for name, text in given.items()]
            with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
                code = importlib.import_module(script).main(arguments)
            assert code == 0, err.getvalue()
            result: dict[str, str] = json.loads(out.getvalue())
            return result

        made = run("create_user_pool", {name: shown[name.replace("-", "_")] for name in names})
        ids = {"user-pool-id": made["user_pool_id"]}
        run("create_user", ids | {option: shown[name] for option, name in user.items()})
        run("create_user", ids | OTHER_USER)  # whom no check of one user shows
        urls = {"callback-url": shown["callback_url"], "sign-out-url": shown["sign_out_url"]}
        temporary = {"remove-callback-url": "https://localhost:3000/callback"}
        run("allow_callback_url", ids | {"client-id": made["client_id"]} | urls | temporary)
    found = {name: Override(made[name], "the world") for name in ("user_pool_id", "client_id")}
    return resolve(values.declaration, {**values.overrides, **found})
