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
import contextlib
import difflib
import hashlib
import json
import re
import shlex
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote_plus, urlencode, urljoin, urlsplit

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

DISCOVERY = "/.well-known/openid-configuration"
SCOPES = ["openid", "email", "profile"]
ATTRIBUTES = ["email", "email_verified", "name", "preferred_username"]
INVITED = "FORCE_CHANGE_PASSWORD"  # the status of a user with a temporary password
TEMPORARY = "https://localhost:3000/callback"  # the guide replaces it after the first deployment
ISSUER = (
    r"(https://(?:issuer-)?cognito-idp)[.][\w-]+[.](amazonaws[.](?:com|eu)|api[.]aws)"
    r"/(([\w-]+)_[0-9A-Za-z]+)/*"
)
PAGE = r"https?://[\w.-]+(:[0-9]+)?/\S*"
DOCUMENT = {"issuer": ISSUER, "jwks_uri": PAGE, "authorization_endpoint": f"({PAGE})?"}
CONSTANTS = {"OIDC_URL": "oidc_url", "OIDC_CLIENT_NAME": "client_id"}  # and their options
OPTIONS = {**CONSTANTS, "OIDC_REDIRECT_URI": "callback_url"}
OVERRIDES = ("OIDC_REDIRECT_URI", "IDP_ENDPOINT_SSM_PARAM", "INTERNAL_OIDC_URL")
LOGIN_DOMAINS = {  # by partition
    "aws": "auth.{}.amazoncognito.com",
    "aws-us-gov": "auth-fips.{}.amazoncognito.com",
    "aws-eusc": "auth.cognito-idp.{}.on.amazonwebservices.eu",
}
REFUSALS = {  # words with which Cognito refuses the login page, by check
    "redirect-mismatch": "redirect_mismatch",
    "unauthorized-client": "unauthorized_client|not enabled for OAuth",
    "invalid-scope": "invalid_scope",
    "waf": "WAF|Forbidden",
    "wrong-client": "",  # Cognito's other words vary
}
VISIBLE = {*REFUSALS, "login-pages-unavailable"}  # checks that are fine if the login page is there
A_URL = ("[a-z][a-z0-9+.-]*:/", "a complete URL, such as https://app.example.com/")
RULES = {  # of options
    "domain_prefix": (
        r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z",
        "1 to 63 lowercase letters, digits and hyphens, without aws, amazon or cognito",
    ),
    "username": (r'[^"\\\s]+\Z', "without spaces, double quotes or backslashes"),
    "application_url": A_URL,
    "callback_url": A_URL,
    "sign_out_url": A_URL,
}
AGAIN = "With AWS credentials, this script also prints the command that fixes it."
DEPLOY = "Build and deploy the application again."


class UnknownError(Exception):
    """A reason why something could not be checked."""


class SkippedError(Exception):
    """What to add, so that something can be checked."""


class UnreachableError(UnknownError):
    """A host does not answer."""


UNKNOWN = (UnknownError, BotoCoreError, ClientError)  # what makes a check unknown


class Finding(NamedTuple):
    found: str
    expected: str
    fix: list[str] = []  # noqa: RUF012 - of a tuple; commands for bash
    then: str = ""  # what else to do


class AnyAnswer(urllib.request.HTTPErrorProcessor):
    def http_response(self, request: Any, response: Any) -> Any:
        """Take each answer as it is, to see its status and where a redirect leads."""
        return response

    https_response = http_response


# To read this script, begin with CHECKS and look, below. A property of a Case is read when a check
# first needs it; what cannot be read raises one of UNKNOWN there.


def once(read: Callable[["Case"], Any]) -> Any:
    """Read something when a check first needs it; keep it, or the reason why it is unknown."""

    cache: dict[Case, Any] = {}

    def get(case: "Case") -> Any:
        if case not in cache:
            try:
                cache[case] = read(case)
            except UNKNOWN as error:
                cache[case] = error
        if isinstance(cache[case], Exception):
            raise cache[case]
        return cache[case]

    return property(get)


class Case:
    """What the checks look at: pages without credentials, then the user pool."""

    def __init__(self, args: argparse.Namespace, issuer: re.Match[str]) -> None:
        self.args = args
        start, end, self.pool_id, self.region = issuer.groups()
        # With the Region of the ID, and without a final slash.
        self.oidc_url = f"{start}.{self.region}.{end}/{self.pool_id}"
        self.pool = {"UserPoolId": self.pool_id}
        self.pool_and_client = {**self.pool, "ClientId": args.client_id}

    def try_to_read(self, name: str) -> Any:
        """Return one of the properties below, or None if it is unknown."""
        try:
            return getattr(self, name)
        except UNKNOWN:
            return None

    def get(self, url: str) -> tuple[int, str, str]:
        """Return the status, the URL of the redirect, and the text."""
        if not re.match(r"https://|http://(localhost|127[.]0[.]0[.]1)[:/]", url):
            raise UnknownError(f"{url!r} is not an https URL")
        try:
            with urllib.request.build_opener(AnyAnswer).open(url, timeout=10) as answer:
                text = answer.read(1_000_000).decode(errors="replace")
                to = answer.headers["Location"]
                return answer.status, urljoin(url, to) if to else "", text
        except (OSError, HTTPException, ValueError, OverflowError) as error:
            raise UnreachableError(f"{urlsplit(url).netloc} cannot be reached: {error}") from None

    def get_object(self, url: str) -> Any:
        """Return the JSON object at the URL, or that env.js assigns; {} with status 400 or 404."""
        status, _, text = self.get(url)
        with contextlib.suppress(ValueError, RecursionError):
            content = json.loads(re.sub(r"^window[.]env\s*=|;\s*$", "", text))
            if status == 200 and isinstance(content, dict):
                return content
        if status not in (400, 404):
            raise UnknownError(f"{url} does not return a JSON object (status {status})")
        return {}

    def login_page(self, path: str, **parameters: str) -> tuple[int, str, str]:
        endpoint = self.document.get("authorization_endpoint")
        if not endpoint:
            raise UnknownError("the discovery document does not contain the login page")
        return self.get(f"{urljoin(endpoint, path)}?{urlencode(parameters)}")

    def users_by(self, attribute: str) -> Any:
        name, which = self.args.username, self.user_pool.get("UsernameConfiguration", {})
        name = name if which.get("CaseSensitive", True) else name.lower()
        return self.client.list_users(Filter=f'{attribute} = "{name}"', **self.pool)["Users"]

    def domain_of(self, prefix: str) -> Any:
        return self.client.describe_user_pool_domain(Domain=prefix)["DomainDescription"]

    def ids(self, operation: str, search: str, **which: str) -> list[str]:
        """Return what a JMESPath finds on all pages of a list."""
        pages = self.client.get_paginator(operation).paginate(MaxResults=60, **which)
        return [*pages.search(search)]

    def clients_of(self, pool_id: str) -> list[str]:
        return self.ids("list_user_pool_clients", "UserPoolClients[].ClientId", UserPoolId=pool_id)

    client = once(lambda case: connect(case.region))
    user_pool = once(lambda case: case.client.describe_user_pool(**case.pool)["UserPool"])
    enabled = once(lambda case: [user for user in case.users if user.get("Enabled", True)])
    aliases = once(lambda case: case.user_pool.get("AliasAttributes", []))
    as_username = once(lambda case: case.user_pool.get("UsernameAttributes", []))

    @once
    def document(self) -> Any:
        """The discovery document; {} if there is no such user pool."""
        document = self.get_object(f"{self.oidc_url}{DISCOVERY}")
        for name, pattern in DOCUMENT.items() if document else ():
            if not re.fullmatch(pattern, str(document.get(name, ""))):
                value = document.get(name)
                raise UnknownError(
                    f"the discovery document is not Cognito's: its {name} is {value!r}"
                )
        return document

    @once
    def app_client(self) -> Any:
        return self.client.describe_user_pool_client(**self.pool_and_client)["UserPoolClient"]

    @once
    def deployed(self) -> Any:
        """The values that the application uses, from its env.js."""
        settings = self.get_object(f"{self.args.application_url}env.js")
        if "OIDC_URL" not in settings:
            raise UnknownError(f"{self.args.application_url}env.js does not set OIDC_URL")
        return settings

    @once
    def callback_url(self) -> Any:
        """The URL that the application sends, or one that the app client allows."""
        deployed = self.try_to_read("deployed") if self.args.application_url else None
        url = (deployed or {}).get("OIDC_REDIRECT_URI") or self.args.callback_url
        if urls := [url] if url else self.app_client.get("CallbackURLs"):
            return urls[0]
        raise UnknownError("the callback URL is unknown; add --callback-url")

    @once
    def refusal(self) -> Any:
        """The check that Cognito's refusal of the login page points to; nothing if it is there."""
        parameters = {
            "client_id": self.args.client_id,
            "redirect_uri": self.callback_url,
            "response_type": "code",
            "scope": " ".join(SCOPES),
            "state": "x",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
        }
        status, to, text = self.login_page("/oauth2/authorize", **parameters)
        url = urlsplit(to)
        is_cognito = url.netloc in self.document["authorization_endpoint"]
        if status == 200 or (is_cognito and url.path.endswith("/login")):
            status, _, _ = self.login_page("/login", **parameters)
            return "login-pages-unavailable" if status == 403 else ""
        words = unquote_plus(url.query) if to else text
        refusal = next(check for check, pattern in REFUSALS.items() if re.search(pattern, words))
        is_error = is_cognito and url.path.endswith("/error")
        if refusal == "wrong-client" and (not is_error or self.try_to_read("app_client")):
            answer = f"it answered with status {status}: {words[:200]!r}"
            raise UnknownError(f"Cognito did not show the login page; {answer}")
        return refusal

    @once
    def domain(self) -> Any:
        name = self.user_pool.get("CustomDomain") or self.user_pool.get("Domain")
        return self.domain_of(name) if name else {}

    @once
    def users(self) -> Any:
        """Up to 60 users, or those who sign in with the given name. ListUsers bills nobody."""
        if not self.args.username:
            return self.client.list_users(**self.pool)["Users"]
        names = ["username", *self.aliases, *self.as_username]
        return next(filter(None, map(self.users_by, names)), [])

    @once
    def has_other_providers(self) -> Any:
        """Whether people sign in at other identity providers alone, which know the users."""
        providers = self.app_client.get("SupportedIdentityProviders", [])
        given = (self.try_to_read("users") or []) if self.args.username else []
        is_local = any(user["UserStatus"] != "EXTERNAL_PROVIDER" for user in given)
        return bool(providers) and "COGNITO" not in providers and not is_local

    @once
    def home(self) -> Any:
        """The ID of the user pool in this Region that has the app client."""
        pools = self.ids("list_user_pools", "UserPools[].Id")
        return next((one for one in pools if self.args.client_id in self.clients_of(one)), None)

    @once
    def required(self) -> Any:
        """The attributes without which Cognito creates no user."""
        return [one["Name"] for one in self.user_pool["SchemaAttributes"] if one.get("Required")]


# -- the commands that fix what is wrong -----------------------------------------------------------


def command(*words: str, **options: Any) -> str:
    """Return a command for bash, an option on each line; True is an option without a value."""
    lines = [shlex.join(words)]
    for name, value in options.items():
        # after a space, an argument that begins with a dash would be an option
        sign = "=" if str(value).startswith("-") else " "
        argument = "" if value is True else f"{sign}{shlex.quote(str(value))}"
        lines.append(f"--{name.replace('_', '-')}{argument}")
    return " \\\n  ".join(lines)


def aws(case: Case, operation: str, **options: Any) -> str:
    which = {"region": case.region, "user_pool_id": case.pool_id}
    return command("aws", "cognito-idp", operation, **which, **options)


def set_constant(case: Case, name: str, value: str) -> str:
    """Return the command that sets a constant in the file that has the last word on it."""
    if not re.fullmatch(r"[\w.:/<>-]*", value):  # it would end the string, or sed's command
        raise UnknownError(f"{value!r} cannot be a value of {name}; correct it")
    default = "", case.args.constants or Path("lib/constants.ts")
    _, file = case.args.declarations.get(name, default)
    old, new = f"^export const {name}[ :=][^;]*", f"export const {name} = '{value}'"
    multiline = rf"(?m)^export const {name}\b[^;'\"`]*?\r?\n\s*['\"`]"
    if file.is_file() and re.search(multiline, file.read_text("utf-8", errors="replace")):
        raise UnknownError(f"{name} is set on two lines of {file}; correct its value there")
    expressions = [f"s|{old}|{new}|"]
    if file.suffix == ".json":  # a string, or a number or a word
        olds = (f'"{name}" *: *{one}' for one in ('"[^"]*"', '[^" ,}][^,}]*'))
        expressions = [f's|{old}|"{name}": "{value}"|' for old in olds]
    return command("sed", "-i.bak", *(x for one in expressions for x in ("-e", one)), str(file))


def use_issuer(case: Case, message: str, issuer: str) -> Finding:
    return Finding(message, issuer, [set_constant(case, "OIDC_URL", issuer)], DEPLOY)


def create_domain(case: Case, prefix: str | None = None) -> str:
    prefix = prefix or f"login-{hashlib.sha256(case.pool_id.encode()).hexdigest()[:10]}"
    version = 1 if case.user_pool.get("UserPoolTier") == "LITE" else 2
    return aws(case, "create-user-pool-domain", domain=prefix, managed_login_version=version)


def add_style(case: Case, client_id: str) -> str:
    which = {"client_id": client_id, "use_cognito_provided_values": True}
    return aws(case, "create-managed-login-branding", **which)


NEEDS: dict[str, Callable[[Case], Any]] = {  # of the app client's settings; they may have more
    "AllowedOAuthFlowsUserPoolClient": lambda _: [True],
    "AllowedOAuthFlows": lambda _: ["code"],
    "AllowedOAuthScopes": lambda _: SCOPES,
    "SupportedIdentityProviders": lambda case: [] if case.has_other_providers else ["COGNITO"],
    "CallbackURLs": lambda case: [case.callback_url],
    "LogoutURLs": lambda case: [url for url in [case.args.sign_out_url] if url],
    "ReadAttributes": lambda _: ATTRIBUTES,
    "WriteAttributes": lambda case: [name for name in case.required if name != "sub"],
}


def lacks(case: Case, name: str) -> list[Any]:
    """Return what a setting lacks. An app client without a list of attributes has them all."""
    has = case.app_client.get(name)
    if has is None and name.endswith("Attributes"):
        return []
    have = has if isinstance(has, list) else [has]
    return [one for one in NEEDS[name](case) if one not in have]


def repair(case: Case, operation: str = "UpdateUserPoolClient", **changes: Any) -> str:
    """Return the command that sends all settings of the app client, with what they lack."""
    members = case.client.meta.service_model.operation_model(operation).input_shape.members
    names = members.keys() - {"ClientSecret"}  # a new app client has none
    if operation == "CreateUserPoolClient":  # without a secret
        names -= {"EnablePropagateAdditionalUserContextData"}
    settings = {k: v for k, v in case.app_client.items() if k in names and v != ""}
    for name in NEEDS:
        if lack := lacks(case, name):
            settings[name] = lack[0] if lack == [True] else [*settings.get(name, []), *lack]
    if TEMPORARY in settings.get("CallbackURLs", []) and case.callback_url != TEMPORARY:
        settings["CallbackURLs"] = [url for url in settings["CallbackURLs"] if url != TEMPORARY]
        if settings.get("DefaultRedirectURI") == TEMPORARY:  # which must be one of them
            del settings["DefaultRedirectURI"]
    options = {"cli_input_json": json.dumps(settings | changes), "query": "UserPoolClient.ClientId"}
    words = ("aws", "cognito-idp", botocore.xform_name(operation, "-"))
    return command(*words, region=case.region, **options, output="text")


# -- the checks: each yields what is wrong; the first finding counts -------------------------------

Findings = Iterator[Finding]


def values(case: Case) -> Findings:
    """Check what was deployed, and the files from which the next deployment is made."""
    args, url = case.args, case.args.application_url
    sets = [(str(file), name, value) for name, (value, file) in args.declarations.items()]
    for where, name, value in sets:
        if value is None and name in (*CONSTANTS, "IDP_ENDPOINT_SSM_PARAM"):
            raise UnknownError(f"{where} does not set {name} to a plain string")
    right = {name: getattr(args, option) for name, option in OPTIONS.items()}
    deployed = case.deployed if url else {}
    sets += [(f"{url}env.js", name, deployed.get(name)) for name in CONSTANTS if url]
    if deployed.get("OIDC_URL") != args.oidc_url:  # else the parameter contains the right one
        right["IDP_ENDPOINT_SSM_PARAM"] = ""
    wrong = [
        (where, name, value)
        for where, name, value in sets
        if value != right.get(name, value) and (value or name in CONSTANTS)
    ]
    if wrong:
        corrections = {name: right[name] for name in right if name in {one[1] for one in wrong}}
        message = "; ".join(f"{where} sets {name} to {value!r}" for where, name, value in wrong)
        expected = "; ".join(f"{name} is {value!r}" for name, value in corrections.items())
        fix = [set_constant(case, name, value) for name, value in corrections.items()]
        yield Finding(message, expected, fix, DEPLOY)
    elif not url and args.takes_constants:
        raise SkippedError("add --application-url, or --oidc-url and --client-id")


def internal_url(case: Case) -> Findings:
    """Check the OIDC URL that the API alone uses; another host of the user pool may be right."""
    name = "INTERNAL_OIDC_URL"
    value, file = case.args.declarations.get(name, ("", None))
    if value is None:
        raise UnknownError(f"{file} does not set {name} to a plain string")
    message, issuer = f"{file} sets {name} to {value!r}", re.fullmatch(ISSUER, value)
    if issuer and issuer[3] != case.pool_id:
        yield Finding(message, f"{name} is ''", [set_constant(case, name, "")], DEPLOY)
    elif value not in ("", case.args.oidc_url):
        raise UnknownError(f"{message}; make sure that the API's network reaches it")


def original(issuer: str) -> str:
    """Return an issuer as the issuer type ORIGINAL has it."""
    return issuer.replace("//issuer-", "//")


def discovery(case: Case) -> Findings:
    url, issuer = case.args.oidc_url, case.document.get("issuer", case.oidc_url)
    if not case.document:
        message = f"there is no user pool {case.pool_id} in {case.region}"
        if home := case.try_to_read("home"):
            yield use_issuer(case, message, case.oidc_url.replace(case.pool_id, home))
        yield Finding(
            message, "a user pool", [], "Look up its ID in the console, under User pools."
        )
    elif original(url) != original(issuer):
        yield use_issuer(case, show_difference(url, issuer), issuer)
    elif not case.get_object(case.document["jwks_uri"]).get("keys"):
        yield Finding("the key set has no keys", "keys that sign tokens")


def issuer_type(case: Case) -> Findings:
    issuer = case.document.get("issuer", case.oidc_url)
    if issuer != case.oidc_url and original(issuer) == original(case.oidc_url):
        yield use_issuer(case, show_difference(case.oidc_url, issuer), issuer)


def show_difference(one: str, other: str) -> str:
    """Show a text, and where it differs from the other."""
    pairs = enumerate(zip(one, other, strict=False))
    at = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
    return f"{one} (from character {at + 1}: {one[at:]!r} instead of {other[at:]!r})"


def client_id(case: Case) -> Findings:
    errors = case.client.exceptions
    try:
        _ = case.app_client
        return
    except (errors.ResourceNotFoundException, errors.InvalidParameterException):
        _ = case.user_pool  # or it is missing as well
    message = f"{case.pool_id} has no app client {case.args.client_id!r}"
    if home := case.try_to_read("home"):
        issuer = case.oidc_url.replace(case.pool_id, home)
        yield use_issuer(case, f"{message}; {home} has it", issuer)
    ids, expected = [], "an app client in this user pool, which has none"
    try:
        if ids := case.clients_of(case.pool_id):
            expected = f"a client ID of this user pool: {' or '.join(ids)}"
    except UNKNOWN as error:
        expected = f"a client ID of this user pool (its client IDs are unknown: {reason_of(error)})"
    fix = [set_constant(case, "OIDC_CLIENT_NAME", ids[0])] if len(ids) == 1 else []
    then = DEPLOY if fix else f"Set OIDC_CLIENT_NAME to the right client ID. {DEPLOY}"
    yield Finding(message, expected, fix, then)


def domain_prefix(case: Case) -> Findings:
    """If the user pool has no domain, find out whether somebody else has the prefix."""
    if case.domain:
        return
    prefix, end = case.args.domain_prefix, LOGIN_DOMAINS[case.client.meta.partition]
    domain = case.domain_of(prefix)
    with contextlib.suppress(UnreachableError):
        if domain:
            message = f"the user pool {domain['UserPoolId']} has the prefix {prefix}"
        else:  # AWS does not document when a host responds
            case.get(f"https://{prefix}.{end.format(case.region)}/")
            message = f"another AWS account seems to have the prefix {prefix}: its host responds"
        yield Finding(message, "a prefix that is free", [create_domain(case)])


def no_domain(case: Case) -> Findings:
    document = case.try_to_read("document")
    has_domain = "authorization_endpoint" in document if document else case.domain
    if not has_domain:
        prefix = case.args.domain_prefix
        fix = [create_domain(case, prefix)] if case.try_to_read("user_pool") else []
        then = "Then wait about a minute until the domain works."
        yield Finding("the user pool has no domain", "a domain", fix, then)


def login_host(case: Case) -> Findings:
    _ = case.document  # if this is unreachable as well, the host is not the cause
    try:
        case.login_page("/")
    except UnreachableError as error:
        status = (case.try_to_read("domain") or {}).get("Status", "unknown")
        then = "Wait: a prefix works after about a minute, a custom domain after up to an hour."
        message = f"{error}; the status of the domain is {status}"
        yield Finding(message, "an answer", [], then)


def web_acl(case: Case) -> Findings:
    if case.refusal == "waf":
        then = "Add an exception to the rule that AWS WAF's sampled requests show."
        yield Finding("AWS WAF blocks the login page", "no block", [], then)


def setting(case: Case, *names: str) -> Findings:
    """Check settings of the app client."""
    needs = {name: NEEDS[name](case) for name in names if lacks(case, name)}
    if needs and "client_credentials" in case.app_client.get("AllowedOAuthFlows", []):
        then = "Create an app client for the application: this one is for other programs."
        message = 'AllowedOAuthFlows is ["client_credentials"], which allows no other grant'
        yield Finding(message, 'AllowedOAuthFlows with ["code"]', [], then)
    elif needs:
        has = case.app_client
        messages = (f"{name} is {show_setting(has.get(name), v)}" for name, v in needs.items())
        expected = (f"{name} with {json.dumps(v)}" for name, v in needs.items())
        fix = [repair(case)] if case.try_to_read("callback_url") else []  # or Cognito refuses it
        then = "" if fix else "To get the command that fixes it, add --callback-url."
        yield Finding("; ".join(messages), "; ".join(expected), fix, then)


def callback(case: Case) -> Findings:
    yield from setting(case, "CallbackURLs")
    urls = case.app_client.get("CallbackURLs", [])
    if TEMPORARY in urls and case.callback_url != TEMPORARY:
        others = " and ".join(url for url in urls if url != TEMPORARY)
        yield Finding(f"the temporary URL {TEMPORARY} is still allowed", others, [repair(case)])


def show_setting(has: Any, needs: list[Any]) -> str:
    """Show a setting; of URLs, the one that is most like the one that it needs."""
    if not has or "://" not in str(needs[0]):
        return json.dumps(has)
    return show_difference(difflib.get_close_matches(needs[0], has, n=1, cutoff=0)[0], needs[0])


def tier(case: Case) -> Findings:
    if case.user_pool.get("UserPoolTier") == "LITE" and case.domain.get("ManagedLoginVersion") == 2:
        options = {"domain": case.domain["Domain"], "managed_login_version": 1}
        fix = [aws(case, "update-user-pool-domain", **options)]
        expected = "the classic login pages, or another plan"
        yield Finding("managed login on the Lite plan", expected, fix)


def no_style(case: Case) -> Findings:
    version = case.domain.get("ManagedLoginVersion")
    if version == 2 or not (case.domain or case.user_pool.get("UserPoolTier") == "LITE"):
        try:
            case.client.describe_managed_login_branding_by_client(**case.pool_and_client)
        except case.client.exceptions.ResourceNotFoundException:
            fix = [add_style(case, case.args.client_id)]
            yield Finding("the app client has no style for managed login", "a style", fix)


def no_user(case: Case) -> Findings:
    """Look for the user, also by what people take for the username."""
    name = case.args.username
    yield from unverified(case) if name else ()
    if case.users or case.try_to_read("has_other_providers"):
        return
    for attribute in ("email", "preferred_username") if name else ():
        for user in case.users_by(attribute):
            message = f"{name} is the {attribute} of the user {user['Username']}"
            yield Finding(message, "a username", [], f"Sign in with {user['Username']}.")
    new = {"email": "<email address>", "name": "<full name>"}
    if case.as_username:  # Cognito makes a username of its own
        is_phone = "email" not in case.as_username or (name or "").startswith("+")
        placeholder, sign = ("<phone number>", "+") if is_phone else ("<email address>", "@")
        username = name if name and sign in name else placeholder
        new["phone_number" if is_phone else "email"] = username
    elif "email" in case.aliases and name and "@" in name:
        username, new["email"], new["email_verified"] = "<username>", name, "true"
    else:
        username = name or "<username>"
    if "preferred_username" not in case.aliases:  # which must differ from the username
        new["preferred_username"] = username
    attributes = json.dumps([{"Name": k, "Value": v} for k, v in new.items()])
    options = {"user_attributes": attributes, "desired_delivery_mediums": "EMAIL"}
    fix = [aws(case, "admin-create-user", username=username, **options)]
    yield Finding(f"there is no user {name or ''}".strip(), "a user", fix)


def unverified(case: Case) -> Findings:
    """Look for the alias that was entered, if it is not verified: Cognito does not know it then."""
    entered = case.args.username.lower()
    aliases = {"email", "phone_number"}.intersection(case.aliases)
    for user in case.users if aliases else ():
        name, has = user["Username"], {one["Name"]: one["Value"] for one in user["Attributes"]}
        for alias in aliases if entered != name.lower() else ():
            verified = f"{alias}_verified"
            if has.get(alias, "").lower() == entered and has.get(verified) != "true":
                attributes = {"user_attributes": json.dumps([{"Name": verified, "Value": "true"}])}
                fix = [aws(case, "admin-update-user-attributes", username=name, **attributes)]
                message = f"{name}'s {alias} is not verified, so nobody can sign in with it"
                yield Finding(message, f"a verified {alias}", fix)


def disabled(case: Case) -> Findings:
    names = [user["Username"] for user in case.users]
    if names and not case.enabled:
        fix = [aws(case, "admin-enable-user", username=names[0])]
        yield Finding(f"disabled users: {' '.join(names)}", "an enabled user", fix)
    for user in case.enabled if case.args.username else ():
        name, status = user["Username"], user["UserStatus"]
        if status == "UNCONFIRMED":
            fix = [aws(case, "admin-confirm-sign-up", username=name)]
            yield Finding(f"{name} has not confirmed the sign-up", "a confirmed user", fix)
        elif status == "RESET_REQUIRED":
            password = {"password": "<new password>", "permanent": True}
            fix = [aws(case, "admin-set-user-password", username=name, **password)]
            recovery = case.user_pool.get("AccountRecoverySetting", {})
            by_hand = "admin_only" in str(recovery)  # this excludes any other mechanism
            then = "" if by_hand else "Or the user can choose Forgot password."
            message = f"{name} must reset the password"
            yield Finding(message, "a user with a password", fix, then)


def expired(case: Case) -> Findings:
    policy = case.user_pool.get("Policies", {}).get("PasswordPolicy", {})
    most = policy.get("TemporaryPasswordValidityDays", 7)
    resend = {"message_action": "RESEND", "desired_delivery_mediums": "EMAIL"}
    for user in case.enabled:  # Cognito tells the date of the last change, not of the password
        days = (time.time() - user["UserLastModifiedDate"].timestamp()) / 86400
        if user["UserStatus"] == INVITED and days > most:
            message = f"the temporary password of {user['Username']} is {days:.0f} days old"
            fix = [aws(case, "admin-create-user", username=user["Username"], **resend)]
            yield Finding(message, f"at most {most} days", fix)


def without(case: Case, attribute: str) -> Findings:
    """Look for users who lack an attribute, for which Cognito does not ask them."""
    names, fix = [], []
    for user in case.enabled:
        has = {one["Name"] for one in user["Attributes"] if one.get("Value")}
        is_asked = attribute in case.required and user["UserStatus"] == INVITED
        if attribute not in has and not is_asked:
            names.append(name := user["Username"])
            options = {"user_attributes": json.dumps([{"Name": attribute, "Value": name}])}
            fix.append(aws(case, "admin-update-user-attributes", username=name, **options))
    if names:
        message = f"users without {attribute}: {' '.join(names)}"
        then = (
            f"This sets {attribute} to the username: change that first. Then sign out and in again."
        )
        yield Finding(message, f"{attribute} of each user", fix, then)


def secret(case: Case) -> Findings:
    if "ClientSecret" in case.app_client:
        create = repair(case, "CreateUserPoolClient", GenerateSecret=False)
        use = [add_style(case, "<new>"), set_constant(case, "OIDC_CLIENT_NAME", "<new>")]
        use = [one.replace("<new>", "'\"$client_id\"'") for one in use]  # bash inserts the new ID
        fix = " &&\n".join([f"client_id=$({create})", *use])  # without an ID, it would be empty
        expected = "an app client without a secret"
        yield Finding("the app client has a secret", expected, [fix], DEPLOY)


def sign_out(case: Case) -> Findings:
    if case.try_to_read("app_client"):
        yield from setting(case, "LogoutURLs")
        return
    url = case.args.sign_out_url
    status, to, _ = case.login_page("/logout", client_id=case.args.client_id, logout_uri=url)
    if not to and status != 400:
        raise UnknownError(f"/logout answered with status {status}")
    if not to.startswith(url):
        yield Finding(f"Cognito redirects to {to!r}", url, [], AGAIN)


class Check(NamedTuple):
    about: str
    find: Callable[..., Findings]
    of: tuple[str, ...] = ()  # the constants, settings or attribute that it looks at
    options: tuple[str, ...] = ()  # of which one is required


# --8<-- [start:order]
OAUTH = ("AllowedOAuthFlowsUserPoolClient", "AllowedOAuthFlows")
CHECKS = {  # in the order of a sign-in
    "not-connected": Check("deployed values", values, options=("application_url", "constants")),
    "api-denied": Check("the API's OIDC URL", internal_url, options=("constants",)),
    "discovery": Check("discovery document and keys", discovery),
    "issuer-mismatch": Check("issuer type", issuer_type),
    "wrong-client": Check("client ID", client_id),
    "domain-taken": Check("domain prefix", domain_prefix, options=("domain_prefix",)),
    "no-domain": Check("domain", no_domain),
    "login-host": Check("login host", login_host),
    "waf": Check("web ACL", web_acl),
    "unauthorized-client": Check("OAuth and grant", setting, OAUTH),
    "redirect-mismatch": Check("callback URL", callback, options=("callback_url",)),
    "invalid-scope": Check("scopes", setting, ("AllowedOAuthScopes",)),
    "no-provider": Check("identity provider", setting, ("SupportedIdentityProviders",)),
    "tier": Check("plan", tier),
    "login-pages-unavailable": Check("style", no_style),
    "incorrect-password": Check("user", no_user),
    "disabled": Check("enabled users", disabled),
    "temporary-password": Check("temporary password", expired, options=("username",)),
    "not-writable": Check("write permissions", setting, ("WriteAttributes",)),
    "invalid-client": Check("client secret", secret),
    "invalid-grant": Check("read permissions", setting, ("ReadAttributes",)),
    "no-name": Check("names of users", without, ("name",)),
    "no-preferred-username": Check("preferred usernames", without, ("preferred_username",)),
    "sign-out": Check("sign-out URL", sign_out, options=("sign_out_url",)),
}
STOPS = ("wrong-client", "domain-taken", "unauthorized-client")  # the rest would be wrong as well


# --8<-- [end:order]
def look(case: Case, name: str) -> Finding | None:
    """Make a check. What AWS does not let it read, Cognito's answer to a browser may show."""
    finding, check = None, CHECKS[name]
    refusal = case.try_to_read("refusal") if name in VISIBLE else None
    try:
        finding = next(check.find(case, *check.of), None)
    except UNKNOWN:
        if refusal not in ("", name):  # the login page was not seen, nor this refusal
            raise
    if refusal == name and not finding:
        return Finding(f"Cognito refuses the login page: {name}", "the login page", [], AGAIN)
    return finding


def reason_of(error: Exception) -> str:
    """Return why something is unknown."""
    action = re.search(r"perform: (\S+)", str(error))
    return f"your credentials do not allow {action[1]}" if action else explain(error)


def diagnose(case: Case) -> Iterator[dict[str, Any]]:
    """Make all checks, and yield the result of each."""
    stop = None
    for name, check in CHECKS.items():
        finding, reason, status = None, None, "fine"
        options = [f"--{option.replace('_', '-')}" for option in check.options]
        try:
            if options and not any(getattr(case.args, option) for option in check.options):
                status, reason = "skipped", f"add {' or '.join(options)}"
            elif stop:
                status, reason = "unknown", f"first fix {stop}"
            elif finding := look(case, name):
                status, stop = "wrong", name if name in STOPS else None
        except SkippedError as error:
            status, reason = "skipped", str(error)
        except UNKNOWN as error:
            status, reason = "unknown", reason_of(error)
        result = {"check": name, "about": check.about, "status": status, "reason": reason}
        yield result | (finding or Finding("", ""))._asdict()


def text_of(result: dict[str, Any], fixes: dict[str, str]) -> str:
    """Return a result for people; `fixes` has the check of each fix that was shown before."""
    reason = f"; {result['reason']}" if result["reason"] else ""
    lines = [f"{result['status']:8} {result['check']}: {result['about']}{reason}"]
    if result["status"] == "wrong":
        lines += [f"         {key}: {result[key]}" for key in ("found", "expected")]
        check = fixes.setdefault("\n".join(result["fix"]) or result["check"], result["check"])
        if check != result["check"]:
            lines.append(f"         fix: the same as for {check} above")
        else:
            lines += [f"\n{one}\n" for one in result["fix"]]
        lines += [f"         {result['then']}"] if result["then"] else []
    return printable("\n".join(lines))


def configs_of(args: argparse.Namespace) -> list[Path]:
    """Return the files that override the constants: that of the AWS account, then config.json."""
    folder, name = args.constants.parent, r"config\.[0-9]+\.json"
    files = [one for one in sorted(folder.glob("config.*.json")) if re.fullmatch(name, one.name)]
    files = [one for one in files if one.is_file()]
    issuer = re.fullmatch(ISSUER, args.oidc_url or "") if files else None
    if issuer and (pool := Case(args, issuer).try_to_read("user_pool")):
        files = [one for one in files if one.name.split(".")[1] == pool["Arn"].split(":")[4]]
    if len(files) > 1:
        names = " and ".join(map(str, files))
        fix = "add --oidc-url and sign in to AWS, or leave out --constants"
        raise RefusalError(f"{names} are for different AWS accounts; {fix}")
    return [one for one in (*files, folder / "config.json") if one.is_file()]


def read_constants(args: argparse.Namespace) -> dict[str, tuple[str | None, Path]]:
    """Return each constant with its value and the file that sets it; the last one counts.

    The value is None if it is not a string alone, or if the file lacks a constant.
    """
    file = args.constants
    declared = r"(?m)^\s*export\s+(?:const|let|var)\s+(\w+)"
    text = r"(['\"]|`(?!.*\$\{))((?:(?!\2).)*)\2"  # a template with ${...} is no text
    string = declared + r"[^=\n]*=\s*" + text + r"\s*(?:as const\s*)?(?:;|//|$)"
    try:
        if not file.is_file():  # reading a pipe would wait for ever
            raise ValueError("not a file")
        source = re.sub(r"(?ms)^\s*/\*.*?\*/", "", file.read_text("utf-8-sig", errors="replace"))
        names = [*CONSTANTS, *re.findall(declared, source)]
        constants: dict[str, Any] = dict.fromkeys(names, (None, file))
        constants |= {name: (value, file) for name, _, value in re.findall(string, source)}
        for config in configs_of(args):
            for name, value in json.loads(config.read_bytes()).items():
                constants[name] = str(value or ""), config
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        fix = "correct --constants, or the file"
        raise RefusalError(f"{file}, or a config.json beside it: {error}; {fix}") from None
    return {name: where for name, where in constants.items() if name in {*CONSTANTS, *OVERRIDES}}


def complete(args: argparse.Namespace) -> re.Match[str]:
    """Take from the constants what is not given, and return the parts of the OIDC URL."""
    args.declarations = read_constants(args) if args.constants else {}
    args.takes_constants = not (args.oidc_url and args.client_id)
    for name, option in OPTIONS.items():
        setattr(args, option, getattr(args, option) or args.declarations.get(name, ("",))[0] or "")
    for option, (pattern, rule) in RULES.items():
        value = getattr(args, option)
        if value and not re.match(pattern, value):
            raise RefusalError(f"--{option.replace('_', '-')} is {value!r}; it must be {rule}")
    if args.application_url:
        args.application_url = f"{args.application_url.rstrip('/')}/"
    args.callback_url = args.callback_url or args.application_url
    args.sign_out_url = args.sign_out_url or args.callback_url
    if not (issuer := re.fullmatch(ISSUER, args.oidc_url)):
        form = "https://cognito-idp.<Region>.amazonaws.com/<user pool ID>"
        rule = f"it must be like {form}; correct --oidc-url, or OIDC_URL in the constants"
        raise RefusalError(f"the OIDC URL is {args.oidc_url!r}; {rule}")
    if not args.client_id:
        raise RefusalError("the client ID is missing; add --client-id")
    return issuer


def run(args: argparse.Namespace) -> None:
    issuer = complete(args)
    case = Case(args, issuer)
    case.try_to_read("client")  # a Region without user pools is refused here
    checks = [*diagnose(case)]
    if args.json:
        ids = {"region": case.region, "user_pool_id": case.pool_id, "client_id": args.client_id}
        urls = {"oidc_url": case.oidc_url, "callback_url": case.try_to_read("callback_url")}
        show({**ids, **urls, "checks": checks})
    else:
        fixes: dict[str, str] = {}
        show("\n".join(text_of(one, fixes) for one in checks))
    messages = []
    for status in ("wrong", "unknown"):
        if names := [one["check"] for one in checks if one["status"] == status]:
            messages.append(f"{status}: {', '.join(names)}")
    if messages:
        raise RefusalError("; ".join(messages))
    say("Every check that was made is fine.")


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw, allow_abbrev=False)
    add = parser.add_argument
    add("--oidc-url", help="OIDC URL; default: from --constants")
    add("--client-id", help="client ID; default: from --constants")
    add("--constants", type=Path, help="the application's lib/constants.ts")
    callback = "URL that the application sends; default: from env.js, or --application-url; without"
    callback += " either, the callback URL is not checked"
    add("--callback-url", help=callback)
    add("--application-url", help="check the values in the application's env.js")
    add("--sign-out-url", help="default: --callback-url")
    add("--username", help="check this user; default: all users, up to 60")
    add("--domain-prefix", help="prefix to use if the user pool has no domain")
    add("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args(argv)
    if not args.constants and not (args.oidc_url and args.client_id):
        parser.error("--oidc-url and --client-id, or --constants, are required")
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
