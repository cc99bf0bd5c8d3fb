"""Robot runs: what the record keeps of a robot that followed a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class RobotKey:
    """What tells robot runs apart: the page, by its path, the route and the value set."""

    page: str
    route: str
    value_set: str


@dataclass(frozen=True)
class RobotRun:
    """How a robot ended on a page.

    `result` is that of the test, with the reason if it failed; `run` the run of the tests, by its
    name in the record; `source` a digest of the page's source.
    """

    result: str
    reason: str = ""
    seconds: float = 0.0
    run: str = ""
    source: str = ""
    #: the name and the version of the browser
    browser: str = ""
    #: what was entered in the form, by the names of parameters
    values: Mapping[str, str] = field(default_factory=dict)
    #: what the test compared at the end, and what it could not
    checked: tuple[str, ...] = ()
    not_shown: str = ""
    #: the last page as a PNG in Base64, and what can be seen on it
    picture: str = ""
    alt: str = ""
