#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Delete a user pool with its domains, its app clients and all its users.

Deleted users cannot be restored, so the script asks for the name of the user pool before it deletes
anything. If you enter the name with --confirm-name, the script does not ask. If the user pool is
protected against deletion, the script stops, unless you add --disable-deletion-protection.

    python delete_user_pool.py --dry-run --region <Region> --user-pool-id <user pool ID>
    python delete_user_pool.py --region <Region> --user-pool-id <user pool ID>
    python delete_user_pool.py --confirm-name <name> --disable-deletion-protection \\
        --region <Region> --user-pool-id <user pool ID>

It prints one JSON object: deleted, dry_run, region, user_pool_id, user_pool_name, domains,
estimated_users and, after a dry run, steps: the planned calls.
"""

import argparse
import json
import re
import sys
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
def plan(client: Any, args: argparse.Namespace, pool: dict[str, Any]) -> list[Step]:
    """Return the calls: first the protection, then the domains, then the user pool."""
    steps = []
    which = {"UserPoolId": pool["Id"]}
    if pool.get("DeletionProtection") == "ACTIVE":
        if not args.disable_deletion_protection:
            fix = "add --disable-deletion-protection"
            raise RefusalError(f"{pool['Id']} is protected against deletion; {fix}")
        action = f"disable the deletion protection of {pool['Name']}"
        settings = {**whole_update(client, pool), "DeletionProtection": "INACTIVE"}
        steps.append(Step(action, "UpdateUserPool", settings))
    for domain in domains(pool):
        action = f"delete the domain {domain}"
        steps.append(Step(action, "DeleteUserPoolDomain", {"Domain": domain, **which}))
    return [*steps, Step(f"delete the user pool {pool['Name']}", "DeleteUserPool", which)]


def domains(pool: dict[str, Any]) -> list[str]:
    return [pool[kind] for kind in ("Domain", "CustomDomain") if pool.get(kind)]


def whole_update(client: Any, pool: dict[str, Any]) -> dict[str, Any]:
    """Return all settings, because UpdateUserPool resets every setting that a call omits."""
    update = client.meta.service_model.operation_model("UpdateUserPool").input_shape.members
    settings = {name: value for name, value in pool.items() if name in update and value != ""}
    # Cognito returns this setting but does not accept it: it is part of the password policy.
    create_user = dict(settings.get("AdminCreateUserConfig", {}))
    create_user.pop("UnusedAccountValidityDays", None)
    names = {"UserPoolId": pool["Id"], "PoolName": pool["Name"]}
    return {**settings, "AdminCreateUserConfig": create_user, **names}


def confirm(pool: dict[str, Any], name: str | None) -> None:
    """Stop, unless the user pool has this name; without a name, ask for it."""
    what = f"{pool['Id']} with about {pool.get('EstimatedNumberOfUsers', 0)} users"
    if name is None:
        ask = "To confirm, type the name of the user pool (not its ID):"
        say(f"This deletes the user pool {what}. {ask}")
        name = sys.stdin.readline().strip() if sys.stdin else ""
    if name != pool["Name"]:
        fix = "type its name, or give the name with --confirm-name"
        rest = f"nothing was deleted. To delete the user pool and its users, {fix}"
        raise RefusalError(f"{name!r} is not the name of the user pool {what}; {rest}")


def run(args: argparse.Namespace) -> None:
    client = connect(args.region, args.user_pool_id)
    try:
        pool = client.describe_user_pool(UserPoolId=args.user_pool_id)["UserPool"]
    except client.exceptions.ResourceNotFoundException:
        pool = {}
        say(f"Nothing to delete: there is no user pool {args.user_pool_id}. Check the ID.")
    steps = plan(client, args, pool) if pool else []
    if steps and not args.dry_run:
        confirm(pool, args.confirm_name)
        for step in steps:
            step.apply(client)
    result = {
        "deleted": bool(steps) and not args.dry_run,
        "dry_run": args.dry_run,
        "region": client.meta.region_name,
        "user_pool_id": args.user_pool_id,
        "user_pool_name": pool.get("Name"),
        "domains": domains(pool),
        "estimated_users": pool.get("EstimatedNumberOfUsers"),
        "steps": [step._asdict() for step in steps] if args.dry_run else [],
    }
    show(result)


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--region", help="default: the profile's Region, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-id", required=True, help="ID, because names are not unique")
    parser.add_argument(
        "--confirm-name", help="name of the user pool; without this option, the script asks for it"
    )
    parser.add_argument(
        "--disable-deletion-protection",
        action="store_true",
        help="turn off deletion protection first",
    )
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
