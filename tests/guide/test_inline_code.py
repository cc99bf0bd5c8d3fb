"""Inline code in prose: what it names is compared with what the section is about.

Blocks are run; what a sentence names beside them would go out of date without anyone noticing. So
an option is one of a script or command of the same section, an action or an exception is one of a
call that the section makes, and every other word is in a block or in the help of a script. What is
in none of them is a fact, and the text around it has a word of the fact's name.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from mkdocs_macros_cognito.regions_table import regions
from prose import CODE, VALUE, Section, all_sections, facts_of, pages, sections, speaks_of, stems
from sites import PROJECT

SCRIPTS = {path.name: path for path in (PROJECT / "scripts").glob("*.py")}
# Options that come before or without a command: of aws, pip and every script.
OF_ANY_COMMAND = {"--region", "--query", "--output", "--cli-input-json"}
OF_ANY_COMMAND |= {"--help", "--upgrade", "--version"}
WORD = re.compile(r"[A-Za-z*][\w*-]*")


@cache
def model() -> Any:
    return botocore.session.Session().get_service_model("cognito-idp")


@cache
def help_of(script: str) -> str:
    with redirect_stdout(StringIO()) as out, pytest.raises(SystemExit):
        importlib.import_module(script.removesuffix(".py")).main(["--help"])
    return out.getvalue()


def what_it_does(option: str, helps: str) -> str:
    """Return what help texts say of an option."""
    texts = re.findall(rf"(?m)^ +{option}\b(?: [A-Z_]+)?((?:.*\n)(?: {{20,}}.*\n)*)", helps)
    return " ".join(texts)


@cache
def commands() -> dict[str, str]:
    """Return the operations by the commands of `aws cognito-idp`."""
    return {xform_name(name, "-"): name for name in model().operation_names}


@cache
def options_of(command: str) -> set[str]:
    """Return the options of a command of `aws cognito-idp`."""
    shape = model().operation_model(commands()[command]).input_shape
    names = set()
    for name, member in (shape.members if shape else {}).items():
        names.add(f"--{xform_name(name, '-')}")
        if member.type_name == "boolean":
            names.add(f"--no-{xform_name(name, '-')}")
    return names


@cache
def errors_of(command: str) -> set[str]:
    shapes = model().operation_model(commands()[command]).error_shapes
    return {shape.name for shape in shapes}


def objections(texts: Mapping[str, str]) -> Iterator[str]:
    """Tell what inline code in the prose of the guide names that is not there."""
    facts = facts_of(texts["facts.yml"])
    stated = frozenset(
        (code, name)
        for name, fact in facts.items()
        for code in (str(fact["value"]), *CODE.findall(str(fact["value"])))
    )
    words = known_words().union(*(WORD.findall(code) for code, _ in stated))
    words = words.union(*(WORD.findall(blocks_in(name, text)) for name, text in texts.items()))
    blocks = " ".join(blocks_in(name, text) for name, text in texts.items())
    for section in all_sections(texts):
        yield from of_section(section, stated, words, blocks)


@cache
def known_words() -> frozenset[str]:
    """Return the words of the scripts' help texts, and of the model, such as states of users."""
    words = {*SCRIPTS}.union(*(WORD.findall(help_of(script)) for script in SCRIPTS))
    shapes = map(model().shape_for, model().shape_names)
    return frozenset(words.union(*(getattr(shape, "enum", ()) for shape in shapes)))


@cache
def blocks_in(name: str, text: str) -> str:
    blocks = " ".join(one.blocks for one in sections(name, text))
    return " ".join(VALUE.sub("", blocks).split())


@cache
def of_section(
    section: Section, stated: frozenset[tuple[str, str]], words: frozenset[str], all_blocks: str
) -> list[str]:
    """Tell what inline code of a section names that is not there.

    `stated` are the codes in facts, with the names of these; `words` and all blocks are known.
    """
    text = " ".join(VALUE.sub("", section.text).split())
    named = {name for name in SCRIPTS if name in text}
    called = commands().keys() & {*re.findall(r"\bcognito-idp ([a-z-]+)", text)}
    helps = "\n".join(map(help_of, named))
    options = {*re.findall(r"--[a-z-]+", helps), *OF_ANY_COMMAND}.union(*map(options_of, called))
    parameters = {*re.findall(r"(?m)^ +(\w+):\n +Type: ", section.blocks)}  # of a template
    operations = {commands()[name] for name in called}
    errors = set[str]().union(*map(errors_of, called))
    blocks = " ".join(VALUE.sub("", section.blocks).split())
    title = re.search(r"(?m)^#+ .*|^  title: .*", section.text)
    own_words = {*WORD.findall(f"{blocks} {helps} {title[0] if title else ''}")}

    def objection(code: str, around: str) -> str:
        if any(code == fact and speaks_of(name, around) for fact, name in stated):
            return ""
        for option in re.findall(r"(?<!\S)--[a-z][a-z-]+", code):
            if option not in options:
                return f"nothing in this section has the option {option}"
            meant = stems(f"{option} {what_it_does(option, helps)}")
            if option not in OF_ANY_COMMAND and not stems(CODE.sub("", around)) & meant:
                return f"the sentence says nothing of what {option} does"
        if re.fullmatch(r"([A-Z][a-z]+){2,}", code):
            # test_permissions.py compares the table of actions with the calls
            is_listed = around.lstrip().startswith("|") or "resource-level" in around
            is_action = code in model().operation_names and is_listed
            if not (code in errors | operations | parameters or is_action):
                return f"no command of this section calls {code}, or fails with it"
        elif re.fullmatch(r"[a-z]+(-[a-z]+)+", code):
            if code not in called and f" {code} " not in blocks:
                return f"this section does not run {code}"
        elif re.fullmatch(r"([a-z_]+/)*\w+\.py", code):
            if not re.search(
                rf"(?:scripts/{code}|scripts.md#{code[:-3]}py)\)|python3 {code}", text
            ):
                return f"this section has no link to {code}"
        elif re.fullmatch(r"[A-Za-z]+(_[A-Za-z]+)+", code):
            if code not in own_words:
                return f"nothing in this section, and no fact of its kind, has {code}"
        elif target := re.fullmatch(r"make ([a-z-]+)", code):
            if f"\n{target[1]}:" not in (PROJECT / "Makefile").read_text(encoding="utf-8"):
                return f"the Makefile has no {target[1]}"
        elif " " in code:
            start = next((fact for fact, _ in stated if fact and code.startswith(fact)), "")
            rest = WORD.findall(code.removeprefix(start)) if start else []
            if code not in all_blocks and not (start and words.issuperset(rest)):
                return f"neither a block nor a fact has {code}"
        elif code not in blocks and code not in regions():
            for word in WORD.findall(re.sub(r"--[a-z-]+", "", code)):
                if word not in words:
                    return f"neither a block nor a fact has {word}, as in {code}"
        return ""

    messages = (
        objection(" ".join(VALUE.sub("", code).split()), sentence.replace(f"`{code}`", ""))
        for sentence in section.sentences
        for code in CODE.findall(sentence)
    )
    return [f"{section.place}: {message}" for message in messages if message]


def test_inline_code_names_what_exists() -> None:
    assert [*objections(pages())] == []


def said_of(text: str) -> list[str]:
    [section] = sections("page.md", text)
    stated = frozenset({("OIDC_URL", "url_constant"), ("drop-it", "other_command")})
    return of_section(section, stated, frozenset({"env", "js"}), "python3 -m venv env")


@pytest.mark.parametrize(
    "prose",
    [
        "Run `create_user.py` with `--invite-again`.",
        "Add `--resend` to `delete_user_pool.py`.",
        "[`create_user.py`](scripts/create_user.py) sets the full name with `--resend`.",
        "Use `--sign-out-urls`.",
        "```bash\naws cognito-idp list-users\n```\n\nUse `--client-name`.",
        "```bash\naws cognito-idp list-users\n```\n\nIt says `UsernameExistsException`.",
        "Download `make_user.py`.",
        "It needs `AdminUpdateUser`.",
        "Run `admin-update-user`.",
        "Set the constant `OIDC_URLS`.",
        "Open the file `OIDC_URL`.",
        "```bash\naws cognito-idp list-users\n```\n\nIt calls `AdminCreateUser`.",
        "Run `python3 -m venvs`.",
        "Run `make tests`.",
    ],
)
def test_a_name_that_does_not_exist_is_noticed(prose: str) -> None:
    assert said_of(prose)


@pytest.mark.parametrize(
    "prose",
    [
        "Run [`create_user.py`](scripts/create_user.py) with `--resend` to invite again.",
        "```bash\npython3 create_user.py\n```\n\nTo set an attribute, add `--update`.",
        "```bash\naws cognito-idp admin-create-user\n```\n\nOr `UsernameExistsException`.",
        "| Help | `AdminUpdateUserAttributes` |",
        "```bash\naws cognito-idp list-users\n```\n\nRun `list-users` in `us-east-2`.",
        "Set the constant `OIDC_URL` to `{{ oidc_url }}`.",
        "Run `python3 -m venv`.",
        "Run `make test`.",
    ],
)
def test_a_name_that_exists_is_not(prose: str) -> None:
    assert said_of(prose) == []
