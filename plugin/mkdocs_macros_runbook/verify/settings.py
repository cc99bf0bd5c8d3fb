"""The settings of a verification: from the command line and from pytest's configuration."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from ..problem import Problem, suggestion

_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Settings:
    """What whoever runs a verification chose."""

    #: names of value sets, separated by commas; empty for all
    value_sets: str = ""
    #: a parameter, to verify with each of its options; empty for none
    each: str = ""
    #: a property of the options to verify with, such as `suffix=lab`; empty for all options
    condition: str = ""
    #: whether whole walkthroughs are run with each option
    is_full: bool = False
    #: whether what the record has is run again
    is_fresh: bool = False
    #: whether pages are changed to show what their Python blocks print
    is_updating: bool = False
    #: how long a block may take
    seconds: float = 60.0
    lint: bool = True
    #: whether blocks get a network and processes of their own, if the machine allows it
    namespaces: bool = True
    #: settings of pytest-examples for Python blocks
    style: Mapping[str, Any] = field(default_factory=dict)


def positive_seconds(seconds: float) -> float:
    """Return `seconds`; raise `Problem` if they are not above 0."""
    if not 0 < seconds < math.inf:
        message = f"{seconds} is not a number above 0"
        raise Problem("runbook_seconds", message, "set a number, such as 60")
    return seconds


def style_from(lines: Sequence[str]) -> dict[str, Any]:
    """Return settings of pytest-examples from lines such as `line_length=100`.

    Raises `Problem`.
    """
    if not lines:
        return {}
    try:
        from pytest_examples.config import ExamplesConfig  # takes 0.3 s, with black
    except ModuleNotFoundError:  # then no block can be verified, as its page reports
        return {}
    types = {setting.name: str(setting.type) for setting in fields(ExamplesConfig)}
    style = {}
    for line in lines:
        name, _, text = (part.strip() for part in line.partition("="))
        if name not in types:
            message = f"there is no setting {name!r}{suggestion(name, types)}"
            raise Problem("runbook_style", message, f"choose from: {', '.join(types)}")
        style[name] = _converted(name, text, types[name])
    return style


def _converted(name: str, text: str, type_name: str) -> object:
    """Return the value of a setting, whose type is given as it is written in Python."""
    requirement = ""
    if type_name.startswith("bool"):
        if text.lower() in _BOOLEANS:
            return _BOOLEANS[text.lower()]
        requirement = "true or false"
    elif type_name.startswith("int"):
        if text.isdigit():
            return int(text)
        requirement = "a number"
    elif type_name.startswith("list"):
        return [part.strip() for part in text.split(",")]
    elif type_name.startswith("Literal"):
        choices = re.findall(r"'(\w+)'", type_name)
        if text in choices:
            return text
        requirement = f"one of {', '.join(choices)}"
    else:
        return text
    raise Problem("runbook_style", f"{name} is {text!r}", f"it must be {requirement}")
