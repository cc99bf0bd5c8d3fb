"""The sources of the guide's facts: settings of the scripts, models of AWS, lock files.

`_SOURCES` returns the value of each fact as its source has it.
"""

from __future__ import annotations

import re
import tomllib
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES

import create_user_pool
import diagnose_sign_in
import set_oidc_constants
from mkdocs_macros_cognito.regions_table import regions
from prose import FENCE, pages
from sites import PROJECT

_NUMBERS = ["no", "one", "two", "three", "four", "five"]
_CONSTANTS = re.findall(r"export const (\w+) = '\.\.\.'", set_oidc_constants.__doc__ or "")
_LOCK = (PROJECT / "tests" / "local_aws" / "requirements.lock").read_text(encoding="utf-8")


@cache
def model() -> Any:
    """Return botocore's model of Cognito user pools."""
    return botocore.session.Session().get_service_model("cognito-idp")


@cache
def settings() -> Mapping[str, Any]:
    """Return what create_user_pool.py sets, by setting."""
    names = Namespace(user_pool_name="a", app_client_name="a", domain_prefix="a")
    calls = create_user_pool.settings_of(names).values()
    return {name: value for call in calls for name, value in call.items()}


def code(text: object) -> str:
    """Return `text` as inline code."""
    return f"`{text}`"


def sentence(names: Iterable[str], last: str = "and") -> str:
    """Return names as a sentence has them."""
    *before, end = map(code, names)
    return f"{', '.join(before)} {last} {end}"


def found_in(text: str, pattern: str) -> str:
    """Return the one thing that `pattern` finds in `text`."""
    [match] = set(re.findall(pattern, text))
    return str(match)


def in_blocks(pattern: str) -> str:
    """Return what `pattern` finds in the blocks of the guide's main page."""
    blocks = FENCE.finditer(pages()["using-aws-cognito.md"])
    return found_in("\n".join(block[0] for block in blocks), pattern)


def in_member(name: str, pattern: str) -> str:
    """Return what `pattern` finds in the documentation of a member of a shape of the model."""
    shape, _, member = name.partition(".")
    html = model().shape_for(shape).members[member].documentation
    return found_in(re.sub("<[^>]*>", "", html), pattern)


def in_head(key: str) -> Any:
    """Return what the head of a script says of `key`."""
    text = (PROJECT / "scripts" / "create_user_pool.py").read_text(encoding="utf-8")
    inside = text.split("# /// script\n")[1].split("# ///")[0]
    return tomllib.loads(re.sub(r"(?m)^# ", "", inside))[key]


def in_script(pattern: str) -> str:
    """Return what `pattern` finds in the script that creates a user pool."""
    return found_in(Path(create_user_pool.__file__).read_text(encoding="utf-8"), pattern)


def count_in(partition: str) -> int:
    """Return the number of Regions of a partition."""
    return sum(facts["partition"] == partition for facts in regions().values())


def property_of(region: str, name: str) -> str:
    """Return a property of a Region, with what every Region of its partition has in its place."""
    return regions()[region][name].replace(region, "<Region>")


def login_domain(region: str) -> str:
    """Return the form of a login domain, in two codes: a line of a table breaks between them."""
    first, region_in_it, rest = f"<prefix>.{property_of(region, 'login_domain')}".partition(
        "<Region>"
    )
    return f"{code(first + region_in_it)} {code(rest)}"


def forbidden() -> list[str]:
    """Return what the page's pattern of a prefix, and that of the script, refuse."""
    config = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
    patterns = re.findall(r"(?m)^ +pattern: .*", config)
    pattern = r"\(\?!\.\*\(([a-z|]+)\)\)"
    [of_page] = re.findall(pattern, "\n".join(patterns))
    assert [of_page] == re.findall(pattern, create_user_pool.DOMAIN_PREFIX)
    return str(of_page).split("|")


def stage() -> str:
    """Return the stage in the default of the application's URL."""
    config = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
    return found_in(config, r'(?ms)^      application_url:.*?default: "https://[^/]*/(\w+)/"')


def constant(name: str) -> str:
    """Return the name of a constant that the script knows."""
    return code({one: one for one in (*_CONSTANTS, *set_oidc_constants.OVERRIDES)}[name])


def constants_file() -> Path:
    """Return the file that the script changes by default."""
    arguments = ["--oidc-url", "https://a", "--client-id", "a"]
    return Path(set_oidc_constants.parse_args(arguments).file)


def noticed(kind: str) -> str:
    """Return how many changes of a kind to blocks were noticed, of how many."""
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return found_in(" ".join(text.split()), rf"(\d+ of \d+) changes of {kind}\b")


def exit_code(url: str, *options: str) -> int:
    """Return the exit code of the script that calls nothing, for a URL."""
    with TemporaryDirectory() as folder, redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        file = Path(folder, "constants.ts")
        file.write_text("".join(f"export const {name} = '';\n" for name in _CONSTANTS))
        arguments = ["--oidc-url", url, "--client-id", "a", "--file", str(file), *options]
        try:
            return set_oidc_constants.main(arguments)
        except SystemExit as end:
            return int(str(end.code))


def admin_scope() -> str:
    """Return the scope without which nobody can register an authenticator app."""
    text = model().operation_model("AssociateSoftwareToken").documentation
    return found_in(text, r"aws\.cognito[a-z.]+admin")


def operation(name: str) -> str:
    """Return the name of an operation of the model."""
    return str(model().operation_model(name).name)


def not_found() -> str:
    """Return the error for a resource that is not in the Region."""
    shapes = model().operation_model("DescribeUserPool").error_shapes
    return found_in(" ".join(shape.name for shape in shapes), r"\w+NotFoundException")


#: the value of a fact by its name
_SOURCES: dict[str, Callable[[], object]] = {
    "python_version": lambda: in_head("requires-python").removeprefix(">="),
    "boto_version": lambda: in_head("dependencies")[0].removeprefix("boto3>="),
    "verified_aws_cli_version": lambda: found_in(_LOCK, r"(?m)^awscli==(\d+\.\d+)\."),
    "aws_cli_1": lambda: "version " + found_in(_LOCK, r"(?m)^awscli==(\d+)\."),
    "cli_install": lambda: code("pip install " + found_in(_LOCK, r"(?m)^(aws\w+)==")),
    "issuer_option_of_new_version": lambda: code(in_blocks("--issuer-[a-z-]+")),
    "region_count": lambda: len(regions()),
    "commercial_region_count": lambda: count_in("aws"),
    "govcloud_region_count": lambda: _NUMBERS[count_in("aws-us-gov")],
    "sovereign_region_count": lambda: _NUMBERS[count_in("aws-eusc")],
    "required_attributes": lambda: sentence(one["Name"] for one in settings()["Schema"]),
    "attribute_count": lambda: _NUMBERS[len(settings()["Schema"])],
    "scopes": lambda: sentence(settings()["AllowedOAuthScopes"]),
    "scope_count": lambda: _NUMBERS[len(settings()["AllowedOAuthScopes"])],
    "constant_count": lambda: _NUMBERS[len(_CONSTANTS)],
    "temporary_url": lambda: settings()["CallbackURLs"][0],
    "mfa": lambda: settings()["MfaConfiguration"].lower(),
    "exit_done": lambda: exit_code("https://a.example"),
    "exit_refused": lambda: exit_code("http://a.example"),
    "exit_wrong_command": lambda: exit_code("https://a.example", "--no-such-option"),
    "deletion_policy": lambda: code(in_blocks("DeletionPolicy: (.*)")),
    "stage": lambda: code(stage()),
    "constants_file": lambda: code(constants_file()),
    "config_file": lambda: code(constants_file().with_name("config.json")),
    "account_config_file": lambda: code(constants_file().with_name("config.<account number>.json")),
    "boto_install": lambda: code(in_script(r"python3 -m pip install --\w+")),
    "config_files": lambda: code(constants_file().with_name("config*.json")),
    "declaration": lambda: code(f"export const {_CONSTANTS[0]} = '...';"),
    "oidc_url_constant": lambda: constant("OIDC_URL"),
    "client_id_constant": lambda: constant("OIDC_CLIENT_NAME"),
    "authorizer_oidc_url_constant": lambda: constant("INTERNAL_OIDC_URL"),
    "callback_url_constant": lambda: constant("OIDC_REDIRECT_URI"),
    "parameter_constant": lambda: constant("IDP_ENDPOINT_SSM_PARAM"),
    "list_limit": lambda: model().shape_for("PoolQueryLimitType").metadata["max"],
    "password_days": lambda: in_member(
        "PasswordPolicyType.TemporaryPasswordValidityDays", r"Defaults to (\d+)"
    ),
    "forbidden_in_prefixes": lambda: sentence(forbidden(), "or"),
    "verified_attribute": lambda: code(diagnose_sign_in.ATTRIBUTES[1]),
    "user_pool_update": lambda: code(operation("UpdateUserPool")),
    "reset_command": lambda: code(xform_name(operation("AdminResetUserPassword"), "-")),
    "admin_scope": lambda: code(admin_scope()),
    "wrong_region_error": lambda: code(not_found()),
    "profile_variable": lambda: code(BOTOCORE_DEFAUT_SESSION_VARIABLES["profile"][1][1]),
    "sender": lambda: code(in_member("EmailConfigurationType.EmailSendingAccount", r"\S+mail.com")),
    "service_prefix": lambda: code(f"{model().signing_name}:"),
    "original_host_and_endpoint": lambda: code(model().endpoint_prefix),
    "updated_host": lambda: code(f"issuer-{model().endpoint_prefix}"),
    "noticed_form_changes": lambda: noticed("form"),
    "noticed_meaning_changes": lambda: noticed("meaning"),
    "commercial_login_domain": lambda: login_domain("us-east-1"),
    "govcloud_login_domain": lambda: login_domain("us-gov-west-1"),
    "sovereign_login_domain": lambda: login_domain("eusc-de-east-1"),
    "commercial_arn": lambda: code(f"arn:{property_of('us-east-1', 'partition')}:"),
    "govcloud_arn": lambda: code(f"arn:{property_of('us-gov-west-1', 'partition')}:"),
    "sovereign_arn": lambda: code(f"arn:{property_of('eusc-de-east-1', 'partition')}:"),
    "commercial_host": lambda: code(property_of("us-east-1", "dns_suffix")),
    "sovereign_host": lambda: code(property_of("eusc-de-east-1", "dns_suffix")),
}


@cache
def source_values() -> Mapping[str, str]:
    """Return the value of each fact that has a source here, by its name."""
    return {name: str(value()) for name, value in _SOURCES.items()}
