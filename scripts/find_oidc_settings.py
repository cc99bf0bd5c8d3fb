#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Find the OIDC settings of an existing user pool, and list what would prevent sign-in.

The script lists the user pools of the Region and the app clients of one of them. If there are
several, choose with --user-pool-id and --client-id. It only reads.

    python find_oidc_settings.py --region <Region>
    python find_oidc_settings.py --region <Region> --user-pool-id <user pool ID> \\
        --client-id <client ID> --callback-url <callback URL> --sign-out-url <sign-out URL>

It prints one JSON object: region, user_pool_id, client_id, oidc_url, oidc_url_source, issuer_type,
domain_prefix, login_domain (if it is a custom domain), callback_urls, sign_out_urls, user_pools
and app_clients (ID and name of each), missing: what to change before people can sign in, and
not_checked: what the script did not look at. The exit code is 1 if something is missing or not
chosen.
"""

import argparse
import json
import re
import sys
import urllib.request
from http.client import HTTPException
from typing import Any

# == In every script that calls AWS: boto3 ==
if sys.version_info < (3, 11):  # noqa: UP036 - python3 may be an older version
    sys.exit("error: Python 3.11 or newer is required; install it, or use uv run")
BOTO3 = "1.44.3"  # as above; an older version drops settings that it does not know
try:
    import boto3
    import botocore
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    if [*map(int, re.findall(r"\d+", botocore.__version__))] < [*map(int, BOTO3.split("."))]:
        raise ImportError(f"botocore {botocore.__version__} is too old")
except ImportError as error:
    fix = f'run python3 -m pip install --upgrade "boto3>={BOTO3}", or use uv run'
    sys.exit(f"error: {error}; {fix}")
# == End ==

SCOPES = ("openid", "email", "profile")
ATTRIBUTES = ("email", "email_verified", "name", "preferred_username")
TEMPORARY_URL = "https://localhost:3000/callback"  # of create_user_pool.py


# --8<-- [start:find]
def find(client: Any, args: argparse.Namespace) -> dict[str, Any]:
    """Return the user pools, and the chosen user pool with its app clients and domain."""
    pages = client.get_paginator("list_user_pools").paginate(MaxResults=60)
    existing: dict[str, Any] = {"pools": list(pages.search("UserPools[]")), "clients": []}
    pool_id = args.user_pool_id or only([pool["Id"] for pool in existing["pools"]])
    if not pool_id:
        return existing
    which = {"UserPoolId": pool_id}
    existing["pool"] = client.describe_user_pool(**which)["UserPool"]
    existing["users"] = client.list_users(**which)["Users"]  # up to 60
    pages = client.get_paginator("list_user_pool_clients").paginate(**which, MaxResults=60)
    existing["clients"] = list(pages.search("UserPoolClients[]"))
    client_id = args.client_id or only([one["ClientId"] for one in existing["clients"]])
    if client_id:
        which["ClientId"] = client_id
        existing["client"] = client.describe_user_pool_client(**which)["UserPoolClient"]
    domain = existing["pool"].get("CustomDomain") or existing["pool"].get("Domain")
    if domain:
        existing["domain"] = client.describe_user_pool_domain(Domain=domain)["DomainDescription"]
        if client_id and existing["domain"].get("ManagedLoginVersion") == 2:
            existing["has_style"] = has_style(client, **which)
    return existing


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
def missing(args: argparse.Namespace, existing: dict[str, Any]) -> list[str]:
    """Return a sentence with a fix for everything that would prevent sign-in."""
    choose = "choose one with --user-pool-id, or create one"
    checks: list[tuple[Any, str]] = [("pool" in existing, f"the user pool: {choose}")]
    client = existing.get("client")
    if "pool" in existing:
        checks += [
            ("domain" in existing, "the domain: create one under Branding, Domain"),
            (existing.get("has_style", True), "the branding style: create one under Managed login"),
            (client, "the app client: choose one with --client-id, or create one"),
        ]
    if client:
        select = "select it under App clients, Login pages"
        permit = "select it under App clients, Attribute permissions"
        add = "add it with allow_callback_url.py"
        readable = client.get("ReadAttributes", ATTRIBUTES)
        callback_urls, sign_out_urls = client.get("CallbackURLs", []), client.get("LogoutURLs", [])
        url, out = args.callback_url, args.sign_out_url
        left_over = url not in (None, TEMPORARY_URL) and TEMPORARY_URL in callback_urls
        no_slash = [one for one in callback_urls if re.search(r"execute-api[^/]+/\w+$", one)]
        features = client.get("AllowedOAuthFlowsUserPoolClient")
        grants, scopes = client.get("AllowedOAuthFlows", []), client.get("AllowedOAuthScopes", [])
        providers = client.get("SupportedIdentityProviders", [])
        checks += [
            ("ClientSecret" not in client, "an app client without a secret: create one"),
            (features, "the OAuth features of the app client: enable grants and scopes"),
            ("code" in grants, f"the authorization code grant: {select}"),
            *((name in scopes, f"the scope {name}: {select}") for name in SCOPES),
            ("COGNITO" in providers, f"the identity provider COGNITO: {select}"),
            *((name in readable, f"the right to read {name}: {permit}") for name in ATTRIBUTES),
            (callback_urls, f"a callback URL: {add}"),
            (url in (None, *callback_urls), f"{like(url, callback_urls)}: {add}"),
            (out in (None, *sign_out_urls), f"the sign-out URL {out}: {add}"),
            (url or not no_slash, f"the slash at the end of {' '.join(no_slash)}: {add}"),
            (not left_over, f"the removal of {TEMPORARY_URL}: use --remove-callback-url"),
        ]
    if "pool" in existing:
        checks += user_checks([user for user in existing["users"] if user.get("Enabled", True)])
    return [sentence for ok, sentence in checks if not ok]


# --8<-- [end:missing]
def like(url: str | None, urls: list[str]) -> str:
    """Name the missing callback URL, and those that are the same at first sight."""
    same = [one for one in urls if url and bare(one) == bare(url)]
    return f"the callback URL {url}{f', which is not {same[0]}' if same else ''}"


def bare(url: str) -> str:
    return re.sub(r"^https?://|:\d+|/$", "", url.lower())


def user_checks(users: list[dict[str, Any]]) -> list[tuple[Any, str]]:
    """Return the checks of enabled users. Cognito asks invited users for missing attributes."""
    lacking: dict[str, list[str]] = {"name": [], "preferred_username": []}
    for user in users:
        has = {one["Name"] for one in user.get("Attributes", []) if one.get("Value")}
        for name in lacking.keys() - has if user["UserStatus"] == "CONFIRMED" else ():
            lacking[name].append(user["Username"])
    return [
        (users, "an enabled user: create one with create_user.py, or enable one"),
        *(
            (not of, f"{name} of {' '.join(of)}: use create_user.py --update")
            for name, of in lacking.items()
        ),
    ]


def not_checked(args: argparse.Namespace, existing: dict[str, Any]) -> list[str]:
    """Return what the script did not look at."""
    url = "whether the application sends one of the callback URLs: add --callback-url"
    users = "users after the first 60"
    return [
        *([] if args.callback_url else [url]),
        *([users] if len(existing.get("users", [])) == 60 else []),
        "passwords, the application's constants and its network",
    ]


def find_oidc_url(client: Any, pool: dict[str, Any]) -> dict[str, Any]:
    """Return the user pool's issuer, from its discovery document if that can be read."""
    issuer_type = pool.get("IssuerConfiguration", {}).get("Type", "ORIGINAL")
    host = "//issuer-cognito-idp." if issuer_type == "UPDATED" else "//cognito-idp."
    endpoint = re.sub(r"//cognito-idp(-fips)?\.", host, client.meta.endpoint_url)
    oidc_url, source = f"{endpoint}/{pool['Id']}", "issuer type"
    document = f"{oidc_url}/.well-known/openid-configuration"
    try:
        with urllib.request.urlopen(document, timeout=5) as answer:  # noqa: S310 - AWS's endpoint
            issuer = json.load(answer)["issuer"]
        if not re.fullmatch(rf"https?://[\w.:-]+/{pool['Id']}", issuer):
            raise ValueError("not an issuer of this user pool")
        oidc_url, source = issuer, "discovery document"
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        say(f"warning: {document} could not be read; open it and check that its issuer is oidc_url")
    return {"oidc_url": oidc_url, "oidc_url_source": source, "issuer_type": issuer_type}


def run(args: argparse.Namespace) -> None:
    client = connect(args.region)
    existing = find(client, args)
    pool, app_client = existing.get("pool", {}), existing.get("client", {})
    oidc: dict[str, Any] = {"oidc_url": None, "oidc_url_source": None, "issuer_type": None}
    problems = missing(args, existing)
    result = {
        "region": client.meta.region_name,
        "user_pool_id": pool.get("Id"),
        "client_id": app_client.get("ClientId"),
        **(find_oidc_url(client, pool) if pool else oidc),
        "domain_prefix": pool.get("Domain"),
        "login_domain": pool.get("CustomDomain"),
        "callback_urls": app_client.get("CallbackURLs", []),
        "sign_out_urls": app_client.get("LogoutURLs", []),
        "user_pools": [
            {"user_pool_id": one["Id"], "user_pool_name": one["Name"]} for one in existing["pools"]
        ],
        "app_clients": [
            {"client_id": one["ClientId"], "app_client_name": one["ClientName"]}
            for one in existing["clients"]
        ],
        "missing": problems,
        "not_checked": not_checked(args, existing),
    }
    show(result)
    if problems:
        raise RefusalError(f"missing: {'; '.join(problems)}")
    found = f"Nothing is missing in {pool['Id']}"
    say(f"{found}. Not checked: {'; '.join(result['not_checked'])}.")


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--region", help="default: the profile's Region, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-id", help="user pool ID; required if there are several pools")
    parser.add_argument("--client-id", help="client ID; required if there are several app clients")
    url_help = "check that the app client allows this %s URL"
    parser.add_argument("--callback-url", help=url_help % "callback")
    parser.add_argument("--sign-out-url", help=url_help % "sign-out")
    return parser.parse_args(argv)


# == In every script that calls AWS: connect, main ==
class RefusalError(Exception):
    """A reason to stop, with a fix."""


def connect(region: str | None) -> Any:
    """Return a client for user pools. Credentials and endpoint follow AWS's own rules."""
    # A call whose answer was lost may have taken effect, so no call is sent twice.
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=10)
    session = boto3.Session(region_name=region)
    try:
        client = session.client("cognito-idp", config=config)
    except ValueError as error:  # for example, an endpoint that is not a URL
        raise RefusalError(f"{error}; correct --region or the AWS settings") from None
    name, url = client.meta.region_name, client.meta.endpoint_url
    if name not in session.get_available_regions("cognito-idp", client.meta.partition):
        raise RefusalError(f"the Region {name} does not support user pools; correct --region")
    if not re.fullmatch(r"https://[\w.-]+\.(amazonaws\.(com|eu)|api\.aws)(:443)?/?", url):
        say(f"warning: the calls go to {url}, which is not an endpoint of AWS")
    return client


def explain(error: Exception) -> str:
    """Return the error's own words, with a fix if permissions or credentials are missing."""
    name = error.response["Error"]["Code"] if isinstance(error, ClientError) else repr(type(error))
    words = str(error) if len(str(error)) < 1000 else f"{str(error)[:900]} ..."
    if "AccessDenied" in name:
        return f"{words}; allow this action for your credentials"
    if re.search("Credential|Login|Profile|SSO|Token|Unrecognized", name):
        return f"{words}; sign in to AWS, or set AWS_PROFILE"
    return words


def say(sentence: str) -> None:
    """Print a sentence for people, without control characters that a name may contain."""
    words = " ".join(sentence.split())
    write("stderr", "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words) + "\n")


def show(result: dict[str, Any]) -> None:
    """Print the result for programs."""
    if not write("stdout", json.dumps(result, indent=2) + "\n"):
        raise RefusalError("the result could not be written to standard output; run it again")


def write(stream: str, text: str) -> bool:
    """Return whether the text could be written. If not, the calls that remain are still made."""
    try:
        getattr(sys, stream).write(text)
        getattr(sys, stream).flush()
    except (AttributeError, OSError, ValueError):
        setattr(sys, stream, None)  # or Python would try again when it ends
        return False
    return True


def main(argv: list[str] | None = None) -> int:
    try:
        args = parse_args(argv)
    finally:
        write("stdout", "")  # the help is not written yet, and the pipe may be closed
    try:
        run(args)
    except KeyboardInterrupt:
        return 130
    except (RefusalError, ClientError, BotoCoreError) as error:
        say(f"error: {explain(error)}")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
# == End ==
