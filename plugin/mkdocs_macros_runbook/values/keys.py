"""The keys of mappings that authors write: those that have a meaning, and names of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..problem import Problem, suggestion

#: a name as Python and browsers read it in a template
NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
#: names that mkdocs-macros itself gives to pages, or that are the reader's to use; words of Jinja
RESERVED = frozenset(
    """config context environment extra files filters filters_builtin fix_url git macros
    macros_info navigation now page plugin runbook value_of verification
    and caller else false False if in is loop none None not or self super true True
    """.split()  # noqa: SIM905
)
#: environment variables that shells and systems set, so that a build would publish their values
SYSTEM_VARIABLES = frozenset(
    """COMPUTERNAME DISPLAY HOME HOSTNAME LANG LANGUAGE LOGNAME MAIL OLDPWD OS PATH PROMPT PWD SHELL
    SHLVL TEMP TERM TMP TMPDIR TZ USER USERNAME
    """.split()  # noqa: SIM905
)


def unknown_keys(
    subject: str, keys: Iterable[object], valid_keys: Sequence[str]
) -> Iterator[Problem]:
    """Yield each of the `keys` of `subject` that is not valid; it is the problem's place."""
    for key in keys:
        if key not in valid_keys:
            message = f"{subject} has the unknown key {key!r}{suggestion(str(key), valid_keys)}"
            yield Problem(str(key), message, "remove or rename it")


def name_problem(subject: str, name: object, owners: Mapping[Any, str]) -> Problem | None:
    """Return what is wrong with `name` as that of `subject`, if anything; its place is empty.

    `owners` are the names that are in use, each with what has it.
    """
    if name is None or isinstance(name, bool):  # `~`, `on` and `yes` too
        kind = "null" if name is None else "a boolean"
        message = f"{subject} has a name that YAML reads as {kind}"
        return Problem("", message, "put the name in quotes")
    if name in owners:
        message = f"the name of {subject} is already used by {owners[name]}"
        return Problem("", message, "choose another name")
    if not NAME.fullmatch(str(name)):
        fix = "start with a letter, then use letters, digits and underscores"
        return Problem("", f"{subject} does not have a valid name", fix)
    return None
