"""A session: the walkthroughs of a site, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from functools import cached_property

from ...problem import Failure, Problems
from ...values.resolution import Values
from ..languages import BUILT_IN
from ..languages.linter import Linter
from ..plan import Plan
from ..plans.chosen_values import values_of_options, values_of_sets
from ..run.server import Server
from ..settings import Settings
from ..site.build import Build, SiteError, SiteFailure
from ..site.built_page import BuiltPage
from ..site.site import Site
from ..walkthrough.turn import check_alone, verify_next
from ..walkthrough.verifier import NoVerifier, add_verifiers
from ..walkthrough.walkthrough import Walkthrough
from ..walkthrough.world import World, author_failure, close_world, open_world
from .recorder import Recorder
from .update import Updates


class Session:
    """The verification of a site: what is verified, and the walkthrough that runs now.

    `describe` returns the final state of a walkthrough, in terms that do not depend on the route.
    Raises `Problem` or `Problems` if the site does not declare what was chosen.
    """

    def __init__(
        self, site: Site, settings: Settings, describe: Callable[[Walkthrough], object]
    ) -> None:
        self.site, self.settings = site, settings
        self._describe = describe
        self._server = Server(namespaces=settings.namespaces)
        #: by page and value set, and then by route
        self.final_states: dict[tuple[str, str], dict[str, object]] = {}
        #: by walkthrough, the place of the first block that failed
        self.first_failures: dict[Plan, str] = {}
        #: blocks that a test of this run is still to report, by walkthrough and position
        self._to_report: set[tuple[Plan, int]] = set()
        #: the results of such blocks that ran already: the failure, or why the block was skipped
        self._results_to_report: dict[tuple[Plan, int], Failure | str] = {}
        #: walkthroughs that did not start, each with the position of the test that tried
        self._not_started: dict[Plan, tuple[int, Failure]] = {}
        self.updates = Updates(site)
        #: the names of the variables that worlds yielded, by the lines of their values
        self.world_names: dict[str, str] = {}
        #: why no page can be verified
        self.site_failure: SiteFailure | None = None
        self._walkthrough: Walkthrough | None = None
        self._world = ExitStack()
        self.recorder = Recorder(site, settings)
        self.build = Build(site, lambda: self.recorder.site_key, is_fresh=settings.is_fresh)
        add_verifiers(BUILT_IN)
        self.value_sets = values_of_sets(site, settings)
        self.options = values_of_options(site, settings)

    @property
    def isolation(self) -> str:
        """What keeps blocks from other hosts: `namespaces` or `guards`; empty before they run."""
        return {None: "", True: "namespaces", False: "guards"}[self._server.has_namespaces]

    @cached_property
    def linter(self) -> Linter | None:
        """The linter of Python blocks, if they are linted."""
        return Linter(self.settings.style, self.settings.seconds) if self.settings.lint else None

    def built_pages(self) -> Mapping[str, BuiltPage]:
        """Return the pages by their paths, also those that are no files; none without a site."""
        first = next(iter(self.value_sets))
        return self.pages_with([first]).get(first, {})

    def pages_with(self, value_sets: Collection[str]) -> Mapping[str, Mapping[str, BuiltPage]]:
        """Return the pages with each of `value_sets`, by their paths.

        There are none if the site cannot be built; `site_failure` says why.
        """
        if self.site_failure:
            return {}
        try:
            return self.build.pages_with(value_sets)
        except (SiteError, OSError, Problems) as error:
            self.site_failure = SiteFailure(str(error))
            return {}

    @property
    def all_values(self) -> Mapping[str, Values]:
        """The values of value sets and options, by their names in test ids."""
        return {**self.value_sets, **self.options}

    def expect_tests(self, blocks: Iterable[tuple[Plan, int]]) -> None:
        """Keep the results of `blocks`, by walkthrough and position, until their tests ask."""
        self._to_report.update(blocks)

    def verify(self, plan: Plan, position: int, world: World, setup: list[str]) -> str:
        """Verify the block at `position`; add the places of blocks that run only for it to `setup`.

        Return why the block is skipped; empty if it was verified. Raises `Failure`. Tests may run
        in any order: a block that runs before the turn of its own test keeps its result for that.
        """
        key = plan, position
        result = self._results_to_report.pop(key, None)
        if result is None:
            result = self._run_up_to(plan, position, world, setup)
        if isinstance(result, Failure):
            raise result
        # if the block runs again and fails, another test has to say so
        self._to_report.discard(key)
        return result

    def run_all(self, plan: Plan, world: World) -> None:
        """Run a walkthrough to its end, and keep the results for tests that are still to come."""
        last = len(plan.blocks) - 1
        result = self._run_up_to(plan, last, world, [])
        if (plan, last) in self._to_report:
            self._results_to_report[plan, last] = result
        if isinstance(result, Failure):
            raise result

    def _run_up_to(
        self, plan: Plan, position: int, world: World, setup: list[str]
    ) -> Failure | str:
        """Run the blocks up to `position`; return the failure of that one, or why it is skipped."""
        walkthrough = self._walkthrough
        if walkthrough is None or plan is not walkthrough.plan or walkthrough.position > position:
            self.close()
            walkthrough = self._start(plan, position, world)
        if plan.is_standalone:
            walkthrough.go_to(position)
        while walkthrough.position < position:
            key = plan, walkthrough.position
            place = plan.blocks[walkthrough.position].place
            result = self._run_next(walkthrough)
            if key in self._to_report:
                self._results_to_report[key] = result
                continue
            setup.append(place)
            if isinstance(result, NoVerifier):
                continue  # its own test fails; nothing of it would have run
            if isinstance(result, Failure):
                self.close()
                check_alone(walkthrough.block(position), self.settings.seconds)
                raise result.as_cause(place)
        return self._run_next(walkthrough)

    def _run_next(self, walkthrough: Walkthrough) -> Failure | str:
        plan, position = walkthrough.plan, walkthrough.position
        try:
            skipped = verify_next(walkthrough)
        except NoVerifier as failure:
            return failure
        except Failure as failure:
            if plan.is_standalone:
                return failure
            place = plan.blocks[position].place
            first = self.first_failures.setdefault(plan, place)
            return failure if first == place else failure.after(first)
        if walkthrough.position == len(plan.blocks) and not plan.is_standalone:
            walkthrough.finish()
            progress = walkthrough.progress
            if not (progress.has_failed or progress.obstacle):
                self._add_final_state(walkthrough)
        return skipped

    def _add_final_state(self, walkthrough: Walkthrough) -> None:
        """Keep the state that a walkthrough ended in; raise `Failure` if it cannot be described."""
        plan = walkthrough.plan
        try:
            state = self._describe(walkthrough)
        except Exception as error:
            raise author_failure("pytest_runbook_end", error) from None
        try:
            self.recorder.add_state(plan, state)
        except TypeError:  # names of several types have no order
            message = "pytest_runbook_end returned a mapping with keys that are not strings"
            raise Failure(message, fix="return only types that JSON has") from None
        self.final_states.setdefault(plan.page_and_values, {})[plan.route] = state

    def _start(self, plan: Plan, position: int, world: World) -> Walkthrough:
        """Start the walkthrough of `plan`, for the test of the block at `position`."""
        before, failure = self._not_started.get(plan, (position, None))
        if failure and before != position:  # the same test may try again
            raise failure
        self.first_failures.pop(plan, None)
        lint = self.linter.report if self.linter else None
        update = self.updates.add if self.settings.is_updating else None
        try:
            walkthrough = Walkthrough(plan, self.settings, self._server, lint=lint, update=update)
        except OSError as error:
            raise Failure(f"cannot start the walkthrough: {error}") from None
        try:
            self._world = ExitStack() if plan.is_standalone else open_world(world, walkthrough)
        except Failure as failure:
            self._not_started[plan] = position, failure
            raise
        for name, text in walkthrough.world_environment.items():
            self.world_names |= dict.fromkeys(text.splitlines(), name)
        self._not_started.pop(plan, None)
        self._walkthrough = walkthrough
        return walkthrough

    def is_open_for(self, plan: Plan) -> bool:
        """Return whether the walkthrough of `plan` is the one that runs now."""
        return self._walkthrough is not None and plan is self._walkthrough.plan

    def close(self) -> None:
        """End the walkthrough that runs now, and its world."""
        walkthrough, self._walkthrough = self._walkthrough, None
        world, self._world = self._world, ExitStack()
        if walkthrough:
            walkthrough.close()  # before its world: its processes may talk to that
        close_world(world)

    def end(self) -> None:
        """End everything, and write the updates."""
        self.close()
        self._server.close()
        self.updates.write()
