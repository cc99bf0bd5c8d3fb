"""The session of a guide in pytest: its start, the order of its tests, outcomes, its end."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from ...live.assets import form_warning
from ...problem import Failure, Problem
from ..plan import Plan
from ..run.folder import new_folder, remove_abandoned
from ..run.namespaces import end_with_parent
from ..session.session import Session
from ..settings import Settings, positive_seconds, style_from
from ..site.build import SHARED
from ..site.site import guide_of
from .item import Item, plan_of
from .record_hooks import RecordHooks
from .report import is_unverified


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
        seconds=positive_seconds(_setting(config, "runbook_seconds", "a number above 0")),
        lint=_setting(config, "runbook_lint", "true or false"),
        namespaces=_setting(config, "runbook_namespaces", "true or false"),
        style=style_from(config.getini("runbook_style")),
    )
    end = config.hook.pytest_runbook_end
    return Session(site, settings, lambda walkthrough: end(walkthrough=walkthrough))


def _setting(config: pytest.Config, name: str, kind: str) -> Any:
    """Return a setting of pytest's; raise `Problem` with its name if it is not of this `kind`."""
    try:
        return config.getini(name)
    except (ValueError, pytest.UsageError) as error:
        if name in str(error):
            raise
        raise Problem(name, str(error), f"set it to {kind}") from None


def register(config: pytest.Config, session: Session, notices: dict[str, str]) -> None:
    """Register the plugins with which pytest runs and records what `session` has."""
    _prepare(config)
    site = session.site
    config.pluginmanager.register(SessionHooks(session))
    if site.declaration.against:
        config.pluginmanager.register(RecordHooks(session, notices))
    if site.declaration.has_form and (why := form_warning(site.config)):
        notices[site.config_file.name] = f"{site.config_file.name}: {why}"


def _prepare(config: pytest.Config) -> None:
    """Have SIGTERM end the run as Ctrl-C does, and make the folder of all workers."""
    if threading.current_thread() is threading.main_thread():  # the processes of blocks end first
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)

        def restore() -> None:
            signal.signal(signal.SIGTERM, before)

        config.add_cleanup(restore)
    if SHARED not in os.environ:  # workers have it from the process that started them
        remove_abandoned()
        folder = new_folder("built")
        environment = pytest.MonkeyPatch()
        environment.setenv(SHARED, str(folder.path))
        config.add_cleanup(folder.remove)
        config.add_cleanup(environment.undo)
    elif hasattr(config, "workerinput"):  # else it goes on with its test if that is killed
        end_with_parent()


class SessionHooks:
    """The hooks for the guide that `session` verifies."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Let each walkthrough run once, even if a plugin (pytest-randomly, say) shuffles tests."""
        walkthroughs: dict[Plan | pytest.Item, list[pytest.Item]] = {}
        for item in items:
            walkthroughs.setdefault(plan_of(item) or item, []).append(item)
        items[:] = chain.from_iterable(walkthroughs.values())

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell the session which blocks have tests in this run."""
        items = (item for item in session.items if isinstance(item, Item))
        self._session.expect_tests((item.plan, item.position) for item in items if item.plan)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """End a walkthrough after its last test, while the author's fixtures still exist."""
        plan, report = plan_of(nextitem), ""
        if plan is None or not self._session.is_open_for(plan):
            try:
                self._session.close()
            except Failure as failure:  # of the author's world
                report = failure.report(item.place if isinstance(item, Item) else item.nodeid)
        try:
            result = yield
        except Exception as error:  # of the author's fixtures
            if report:
                error.add_note(report)
            raise
        if report:
            pytest.fail(report, pytrace=False)
        return result

    def pytest_report_teststatus(
        self, report: pytest.CollectReport | pytest.TestReport
    ) -> tuple[str, str, str] | None:
        """Keep blocks without a verifier apart: they fail, but one line reports them all."""
        if isinstance(report, pytest.TestReport) and is_unverified(report):
            return "unverified", "U", "UNVERIFIED"
        return None

    def pytest_unconfigure(self) -> None:
        """End what still runs, also after an interrupt."""
        self._session.end()
