"""The hooks of pytest for a guide: the order of its tests, the end of walkthroughs, outcomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..session import Session
from .item import plan_of, tested_blocks, with_walkthroughs_whole
from .pages import Pages
from .report import is_unverified


class SessionHooks:
    """The hooks for the guide that `session` verifies."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect the folder of the pages, with the pages that are no files."""
        if path != self._session.site.docs:
            return None
        pages: Pages = Pages.from_parent(parent, path=path, runbook=self._session)
        return pages

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Let each walkthrough run once, even if a plugin (pytest-randomly, say) shuffles tests."""
        items[:] = with_walkthroughs_whole(items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell the session which blocks have tests in this run."""
        self._session.expect_tests(tested_blocks(session.items))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, nextitem: pytest.Item | None) -> None:
        """End a walkthrough after its last test, while the author's fixtures still exist."""
        plan = plan_of(nextitem)
        if plan is None or not self._session.is_open_for(plan):
            self._session.close()

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
