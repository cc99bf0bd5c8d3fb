"""The options of pytest's command line and the settings of its configuration, and their values.

pytest imports this module in every project, so it imports others only for a guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..settings import Settings


def add_options(parser: pytest.Parser) -> None:
    """Add the options and settings."""
    group = parser.getgroup("runbook", "verified documentation")
    group.addoption(
        "--runbook-values",
        default="",
        metavar="NAMES",
        help="verify with these value sets, separated by commas (default: all that are declared)",
    )
    group.addoption(
        "--runbook-each",
        default=None,
        metavar="PARAMETER[:PROPERTY=TEXT]",
        help="also verify with each option of PARAMETER, or with those whose PROPERTY is TEXT; "
        "checks only blocks that need no execution, unless --runbook-full is given",
    )
    group.addoption(
        "--runbook-full",
        action="store_true",
        help="run whole walkthroughs with each option of --runbook-each",
    )
    group.addoption(
        "--runbook-fresh",
        action="store_true",
        help="run all blocks, including those that did not change since they were recorded",
    )
    parser.addini("runbook_config", "the site's configuration", default="mkdocs.yml")
    parser.addini("runbook_generator", "the site generator, mkdocs or zensical", default="mkdocs")
    parser.addini("runbook_each", "the default of --runbook-each", default="")
    parser.addini("runbook_seconds", "time limit of a block, in seconds", "float", default=60.0)
    parser.addini("runbook_lint", "whether to lint Python blocks", type="bool", default=True)
    parser.addini(
        "runbook_namespaces",
        "whether blocks get a network and processes of their own, where the machine allows it",
        type="bool",
        default=True,
    )
    parser.addini(
        "runbook_style",
        "settings of pytest-examples for Python blocks, as name=value",
        type="linelist",
        default=[],
    )


def settings_of(config: pytest.Config) -> Settings:
    """Return what a run of pytest chose; raise `Problem` for a value of another kind."""
    from ..settings import Settings, seconds_from, style_from

    option = config.getoption("runbook_each")
    text = config.getini("runbook_each") if option is None else option
    each, _, condition = text.partition(":")
    return Settings(
        value_sets=config.getoption("runbook_values"),
        each=each,
        condition=condition,
        is_full=config.getoption("runbook_full"),
        is_fresh=config.getoption("runbook_fresh"),
        is_updating=bool(config.getoption("update_examples", default=False)),
        seconds=seconds_from(str(_setting(config, "runbook_seconds", "a number above 0"))),
        lint=_setting(config, "runbook_lint", "true or false"),
        namespaces=_setting(config, "runbook_namespaces", "true or false"),
        style=style_from(config.getini("runbook_style")),
    )


def _setting(config: pytest.Config, name: str, kind: str) -> Any:
    """Return a setting of pytest's; raise `Problem` with its name if it is not of this `kind`."""
    from ...problem import Problem

    try:
        return config.getini(name)
    except (ValueError, pytest.UsageError) as error:
        if name in str(error):
            raise
        raise Problem(name, str(error), f"set {kind}") from None
