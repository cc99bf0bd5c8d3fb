"""The report at the end of a run: how many blocks were verified, and which are exempt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

#: the property of a test whose block has no verifier: what such blocks have in common, its place
UNVERIFIED = "runbook_unverified"


def is_unverified(report: pytest.TestReport) -> bool:
    """Return whether a test failed for want of a verifier."""
    return report.failed and any(name == UNVERIFIED for name, _ in report.user_properties)


def summarize(reporter: pytest.TerminalReporter) -> None:
    """Write the report, if there were blocks."""
    verified: set[str] = set()
    walkthroughs: set[tuple[str, ...]] = set()
    exempt: dict[str, str] = {}
    exempt_pages: dict[tuple[str, str], int] = {}
    skipped: dict[str, str] = {}
    unverified: dict[str, list[str]] = {}
    updated: set[str] = set()
    setup = failed = 0
    for report, name, value in _properties(reporter):
        if name == "runbook_block" and report.when == "call" and not is_unverified(report):
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
        elif name == "runbook_exempt_page":
            path, reason, number = value
            exempt_pages[path, reason] = exempt_pages.get((path, reason), 0) + number
        elif name == "runbook_skipped":
            skipped[value[0]] = value[1]
        elif name == UNVERIFIED:
            unverified.setdefault(value[0], []).append(value[1])
    if not (verified or failed or exempt or exempt_pages or skipped or unverified):
        return
    reporter.section("blocks")
    skipped = {place: reason for place, reason in skipped.items() if place not in verified}
    parts = [
        f"{_count(len(verified), 'block')} verified in {_count(len(walkthroughs), 'walkthrough')}",
        f"{len(exempt) + sum(exempt_pages.values())} exempt",
    ]
    if skipped:
        parts.append(f"{len(skipped)} skipped")
    if unverified:
        number = len({place for places in unverified.values() for place in places})
        parts.append(f"{number} without a verifier")
    if setup:
        parts.append(f"{_count(setup, 'block')} run as setup")
    reporter.line(", ".join(parts))
    for place in sorted(updated):
        reporter.line(f"updated: {place}")
    for place, reason in sorted(exempt.items()):
        reporter.line(f"exempt: {place}: {reason}")
    for (path, reason), number in sorted(exempt_pages.items()):
        reporter.line(f"exempt: {path} ({_count(number, 'block')}): {reason}")
    for place, reason in sorted(skipped.items()):
        reporter.line(f"skipped: {place}: {reason}")
    for kind, places in sorted(unverified.items(), key=lambda item: -len(set(item[1]))):
        reporter.line(f"{_count(len(set(places)), 'block')}, the first at {places[0]}: {kind}")


def _properties(reporter: pytest.TerminalReporter) -> Iterator[tuple[pytest.TestReport, str, Any]]:
    """Yield what tests recorded, each with its report: workers send no more than reports."""
    for outcome in ("passed", "failed", "skipped", "unverified"):
        for report in reporter.stats.get(outcome, ()):
            for name, value in getattr(report, "user_properties", ()):
                yield report, name, value


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
