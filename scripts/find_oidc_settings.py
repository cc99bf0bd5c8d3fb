#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Find the OIDC settings of an existing user pool, and what the application would miss.

It lists the user pools of the Region and the app clients of one of them, and reads the rest
from that user pool. Where there are several, choose with --user-pool-id and --client-id. It
reads only, and leaves nothing behind.

    python find_oidc_settings.py --region <Region>
    python find_oidc_settings.py --region <Region> --user-pool-id <user pool ID> \\
        --client-id <client ID>

It prints one JSON object: region, user_pools and app_clients (ID and name of each),
user_pool_id, client_id, oidc_url, oidc_url_source, issuer_type, domain_prefix, login_domain,
callback_urls, sign_out_urls, guide_url, and missing: what to change before a user can sign in.
It ends with 1 where something is missing or not yet chosen.
"""

import argparse
import json
import re
import sys
import unicodedata
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

if sys.version_info < (3, 11):  # noqa: UP036 - where python3 is an older one
    sys.exit("error: found an older Python; use 3.11 or newer, or uv run in place of python3")
BOTO3 = "1.44.3"  # as in the head: an older one drops settings that Cognito has
try:
    import boto3
    import botocore
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    if [*map(int, re.findall(r"\d+", botocore.__version__))] < [*map(int, BOTO3.split("."))]:
        raise ImportError(f"botocore {botocore.__version__} is too old")
except ImportError as error:
    remedy = f'run python3 -m pip install --upgrade "boto3>={BOTO3}", or use uv run'
    sys.exit(f"error: {error}; {remedy}")

SCOPES = ("openid", "email", "profile")
ATTRIBUTES = ("email", "email_verified", "name", "preferred_username")


class RefusalError(Exception):
    """What this script declines to do, with the remedy."""


# --8<-- [start:find]
def find(client: Any, given: argparse.Namespace) -> dict[str, Any]:
    """Read the user pool, its app client and its domain, as far as they are chosen."""
    pages = client.get_paginator("list_user_pools").paginate(MaxResults=60)
    found: dict[str, Any] = {"pools": list(pages.search("UserPools[]")), "clients": []}
    name = f"{slug(given.application_name)}-test" if given.application_name else None
    named = [pool["Id"] for pool in found["pools"] if name in (None, pool["Name"])]
    pool_id = given.user_pool_id or only(named)
    if not pool_id:
        return found
    which = {"UserPoolId": pool_id}
    found["pool"] = client.describe_user_pool(**which)["UserPool"]
    pages = client.get_paginator("list_user_pool_clients").paginate(**which, MaxResults=60)
    found["clients"] = list(pages.search("UserPoolClients[]"))
    client_id = given.client_id or only([one["ClientId"] for one in found["clients"]])
    if client_id:
        which["ClientId"] = client_id
        found["client"] = client.describe_user_pool_client(**which)["UserPoolClient"]
    domain = found["pool"].get("CustomDomain") or found["pool"].get("Domain")
    if domain:
        found["domain"] = client.describe_user_pool_domain(Domain=domain)["DomainDescription"]
        if client_id and found["domain"].get("ManagedLoginVersion") == 2:
            found["has_style"] = has_style(client, **which)
    return found


def only(ids: list[str]) -> str | None:
    return ids[0] if len(ids) == 1 else None


def has_style(client: Any, **which: str) -> bool:
    try:
        client.describe_managed_login_branding_by_client(**which)
    except client.exceptions.ResourceNotFoundException:
        return False
    return True


# --8<-- [end:find]
# --8<-- [start:missing]
def missing(found: dict[str, Any], given: argparse.Namespace) -> list[str]:
    """Tell what keeps the application's users from signing in, each with its remedy."""
    client = found.get("client", {})

    def of(name: str) -> Any:
        return client.get(name, [])

    choose = "choose one of {}s with --{}-id, or create one"
    under, tick = "create one under Branding", "tick it under App clients, Login pages"
    permit = "tick it under App clients, Attribute permissions"
    another = "create a new one, a browser cannot keep a secret"
    switch = "switch them on with its grants and scopes"
    url, out = given.callback_url or "", given.sign_out_url or ""
    add, readable = "add it with allow_callback_url.py", of("ReadAttributes") or ATTRIBUTES
    of_pool = {
        f"the login domain: {under}, Domain": "domain" in found,
        f"the login page style: {under}, Managed login": found.get("has_style", True),
        f"the app client: {choose.format('app_client', 'client')}": client,
    }
    of_client = {
        f"an app client without a secret: {another}": "ClientSecret" not in client,
        f"the OAuth features of the app client: {switch}": of("AllowedOAuthFlowsUserPoolClient"),
        f"the authorization code grant: {tick}": "code" in of("AllowedOAuthFlows"),
        **{f"the scope {name}: {tick}": name in of("AllowedOAuthScopes") for name in SCOPES},
        f"the identity provider COGNITO: {tick}": "COGNITO" in of("SupportedIdentityProviders"),
        **{f"the right to read {name}: {permit}": name in readable for name in ATTRIBUTES},
        f"the callback URL {url}: {add}": url in of("CallbackURLs") if url else of("CallbackURLs"),
        f"the sign-out URL {out}: {add}": out in ("", *of("LogoutURLs")),
    }
    is_there = {
        f"the user pool: {choose.format('user_pool', 'user-pool')}": "pool" in found,
        **(of_pool if "pool" in found else {}),
        **(of_client if client else {}),
    }
    return [remedy for remedy, is_so in is_there.items() if not is_so]


# --8<-- [end:missing]
def describe(client: Any, found: dict[str, Any], given: argparse.Namespace) -> dict[str, Any]:
    """Return the settings in the guide's words."""
    region = client.meta.region_name
    chosen: dict[str, Any] = {"region": region, "user_pool_id": None, "client_id": None}
    oidc: dict[str, Any] = {"oidc_url": None, "oidc_url_source": None, "issuer_type": None}
    pool, app_client = found.get("pool", {}), found.get("client", {})
    prefix, domain = pool.get("Domain"), pool.get("CustomDomain")
    if prefix and not domain:
        domain = f"{prefix}.{PLACES[client.meta.partition][1].format(region)}"
    if pool:
        chosen |= {"user_pool_id": pool["Id"], "client_id": app_client.get("ClientId")}
        oidc = find_oidc_url(client, pool)
    return {
        **chosen,
        **oidc,
        "domain_prefix": prefix,
        "login_domain": domain,
        "callback_urls": app_client.get("CallbackURLs", []),
        "sign_out_urls": app_client.get("LogoutURLs", []),
        "guide_url": guide_link(given.guide_url, **chosen),
        "user_pools": [
            {"user_pool_id": one["Id"], "user_pool_name": one["Name"]} for one in found["pools"]
        ],
        "app_clients": [
            {"client_id": one["ClientId"], "app_client_name": one["ClientName"]}
            for one in found["clients"]
        ],
        "missing": missing(found, given),
    }


def find_oidc_url(client: Any, pool: dict[str, Any]) -> dict[str, Any]:
    """Return the pool's issuer, and what says so: its discovery document, or its issuer type."""
    issuer_type = pool.get("IssuerConfiguration", {}).get("Type", "ORIGINAL")
    prefix = "issuer-" if issuer_type == "UPDATED" else ""
    host = PLACES[client.meta.partition][0].format(client.meta.region_name)
    oidc_url, source = f"https://{prefix}{host}/{pool['Id']}", "issuer type"
    base = client.meta.endpoint_url.replace("//cognito-idp.", f"//{prefix}cognito-idp.")
    document = f"{base}/{pool['Id']}/.well-known/openid-configuration"
    try:
        with urllib.request.urlopen(document, timeout=5) as answer:  # noqa: S310 - AWS's endpoint
            oidc_url, source = json.load(answer)["issuer"], "discovery document"
    except (OSError, HTTPException, ValueError, KeyError, TypeError):  # out of reach from here
        if client.meta.partition == "aws-eusc":
            say(f"warning: AWS does not document this OIDC URL; compare with issuer in {document}")
    return {"oidc_url": oidc_url, "oidc_url_source": source, "issuer_type": issuer_type}


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--region", help="default: the profile's, or AWS_DEFAULT_REGION")
    parser.add_argument("--application-name", help="chooses the user pool that is named after it")
    parser.add_argument("--user-pool-id", help="chooses the user pool")
    parser.add_argument("--client-id", help="chooses the app client")
    parser.add_argument("--callback-url", help="is it allowed?")
    parser.add_argument("--sign-out-url", help="is it allowed?")
    parser.add_argument("--guide-url", help="the guide's address, to be linked with these values")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    given = parse_args(argv)
    try:
        client = connect(given.region)
        result = describe(client, find(client, given), given)
    except KeyboardInterrupt:
        return 130
    except (RefusalError, ClientError, BotoCoreError) as error:
        say(f"error: {explain(error)}")
        return 1
    print(json.dumps(result, indent=2))
    if result["missing"]:
        say(f"error: missing: {'; '.join(result['missing'])}")
        return 1
    say(f"Found all that a sign-in needs in {result['user_pool_id']}.")
    return 0


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


def slug(application_name: str) -> str:
    """Return the name in lower-case letters, digits and hyphens, as the guide does."""
    plain = unicodedata.normalize("NFKD", application_name).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not made:
        raise RefusalError(f"--application-name: found no letter or digit in {application_name!r}")
    return made


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
