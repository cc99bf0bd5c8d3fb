#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Find the IDs and the OIDC URL of an existing user pool and of its app client.

The script lists the user pools of the Region and the app clients of one of them. If there are
several, choose with --user-pool-id and --client-id. It only reads. To find
out whether people can sign in, use diagnose_sign_in.py.

    python find_oidc_settings.py --region <Region>
    python find_oidc_settings.py --region <Region> --user-pool-id <user pool ID> \\
        --client-id <client ID>

It prints one JSON object: region, user_pool_id, client_id, oidc_url, oidc_url_source, issuer_type,
domain_prefix, login_domain (if it is a custom domain), callback_urls, sign_out_urls, user_pools
and app_clients (ID and name of each). The exit code is 1 if there are several user
pools or app clients to choose from, or none.
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


# What to take of each entry, in JMESPath.
POOLS = "UserPools[].{user_pool_id: Id, user_pool_name: Name}"
CLIENTS = "UserPoolClients[].{client_id: ClientId, app_client_name: ClientName}"


def all_pages(client: Any, operation: str, search: str, **which: Any) -> list[dict[str, str]]:
    pages = client.get_paginator(operation).paginate(**which, MaxResults=60)
    return list(pages.search(search))


def find_oidc_url(client: Any, pool: dict[str, Any]) -> tuple[str, str, str]:
    """Return the user pool's issuer, where it is from, and the issuer type.

    It is from the discovery document if that can be read.
    """
    issuer_type = pool.get("IssuerConfiguration", {}).get("Type", "ORIGINAL")
    host = "//issuer-cognito-idp." if issuer_type == "UPDATED" else "//cognito-idp."
    endpoint = re.sub(r"//([\w-]+\.)?cognito-idp(-fips)?\.", host, client.meta.endpoint_url)
    # The issuer is on neither a VPC endpoint nor a dual-stack one.
    endpoint = endpoint.replace(".vpce.", ".").replace(".api.aws", ".amazonaws.com")
    endpoint = endpoint.replace(".api.amazonwebservices.eu", ".amazonaws.eu")
    oidc_url = f"{endpoint}/{pool['Id']}"
    document = f"{oidc_url}/.well-known/openid-configuration"
    try:
        with urllib.request.urlopen(document, timeout=5) as answer:  # noqa: S310 - AWS's endpoint
            issuer = json.load(answer)["issuer"]
        if re.fullmatch(rf"https?://[\w.:-]+/{pool['Id']}", issuer):  # not what a proxy answers
            return issuer, "discovery document", issuer_type
        raise ValueError("not an issuer of this user pool")
    except (OSError, HTTPException, ValueError, KeyError, TypeError):
        check = "open it and check that its issuer is the oidc_url below"
        say(f"warning: {document} could not be read; {check}")
    return oidc_url, "issuer type", issuer_type


def run(args: argparse.Namespace) -> None:
    client = connect(args.region, args.user_pool_id)
    pools = all_pages(client, "list_user_pools", POOLS)
    pool_id = args.user_pool_id or (pools[0]["user_pool_id"] if len(pools) == 1 else None)
    which = {"UserPoolId": pool_id}
    pool = client.describe_user_pool(**which)["UserPool"] if pool_id else {}
    clients = all_pages(client, "list_user_pool_clients", CLIENTS, **which) if pool else []
    client_id = args.client_id or (clients[0]["client_id"] if len(clients) == 1 else None)
    app_client = {}
    if pool and client_id:
        which["ClientId"] = client_id
        app_client = client.describe_user_pool_client(**which)["UserPoolClient"]
    oidc_url, source, issuer_type = find_oidc_url(client, pool) if pool else (None, None, None)
    result = {
        "region": client.meta.region_name,
        "user_pool_id": pool.get("Id"),
        "client_id": app_client.get("ClientId"),
        "oidc_url": oidc_url,
        "oidc_url_source": source,
        "issuer_type": issuer_type,
        "domain_prefix": pool.get("Domain"),
        "login_domain": pool.get("CustomDomain"),
        "callback_urls": app_client.get("CallbackURLs", []),
        "sign_out_urls": app_client.get("LogoutURLs", []),
        "user_pools": pools,
        "app_clients": clients,
    }
    show(result)  # also the lists, from which to choose
    if not pool:
        fix = "check the Region and the AWS account, or create a user pool"
        refuse(pools, f"user pools in {result['region']}", "--user-pool-id", fix)
    if not app_client:
        what = f"app clients in the user pool {pool['Name']}"
        refuse(clients, what, "--client-id", "create one")
    say(f"Found the app client {app_client['ClientName']} of {pool['Name']}.")


def refuse(choices: list[Any], what: str, option: str, fix: str) -> None:
    """Stop, because there is nothing to choose, or a choice to make."""
    if choices:
        raise RefusalError(f"there are {len(choices)} {what}; choose one with {option}")
    raise RefusalError(f"there are no {what}; {fix}")


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--region", help="default: the profile's Region, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-id", help="user pool ID; required if there are several pools")
    parser.add_argument("--client-id", help="client ID; required if there are several app clients")
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
