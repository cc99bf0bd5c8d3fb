"""The report at the end of a run: how many blocks were verified, and which are exempt."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from ...files import PAGES
from ...problem import printable
from ...wording import count

_GUARDS = (
    "blocks ran without namespaces (this machine does not allow them, or runbook_namespaces is"
    " off): programs that ignore the proxy could reach other hosts"
)
_FEW = 10  # failures of which each is read anyway, unless pytest leaves them out
_MOST_CAUSES = 20
# what differs between blocks that fail for one reason: lines, and the rest of a command
_LINE = re.compile(r"^line \d+ of the block, `.*?`: ")
_COMMAND = re.compile(r", at `(?:\w+=\S* )*(\S+) .*`$")
READERS_FOLDER = re.compile(r"[^\s'\"`]*/runbook-walkthrough-\w+/reader\b")

#: the values of each property, each value with the report of its test
RecordedNotes = defaultdict[str, list[tuple[pytest.TestReport, Any]]]


class Note:
    """The properties that tests record, each with its value; workers send them."""

    BLOCK = "runbook_block"  # its place; and its page, route and value set
    FROM_RECORD = "runbook_from_record"  # its place; its walkthrough; when it was verified
    SETUP = "runbook_setup"  # the places of blocks that ran only for it
    UPDATED = "runbook_updated"  # its place, and whether walkthroughs agree on its update
    EXEMPT = "runbook_exempt"  # its place, the reason
    EXEMPT_PAGE = "runbook_exempt_page"  # the path in `mkdocs.yml`, the reason, how many blocks
    SKIPPED = "runbook_skipped"  # its place, the reason
    UNVERIFIED = "runbook_unverified"  # what blocks without a verifier have in common, its place
    ISOLATION = "runbook_isolation"  # what kept blocks from other hosts
    FAILED = "runbook_failed"  # the message of its failure, its place
    SITE_FAILED = "runbook_site_failed"  # why no page can be verified


def is_unverified(report: pytest.TestReport) -> bool:
    """Return whether a test failed for want of a verifier."""
    return report.failed and any(name == Note.UNVERIFIED for name, _ in report.user_properties)


def summarize(reporter: pytest.TerminalReporter) -> None:
    """Write the report, if there were blocks; with `--tb=no`, it also has what else failed."""
    properties = _properties(reporter)
    is_brief = reporter.config.getoption("tbstyle") == "no"
    lines = [*_Report(properties, 0 if is_brief else _FEW).lines()]
    if is_brief:
        lines += dict.fromkeys(f"failed: {message}" for _, message in properties[Note.SITE_FAILED])
        lines += dict.fromkeys(f"failed: {message}" for message in _not_collected(reporter))
    if lines:
        reporter.section("blocks")
        for line in lines:
            reporter.line(printable(line))


def _not_collected(reporter: pytest.TerminalReporter) -> Iterator[str]:
    """Yield why pages have no tests."""
    for report in reporter.stats.get("error", ()):
        if isinstance(report, pytest.CollectReport) and report.nodeid.endswith(PAGES):
            yield report.longreprtext


def _properties(reporter: pytest.TerminalReporter) -> RecordedNotes:
    """Return what tests recorded: workers send no more than reports."""
    properties = RecordedNotes(list)
    for outcome in ("passed", "failed", "skipped", "unverified"):
        for report in reporter.stats.get(outcome, ()):
            # a test that ran again, as with pytest-rerunfailures, has the earlier ones too
            for name, value in dict(getattr(report, "user_properties", ())).items():
                if name != Note.FAILED or (report.failed and not is_unverified(report)):
                    properties[name].append((report, value))
    return properties


class _Report:
    """The report of a run, from what its tests recorded; it leaves out a `few` failures."""

    def __init__(self, properties: RecordedNotes, few: int) -> None:
        self._few = few

        def values(name: str) -> list[Any]:
            return [value for _, value in properties[name]]

        tests = [
            (report, place, tuple(walkthrough))
            for report, (place, walkthrough) in properties[Note.BLOCK]
            if report.when == "call" and not (report.skipped or is_unverified(report))
        ]
        self._walkthroughs = {walkthrough for _, _, walkthrough in tests}
        self._verified = {place for report, place, _ in tests if report.passed}
        self._unchanged = [value for report, value in properties[Note.FROM_RECORD] if report.passed]
        self._exempt: dict[str, str] = dict(values(Note.EXEMPT))
        self._exempt_pages = Counter[tuple[str, str]]()
        for path, reason, number in values(Note.EXEMPT_PAGE):
            self._exempt_pages[path, reason] += number
        self._skipped = {
            place: reason for place, reason in values(Note.SKIPPED) if place not in self._verified
        }
        self._unverified = _places_by_kind(values(Note.UNVERIFIED))
        self._setup_count = sum(map(len, values(Note.SETUP)))
        updates = dict(values(Note.UPDATED))  # the last test of a block knows of the others
        self._updated = [place for place, is_updated in updates.items() if is_updated]
        self._failures = values(Note.FAILED)
        self._is_guarded_only = "guards" in values(Note.ISOLATION)

    def lines(self) -> Iterator[str]:
        """Yield the lines; none if there were no blocks."""
        blocks = (
            self._walkthroughs,
            self._unchanged,
            self._exempt,
            self._exempt_pages,
            self._skipped,
            self._unverified,
        )
        if any(blocks):
            yield self._totals()
        if self._is_guarded_only:
            yield _GUARDS
        if self._unchanged:
            yield self._not_run_again()
        yield from (f"updated: {place}" for place in sorted(self._updated))
        yield from (f"exempt: {place}: {why}" for place, why in sorted(self._exempt.items()))
        for (path, reason), number in sorted(self._exempt_pages.items()):
            yield f"exempt: {path} ({count(number, 'block')}): {reason}"
        yield from (f"skipped: {place}: {why}" for place, why in sorted(self._skipped.items()))
        for kind, places in _most_first(self._unverified):
            yield f"{count(len(places), 'block')}, {_first(places)}: {kind}"
        yield from _causes(self._failures, self._few)

    def _totals(self) -> str:
        verified = count(len(self._verified), "block")
        unverified = len(set().union(*self._unverified.values()))
        parts = [
            f"{verified} verified in {count(len(self._walkthroughs), 'walkthrough')}",
            f"{len(self._exempt) + self._exempt_pages.total()} exempt",
        ]
        if self._skipped:
            parts.append(f"{len(self._skipped)} skipped")
        if unverified:
            parts.append(f"{unverified} without a verifier")
        if self._setup_count:
            parts.append(f"{count(self._setup_count, 'block')} run as setup")
        return ", ".join(parts)

    def _not_run_again(self) -> str:
        blocks = count(len({place for place, _, _ in self._unchanged}), "block")
        walkthroughs = count(len({tuple(key) for _, key, _ in self._unchanged}), "walkthrough")
        first, *others = sorted({when[:10] for _, _, when in self._unchanged})
        days = f"{first} to {others[-1]}" if others else first
        return (
            f"{blocks} in {walkthroughs} not run again, because nothing that they depend on"
            f" has changed since they were verified ({days}); --runbook-fresh runs them"
        )


def _places_by_kind(pairs: Iterable[tuple[str, str]]) -> dict[str, dict[str, None]]:
    """Return the places of each kind of failure, each once, in the order of the tests."""
    places: dict[str, dict[str, None]] = {}
    for kind, place in pairs:
        places.setdefault(kind, {})[place] = None
    return places


def _most_first(places: Mapping[str, dict[str, None]]) -> list[tuple[str, dict[str, None]]]:
    return sorted(places.items(), key=lambda pair: -len(pair[1]))


def cause_of(message: str) -> str:
    """Return what the failures of several blocks have in common."""
    return READERS_FOLDER.sub("~", _COMMAND.sub(r", at `\1 …`", _LINE.sub("", message)))


def _causes(failures: Iterable[tuple[str, str]], few: int) -> Iterator[str]:
    """Yield why blocks fail, the most frequent cause first, unless there are only a `few`."""
    places = _places_by_kind((cause_of(message), place) for message, place in failures)
    if sum(map(len, places.values())) <= few:
        return
    causes = _most_first(places)
    for cause, of_cause in causes[:_MOST_CAUSES]:
        yield f"failed: {count(len(of_cause), 'block')}, {_first(of_cause)}: {cause}"
    if len(causes) > _MOST_CAUSES:
        yield f"failed: {len(causes) - _MOST_CAUSES} other causes"


def _first(places: Iterable[str]) -> str:
    place = next(iter(places))
    return f"the first {place}" if place.startswith("after ") else f"the first at {place}"
