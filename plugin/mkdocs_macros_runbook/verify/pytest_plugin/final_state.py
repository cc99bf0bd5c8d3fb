"""The test that all routes of a page have the same final state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import unified_diff
from pprint import pformat

from ...problem import Failure
from ...record.digest import digest
from ..plan import Plan
from ..session.session import Session
from ..walkthrough.world import World


def final_state_test(session: Session, plans: Sequence[Plan]) -> Callable[..., None]:
    """Return the function of the test; `plans` are those of all routes, with one value set."""
    earlier = {plan: state for plan in plans if (state := session.recorder.state_of(plan))}
    if len(earlier) == len(plans) and len({*earlier.values()}) == 1:
        return lambda: None  # none has to run
    return lambda runbook_world: _compare(session, plans, earlier, runbook_world)


def _compare(
    session: Session, plans: Sequence[Plan], earlier: Mapping[Plan, str], world: World
) -> None:
    """Raise `Failure` if two states differ. The record has only digests of states."""
    states = session.final_states.setdefault(plans[0].page_and_values, {})
    new = [plan for plan in plans if plan not in earlier]
    for plan in new:
        _run(session, plan, world)
    new = [plan for plan in new if plan.route in states]  # not those that cannot run here
    digests = {digest(states[plan.route]) for plan in new}
    if len(digests | {*earlier.values()}) <= 1:
        return
    for plan in earlier:
        _run(session, plan, world)
    first, *others = (plan.route for plan in plans if plan.route in states)
    for other in others:
        if states[first] != states[other]:
            message = f"pytest_runbook_end returned different values after {first} and {other}"
            fix = "correct the blocks of one route, or return only values that all routes share"
            raise Failure(message, fix=fix, actual=_difference(states, first, other))


def _run(session: Session, plan: Plan, world: World) -> None:
    """Run a route to its end, unless it ran; raise `Failure` if one of its blocks failed."""
    failed = session.first_failures
    if plan.route not in session.final_states[plan.page_and_values] and plan not in failed:
        try:
            session.run_all(plan, world)
        except Failure:
            if plan not in failed:  # it did not start
                raise
    if place := failed.get(plan):
        raise Failure(f"the final states were not compared, because {place} failed")


def _difference(states: Mapping[str, object], one: str, other: str) -> str:
    before, after = (pformat(states[route], width=100).splitlines() for route in (one, other))
    return "\n".join(unified_diff(before, after, one, other, lineterm="", n=0))
