"""A robot follows the guide to a first sign-in, and knows only what a reader knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

import chromium
import guide_world
from guide_reader import CLEAN_UP, SIGN_IN, VALUES, GuideReader, browser_arguments
from local_aws import LocalAws
from local_aws.region import regions
from sites import Build, Files, publish

#: the routes, each with a Region; between them they take each partition
SAMPLE = {
    "Script": "us-east-2",
    "AWS CLI": "us-gov-west-1",
    "CloudFormation": "eusc-de-east-1",
    "By hand": "us-east-2",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Follow each route in one Region, or in every Region."""
    if "region" in metafunc.fixturenames:
        is_full = metafunc.config.getoption("--runbook-full")
        every = [(route, region) for route in SAMPLE for region in regions()]
        metafunc.parametrize(("route", "region"), every if is_full else [*SAMPLE.items()])


@pytest.fixture(scope="module")
def site(built_site: Build) -> Iterator[str]:
    with publish(built_site("mkdocs"), Files) as address:  # it searches nothing
        yield address


@pytest.fixture(scope="module")
def profile(playwright: Playwright, _running_local_aws: LocalAws) -> Iterator[BrowserContext]:
    """Return the profile of a browser that finds AWS's hosts at the local AWS."""
    arguments = [*chromium.QUIET, *browser_arguments(_running_local_aws)]
    started = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
    # Without motion, pages are shown in less time.
    yield started.new_context(reduced_motion="reduce", viewport={"width": 1000, "height": 600})
    started.close()


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """Return a tab in which nobody has signed in or entered a value yet."""
    page = profile.new_page()
    page.set_viewport_size({"width": 1000, "height": 250})  # which is drawn in less time
    yield page
    page.evaluate("localStorage.clear()")
    page.close()
    profile.clear_cookies()


def test_a_reader_ends_signed_in(
    route: str,
    region: str,
    page: Page,
    site: str,
    local_aws: LocalAws,
    _warm_commands: Path,
    record_property: Callable[[str, object], None],
) -> None:
    environment = guide_world.readers_environment(local_aws)
    environment["PATH"] = f"{_warm_commands}:{environment['PATH']}"
    with GuideReader(local_aws, page, site, environment, route, region) as reader:
        record_property("runbook_robot", reader.robot.row("using-aws-cognito.md", region))
        for step in (steps := reader.steps()):
            reader.take(step)
            if step.anchor == SIGN_IN:
                reader.sign_out_of_the_application_alone()
                reader.sign_out()
        assert reader.robot.examples == set(), "what was run had values that are not the reader's"
        assert steps[-1].anchor == CLEAN_UP
    sign_in = reader.sign_in
    assert sign_in.greeting == f"Greetings, {VALUES['first_user_full_name']}!"
    assert sign_in.claims["name"] == VALUES["first_user_full_name"]
    assert sign_in.claims["preferred_username"] == VALUES["first_username"]
    assert sign_in.claims["nonce"] == sign_in.nonce
