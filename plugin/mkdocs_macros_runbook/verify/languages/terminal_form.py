"""The form that a terminal gives to output: `ls` in columns, and `curl` without a progress meter.

Blocks run without a terminal, for which these commands print otherwise.
"""

from __future__ import annotations

import re

from ..output import matches_streams
from ..screen import on_screen

# the files of a folder alone: with other options, each is on a line of its own
_LS = re.compile(r"(?:.*(?:&&|;) *)?ls(?: +(?!-\w*[lgmnosx1])[^\s|;&<>()$`#]+)*")
_METER_HEAD = "% Total "
_METER = re.compile(rf"^ *{_METER_HEAD}.*\n.*Dload .*\n(?:[ \d.kMG]*[-:\d]+ .*\n)*", re.MULTILINE)


def matches_terminal(command: str, expected: str, output: str, errors: str = "") -> bool:
    """Return whether a terminal may show `expected` for what `command` printed on its streams."""
    if matches_streams(expected, output, errors):
        return True
    if "curl" in command and _METER_HEAD not in expected:
        return matches_streams(expected, _METER.sub("", f"{on_screen(output)}\n"), errors)
    return _LS.fullmatch(command.strip()) is not None and _names(expected) == _names(output)


def _names(listing: str) -> list[str]:
    """Return the names in what `ls` prints, which quotes some of them for a terminal."""
    return sorted(listing.replace("'", "").split())
