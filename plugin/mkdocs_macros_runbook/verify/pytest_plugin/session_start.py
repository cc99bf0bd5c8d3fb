"""The start of a verification: the session of the site, and what it needs of the machine."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from ...problem import Problem
from ..run.folder import new_folder, remove_abandoned
from ..run.namespaces import end_with_parent
from ..session import Session
from ..settings import Settings, seconds_from, style_from
from ..site.build import SHARED
from ..site.site import guide_of
from ..walkthrough.walkthrough import Walkthrough


def session_of(config: pytest.Config, file: Path) -> Session | None:
    """Return the session of the site that `file` configures, or `None` if it is not a guide.

    Raises `Problem` for pytest's settings, and `Problems` for the site.
    """
    site = guide_of(file, config.getini("runbook_generator"))
    if site is None:
        return None
    option = config.getoption("runbook_each")
    text = config.getini("runbook_each") if option is None else option
    each, _, condition = text.partition(":")
    settings = Settings(
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

    def describe(walkthrough: Walkthrough) -> object:
        state: object = config.hook.pytest_runbook_end(walkthrough=walkthrough)
        return state

    return Session(site, settings, describe)


def _setting(config: pytest.Config, name: str, kind: str) -> Any:
    """Return a setting of pytest's; raise `Problem` with its name if it is not of this `kind`."""
    try:
        return config.getini(name)
    except (ValueError, pytest.UsageError) as error:
        if name in str(error):
            raise
        raise Problem(name, str(error), f"set {kind}") from None


def prepare(config: pytest.Config) -> None:
    """Have blocks end at SIGTERM, and make the folder of all workers."""
    if threading.current_thread() is threading.main_thread():
        _end_as_at_ctrl_c(config)
    if SHARED not in os.environ:  # workers have it from the process that started them
        _share_folder(config)
    elif hasattr(config, "workerinput"):  # else it goes on with its test if that is killed
        end_with_parent()


def _end_as_at_ctrl_c(config: pytest.Config) -> None:
    """Have SIGTERM end the run as Ctrl-C does: the processes of blocks are killed first."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)

    def restore() -> None:
        signal.signal(signal.SIGTERM, before)

    config.add_cleanup(restore)


def _share_folder(config: pytest.Config) -> None:
    remove_abandoned()
    folder = new_folder("built")
    os.environ[SHARED] = str(folder.path)

    def remove() -> None:
        del os.environ[SHARED]
        folder.remove()

    config.add_cleanup(remove)
