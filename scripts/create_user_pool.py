#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44"]
# ///
"""Create a Cognito user pool for an application, ready for its first user.

It leaves behind a user pool with the required attributes email, name and preferred_username,
optional MFA with authenticator apps, no self-registration and deletion protection; an app
client without a secret; a login page style; and a login domain. A second run finds them and
changes nothing. A run that was interrupted is completed by the next one.

    python create_user_pool.py --application-name "MLSpace" --region us-east-2 --dry-run
    python create_user_pool.py --application-name "MLSpace" --region us-east-2

It prints one JSON object: created, dry_run, region, user_pool_id, user_pool_name, client_id,
app_client_name, domain_prefix, login_domain, oidc_url, oidc_url_source, callback_url,
sign_out_url, guide_url and, after a dry run, steps: the calls that it would make.
"""

import argparse
import difflib
import json
import re
import sys
import unicodedata
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

if sys.version_info < (3, 11):  # noqa: UP036 - where python3 is an older one
    sys.exit("error: found an older Python; use 3.11 or newer, or uv run in place of python3")
try:
    import boto3
    from botocore import xform_name
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ModuleNotFoundError:
    sys.exit("error: found no boto3; run python3 -m pip install boto3, or use uv run")

# --8<-- [start:settings]
USER_POOL: dict[str, Any] = {
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
}
# CreateUserPool knows MFA by SMS alone. Authenticator apps need a call of their own.
MFA: dict[str, Any] = {
    "MfaConfiguration": "OPTIONAL",
    "SoftwareTokenMfaConfiguration": {"Enabled": True},
}
APP_CLIENT: dict[str, Any] = {
    "GenerateSecret": False,  # a browser cannot keep one
    "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email", "profile"],
    "SupportedIdentityProviders": ["COGNITO"],
    "PreventUserExistenceErrors": "ENABLED",
}
# --8<-- [end:settings]
TEMPORARY_CALLBACK_URL = "https://localhost:3000/callback"
# A pool carries this tag until its last step is done. Only such a pool is ever completed.
UNFINISHED = "guide:unfinished"
POOL_ID, POOL_ARN, CLIENT_ID = "<user pool ID>", "<user pool ARN>", "<client ID>"


class RefusalError(Exception):
    """What this script declines to do, with the remedy."""


class Step(NamedTuple):
    done: str  # what has happened when it is done
    operation: str  # as AWS names it
    parameters: dict[str, Any]


class Wanted(NamedTuple):
    user_pool_name: str
    app_client_name: str
    domain_prefix: str
    callback_url: str | None
    sign_out_url: str | None


class Found(NamedTuple):
    pool: dict[str, Any]
    mfa: dict[str, Any]
    app_client: dict[str, Any]
    has_style: bool
    domain: dict[str, Any]

    @property
    def finished(self) -> bool:
        return bool(self.pool) and UNFINISHED not in self.pool.get("UserPoolTags", {})


# --8<-- [start:find]
def find(client: Any, wanted: Wanted, pool_id: str | None) -> Found:
    """Read what is there already."""
    if not pool_id:
        pools = list_all(client, "list_user_pools", "UserPools")
        pool_id = only([p["Id"] for p in pools if p["Name"] == wanted.user_pool_name])
    domain = client.describe_user_pool_domain(Domain=wanted.domain_prefix)["DomainDescription"]
    if domain.get("UserPoolId", pool_id) != pool_id:
        owner = domain["UserPoolId"]
        raise RefusalError(f"{owner} has the prefix {wanted.domain_prefix}; give --domain-prefix")
    if not pool_id:
        return Found({}, {}, {}, False, {})
    pool = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    mfa = client.get_user_pool_mfa_config(UserPoolId=pool_id)
    clients = list_all(client, "list_user_pool_clients", "UserPoolClients", UserPoolId=pool_id)
    client_id = only([c["ClientId"] for c in clients if c["ClientName"] == wanted.app_client_name])
    if not client_id:
        return Found(pool, mfa, {}, False, domain)
    described = client.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)
    style = has_style(client, pool_id, client_id)
    return Found(pool, mfa, described["UserPoolClient"], style, domain)


def only(ids: list[str]) -> str | None:
    """Return the one ID, if any. A name is no key: Cognito lets two pools share one."""
    if len(ids) > 1:
        remedy = "choose a user pool with --user-pool-id, or delete the others"
        raise RefusalError(f"found {len(ids)} of one name: {', '.join(ids)}; {remedy}")
    return ids[0] if ids else None


def list_all(client: Any, operation: str, key: str, **which: str) -> list[dict[str, Any]]:
    """Return what all pages list."""
    pages = client.get_paginator(operation).paginate(**which, PaginationConfig={"PageSize": 60})
    return [item for page in pages for item in page[key]]


def has_style(client: Any, pool_id: str, client_id: str) -> bool:
    """Tell whether the app client has a login page style."""
    try:
        client.describe_managed_login_branding_by_client(UserPoolId=pool_id, ClientId=client_id)
    except client.exceptions.ResourceNotFoundException:
        return False
    return True


# --8<-- [end:find]


# --8<-- [start:plan]
def plan(wanted: Wanted, found: Found) -> list[Step]:
    """Return the calls that lead from what is found to what is wanted."""
    steps = []
    if not found.pool:
        tags = {UNFINISHED: "until the last step of create_user_pool.py"}
        settings = {"PoolName": wanted.user_pool_name, **USER_POOL, "UserPoolTags": tags}
        done = f"created the user pool {wanted.user_pool_name}"
        steps.append(Step(done, "CreateUserPool", settings))
    if list(differences(MFA, found.mfa)):
        done = "set MFA to optional, with authenticator apps"
        steps.append(Step(done, "SetUserPoolMfaConfig", {"UserPoolId": POOL_ID, **MFA}))
    if not found.app_client:
        urls = {"CallbackURLs": [wanted.callback_url or TEMPORARY_CALLBACK_URL]}
        if wanted.sign_out_url:
            urls["LogoutURLs"] = [wanted.sign_out_url]
        settings = {"UserPoolId": POOL_ID, "ClientName": wanted.app_client_name, **APP_CLIENT}
        done = f"created the app client {wanted.app_client_name}"
        steps.append(Step(done, "CreateUserPoolClient", settings | urls))
    which = {"UserPoolId": POOL_ID, "ClientId": CLIENT_ID}
    if not found.has_style:  # before the domain: its pages are closed without a style
        done = "added Cognito's own style to the login pages"
        values = {"UseCognitoProvidedValues": True}
        steps.append(Step(done, "CreateManagedLoginBranding", which | values))
    if not found.domain:
        done = f"created the login domain with the prefix {wanted.domain_prefix}"
        settings = {"Domain": wanted.domain_prefix, "UserPoolId": POOL_ID, "ManagedLoginVersion": 2}
        steps.append(Step(done, "CreateUserPoolDomain", settings))
    if not found.finished:
        done = "removed the tag of an unfinished user pool"
        untag = {"ResourceArn": POOL_ARN, "TagKeys": [UNFINISHED]}
        steps.append(Step(done, "UntagResource", untag))
    return steps


def check(wanted: Wanted, found: Found, steps: list[Step]) -> None:
    """Refuse to build on what differs: nothing that is there already is changed silently."""
    differs = list(
        differences({"Name": wanted.user_pool_name, **USER_POOL}, as_created(found.pool))
    )
    for key in ("AliasAttributes", "UsernameAttributes", "SmsConfiguration"):
        differs += [f"{key} is set"] * bool(found.pool.get(key))
    if found.app_client:
        differs += differences(APP_CLIENT, found.app_client)
        differs += ["the app client has a secret"] * ("ClientSecret" in found.app_client)
    for name, url in (("CallbackURLs", wanted.callback_url), ("LogoutURLs", wanted.sign_out_url)):
        if found.app_client and url and url not in found.app_client.get(name, []):
            differs.append(f"{name} lacks {url} (allow_callback_url.py adds it)")
    if found.pool.get("Domain", wanted.domain_prefix) != wanted.domain_prefix:
        differs.append(f"Domain is {found.pool['Domain']}, not {wanted.domain_prefix}")
    elif found.domain:
        differs += differences({"ManagedLoginVersion": 2}, found.domain)
    if found.finished:
        differs += [f"nobody {step.done}" for step in steps]
    if found.pool and differs:
        remedy = "change it back, or give another --application-name"
        raise RefusalError(f"{found.pool['Id']} differs: {'; '.join(differs)}; {remedy}")


def differences(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """Tell where settings differ. The order of a list does not matter."""
    for name, value in wanted.items():
        has = found.get(name, type(value)())
        if isinstance(value, dict):
            yield from differences(value, has)
        elif has != value and not (
            isinstance(value, list) and sorted(map(str, has)) == sorted(map(str, value))
        ):
            yield f"{name} is {has!r}, not {value!r}"


def as_created(pool: dict[str, Any]) -> dict[str, Any]:
    """Return a described user pool in the words of CreateUserPool."""
    required = [
        {key: attribute[key] for key in ("Name", "AttributeDataType", "Required", "Mutable")}
        for attribute in pool.get("SchemaAttributes", [])
        if attribute.get("Required") and attribute["Name"] != "sub"
    ]
    # A pool that says no issuer type has the original one.
    return {"IssuerConfiguration": {"Type": "ORIGINAL"}, **pool, "Schema": required}


# --8<-- [end:plan]


# --8<-- [start:apply]
def apply(client: Any, steps: list[Step], known: dict[str, str]) -> None:
    """Make the calls. What one of them returns is known to those that follow."""
    for step in steps:
        filled = {name: known.get(str(value), value) for name, value in step.parameters.items()}
        answer = getattr(client, xform_name(step.operation))(**filled)
        if "UserPool" in answer:
            known |= {POOL_ID: answer["UserPool"]["Id"], POOL_ARN: answer["UserPool"]["Arn"]}
        if "UserPoolClient" in answer:
            known[CLIENT_ID] = answer["UserPoolClient"]["ClientId"]
        say(f"{step.done[0].upper()}{step.done[1:]}.")


# --8<-- [end:apply]


def create(given: argparse.Namespace) -> dict[str, Any]:
    name = slug(given.application_name)
    prefix = given.domain_prefix or f"{name}-test"
    wanted = Wanted(
        f"{name}-test", f"{name}-web-app", prefix, given.callback_url, given.sign_out_url
    )
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", prefix) or re.search(
        "aws|amazon|cognito", prefix
    ):
        rule = "1 to 63 lower-case letters, digits and hyphens, without aws, amazon or cognito"
        raise RefusalError(f"--domain-prefix: found {prefix!r}; give {rule}")
    for flag, url in ("--callback-url", given.callback_url), ("--sign-out-url", given.sign_out_url):
        if url is not None:
            check_url(flag, url)
    guide_link(given.guide_url)
    client = connect(given.region)
    found = find(client, wanted, given.user_pool_id)
    steps = plan(wanted, found)
    check(wanted, found, steps)
    known: dict[str, str] = {}
    if found.pool:
        known |= {POOL_ID: found.pool["Id"], POOL_ARN: found.pool["Arn"]}
    if found.app_client:
        known[CLIENT_ID] = found.app_client["ClientId"]
    if not given.dry_run:
        apply(client, steps, known)
    if not steps:
        say(f"Found the user pool {wanted.user_pool_name}, complete.")
    pool_id, client_id = known.get(POOL_ID), known.get(CLIENT_ID)
    oidc_url, source = (
        find_oidc_url(client, {"Id": pool_id, **USER_POOL}) if pool_id else (None, None)
    )
    values = {"region": client.meta.region_name, "user_pool_id": pool_id, "client_id": client_id}
    callbacks = found.app_client.get("CallbackURLs", [TEMPORARY_CALLBACK_URL])
    return {
        "created": bool(steps) and not given.dry_run,
        "dry_run": given.dry_run,
        **values,
        "user_pool_name": wanted.user_pool_name,
        "app_client_name": wanted.app_client_name,
        "domain_prefix": prefix,
        "login_domain": login_domain(client, prefix),
        "oidc_url": oidc_url,
        "oidc_url_source": source,
        "callback_url": given.callback_url or callbacks[0],
        "sign_out_url": given.sign_out_url,
        "guide_url": guide_link(given.guide_url, **values),
        "steps": show(steps) if given.dry_run else [],
    }


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--application-name", required=True, help="names everything")
    parser.add_argument("--region", help="default: the profile's, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-id", help="which one, where several have the name")
    parser.add_argument("--domain-prefix", help="default: the application's name and -test")
    parser.add_argument("--callback-url", help=f"default: {TEMPORARY_CALLBACK_URL}, to be replaced")
    parser.add_argument("--sign-out-url", help="where a user lands after signing out")
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


def check_url(flag: str, url: str) -> None:
    """Refuse a callback URL or sign-out URL that Cognito would refuse, or never match."""
    try:
        scheme, host, port = (parts := urlsplit(url)).scheme, parts.hostname, parts.port
    except ValueError:
        scheme, host, port = "", None, 0
    whole = bool(host) and port != 0 if scheme in ("http", "https") else bool(scheme)
    if not whole or not re.fullmatch(r"[^\s*#]{1,1024}", url) or not url.isprintable():
        rule = "a whole URL of at most 1024 characters, without spaces, * and #"
        raise RefusalError(f"{flag}: found {url!r}; give {rule}")
    if scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
        rule = "an https URL: http is for localhost, 127.0.0.1 and [::1] alone"
        raise RefusalError(f"{flag}: found {url!r}; give {rule}")


# What differs by partition: the host of the issuer, and the login domain after its prefix.
PLACES = {
    "aws": ("cognito-idp.{}.amazonaws.com", "auth.{}.amazoncognito.com"),
    "aws-us-gov": ("cognito-idp.{}.amazonaws.com", "auth-fips.{}.amazoncognito.com"),
    "aws-eusc": ("cognito-idp.{}.amazonaws.eu", "auth.cognito-idp.{}.on.amazonwebservices.eu"),
}


def login_domain(client: Any, domain_prefix: str) -> str:
    after = PLACES[client.meta.partition][1].format(client.meta.region_name)
    return f"{domain_prefix}.{after}"


def find_oidc_url(client: Any, pool: dict[str, Any]) -> tuple[str, str]:
    """Return the pool's issuer, and what says so: its discovery document, or its issuer type."""
    updated = pool.get("IssuerConfiguration", {}).get("Type") == "UPDATED"
    prefix = "issuer-" if updated else ""
    host = prefix + PLACES[client.meta.partition][0].format(client.meta.region_name)
    base = client.meta.endpoint_url.replace("//cognito-idp.", f"//{prefix}cognito-idp.")
    document = f"{base}/{pool['Id']}/.well-known/openid-configuration"
    try:
        with urllib.request.urlopen(document, timeout=5) as answer:  # noqa: S310 - AWS's endpoint
            found = str(json.load(answer)["issuer"])
        if re.fullmatch(rf"https://[0-9a-z.-]+/{re.escape(pool['Id'])}", found):
            return found, "discovery document"
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        pass  # not reachable from here: the issuer type says it too
    if client.meta.partition == "aws-eusc":
        say(f"warning: AWS does not document this OIDC URL; compare it with issuer in {document}")
    return f"https://{host}/{pool['Id']}", "issuer type"


def guide_link(guide_url: str | None, **values: str | None) -> str | None:
    """Return a link that opens the guide with these values filled in."""
    if not guide_url:
        return None
    if not re.fullmatch(r"https?://[^\s#]+", guide_url):
        raise RefusalError(f"--guide-url: found {guide_url!r}; give the guide's address, without #")
    known = {name: value for name, value in values.items() if value}
    return f"{guide_url}#live?{urlencode(known, quote_via=quote, safe='')}"


def connect(region: str | None) -> Any:
    """Return a client for user pools. Credentials and endpoint follow AWS's own rules."""
    # A call whose answer got lost may have taken effect. Look again, never send it twice.
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=10)
    try:
        session = boto3.Session(region_name=region)
        partitions = session.get_available_partitions()
        known = [session.get_available_regions("cognito-idp", name) for name in partitions]
        regions = [name for names in known for name in names]
        name = session.region_name
        if not name:
            raise RefusalError("found no Region; give --region, or set AWS_DEFAULT_REGION")
        if name not in regions:
            near = difflib.get_close_matches(name, regions, n=1, cutoff=0)[0]
            raise RefusalError(f"found no Cognito user pools in the Region {name}; nearest: {near}")
        return session.client("cognito-idp", config=config)
    except ValueError as error:
        raise RefusalError(f"found AWS settings that do not work: {error}; correct them") from None


REMEDIES = {
    "AccessDenied": "allow that action for these credentials",
    "Expired|Credential|Token|Signature|Unrecognized|SSO|Profile|Login": (
        "sign in to AWS again, or name a profile with AWS_PROFILE"
    ),
    "Throttl|TooMany|RequestLimit|Concurrent|Internal|Unavailable|^5": (
        "wait a minute, then run it again"
    ),
    "Connect|Timeout|HTTP|SSL|Proxy|Endpoint": "check the network, then run it again",
    "NotFound": "check the ID and the Region",
    "LimitExceeded": "remove what is not needed, or ask AWS for a higher quota",
}


def explain(error: Exception) -> str:
    """Return one line: what was refused, by whom, and what to do."""
    if isinstance(error, RefusalError):
        return str(error)
    name, said = type(error).__name__, str(error)
    if isinstance(error, ClientError):
        name = error.response.get("Error", {}).get("Code", "")
        said = error.response.get("Error", {}).get("Message", "")
        action = re.search(r"(?<=perform: )[\w:-]+", said)  # where another service refused
        refused = action.group() if action else f"cognito-idp:{error.operation_name}"
        said = f"AWS refused {refused} with {name}: {said}"
    remedies = (remedy for part, remedy in REMEDIES.items() if re.search(part, name))
    return f"{said.rstrip('. ')}; {next(remedies, 'correct that, then run it again')}"


def say(sentence: str) -> None:
    print(" ".join(sentence.split()), file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
