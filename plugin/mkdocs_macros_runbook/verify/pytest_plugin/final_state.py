"""The test that all routes of a page have the same final state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import unified_diff
from pprint import pformat

from ...problem import Failure
from ...record.digest import digest
from ..plan import Plan
from ..session import Session
from ..walkthrough.world import World


def same_final_state(session: Session, plans: Sequence[Plan]) -> Callable[..., None]:
    """Return the function of the test; `plans` are those of all routes, with one value set."""
    routes = _Routes(session, plans)
    if routes.are_recorded_alike:
        return lambda: None

    def compare(runbook_world: World) -> None:
        routes.compare(runbook_world)

    return compare


class _Routes:
    """The routes of a page, and the final states that they have in this run or in the record."""

    def __init__(self, session: Session, plans: Sequence[Plan]) -> None:
        self._session, self._plans = session, plans
        self._states = session.final_states.setdefault(plans[0].page_and_values, {})
        digests = {plan: session.recorder.state_of(plan) for plan in plans}
        self._recorded = {plan: state for plan, state in digests.items() if state}

    @property
    def are_recorded_alike(self) -> bool:
        """Whether the record has one state for all routes, so none has to run."""
        return len(self._recorded) == len(self._plans) and len({*self._recorded.values()}) == 1

    def compare(self, world: World) -> None:
        """Raise `Failure` if two states differ. The record has only digests of states."""
        new = [plan for plan in self._plans if plan not in self._recorded]
        for plan in new:
            self._run(plan, world)
        new = [plan for plan in new if plan.route in self._states]  # not those that cannot run here
        digests = {digest(self._states[plan.route]) for plan in new}
        if len(digests | {*self._recorded.values()}) <= 1:
            return
        for plan in self._recorded:
            self._run(plan, world)
        first, *others = (plan.route for plan in self._plans if plan.route in self._states)
        for other in others:
            if self._states[first] != self._states[other]:
                message = f"pytest_runbook_end returned different values after {first} and {other}"
                fix = "correct the blocks of one route, or leave out of the state what may differ"
                raise Failure(message, fix=fix, actual=_difference(self._states, first, other))

    def _run(self, plan: Plan, world: World) -> None:
        """Run a route to its end, unless it ran; raise `Failure` if one of its blocks failed."""
        failed = self._session.first_failures
        if plan.route not in self._states and plan not in failed:
            try:
                self._session.run_all(plan, world)
            except Failure:
                if plan not in failed:  # it did not start
                    raise
        if place := failed.get(plan):
            raise Failure(f"the final states were not compared, because {place} failed")


def _difference(states: Mapping[str, object], one: str, other: str) -> str:
    before, after = (pformat(states[route], width=100).splitlines() for route in (one, other))
    return "\n".join(unified_diff(before, after, one, other, lineterm="", n=0))
