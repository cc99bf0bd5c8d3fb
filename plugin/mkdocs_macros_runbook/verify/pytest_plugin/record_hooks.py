"""The hooks of pytest that write the record of a guide that says what it is verified against."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ...problem import Failure, Problem
from ...record.record import FAILED, SKIPPED, VERIFIED
from ..session.session import Session
from ..walkthrough.verifier import NoVerifier
from ..walkthrough.world import author_failure
from .item import Item
from .report import READERS_FOLDER

_CONTRIBUTION = "runbook_added"
_LONGEST = 300  # characters of a reason
_SHORTEST_SECRET = 6  # characters
_OUTCOMES = {"passed": VERIFIED, "skipped": SKIPPED}
#: the property under which a test gives the row of its robot
ROBOT = "runbook_robot"


class RecordHooks:
    """Adds the results of a session to its record; workers of pytest-xdist send theirs."""

    def __init__(self, session: Session, notices: dict[str, str]) -> None:
        self._session, self._notices = session, notices
        self._of_workers: list[Mapping[str, Any]] = []

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Note the files that blocks depend on now: somebody may edit them while the tests run."""
        if not hasattr(session.config, "workerinput"):
            self._session.recorder.begin()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add the result of a block, or of a robot."""
        rows: list[Any] = [row for name, row in item.user_properties if name == ROBOT]
        if rows and call.when == "call":  # nothing else needs the picture
            item.user_properties[:] = [pair for pair in item.user_properties if pair[0] != ROBOT]
        report = yield
        if call.when == "call" or (report.failed and call.when == "setup"):
            error = call.excinfo.value if call.excinfo else None
            result = _OUTCOMES.get(report.outcome, FAILED)
            reason = self._reason(error) if error else ""
            if isinstance(error, NoVerifier):  # nothing of it ran
                result, reason = SKIPPED, error.message
            self._add_block(item, result, reason, call.duration)
            try:
                for row in rows:
                    self._session.recorder.add_robot_run(row, result, reason, call.duration)
            except Problem as problem:
                report.outcome, report.longrepr = "failed", str(problem)
        return report

    def _reason(self, error: BaseException) -> str:
        """Return why a block was skipped or failed, in one line that may be published."""
        is_ours = isinstance(error, Failure | pytest.skip.Exception)
        text = str(error) if is_ours else f"{type(error).__name__}: {error}"
        names = self._session.world_names
        for line in sorted(names, key=len, reverse=True):
            if len(line) >= _SHORTEST_SECRET:
                text = text.replace(line, f"${names[line]}")
        text = READERS_FOLDER.sub("~", text)
        for folder, name in ((self._session.site.folder, "."), (Path.home(), "~")):
            if folder.name:  # not the root of all folders
                text = re.sub(rf"(?<![\w.-]){re.escape(str(folder))}(?![\w.-])", name, text)
        return " ".join(text.split())[:_LONGEST]

    def _add_block(self, item: pytest.Item, result: str, reason: str, seconds: float) -> None:
        """Add the result of the block that `item` ran, if it did."""
        if isinstance(item, Item) and item.plan and item.runs:
            recorder, isolation = self._session.recorder, self._session.isolation
            recorder.add(item.plan, item.position, result, reason, seconds, isolation)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the record, or send what was added."""
        config = session.config
        contribution = self._session.recorder.contribution()
        if hasattr(config, "workeroutput"):
            config.workeroutput[_CONTRIBUTION] = contribution
        elif not config.option.collectonly:
            write, tools = self._session.recorder.write, self._tools(session)
            try:
                notice = write([*self._of_workers, contribution], self._session.all_values, tools)
            except OSError as error:
                notice = f"the verification record cannot be written: {error}"
            self._notices["record"] = notice

    def _tools(self, session: pytest.Session) -> Mapping[str, str]:
        """Return the versions from the author's hook; report a mistake in it, and fail the run."""
        try:
            tools = session.config.hook.pytest_runbook_tools() or {}
            texts = [*tools, *tools.values()] if isinstance(tools, Mapping) else [None]
            if not all(isinstance(text, str) for text in texts):
                raise TypeError(f"it must return a mapping of names to versions, got {tools!r}")
        except Exception as error:
            self._notices["tools"] = str(author_failure("pytest_runbook_tools", error))
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            return {}
        return tools

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker added."""
        output = getattr(node, "workeroutput", {})
        self._of_workers += [output[_CONTRIBUTION]] if _CONTRIBUTION in output else []
