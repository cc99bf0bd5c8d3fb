"""The recorder: takes results from the record of earlier runs, and adds those of this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib import metadata
from itertools import chain
from typing import Any

from ...problem import Problem
from ...record import record_file
from ...record.digest import dependencies_digest, digest, source_digest
from ...record.record import (
    VERIFIED,
    PageBlock,
    Record,
    RecordedPage,
    RecordedResult,
    RecordedWalkthrough,
    RobotKey,
    RobotRun,
    Run,
    WalkthroughKey,
)
from ...values.resolution import Values
from ..plan import Plan
from ..plans.chosen_values import named_options
from ..settings import Settings
from ..site.built_page import BuiltPage
from ..site.site import Site
from ..walkthrough.verifier import verifiers
from .inputs import common_digest, inputs_digest_of, site_digest, tool_versions

#: stands for this run in the results of a worker, which does not know it
_THIS = "this"


class Recorder:
    """The record of a site, and what a run adds to it."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self._site, self._settings = site, settings
        self.file = site.docs / record_file.FILE
        self._began = _now()
        self._files = ""
        self._pages: dict[str, RecordedPage] = {}
        self._walkthroughs: dict[WalkthroughKey, RecordedWalkthrough] = {}
        self._robot_runs: dict[RobotKey, RobotRun] = {}
        self._paths: dict[str, str] = {}

    def begin(self) -> None:
        """Note the files that blocks depend on as they are at the beginning."""
        folder, declaration = self._site.folder, self._site.declaration
        self._files = dependencies_digest(folder, declaration.against, declaration.depends_on)

    @cached_property
    def earlier_record(self) -> Record:
        """The record of earlier runs."""
        try:
            return record_file.read(self.file)
        except ValueError:
            return Record()

    @cached_property
    def _common(self) -> str:
        return common_digest(self._site, self._settings)

    @cached_property
    def site_key(self) -> str:
        """A digest of what the built site depends on; empty if that is not known."""
        return site_digest(self._site, self._common) if self._common else ""

    def note_page(self, name: str, page: BuiltPage, routes: Iterable[str]) -> None:
        """Note the blocks and the routes of a page, whose tests have `name`."""
        self._paths[name] = page.path
        exemption = self._site.declaration.exemption_of(page.path)
        blocks = tuple(
            PageBlock(block.hash, block.place, block.language, block.exemption)
            for block in page.blocks
        )
        source = self._source_digest(page.path)
        self._pages[page.path] = RecordedPage(
            self._began, source, blocks, exemption[1] if exemption else "", (*sorted(routes),)
        )

    def _source_digest(self, page: str) -> str:
        return source_digest(self._site.docs / page, self._site.declaration.common_source)

    def verified_at_if_unchanged(self, plan: Plan, position: int) -> str:
        """Return when a block was verified, if nothing that it depends on changed; else nothing."""
        return self._verified_at(plan, plan.run_with(position))

    @cache  # noqa: B019 (a recorder lives as long as its run)
    def _verified_at(self, plan: Plan, positions: range) -> str:
        if self._settings.is_fresh or self._settings.is_updating or not self._common:
            return ""
        walkthrough = self.earlier_record.walkthroughs.get(self._key(plan))
        if walkthrough is None:
            return ""
        if [result.hash for result in walkthrough.blocks] != [block.hash for block in plan.blocks]:
            return ""
        inputs = self._inputs(plan, positions)
        results = [walkthrough.blocks[number] for number in positions]
        if any((result.result, result.inputs) != (VERIFIED, inputs) for result in results):
            return ""
        return min(map(self.earlier_record.when, results))

    def state_of(self, plan: Plan) -> str:
        """Return the digest of the state in which a walkthrough ended that is not run again."""
        if not self.verified_at_if_unchanged(plan, 0):
            return ""
        return self.earlier_record.walkthroughs[self._key(plan)].state

    def add(
        self, plan: Plan, position: int, result: str, reason: str, seconds: float, isolation: str
    ) -> None:
        """Add the result of a block; `isolation` is what kept it from other hosts, if it ran."""
        blocks = [*self._walkthrough(plan).blocks]
        blocks[position] = replace(
            blocks[position],
            result=result,
            reason=reason,
            seconds=round(seconds, 3),
            inputs=self._inputs(plan, plan.run_with(position)),
            run=_THIS,
        )
        isolation = "" if plan.is_standalone else isolation
        self._change(plan, blocks=tuple(blocks), isolation=isolation)

    def add_state(self, plan: Plan, state: object) -> None:
        """Add the state in which a walkthrough ended."""
        self._change(plan, state=digest(state))

    def _walkthrough(self, plan: Plan) -> RecordedWalkthrough:
        """Return what this process adds of a walkthrough so far."""
        blocks = (RecordedResult(block.hash, block.place) for block in plan.blocks)
        return self._walkthroughs.get(self._key(plan)) or RecordedWalkthrough(tuple(blocks))

    def _change(self, plan: Plan, **changes: Any) -> None:
        self._walkthroughs[self._key(plan)] = replace(self._walkthrough(plan), **changes)

    def add_robot_run(
        self, row: Mapping[str, Any], result: str, reason: str, seconds: float
    ) -> None:
        """Add how a robot ended, whose `row` is as `Robot.row` returns it; raises `Problem`."""
        try:
            key, columns = record_file.split_row(
                {**row, "checked": tuple(row["checked"])}, RobotKey
            )
            source = self._source_digest(key.page)
            run = RobotRun(result, reason, round(seconds, 3), _THIS, source, **columns)
        except (KeyError, TypeError):
            message = "the value must be what robot.row(…) returns"
            fix = "call record_property('runbook_robot', robot.row(…))"
            raise Problem("property runbook_robot", message, fix) from None
        if not source:
            message = f"there is no page {key.page!r}"
            fix = f"give robot.row(…) a path in {self._site.docs.name}"
            raise Problem("property runbook_robot", message, fix)
        self._robot_runs[key] = run

    @cache  # noqa: B019
    def _inputs(self, plan: Plan, positions: range) -> str:
        return inputs_digest_of(plan, positions, self._common)

    def _key(self, plan: Plan) -> WalkthroughKey:
        page = self._paths.get(plan.page, plan.page)
        return WalkthroughKey(page, plan.route, plan.value_set, plan.is_standalone)

    def contribution(self) -> dict[str, Any]:
        """Return what this process adds, in JSON types."""
        walkthroughs = {
            key: walkthrough
            for key, walkthrough in self._walkthroughs.items()
            if any(result.result for result in walkthrough.blocks)  # not only a state
        }
        return record_file.as_json(Record({}, self._pages, walkthroughs, self._robot_runs))

    def write(
        self,
        contributions: Iterable[Mapping[str, Any]],
        values: Mapping[str, Values],
        tools: Mapping[str, str],
    ) -> str:
        """Write the record with what processes added; return a notice about the file, if any.

        `values` are those of value sets and options, `tools` the author's own, with versions.
        Raises `OSError`.
        """
        parts = [record_file.from_json(part) for part in contributions]
        if not any(part.pages or part.walkthroughs or part.robot_runs for part in parts):
            return ""
        from filelock import FileLock  # brought by the extra `verify`

        self._site.cache_folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._site.cache_folder / "record.lock"):
            before, notice = self._read_or_set_aside()
            has_results = any(part.walkthroughs or part.robot_runs for part in parts)
            run = self._run(parts, values, tools) if has_results else None
            # what a clock that was wrong has dated must not count more than this run
            record = before.until(_now(), self._began)
            for part in parts:
                record = record.merged(_named(part, run) if run else part)
            declaration = self._site.declaration
            options = (named_options(declaration, name) for name in declaration.parameters)
            value_sets = {*declaration.value_sets, *chain.from_iterable(options)}
            record = record.pruned(self._site.docs, value_sets)
            if notice or record_file.as_json(record) != record_file.as_json(before):
                record_file.write(self.file, record)
        return notice

    def _read_or_set_aside(self) -> tuple[Record, str]:
        """Return the record, and a notice if the file was another one, which is renamed."""
        try:
            return record_file.read(self.file), ""
        except ValueError as error:
            self.file.replace(self.file.with_name(record_file.ASIDE))
            notice = f"{self.file.name} was not a verification record ({error})"
            return Record(), f"{notice}; it was renamed to {record_file.ASIDE}"

    def _run(
        self, parts: Iterable[Record], values: Mapping[str, Values], tools: Mapping[str, str]
    ) -> Run:
        """Return the run, with what its results say of it."""
        keys = {key for part in parts for key in part.walkthroughs}
        pages = {name: page for part in parts for name, page in part.pages.items()}
        languages = {block.language for page in pages.values() for block in page.blocks}
        parameters = self._site.declaration.parameters
        names = {key.value_set for key in keys}
        return Run(
            when=self._began,
            plugin=metadata.version("mkdocs-macros-runbook"),
            generator=self._site.generator,
            tools={**tool_versions(languages), **tools},
            verifiers={
                language: f"{verifier.verify.__module__}.{verifier.verify.__name__}"
                for language, verifier in sorted(verifiers().items())
                if language in languages
            },
            values={
                name: {parameter: values[name].by_name[parameter] for parameter in parameters}
                for name in sorted(names)
                if name in values
            },
            each=self._settings.each,
            files=self._files,
        )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _named(part: Record, run: Run) -> Record:
    """Return what a process added, with the run in it."""
    name = digest(record_file.as_json(Record({"": run})))[:8]
    walkthroughs = {
        key: replace(
            walkthrough,
            blocks=tuple(replace(row, run=name) if row.run else row for row in walkthrough.blocks),
        )
        for key, walkthrough in part.walkthroughs.items()
    }
    robot_runs = {key: replace(row, run=name) for key, row in part.robot_runs.items()}
    return Record({name: run}, part.pages, walkthroughs, robot_runs)
