"""Operators: what each makes of a block, and which are chosen."""

from __future__ import annotations

import json
from random import Random

import pytest

from block_operators import FORM, MEANING, OPERATORS, Change, changes, choose

SHELL = """\
aws cognito-idp list-users \\
  --region "us-east-2" \\
  --filter 'username = "ada"' \\
  --no-paginate \\
  --scopes "openid" "email" \\
  --query "Users[?Enabled].[Name,Value].Key" \\
  --output text > users.json
echo "https://example.com/a/" 60
"""
POLICY = """\
{
  "Effect": "Allow",
  "Action": ["cognito-idp:ListUsers", "cognito-idp:GetUser"]
}
"""
TEMPLATE = """\
Pool:
  DeletionPolicy: Retain
  Scopes:
    - openid
    - email
"""
OTHERS = {"bash": ["list-users", "list-groups"], "json": ["cognito-idp:DeleteUser"]}


def chance() -> Random:
    return Random(0)  # noqa: S311 - nothing is secret


def mutations(
    language: str, text: str, values: tuple[tuple[int, int], ...] = ()
) -> dict[str, list[str]]:
    """Return what the operators make of a text, by their names."""
    texts: dict[str, list[str]] = {}
    others = OTHERS.get(language, ["another"])
    for change in changes(language, text, values, lambda operator: others, chance()):
        texts.setdefault(change.operator, []).append(change.apply(text))
    return texts


@pytest.mark.parametrize(
    ("language", "text", "operator", "before", "after"),
    [
        ("bash", SHELL, "option left out", " \\\n  --filter 'username = \"ada\"'", ""),
        ("bash", SHELL, "option left out", ' \\\n  --scopes "openid" "email"', ""),
        ("bash", SHELL, "option left out", " \\\n  --output text", ""),
        ("bash", SHELL, "value left out", ' "email"', ""),
        ("bash", SHELL, "no more `no`", "--no-paginate", "--paginate"),
        ("bash", SHELL, "filter left out", "[?Enabled]", "[]"),
        ("bash", SHELL, "column left out", ",Value", ""),
        ("bash", SHELL, "less of the path", ".Key", ""),
        ("bash", SHELL, "another action", "list-users", "list-groups"),
        ("bash", SHELL, "another path", "users.json", "other.json"),
        ("bash", SHELL, "opposite word", "--output text", "--output json"),
        ("bash", SHELL, "slash at the end", "com/a/", "com/a"),
        ("bash", SHELL, "another host", "//example.com", "//other.invalid"),
        ("bash", SHELL, "one more", " 60", " 61"),
        ("bash", SHELL, "line not continued", " \\\n  --no-paginate", "\n--no-paginate"),
        ("bash", SHELL, "command left out", SHELL.partition("echo")[0], ""),
        ("json", POLICY, "opposite word", "Allow", "Deny"),
        ("json", POLICY, "another action", "cognito-idp:GetUser", "cognito-idp:DeleteUser"),
        ("json", POLICY, "item left out", '"cognito-idp:ListUsers", ', ""),
        ("json", POLICY, "colon left out", '"Effect":', '"Effect"'),
        ("yaml", TEMPLATE, "opposite word", "Retain", "Delete"),
        ("yaml", TEMPLATE, "line left out", "  DeletionPolicy: Retain\n", ""),
        ("yaml", TEMPLATE, "item left out", "    - email\n", ""),
        ("yaml", TEMPLATE, "another value", "Retain", "another"),
        ("text", "[\n  1\n]\n", "line left out", "  1\n", ""),
        ("text", "[\n  1\n]\n", "lines exchanged", "[\n  1\n", "  1\n[\n"),
        ("python", "if a != 'b':\n    c()\n", "opposite word", "!=", "=="),
    ],
)
def test_what_an_operator_makes(
    language: str, text: str, operator: str, before: str, after: str
) -> None:
    assert before in text
    assert text.replace(before, after, 1) in mutations(language, text)[operator]


def test_commands_are_exchanged_with_all_their_lines() -> None:
    document = "cat <<'END'\nfirst\n\nline\nEND\n"
    [exchanged] = mutations("bash", f"{document}\necho 'a\n  b' \\\n  c\n")["commands exchanged"]
    assert exchanged == f"echo 'a\n  b' \\\n  c\n{document}"


def test_a_readers_value_changes_only_as_a_whole() -> None:
    text = "--name 'ada1' --region 'eu-west-1'\n"
    name, region = (
        (text.index(value), text.index(value) + len(value)) for value in ("ada1", "eu-")
    )
    texts = mutations("bash", text, (name, (region[0], region[0] + len("eu-west-1"))))
    assert all("ada1" in one for one in texts["option misspelled"])
    assert "another Region" in texts
    assert not [one for one in texts.get("one more", ()) if "ada2" in one]


def test_a_block_is_never_left_with_nothing() -> None:
    assert "line left out" not in mutations("text", "0\n")
    assert "command left out" not in mutations("bash", "true\n")


def test_the_turns_of_operators() -> None:
    all_changes = [Change(FORM, operator, at, at + 1, "") for at, operator in enumerate("aaabbc")]
    all_changes += [Change(MEANING, "d", 9, 9, "")]
    three = choose(all_changes, FORM, 3, chance())
    assert sorted(change.operator for change in three) == ["a", "b", "c"]
    assert len(choose(all_changes, FORM, 10, chance())) == 6
    assert choose(all_changes, FORM, 3, chance()) == three


@pytest.mark.parametrize("language", sorted({name for by in OPERATORS for name in by.languages}))
def test_each_language_has_both_kinds(language: str) -> None:
    kinds = {by.kind for by in OPERATORS if not by.languages or language in by.languages}
    assert kinds == {FORM, MEANING}


def test_a_policy_with_a_change_of_meaning_can_be_read() -> None:
    for operator in ("opposite word", "another action", "item left out"):
        for text in mutations("json", POLICY)[operator]:
            json.loads(text)
