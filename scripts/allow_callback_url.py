#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Allow the application's callback URL and sign-out URL on an app client.

Cognito compares a callback URL letter by letter: give it exactly as the application sends it,
with the slash at its end if it has one. Cognito also resets what an update leaves out. So this
script reads the app client, adds the URLs, writes everything back and compares.

It leaves behind the URLs on the app client, without the one of --remove-callback-url, and
changes nothing else. A second run finds them.

    python allow_callback_url.py --dry-run --region <Region> --user-pool-id <user pool ID> \\
        --client-id <client ID> --callback-url <callback URL>
    python allow_callback_url.py --region <Region> --user-pool-id <user pool ID> \\
        --client-id <client ID> --callback-url <callback URL> --sign-out-url <sign-out URL>

It prints one JSON object: changed, dry_run, region, user_pool_id, client_id, callback_url,
sign_out_url, callback_urls and sign_out_urls (all that are allowed) and, after a dry run, steps:
the calls that it would make.
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
def find(client: Any, pool_id: str, client_id: str) -> dict[str, Any]:
    """Return the app client's settings, in the words of UpdateUserPoolClient."""
    found = client.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)
    update = client.meta.service_model.operation_model("UpdateUserPoolClient")
    known = update.input_shape.members
    # Not the dates and the secret, nor an empty string: no setting can be one.
    return {k: v for k, v in found["UserPoolClient"].items() if k in known and v != ""}


def check_answer(http_response: Any, parsed: dict[str, Any], **_: Any) -> None:
    """Refuse an app client with settings that this boto3 drops: the update would reset them."""
    if "UserPoolClient" in parsed and (names := dropped(json.loads(http_response.content), parsed)):
        remedy = "run python3 -m pip install --upgrade boto3, or use uv run --upgrade"
        which = f"{', '.join(names)} of the app client"
        raise RefusalError(f"botocore {botocore.__version__} does not know {which}; {remedy}")


def dropped(sent: Any, kept: Any) -> list[str]:
    """Return the names of the members that are not kept."""
    if not isinstance(sent, dict):
        return []
    lost = [name for name in sent if name not in kept and sent[name] is not None]
    return lost + [n for name in sent if name in kept for n in dropped(sent[name], kept[name])]


# --8<-- [end:find]
# --8<-- [start:plan]
def plan(given: argparse.Namespace, found: dict[str, Any]) -> list[Step]:
    """Return the one update, with every setting that the app client has."""
    settings, changes = dict(found), []
    for name, url in ("CallbackURLs", given.callback_url), ("LogoutURLs", given.sign_out_url):
        if url and url not in found.get(name, []):
            settings[name] = [*found.get(name, []), url]
            changes.append(f"added {url} to {name}")
    old = given.remove_callback_url
    if old in settings.get("CallbackURLs", []):
        settings["CallbackURLs"] = [url for url in settings["CallbackURLs"] if url != old]
        changes.append(f"removed {old} from CallbackURLs")
    done = f"{' and '.join(changes)} in {found.get('ClientName')}"
    return [Step(done, "UpdateUserPoolClient", settings)] if changes else []


# --8<-- [end:plan]
# --8<-- [start:apply]
def apply(client: Any, steps: list[Step]) -> None:
    for step in steps:
        getattr(client, xform_name(step.operation))(**step.parameters)
        say(f"{step.done[0].upper()}{step.done[1:]}.")


def compare(wanted: dict[str, Any], found: dict[str, Any]) -> None:
    """Refuse to call it done where Cognito kept something else than was sent."""
    names = sorted(wanted.keys() | found.keys())
    differs = [name for name in names if plain(wanted.get(name)) != plain(found.get(name))]
    if differs:
        which = ", ".join(f"{n} is {found.get(n)!r}, not {wanted.get(n)!r}" for n in differs)
        raise RefusalError(f"{found['ClientId']} is not as it was sent: {which}; set it again")


def plain(setting: Any) -> Any:
    """Return a setting without the order of a list. An empty one is none."""
    return sorted(setting) or None if isinstance(setting, list) else setting


# --8<-- [end:apply]
def allow(given: argparse.Namespace) -> dict[str, Any]:
    check_url("--callback-url", given.callback_url)
    check_url("--sign-out-url", given.sign_out_url)
    client = connect(given.region)
    answered = "after-call.cognito-idp.DescribeUserPoolClient"
    client.meta.events.register(answered, check_answer)
    found = find(client, given.user_pool_id, given.client_id)
    steps = plan(given, found)
    if steps and not given.dry_run:
        apply(client, steps)
        found = find(client, given.user_pool_id, given.client_id)
        compare(steps[0].parameters, found)
    if not steps:
        say("Found the URLs allowed already.")
    return {
        "changed": bool(steps) and not given.dry_run,
        "dry_run": given.dry_run,
        "region": client.meta.region_name,
        "user_pool_id": given.user_pool_id,
        "client_id": given.client_id,
        "callback_url": given.callback_url,
        "sign_out_url": given.sign_out_url,
        "callback_urls": found.get("CallbackURLs", []),
        "sign_out_urls": found.get("LogoutURLs", []),
        "steps": show(steps) if given.dry_run else [],
    }


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--region", help="default: the profile's, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-id", required=True)
    parser.add_argument("--client-id", required=True, help="of the app client")
    parser.add_argument("--callback-url", help="where Cognito sends a user who signed in")
    parser.add_argument("--sign-out-url", help="where Cognito sends a user who signed out")
    parser.add_argument("--remove-callback-url", help="one that --callback-url replaces")
    parser.add_argument("--dry-run", action="store_true", help="read, say the steps, write nothing")
    given = parser.parse_args(argv)
    if given.callback_url is None and given.sign_out_url is None:
        parser.error("give --callback-url, --sign-out-url or both")
    if given.remove_callback_url and given.remove_callback_url == given.callback_url:
        parser.error("give --remove-callback-url another URL than --callback-url")
    return given


def main(argv: list[str] | None = None) -> int:
    given = parse_args(argv)
    try:
        result = allow(given)
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


WEB_URL = r"(https://[\w.-]+|http://(localhost|127\.0\.0\.1|\[::1\]))(:[1-9]\d*)?([/?][!-~]*)?"
APP_URL = r"(?!https?:)[a-z][a-z0-9+.-]*:[!-~]+"  # of an application on a phone or a desktop


def check_url(flag: str, url: str | None) -> None:
    """Refuse a callback URL or sign-out URL that Cognito would refuse, or never match."""
    if url is None:
        return
    if not re.fullmatch(f"(?i){WEB_URL}|{APP_URL}", url) or len(url) > 1024 or set(url) & set("*#"):
        rule = "a whole https URL, or http on localhost, without spaces, * and #"
        raise RefusalError(f"{flag}: found {url!r}; give {rule}")


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
