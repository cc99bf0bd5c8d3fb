#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["boto3>=1.44.3"]
# ///
"""Find out why people cannot sign in, and print the commands that fix it.

The script follows a sign-in from the application's own settings to the sign-out. For each check it
prints that it is fine, or what is wrong and the command that fixes it, or why it could not be
checked. Without AWS credentials, it checks what is public; with them, it also reads the user pool.
It only reads, and makes no user billable.

    python diagnose_sign_in.py --oidc-url <OIDC URL> --client-id <client ID> \\
        --callback-url <callback URL> --application-url <application URL> --username <username>
    python diagnose_sign_in.py --constants lib/constants.ts --callback-url <callback URL> --json

With --json, it prints one JSON object: region, user_pool_id, client_id, oidc_url, callback_url and
checks: check (its ID on the page Troubleshooting), about, status (fine, wrong, unknown or skipped),
found, expected, fix (commands), then (what else to do) and reason (why it is unknown or skipped).
The exit code is 0 only if no check is wrong or unknown.
"""

import argparse
import difflib
import hashlib
import json
import re
import shlex
import sys
import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

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

SCOPES = ["openid", "email", "profile"]
ATTRIBUTES = ["email", "email_verified", "name", "preferred_username"]
ISSUER = re.compile(
    r"(?P<start>https://(issuer-)?cognito-idp)\.[\w-]+\.(?P<end>[\w.]+)/"
    r"(?P<pool_id>(?P<region>[\w-]+)_[0-9A-Za-z]+)/*"
)
LOGIN_DOMAINS = {  # by partition
    "aws": "auth.{}.amazoncognito.com",
    "aws-us-gov": "auth-fips.{}.amazoncognito.com",
    "aws-eusc": "auth.cognito-idp.{}.on.amazonwebservices.eu",
}
REFUSALS = {  # the words with which Cognito refuses to show the login page; others: wrong-client
    "redirect-mismatch": "redirect_mismatch",
    "unauthorized-client": "unauthorized_client|not enabled for OAuth",
    "invalid-scope": "invalid_scope",
    "waf": "WAF|Forbidden",
}
REMOVE_CONSTANT = {  # by the suffix of the file
    ".ts": """sed -i.bak "s|^export const {name}.*|export const {name} = '';|" {file}""",
    ".json": "python3 -c 'import json, sys; from pathlib import Path; f = Path(sys.argv[1]); "
    "d = json.loads(f.read_text()); del d[sys.argv[2]]; f.write_text(json.dumps(d, indent=2))' "
    "{file} {name}",
}
DEPLOY = "Build and deploy the application again."


class UnknownError(Exception):
    """A reason why something could not be checked."""


class UnreachableError(UnknownError):
    """A host does not answer."""


class MissingError(UnknownError):
    """AWS answers that something does not exist."""


class Finding(NamedTuple):
    found: str
    expected: str
    fix: list[str] = []  # noqa: RUF012 - of a tuple; commands for bash
    then: str = ""  # what else to do, for which there is no command


class StayHandler(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Stay, to see where the redirect leads."""


def once(read: Callable[["Case"], Any]) -> Any:
    """Read something when a check first needs it, and keep it, or the reason why it is unknown."""

    def get(case: "Case") -> Any:
        if read not in case.seen:
            try:
                case.seen[read] = read(case)
            except UnknownError as error:
                case.seen[read] = error
        if isinstance(case.seen[read], UnknownError):
            raise case.seen[read]
        return case.seen[read]

    return property(get)


# --8<-- [start:find]
class Case:
    """What the checks look at. Each property is read once."""

    def __init__(self, args: argparse.Namespace, client: Any, issuer: re.Match[str]) -> None:
        self.args, self.client, self.seen = args, client, dict[Any, Any]()
        self.region, self.pool_id = client.meta.region_name, issuer["pool_id"]
        self.oidc_url = f"{issuer['start']}.{issuer['region']}.{issuer['end']}/{self.pool_id}"
        self.which = {"UserPoolId": self.pool_id}

    def known(self, name: str) -> Any:
        """Return a property, or None if it is unknown."""
        try:
            return getattr(self, name)
        except UnknownError:
            return None

    def get(self, url: str, **form: str) -> tuple[int, str, str]:
        """Return the status, the redirect's URL and the text of an answer."""
        if not re.match(r"https://|http://(localhost|127\.0\.0\.1)[:/]", url):
            raise UnknownError(f"{url!r} is not an https URL")
        opener = urllib.request.build_opener(StayHandler)
        try:
            answer: Any = opener.open(url, urlencode(form).encode() or None, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        except (OSError, HTTPException, ValueError) as error:
            raise UnreachableError(f"{urlsplit(url).netloc} cannot be reached: {error}") from None
        with answer:
            text = answer.read(1_000_000).decode(errors="replace")
            location = answer.headers["Location"]
            return answer.status, urljoin(url, location) if location else "", text

    def get_json(self, url: str) -> Any:
        """Return a JSON document, or an empty dictionary if there is none."""
        status, _, text = self.get(url)
        try:
            return json.loads(re.sub(r"^window\.env\s*=|;\s*$", "", text)) if status == 200 else {}
        except ValueError:
            raise UnknownError(f"{url} is not what it should be") from None

    def call(self, operation: str, **parameters: Any) -> Any:
        return self.attempt(lambda: getattr(self.client, operation)(**parameters))

    def every(self, operation: str, search: str, **parameters: Any) -> Any:
        pages = self.client.get_paginator(operation).paginate(MaxResults=60, **parameters)
        return self.attempt(lambda: [*pages.search(search)])

    def attempt(self, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except self.client.exceptions.ResourceNotFoundException as error:
            raise MissingError(explain(error)) from None
        except (ClientError, BotoCoreError) as error:
            action = re.search(r"perform: (\S+)", str(error))
            reason = f"your credentials do not allow {action[1]}" if action else explain(error)
            raise UnknownError(reason) from None

    @once
    def deployed(self) -> Any:
        """What the application says itself, in its env.js."""
        found = self.get_json(f"{self.args.application_url}env.js")
        if not isinstance(found, dict) or "OIDC_URL" not in found:
            raise UnknownError(f"{self.args.application_url}env.js contains no OIDC_URL")
        return found

    @once
    def callback_url(self) -> Any:
        """The URL that the application sends."""
        deployed = self.known("deployed") if self.args.application_url else None
        return (deployed or {}).get("OIDC_REDIRECT_URI") or self.args.callback_url

    @once
    def document(self) -> Any:
        return self.get_json(f"{self.oidc_url}/.well-known/openid-configuration")

    def page(self, path: str, **parameters: str) -> tuple[int, str, str]:
        """Return the answer of the login pages."""
        if "authorization_endpoint" not in self.document:
            raise UnknownError("the discovery document names no login pages")
        url = urljoin(self.document["authorization_endpoint"], path)
        return self.get(f"{url}?{urlencode(parameters)}")

    def ask(self, path: str) -> tuple[int, str, str]:
        """Return the answer to the application's request for the login page."""
        return self.page(
            path,
            response_type="code",
            client_id=self.args.client_id,
            redirect_uri=self.callback_url,
            scope=" ".join(SCOPES),
            state="diagnose",
            code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            code_challenge_method="S256",
        )

    @once
    def refusal(self) -> Any:
        """The name of the check that Cognito's refusal points to, or nothing if there is none."""
        status, url, text = self.ask("/oauth2/authorize")
        if status == 200 or urlsplit(url).path.endswith("/login"):
            return ""
        words = urlsplit(url).query.replace("+", " ") or text
        found = [name for name, pattern in REFUSALS.items() if re.search(pattern, words)]
        return [*found, "wrong-client"][0]

    @once
    def login_status(self) -> Any:
        return None if self.refusal else self.ask("/login")[0]

    @once
    def pool(self) -> Any:
        return self.call("describe_user_pool", **self.which)["UserPool"]

    @once
    def app_client(self) -> Any:
        which = {**self.which, "ClientId": self.args.client_id}
        return self.call("describe_user_pool_client", **which)["UserPoolClient"]

    @once
    def domain(self) -> Any:
        name = self.pool.get("CustomDomain") or self.pool.get("Domain")
        found = self.call("describe_user_pool_domain", Domain=name) if name else {}
        return found.get("DomainDescription", {})

    @once
    def has_style(self) -> Any:
        which = {**self.which, "ClientId": self.args.client_id}
        try:
            return bool(self.call("describe_managed_login_branding_by_client", **which))
        except MissingError:
            return False

    @once
    def required(self) -> Any:
        schema = self.pool["SchemaAttributes"]
        return [one["Name"] for one in schema if one.get("Required") and one["Name"] != "sub"]

    def users_by(self, attribute: str) -> Any:
        """Return the users with the given name. ListUsers makes nobody billable."""
        has_case = self.pool.get("UsernameConfiguration", {}).get("CaseSensitive", True)
        name = self.args.username if has_case else self.args.username.lower()
        return self.call("list_users", **self.which, Filter=f'{attribute} = "{name}"')["Users"]

    @once
    def users(self) -> Any:
        """The users who sign in with the given name, or up to 60 users."""
        if not self.args.username:
            return self.call("list_users", **self.which)["Users"]
        aliases = [*self.pool.get("AliasAttributes", []), *self.pool.get("UsernameAttributes", [])]
        found = (self.users_by(attribute) for attribute in ["username", *aliases])
        return next(filter(None, found), [])

    @once
    def enabled(self) -> Any:
        return [user for user in self.users if user.get("Enabled", True)]

    @once
    def invited(self) -> Any:
        return [user for user in self.enabled if user["UserStatus"] == "FORCE_CHANGE_PASSWORD"]

    def app_clients(self, pool_id: str) -> Any:
        search = "UserPoolClients[].ClientId"
        return self.every("list_user_pool_clients", search, UserPoolId=pool_id)

    @once
    def home(self) -> Any:
        """The ID of the user pool that has the app client, if one in the Region has it."""
        pool_ids = self.every("list_user_pools", "UserPools[].Id")
        return next((i for i in pool_ids if self.args.client_id in self.app_clients(i)), None)


# --8<-- [end:find]
# --8<-- [start:fix]
def command(*words: str, **options: Any) -> str:
    """Return a command for bash, with one option on each line."""
    lines = [f"--{name.replace('_', '-')} {shlex.quote(str(v))}" for name, v in options.items()]
    return " \\\n  ".join([shlex.join(words), *lines])


def aws(case: Case, operation: str, **options: Any) -> str:
    which = {"region": case.region, "user_pool_id": case.pool_id}
    return command("aws", "cognito-idp", operation, **which, **options)


def add_style(case: Case, client_id: str) -> str:
    create = aws(case, "create-managed-login-branding", client_id=client_id)
    return f"{create} \\\n  --use-cognito-provided-values"


def allow(case: Case, **urls: str) -> str:
    which = {"region": case.region, "user_pool_id": case.pool_id, "client_id": case.args.client_id}
    return command("python3", "allow_callback_url.py", **which, **urls)


def remove_constant(case: Case, name: str) -> str:
    file = case.args.declared[name][1]
    return REMOVE_CONSTANT[file.suffix].format(name=name, file=shlex.quote(str(file)))


def set_constants(case: Case, **values: str) -> list[str]:
    """Return the command that sets the constants, and before it those that end overrides."""
    wanted = {"oidc_url": case.oidc_url, "client_id": case.args.client_id} | values
    names = [n for n, (_, file) in case.args.declared.items() if file.suffix == ".json"]
    fix = [remove_constant(case, name) for name in names if name in DEPLOYED]
    file = case.args.constants or Path("lib/constants.ts")
    return [*fix, command("python3", "set_oidc_constants.py", **wanted, file=file)]


def new_domain(case: Case, prefix: str | None) -> list[str]:
    prefix = prefix or f"login-{hashlib.sha256(case.pool_id.encode()).hexdigest()[:10]}"
    version = 1 if case.pool.get("UserPoolTier") == "LITE" else 2
    options = {"domain": prefix, "managed_login_version": version}
    return [aws(case, "create-user-pool-domain", **options)]


# What a sign-in needs of the settings of the app client.
NEEDS: dict[str, Callable[[Case], Any]] = {
    "AllowedOAuthFlowsUserPoolClient": lambda _: True,
    "AllowedOAuthFlows": lambda _: ["code"],
    "AllowedOAuthScopes": lambda _: SCOPES,
    "SupportedIdentityProviders": lambda _: ["COGNITO"],
    "CallbackURLs": lambda case: [case.callback_url],
    "LogoutURLs": lambda case: [case.args.sign_out_url],
    "ReadAttributes": lambda _: ATTRIBUTES,
    "WriteAttributes": lambda case: case.required,
}


def lacks(case: Case, name: str) -> Any:
    """Return what a setting of the app client lacks. Without a list, it has all attributes."""
    has, wanted = case.app_client.get(name), NEEDS[name](case)
    if wanted is True:
        return not has
    all_of_them = has is None and name.endswith("Attributes")
    return [] if all_of_them else [one for one in wanted if one not in (has or [])]


def repair(case: Case, operation: str = "update-user-pool-client", **changes: Any) -> str:
    """Return the command that sends every setting of the app client, with what they lack."""
    name = "".join(word.capitalize() for word in operation.split("-"))
    members = case.client.meta.service_model.operation_model(name).input_shape.members
    sent = {k: v for k, v in case.app_client.items() if k in members and v != ""}
    for name, wanted in NEEDS.items():
        if lack := lacks(case, name):
            sent[name] = wanted(case) if lack is True else [*sent.get(name, []), *lack]
    sent = {k: v for k, v in {**sent, **changes}.items() if v is not None}
    words, show = ("aws", "cognito-idp", operation), {"query": "UserPoolClient.ClientId"}
    options = {"region": case.region, "cli_input_json": json.dumps(sent), **show, "output": "text"}
    return command(*words, **options)


def set_attribute(case: Case, username: str, name: str) -> str:
    value = json.dumps([{"Name": name, "Value": username}])
    options = {"username": username, "user_attributes": value}
    return aws(case, "admin-update-user-attributes", **options)


# --8<-- [end:fix]
# --8<-- [start:checks]
DEPLOYED = {"OIDC_URL": "oidc_url", "OIDC_CLIENT_NAME": "client_id"}


def wrong_values(case: Case) -> Finding | None:
    """Compare what is deployed, and what will be, with the values to be used."""
    wanted = {name: getattr(case.args, option) for name, option in DEPLOYED.items()}
    sets = [(str(file), name, value) for name, (value, file) in case.args.declared.items()]
    if case.args.application_url:
        url = f"{case.args.application_url}env.js"
        sets += [(url, name, case.deployed.get(name)) for name in DEPLOYED]
    wanted["IDP_ENDPOINT_SSM_PARAM"] = ""
    wrong = [one for one in sets if one[2] != wanted.get(one[1], one[2])]
    names = sorted({name for _, name, _ in wrong})
    fix = set_constants(case) if names else []
    if "IDP_ENDPOINT_SSM_PARAM" in names:
        fix = [remove_constant(case, "IDP_ENDPOINT_SSM_PARAM"), *fix]
    found = "; ".join(f"{where} sets {name} to {value!r}" for where, name, value in wrong)
    expected = "; ".join(f"{name} is {wanted[name]!r}" for name in names)
    return Finding(found, expected, fix, DEPLOY) if wrong else None


def internal_url(case: Case) -> Finding | None:
    value, file = case.args.declared.get("INTERNAL_OIDC_URL", ("", None))
    if value in ("", case.args.oidc_url):
        return None
    found = f"{file} sets INTERNAL_OIDC_URL, the OIDC URL of the API alone, to {value!r}"
    return Finding(found, "no value", [remove_constant(case, "INTERNAL_OIDC_URL")], DEPLOY)


def discovery(case: Case) -> Finding | None:
    given, right = case.args.oidc_url, case.document.get("issuer", case.oidc_url)
    if not case.document:
        home = case.known("home")
        right = case.oidc_url.replace(case.pool_id, home or "<user pool ID>")
        fix = set_constants(case, oidc_url=right) if home else []
        then = DEPLOY if home else "Find the user pool with find_oidc_settings.py."
        return Finding(f"there is no user pool {case.pool_id}", right, fix, then)
    if given.replace("//issuer-", "//") != right.replace("//issuer-", "//"):
        found = f"the OIDC URL {differs(given, right)}"
        return Finding(found, right, set_constants(case, oidc_url=right), DEPLOY)
    if not case.get_json(case.document["jwks_uri"]).get("keys"):
        return Finding("no keys of the user pool", "keys, which sign tokens")
    return None


def differs(one: str, other: str) -> str:
    """Describe where a text differs from another."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    at = min(len(one), len(other)) if at is None else at
    return f"{one} (from character {at + 1} on {one[at:]!r}, not {other[at:]!r})"


def issuer(case: Case) -> Finding | None:
    found = case.document.get("issuer", case.oidc_url)
    if found.replace("//issuer-", "//") != case.oidc_url.replace("//issuer-", "//"):
        raise UnknownError("first fix discovery")
    if found == case.oidc_url:
        return None
    fix = set_constants(case, oidc_url=found)
    return Finding(f"the OIDC URL {differs(case.oidc_url, found)}", found, fix, DEPLOY)


def taken(case: Case) -> Finding | None:
    """If the user pool needs a domain, find out whether somebody else has its prefix."""
    if case.domain:
        return None
    prefix = case.args.domain_prefix
    domain = case.call("describe_user_pool_domain", Domain=prefix)["DomainDescription"]
    suffix = LOGIN_DOMAINS[case.client.meta.partition].format(case.region)
    try:
        _ = domain or case.get(f"https://{prefix}.{suffix}/")
    except UnreachableError:
        return None
    owner = f"the user pool {domain['UserPoolId']}" if domain else "another AWS account"
    return Finding(f"{owner} has the prefix {prefix}", "another prefix", new_domain(case, None))


def no_domain(case: Case) -> Finding | None:
    document = case.known("document")
    if "authorization_endpoint" in document if document else case.domain:
        return None
    fix = new_domain(case, case.args.domain_prefix) if case.known("pool") else []
    return Finding("the user pool has no domain", "a domain", fix, "Then wait a minute.")


def login_host(case: Case) -> Finding | None:
    try:
        case.page("/")
    except UnreachableError as error:
        status = (case.known("domain") or {}).get("Status", "unknown")
        then = "Wait: a prefix works after about a minute, a custom domain after up to an hour."
        return Finding(f"{error}; the domain's status is {status}", "an answer", [], then)
    return None


def plan(case: Case) -> Finding | None:
    if case.pool.get("UserPoolTier") != "LITE" or case.domain.get("ManagedLoginVersion") != 2:
        return None
    options = {"domain": case.domain["Domain"], "managed_login_version": 1}
    fix = [aws(case, "update-user-pool-domain", **options)]
    return Finding("managed login on the plan Lite", "classic login pages, or another plan", fix)


def web_acl(case: Case) -> Finding | None:
    then = "Add an exception to the rule that the sampled requests of AWS WAF show."
    finding = Finding("AWS WAF blocks the login page", "no rule that blocks it", [], then)
    return finding if case.refusal == "waf" else None


def client_id(case: Case) -> Finding | None:
    refusal = case.known("refusal")
    if case.known("app_client") or refusal not in (None, "wrong-client"):
        return None
    try:
        ids = case.app_client and []
    except MissingError:
        ids = case.app_clients(case.pool_id)
    except UnknownError:
        if refusal is None:
            raise
        ids = []
    found = f"{case.pool_id} has no app client {case.args.client_id!r}"
    if home := case.known("home"):
        right = case.oidc_url.replace(case.pool_id, home)
        fix = set_constants(case, oidc_url=right)
        return Finding(f"{found}, but {home} has", f"the OIDC URL {right}", fix, DEPLOY)
    fix = set_constants(case, client_id=ids[0]) if len(ids) == 1 else []
    then = DEPLOY if fix else "Set the right client ID with set_oidc_constants.py, and deploy."
    return Finding(found, f"a client ID: {' or '.join(ids) or 'unknown'}", fix, then)


def setting(
    check: str, *names: str, fix: Callable[[Case], str] = repair
) -> Callable[[Case], Finding | None]:
    """Return a check of settings of the app client, or else of the refusal that they cause."""

    def find(case: Case) -> Finding | None:
        app_client, refusal = case.known("app_client") or {}, case.known("refusal")
        wrong = [name for name in names if app_client and lacks(case, name)]
        if not wrong and refusal != check:
            if not app_client and (refusal != "" or check not in REFUSALS):
                _ = case.app_client  # which says why it is unknown
            return None
        wanted = {name: NEEDS[name](case) for name in wrong or names}
        found = (f"{name} is {shown(app_client.get(name), v)}" for name, v in wanted.items())
        expected = "; ".join(f"{name} with {json.dumps(v)}" for name, v in wanted.items())
        then = "" if app_client or fix != repair else "Sign in to AWS to get the command."
        return Finding("; ".join(found), expected, [] if then else [fix(case)], then)

    return find


def shown(has: Any, wanted: Any) -> str:
    """Show a setting; of URLs, the one that is most like the wanted URL."""
    if not has or wanted is True or "://" not in wanted[0]:
        return json.dumps(has)
    return differs(difflib.get_close_matches(wanted[0], has, 1, 0)[0], wanted[0])


def no_style(case: Case) -> Finding | None:
    status, domain = case.known("login_status"), case.known("domain") or {}
    has_style = case.known("has_style") if domain.get("ManagedLoginVersion") == 2 else None
    if has_style is False or status == 403:
        fix = [add_style(case, case.args.client_id)]
        return Finding("managed login, and an app client without a style", "a style", fix)
    if status is None and has_style is None:
        _ = case.domain, case.has_style  # which say why they are unknown
    return None


def no_user(case: Case) -> Finding | None:
    """Look for the user, also by what people take for the username."""
    name = case.args.username
    for attribute in ("email", "preferred_username") if name and not case.users else ():
        for username in (user["Username"] for user in case.users_by(attribute)):
            found, then = f"{name} is the {attribute} of the user {username}", f"Enter {username}."
            return Finding(found, "the username", [], then)
    options = {"region": case.region, "user_pool_id": case.pool_id}
    new = {"username": name or "<username>", "email": "<email address>", "name": "<full name>"}
    fix = [command("python3", "create_user.py", **options, **new)]
    return None if case.users else Finding(f"no user {name or ''}".strip(), "a user", fix)


def disabled(case: Case) -> Finding | None:
    names = [user["Username"] for user in case.users]
    if case.enabled or not names:
        return None
    fix = [aws(case, "admin-enable-user", username=names[0])]
    return Finding(f"disabled: {' '.join(names)}", "an enabled user", fix)


def expired(case: Case) -> Finding | None:
    policy = case.pool.get("Policies", {}).get("PasswordPolicy", {})
    most = policy.get("TemporaryPasswordValidityDays", 7)
    resend = {"message_action": "RESEND", "desired_delivery_mediums": "EMAIL"}
    for user in case.invited:
        days = (time.time() - user["UserLastModifiedDate"].timestamp()) / 86400
        if days > most:
            found = f"{user['Username']} has a temporary password that is {days:.0f} days old"
            fix = [aws(case, "admin-create-user", username=user["Username"], **resend)]
            return Finding(found, f"at most {most} days", fix)
    return None


def without(attribute: str) -> Callable[[Case], Finding | None]:
    """Return a check of users who lack an attribute, and whom Cognito does not ask for it."""

    def find(case: Case) -> Finding | None:
        asked = case.invited if attribute in case.required else []
        names = [
            user["Username"]
            for user in case.enabled
            if user not in asked
            and not any(one["Name"] == attribute and one.get("Value") for one in user["Attributes"])
        ]
        fix = [set_attribute(case, name, attribute) for name in names]
        then = "Replace the value by the right one. Then sign out, and sign in again."
        found = f"without {attribute}: {' '.join(names)}"
        return Finding(found, f"a {attribute} for each user", fix, then) if names else None

    return find


def secret(case: Case) -> Finding | None:
    if "ClientSecret" not in case.app_client:
        return None
    changes = {"ClientSecret": None, "ClientId": None, "GenerateSecret": False}
    create = repair(case, "create-user-pool-client", **changes)
    use = [add_style(case, "<new>"), *set_constants(case, client_id="<new>")]
    fix = [f"client_id=$({create})", *(one.replace("'<new>'", '"$client_id"') for one in use)]
    return Finding("the app client has a secret", "an app client without a secret", fix, DEPLOY)


def sign_out(case: Case) -> Finding | None:
    if case.known("app_client"):
        return setting("sign-out", "LogoutURLs", fix=allow_sign_out)(case)
    url = case.args.sign_out_url
    _, to, _ = case.page("/logout", client_id=case.args.client_id, logout_uri=url)
    found = "Cognito does not return to it"
    return None if to.startswith(url) else Finding(found, url, [allow_sign_out(case)])


def allow_callback(case: Case) -> str:
    return allow(case, callback_url=case.callback_url)


def allow_sign_out(case: Case) -> str:
    return allow(case, sign_out_url=case.args.sign_out_url)


class Check(NamedTuple):
    about: str
    find: Callable[[Case], Finding | None]
    options: tuple[str, ...] = ()  # of which one is required


OAUTH = ("AllowedOAuthFlowsUserPoolClient", "AllowedOAuthFlows")
CHECKS = {  # in the order of a sign-in
    "not-connected": Check("deployed values", wrong_values, ("application_url", "constants")),
    "api-denied": Check("the API's OIDC URL", internal_url, ("constants",)),
    "discovery": Check("discovery document and keys", discovery),
    "issuer-mismatch": Check("issuer of the tokens", issuer),
    "wrong-client": Check("client ID", client_id),
    "domain-taken": Check("domain prefix", taken, ("domain_prefix",)),
    "no-domain": Check("domain", no_domain),
    "login-host": Check("login host", login_host),
    "waf": Check("web ACL", web_acl),
    "unauthorized-client": Check("OAuth and grant", setting("unauthorized-client", *OAUTH)),
    "redirect-mismatch": Check(
        "callback URL", setting("redirect-mismatch", "CallbackURLs", fix=allow_callback)
    ),
    "invalid-scope": Check("scopes", setting("invalid-scope", "AllowedOAuthScopes")),
    "no-provider": Check("identity provider", setting("no-provider", "SupportedIdentityProviders")),
    "tier": Check("plan", plan),
    "login-pages-unavailable": Check("style", no_style),
    "incorrect-password": Check("user", no_user),
    "disabled": Check("whether users are enabled", disabled),
    "temporary-password": Check("temporary password", expired, ("username",)),
    "not-writeable": Check("write permissions", setting("not-writeable", "WriteAttributes")),
    "invalid-client": Check("client secret", secret),
    "invalid-grant": Check("read permissions", setting("invalid-grant", "ReadAttributes")),
    "no-name": Check("names of users", without("name")),
    "no-preferred-username": Check("preferred usernames", without("preferred_username")),
    "sign-out": Check("sign-out URL", sign_out),
}
# If one of these is wrong, what follows would be wrong because of it.
STOPS = ("wrong-client", "domain-taken", "unauthorized-client")


# --8<-- [end:checks]
def make(case: Case, name: str, wrong: set[str]) -> dict[str, Any]:
    """Make a check and return its result."""
    check = CHECKS[name]
    result: dict[str, Any] = {"check": name, "about": check.about, "status": "fine", "found": None}
    result |= {"expected": None, "fix": [], "then": None, "reason": None}
    if check.options and not any(getattr(case.args, option) for option in check.options):
        options = " or ".join(f"--{option.replace('_', '-')}" for option in check.options)
        return {**result, "status": "skipped", "reason": f"add {options}"}
    try:
        for stop in (one for one in STOPS if one in wrong):
            raise UnknownError(f"first fix {stop}")
        finding = check.find(case)
    except UnknownError as error:
        return {**result, "status": "unknown", "reason": str(error)}
    return {**result, "status": "wrong", **finding._asdict()} if finding else result


def lines(result: dict[str, Any]) -> list[str]:
    """Return a result for people."""
    reason = f": {result['reason']}" if result["reason"] else ""
    out = [f"{result['status']:8} {result['check']}: {result['about']}{reason}"]
    if result["status"] == "wrong":
        out += [f"         found: {result['found']}", f"         expected: {result['expected']}"]
        out += [f"\n{one}\n" for one in result["fix"]]
        out += [f"         {result['then']}"] if result["then"] else []
    return out


def declared(file: Path | None) -> dict[str, tuple[str, Path]]:
    """Return each constant's value and its file: configuration files override the constants."""
    found: dict[str, tuple[str, Path]] = {}
    if not file:
        return found
    try:
        string = r"""(?m)^export const (\w+)[^=\n]*= *(['"])(.*?)\2"""
        text = file.read_text(encoding="utf-8", errors="replace")
        found |= {name: (value, file) for name, _, value in re.findall(string, text)}
        for config in sorted(file.parent.glob("config*.json"), key=lambda one: -len(one.name)):
            if re.fullmatch(r"config(\.[0-9]+)?\.json", config.name):
                settings = json.loads(config.read_text(encoding="utf-8"))
                found |= {name: (str(value), config) for name, value in settings.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise RefusalError(f"{file} or a config.json beside it cannot be read: {error}") from None
    names = (*DEPLOYED, "OIDC_REDIRECT_URI", "INTERNAL_OIDC_URL", "IDP_ENDPOINT_SSM_PARAM")
    return {name: found[name] for name in names if name in found}


def run(args: argparse.Namespace) -> None:
    if args.username and re.search(r'["\\\s]', args.username):
        rule = "without spaces, double quotes and backslashes"
        raise RefusalError(f"--username is {args.username!r}; it must be {rule}")
    args.declared = declared(args.constants)
    for name, option in {**DEPLOYED, "OIDC_REDIRECT_URI": "callback_url"}.items():
        value = getattr(args, option) or args.declared.get(name, ("",))[0]
        setattr(args, option, value)
    if args.application_url:
        args.application_url = args.application_url.rstrip("/") + "/"
    args.callback_url = args.callback_url or args.application_url
    args.sign_out_url = args.sign_out_url or args.callback_url
    issuer = ISSUER.fullmatch(args.oidc_url)
    if not issuer:
        form = "https://cognito-idp.<Region>.amazonaws.com/<user pool ID>"
        fix = f"it must be like {form}; find_oidc_settings.py prints it"
        raise RefusalError(f"the OIDC URL is {args.oidc_url!r}; {fix}")
    if not args.client_id or not args.callback_url:
        fix = "give --client-id, and --callback-url or --application-url"
        raise RefusalError(f"the client ID or the callback URL is missing; {fix}")
    case = Case(args, connect(args.region or issuer["region"]), issuer)
    results: list[dict[str, Any]] = []
    for name in CHECKS:
        results.append(
            make(case, name, {one["check"] for one in results if one["status"] == "wrong"})
        )
    if args.json:
        show(
            {
                "region": case.region,
                "user_pool_id": case.pool_id,
                "client_id": args.client_id,
                "oidc_url": case.oidc_url,
                "callback_url": case.callback_url,
                "checks": results,
            }
        )
    else:
        text = "".join(f"{line}\n" for result in results for line in lines(result))
        write(
            "stdout", "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)
        )
    by = {s: [r["check"] for r in results if r["status"] == s] for s in ("wrong", "unknown")}
    if by["wrong"] or by["unknown"]:
        counts = [f"{', '.join(names)}: {status}" for status, names in by.items() if names]
        raise RefusalError("; ".join(counts))
    say("Everything that this script can check is fine.")


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    parser.add_argument("--oidc-url", help="OIDC URL; default: from --constants")
    parser.add_argument("--client-id", help="client ID; default: from --constants")
    parser.add_argument("--constants", type=Path, help="the application's lib/constants.ts")
    callback = "URL that the application sends; default: that of env.js, or --application-url"
    parser.add_argument("--callback-url", help=callback)
    parser.add_argument("--application-url", help="check the deployed values in its env.js")
    parser.add_argument("--sign-out-url", help="default: --callback-url")
    parser.add_argument("--username", help="check this user; default: whoever is in the user pool")
    parser.add_argument("--domain-prefix", help="prefix to use if the user pool has no domain")
    parser.add_argument("--region", help="default: that of the user pool ID")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    if not args.constants and not (args.oidc_url and args.client_id):
        parser.error("--oidc-url and --client-id, or --constants, are required")
    return args


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
