"""Inline code in prose: options, actions, commands and files that it names are held to the things.

Blocks are run; what a sentence names beside them would go out of date without anyone noticing.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from sites import PROJECT

PAGES = [path for path in sorted((PROJECT / "docs").glob("*.*")) if path.suffix in (".md", ".yml")]
SCRIPTS = {path.name: path for path in (PROJECT / "scripts").glob("*.py")}
# Names in capitals and small letters that are not operations, exceptions or shapes of Cognito.
OTHERS = {
    "AmazonCognitoPowerUser",
    "AmazonCognitoReadOnly",
    "AccessDeniedException",  # of IAM, for every service
}
# Words with hyphens that are not commands of `aws cognito-idp`.
WORDS = {
    "aws-jwt-verify",
    "cognito-idp",
    "issuer-cognito-idp",
}
OF_OTHER_PROGRAMS = {"--upgrade", "--version"}  # of pip and aws
REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]")


@cache
def model() -> Any:
    return botocore.session.Session().get_service_model("cognito-idp")


@cache
def options_of(script: str) -> set[str]:
    with redirect_stdout(StringIO()) as out, pytest.raises(SystemExit):
        importlib.import_module(script.removesuffix(".py")).main(["--help"])
    return set(re.findall(r"--[a-z][a-z-]+", out.getvalue()))


@cache
def aws_options() -> set[str]:
    """Return the options of `aws cognito-idp`, and those of every command of `aws`."""
    names = {"--region", "--query", "--output", "--cli-input-json"}
    for operation in model().operation_names:
        shape = model().operation_model(operation).input_shape
        for name, member in (shape.members if shape else {}).items():
            option = xform_name(name, "-")
            names.add(f"--{option}")
            if member.type_name == "boolean":
                names.add(f"--no-{option}")
    return names


def objections(text: str) -> Iterator[str]:
    """Tell what inline code in the prose of a page names that does not exist."""
    prose = re.sub(r"(?ms)^[ \t]*```.*?^[ \t]*```$", lambda fence: scripts_in(fence[0]), text)
    for section in re.split(r"(?m)^(?:##+ .*|- id: .*)$", prose):
        codes = re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", section)
        named = {name for name in SCRIPTS if name in section}
        options = set().union(OF_OTHER_PROGRAMS, *map(options_of, named))
        for code in codes:
            yield from _objections(" ".join(code.split()), options)


def scripts_in(fence: str) -> str:
    """Return the scripts that a block runs: the prose around it may name their options."""
    return " ".join(re.findall(r"\w+\.py", fence))


def _objections(code: str, options: set[str]) -> Iterator[str]:
    for option in re.findall(r"(?<!\S)--[a-z][a-z-]+", code):
        if option not in options | aws_options():
            yield f"no script of this section, and no command of AWS, has {option}"
    if re.fullmatch(r"([a-z_]+/)*\w+\.py", code) and code.rpartition("/")[2] not in SCRIPTS:
        yield f"there is no {code}"
    if re.fullmatch(r"([A-Z][a-z]+){2,}", code) and code not in OTHERS:
        shapes = (*model().operation_names, *model().shape_names)
        if code not in shapes:
            yield f"Cognito has no {code}"
    if re.fullmatch(r"[a-z]+(-[a-z]+)+", code) and code not in WORDS:
        commands = {xform_name(name, "-") for name in model().operation_names}
        if code not in commands and not REGION.fullmatch(code):
            yield f"aws cognito-idp has no command {code}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_inline_code_names_what_exists(path: Any) -> None:
    assert [*objections(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "prose",
    [
        "Run `create_user.py` with `--invite-again`.",
        "Add `--resend` to `delete_user_pool.py`.",
        "Use `--sign-out-urls`.",
        "Download `make_user.py`.",
        "It needs `AdminUpdateUser`.",
        "It fails with `UserNameExistsException`.",
        "Run `admin-update-user`.",
    ],
)
def test_a_name_that_does_not_exist_is_noticed(prose: str) -> None:
    assert [*objections(prose)]


@pytest.mark.parametrize(
    "prose",
    [
        "Run `create_user.py` with `--resend`.",
        "```bash\npython3 create_user.py\n```\n\nAdd `--update`.",
        "Use `--no-permanent` and `--desired-delivery-mediums`.",
        "It needs `AdminUpdateUserAttributes`, or fails with `UsernameExistsException`.",
        "Run `admin-set-user-password` in `us-east-2`.",
    ],
)
def test_a_name_that_exists_is_not(prose: str) -> None:
    assert [*objections(prose)] == []
