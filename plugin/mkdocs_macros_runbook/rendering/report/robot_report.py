"""What a page says of the robots that followed pages, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape

from ...record.record import VERIFIED, Record, RobotKey, RobotRun
from ...wording import code, day_in_words, listed, table, verbatim
from ..site_record import SiteRecord

_NONE = "\N{EN DASH}"


def robot_report(site_record: SiteRecord, link: Callable[[str], str]) -> Iterator[str]:
    """Yield paragraphs about each page that a robot followed; `link` links a page."""
    record = site_record.record
    pages: dict[str, dict[RobotKey, RobotRun]] = {}
    for key, run in sorted(record.robot_runs.items()):
        pages.setdefault(key.page, {})[key] = run
    for page, runs in pages.items():
        is_current = {key: site_record.is_current(page, run) for key, run in runs.items()}
        proved = {
            key: run for key, run in runs.items() if is_current[key] and run.result == VERIFIED
        }
        if proved:
            yield _summary(proved, record, link(page))
        else:
            yield f"No robot has followed the current version of {link(page)} to its end."
        yield _table(runs, is_current)
        yield from _not_shown(proved)
        yield from _picture(proved, record)


def _summary(runs: Mapping[RobotKey, RobotRun], record: Record, page: str) -> str:
    """Return what those runs have in common, in sentences."""
    browsers = listed(sorted({run.browser for run in runs.values()}))
    checked = listed(dict.fromkeys(name for run in runs.values() for name in run.checked))
    last = max(record.when(run) for run in runs.values())
    sentences = [
        f"A robot followed {page} to its end in {verbatim(browsers)}, last on"
        f" {day_in_words(last)}.",
        f"At the end, the test checks {verbatim(checked)}." if checked else "",
    ]
    return " ".join(filter(None, sentences))


def _table(runs: Mapping[RobotKey, RobotRun], is_current: Mapping[RobotKey, bool]) -> str:
    """Return a table of routes and results, with the value sets of each and how long it took."""
    sets: dict[tuple[str, str], list[str]] = {}
    for key, run in runs.items():
        result = verbatim(run.result) if is_current[key] else "changed since verification"
        seconds = f" ({run.seconds:.0f}\N{NO-BREAK SPACE}s)" if result == VERIFIED else ""
        sets.setdefault((verbatim(key.route) or _NONE, result), []).append(
            f"{code(key.value_set)}{seconds}"
        )
    rows = [[route, result, ", ".join(names)] for (route, result), names in sorted(sets.items())]
    return table(["Route", "Result", "Value sets"], rows)


def _not_shown(runs: Mapping[RobotKey, RobotRun]) -> Iterator[str]:
    """Yield a sentence for each thing that the robot could not see."""
    sets: dict[str, list[str]] = {}
    for key, run in runs.items():
        if run.not_shown and key.value_set not in sets.setdefault(run.not_shown, []):
            sets[run.not_shown].append(key.value_set)
    for not_shown, names in sets.items():
        yield f"Not shown with {listed(map(code, names))}: {verbatim(not_shown)}."


def _picture(runs: Mapping[RobotKey, RobotRun], record: Record) -> Iterator[str]:
    """Yield the picture, if there is one."""
    for key, run in runs.items():
        if run.picture:
            route = f"on the route {escape(key.route)}, " if key.route else ""
            when = day_in_words(record.when(run))
            yield (
                '<figure class="robot-picture">'
                f'<img alt="{escape(run.alt)}" src="data:image/png;base64,{escape(run.picture)}">'
                f"<figcaption>The last page, {route}with <code>{escape(key.value_set)}</code>,"
                f" {when}.</figcaption></figure>"
            )
