"""What a page says of the robots that followed pages, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape

from ..record.record import VERIFIED, Record
from ..record.robot_run import RobotKey, RobotRun
from ..wording import in_words, listed, table
from .site_record import SiteRecord

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
            yield f"No robot has followed {link(page)} to its end as it is now."
        yield _table(runs, is_current, record)
        yield from _not_shown(proved)
        yield from _picture(proved, record)


def _summary(runs: Mapping[RobotKey, RobotRun], record: Record, page: str) -> str:
    """Return what those runs have in common, in sentences."""
    browsers = listed(sorted({run.browser for run in runs.values()}))
    checked = listed(dict.fromkeys(name for run in runs.values() for name in run.checked))
    last = max(record.when(run) for run in runs.values())
    sentences = [
        f"A robot followed {page} to its end in {browsers}, last on {in_words(last)}.",
        f"There, the test checks {checked}." if checked else "",
    ]
    return " ".join(filter(None, sentences))


def _table(
    runs: Mapping[RobotKey, RobotRun], is_current: Mapping[RobotKey, bool], record: Record
) -> str:
    """Return a table of value sets and routes, with the result of each and how long it took."""
    routes = list(dict.fromkeys(key.route for key in runs))
    sets: dict[str, dict[str, str]] = {}
    days: dict[str, str] = {}
    for key, run in runs.items():
        seconds = f"{run.seconds:.0f}\N{NO-BREAK SPACE}s"
        said = f"verified, {seconds}" if run.result == VERIFIED else run.result
        sets.setdefault(key.value_set, {})[key.route] = (
            said if is_current[key] else "changed since verification"
        )
        days[key.value_set] = max(days.get(key.value_set, ""), record.when(run)[:10])
    rows = [
        [f"`{name}`", *(results.get(route, _NONE) for route in routes), days[name]]
        for name, results in sets.items()
    ]
    return table(["Value set", *(route or _NONE for route in routes), "Followed on"], rows)


def _not_shown(runs: Mapping[RobotKey, RobotRun]) -> Iterator[str]:
    """Yield a sentence for each thing that the robot could not see."""
    sets: dict[str, list[str]] = {}
    for key, run in runs.items():
        if run.not_shown and key.value_set not in sets.setdefault(run.not_shown, []):
            sets[run.not_shown].append(key.value_set)
    for not_shown, names in sets.items():
        yield f"Not shown with {listed(f'`{name}`' for name in names)}: {not_shown}."


def _picture(runs: Mapping[RobotKey, RobotRun], record: Record) -> Iterator[str]:
    """Yield the picture, if there is one."""
    for key, run in runs.items():
        if run.picture:
            route = f"on the route {escape(key.route)}, " if key.route else ""
            when = in_words(record.when(run))
            yield (
                '<figure class="robot-picture">'
                f'<img alt="{escape(run.alt)}" src="data:image/png;base64,{escape(run.picture)}">'
                f"<figcaption>The last page, {route}with <code>{escape(key.value_set)}</code>,"
                f" {when}.</figcaption></figure>"
            )
