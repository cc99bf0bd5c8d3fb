"""The routes Script, AWS CLI and CloudFormation: they run as shown, and end in the same settings.

Each block is run as the site generator rendered it, in the order of the page, against the strict
local AWS. What a step prints becomes the value that the later blocks show.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

import sites
from configuration import describe
from local_aws import LocalAws
from value_sets import VALUE_SETS
from walkthrough import SHELLS, Walkthrough, printed, same, steps

PAGE = "using-aws-cognito.md"
ROUTES = ("Script", "AWS CLI", "CloudFormation")
CREATE, FIRST_USER, FIND, CONSTANTS, ALLOW = range(5)
TEMPORARY = "https://localhost:3000/callback"
SOURCE = "export const OIDC_URL = '';\nexport const OIDC_CLIENT_NAME = '';\n"

# Blocks for a shell that no route runs: by page and first line, why.
NOT_IN_A_ROUTE: dict[tuple[str, str], str] = {
    (
        "plugin/index.md",
        'APPLICATION_NAME="Acme Data" REGION=eu-central-1 make build',
    ): "test_site.py builds the guide with such values, with both site generators",
    (
        "plugin/index.md",
        "pip install path/to/the/clone",
    ): "it names the reader's own clone, and would fetch packages from PyPI",
    (
        "plugin/index.md",
        "python -m mkdocs_macros_runbook check",
    ): "test_check.py runs this command",
    (
        "plugin/index.md",
        "python -m mkdocs_macros_runbook assets docs/assets",
    ): "test_assets.py runs this command",
    (
        "scripts.md",
        'python3 -m pip install "boto3>=1.44"',
    ): "it would fetch packages from PyPI; the tests' own boto3 is held to the same range",
}


def values_of(name: str) -> dict[str, str]:
    """Return a value set as a reader begins: the IDs are not known yet."""
    # The routes make pools of the original issuer type.
    later = ("USER_POOL_ID", "CLIENT_ID", "ISSUER_TYPE")
    return {key: value for key, value in VALUE_SETS[name].items() if key not in later}


@cache
def rendered(**values: str) -> Path:
    return sites.render(values)


def page_of(**values: str) -> str:
    return (rendered(**values) / PAGE).read_text(encoding="utf-8")


class Shown(NamedTuple):
    """Values as the rendered page shows them."""

    region: str
    user_pool_id: str
    client_id: str
    domain_prefix: str


def shown_on(page: str) -> Shown:
    def after(pattern: str) -> str:
        found = re.search(pattern, page)
        assert found, f"the page does not say {pattern}"
        return found[1]

    return Shown(
        after(r'--region "([^"]+)"'),
        after(r'--user-pool-id "([^"$]+)"'),
        after(r'--client-id "([^"$]+)"'),
        after(r'--domain "([^"]+)"'),
    )


def with_ids(page: str, ids: dict[str, str]) -> str:
    """Return the page with IDs in place of those that it shows: the same as rendered with them."""
    shown = shown_on(page)
    page = page.replace(shown.user_pool_id, ids["USER_POOL_ID"])
    return page.replace(shown.client_id, ids["CLIENT_ID"])


@pytest.mark.parametrize("name", ["default", "awkward"])
def test_a_page_with_printed_ids_is_the_page_rendered_with_them(name: str) -> None:
    values = values_of(name)
    page = page_of(**values)
    ids = {"USER_POOL_ID": f"{shown_on(page).region}_0Aa9", "CLIENT_ID": "0aB9"}
    assert with_ids(page, ids) == page_of(**values, **ids)


Result = subprocess.CompletedProcess[str]
Settings = dict[str, Any]


class Walked:
    """A walkthrough of one route in an account without anything, step by step."""

    def __init__(
        self,
        aws: LocalAws,
        folder: Path,
        page: str,
        route: str,
        changed: Callable[[str], str] = same,
    ) -> None:
        aws.reset()
        self.page = page
        self.walkthrough = Walkthrough(page, route, folder, aws.environment, changed)
        self.constants = folder / "lib" / "constants.ts"
        self.constants.parent.mkdir()
        self.constants.write_text(SOURCE)

    def do(self, step: int) -> Result:
        ran = self.walkthrough.run(step)
        assert ran.returncode == 0, f"step {step}: {ran.stdout}{ran.stderr}"
        return ran

    def create(self) -> Settings:
        ids = printed(self.do(CREATE).stdout)
        assert set(ids) == {"USER_POOL_ID", "CLIENT_ID"}, ids
        self.page = with_ids(self.page, ids)
        self.walkthrough.show(self.page)
        return self.settings

    @property
    def settings(self) -> Settings:
        return describe(*shown_on(self.page))


def differing(one: Settings, other: Settings) -> set[str]:
    return {name for name in one | other if one.get(name) != other.get(name)}


@pytest.mark.parametrize("name", VALUE_SETS)
def test_all_routes_end_in_the_same_settings(
    name: str, local_aws: LocalAws, tmp_path: Path
) -> None:
    page = page_of(**values_of(name))
    ends: dict[str, Settings] = {}
    for route in ROUTES:
        walked = Walked(local_aws, tmp_path / route, page, route)
        created = walked.create()
        for step in (FIRST_USER, FIND, CONSTANTS, ALLOW):
            ran = walked.do(step)
            if step == FIND:
                assert set(shown_on(walked.page)[1:3]) <= set(re.findall(r"[\w-]+", ran.stdout))
        ends[route] = walked.settings
        assert f"{shown_on(walked.page).user_pool_id}'" in walked.constants.read_text()
        assert f"'{shown_on(walked.page).client_id}'" in walked.constants.read_text()
        later = differing(created, ends[route]) - {"user pool.EstimatedNumberOfUsers"}
        later = {key for key in later if not key.startswith("users")}
        assert later == {"app client.CallbackURLs", "app client.LogoutURLs"}, later
        # The script's own idea of the recipe: nothing to do, nothing that differs.
        again = Walkthrough(walked.page, "Script", tmp_path / route, local_aws.environment)
        found = again.run(CREATE)
        assert found.returncode == 0, found.stderr
        assert json.loads(found.stdout)["created"] is False

    assert differing(ends["Script"], ends["AWS CLI"]) == set()
    assert differing(ends["AWS CLI"], ends["CloudFormation"]) == set()
    url = found_callback(page)
    assert ends["Script"]["app client.CallbackURLs"] == [url]
    assert ends["Script"]["app client.LogoutURLs"] == [url]


def found_callback(page: str) -> str:
    found = re.search(r'--callback-url "([^"]+)"', page)
    assert found
    return found[1]


def test_the_steps_are_those_that_the_tests_run() -> None:
    found = [list(step.blocks) for step in steps(page_of())]
    every = ["Console", *ROUTES]
    assert found == [every, every[:3], every[:3], ["Script", "By hand"], every]


# Again


def refused_again(ran: Result, error: str) -> None:
    assert ran.returncode != 0
    assert error in ran.stderr


@pytest.mark.parametrize("route", ROUTES)
def test_what_a_second_run_does_is_on_the_page(
    route: str, local_aws: LocalAws, tmp_path: Path
) -> None:
    page = page_of()
    walked = Walked(local_aws, tmp_path / "reader", page, route)
    created = walked.create()
    before = shown_on(walked.page)
    again = walked.walkthrough.run(CREATE)
    if route == "AWS CLI":
        says = "A second run makes a second user pool of the same name, and stops at the domain"
        assert says in " ".join(page.split())
        refused_again(again, "CreateUserPoolDomain operation")
        assert again.stdout.startswith(f"{before.user_pool_id}\n")  # the look before it
        doubled = walked.settings
        assert differing(created, doubled) == {"all user pools"}
        assert len(doubled["all user pools"]) == 2
        one_too_many = printed(again.stdout)["USER_POOL_ID"]
        command = f"delete_user_pool.py --region {before.region} --user-pool-id {one_too_many}"
        subprocess.run(
            [sys.executable, *command.split(), "--yes", "--disable-deletion-protection"],
            cwd=walked.walkthrough.folder,
            env=local_aws.environment,
            check=True,
            capture_output=True,
        )
    else:
        says = {"Script": '"created": false', "CloudFormation": "No changes to deploy"}[route]
        assert again.returncode == 0, again.stderr
        assert says in again.stdout + again.stderr
    assert walked.settings == created

    walked.do(FIRST_USER)
    with_user = walked.settings
    again = walked.walkthrough.run(FIRST_USER)
    if route == "AWS CLI":
        assert "`UsernameExistsException`" in page
        refused_again(again, "UsernameExistsException")
    else:
        assert '"created": false' in again.stdout
    assert walked.settings == with_user

    for step in (FIND, CONSTANTS):
        assert walked.do(step).stdout
        walked.do(step)
    walked.do(ALLOW)
    allowed = walked.settings
    again = walked.do(ALLOW)
    assert walked.settings == allowed
    if route == "CloudFormation":
        assert " ".join(page.split()).count("it says that there are no changes to deploy") == 2
        assert "No changes to deploy" in again.stdout + again.stderr
        # The first deployment again does not take the callback URL away.
        walked.do(CREATE)
        assert walked.settings == allowed


def test_an_update_keeps_what_the_app_client_had(local_aws: LocalAws, tmp_path: Path) -> None:
    """Also settings and URLs that this guide does not make."""
    import boto3

    others = ["https://other.example/cb", TEMPORARY]
    for route in ("Script", "AWS CLI"):
        walked = Walked(local_aws, tmp_path / route, page_of(), route)
        walked.create()
        shown = shown_on(walked.page)
        ids = {"UserPoolId": shown.user_pool_id, "ClientId": shown.client_id}
        cognito = boto3.client("cognito-idp", region_name=shown.region)
        client = cognito.describe_user_pool_client(**ids)["UserPoolClient"]
        for name in ("CreationDate", "LastModifiedDate"):
            client.pop(name, None)
        changes = {
            "IdTokenValidity": 5,
            "AccessTokenValidity": 5,
            "TokenValidityUnits": {"IdToken": "minutes", "AccessToken": "minutes"},
            "CallbackURLs": others,
        }
        cognito.update_user_pool_client(**client | changes)
        before = walked.settings
        walked.do(ALLOW)
        after = walked.settings
        assert differing(before, after) <= {
            "app client.CallbackURLs",
            "app client.LogoutURLs",
            "app client.LastModifiedDate",
        }
        assert others[0] in after["app client.CallbackURLs"]
        assert after["app client.IdTokenValidity"] == 5


# The tests can fail


class Mutation(NamedTuple):
    route: str
    before: str  # a regular expression
    after: str
    noticed: str  # by the setting that differs, or the error
    step: int = CREATE


SCOPES, URLS, MFA = "AllowedOAuthScopes", "CallbackURLs", "SoftwareTokenMfaConfiguration"
MUTATIONS = {
    "script, Region": Mutation("Script", 'east-2"', 'west-2"', "pool us-west-2"),
    "script, slash": Mutation("Script", "/Prod/", "/Prod", URLS, ALLOW),
    "script, temporary URL": Mutation("Script", " +--remove-callback-url.*\n", "", URLS, ALLOW),
    "command, scope": Mutation("AWS CLI", ' "profile"', "", SCOPES),
    "command, Region": Mutation(
        "AWS CLI", "(?<=create-user-pool-client )(.*\n.*)east", r"\1west", "does not exist"
    ),
    "command, MFA": Mutation("AWS CLI", r"aws .*user-pool-mfa(.*\\\n)*.*\n", "", MFA),
    "command, style": Mutation("AWS CLI", r"aws .*managed-login-b(.*\\\n)*.*\n", "", "branding"),
    "command, slash": Mutation("AWS CLI", "/Prod/", "/Prod", URLS, ALLOW),
    "command, bare URL": Mutation(
        "AWS CLI", r"""'\["(https:.*)"\]'""", r'"\1"', f"Unable to retrieve {TEMPORARY}"
    ),
    "template, scope": Mutation("CloudFormation", " +- profile\n", "", SCOPES),
    "template, Region": Mutation("CloudFormation", 'east-2"', 'west-2"', "pool us-west-2"),
    "template, MFA": Mutation("CloudFormation", " +MfaConfig.*\n.*\n.*TOKEN_MFA\n", "", MFA),
    "template, protection": Mutation(
        "CloudFormation", "DeletionProtection: ACTIVE", "", "DeletionProtection"
    ),
    "template, slash": Mutation("CloudFormation", "/Prod/", "/Prod", URLS, ALLOW),
}


# What the mutations look for, whatever the publisher's defaults are.
MUTATED = {
    "REGION": "us-east-2",
    "APPLICATION_URL": "https://abc123defg.execute-api.us-east-2.amazonaws.com/Prod/",
}


def outcome(aws: LocalAws, folder: Path, mutation: Mutation) -> Settings | str:
    """Return the settings in the end, or what went wrong on the way there."""
    changes = 0

    def changed(text: str) -> str:
        nonlocal changes
        text, count = re.subn(mutation.before, mutation.after, text)
        changes += count
        return text

    walked = Walked(aws, folder, page_of(**MUTATED), mutation.route, changed)
    try:
        settings = walked.create()
        if mutation.step == ALLOW:
            walked.do(ALLOW)
            settings = walked.settings
    except (AssertionError, ClientError) as error:
        return str(error)
    finally:
        assert changes, "the mutation changed nothing"
    return settings


@pytest.fixture(scope="module")
def references(_running_local_aws: LocalAws) -> dict[tuple[str, int], Settings]:
    return {}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_wrong_value_is_noticed(
    name: str,
    references: dict[tuple[str, int], Settings],
    local_aws: LocalAws,
    tmp_path: Path,
) -> None:
    mutation = MUTATIONS[name]
    key = (mutation.route, mutation.step)
    if key not in references:
        nothing = mutation._replace(before=r"\A", after="")  # the same steps
        right = outcome(local_aws, tmp_path / "right", nothing)
        assert isinstance(right, dict), right
        references[key] = right
    wrong = outcome(local_aws, tmp_path / "wrong", mutation)
    told = wrong if isinstance(wrong, str) else " ".join(differing(wrong, references[key]))
    assert mutation.noticed in told


# The template, and the map


@pytest.mark.parametrize("name", VALUE_SETS)
def test_cloudformation_s_own_schemas_accept_the_template(name: str, tmp_path: Path) -> None:
    page = page_of(**values_of(name))
    template = tmp_path / "user-pool.yaml"
    blocks = [b for step in steps(page) for b in step.chosen("CloudFormation")]
    (text,) = [block.text for block in blocks if block.title == template.name]
    template.write_text(text, encoding="utf-8")
    region = shown_on(page).region
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--include-checks", "I"]
    command += ["--non-zero-exit-code", "informational", "--regions", region, "--", str(template)]

    def lint() -> Result:
        return subprocess.run(
            command, env=sites.environment(), capture_output=True, text=True, check=False
        )

    ran = lint()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    template.write_text(text.replace("EnabledMfas", "EnabledMFAs"), encoding="utf-8")
    assert "EnabledMFAs" in lint().stdout


def test_the_page_says_the_version_of_the_aws_command_that_ran(local_aws: LocalAws) -> None:
    said = subprocess.run(
        ["aws", "--version"], env=local_aws.environment, capture_output=True, text=True, check=True
    ).stdout
    found = re.match(r"aws-cli/(\d+\.\d+)\.", said)
    assert found
    assert re.search(rf"verified with\s+version {re.escape(found[1])},", page_of())


def test_every_block_for_a_shell_is_run_or_has_a_reason() -> None:
    """Count with another instrument than the one that runs."""
    pages = rendered()
    in_routes = {
        block.line for step in steps(page_of()) for route in ROUTES for block in step.chosen(route)
    }
    without, unused = [], set(NOT_IN_A_ROUTE)
    fences = 0
    for file in sorted(pages.rglob("*.md")):
        page = file.relative_to(pages).as_posix()
        lines = file.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            language = re.match(r"\W*(?:```|~~~)\W*(\w+)", line)
            if not language or language[1] not in SHELLS:
                continue
            fences += 1
            key = (page, lines[number].strip())
            unused.discard(key)
            if not NOT_IN_A_ROUTE.get(key) and not (page == PAGE and number in in_routes):
                without.append(f"{page}:{number}: {key[1]}")
    assert without == [], "run these in a route, or write down why not"
    assert unused == set()
    assert fences >= 17


def test_every_script_that_a_block_runs_is_offered_beside_it() -> None:
    for step in steps(page_of()):
        for block in step.blocks.get("Script", []):
            for script in re.findall(r"python3 (\w+\.py)", block.text):
                assert f"](scripts/{script})" in page_of()
                published = sites.PROJECT / "docs" / "scripts" / script
                assert published.read_bytes() == (sites.PROJECT / "scripts" / script).read_bytes()
