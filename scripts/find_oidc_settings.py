#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44"]
# ///
"""Find the OIDC settings of an existing user pool, and what the application would miss.

It lists the user pools of the Region and the app clients of one of them, and reads the rest
from that user pool. Where there are several, choose with --user-pool-id and --client-id. It
reads only, and leaves nothing behind.

    python find_oidc_settings.py --region us-east-2
    python find_oidc_settings.py --region us-east-2 --user-pool-id us-east-2_oUmWoN1YP \\
        --client-id 7sm0a9nvvurn0guite1f2jgqi9

It prints one JSON object: region, user_pools and app_clients (ID and name of each),
user_pool_id, client_id, oidc_url, oidc_url_source, issuer_type, domain_prefix, login_domain,
callback_urls, sign_out_urls, guide_url, and missing: what to change before a user can sign in.
It ends with 1 where something is missing or not yet chosen.
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
from typing import Any
from urllib.parse import quote, urlencode

if sys.version_info < (3, 11):  # noqa: UP036 - where python3 is an older one
    sys.exit("error: found an older Python; use 3.11 or newer, or uv run in place of python3")
try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ModuleNotFoundError:
    sys.exit("error: found no boto3; run python3 -m pip install boto3, or use uv run")

SCOPES = ("openid", "email", "profile")
ATTRIBUTES = ("email", "email_verified", "name", "preferred_username")


class RefusalError(Exception):
    """What this script declines to do, with the remedy."""


# --8<-- [start:find]
def find(client: Any, given: argparse.Namespace) -> dict[str, Any]:
    """Read the user pool, its app client and its domain, as far as they are chosen."""
    name = f"{slug(given.application_name)}-test" if given.application_name else None
    pools = list_all(client, "list_user_pools", "UserPools")
    named = [pool["Id"] for pool in pools if name in (None, pool["Name"])]
    found: dict[str, Any] = {"pools": pools, "pool_id": given.user_pool_id or only(named)}
    if not found["pool_id"]:
        return found
    which = {"UserPoolId": found["pool_id"]}
    found["pool"] = client.describe_user_pool(**which)["UserPool"]
    found["clients"] = list_all(client, "list_user_pool_clients", "UserPoolClients", **which)
    ids = [app_client["ClientId"] for app_client in found["clients"]]
    found["client_id"] = given.client_id or only(ids)
    if found["client_id"]:
        which["ClientId"] = found["client_id"]
        found["client"] = client.describe_user_pool_client(**which)["UserPoolClient"]
    domain = found["pool"].get("CustomDomain") or found["pool"].get("Domain")
    if domain:
        found["domain"] = client.describe_user_pool_domain(Domain=domain)["DomainDescription"]
        if found["client_id"] and found["domain"].get("ManagedLoginVersion") == 2:
            found["has_style"] = has_style(client, which["UserPoolId"], found["client_id"])
    return found


def only(ids: list[str]) -> str | None:
    return ids[0] if len(ids) == 1 else None


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


# --8<-- [start:missing]
def missing(found: dict[str, Any], given: argparse.Namespace) -> Iterator[str]:
    """Tell what keeps the application's users from signing in, each with its remedy."""
    if not found["pool_id"]:
        yield "the user pool: choose one of user_pools with --user-pool-id, or create one"
        return
    if "domain" not in found:
        yield "the login domain: create one under Branding, Domain"
    elif not found.get("has_style", True):
        yield "the login page style: create one under Branding, Managed login"
    if not found["client_id"]:
        yield "the app client: choose one of app_clients with --client-id, or create one"
        return
    client = found["client"]
    if "ClientSecret" in client:
        yield "an app client without a secret: create a new one, a browser cannot keep a secret"
    if not client.get("AllowedOAuthFlowsUserPoolClient"):
        yield "the OAuth features of the app client: switch them on with its grants and scopes"
    if "code" not in client.get("AllowedOAuthFlows", []):
        yield "the authorization code grant: tick it under App clients, Login pages"
    for scope in SCOPES:
        if scope not in client.get("AllowedOAuthScopes", []):
            yield f"the scope {scope}: tick it under App clients, Login pages"
    if "COGNITO" not in client.get("SupportedIdentityProviders", []):
        yield "the identity provider COGNITO: tick it under App clients, Login pages"
    for attribute in ATTRIBUTES:
        if attribute not in (client.get("ReadAttributes") or ATTRIBUTES):
            yield f"the right to read {attribute}: tick it under App clients, Attribute permissions"
    callback_urls, sign_out_urls = client.get("CallbackURLs", []), client.get("LogoutURLs", [])
    if not callback_urls or (given.callback_url and given.callback_url not in callback_urls):
        yield f"the callback URL {given.callback_url or ''}: add it with allow_callback_url.py"
    if given.sign_out_url and given.sign_out_url not in sign_out_urls:
        yield f"the sign-out URL {given.sign_out_url}: add it with allow_callback_url.py"


# --8<-- [end:missing]


def describe(client: Any, found: dict[str, Any], guide_url: str | None) -> dict[str, Any]:
    """Return the settings in the guide's words."""
    pool, app_client = found.get("pool", {}), found.get("client", {})
    prefix = pool.get("Domain")
    domain = pool.get("CustomDomain") or (login_domain(client, prefix) if prefix else None)
    oidc_url, source = find_oidc_url(client, pool) if pool else (None, None)
    chosen = {
        "region": client.meta.region_name,
        "user_pool_id": found["pool_id"],
        "client_id": found.get("client_id"),
    }
    return {
        **chosen,
        "oidc_url": oidc_url,
        "oidc_url_source": source,
        "issuer_type": pool.get("IssuerConfiguration", {}).get("Type", "ORIGINAL")
        if pool
        else None,
        "domain_prefix": prefix,
        "login_domain": domain,
        "callback_urls": app_client.get("CallbackURLs", []),
        "sign_out_urls": app_client.get("LogoutURLs", []),
        "guide_url": guide_link(guide_url, **chosen),
        "user_pools": [
            {"user_pool_id": one["Id"], "user_pool_name": one["Name"]} for one in found["pools"]
        ],
        "app_clients": [
            {"client_id": one["ClientId"], "app_client_name": one["ClientName"]}
            for one in found.get("clients", [])
        ],
    }


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
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
        guide_link(given.guide_url)
        client = connect(given.region)
        found = find(client, given)
        result = describe(client, found, given.guide_url)
    except KeyboardInterrupt:
        return 130
    except (RefusalError, ClientError, BotoCoreError) as error:
        say(f"error: {explain(error)}")
        return 1
    result["missing"] = list(missing(found, given))
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
