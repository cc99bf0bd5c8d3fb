"""The routes of the guide's page: what a second run does, and that wrong values are noticed.

That all routes run as shown and end alike is verified where the page is: `pytest docs`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import guide_world
import sites
import template
from local_aws import LocalAws
from mkdocs_macros_runbook import Block, Failure, Walkthrough
from mkdocs_macros_runbook.values.resolution import Override, Values, resolve
from mkdocs_macros_runbook.verify.languages import BUILT_IN
from mkdocs_macros_runbook.verify.plan import Plan
from mkdocs_macros_runbook.verify.plans.routes import routes
from mkdocs_macros_runbook.verify.run.server import Server
from mkdocs_macros_runbook.verify.settings import Settings as RunSettings
from mkdocs_macros_runbook.verify.site.build import Build
from mkdocs_macros_runbook.verify.site.site import Site
from mkdocs_macros_runbook.verify.walkthrough.turn import verify_next
from mkdocs_macros_runbook.verify.walkthrough.verifier import add_verifiers

ROUTES = ("Script", "AWS CLI", "CloudFormation", "By hand")
PREPARE, CREATE, FIRST_USER, FIND, CONSTANTS, ALLOW = range(1, 7)  # the groups of tabs
TEMPORARY = "https://localhost:3000/callback"
SITE = Site(sites.PROJECT / "mkdocs.yml")
BUILD = Build(SITE)
add_verifiers(BUILT_IN)

Settings = dict[str, Any]


def same(text: str) -> str:
    return text


@cache
def blocks() -> list[Block]:
    page = BUILD.pages("default")["using-aws-cognito.md"]
    return [block for block in page.blocks if not block.exemption]


def prose() -> str:
    source = (sites.PROJECT / guide_world.PAGE).read_text(encoding="utf-8")
    return " ".join(source.split())


class Walked(Walkthrough):
    """A walkthrough of one route in an account without anything, a group of tabs at a time."""

    def __init__(
        self,
        server: Server,
        aws: LocalAws,
        warm: Path,
        address: str,
        route: str,
        values: Values | None = None,
        change: Callable[[str], str] = same,
    ) -> None:
        values = guide_world.with_address(values or SITE.values("default"), address)
        on_this_route = routes(blocks())[route]
        plan = Plan(guide_world.PAGE, route, "default", values, on_this_route)
        super().__init__(plan, RunSettings(), server)
        self._change = change
        self._count = 0
        self._aws = aws
        aws.reset()
        environment = guide_world.reader(self, aws)
        self.reset({**environment, "PATH": f"{warm}:{environment['PATH']}"})

    def block(self, position: int) -> Block:
        block = super().block(position)
        if block.text == "0\n":
            return replace(block, parts=(f"{self._count}\n",))
        return replace(block, parts=(self._change(block.text),))

    def do(self, group: int, count: int = 0) -> str:
        """Verify the blocks of a group of tabs; return what they printed.

        `count` user pools have the name already.
        """
        printed, self._count = "", count
        groups = (PREPARE, CREATE) if group == CREATE else (group,)
        for position, block in enumerate(self.plan.blocks):
            if block.tabs and block.tabs[0][0] in groups:
                self.go_to(position)
                verify_next(self)
                printed += self.printed or ""
        return printed

    @property
    def settings(self) -> Settings:
        end = guide_world.pytest_runbook_end(self)
        assert end
        end.pop("constants")
        return end


Walk = Callable[..., Walked]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def walk(
    server: Server, local_aws: LocalAws, _warm_commands: Path, _guide_address: str
) -> Iterator[Walk]:
    """Return a function that begins a walkthrough; what it leaves is removed."""
    begun: list[Walked] = []

    def begin(*arguments: Any, **named: Any) -> Walked:
        parts = server, local_aws, _warm_commands, _guide_address
        begun.append(Walked(*parts, *arguments, **named))
        return begun[-1]

    yield begin
    for walked in begun:
        walked.close()


def differences(one: Settings, other: Settings) -> set[str]:
    return {name for name in one | other if one.get(name) != other.get(name)}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give tests a sample of what they are run with, or all of it."""
    samples = {
        # the set that gives every parameter a value
        "value_set": (SITE.declaration.value_sets, ["awkward"]),
        "route": (ROUTES[:3], ROUTES[:3]),
        "mutation": (MUTATIONS, SAMPLE_OF_MUTATIONS),
    }
    for name, (everything, sample) in samples.items():
        if name in metafunc.fixturenames:
            is_full = metafunc.config.getoption("--runbook-full")
            metafunc.parametrize(name, list(everything) if is_full else sample)


def test_the_routes_are_those_that_the_tests_walk() -> None:
    assert tuple(routes(blocks())) == ROUTES


# Again


@pytest.mark.only_full  # it takes as long as four whole routes
def test_what_a_second_run_does_is_on_the_page(route: str, walk: Walk) -> None:
    walked = walk(route)

    def run_again(step: int) -> str:
        """Return what a step prints instead of what the page shows of its first run."""
        with pytest.raises(Failure, match="the output differs") as failure:
            walked.do(step)
        return failure.value.actual

    walked.do(CREATE)
    created = walked.settings
    before = walked.values
    if route == "AWS CLI":
        assert "A second run creates another user pool with the same name" in prose()
        with pytest.raises(Failure, match="the output differs"):
            walked.do(CREATE)  # the first command counts one
        walked.do(CREATE, count=1)
        one_too_many = walked.values.by_name["user_pool_id"]
        walked.values = before
        doubled = walked.settings
        assert differences(created, doubled) == {"all user pools"}
        assert len(doubled["all user pools"]) == 2
        region = before.by_name["region"]
        script = sites.PROJECT / "scripts" / "delete_user_pool.py"
        command = f"{script} --region {region} --user-pool-id {one_too_many}"
        subprocess.run(
            [sys.executable, *command.split(), "--disable-deletion-protection"],
            input=before.by_name["user_pool_name"],
            text=True,
            cwd=walked.folder,
            env=walked.environment,
            check=True,
            capture_output=True,
        )
    elif route == "Script":
        assert '"created": false' in walked.do(CREATE)
    else:
        assert "No changes to deploy" in run_again(CREATE)
    assert walked.settings == created

    walked.do(FIRST_USER)
    with_user = walked.settings
    if route == "AWS CLI":
        assert "`UsernameExistsException`" in prose()
        with pytest.raises(Failure) as failure:
            walked.do(FIRST_USER)
        assert "UsernameExistsException" in failure.value.actual
    else:
        assert '"created": false' in walked.do(FIRST_USER)
    assert walked.settings == with_user

    for step in (FIND, CONSTANTS):
        assert walked.do(step)
        walked.do(step)
    walked.do(ALLOW)
    with_urls = walked.settings
    later = differences(with_user, with_urls)
    assert later == {"app client.CallbackURLs", "app client.LogoutURLs"}, later
    again = run_again(ALLOW) if route == "CloudFormation" else walked.do(ALLOW)
    assert walked.settings == with_urls
    if route == "CloudFormation":
        assert prose().count("it reports that there are no changes to deploy") == 2
        assert "No changes to deploy" in again
        # The first deployment again does not take the callback URL away.
        assert "No changes to deploy" in run_again(CREATE)
        assert walked.settings == with_urls


def test_a_clean_up_that_was_interrupted_can_be_run_again(walk: Walk) -> None:
    """The domain is gone already; where the user pool cannot be read, nothing is deleted."""
    import boto3

    walked = walk("AWS CLI")
    walked.do(CREATE)
    values = walked.values.by_name
    pool = {"UserPoolId": values["user_pool_id"]}
    cognito = boto3.client("cognito-idp", region_name=values["region"])
    [block] = [block for block in blocks() if "idp delete-user-pool-domain" in block.text]
    text = block.with_values(walked.values.at).text

    def run_block(user_pool_id: str) -> int:
        command = f"user_pool_to_delete='{user_pool_id}'\n{text}"
        environment = walked.environment
        return subprocess.run(["bash", "-c", command], env=environment, check=False).returncode

    assert run_block("") != 0 and run_block(f"{pool['UserPoolId']}x") != 0
    assert cognito.describe_user_pool(**pool)["UserPool"]["DeletionProtection"] == "ACTIVE"
    cognito.delete_user_pool_domain(**pool, Domain=values["domain_prefix"])
    assert run_block(pool["UserPoolId"]) == 0
    assert cognito.list_user_pools(MaxResults=1)["UserPools"] == []


@pytest.mark.parametrize(
    "updated_route", ["AWS CLI", pytest.param("Script", marks=pytest.mark.only_full)]
)
def test_an_update_keeps_what_the_app_client_had(updated_route: str, walk: Walk) -> None:
    """Also settings and URLs that this guide does not make."""
    import boto3

    others = ["https://other.example/cb", TEMPORARY]
    walked = walk(updated_route)
    walked.do(CREATE)
    values = walked.values.by_name
    ids = {"UserPoolId": values["user_pool_id"], "ClientId": values["client_id"]}
    cognito = boto3.client("cognito-idp", region_name=values["region"])
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
    if updated_route == "AWS CLI":
        with pytest.raises(Failure, match="the output differs"):
            walked.do(ALLOW)  # it lists the other URL as well
    else:
        walked.do(ALLOW)
    after = walked.settings
    assert differences(before, after) <= {
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
    "script, Region": Mutation("Script", 'east-2"', 'west-2"', "us-west-2"),
    "script, slash": Mutation("Script", "/Prod/", "/Prod", "was not typed again", ALLOW),
    "script, temporary URL": Mutation("Script", " +--remove-callback-url.*\n", "", URLS, ALLOW),
    "command, scope": Mutation("AWS CLI", ' "profile"', "", SCOPES),
    "command, Region": Mutation(
        "AWS CLI", "(?<=create-user-pool-client )(.*\n.*)east", r"\1west", "does not exist"
    ),
    "command, MFA": Mutation("AWS CLI", r"aws .*user-pool-mfa(.*\\\n)*.*\n", "true\n", MFA),
    "command, style": Mutation(
        "AWS CLI", r"aws .*managed-login-b(.*\\\n)*.*\n", "true\n", "branding"
    ),
    "command, slash": Mutation("AWS CLI", "/Prod/", "/Prod", URLS, ALLOW),
    "command, bare URL": Mutation(
        "AWS CLI", r"""'\["(https:.*)"\]'""", r'"\1"', f"Unable to retrieve {TEMPORARY}"
    ),
    "template, scope": Mutation("CloudFormation", " +- profile\n", "", SCOPES),
    "template, Region": Mutation("CloudFormation", 'east-2"', 'west-2"', "us-west-2"),
    "template, MFA": Mutation("CloudFormation", " +MfaConfig.*\n.*\n.*TOKEN_MFA\n", "", MFA),
    "template, protection": Mutation(
        "CloudFormation", "DeletionProtection: ACTIVE", "", "DeletionProtection"
    ),
    "template, slash": Mutation("CloudFormation", "/Prod/", "/Prod", URLS, ALLOW),
    "constants, ID": Mutation("By hand", "NAME = .", "NAME = 'x", "constants", CONSTANTS),
    "constants, syntax": Mutation(
        "By hand", "(CLIENT_NAME = '.*)';", r"\1;", "TypeScript", CONSTANTS
    ),
}
# Other kinds are in the sample of test_block_mutants.py.
SAMPLE_OF_MUTATIONS = ["command, bare URL", "constants, syntax"]


def mutated_values() -> Values:
    """What the mutations look for, whatever the publisher's defaults are."""
    url = "https://abc123defg.execute-api.us-east-2.amazonaws.com/Prod/"
    values = {"region": "us-east-2", "application_url": url}
    overrides = {name: Override(text, "the test") for name, text in values.items()}
    return resolve(SITE.declaration, overrides)


def steps_of(walked: Walked, steps: set[int]) -> dict[int, Settings]:
    """Take the steps, and return the settings after each."""
    after = {}
    for step in sorted(steps):
        walked.do(step)
        end = guide_world.pytest_runbook_end(walked)
        assert end
        after[step] = end
    return after


def outcome(walk: Walk, mutation: Mutation) -> Settings | str:
    """Return the settings in the end, or what went wrong on the way there."""
    changes = 0

    def change(text: str) -> str:
        nonlocal changes
        text, count = re.subn(mutation.before, mutation.after, text)
        changes += count
        return text

    walked = walk(mutation.route, mutated_values(), change)
    try:
        return steps_of(walked, {CREATE, mutation.step})[mutation.step]
    except Failure as failure:
        return failure.report("")
    except Exception as error:
        return str(error)
    finally:
        assert changes, "the mutation changed nothing"


@pytest.fixture(scope="module")
def references() -> dict[str, dict[int, Settings]]:
    """What each route leads to without a mutation, after each step that is mutated."""
    return {}


def test_a_wrong_value_is_noticed(
    mutation: str, references: dict[str, dict[int, Settings]], walk: Walk, is_full: bool
) -> None:
    mutated = MUTATIONS[mutation]
    route = mutated.route
    wrong = outcome(walk, mutated)
    if isinstance(wrong, str):
        assert mutated.noticed in wrong
        return
    if route not in references:
        on_route = [one for one in MUTATIONS.values() if one.route == route]
        steps = {CREATE} | {one.step for one in (on_route if is_full else [mutated])}
        references[route] = steps_of(walk(route, mutated_values()), steps)
    assert mutated.noticed in " ".join(differences(wrong, references[route][mutated.step]))


# The template, and the map


def test_cloudformation_and_cognito_accept_the_template(is_full: bool) -> None:
    """With every value set, in its Region; and they would not accept a slip.

    A sample is the value set that is the hardest to write in YAML.
    """
    [block] = filter(template.is_template, blocks())
    for value_set in SITE.declaration.value_sets if is_full else ["awkward"]:
        values = SITE.values(value_set)
        text, region = block.with_values(values.at).text, values.by_name["region"]
        assert [*template.objections(text, region)] == [], value_set
    assert "EnabledMFAs" in str([*template.objections(text.replace("Mfas", "MFAs"), region)])
    longer = text.replace("{0,53}", "{0,54}")
    assert "which Cognito refuses" in str([*template.objections(longer, region)])


def test_the_prefix_of_the_command_is_that_of_the_script() -> None:
    """Which Cognito takes, whatever the application is called."""
    import create_user_pool

    [block] = [block for block in blocks() if "make_prefix=" in block.text]
    [program] = re.findall(r"(?s)make_prefix='(.*?)'", block.text)
    for name in ("mlspace-test", "my-aws-app-test", "cognito-test", f"{'long-' * 9}name-test"):
        pool = {"Name": name, "Id": "us-east-2_oUmWoN1YP"}
        command = [sys.executable, "-c", program, name, pool["Id"]]
        prefix = subprocess.check_output(command, text=True).strip()
        assert prefix == create_user_pool.prefix_of(pool)
        assert re.fullmatch(create_user_pool.DOMAIN_PREFIX, prefix)


@pytest.mark.parametrize("page", ["using-aws-cognito.md", "troubleshooting.md"])
def test_a_command_that_fails_prints_no_value(page: str) -> None:
    """Readers would take it: the prefix of no domain, or a password that nobody has."""
    texts = [block.text for block in BUILD.pages("default")[page].blocks if "\necho " in block.text]
    for text in texts:
        command = ["bash", "-c", f"aws() {{ return 1; }}\n{text}"]
        output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        assert re.fullmatch(r"(\w+: \n)?", output), text
    assert texts


def test_the_page_says_the_version_of_the_aws_command_that_ran(local_aws: LocalAws) -> None:
    output = subprocess.run(
        ["aws", "--version"], env=local_aws.environment, capture_output=True, text=True, check=True
    ).stdout
    match = re.match(r"aws-cli/(\d+\.\d+)\.", output)
    assert match
    assert SITE.declaration.facts["verified_aws_cli_version"].value == match[1]
    assert "emulator, with version {{ verified_aws_cli_version }} (" in prose()


def test_values_by_their_marks_are_values_of_a_build(value_set: str) -> None:
    """The reader's script changes marks; the publisher builds. Both show the same blocks.

    A sample is the value set that sets every parameter.
    """
    by_default = BUILD.pages("default")
    values = SITE.values(value_set)
    for path, page in BUILD.pages(value_set).items():
        marked = [block.with_values(values.at).text for block in by_default[path].blocks]
        assert marked == [block.text for block in page.blocks], path


def test_every_script_that_a_block_runs_is_offered_beside_it() -> None:
    source = (sites.PROJECT / guide_world.PAGE).read_text(encoding="utf-8")
    for block in blocks():
        for script in re.findall(r"python3 (\w+\.py)", block.text):
            assert f"](scripts/{script})" in source
