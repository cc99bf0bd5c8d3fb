#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Allow the application's callback URL and sign-out URL on an app client.

Cognito compares callback URLs exactly: enter the URL as the application sends it, including a
final slash. Cognito also resets every setting that an update omits, so this script reads the app
client, adds the URLs, writes all settings back, then reads them again and compares. If you run it
again, it changes nothing. With --remove-callback-url, it also removes a URL. If the URL of an API
Gateway stage has no slash at the end, the script asks you to confirm it by typing it once more;
otherwise it stops.

    python allow_callback_url.py --dry-run --region <Region> --user-pool-id <user pool ID> \\
        --client-id <client ID> --callback-url <callback URL>
    python allow_callback_url.py --region <Region> --user-pool-id <user pool ID> \\
        --client-id <client ID> --callback-url <callback URL> --sign-out-url <sign-out URL>

It prints one JSON object: changed, dry_run, region, user_pool_id, client_id, callback_urls and
sign_out_urls (all allowed URLs) and, after a dry run, steps: the planned calls.
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
def find(client: Any, pool_id: str, client_id: str) -> dict[str, Any]:
    """Return the app client's settings that UpdateUserPoolClient accepts."""
    answer = client.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)
    update = client.meta.service_model.operation_model("UpdateUserPoolClient").input_shape.members
    return {k: v for k, v in answer["UserPoolClient"].items() if k in update and v != ""}


def check_answer(http_response: Any, parsed: dict[str, Any], **_: Any) -> None:
    """Stop if this boto3 drops a setting of the app client, because the update would reset it."""
    names = losses(json.loads(http_response.content), parsed) if "UserPoolClient" in parsed else []
    if names:
        fix = "run python3 -m pip install --upgrade boto3, or use uv run --upgrade"
        message = f"botocore {botocore.__version__} does not know {', '.join(names)}"
        raise RefusalError(f"{message} of the app client, so the update would reset it; {fix}")


def losses(content: Any, answer: Any) -> list[str]:
    """Return the names that are in `content`, or in settings within it, but not in `answer`."""
    if not isinstance(content, dict):
        return []
    names = [name for name in content if name not in answer and content[name] is not None]
    pairs = [(content[name], answer[name]) for name in content if name in answer]
    return names + [name for pair in pairs for name in losses(*pair)]


# --8<-- [start:plan]
def plan(args: argparse.Namespace, existing: dict[str, Any]) -> list[Step]:
    """Return the update, with every setting that the app client has."""
    settings, changes = dict(existing), []
    if not existing.get("AllowedOAuthFlowsUserPoolClient"):
        fix = "enable grants and scopes under App clients, Login pages"
        raise RefusalError(f"the OAuth features of {existing.get('ClientName')} are off; {fix}")
    for name, url in ("CallbackURLs", args.callback_url), ("LogoutURLs", args.sign_out_url):
        if url and url not in existing.get(name, []):
            settings[name] = [*existing.get(name, []), url]
            changes.append(f"add {url} to {name}")
    old = args.remove_callback_url
    if old in settings.get("CallbackURLs", []):
        if old == settings.get("DefaultRedirectURI"):
            fix = "set another default redirect URI in the console first"
            raise RefusalError(f"{old} is also the default redirect URI of the app client; {fix}")
        settings["CallbackURLs"] = [url for url in settings["CallbackURLs"] if url != old]
        changes.append(f"remove {old} from CallbackURLs")
    action = f"{' and '.join(changes)} in {existing.get('ClientName')}"
    return [Step(action, "UpdateUserPoolClient", settings)] if changes else []


# --8<-- [end:plan]
def compare(parameters: dict[str, Any], settings: dict[str, Any]) -> None:
    """Stop if Cognito stored other settings than it was sent; report what it added by itself."""
    before, after = comparable(parameters), comparable(settings)
    for name in sorted(after.keys() - before.keys()):
        say(f"note: Cognito added {name}, which is {settings[name]!r}")
    names = [name for name in sorted(before) if before[name] != after.get(name)]
    if names:
        which = ", ".join(f"{n} is {settings.get(n)!r}, not {parameters[n]!r}" for n in names)
        raise RefusalError(f"stored settings differ from those sent: {which}; run the script again")


def comparable(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that are not empty, with each list in one order."""
    lists_in_order = {n: sorted(v) if isinstance(v, list) else v for n, v in settings.items()}
    return {name: value for name, value in lists_in_order.items() if value not in ([], {})}


def run(args: argparse.Namespace) -> None:
    check_url("--callback-url", args.callback_url)
    check_url("--sign-out-url", args.sign_out_url)
    client = connect(args.region, args.user_pool_id)
    client.meta.events.register("after-call.cognito-idp.DescribeUserPoolClient", check_answer)
    settings = find(client, args.user_pool_id, args.client_id)
    steps = plan(args, settings)
    old = args.remove_callback_url
    if old is not None and old not in settings.get("CallbackURLs", []):
        say(f"Nothing to remove: {old} is not a callback URL.")
    if not steps:
        say("The URLs are already allowed.")
    elif not args.dry_run:
        urls = {"CallbackURLs": args.callback_url, "LogoutURLs": args.sign_out_url}
        new_urls = [url for name, url in urls.items() if url not in settings.get(name, [])]
        for url in dict.fromkeys(new_urls):
            confirm_stage(url)
        if find(client, args.user_pool_id, args.client_id) != settings:
            message = "somebody else changed the app client meanwhile, so the script did not"
            raise RefusalError(f"{message}; run the script again")
        for step in steps:
            step.apply(client)
            settings = find(client, args.user_pool_id, args.client_id)
            compare(step.parameters, settings)
    result = {
        "changed": bool(steps) and not args.dry_run,
        "dry_run": args.dry_run,
        "region": client.meta.region_name,
        "user_pool_id": args.user_pool_id,
        "client_id": args.client_id,
        "callback_urls": settings.get("CallbackURLs", []),
        "sign_out_urls": settings.get("LogoutURLs", []),
        "steps": [step._asdict() for step in steps] if args.dry_run else [],
    }
    show(result)


LABEL = "[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
WEB_URL = (
    rf"(https://{LABEL}([.]{LABEL})*|http://(localhost|127[.]0[.]0[.]1|\[::1\]))"
    r"(:(?P<port>[1-9][0-9]{0,4}))?([/?][!-~]*)?"
)
NO_APP = (  # schemes of browsers and of slips
    "h[tp]+s*|javascript|vbscript|data|file|filesystem|ftp|mailto|blob|about|view-source|wss?|chrome"
)
# A URL of an installed application; `localhost:3000` is a web URL without its beginning.
APP_URL = rf"(?!({NO_APP}):)[a-z][a-z0-9+.-]*:(?!\d)[!-~]+"


def check_url(option: str, url: str | None) -> None:
    """Stop if Cognito would refuse the URL, or no browser would send it in this form."""
    if url is None:
        return
    match = re.fullmatch(f"{WEB_URL}|{APP_URL}", url)
    if not match or int(match["port"] or 1) > 65535 or len(url) > 1024 or re.search("[*#]", url):
        rule = "a complete https URL with a lowercase host, or http on localhost"
        raise RefusalError(f"{option} is {url!r}; it must be {rule}, without spaces, * or #")


def confirm_stage(url: str | None) -> None:
    """If the URL is that of a stage without its slash, stop unless the person types it again."""
    if url and re.fullmatch(r"https://[^/]+[.]execute-api[.][^/]+/[^/?]+", url):
        usual = "URLs of API Gateway usually have one. To keep it without a slash, type it again:"
        say(f"{url} has no slash at the end. {usual}")
        if not sys.stdin or sys.stdin.readline().strip() != url:
            raise RefusalError(f"{url} was not typed again, so nothing was changed; use {url}/")


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--region", help="default: the profile's Region, or AWS_DEFAULT_REGION")
    parser.add_argument("--user-pool-id", required=True, help="required: ID of the user pool")
    parser.add_argument("--client-id", required=True, help="client ID of the app client")
    parser.add_argument("--callback-url", help="URL to which Cognito returns people who signed in")
    parser.add_argument("--sign-out-url", help="URL to which Cognito returns people who signed out")
    parser.add_argument("--remove-callback-url", help="callback URL to remove")
    dry_run = "print the planned steps without changing anything"
    parser.add_argument("--dry-run", action="store_true", help=dry_run)
    args = parser.parse_args(argv)
    if args.callback_url is None and args.sign_out_url is None:
        parser.error("--callback-url or --sign-out-url is required")
    if args.remove_callback_url and args.remove_callback_url == args.callback_url:
        parser.error("--callback-url and --remove-callback-url must differ")
    return args


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
