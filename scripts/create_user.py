#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Create a user with the attributes that the application reads.

Without a password, Cognito invites the user by email, with a temporary password for 7 days.
With --ask-password or --password-stdin the user gets that password and no email. Either way
email, name and preferred_username are set, because Cognito asks for them only at the first
sign-in of a user who was invited.

It leaves behind the user. A second run finds the user and changes nothing, except that a user
who never signed in gets the password, where one is given.

    python create_user.py --username ada --email ada@example.com --name "Ada Lovelace" \\
        --region <Region> --user-pool-id <user pool ID>
    python create_user.py --username ada --email ada@example.com --name "Ada Lovelace" \\
        --preferred-username ada.l --ask-password --region <Region> --user-pool-id <user pool ID>

It prints one JSON object: created, dry_run, region, user_pool_id, username, email, name,
preferred_username, password_set, invited and, after a dry run, steps: the calls that it would
make.
"""

import argparse
import getpass
import json
import re
import sys
from typing import Any, NamedTuple

if sys.version_info < (3, 11):  # noqa: UP036 - where python3 is an older one
    sys.exit("error: found an older Python; use 3.11 or newer, or uv run in place of python3")
BOTO3 = "1.44.3"  # as in the head: an older one drops settings that Cognito has
try:
    import boto3
    import botocore
    from botocore import xform_name
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    if [*map(int, re.findall(r"\d+", botocore.__version__))] < [*map(int, BOTO3.split("."))]:
        raise ImportError(f"botocore {botocore.__version__} is too old")
except ImportError as error:
    remedy = f'run python3 -m pip install --upgrade "boto3>={BOTO3}", or use uv run'
    sys.exit(f"error: {error}; {remedy}")

SHOWN = "<password>"  # in its place, by a dry run


class RefusalError(Exception):
    """What this script declines to do, with the remedy."""


class Step(NamedTuple):
    done: str  # what has happened when it is done
    operation: str  # as AWS names it
    parameters: dict[str, Any]


# --8<-- [start:find]
def find(client: Any, pool_id: str, username: str) -> dict[str, Any]:
    """Return the user, or nothing. ListUsers is free, AdminGetUser makes a user a paid one."""
    pool = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    # Where users sign in with an email address, their usernames are Cognito's own.
    name = "email" if "email" in pool.get("UsernameAttributes", []) else "username"
    users = client.list_users(UserPoolId=pool_id, Filter=f'{name} = "{username}"')["Users"]
    return users[0] if users else {}


# --8<-- [end:find]
# --8<-- [start:plan]
def plan(given: argparse.Namespace, found: dict[str, Any]) -> list[Step]:
    """Return the calls, and refuse where the user is there with other attributes."""
    wanted = {
        "email": given.email,
        "email_verified": "true",
        "name": given.name,
        "preferred_username": given.preferred_username or given.username,
    }
    has = {one["Name"]: one.get("Value") for one in found.get("Attributes", [])}
    differs = [f"{k} is {has.get(k)!r}, not {v!r}" for k, v in wanted.items() if has.get(k) != v]
    if found and differs:
        remedy = "set them in the console, or give another --username"
        raise RefusalError(f"{given.username} is there and differs: {'; '.join(differs)}; {remedy}")
    which = {"UserPoolId": given.user_pool_id, "Username": given.username}
    with_password = given.ask_password or given.password_stdin
    has_own = found.get("UserStatus") not in (None, "FORCE_CHANGE_PASSWORD")
    # Cognito would send the invitation by SMS, if it were not told otherwise.
    invited = {"DesiredDeliveryMediums": ["EMAIL"]}
    how = {"MessageAction": "SUPPRESS"} if with_password else invited
    attributes = [{"Name": name, "Value": value} for name, value in wanted.items()]
    created = f"created the user {given.username}{'' if with_password else ', invited by email'}"
    create = {**which, "UserAttributes": attributes, **how}
    set_password = {**which, "Password": SHOWN, "Permanent": True}
    set_own = f"set the password of {given.username}"
    steps = [
        (not found, Step(created, "AdminCreateUser", create)),
        (with_password and not has_own, Step(set_own, "AdminSetUserPassword", set_password)),
    ]
    return [step for is_wanted, step in steps if is_wanted]


# --8<-- [end:plan]
# --8<-- [start:apply]
def read_password(from_stdin: bool) -> str:
    """Read the password where no one else sees it. A flag would be in the shell's history."""
    try:
        if from_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
        else:
            password = getpass.getpass("Password: ")
            if password and password != getpass.getpass("Again: "):
                raise RefusalError("found two different passwords; run it again")
    except (EOFError, OSError, UnicodeDecodeError):
        password = ""
    if not password:
        raise RefusalError("found no password; type it, or pipe it in with --password-stdin")
    return password


def apply(client: Any, steps: list[Step], password: str) -> None:
    for step in steps:
        secret = {"Password": password} if "Password" in step.parameters else {}
        getattr(client, xform_name(step.operation))(**step.parameters | secret)
        say(f"{step.done[0].upper()}{step.done[1:]}.")


# --8<-- [end:apply]
def create(given: argparse.Namespace) -> dict[str, Any]:
    for flag in ("username", "email", "name", "preferred_username"):
        value = getattr(given, flag)
        if value is not None and not value.strip():
            flag = flag.replace("_", "-")
            raise RefusalError(f"--{flag}: found it empty; the application reads it")
    if re.search(r'["\\\s]', given.username):
        remedy = "give one without spaces, double quotes and backslashes"  # for ListUsers
        raise RefusalError(f"--username: found {given.username!r}; {remedy}")
    client = connect(given.region)
    found = find(client, given.user_pool_id, given.username)
    steps = plan(given, found)
    operations = [step.operation for step in steps]
    if not given.dry_run:
        asked = "AdminSetUserPassword" in operations
        apply(client, steps, read_password(given.password_stdin) if asked else "")
    if not steps:
        say(f"Found the user {given.username}, with these attributes.")
    done = [] if given.dry_run else operations
    created, password_set = "AdminCreateUser" in done, "AdminSetUserPassword" in done
    return {
        "created": created,
        "dry_run": given.dry_run,
        "region": client.meta.region_name,
        "user_pool_id": given.user_pool_id,
        "username": given.username,
        "email": given.email,
        "name": given.name,
        "preferred_username": given.preferred_username or given.username,
        "password_set": password_set,
        "invited": created and not password_set,
        "steps": show(steps) if given.dry_run else [],
    }


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--region", help="default: the profile's, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-id", required=True)
    parser.add_argument("--username", required=True, help="what the user signs in with")
    parser.add_argument("--email", required=True, help="taken as verified")
    parser.add_argument("--name", required=True, help="the full name, as the application greets")
    parser.add_argument("--preferred-username", help="the application's own; default: --username")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--ask-password", action="store_true", help="ask for it, and send no email")
    how.add_argument("--password-stdin", action="store_true", help="read it from standard input")
    parser.add_argument("--dry-run", action="store_true", help="read, say the steps, write nothing")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    given = parse_args(argv)
    try:
        result = create(given)
    except KeyboardInterrupt:
        return 130
    except (RefusalError, ClientError, BotoCoreError) as error:
        say(f"error: {explain(error)}")
        return 1
    print(json.dumps(result, indent=2))
    return 0


def show(steps: list[Step]) -> list[dict[str, Any]]:
    """Say what would have been done, and return the calls that would do it."""
    for step in steps:
        say(f"Would have {step.done}.")
    return [{"operation": step.operation, "parameters": step.parameters} for step in steps]


def connect(region: str | None) -> Any:
    """Return a client for user pools. Credentials and endpoint follow AWS's own rules."""
    # A call whose answer got lost may have taken effect. Look again, never send it twice.
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=10)
    session = boto3.Session(region_name=region)
    try:
        client = session.client("cognito-idp", config=config)
    except ValueError as error:  # such as an endpoint that is no URL
        raise RefusalError(f"{error}; correct --region or the AWS settings") from None
    name = client.meta.region_name
    if name not in session.get_available_regions("cognito-idp", client.meta.partition):
        raise RefusalError(f"found no user pools in the Region {name}; give another --region")
    return client


# By what the name of an error has in it.
REMEDIES = {
    "AccessDenied": "allow that action for these credentials",
    "Credential|Login|Profile|Signature|Token|Unrecognized": "sign in to AWS, or set AWS_PROFILE",
    "Concurrent|Internal|Throttl|TooMany|Unavailable|^5": "wait a minute, then run it again",
    "Connect|Endpoint|HTTP|Proxy|SSL|Timeout": "check the network, then run it again",
    "NotFound": "check the ID and the Region",
    "LimitExceeded": "remove what is not needed, or ask AWS for a higher quota",
    "Region": "give --region, or set AWS_DEFAULT_REGION",
}


def explain(error: Exception) -> str:
    """Return one line: what was refused, and what to do."""
    if isinstance(error, RefusalError):
        return str(error)
    name = type(error).__name__
    if isinstance(error, ClientError):
        name = error.response["Error"]["Code"]
    remedies = (remedy for part, remedy in REMEDIES.items() if re.search(part, name))
    return f"{str(error).rstrip('. ')}; {next(remedies, 'correct that, then run it again')}"


def say(sentence: str) -> None:
    print(" ".join(sentence.split()), file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
