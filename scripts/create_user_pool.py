#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Create a Cognito user pool for an application, ready for its first user.

It leaves behind a user pool with the required attributes email, name and preferred_username,
optional MFA with authenticator apps, no self-registration and deletion protection; an app
client without a secret; a login page style; and a login domain. A second run finds them and
changes nothing. A run that was interrupted is completed by the next one.

    python create_user_pool.py --dry-run --region <Region> --application-name <name>
    python create_user_pool.py --region <Region> --application-name <name>

It prints one JSON object: created, dry_run, region, user_pool_id, user_pool_name, client_id,
app_client_name, domain_prefix, login_domain, oidc_url, guide_url and, after a dry run, steps:
the calls that it would make.
"""

import argparse
import contextlib
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

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

# --8<-- [start:settings]
SETTINGS: dict[str, dict[str, Any]] = {
    "CreateUserPool": {
        "UsernameConfiguration": {"CaseSensitive": False},
        "Schema": [
            {"Name": name, "AttributeDataType": "String", "Required": True, "Mutable": True}
            for name in ("email", "name", "preferred_username")
        ],
        "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
        "AutoVerifiedAttributes": [],
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "IssuerConfiguration": {"Type": "ORIGINAL"},
        "DeletionProtection": "ACTIVE",
    },
    # CreateUserPool knows MFA by SMS alone. Authenticator apps need a call of their own.
    "SetUserPoolMfaConfig": {
        "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": True},
    },
    "CreateUserPoolClient": {
        "GenerateSecret": False,  # a browser cannot keep one
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "profile"],
        "SupportedIdentityProviders": ["COGNITO"],
        "PreventUserExistenceErrors": "ENABLED",
    },
    # Cognito's own style, before the domain: its pages are closed without one.
    "CreateManagedLoginBranding": {"UseCognitoProvidedValues": True},
    "CreateUserPoolDomain": {"ManagedLoginVersion": 2},
}
# --8<-- [end:settings]
ABSENT: dict[str, Any] = {"AliasAttributes": [], "UsernameAttributes": [], "SmsConfiguration": None}
DOMAIN_PREFIX = r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
TEMPORARY = {"CallbackURLs": ["https://localhost:3000/callback"]}  # allow_callback_url.py
# A pool carries this tag until its last step is done. Only such a pool is ever completed.
UNFINISHED = "guide:unfinished"
DONE = {
    "CreateUserPool": "created the user pool {PoolName}",
    "SetUserPoolMfaConfig": "set MFA to optional, with authenticator apps",
    "CreateUserPoolClient": "created the app client {ClientName}",
    "CreateManagedLoginBranding": "added Cognito's own style to the login pages",
    "CreateUserPoolDomain": "created the login domain with the prefix {Domain}",
    "UntagResource": "removed the tag of an unfinished user pool",
}
POOL_ID, POOL_ARN, CLIENT_ID = "<user pool ID>", "<user pool ARN>", "<client ID>"
Found = dict[str, dict[str, Any]]  # what is there, by the call that made it


class RefusalError(Exception):
    """What this script declines to do, with the remedy."""


class Step(NamedTuple):
    done: str  # what has happened when it is done
    operation: str  # as AWS names it
    parameters: dict[str, Any]


# --8<-- [start:find]
def find(client: Any, given: argparse.Namespace) -> Found:
    """Read what is there already."""
    prefix, pool_id = given.domain_prefix, given.user_pool_id
    if not pool_id:
        pages = client.get_paginator("list_user_pools").paginate(MaxResults=60)
        pools = pages.search("UserPools[]")
        pool_id = only([pool["Id"] for pool in pools if pool["Name"] == given.user_pool_name])
    domain = client.describe_user_pool_domain(Domain=prefix)["DomainDescription"]
    if domain.get("UserPoolId", pool_id) != pool_id:
        raise RefusalError(f"{domain['UserPoolId']} has the prefix {prefix}; give --domain-prefix")
    if not pool_id:
        return {}
    which = {"UserPoolId": pool_id}
    pool = client.describe_user_pool(**which)["UserPool"]
    keys = ("Name", "AttributeDataType", "Required", "Mutable")
    required = [a for a in pool["SchemaAttributes"] if a.get("Required") and a["Name"] != "sub"]
    pool["Schema"] = [{key: attribute[key] for key in keys} for attribute in required]
    pool.setdefault("IssuerConfiguration", {"Type": "ORIGINAL"})
    found: Found = {"CreateUserPool": pool}
    mfa = client.get_user_pool_mfa_config(**which)
    if mfa.get("MfaConfiguration", "OFF") != "OFF":
        found["SetUserPoolMfaConfig"] = mfa
    pages = client.get_paginator("list_user_pool_clients").paginate(**which, MaxResults=60)
    clients = pages.search("UserPoolClients[]")
    client_id = only([c["ClientId"] for c in clients if c["ClientName"] == given.app_client_name])
    if client_id:
        which["ClientId"] = client_id
        app_client = client.describe_user_pool_client(**which)["UserPoolClient"]
        app_client["GenerateSecret"] = "ClientSecret" in app_client
        found["CreateUserPoolClient"] = app_client
        with contextlib.suppress(client.exceptions.ResourceNotFoundException):  # any will do
            client.describe_managed_login_branding_by_client(**which)
            found["CreateManagedLoginBranding"] = SETTINGS["CreateManagedLoginBranding"]
    if domain:
        found["CreateUserPoolDomain"] = domain
    if UNFINISHED not in pool.get("UserPoolTags", {}):
        found["UntagResource"] = {}
    return found


def only(ids: list[str]) -> str | None:
    """Return the one ID, if any. A name is no key: Cognito lets two pools share one."""
    if len(ids) > 1:
        remedy = "choose a user pool with --user-pool-id, or delete the others"
        raise RefusalError(f"found {len(ids)} of one name: {', '.join(ids)}; {remedy}")
    return ids[0] if ids else None


# --8<-- [end:find]
# --8<-- [start:plan]
def plan(given: argparse.Namespace, found: Found) -> list[Step]:
    """Return the calls that lead from what is found to what is wanted."""
    pool = {"UserPoolId": POOL_ID}
    unfinished = {UNFINISHED: "until the last step of create_user_pool.py"}
    named = {
        "CreateUserPool": {"PoolName": given.user_pool_name, "UserPoolTags": unfinished},
        "SetUserPoolMfaConfig": pool,
        "CreateUserPoolClient": {**pool, "ClientName": given.app_client_name, **TEMPORARY},
        "CreateManagedLoginBranding": {**pool, "ClientId": CLIENT_ID},
        "CreateUserPoolDomain": {**pool, "Domain": given.domain_prefix},
        "UntagResource": {"ResourceArn": POOL_ARN, "TagKeys": [UNFINISHED]},
    }
    return [
        Step(DONE[operation].format(**names), operation, names | SETTINGS.get(operation, {}))
        for operation, names in named.items()
        if operation not in found
    ]


# --8<-- [end:plan]
def check(given: argparse.Namespace, found: Found, steps: list[Step]) -> None:
    """Refuse to build on what differs: nothing that is there already is changed silently."""
    pool = found["CreateUserPool"]
    wanted = {"Name": given.user_pool_name, "Domain": given.domain_prefix, **ABSENT}
    differs = list(differences(wanted, {"Domain": given.domain_prefix, **pool}))
    for operation, settings in SETTINGS.items():
        differs += differences(settings, found.get(operation, settings))
    if "UntagResource" in found:  # a finished user pool
        differs += [f"nobody {step.done}" for step in steps]
    if differs:
        remedy = "change it back, or give another --application-name"
        raise RefusalError(f"{pool['Id']} differs: {'; '.join(differs)}; {remedy}")


def differences(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """Tell where settings differ."""
    for name, value in wanted.items():
        has = found.get(name, type(value)())
        if isinstance(value, list):  # in any order
            has, value = sorted(has, key=str), sorted(value, key=str)
        if isinstance(value, dict):
            yield from differences(value, has)
        elif has != value:
            yield f"{name} is {has!r}, not {value!r}"


# --8<-- [start:apply]
def apply(client: Any, steps: list[Step], found: Found) -> None:
    """Make the calls. What one of them makes is known to those that follow."""
    for step in steps:
        ids = known(found)
        filled = {name: ids.get(str(value), value) for name, value in step.parameters.items()}
        answer = getattr(client, xform_name(step.operation))(**filled)
        found[step.operation] = answer.get("UserPool") or answer.get("UserPoolClient") or {}
        say(f"{step.done[0].upper()}{step.done[1:]}.")


def known(found: Found) -> dict[str, Any]:
    """Return the IDs that calls name, as far as they are known."""
    pool, client = found.get("CreateUserPool", {}), found.get("CreateUserPoolClient", {})
    return {POOL_ID: pool.get("Id"), POOL_ARN: pool.get("Arn"), CLIENT_ID: client.get("ClientId")}


# --8<-- [end:apply]
def create(given: argparse.Namespace) -> dict[str, Any]:
    name = slug(given.application_name)
    given.user_pool_name, given.app_client_name = f"{name}-test", f"{name}-web-app"
    given.domain_prefix = given.domain_prefix or given.user_pool_name
    if not re.fullmatch(DOMAIN_PREFIX, given.domain_prefix):
        rule = "1 to 63 lower-case letters, digits and hyphens, without aws, amazon or cognito"
        raise RefusalError(f"--domain-prefix: found {given.domain_prefix!r}; give {rule}")
    client = connect(given.region)
    found = find(client, given)
    steps = plan(given, found)
    if found:
        check(given, found, steps)
    if not given.dry_run:
        apply(client, steps, found)
    if not steps:
        say(f"Found the user pool {given.user_pool_name}, complete.")
    pool_id, client_id = known(found)[POOL_ID], known(found)[CLIENT_ID]
    region, partition = client.meta.region_name, client.meta.partition
    oidc_host, login_host = (place.format(region) for place in PLACES[partition])
    if partition == "aws-eusc":
        say("warning: AWS does not document the OIDC URL here; find_oidc_settings.py asks for it")
    values = {"region": region, "user_pool_id": pool_id, "client_id": client_id}
    return {
        "created": bool(steps) and not given.dry_run,
        "dry_run": given.dry_run,
        **values,
        "user_pool_name": given.user_pool_name,
        "app_client_name": given.app_client_name,
        "domain_prefix": given.domain_prefix,
        "login_domain": f"{given.domain_prefix}.{login_host}",
        "oidc_url": f"https://{oidc_host}/{pool_id}" if pool_id else None,
        "guide_url": guide_link(given.guide_url, **values),
        "steps": show(steps) if given.dry_run else [],
    }


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--application-name", required=True, help="names everything")
    parser.add_argument("--region", help="default: the profile's, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-id", help="which one, where several have the name")
    parser.add_argument("--domain-prefix", help="default: the application's name and -test")
    parser.add_argument("--guide-url", help="the guide's address, to be linked with these values")
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


def slug(application_name: str) -> str:
    """Return the name in lower-case letters, digits and hyphens, as the guide does."""
    plain = unicodedata.normalize("NFKD", application_name).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not made:
        raise RefusalError(f"--application-name: found no letter or digit in {application_name!r}")
    return made


# What differs by partition: the host of the issuer, and the login domain after its prefix.
PLACES = {
    "aws": ("cognito-idp.{}.amazonaws.com", "auth.{}.amazoncognito.com"),
    "aws-us-gov": ("cognito-idp.{}.amazonaws.com", "auth-fips.{}.amazoncognito.com"),
    "aws-eusc": ("cognito-idp.{}.amazonaws.eu", "auth.cognito-idp.{}.on.amazonwebservices.eu"),
}


def guide_link(guide_url: str | None, **values: str | None) -> str | None:
    """Return a link that opens the guide with these values filled in."""
    known = {name: value for name, value in values.items() if value}
    return f"{guide_url.partition('#')[0]}#live?{urlencode(known)}" if guide_url else None


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
