"""Changes to the text of a code block, by its language: what `block_mutants` tries.

A change of the kind FORM makes something that does not exist or cannot be read: an option, a key, a
quotation mark. One of the kind MEANING keeps the form: another Region, a filter left out, `Deny`
for `Allow`. Operators find their places themselves, so that a new block has changes too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

FORM, MEANING = "form", "meaning"
SHELL, DATA, CODE = ("bash", "console"), ("json", "yaml"), ("python", "typescript")
#: words that mean the opposite, or another choice, where the other could stand too
_PAIRS = """
    Allow Deny, Retain Delete, EMAIL SMS, true false, True False, ENABLED LEGACY, ENABLED DISABLED,
    ACTIVE INACTIVE, ORIGINAL UPDATED, OPTIONAL OFF, code implicit, profile phone, email phone,
    openid phone, name nickname, preferred_username nickname, admin_only verified_email,
    COGNITO Google, COGNITO_DEFAULT DEVELOPER, ALLOW_USER_SRP_AUTH ALLOW_USER_PASSWORD_AUTH,
    SOFTWARE_TOKEN_MFA SMS_MFA, RESEND SUPPRESS, json text, String Number, fine wrong,
    CONFIRMED FORCE_CHANGE_PASSWORD, ESSENTIALS LITE, default label, pattern help, and or, == !=,
    CallbackURLs LogoutURLs, ClientId ClientName, Id Name, UserPoolId ClientId, first last
"""
_PATH = r"(?:ts|json|ya?ml|py|md|txt|whl|csv)"
_VALUE = r"""(?:"[^"]*"|'[^']*'|(?![-|<>])[^\s\\"'|)]+)"""
_OPTION = rf"(?: \\\n)? +--[a-z][a-z-]+(?:=\S+)?(?:(?: \\\n)? +{_VALUE})*"


@dataclass(frozen=True)
class Change:
    """What one operator does in one place of a text."""

    kind: str
    operator: str
    start: int
    end: int
    after: str

    def apply(self, text: str) -> str:
        """Return `text` with the change."""
        return text[: self.start] + self.after + text[self.end :]


#: returns what to put for a match, given others of its kind; `None` if there is nothing
After = Callable[[re.Match[str], Random, Sequence[str]], str | None]


@dataclass(frozen=True)
class Operator:
    """A kind of change: where it can be made, and how."""

    kind: str
    name: str
    #: the languages of its blocks; none for all
    languages: tuple[str, ...]
    pattern: str
    after: After
    #: whether it may also change what is the reader's value
    in_values: bool = False

    def places(self, text: str) -> Iterator[re.Match[str]]:
        """Yield where it can change `text`."""
        yield from re.finditer(self.pattern, text, re.MULTILINE)


def _to(text: str) -> After:
    return lambda match, chance, others: match.expand(text)


def _misspelled(match: re.Match[str], chance: Random, others: Sequence[str]) -> str | None:
    """Return the match with two letters of one of its words exchanged."""
    pairs = [pair.start() for pair in re.finditer(r"([A-Za-z])(?!\1)(?=[A-Za-z])", match[0])]
    if not pairs:
        return None
    at = chance.choice(pairs)
    return f"{match[0][:at]}{match[0][at + 1]}{match[0][at]}{match[0][at + 2 :]}"


def _one_more(match: re.Match[str], chance: Random, others: Sequence[str]) -> str:
    return str(int(match[0]) + 1)


def _another(match: re.Match[str], chance: Random, others: Sequence[str]) -> str | None:
    rest = [other for other in others if other != match[0]]
    return chance.choice(rest) if rest else None


def _opposite(match: re.Match[str], chance: Random, others: Sequence[str]) -> str:
    return chance.choice(sorted(_OPPOSITES[match[0]]))


def _region(match: re.Match[str], chance: Random, others: Sequence[str]) -> str:
    return chance.choice([name for name in _REGIONS if name != match[0]])


def _slash(match: re.Match[str], chance: Random, others: Sequence[str]) -> str:
    return match[0][:-1] if match[0].endswith("/") else f"{match[0]}/"


def _exchanged(match: re.Match[str], chance: Random, others: Sequence[str]) -> str | None:
    """Return the two parts of a match in the other order."""
    return f"{match[2]}{match[1]}" if match[1] != match[2] else None


_REGIONS = ("us-east-1", "us-west-2", "eu-central-1", "ap-southeast-2")
_OPPOSITES: dict[str, set[str]] = {}
for _one, _other in (pair.split() for pair in _PAIRS.split(",")):
    _OPPOSITES.setdefault(_one, set()).add(_other)
    _OPPOSITES.setdefault(_other, set()).add(_one)
_WORDS = "|".join(sorted(map(re.escape, _OPPOSITES), key=len, reverse=True))
# a line of shell with what continues it: after a backslash, in quotation marks, a here-document
_COMMAND = (
    r"(?:^(?![ #\n]).*<<\s*'?(?P<{0}>\w+)'?\n(?s:.*?)^(?P={0})\n"
    r"|^(?![ #\n])(?:[^'\n]|'[^']*')*?(?:\\\n(?:[^'\n]|'[^']*')*?)*(?<!\\)\n)"
)

OPERATORS = (
    Operator(FORM, "option misspelled", SHELL, r"(?<=\s--)[a-z][a-z-]+", _misspelled),
    Operator(
        FORM,
        "command misspelled",
        SHELL,
        r"(?:^|(?<=\$\()|(?<=\| )|(?<=&& ))[a-z][\w. /-]*\w",
        _misspelled,
    ),
    Operator(FORM, "line not continued", SHELL, r" \\\n +", _to("\n")),
    Operator(FORM, "quotation mark left out", (), "[\"']", _to("")),
    Operator(FORM, "bracket left out", (), r"[][(){}]", _to("")),
    Operator(FORM, "key misspelled", ("yaml",), r"^ *(?:- )?[A-Za-z][\w.]+(?=:)", _misspelled),
    Operator(FORM, "key misspelled", ("json",), r'(?<=")\w+(?=":)', _misspelled),
    Operator(FORM, "colon left out", DATA, r":(?=[ \n])", _to("")),
    Operator(FORM, "name misspelled", CODE, r"\b[A-Za-z_]{4,}\b", _misspelled),
    Operator(FORM, "word misspelled", ("text", "markdown"), r"\b[A-Za-z_]{3,}\b", _misspelled),
    Operator(FORM, "character left out", ("text",), r"\w", _to("")),
    Operator(MEANING, "another Region", (), r"\b[a-z]{2,4}(?:-[a-z]+)+-\d\b", _region, True),
    Operator(MEANING, "opposite word", (), rf"(?<![\w.])(?:{_WORDS})(?![\w.])", _opposite),
    Operator(MEANING, "one more", (), r"(?<![\w-])\d{1,4}(?![\w-])", _one_more),
    Operator(
        MEANING,
        "slash at the end",
        (),
        r"https?://[^\s\"'`\]<>(){},;]*[\w/](?=[\"'`\s\]])",
        _slash,
        True,
    ),
    Operator(
        MEANING,
        "another host",
        SHELL,
        r"(?<=https://|.http://)[a-z0-9.-]+(?=[:/])",
        _to("other.invalid"),
        True,
    ),
    Operator(MEANING, "another path", (), rf"\b(?!other\b)[\w-]+(?=\.{_PATH}\b)", _to("other")),
    Operator(MEANING, "option left out", SHELL, _OPTION, _to("")),
    Operator(MEANING, "value left out", SHELL, r'(?<=")(?: \\\n)? +"[^"\n]*"', _to("")),
    Operator(MEANING, "no more `no`", SHELL, r"(?<=--)no-(?=[a-z])", _to("")),
    Operator(MEANING, "filter left out", SHELL, r"\[\?[^\]\n]*\]", _to("[]")),
    Operator(MEANING, "only the first", SHELL, r"(?<=\w)\[\](?=[.\"])", _to("[0]")),
    Operator(MEANING, "column left out", SHELL, r"(?<=[\[\w]),\w+(?=\])", _to("")),
    Operator(
        MEANING, "less of the path", SHELL, r'(?<=--query ")([^"\n]*[\w)\]])\.\w+(?=")', _to(r"\1")
    ),
    Operator(MEANING, "another action", SHELL, r"(?<=aws cognito-idp )[a-z-]+", _another),
    Operator(MEANING, "another script", SHELL, r"(?<=python3 )\w+(?=\.py)", _another),
    Operator(MEANING, "another action", ("json",), r'(?<=")[a-z-]+:[A-Z]\w+(?=")', _another),
    Operator(MEANING, "command left out", SHELL, _COMMAND.format("a"), _to("")),
    Operator(
        MEANING,
        "commands exchanged",
        SHELL,
        f"({_COMMAND.format('a')})\n?({_COMMAND.format('b')})",
        lambda match, chance, others: f"{match[3]}{match[1]}",
    ),
    Operator(MEANING, "item left out", ("yaml",), r"^ +- [^\n:]+\n", _to("")),
    Operator(MEANING, "item left out", ("json",), r'(?<!: )"[^"\n:]*:?[^"\n:]*",\s*(?=")', _to("")),
    Operator(MEANING, "line left out", ("yaml",), r"^ +[\w.]+: [^\n{}\[\]]+\n", _to("")),
    Operator(MEANING, "line left out", ("text", *CODE), r"^.*\S.*\n", _to("")),
    Operator(MEANING, "lines exchanged", ("text", *CODE), r"^(.*\S.*\n)(.*\S.*\n)", _exchanged),
    Operator(MEANING, "another value", ("yaml",), r"(?<=: )(?![|>&!])[^\n:#{}\[\]]+$", _another),
    Operator(MEANING, "another word", ("text",), r"\b[A-Za-z]\w{3,}\b", _to("another")),
    Operator(MEANING, "more text", (*CODE, *DATA), r"(?<=\w)(?=[\"'])", _to("-more")),
    Operator(MEANING, "more text", ("text",), r"(?<=\S)$", _to(" more")),
)


def changes(
    language: str,
    text: str,
    values: Sequence[tuple[int, int]],
    others: Callable[[Operator], Sequence[str]],
    chance: Random,
) -> list[Change]:
    """Return every change that an operator makes to a block.

    `values` are the spans of `text` that are the reader's values; `others` returns what all blocks
    have where an operator finds a place.
    """
    all_changes = []
    for operator in OPERATORS:
        if operator.languages and language not in operator.languages:
            continue
        for match in operator.places(text):
            start, end = match.span()
            inside = [(first, last) for first, last in values if first < end and start < last]
            is_whole = all(start <= first and last <= end for first, last in inside)
            if not (is_whole or operator.in_values):
                continue
            after = operator.after(match, chance, others(operator))
            if after is None or after == match[0]:
                continue
            change = Change(operator.kind, operator.name, start, end, after)
            if change.apply(text).strip():  # a block without anything is no block
                all_changes.append(change)
    return all_changes


def choose(all_changes: Sequence[Change], kind: str, count: int, chance: Random) -> list[Change]:
    """Return `count` changes of a kind, or all if there are fewer: of each operator by turns."""
    by_operator: dict[str, list[Change]] = {}
    for change in all_changes:
        if change.kind == kind:
            by_operator.setdefault(change.operator, []).append(change)
    for changes_of_one in by_operator.values():
        chance.shuffle(changes_of_one)
    names = sorted(by_operator)
    chance.shuffle(names)
    turns = [
        by_operator[name][turn]
        for turn in range(max(map(len, by_operator.values()), default=0))
        for name in names
        if turn < len(by_operator[name])
    ]
    return turns[:count]
