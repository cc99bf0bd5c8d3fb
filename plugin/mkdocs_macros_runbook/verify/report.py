"""The report at the end of a run: how many blocks were verified, and which are exempt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


def summarize(reporter: pytest.TerminalReporter) -> None:
    """Write the report, if there were blocks."""
    verified: set[str] = set()
    walkthroughs: set[tuple[str, ...]] = set()
    exempt: dict[str, str] = {}
    updated: set[str] = set()
    setup = failed = 0
    for report, name, value in _properties(reporter):
        if name == "runbook_block" and report.when == "call":
            place, walkthrough = value
            walkthroughs.add(tuple(walkthrough))
            failed += report.failed
            if report.passed:
                verified.add(place)
        elif name == "runbook_setup":
            setup += len(value)
        elif name == "runbook_updated":
            updated.add(value)
        elif name == "runbook_exempt":
            exempt[value[0]] = value[1]
    if not (verified or failed or exempt):
        return
    reporter.section("blocks")
    runs = (
        f"{_count(len(verified), 'block')} verified in {_count(len(walkthroughs), 'walkthrough')}"
    )
    as_setup = f", {_count(setup, 'block')} run as setup" if setup else ""
    reporter.line(f"{runs}, {len(exempt)} exempt{as_setup}")
    for place in sorted(updated):
        reporter.line(f"updated: {place}")
    for place, reason in sorted(exempt.items()):
        reporter.line(f"exempt: {place}: {reason}")


def _properties(reporter: pytest.TerminalReporter) -> Iterator[tuple[pytest.TestReport, str, Any]]:
    """Yield what tests recorded, each with its report: workers send no more than reports."""
    for outcome in ("passed", "failed", "skipped"):
        for report in reporter.stats.get(outcome, ()):
            for name, value in getattr(report, "user_properties", ()):
                yield report, name, value


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
