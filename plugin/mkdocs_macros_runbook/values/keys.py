"""The keys of a mapping that an author writes: those that have a meaning, and names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..problem import Problem, suggestion
from .name import NAME


def unknown_keys(subject: str, keys: Iterable[object], known: Sequence[str]) -> Iterator[Problem]:
    """Yield each of the `keys` of `subject` that is none of `known`; it is the problem's place."""
    for key in keys:
        if key not in known:
            message = f"{subject} has the unknown key {key!r}{suggestion(str(key), known)}"
            yield Problem(str(key), message, "remove or rename it")


def name_problem(subject: str, name: object, owners: Mapping[Any, str]) -> Problem | None:
    """Return what is wrong with `name` as that of `subject`, if anything; its place is empty.

    `owners` are the names that are in use, each with what has it.
    """
    if name in owners:
        message = f"{subject} has the name of {owners[name]}"
        return Problem("", message, "choose another name")
    if not NAME.fullmatch(str(name)):
        fix = "start with a letter, then use letters, digits and underscores"
        return Problem("", f"{subject} needs another name", fix)
    return None
