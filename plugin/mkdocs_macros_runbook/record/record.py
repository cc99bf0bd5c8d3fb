"""The verification record: the results of blocks and robots, and the runs they came from.

A run of the tests adds its results. A result belongs to what a block shows (`hash`) in one
walkthrough, so it ends with the next change of the block.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

VERIFIED, FAILED, SKIPPED = "verified", "failed", "skipped"
#: the program whose version the record has, for the blocks of each language
PROGRAMS = {
    "bash": "bash",
    "console": "bash",
    "python": "Python",
    "pycon": "Python",
    "javascript": "node",
    "typescript": "node",
}
#: the packages whose versions it has in any case
PACKAGES = ("mkdocs", "mkdocs-macros-plugin", "mkdocs-material", "zensical", "ruff", "pytest")

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Run:
    """A run of the tests: when it began (UTC, ISO 8601), and what verified the blocks."""

    when: str
    plugin: str = ""
    generator: str = ""
    #: versions, by the names of the programs
    tools: Mapping[str, str] = field(default_factory=dict)
    #: the function that verified the blocks of each language
    verifiers: Mapping[str, str] = field(default_factory=dict)
    #: the values of the parameters, by the name of the value set or option
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: the parameter of the options
    each: str = ""
    #: a digest of the files that the site declares under `depends_on`, and of `against`
    files: str = ""


@dataclass(frozen=True)
class PageBlock:
    """A block of a page, with the digest of what it shows, and the reason if it is exempt."""

    hash: str
    place: str
    language: str
    exempt: str = ""


@dataclass(frozen=True)
class RecordedPage:
    """A page when it was last read: all its blocks, a digest of its source, or its exemption.

    Its `routes` are empty if they are not known.
    """

    when: str
    source: str
    blocks: tuple[PageBlock, ...] = ()
    exempt: str = ""
    routes: tuple[str, ...] = ()

    def has(self, key: WalkthroughKey, walkthrough: RecordedWalkthrough) -> bool:
        """Return whether the page has the route of a walkthrough, and one of its blocks."""
        hashes = {block.hash for block in self.blocks}
        is_on_route = key.standalone or not self.routes or key.route in self.routes
        return is_on_route and any(result.hash in hashes for result in walkthrough.blocks)


@dataclass(frozen=True)
class RecordedResult:
    """The last result of a block in a walkthrough; without a `result` there is none yet."""

    hash: str
    place: str
    result: str = ""
    #: why it failed, or was skipped
    reason: str = ""
    seconds: float = 0.0
    #: a digest of all that the result depends on; empty if that is not known
    inputs: str = ""
    #: the run, by its name in the record
    run: str = ""


@dataclass(frozen=True, order=True)
class WalkthroughKey:
    """The key of a walkthrough; `standalone` if it has only blocks that run nothing."""

    page: str
    route: str
    value_set: str
    standalone: bool = False


@dataclass(frozen=True)
class RecordedWalkthrough:
    """The results of a walkthrough, in its order, and a digest of the state it ended in."""

    blocks: tuple[RecordedResult, ...]
    state: str = ""
    #: what kept its blocks from other hosts: `namespaces` or `guards`; empty if none ran
    isolation: str = ""


@dataclass(frozen=True, order=True)
class RobotKey:
    """The key of a robot run: the page, by its path, the route and the value set."""

    page: str
    route: str
    value_set: str


@dataclass(frozen=True)
class RobotRun:
    """How a robot ended on a page.

    `result` is that of the test, with the reason if it failed; `run` the run of the tests, by its
    name in the record; `source` a digest of the page's source.
    """

    result: str
    reason: str = ""
    seconds: float = 0.0
    run: str = ""
    source: str = ""
    #: the name and the version of the browser
    browser: str = ""
    #: what was entered in the form, by the names of parameters
    values: Mapping[str, str] = field(default_factory=dict)
    #: what the test compared at the end, and what it could not
    checked: tuple[str, ...] = ()
    not_shown: str = ""
    #: the last page as a PNG in Base64, and what can be seen on it
    picture: str = ""
    alt: str = ""


Dated = TypeVar("Dated", Run, RecordedPage)


@dataclass(frozen=True)
class Record:
    """Runs by name, pages by path, walkthroughs, and runs of robots."""

    runs: Mapping[str, Run] = field(default_factory=dict)
    pages: Mapping[str, RecordedPage] = field(default_factory=dict)
    walkthroughs: Mapping[WalkthroughKey, RecordedWalkthrough] = field(default_factory=dict)
    robot_runs: Mapping[RobotKey, RobotRun] = field(default_factory=dict)

    def when(self, result: RecordedResult | RobotRun) -> str:
        """Return when the run of a result began; empty if there is no result."""
        return self.runs[result.run].when if result.run in self.runs else ""

    def merged(self, other: Record) -> Record:
        """Return both records as one: of two results of a block, the later."""
        both = Record({**self.runs, **other.runs})

        def later_run(one: RobotRun, two: RobotRun) -> RobotRun:
            return max(two, one, key=both.when)

        return Record(
            both.runs,
            _joined(self.pages, other.pages, _later_page),
            _joined(self.walkthroughs, other.walkthroughs, both._merged_walkthrough),
            both._with_one_picture(_joined(self.robot_runs, other.robot_runs, later_run)),
        )

    def until(self, now: str, instead: str) -> Record:
        """Return the record with the date `instead` in place of each that is later than `now`."""

        def dated(mapping: Mapping[str, Dated]) -> dict[str, Dated]:
            return {
                name: replace(one, when=instead) if one.when > now else one
                for name, one in mapping.items()
            }

        return replace(self, runs=dated(self.runs), pages=dated(self.pages))

    def _with_one_picture(
        self, robot_runs: Mapping[RobotKey, RobotRun]
    ) -> dict[RobotKey, RobotRun]:
        """Return runs of robots with one picture for each page: of the last that was verified."""
        keys = [key for key, run in robot_runs.items() if run.picture and run.result == VERIFIED]
        # of several at the same time, the first key comes last, and so counts
        by_date = sorted(sorted(keys, reverse=True), key=lambda key: self.when(robot_runs[key]))
        latest = {key.page: key for key in by_date}
        return {
            key: run if latest.get(key.page) == key else replace(run, picture="", alt="")
            for key, run in robot_runs.items()
        }

    def _merged_walkthrough(
        self, one: RecordedWalkthrough, other: RecordedWalkthrough
    ) -> RecordedWalkthrough:
        """Return two runs of a walkthrough as one: the blocks of the later, and all their results.

        A result counts only after the same blocks.
        """
        latest = [max(map(self.when, run.blocks), default="") for run in (one, other)]
        old, new = (one, other) if latest[0] <= latest[1] else (other, one)
        blocks = list(new.blocks)
        for number, result in enumerate(old.blocks[: len(blocks)]):
            if result.hash != blocks[number].hash:
                break
            if self.when(result) > self.when(blocks[number]):
                blocks[number] = replace(result, place=blocks[number].place)
        state = new.state or (old.state if len(old.blocks) == len(blocks) else "")
        isolation = new.isolation or old.isolation
        return replace(new, blocks=tuple(blocks), state=state, isolation=isolation)

    def pruned(self, folder: Path, value_sets: Collection[str] | None = None) -> Record:
        """Return the record without what is gone: pages, blocks, routes, value sets, unused runs.

        The paths of pages begin at `folder`. Pages that a plugin makes never were files.
        `value_sets` names those that exist, and options; `None` if that is not known.
        """
        pages = {
            name: page
            for name, page in self.pages.items()
            if not page.source or (folder / name).is_file()
        }
        walkthroughs = {
            key: walkthrough
            for key, walkthrough in self.walkthroughs.items()
            if (value_sets is None or key.value_set in value_sets)
            and key.page in pages
            and pages[key.page].has(key, walkthrough)
        }
        robot_runs = {
            key: run for key, run in self.robot_runs.items() if (folder / key.page).is_file()
        }
        run_names = {
            result.run for walkthrough in walkthroughs.values() for result in walkthrough.blocks
        }
        run_names |= {run.run for run in robot_runs.values()}
        runs = {name: run for name, run in self.runs.items() if name in run_names}
        return Record(runs, pages, walkthroughs, robot_runs)


def _joined(one: Mapping[A, B], other: Mapping[A, B], join: Callable[[B, B], B]) -> dict[A, B]:
    """Return both mappings as one, with the values of a common key joined."""
    common = {key: join(one[key], other[key]) for key in one.keys() & other.keys()}
    return {**one, **other, **common}


def _later_page(one: RecordedPage, other: RecordedPage) -> RecordedPage:
    """Return the later of two readings of a page; the first, if it is the same."""
    is_same = replace(other, when="") == replace(one, when="")
    return one if is_same or other.when < one.when else other
