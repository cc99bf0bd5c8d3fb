#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Create a user with the attributes that the application reads, or update one.

Without a password, Cognito invites the user by email, with a temporary password that is valid for
7 days. With --ask-password or --password-stdin, the user gets that password and no email. The
script sets email, name and preferred_username, because Cognito asks only invited users for
missing attributes. If you run it again, it finds the user and changes nothing, except that a user
who has not signed in yet gets the password that you enter. With --update, an existing user gets
the attributes that differ, and the password if you enter one; with --resend, a new invitation.

    python create_user.py --username ada --email ada@example.com --name "Ada Lovelace" \\
        --region <Region> --user-pool-id <user pool ID>
    python create_user.py --username ada --email ada@example.com --name "Ada Lovelace" \\
        --update --ask-password --region <Region> --user-pool-id <user pool ID>

It prints one JSON object: created, updated, dry_run, region, user_pool_id, username, email, name,
preferred_username, password_set, invited and, after a dry run, steps: the planned calls.
"""

import argparse
import getpass
import json
import re
import sys
import warnings
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
def find(client: Any, args: argparse.Namespace) -> dict[str, Any]:
    """Return the user, or an empty dictionary; also change the names in `args` to the stored form.

    Unlike AdminGetUser, ListUsers does not make the user billable.
    """
    pool = client.describe_user_pool(UserPoolId=args.user_pool_id)["UserPool"]
    args.preferred_username = args.preferred_username or args.username
    if not pool.get("UsernameConfiguration", {}).get("CaseSensitive", True):
        # Cognito stores these in lower case, and ListUsers finds only the stored form.
        for name in ("username", "email", "preferred_username"):
            setattr(args, name, getattr(args, name).lower())
    is_alias = "preferred_username" in pool.get("AliasAttributes", [])
    if is_alias and args.preferred_username == args.username:
        rule = "preferred_username is an alias, so it must differ from the username"
        raise RefusalError(f"in {pool['Id']}, {rule}; choose another --preferred-username")
    # If people sign in with an email address or a phone number, Cognito generates the username.
    attribute = "username"
    if pool.get("UsernameAttributes"):
        attribute = "email" if "@" in args.username else "phone_number"
        if attribute == "email" and args.email != args.username:
            rule = f"in {pool['Id']}, people sign in with their email address"
            raise RefusalError(f"{rule}; use the same value for --username and --email")
    which = {"UserPoolId": pool["Id"], "Filter": f'{attribute} = "{args.username}"'}
    users = client.list_users(**which)["Users"]
    return users[0] if users else {}


# --8<-- [start:plan]
def plan(args: argparse.Namespace, existing: dict[str, Any]) -> list[Step]:
    """Return the calls, and stop if the user exists and differs in what may not be changed."""
    user, status = args.username, existing.get("UserStatus")
    expected = {
        "email": args.email,
        "email_verified": "true",
        "name": args.name,
        "preferred_username": args.preferred_username,
    }
    has = {one["Name"]: one.get("Value") for one in existing.get("Attributes", [])}
    changes = {name: value for name, value in expected.items() if has.get(name) != value}
    if existing and changes and not args.update:
        differences = "; ".join(f"{k} is {has.get(k)!r}, not {v!r}" for k, v in changes.items())
        fix = "add --update, or choose another --username"
        message = f"the user {user} exists with other attributes"
        raise RefusalError(f"{message}: {differences}; {fix}")
    has_own_password = status not in (None, "FORCE_CHANGE_PASSWORD")
    enters_password = args.ask_password or args.password_stdin
    if args.resend and has_own_password:
        fix = "set a password with --update --ask-password"
        raise RefusalError(f"{user} has set a password and cannot be invited again; {fix}")
    if "email" in changes:  # a new address is not verified, unless the same call says so
        changes["email_verified"] = "true"
    which = {"UserPoolId": args.user_pool_id, "Username": user}
    attributes = {"UserAttributes": [{"Name": k, "Value": v} for k, v in changes.items()]}
    # Without DesiredDeliveryMediums, Cognito would send the invitation by SMS.
    email = {"DesiredDeliveryMediums": ["EMAIL"]}
    how = {"MessageAction": "SUPPRESS"} if enters_password else email
    resend = {**email, "MessageAction": "RESEND"}
    password = {"Password": "<password>", "Permanent": True}
    sets_password = enters_password and (args.update or not has_own_password)
    create = f"create the user {user}{'' if enters_password else ' and send an email'}"
    update = f"set {' and '.join(changes)} of {user}"
    again = f"invite the user {user} again"
    set_password = f"set the password of {user}"
    steps = [
        (not existing, Step(create, "AdminCreateUser", which | attributes | how)),
        (existing and changes, Step(update, "AdminUpdateUserAttributes", which | attributes)),
        (existing and args.resend, Step(again, "AdminCreateUser", which | resend)),
        (sets_password, Step(set_password, "AdminSetUserPassword", which | password)),
    ]
    return [step for is_needed, step in steps if is_needed]


# --8<-- [end:plan]
def apply(client: Any, args: argparse.Namespace, steps: list[Step]) -> None:
    """Ask for the password, if one is set, then make the calls."""
    secret = {}
    if any("Password" in step.parameters for step in steps):
        secret = {"Password": read_password(args.password_stdin)}
    for step in steps:
        try:
            step.apply(client, **(secret if "Password" in step.parameters else {}))
        except ClientError as error:  # whose text may repeat what was sent
            if secret:
                error.args = (str(error).replace(secret["Password"], "<password>"),)
            raise


def read_password(from_stdin: bool) -> str:
    """Return the password. It is not an option, which would be in the shell's history."""
    warnings.simplefilter("error", getpass.GetPassWarning)  # it would be shown on the screen
    try:
        if from_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
            password.encode()  # a UnicodeError if what was piped in is not text
        else:
            password = getpass.getpass("Password: ")
            if password and password != getpass.getpass("Again: "):
                raise RefusalError("the two passwords differ; run the script again")
    except (AttributeError, EOFError, OSError, UnicodeError, getpass.GetPassWarning):
        password = ""  # nobody can type it: there is no terminal, or no standard input
    if not password:
        fix = "type it, or pipe it in with --password-stdin"
        raise RefusalError(
            f"the password is empty, or is not text in your locale's encoding; {fix}"
        )
    return password


def run(args: argparse.Namespace) -> None:
    for name, value in vars(args).items():
        if isinstance(value, str) and (not value.strip() or re.search(r"[\ud800-\udfff]", value)):
            raise RefusalError(f"--{name.replace('_', '-')} is empty, or not text in UTF-8")
    if re.search(r'["\\\s]', args.username):
        rule = "without spaces, double quotes or backslashes"  # ListUsers could not find it
        raise RefusalError(f"--username is {args.username!r}; it must be {rule}")
    client = connect(args.region, args.user_pool_id)
    existing = find(client, args)
    steps = plan(args, existing)
    if existing.get("Enabled") is False:
        say(f"warning: the user {args.username} is disabled; enable the user in the console")
    if not steps:
        say(f"The user {args.username} already exists with these attributes.")
        if args.ask_password or args.password_stdin:
            say("The user has a password, which was not changed; to replace it, add --update.")
    if not args.dry_run:
        apply(client, args, steps)
    operations = [] if args.dry_run else [step.operation for step in steps]
    password_set = "AdminSetUserPassword" in operations
    result = {
        "created": not existing and "AdminCreateUser" in operations,
        "updated": "AdminUpdateUserAttributes" in operations,
        "dry_run": args.dry_run,
        "region": client.meta.region_name,
        "user_pool_id": args.user_pool_id,
        "username": args.username,
        "email": args.email,
        "name": args.name,
        "preferred_username": args.preferred_username,
        "password_set": password_set,
        "invited": "AdminCreateUser" in operations and not password_set,
        "steps": [step._asdict() for step in steps] if args.dry_run else [],
    }
    show(result)


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--region", help="default: the profile's Region, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-id", required=True, help="required: ID of the user pool")
    parser.add_argument("--username", required=True, help="name that the user signs in with")
    parser.add_argument("--email", required=True, help="email address, marked as verified")
    parser.add_argument("--name", required=True, help="full name, which the application shows")
    parser.add_argument("--preferred-username", help="name in the application; default: --username")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--ask-password", action="store_true", help="ask for a password; no email")
    how.add_argument("--password-stdin", action="store_true", help="read a password from stdin")
    resend = "invite an existing user again, with a new temporary password"
    how.add_argument("--resend", action="store_true", help=resend)
    update = "update an existing user: attributes that differ, and the password if you give one"
    parser.add_argument("--update", action="store_true", help=update)
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
