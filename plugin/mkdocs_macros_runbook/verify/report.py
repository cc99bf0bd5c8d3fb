"""The report at the end of a run: how many blocks were verified, and which are exempt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pytest

#: the property of a test whose block has no verifier: what such blocks have in common, its place
UNVERIFIED = "runbook_unverified"
#: the other properties that tests record, each with its value
BLOCK = "runbook_block"  # its place; and its page, route and value set
FROM_RECORD = "runbook_from_record"  # its place; its walkthrough; when it was verified
SETUP = "runbook_setup"  # the places of blocks that ran only for it
UPDATED = "runbook_updated"  # its place
EXEMPT = "runbook_exempt"  # its place, the reason
EXEMPT_PAGE = "runbook_exempt_page"  # the path in `mkdocs.yml`, the reason, the number of blocks
SKIPPED = "runbook_skipped"  # its place, the reason
ISOLATION = "runbook_isolation"  # what kept blocks from other hosts
FAILED = "runbook_failed"  # the message of its failure, its place

_GUARDS = (
    "blocks ran without namespaces, which this machine does not allow or runbook_namespaces turns"
    " off: programs that ignore the proxy could reach other hosts"
)
_FEW = 10  # failures of which each is read anyway
_MOST_CAUSES = 20
# what differs between blocks that fail for one reason: lines, and the rest of a command
_LINE = re.compile(r"^line \d+ of the block, `.*?`: ")
_COMMAND = re.compile(r", at `(?:\w+=\S* )*(\S+) .*`$")

#: the values of a property, each with the report of its test
Found = Mapping[str, Sequence[tuple[pytest.TestReport, Any]]]


def is_unverified(report: pytest.TestReport) -> bool:
    """Return whether a test failed for want of a verifier."""
    return report.failed and any(name == UNVERIFIED for name, _ in report.user_properties)


def summarize(reporter: pytest.TerminalReporter) -> None:
    """Write the report, if there were blocks."""
    if lines := [*_lines(_properties(reporter))]:
        reporter.section("blocks")
        for line in lines:
            reporter.line(line)


def _properties(reporter: pytest.TerminalReporter) -> Found:
    """Return what tests recorded: workers send no more than reports."""
    names = (
        *(BLOCK, EXEMPT, EXEMPT_PAGE, FAILED, FROM_RECORD, ISOLATION),
        *(SETUP, SKIPPED, UNVERIFIED, UPDATED),
    )
    found: dict[str, list[tuple[pytest.TestReport, Any]]] = {name: [] for name in names}
    for outcome in ("passed", "failed", "skipped", "unverified"):
        for report in reporter.stats.get(outcome, ()):
            for name, value in getattr(report, "user_properties", ()):
                if name in found and not (name == FAILED and is_unverified(report)):
                    found[name].append((report, value))
    return found


def _lines(found: Found) -> Iterator[str]:
    """Yield the lines of the report; none if there were no blocks."""
    ran = [
        (report, place, tuple(walkthrough))
        for report, (place, walkthrough) in found[BLOCK]
        if report.when == "call" and not (report.skipped or is_unverified(report))
    ]
    verified = {place for report, place, _ in ran if report.passed}
    exempt = dict(value for _, value in found[EXEMPT])
    pages = Counter[tuple[str, str]]()
    for _, (path, reason, number) in found[EXEMPT_PAGE]:
        pages[path, reason] += number
    skipped = {place: why for _, (place, why) in found[SKIPPED] if place not in verified}
    unverified: dict[str, dict[str, None]] = {}  # the places, in the order of the tests
    for _, (kind, place) in found[UNVERIFIED]:
        unverified.setdefault(kind, {})[place] = None
    setup = sum(len(places) for _, places in found[SETUP])
    recorded = [value for report, value in found[FROM_RECORD] if report.passed]
    if not (ran or recorded or exempt or pages or skipped or unverified):
        return
    in_walkthroughs = _count(len({walkthrough for _, _, walkthrough in ran}), "walkthrough")
    without = set().union(*unverified.values())
    parts = (
        (1, f"{_count(len(verified), 'block')} verified in {in_walkthroughs}"),
        (1, f"{len(exempt) + sum(pages.values())} exempt"),
        (len(skipped), f"{len(skipped)} skipped"),
        (len(without), f"{len(without)} without a verifier"),
        (setup, f"{_count(setup, 'block')} run as setup"),
    )
    yield ", ".join(part for number, part in parts if number)
    if any(isolation == "guards" for _, isolation in found[ISOLATION]):
        yield _GUARDS
    if recorded:
        blocks = _count(len({place for place, _, _ in recorded}), "block")
        walkthroughs = _count(len({tuple(one) for _, one, _ in recorded}), "walkthrough")
        dates = sorted({when[:10] for _, _, when in recorded})
        of = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
        yield f"{blocks} in {walkthroughs} not run again: unchanged since the record of {of}"
    yield from (f"updated: {place}" for place in sorted({place for _, place in found[UPDATED]}))
    yield from (f"exempt: {place}: {reason}" for place, reason in sorted(exempt.items()))
    for (path, reason), number in sorted(pages.items()):
        yield f"exempt: {path} ({_count(number, 'block')}): {reason}"
    yield from (f"skipped: {place}: {reason}" for place, reason in sorted(skipped.items()))
    for kind, places in sorted(unverified.items(), key=lambda item: -len(item[1])):
        yield f"{_count(len(places), 'block')}, {_first(places)}: {kind}"
    yield from _causes([value for _, value in found[FAILED]])


def cause_of(message: str) -> str:
    """Return what the failures of several blocks have in common."""
    return _COMMAND.sub(r", at `\1 …`", _LINE.sub("", message))


def _causes(failures: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield why blocks fail, the most frequent cause first, unless there are few."""
    places: dict[str, dict[str, None]] = {}
    for message, place in failures:
        places.setdefault(cause_of(message), {})[place] = None
    if sum(map(len, places.values())) <= _FEW:
        return
    by_number = sorted(places.items(), key=lambda item: -len(item[1]))
    for cause, here in by_number[:_MOST_CAUSES]:
        yield f"failed: {_count(len(here), 'block')}, {_first(here)}: {cause}"
    if len(by_number) > _MOST_CAUSES:
        yield f"failed: {len(by_number) - _MOST_CAUSES} other causes"


def _first(places: Iterable[str]) -> str:
    place = next(iter(places))
    return f"the first {place}" if place.startswith("after ") else f"the first at {place}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
