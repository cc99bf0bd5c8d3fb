#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Create a Cognito user pool for an application, ready for its first user.

The user pool has the required attributes email, name and preferred_username, optional MFA with
authenticator apps, no self-registration and deletion protection. The script also creates an app
client without a secret, its branding style and a domain. Without --domain-prefix, the domain's
prefix is made from the name and the ID of the user pool. If you run it again, it completes an
interrupted run. It never changes what exists: if a user pool of this name has other settings, it
stops.

    python create_user_pool.py --dry-run --region <Region> --user-pool-name <name> \\
        --app-client-name <name>
    python create_user_pool.py --region <Region> --user-pool-name <name> \\
        --app-client-name <name> --domain-prefix <prefix>

It prints one JSON object: created, dry_run, region, user_pool_id, user_pool_name, client_id,
app_client_name, domain_prefix and, after a dry run, steps: the planned calls.
"""

import argparse
import contextlib
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

# == In every script that calls AWS: boto3 ==
if sys.version_info < (3, 11):  # noqa: UP036 - python3 may be an older version
    sys.exit("error: Python 3.11 or newer is required; install it, or use uv run")
BOTO3 = "1.44.3"  # as above, in dependencies; an older one drops settings that it does not know
try:
    import boto3
    import botocore
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError, InvalidConfigError

    if [*map(int, re.findall(r"\d+", botocore.__version__))] < [*map(int, BOTO3.split("."))]:
        raise ImportError(f"botocore {botocore.__version__} is too old")
except ImportError as error:
    fix = f'run python3 -m pip install --upgrade "boto3>={BOTO3}", or use uv run'
    sys.exit(f"error: {error}; {fix}")
except KeyboardInterrupt:
    sys.exit(130)
# == End ==

Settings = dict[str, dict[str, Any]]  # of resources, by the call that creates each
ACTIONS = {
    "CreateUserPool": "create the user pool {PoolName}",
    "SetUserPoolMfaConfig": "set MFA to optional, with authenticator apps",
    "CreateUserPoolClient": "create the app client {ClientName}",
    "CreateManagedLoginBranding": "add Cognito's own branding style to the app client",
    "CreateUserPoolDomain": "create the domain",
}
DOMAIN_PREFIX = r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
OF_NAME = (r"(?a)[\w\s+=,.@-]{1,128}", "1 to 128 letters from A to Z, digits, spaces and _+=,.@-")
OF_PREFIX = "1 to 63 lowercase letters, digits and hyphens, without aws, amazon or cognito"
RULES = {
    "user_pool_name": OF_NAME,
    "app_client_name": OF_NAME,
    "domain_prefix": (DOMAIN_PREFIX, OF_PREFIX),
}
LISTS = {  # the call, what it finds, and what to choose if it finds several
    "user pool": ("list_user_pools", "UserPools[].[Id, Name]", "one with --user-pool-id"),
    "app client": (
        "list_user_pool_clients",
        "UserPoolClients[].[ClientId, ClientName]",
        "another --app-client-name",
    ),
}
# What a user pool of the guide does not have.
UNWANTED: Any = {"AliasAttributes": [], "UsernameAttributes": [], "SmsConfiguration": None}
NOT_COMPARED = {"CallbackURLs", "ClientId", "UserPoolId", "UserPoolTags"}
# Only a user pool with this tag is ever completed.
TAGS = {"guide": "using-aws-cognito"}


# Between such lines is what the guide shows.
# --8<-- [start:settings]
def settings_of(args: argparse.Namespace) -> Settings:
    """Return the parameters of all calls, in order."""
    pool = {"UserPoolId": "<user pool ID>"}
    return {
        "CreateUserPool": {
            "PoolName": args.user_pool_name,
            "UsernameConfiguration": {"CaseSensitive": False},
            "Schema": [
                {"Name": name, "AttributeDataType": "String", "Required": True, "Mutable": True}
                for name in ("email", "name", "preferred_username")
            ],
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
            "AccountRecoverySetting": {
                "RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]
            },
            "AutoVerifiedAttributes": [],
            "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
            "IssuerConfiguration": {"Type": "ORIGINAL"},
            "DeletionProtection": "ACTIVE",
            "UserPoolTags": TAGS,
        },
        # A separate call, because CreateUserPool can configure only SMS MFA.
        "SetUserPoolMfaConfig": {
            **pool,
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
        },
        "CreateUserPoolClient": {
            **pool,
            "ClientName": args.app_client_name,
            "GenerateSecret": False,  # a browser cannot keep a secret
            "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "profile"],
            "SupportedIdentityProviders": ["COGNITO"],
            "PreventUserExistenceErrors": "ENABLED",
            # A placeholder, which allow_callback_url.py replaces after the deployment.
            "CallbackURLs": ["https://localhost:3000/callback"],
        },
        # Before the domain, whose login pages are unavailable to an app client without a style.
        "CreateManagedLoginBranding": {
            **pool,
            "ClientId": "<client ID>",
            "UseCognitoProvidedValues": True,
        },
        "CreateUserPoolDomain": {
            **pool,
            "Domain": args.domain_prefix or "<from the name and the ID of the user pool>",
            "ManagedLoginVersion": 2,
        },
    }


# --8<-- [end:settings]
# == In every script that changes something in AWS: Step ==
class Step(NamedTuple):
    action: str
    operation: str  # the name of the call in AWS's API
    parameters: dict[str, Any]

    def apply(self, client: Any, **parameters: Any) -> Any:
        """Make the call, with these parameters in place of the planned ones."""
        call = getattr(client, botocore.xform_name(self.operation))
        answer = call(**self.parameters | parameters)
        PROGRESS.append(self.action)
        say(f"Done: {self.action}.")
        return answer


# == End ==
def find(client: Any, args: argparse.Namespace) -> Settings:
    """Return what exists, by the call that creates it; also choose the prefix, if none is given."""
    pool_id = args.user_pool_id or only(client, "user pool", args.user_pool_name)
    pool = client.describe_user_pool(UserPoolId=pool_id)["UserPool"] if pool_id else {}
    if pool and not args.domain_prefix:
        args.domain_prefix = pool.get("Domain") or prefix_of(pool)
    domain = {}
    if args.domain_prefix:  # AWS does not document its answer for a prefix in another account
        domain = client.describe_user_pool_domain(Domain=args.domain_prefix)["DomainDescription"]
    if domain.get("UserPoolId", pool_id) != pool_id:
        owner = f"the user pool {domain['UserPoolId']} has the prefix {args.domain_prefix}"
        fix = "correct --user-pool-name, or choose another --domain-prefix"
        raise RefusalError(f"{owner}; {fix}")
    if not pool:
        return {}
    which = {"UserPoolId": pool["Id"]}
    keys = ("Name", "AttributeDataType", "Required", "Mutable")
    required = [a for a in pool["SchemaAttributes"] if a.get("Required") and a["Name"] != "sub"]
    # What CreateUserPool calls otherwise, or leaves out.
    pool["PoolName"] = pool["Name"]
    pool["Schema"] = [{key: attribute[key] for key in keys} for attribute in required]
    pool.setdefault("IssuerConfiguration", {"Type": "ORIGINAL"})
    pool.setdefault("UsernameConfiguration", {"CaseSensitive": True})
    existing: Settings = {"CreateUserPool": pool}
    mfa = client.get_user_pool_mfa_config(**which)
    if mfa.get("MfaConfiguration", "OFF") != "OFF":
        existing["SetUserPoolMfaConfig"] = mfa
    if client_id := only(client, "app client", args.app_client_name, **which):
        which["ClientId"] = client_id
        app_client = client.describe_user_pool_client(**which)["UserPoolClient"]
        app_client["GenerateSecret"] = "ClientSecret" in app_client
        existing["CreateUserPoolClient"] = app_client
        with contextlib.suppress(client.exceptions.ResourceNotFoundException):
            client.describe_managed_login_branding_by_client(**which)  # any style is accepted
            existing["CreateManagedLoginBranding"] = {"UseCognitoProvidedValues": True}
    if domain:
        existing["CreateUserPoolDomain"] = domain
    return existing


def prefix_of(pool: dict[str, Any]) -> str:
    """Return a prefix that is the same at each run, and that nobody else is likely to have."""
    name = re.sub("aws|amazon|cognito|[^a-z0-9]+", "-", pool["Name"].lower())[:50].strip("-")
    return f"{name or 'login'}-{hashlib.sha256(pool['Id'].encode()).hexdigest()[:10]}"


def only(client: Any, what: str, name: str, **which: str) -> str | None:
    """Return the ID of what has a name, if any. In Cognito, several can have the same name."""
    operation, search, choice = LISTS[what]
    pages = client.get_paginator(operation).paginate(**which, MaxResults=60)
    matches = [one_id for one_id, its_name in pages.search(search) if its_name == name]
    if len(matches) > 1:
        fix = f"choose {choice}, or delete the others"
        raise RefusalError(f"several {what}s are named {name}: {', '.join(matches)}; {fix}")
    return matches[0] if matches else None


# --8<-- [start:plan]
def plan(args: argparse.Namespace, existing: Settings) -> list[Step]:
    """Return the calls that lead from the existing state to the wanted state."""
    return [
        Step(ACTIONS[operation].format(**parameters), operation, parameters)
        for operation, parameters in settings_of(args).items()
        if operation not in existing
    ]


# --8<-- [end:plan]
def check(args: argparse.Namespace, existing: Settings, steps: list[Step]) -> None:
    """Stop if an existing resource differs; existing resources are never changed."""
    pool, prefix = existing["CreateUserPool"], args.domain_prefix
    # A user pool without a domain does not differ: it can still get this one.
    deviations = list(differences({"Domain": prefix, **UNWANTED}, {"Domain": prefix, **pool}))
    deviations += obstacles(pool, existing.get("CreateUserPoolClient", {}))
    for operation, settings in settings_of(args).items():
        expected = {name: settings[name] for name in settings if name not in NOT_COMPARED}
        deviations += differences(expected, existing.get(operation, settings))
    # An interrupted run made the first calls, in a user pool that has the tag.
    is_first = [*existing] == [*settings_of(args)][: len(existing)]
    if not (is_first and TAGS.items() <= pool.get("UserPoolTags", {}).items()):
        deviations += [f"not done: {one.action} ({one.operation})" for one in steps]
    if deviations:
        message = f"the user pool {pool['Id']} exists, but differs from the one in this guide"
        fix = "change these settings, or choose another --user-pool-name"
        raise RefusalError(f"{message}: {'; '.join(deviations)}; {fix}")


def obstacles(pool: dict[str, Any], app_client: dict[str, Any]) -> Iterator[str]:
    """Describe settings with which nobody can sign in; AWS has good values if none are sent."""
    if pool.get("UserPoolTier") == "LITE":
        yield 'UserPoolTier is "LITE", which has no managed login'
    required = {attribute["Name"] for attribute in pool["Schema"]}
    for name in ("ReadAttributes", "WriteAttributes"):
        has = app_client.get(name)  # none: all of them
        if has and (missing := sorted(required - {*has})):
            yield f"{name} does not contain {', '.join(missing)}"


def differences(settings: dict[str, Any], existing: dict[str, Any]) -> Iterator[str]:
    """Describe each setting that differs, in any order of a list."""
    for name, value in settings.items():
        has = existing.get(name, type(value)())  # or the empty value of its type
        if isinstance(value, list):
            has, value = sorted(has, key=str), sorted(value, key=str)
        if isinstance(value, dict):
            yield from differences(value, has)
        elif has != value:
            yield f"{name} is {json.dumps(has)}, not {json.dumps(value)}"


def apply(client: Any, args: argparse.Namespace, steps: list[Step], existing: Settings) -> None:
    """Make the calls, and keep their answers: a call gets the IDs that earlier ones returned."""
    for step in steps:
        identifiers = {k: v for k, v in ids(args, existing).items() if k in step.parameters}
        try:
            answer = step.apply(client, **identifiers)
        except client.exceptions.InvalidParameterException as error:
            if step.operation != "CreateUserPoolDomain":
                raise
            fix = "run the script again with another --domain-prefix; it keeps what it created"
            raise RefusalError(f"{error}; {fix}") from None
        existing[step.operation] = answer.get("UserPool") or answer.get("UserPoolClient") or {}


def ids(args: argparse.Namespace, existing: Settings) -> dict[str, Any]:
    """Return the IDs and the prefix by the names that parameters have."""
    pool, app_client = existing.get("CreateUserPool", {}), existing.get("CreateUserPoolClient", {})
    return {
        "UserPoolId": pool.get("Id"),
        "ClientId": app_client.get("ClientId"),
        "Domain": args.domain_prefix or (prefix_of(pool) if pool else None),
    }


def run(args: argparse.Namespace) -> None:
    for name, (pattern, rule) in RULES.items():
        value = getattr(args, name)
        if value is not None and not re.fullmatch(pattern, value):
            raise RefusalError(f"--{name.replace('_', '-')} is {value!r}; it must be {rule}")
    client = connect(args.region, args.user_pool_id)
    existing = find(client, args)
    steps = plan(args, existing)
    if existing:
        check(args, existing, steps)
    if not steps:
        say(f"The user pool {args.user_pool_name} already has everything; nothing was changed.")
    if not args.dry_run:
        apply(client, args, steps, existing)
    identifiers = ids(args, existing)
    result = {
        "created": bool(steps) and not args.dry_run,
        "dry_run": args.dry_run,
        "region": client.meta.region_name,
        "user_pool_id": identifiers["UserPoolId"],
        "user_pool_name": args.user_pool_name,
        "client_id": identifiers["ClientId"],
        "app_client_name": args.app_client_name,
        "domain_prefix": identifiers["Domain"],
        "steps": [step._asdict() for step in steps] if args.dry_run else [],
    }
    show(result)


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--region", help="default: the profile's Region, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-name", required=True, help="required: name of the user pool")
    parser.add_argument("--app-client-name", required=True, help="required: name of the app client")
    prefix = "unique within the Region, across all AWS accounts; default: made from the user pool's"
    parser.add_argument("--domain-prefix", help=f"{prefix} name and ID")
    parser.add_argument("--user-pool-id", help="required if several user pools have this name")
    dry_run = "print the planned steps without changing anything"
    parser.add_argument("--dry-run", action="store_true", help=dry_run)
    return parser.parse_args(argv)


# == In every script that calls AWS: connect ==
def connect(region: str | None, pool_id: str | None = None) -> Any:
    """Return a client for user pools. Credentials and endpoint follow AWS's own rules."""
    # A call whose answer was lost may have taken effect, so no call is sent twice.
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=10)
    session = boto3.Session(region_name=region)
    check_credentials(session)
    try:
        client = session.client("cognito-idp", config=config)
    except (ValueError, AttributeError) as error:  # for example, an endpoint that is not a URL
        raise RefusalError(f"{error}; correct --region or the AWS settings") from None
    region, url = client.meta.region_name, client.meta.endpoint_url
    if region not in session.get_available_regions("cognito-idp", client.meta.partition):
        raise RefusalError(f"the Region {region} does not support user pools; correct --region")
    if pool_id is not None and not pool_id.startswith(f"{region}_"):
        fix = "correct --region or the ID: a user pool ID begins with its Region"
        raise RefusalError(f"{pool_id!r} is not a user pool ID of the Region {region}; {fix}")
    domain = r"(amazonaws\.(com|eu)|api\.aws|api\.amazonwebservices\.eu)"
    host = rf"([\w-]+\.)?cognito-idp(-fips)?\.{region}\.(vpce\.)?{domain}"
    if not re.fullmatch(rf"https://{host}(:443)?/?", url):
        say(f"warning: the calls go to {url}, which is not an endpoint of AWS")
    client.meta.events.register("before-parse.cognito-idp", check_endpoint)
    return client


def check_credentials(session: boto3.Session) -> None:
    """Raise a botocore error if the AWS configuration names a file that cannot be read."""
    try:
        if credentials := session.get_credentials():
            credentials.get_frozen_credentials()
    except (OSError, EOFError, LookupError, ValueError, TypeError, AttributeError) as error:
        message = f"your AWS credentials cannot be read: {type(error).__name__}: {error}"
        raise InvalidConfigError(error_msg=message) from None


def check_endpoint(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    """Stop if another program answers, such as a proxy with a page of its own."""
    is_read = operation_model.name.startswith(("Describe", "List"))
    names = {*operation_model.output_shape.members} if is_read else set()
    try:
        answer = json.loads(response_dict["body"] or "{}")
        is_error = response_dict["status_code"] >= 300
        if not isinstance(answer, dict) or (names and not is_error and not names & {*answer}):
            raise ValueError
    except (ValueError, RecursionError):
        fix = "check AWS_ENDPOINT_URL and your proxy"
        raise RefusalError(f"the answer did not come from Cognito; {fix}") from None


FIXES = {  # by patterns of the error's name, of which the first counts
    "AccessDenied": "allow this action for your credentials",
    "NoRegion": "add --region, or set AWS_DEFAULT_REGION",
    "Unrecognized": "sign in to AWS, set AWS_PROFILE, or enable the Region for your account",
    "Config": "correct your AWS configuration file, or set AWS_PROFILE",
    "Credential|Login(?!Branding)|Profile|SSO|Token": "sign in to AWS, or set AWS_PROFILE",
    "ResourceNotFound": "check the ID, and that your AWS credentials are those of its account",
    "Signature|Skew": "correct the clock of your computer, or your AWS credentials",
    "Throttl|TooManyRequests": "wait a minute",
    "Connect|Timeout|Proxy|SSL": "check your network, your proxy and AWS_ENDPOINT_URL",
}
ERRORS = (ClientError, BotoCoreError)


def explain(error: Exception) -> str:
    """Return the error's own words, with a fix if its kind is known."""
    name = type(error).__name__
    if isinstance(error, ClientError):  # what AWS answers
        name = error.response["Error"]["Code"]
    words = str(error).replace(" (reached max retries: 0)", "")
    words = words if len(words) < 1000 else f"{words[:600]} ... {words[-200:]}"
    fix = next((fix for pattern, fix in FIXES.items() if re.search(pattern, name)), "")
    return f"{words.rstrip('.')}; {fix}, then run the script again" if fix else words


# == End ==
# == In every script: say, show, main ==
PROGRESS: list[str] = []  # what this run has changed


class RefusalError(Exception):
    """A reason to stop, with a fix."""


def printable(text: str) -> str:
    """Return the text without control characters, which a name may contain."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def say(sentence: str) -> None:
    """Print a sentence for people."""
    write("stderr", printable(" ".join(sentence.split())) + "\n")


def show(result: Any) -> None:
    """Print the result: for programs as JSON; a text for people as it is."""
    text = result if isinstance(result, str) else json.dumps(result, indent=2)
    if not write("stdout", f"{text}\n"):
        raise RefusalError("cannot write the result to standard output; run the script again")


def write(stream: str, text: str) -> bool:
    """Return whether the text could be written. If not, the rest is still done."""
    try:
        to = getattr(sys, stream)
        encoding = getattr(to, "encoding", None) or "utf-8"
        to.write(text.encode(encoding, "backslashreplace").decode(encoding))
        to.flush()
    except (AttributeError, OSError, ValueError):
        setattr(sys, stream, None)  # or Python would try again when it ends
        return False
    return True


def main(argv: list[str] | None = None) -> int:
    PROGRESS.clear()
    try:
        run(parse_args(argv))
    except KeyboardInterrupt:
        return 130
    except (RefusalError, *ERRORS) as error:
        progress = f"; already done: {', '.join(PROGRESS)}" if PROGRESS else ""
        say(f"error: {explain(error)}{progress}")
        return 1
    finally:
        write("stdout", "")  # what --help printed; Python would fail if its reader is gone
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
# == End ==
