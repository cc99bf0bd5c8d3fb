"""Facts: what the prose of a guide states, as data with its source, in a YAML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..files import cached_until_modified
from ..problem import Problem, Problems, suggestion
from .options import NAME
from .yaml_file import LOADER, place_of, yaml_problems

_KEYS = ("value", "source", "not_tested")


@dataclass(frozen=True)
class Fact:
    """A statement that pages show by its name: `value` is Markdown, `source` says who states it.

    `not_tested` says why no test of the guide compares it; it is empty if one does.
    """

    value: str
    source: str
    not_tested: str = ""


def facts_in(file: Path, path: str, owners: Mapping[str, str]) -> dict[str, Fact]:
    """Return the facts in a YAML file by name: `name: {value: …, source: …}`.

    `path` is how `mkdocs.yml` names the file, and begins the places of problems. `owners` has the
    names that facts may not have, each with what has it. Raises `Problems`.
    """
    try:
        content, problems = _content(file)
    except OSError:
        fix = "correct the path under `facts`"
        raise Problems([Problem(path, "the file does not exist", fix)]) from None
    if not problems and not isinstance(content, Mapping):
        problems = [Problem("", "the file is not a mapping", "write `name: {value: …, source: …}`")]
    problems = problems or [
        Problem(place_of(file, (str(name),)), f"the fact {name!r} {message}", fix)
        for name, body in content.items()
        for message, fix in _objections(name, body, owners)
    ]
    if problems:
        raise Problems(
            problem.at(path + problem.place.removeprefix(file.name)) for problem in problems
        )
    return {
        name: Fact(str(body["value"]), body["source"], str(body.get("not_tested", "")))
        for name, body in content.items()
    }


def _objections(name: Any, body: Any, owners: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a fact, as messages that continue "the fact NAME", with fixes."""
    if not NAME.fullmatch(str(name)):
        yield "needs another name", "start with a letter, then use letters, digits and underscores"
    if name in owners:
        yield f"has the name of {owners[name]}", "choose another name"
    if not isinstance(body, Mapping):
        yield "is not a mapping", "write `value:` and `source:`"
        return
    for key in body:
        if key not in _KEYS:
            yield f"has the unknown key {key!r}{suggestion(str(key), _KEYS)}", "remove or rename it"
    value, source = body.get("value"), body.get("source")
    # YAML reads 0.50 as 0.5, and yes as true
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        yield f"must be a string or a whole number, not {value!r}", "put it in quotes"
    if not isinstance(source, str) or not source.strip():
        yield "has no source", "write who states it, such as the URL of a page"


@cached_until_modified
def _content(file: Path) -> tuple[Any, list[Problem]]:
    if problems := [*yaml_problems(file)]:
        return None, problems
    return yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER), []  # noqa: S506 - it is safe
