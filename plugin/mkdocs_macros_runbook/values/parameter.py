"""Parameters: named values that the publisher sets and the reader may change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..problem import Problem, Problems
from .keys import NAME, unknown_keys
from .template import expand, fields, without_fields
from .text import DECLARABLE, objection

#: the properties of one option, by name: `{"suffix": "corp.example"}`
Properties = Mapping[str, str]
_QUOTE = "put it in quotes"
_KEYS = ("label", "help", "default", "pattern", "options", "find", "characters", "example", "fixed")
# JavaScript has no (?P<…>) and no possessive repetition, its \d means other digits, and an empty
# class ends at once.
_UNLIKE = re.compile(r"\\(?![][\\^$.*+?(){}|/]).?|\(\?(?!:|=|!|<=|<!)|[*+?}]\+|\{,|\[\^?\]")
_REPETITION = re.compile(r"\{[0-9]+(,[0-9]*)?\}")
_READ_ALIKE = (
    re.compile(r"\\."),
    re.compile(r"\[[^]]*\]"),
    _REPETITION,
)  # escapes and classes first


@dataclass(frozen=True)
class Parameter:
    """A parameter as declared, with exactly one of `pattern` and `options`.

    `default` and `pattern` may have fields of other parameters: if every ID begins with the name
    of a network, then so does the default ID.
    """

    name: str
    label: str
    help: str
    default: str
    pattern: str | None = None
    options: Mapping[str, Properties] | None = None
    #: regular expressions whose group is the value in a text that has it, such as a URL, best first
    find: tuple[str, ...] = ()
    #: what its values may have beside the common characters, between quotation marks
    characters: str = ""
    #: whether the default is an example, which readers replace
    is_example: bool = True
    #: whether the publisher alone sets it, such as the URL that commands download from
    is_fixed: bool = False

    @property
    def variable(self) -> str:
        """The environment variable that overrides this parameter."""
        return self.name.upper()

    @property
    def bound_to(self) -> list[str]:
        """The parameters in the pattern: their values must agree with this one's."""
        return [field.name for field in fields(self.pattern or "")]

    def fits(self, value: str, values: Mapping[str, str]) -> bool:
        """Return whether `value` is allowed while the other parameters have `values`."""
        if self.options is not None:
            return value in self.options
        assert self.pattern is not None
        bound = expand(self.pattern, lambda field: re.escape(values[field.name]))
        return re.fullmatch(bound, value) is not None


def parameter_of(name: str, body: object, root: Path) -> Parameter:
    """Return the parameter that `mkdocs.yml` declares as `name` with the keys in `body`.

    Paths of option files start from `root`. Raises `Problems`; the place of each is a key of
    `body`, or empty.
    """
    subject = f"parameter {name!r}"
    if not isinstance(body, Mapping):
        fix = "write `default:` and `pattern:` or `options:`"
        raise Problems([Problem("", f"{subject} must be a mapping", fix)])
    body = {key: setting for key, setting in body.items() if setting is not None}
    # what a misspelled key was to declare is missing too, so that is said only without one
    if unknown := [*unknown_keys(subject, body, _KEYS)]:
        raise Problems(unknown)
    problems, options = [*_problems(body)], None
    try:
        if "options" in body:
            options = _options(body["options"], root, str(body.get("characters", "")))
    except Problem as problem:
        problems.append(problem.at("options"))
    if problems:
        raise Problems(
            Problem(problem.place, f"{subject} {problem.message}", problem.fix)
            for problem in problems
        )
    return Parameter(
        name,
        body.get("label") or name,
        body.get("help", ""),
        body["default"],
        body.get("pattern"),
        options,
        tuple(_find(body)),
        body.get("characters", ""),
        body.get("example", True),
        body.get("fixed", False),
    )


def _problems(body: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong apart from the options; the messages continue "parameter NAME"."""
    if not isinstance(body.get("default"), str):
        fix = "add `default:`"
        if "default" in body:  # `!ENV` reads a number even from quotes
            fix = (
                "put its value in quotes; instead of `!ENV`, set the environment variable with the"
            )
            fix += " parameter's name in capitals"
        yield Problem("default", "needs a string as its default", fix)
    yield from _pattern_problems(body.get("pattern"), body)
    for key in ("label", "help", "characters"):
        if not isinstance(body.get(key, ""), str):
            yield Problem(key, f"has `{key}: {body[key]!r}`, which is not text", "put it in quotes")
    for expression in _find(body):
        yield from _expression_problems("find", expression, groups=1)
    for key in ("example", "fixed"):
        if not isinstance(body.get(key, False), bool):
            message = f"has `{key}: {body[key]!r}`, which is neither true nor false"
            yield Problem(key, message, "write true or false")
    for character in str(body.get("characters", "")):
        if character not in DECLARABLE:
            message = f"declares {character!r} under `characters`, but no value may contain it"
            always = "letters, digits and . , : / @ % _ + - are always allowed"
            yield Problem("characters", message, f"choose from {' '.join(DECLARABLE)} ({always})")


def _options(setting: object, root: Path, characters: str) -> Mapping[str, Properties]:
    """Return the options that `setting` declares; paths start from `root`. Raises `Problem`.

    They may have what all values may, and `characters`.
    """
    if isinstance(setting, str):
        setting = _from_file(setting, root)
    if not isinstance(setting, list | Mapping) or not setting:
        fix = "write a list, a mapping of properties, or a JSON file as `package:file.json`"
        message = (
            f"has `options: {setting!r}`, which is not a list, a mapping or a file"
            if setting
            else "has no options"
        )
        raise Problem("", message, fix)
    pairs: list[tuple[Any, Any]] = [(option, {}) for option in setting]
    if isinstance(setting, Mapping):
        pairs = [*setting.items()]
    for option, properties in pairs:
        if not isinstance(option, str):
            raise Problem("", f"has an option that is not a string: {option!r}", _QUOTE)
        if not isinstance(properties, Mapping):
            message = f"has an option whose properties are not a mapping: {option!r}"
            raise Problem("", message, f"if it has no properties, write `{option}: {{}}`")
        for name, text in properties.items():
            _check_property(option, name, text)
        if reason := objection(option, characters):
            fix = "rename it"
            if not objection(option, DECLARABLE):
                needed = "".join(filter(option.__contains__, DECLARABLE))
                fix = f'declare `characters: "{needed}"`, or {fix}'
            raise Problem("", f"has an option {option!r} that {reason}", fix)
    return dict(pairs)


def _from_file(name: str, root: Path) -> Any:
    package, colon, path = name.partition(":")
    try:
        file = files(package) / path if colon else root / name
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ImportError, TypeError, ValueError) as error:
        message = f"takes its options from {name!r}, which cannot be read ({error})"
        fix = "name a JSON file as `package:file.json`, or by its path from mkdocs.yml"
        raise Problem("", message, fix) from None


def _check_property(option: str, name: object, text: object) -> None:
    entry = f"{name!r}: {text!r}"
    if not isinstance(name, str) or not isinstance(text, str):
        raise Problem(
            "", f"has an option {option!r} with a property that is not a string: {entry}", _QUOTE
        )
    if not NAME.fullmatch(name) or re.search("[{}]", text):
        message = f"has an option {option!r} with a property that no template can use: {entry}"
        raise Problem(
            "", message, "use only letters, digits and underscores in its name, and no braces in it"
        )


def _pattern_problems(pattern: Any, body: Mapping[str, Any]) -> Iterator[Problem]:
    has_options = body.get("options") is not None
    if pattern is None and not has_options:
        yield Problem("", "has neither `pattern` nor `options`", "add one of them")
    elif pattern is None and body.get("fixed") is True:
        fix = "declare a pattern in place of the options"
        yield Problem("fixed", "is fixed and has options", fix)
    elif pattern is not None and has_options:
        yield Problem("", "has both `pattern` and `options`", "remove one of them")
    if pattern is not None:
        yield from _expression_problems("pattern", pattern)


def _find(body: Mapping[str, Any]) -> list[Any]:
    """Return the patterns of `find`: of a list, or the only one."""
    setting = body.get("find")
    return setting if isinstance(setting, list) else [] if setting is None else [setting]


def _expression_problems(key: str, pattern: Any, groups: int | None = None) -> Iterator[Problem]:
    """Yield what is wrong with a regular expression, which Python and browsers must read alike.

    `groups` is how many it needs.
    """
    try:
        expression = re.compile(pattern)
    except (re.error, OverflowError, TypeError) as error:
        message = f"has a pattern that is not a regular expression: {pattern!r} ({error})"
        yield Problem(key, message, f"correct `{key}`")
        return
    if syntax := _unportable(without_fields(pattern)):
        message = f"has a pattern that Python and browsers read differently: {syntax!r}"
        fix = "use classes such as [0-9], and escape only syntax characters"
        yield Problem(key, message, fix)
    if groups is not None and expression.groups != groups:
        message = "needs exactly one group in each pattern of `find`: the value"
        fix = "put parentheses around the value, and (?:…) around other parts"
        yield Problem(key, message, fix)


def _unportable(pattern: str) -> str | None:
    """Return the first syntax of `pattern` that JavaScript, with its flag `u`, reads otherwise."""
    rest = pattern
    for syntax in _READ_ALIKE:
        if unlike := _UNLIKE.search(rest):
            return unlike[0]
        if syntax is _REPETITION and (repeated := _repeated_lookaround(rest)):
            return repeated
        rest = syntax.sub("_", rest)
    bracket = re.search(r"[][{}]", rest)
    return bracket[0] if bracket else None


def _repeated_lookaround(pattern: str) -> str:
    """Return a repetition behind a lookaround, which browsers refuse; or nothing.

    `pattern` has neither escapes nor classes any more.
    """
    opened: list[bool] = []
    for at, character in enumerate(pattern):
        if character == "(":
            opened.append(re.match(r"\(\?<?[=!]", pattern[at:]) is not None)
        elif character == ")" and opened and opened.pop() and pattern[at + 1 : at + 2] in {*"*+?{"}:
            return pattern[at : at + 2]
    return ""
