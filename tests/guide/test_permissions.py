"""The permissions on the guide's pages: exactly those for the calls that the steps make."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import pytest

from iam_policy import needs_any_resource
from prose import CODE, FENCE, pages
from script_actions import ACTIONS
from test_inline_code import commands
from test_links import targets_of

PAGE, SCRIPTS = "costs-and-permissions.md", "scripts.md"
POOLS = "arn:{{ partition }}:cognito-idp:{{ region }}:*:userpool/"
POOL = f"{POOLS}{{{{ user_pool_id }}}}"
#: whose calls the policy on the page is for, besides those of two steps
OF_POLICY = ("find_oidc_settings.py", "allow_callback_url.py", "diagnose_sign_in.py")


class Step(NamedTuple):
    """Whose calls a row of the table lists: those in sections, and those of the console."""

    sections: tuple[str, ...]
    calls: str  # of the sections, a regular expression
    console: tuple[str, ...] = ()


STEPS = {
    "List and view user pools": Step(("create-it", "clean-up"), "(List|Describe)UserPools?"),
    "Create a user pool": Step(
        ("create-it",), "(Create|Set)UserPool(MfaConfig)?", ("UpdateUserPool",)
    ),
    "Create an app client": Step(
        ("create-it",),
        "CreateUserPoolClient|CreateManagedLoginBranding",
        ("DescribeUserPoolClient", "UpdateUserPoolClient", "DescribeManagedLoginBrandingByClient"),
    ),
    "Create or change the login domain": Step(
        ("create-it", "clean-up", "troubleshooting"), ".*Domain", ("DescribeUserPoolDomain",)
    ),
    "Create the first user": Step(
        ("creating-the-first-user",),
        "Admin.*",
        ("AdminUpdateUserAttributes", "AdminSetUserPassword"),
    ),
    "Help a user": Step(("troubleshooting",), "Admin.*|ListUsers"),
    "Find the client ID": Step(
        ("find-the-user-pool-id-and-the-client-id",), ".*Client.*", ("DescribeUserPoolClient",)
    ),
    "Find out why sign-in fails": Step((), "", sum(ACTIONS["diagnose_sign_in.py"], ())),
    "Allow a callback URL": Step(("allow-the-callback-url-and-the-sign-out-url",), ".*"),
    "Delete everything": Step(("clean-up",), "(Delete|Update).*"),
}
_CALL = re.compile(r"aws cognito-idp ([a-z-]+)")


@cache
def calls_in(section: str) -> set[str]:
    """Return the operations that the commands of a section call."""
    targets = targets_of(pages())
    text = pages()["troubleshooting.yml"]
    if section != "troubleshooting":
        text = targets[f"using-aws-cognito.md#{section}"].text
    return {commands()[name] for block in FENCE.finditer(text) for name in _CALL.findall(block[0])}


@cache
def actions_by_row() -> dict[str, set[str]]:
    """Return the actions of each row of the table."""
    return {
        row: {
            *step.console,
            *(
                call
                for name in step.sections
                for call in calls_in(name)
                if re.fullmatch(step.calls, call)
            ),
        }
        for row, step in STEPS.items()
    }


def objections(texts: Mapping[str, str]) -> Iterator[str]:
    """Tell which actions are missing or superfluous in the table, and which need any resource."""
    rows = dict(re.findall(r"(?m)^\| ([A-Z][^|,]*?)(?:,[^|]*)? \| (.*`.*) \|$", texts[PAGE]))
    for row in rows.keys() - STEPS.keys():
        yield f"{PAGE}: STEPS has no row {row}"
    for row, actions in actions_by_row().items():
        listed = set(CODE.findall(str(rows.get(row, ""))))
        if listed != actions:
            yield f"{PAGE}: {row} lists {sorted(listed)}, but its steps need {sorted(actions)}"
    text = " ".join(texts[PAGE].split())
    match = re.search(r"((?:`\w+`,? (?:and )?)+)do not support resource-level permissions", text)
    if not match or {*CODE.findall(match[1])} != any_resource():
        yield f"{PAGE}: {sorted(any_resource())} do not support resource-level permissions"
    yield from _of_policies(texts)


def _of_policies(texts: Mapping[str, str]) -> Iterator[str]:
    """Tell which policies do not have exactly what their scripts and steps call."""
    for script, section in re.findall(r"(?ms)^## (\w+\.py)$(.*?)(?=^## |\Z)", texts[SCRIPTS]):
        actions = ACTIONS[script]
        yield from _of_policy(
            f"{SCRIPTS}: {script}", section, actions.anywhere, actions.on_the_pool
        )
    scripts = [ACTIONS[name] for name in OF_POLICY]
    calls = set[str]().union(*(script.on_the_pool for script in scripts))
    calls |= calls_in("find-the-user-pool-id-and-the-client-id")
    calls |= calls_in("allow-the-callback-url-and-the-sign-out-url")
    anywhere = set[str]().union(*(script.anywhere for script in scripts)) | (calls & any_resource())
    yield from _of_policy(PAGE, texts[PAGE], anywhere, calls - anywhere)


def _of_policy(
    place: str, text: str, anywhere: Collection[str], on_the_pool: Collection[str]
) -> Iterator[str]:
    blocks = re.findall(r"(?ms)^```json .*?\n(.*?)^```", text)
    granted: dict[bool, list[str]] = {True: [], False: []}
    for block in blocks:
        try:
            for statement in json.loads(block)["Statement"]:
                if statement["Resource"] not in ("*", POOL, f"{POOLS}*"):
                    yield f"{place}: a policy is for {statement['Resource']}"
                granted[statement["Resource"] == "*"] += statement["Action"]
        except (ValueError, LookupError, TypeError) as error:
            yield f"{place}: the policy cannot be read: {error!r}"
            return
    for is_anywhere, calls in ((True, anywhere), (False, on_the_pool)):
        wanted_here = sorted(f"cognito-idp:{call}" for call in calls)
        if sorted(granted[is_anywhere]) != wanted_here:
            yield f"{place}: the policy grants {granted[is_anywhere]}, but {wanted_here} are called"


@cache
def any_resource() -> set[str]:
    actions = set[str]().union(*actions_by_row().values())
    return {name for name in actions if needs_any_resource(f"cognito-idp:{name}")}


def test_the_table_has_what_the_steps_call() -> None:
    assert [*objections(pages())] == []
    text = pages()[PAGE]
    for before, after in (
        ("`ListUsers`, `AdminCreate", "`AdminCreate"),  # missing
        ("`UpdateUserPool`, `DeleteUserPool` |", "`ListUsers`, `DeleteUserPool` |"),  # superfluous
        ("`CreateUserPool`, `ListUserPools` and", "`CreateUserPool`, `ListUsers` and"),
    ):
        assert before in text
        assert [*objections({**pages(), PAGE: text.replace(before, after)})], after


@pytest.mark.parametrize("name", [PAGE, SCRIPTS])
def test_a_policy_with_another_action_is_noticed(name: str) -> None:
    text = pages()[name]
    for before, after in (
        ("idp:UpdateUserPoolClient", "idp:DeleteUserPool"),
        ('"Action"', '"NotAction"'),
        ("userpool/", "userpool/x"),
    ):
        assert before in text
        assert [*objections({**pages(), name: text.replace(before, after, 1)})], after
