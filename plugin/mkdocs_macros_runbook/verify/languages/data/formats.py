"""Formats of data: each is parsed strictly, and no key may be given twice."""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml

from ....values.yaml_file import duplicate_keys
from ...output import without_annotations

_STRING = r'("(?:\\.|[^"\\\n])*")'
#: a string or a comment, in JSON with comments
COMMENT = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?\*/", re.DOTALL)
_LAST_COMMA = re.compile(rf"{_STRING}|,(?=\s*[\]}}])")
_VARIABLE = re.compile(
    r"""[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]*=[ \t]*+"""
    r"""(?:"(?P<double>(?:\\.|[^"\\])*)"|'(?P<single>[^']*)'|(?P<bare>[^"'\n][^\n]*)?)"""
    r"""[ \t]*(?:\#[^\n]*)?(?:\n|$)""",
    re.DOTALL,
)
#: the section of the keys before the first one
NO_SECTION = " "
_NEITHER = "is neither a section nor `key = value`"
_KEY_ALONE = re.compile(r"[ \t]*\w[\w.-]*[ \t]*")
# files in which programs read all values of a key: those of systemd, git, PHP and WireGuard
_HAS_LISTS = re.compile(
    r"\.(service|socket|timer|path|mount|target|slice|network|netdev|link|container)$"
    r"|(^|/)(override\.conf|wg\d+\.conf|\.?gitconfig|\.gitmodules|\.git/config|php([.-].*)?\.ini)$"
)
# files of JSON whose programs read comments: of TypeScript, linters, editors and others
_HAS_COMMENTS = re.compile(
    r"(^|/)([jt]sconfig[\w.-]*|\.eslintrc|\.markdownlint|\.?devcontainer|deno|nx|turbo|typedoc"
    r"|api-extractor|pyrightconfig|wrangler|appsettings[\w.]*|\.vscode/[\w.-]+)\.json$"
    r"|\.code-(workspace|snippets)$"
)
_NO_VARIABLE = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|$)")


@dataclass(frozen=True, eq=False)
class Number:
    """A number as it is written: the version 3.10 is not 3.1."""

    text: str

    def __eq__(self, other: object) -> bool:
        """Return whether it is written in the same way, as is a float but for its exponent."""
        if isinstance(other, Number):
            return self.text == other.text
        if not isinstance(other, float):
            return False
        has_exponent = "e" in self.text.lower() + repr(other)
        return self.text == repr(other) or (has_exponent and float(self.text) == other)

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return self.text


def _without_duplicates(pairs: Iterable[tuple[Hashable, Any]]) -> dict[Any, Any]:
    pairs = list(pairs)
    for key, number in Counter(key for key, _ in pairs).items():
        if number > 1:
            raise ValueError(f"the key {key!r} occurs twice")
    return dict(pairs)


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is not a number in JSON")


def _json(text: str) -> object:
    return json.loads(
        without_annotations(text),
        object_pairs_hook=_without_duplicates,
        parse_constant=_no_number,
        parse_float=Number,
    )


def _jsonc(text: str) -> object:
    """Return JSON with comments, and with commas after the last items."""
    bare = COMMENT.sub(lambda match: match[1] or " ", text)
    return _json(_LAST_COMMA.sub(lambda match: match[1] or " ", bare))


class _AnyTag(yaml.SafeLoader):
    """Reads YAML whose tags may be anybody's, and whose keys may be lists."""

    def tagged(self, suffix: str, node: yaml.Node) -> object:
        """Return what a node with an unknown tag holds, under the name of the tag."""
        if isinstance(node, yaml.ScalarNode):
            return {node.tag: node.value}
        if isinstance(node, yaml.SequenceNode):
            return {node.tag: self.construct_sequence(node, deep=True)}
        return {node.tag: self.construct_mapping(node, deep=True)}

    def number(self, node: yaml.ScalarNode) -> Number:
        """Return a number; raise `ValueError` for a text that has only the tag of one."""
        is_int = node.tag.endswith("int")
        construct = self.construct_yaml_int if is_int else self.construct_yaml_float
        construct(node)
        return Number(node.value)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        """Return a mapping; a key that is data stands there as text."""
        self.flatten_mapping(node)
        pairs = (
            (self.construct_object(key, deep=True), self.construct_object(value, deep=deep))
            for key, value in node.value
        )
        return {key if isinstance(key, Hashable) else repr(key): value for key, value in pairs}


_AnyTag.add_multi_constructor("", _AnyTag.tagged)
_AnyTag.add_constructor("tag:yaml.org,2002:int", _AnyTag.number)
_AnyTag.add_constructor("tag:yaml.org,2002:float", _AnyTag.number)


def _yaml(text: str) -> object:
    """Return the document, a list of documents, or `None` if there are only comments."""
    documents = []
    try:
        loader = _AnyTag(text)
        while loader.check_node():
            node = loader.get_node()
            for key, first, second in duplicate_keys(node):
                raise ValueError(f"lines {first} and {second} both have the key {key!r}")
            documents.append(loader.construct_document(node))
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None
    return documents[0] if len(documents) == 1 else documents or None


def _ini(text: str, title: str | None = None) -> object:
    """Return the sections, as Python's `configparser` reads them; keys may precede the first.

    In a block, which has a title or an empty one, keys may have no value or, in some files, many.
    """
    is_strict = not _HAS_LISTS.search(title or "")
    parser = configparser.ConfigParser(
        interpolation=None, default_section=NO_SECTION, strict=is_strict
    )
    parser.optionxform = str  # type: ignore[assignment, method-assign] # the case of keys counts
    try:
        parser.read_string(_with_section(text, may_be_alone=title is not None))
    except configparser.Error as error:
        raise ValueError(_ini_problem(error)) from None
    return {name: dict(section) for name, section in parser.items()}


def _with_section(text: str, *, may_be_alone: bool) -> str:
    """Return the lines of INI with a section before the first key, and maybe values for all."""
    lines = [line for line in without_annotations(text).splitlines() if line.strip()]
    lines = [line for line in lines if line.lstrip()[0] not in "#;"]
    if not lines or not lines[0].lstrip().startswith("["):
        return "\n".join([f"[{NO_SECTION}]", *lines])
    if may_be_alone:
        lines = [f"{line} =" if _KEY_ALONE.fullmatch(line) else line for line in lines]
    return "\n".join(lines)


def _ini_problem(error: configparser.Error) -> str:
    """Return what is wrong with INI, and the way out if there is one."""
    if isinstance(error, configparser.MissingSectionHeaderError):
        return f"{error.line!r} {_NEITHER}"
    if isinstance(error, configparser.ParsingError):
        return f"{error.errors[0][1]} {_NEITHER}"
    if isinstance(error, configparser.DuplicateOptionError):
        message = f"the key {error.option!r} occurs twice in a section; remove one"
        fix = "if the program accepts both, title the block with the name of the program's file"
        return f"{message}; {fix}, such as app.service or .gitconfig"
    if isinstance(error, configparser.DuplicateSectionError):
        return f"the section {error.section!r} occurs twice; remove one"
    return " ".join(error.message.split())


def _dotenv(text: str) -> object:
    variables = []
    at = 0
    text = without_annotations(text)
    while at < len(text):
        if match := _NO_VARIABLE.match(text, at):
            at = match.end()
        elif match := _VARIABLE.match(text, at):
            bare = re.split(r"(?:^|[ \t])#", match["bare"] or "")[0].rstrip()
            quoted = match["single"] if match["double"] is None else match["double"]
            variables.append((match["name"], bare if quoted is None else quoted))
            at = match.end()
        else:
            line = text[at:].partition("\n")[0]
            raise ValueError(f"{line!r} is not `NAME=value`, with closed quotation marks")
    return _without_duplicates(variables)


#: the name of each format, and the function that parses it, which raises `ValueError`
FORMATS: dict[str, tuple[str, Callable[[str], object]]] = {
    "dotenv": ("dotenv", _dotenv),
    "ini": ("INI", _ini),
    "json": ("JSON", _json),
    "jsonc": ("JSON with comments", _jsonc),
    "toml": ("TOML", partial(tomllib.loads, parse_float=Number)),
    "yaml": ("YAML", _yaml),
}


def parse_block(language: str, text: str, title: str) -> object:
    """Return the data of a block; raise `ValueError` if it is not of this language."""
    if language == "json" and _HAS_COMMENTS.search(title):
        language = "jsonc"
    return _ini(text, title) if language == "ini" else FORMATS[language][1](text)
