"""Names of parameters, derived values and facts, as templates and pages write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..problem import Problem

#: a name as Python and browsers read it in a template
NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
#: names that mkdocs-macros itself gives to pages, or that are the reader's to use
RESERVED = frozenset(
    """config context environment extra files filters filters_builtin fix_url git macros
    macros_info navigation now page plugin runbook value_of verification""".split()  # noqa: SIM905
)


def name_problem(subject: str, name: object, owners: Mapping[str, str]) -> Problem | None:
    """Return what is wrong with `name` as that of `subject`, if anything; its place is empty.

    `owners` are the names that are in use, each with what has it.
    """
    if name in owners:
        message = f"{subject} has the name of {owners[str(name)]}"
        return Problem("", message, "choose another name")
    if not NAME.fullmatch(str(name)):
        fix = "start with a letter, then use letters, digits and underscores"
        return Problem("", f"{subject} needs another name", fix)
    return None
