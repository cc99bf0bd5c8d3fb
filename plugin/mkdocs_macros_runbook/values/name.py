"""Names of parameters, derived values and facts, as templates and pages write them."""

from __future__ import annotations

import re

#: a name as Python and browsers read it in a template
NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
#: names that mkdocs-macros itself gives to pages, or that are the reader's to use
RESERVED = frozenset(
    """config context environment extra files filters filters_builtin fix_url git macros
    macros_info navigation now page plugin runbook value_of verification""".split()  # noqa: SIM905
)
