#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Delete a user pool for good, with its login domain, its app clients and all its users.

Deletion protection is respected: a protected user pool is left alone, unless
--disable-deletion-protection is given as well. Nothing is left behind and nothing can be
brought back. A second run finds that there is nothing to delete.

    python delete_user_pool.py --dry-run --region <Region> --user-pool-id <user pool ID>
    python delete_user_pool.py --yes --disable-deletion-protection \\
        --region <Region> --user-pool-id <user pool ID>

It prints one JSON object: deleted, dry_run, region, user_pool_id, user_pool_name, domains,
estimated_users and, after a dry run, steps: the calls that it would make.
"""

import argparse
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


class RefusalError(Exception):
    """What this script declines to do, with the remedy."""


class Step(NamedTuple):
    done: str  # what has happened when it is done
    operation: str  # as AWS names it
    parameters: dict[str, Any]


# --8<-- [start:find]
def find(client: Any, pool_id: str) -> dict[str, Any]:
    """Return the user pool, or nothing where it is gone."""
    try:
        pool: dict[str, Any] = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    except client.exceptions.ResourceNotFoundException:
        region = client.meta.region_name
        if not pool_id.startswith(f"{region}_"):
            remedy = f"give --region {pool_id.split('_')[0]}"
            raise RefusalError(f"found no {pool_id} in the Region {region}; {remedy}") from None
        return {}
    return pool


# --8<-- [end:find]
# --8<-- [start:plan]
def plan(client: Any, pool: dict[str, Any], unprotect: bool) -> list[Step]:
    """Return the calls: the protection first, then the domains, then the user pool."""
    if not pool:
        return []
    steps = []
    which = {"UserPoolId": pool["Id"]}
    if pool.get("DeletionProtection") == "ACTIVE":
        if not unprotect:
            remedy = "give --disable-deletion-protection too"
            raise RefusalError(f"found {pool['Id']} protected against deletion; {remedy}")
        done = f"ended the deletion protection of {pool['Name']}"
        settings = {**whole_update(client, pool), "DeletionProtection": "INACTIVE"}
        steps.append(Step(done, "UpdateUserPool", settings))
    for domain in domains(pool):
        done, named = f"deleted the domain {domain}", {"Domain": domain}
        steps.append(Step(done, "DeleteUserPoolDomain", named | which))
    steps.append(Step(f"deleted the user pool {pool['Name']}", "DeleteUserPool", which))
    return steps


def domains(pool: dict[str, Any]) -> list[str]:
    return [pool[kind] for kind in ("Domain", "CustomDomain") if pool.get(kind)]


def whole_update(client: Any, pool: dict[str, Any]) -> dict[str, Any]:
    """Return all settings, for UpdateUserPool resets what it is not given."""
    known = client.meta.service_model.operation_model("UpdateUserPool").input_shape.members
    settings = {name: value for name, value in pool.items() if name in known and value != ""}
    # Cognito tells this one and does not take it: the password policy has it.
    invitation = dict(settings.get("AdminCreateUserConfig", {}))
    invitation.pop("UnusedAccountValidityDays", None)
    named = {"UserPoolId": pool["Id"], "PoolName": pool["Name"]}
    return {**settings, "AdminCreateUserConfig": invitation, **named}


# --8<-- [end:plan]
def apply(client: Any, steps: list[Step]) -> None:
    for step in steps:
        getattr(client, xform_name(step.operation))(**step.parameters)
        say(f"{step.done[0].upper()}{step.done[1:]}.")


def delete(given: argparse.Namespace) -> dict[str, Any]:
    client = connect(given.region)
    pool = find(client, given.user_pool_id)
    steps = plan(client, pool, given.disable_deletion_protection)
    if not pool:
        say(f"Found no user pool {given.user_pool_id}: nothing to delete.")
    if not given.dry_run:
        apply(client, steps)
    return {
        "deleted": bool(steps) and not given.dry_run,
        "dry_run": given.dry_run,
        "region": client.meta.region_name,
        "user_pool_id": given.user_pool_id,
        "user_pool_name": pool.get("Name"),
        "domains": domains(pool),
        "estimated_users": pool.get("EstimatedNumberOfUsers"),
        "steps": show(steps) if given.dry_run else [],
    }


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--region", help="default: the profile's, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-id", required=True, help="the ID: a name could mean another")
    parser.add_argument("--yes", action="store_true", help="really delete it")
    parser.add_argument("--disable-deletion-protection", action="store_true")
    parser.add_argument("--dry-run", action="store_true", help="read, say the steps, write nothing")
    given = parser.parse_args(argv)
    if not (given.yes or given.dry_run):
        parser.error("give --yes to delete it, or --dry-run to see what that would do")
    return given


def main(argv: list[str] | None = None) -> int:
    given = parse_args(argv)
    try:
        result = delete(given)
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
