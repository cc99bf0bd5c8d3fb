"""Changes to the blocks of pages are noticed: a sample of them, or all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

import block_mutants
import fact_mutants
import guide_world
import sites
import template
from block_mutants import Mutant, Walk
from local_aws import LocalAws
from mkdocs_macros_runbook.values.declaration import DEFAULT
from mkdocs_macros_runbook.verify.languages import BUILT_IN
from mkdocs_macros_runbook.verify.plan import Plan
from mkdocs_macros_runbook.verify.run.server import Server
from mkdocs_macros_runbook.verify.settings import Settings, style_from
from mkdocs_macros_runbook.verify.site.site import Site
from mkdocs_macros_runbook.verify.walkthrough.verifier import add_verifiers
from mkdocs_macros_runbook.verify.walkthrough.world import World
from prose import pages
from rehearsal import Rehearsal

SITE = Site(sites.PROJECT / "mkdocs.yml")
add_verifiers(BUILT_IN)
#: of the blocks at the beginning of a route, which are verified soon
SAMPLE, SAMPLED_ROUTE, FIRST = 4, ("using-aws-cognito.md", "AWS CLI"), 4

Begin = Callable[[Plan], Rehearsal]


@pytest.fixture
def begin(
    request: pytest.FixtureRequest, runbook_world: World, _running_local_aws: LocalAws
) -> Iterator[Begin]:
    """Return a function that begins the rehearsal of a route."""
    # no mutant is noticed because the machine is busy
    settings = Settings(seconds=600.0, style=style_from(request.config.getini("runbook_style")))
    server = Server()

    def rehearse(plan: Plan) -> Rehearsal:
        has_account = plan.page in (guide_world.PAGE, guide_world.TROUBLESHOOTING)
        aws = _running_local_aws if has_account else None
        return Rehearsal(plan, settings, server, runbook_world, aws)

    yield rehearse
    server.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the long test each route of each page; without any, it is left out."""
    if "route" in metafunc.fixturenames:
        is_full = metafunc.config.getoption("--runbook-full")
        paths = block_mutants.pages_of(SITE) if is_full else ()
        routes = [(path, plan.route) for path in paths for plan in block_mutants.plans(SITE, path)]
        ids = [f"{path} {route}".strip() for path, route in routes]
        metafunc.parametrize("route", routes, ids=ids)


def on_route(path: str, route: str) -> list[tuple[Mutant, Walk]]:
    """Return the mutants of a page that are walked on a route."""
    walks = [
        (one, *block_mutants.walk_of(SITE, path, one)) for one in block_mutants.mutants(SITE, path)
    ]
    return [(mutant, walk) for mutant, its_route, walk in walks if its_route == route]


def objection(mutant: Mutant, walk: Walk, rehearsal: Rehearsal) -> str:
    """Return what notices a mutant; empty if nothing does."""
    texts = block_mutants.with_source(pages(), mutant.unchanged, mutant.block)
    if message := next(fact_mutants.objections(texts), ""):
        return message
    if template.is_template(mutant.block):
        region = SITE.values(DEFAULT).by_name["region"]
        if message := next(template.objections(mutant.block.text, region), ""):
            return message
    return rehearsal.objection(walk.blocks, walk.first, is_compared=walk.is_compared)


def begun(path: str, route: str, begin: Begin) -> Rehearsal:
    [plan] = [plan for plan in block_mutants.plans(SITE, path) if plan.route == route]
    return begin(plan)


def missed(
    mutants: list[tuple[Mutant, Walk]], rehearsal: Rehearsal, record: Callable[[str, Any], None]
) -> list[str]:
    """Return the mutants that nothing notices, but for those that do what the page did."""
    rows = []
    for mutant, walk in mutants:
        rows.append(block_mutants.row_of(mutant, objection(mutant, walk, rehearsal)))
        record("mutant", json.dumps(rows[-1]))
    return [row["mutant"] for row in rows if not (row["is_noticed"] or row["equal"])]


@pytest.mark.only_full
def test_a_changed_block_is_noticed(
    route: tuple[str, str], begin: Begin, record_property: Callable[[str, Any], None]
) -> None:
    mutants = on_route(*route)
    with begun(*route, begin) as rehearsal:
        survivors = missed(mutants, rehearsal, record_property)
    assert len(survivors) <= max(1, 0.03 * len(mutants)), "\n".join(survivors)


def test_a_sample_of_changed_blocks_is_noticed(
    begin: Begin, record_property: Callable[[str, Any], None]
) -> None:
    mutants = [(mutant, walk) for mutant, walk in on_route(*SAMPLED_ROUTE) if walk.first < FIRST]
    sample = Random(0).sample(mutants, SAMPLE)  # noqa: S311 - nothing is secret
    with begun(*SAMPLED_ROUTE, begin) as rehearsal:
        assert missed(sample, rehearsal, record_property) == []


def test_the_source_of_a_block_is_where_its_fence_is() -> None:
    """So that what pages state is checked with the change."""
    unchanged = [
        block
        for page in block_mutants.pages_of(SITE).values()
        for block in page.blocks
        if not block.script and block.place.rpartition(":")[0].removeprefix("docs/") in pages()
    ]
    assert len(unchanged) > 60
    for block in unchanged:
        texts = block_mutants.with_source(pages(), block, replace(block, parts=("changed\n",)))
        assert "regions.md" in block.place or texts != pages(), block.place
        assert block_mutants.with_source(pages(), block, block) == pages(), block.place
