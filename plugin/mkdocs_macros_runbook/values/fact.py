"""Facts: what the prose of a guide states, as data with its source, in a YAML file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..files import cached_until_modified
from ..problem import Problem, Problems
from .keys import name_problem, unknown_keys
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
    except (OSError, ValueError) as error:
        fix = "correct the path under `facts`"
        message = f"the file cannot be read ({getattr(error, 'strerror', error)})"
        raise Problems([Problem(path, message, fix)]) from None
    if not problems and not isinstance(content, Mapping):
        problems = [Problem("", "the file is not a mapping", "write `name: {value: …, source: …}`")]
    problems = problems or [
        problem.at(place_of(file, (str(name), problem.place)))
        for name, body in content.items()
        for problem in _fact_problems(name, body, owners)
    ]
    if problems:
        raise Problems(
            problem.at(path + problem.place.removeprefix(file.name)) for problem in problems
        )
    return {
        name: Fact(str(body["value"]), body["source"], body.get("not_tested", ""))
        for name, body in content.items()
    }


def _fact_problems(name: Any, body: Any, owners: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with a fact; the place of a problem is a key of `body`, or empty."""
    subject = f"the fact {name!r}"
    if problem := name_problem(subject, name, owners):
        yield problem
    if not isinstance(body, Mapping):
        yield Problem("", f"{subject} is not a mapping", "write `value:` and `source:`")
        return
    yield from unknown_keys(subject, body, _KEYS)
    value, source = body.get("value"), body.get("source")
    # YAML reads 0.50 as 0.5, and yes as true
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        message = f"{subject} must be a string or a whole number, not {value!r}"
        yield Problem("value", message, "put it in quotes")
    reason = body.get("not_tested", "no test")
    if not isinstance(reason, str) or not reason.strip():
        message = f"{subject} needs a reason under `not_tested`, not {reason!r}"
        yield Problem("not_tested", message, "explain why no test compares it, or remove the key")
    if not isinstance(source, str) or not source.strip():
        fix = "name the source, such as the URL of a page"
        yield Problem("source", f"{subject} has no source", fix)


@cached_until_modified
def _content(file: Path) -> tuple[Any, list[Problem]]:
    if problems := [*yaml_problems(file)]:
        return None, problems
    return yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER), []  # noqa: S506 - it is safe
