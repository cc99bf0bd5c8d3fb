"""What readers copy for a whole route is what was verified, and nothing else."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

import sites
from mkdocs_macros_runbook import Block
from mkdocs_macros_runbook.values.resolution import Values, resolve
from mkdocs_macros_runbook.verify.languages import BUILT_IN
from mkdocs_macros_runbook.verify.plans.routes import routes
from mkdocs_macros_runbook.verify.site.build import Build
from mkdocs_macros_runbook.verify.site.site import Site
from mkdocs_macros_runbook.verify.walkthrough.verifier import add_verifiers
from sites import serve

PAGE = "using-aws-cognito"
ROUTES = ("Script", "AWS CLI", "CloudFormation")
SITE = Site(sites.PROJECT / "mkdocs.yml")
BUILD = Build(SITE)
add_verifiers(BUILT_IN)


@pytest.fixture(scope="module")
def address(built_site: sites.Build) -> Iterator[str]:
    with serve(built_site("mkdocs")) as address:
        yield address


@cache
def own_values() -> Values:
    """Return values of a reader's: the address of the guide is the publisher's."""
    overrides = dict(SITE.values("awkward").overrides)
    del overrides["guide_url"]
    return resolve(SITE.declaration, overrides)


@pytest.fixture
def guide(clean_tab: Page, address: str) -> Page:
    """Return the page with values of the reader's in every place."""
    mine = {name: override.value for name, override in own_values().overrides.items()}
    clean_tab.goto(f"{address}{PAGE}/#live?{urlencode(mine)}")
    clean_tab.get_by_role("button", name="Use these values").click()
    return clean_tab


def choose(page: Page, route: str) -> None:
    """Choose a route with all its steps, also those whose values the reader has."""
    page.get_by_role("group", name="Your route").get_by_label(route, exact=True).click()
    for step in page.locator(".live-steps li :checked").all()[::-1]:
        step.uncheck()


def verified(route: str) -> list[Block]:
    """Return what the verification runs and saves on a route, up to the end of its last step."""
    source = (SITE.docs / f"{PAGE}.md").read_text(encoding="utf-8")
    end = source[: source.index("\n## Troubleshooting")].count("\n")
    page = BUILD.pages("default")[f"{PAGE}.md"]
    to_verify = [block for block in page.blocks if not block.exemption]
    blocks = routes(to_verify)[route]
    return [
        block.with_values(own_values().at)
        for block in blocks
        if int(block.place.rpartition(":")[2]) <= end and not block.script
        if block.language == "bash" or block.file
    ]


@pytest.mark.parametrize(
    "route",
    [ROUTES[0], *(pytest.param(route, marks=pytest.mark.only_full) for route in ROUTES[1:])],
)
def test_they_are_the_verified_blocks_in_their_order(
    guide: Page, route: str, tmp_path: Path
) -> None:
    choose(guide, route)
    guide.get_by_role("button", name="Copy all commands").click()
    blocks = verified(route)
    expect(guide.get_by_role("status").last).to_contain_text(
        f"Blocks copied: {len(blocks)} (route {route})."
    )
    rest = guide.evaluate("navigator.clipboard.readText()")
    for block in blocks:
        text = block.text.strip()
        if block.language != "bash":
            command, _, _ = rest.partition("\nEND_OF_FILE\n")
            text = f"{command}\nEND_OF_FILE"
            subprocess.run(["bash", "-c", text], cwd=tmp_path, check=True)
            assert (tmp_path / block.file).read_text() == block.text
        assert rest.startswith(text), block.place
        rest = rest.removeprefix(text).lstrip("\n")
    assert rest == ""


def test_they_can_be_copied_by_hand_where_the_clipboard_is_refused(guide: Page) -> None:
    choose(guide, "Script")
    copy_all = guide.get_by_role("button", name="Copy all commands")
    copy_all.click()
    commands = guide.evaluate("navigator.clipboard.readText()")
    guide.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    copy_all.click()
    note = guide.get_by_role("status").last
    expect(note).to_contain_text("Copy this")
    assert note.inner_text().strip() == f"Copy this:\n{commands}".strip()


def test_the_script_to_download_has_them_too(guide: Page) -> None:
    choose(guide, "Script")
    guide.get_by_role("button", name="Copy all commands").click()
    copied = guide.evaluate("navigator.clipboard.readText()")
    with guide.expect_download() as download:
        guide.get_by_role("button", name="Download as a script").click()
    assert download.value.suggested_filename == "script.sh"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert text == f"#!/usr/bin/env bash\nset -e\n\n{copied}"


def test_nothing_is_offered_that_no_test_runs(guide: Page) -> None:
    buttons = guide.get_by_role("button", name=re.compile("Copy all|Download as"))
    choose(guide, "Script")
    expect(buttons).to_have_count(2)
    choose(guide, "Console")
    expect(buttons).to_have_count(0)


def test_what_waits_for_a_value_is_not_copied(clean_tab: Page, address: str) -> None:
    page = clean_tab
    page.goto(f"{address}{PAGE}/?route=script#live?region=eu-central-1")
    page.get_by_role("button", name="Use these values").click()
    copy = page.get_by_role("button", name="Copy all commands")
    copy.click()
    status = page.get_by_role("status").last
    expect(status).to_contain_text("The next block has example values (1): User pool ID.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.count("create_user_pool.py \\\n") == 2 and "find_oidc" not in copied
    page.get_by_role("checkbox", name="1. Create a new Cognito user pool").click()
    copy.click()
    expect(status).to_contain_text(
        "The next block has example values (4): User pool ID, First user's"
    )
    page.get_by_role("checkbox", name="3. Create the first user").click()
    copy.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "create_user.py" not in copied
    assert copied.endswith('find_oidc_settings.py --region "eu-central-1"\n')


def test_no_block_deletes_anything_by_itself() -> None:
    """Not before somebody has named what is to be deleted."""
    count = 0
    for page in BUILD.pages("default").values():
        for block in page.blocks:
            if block.language == "bash" and not block.exemption:
                text = block.text.replace("\\\n", " ")
                for command in re.findall(r"(?m)^.*\bdelete[-_](?!complete).*$", text):
                    count += 1
                    is_fetched = command.startswith("curl ")
                    asks = "delete_user_pool.py" in command and "--confirm-name" not in command
                    assert is_fetched or asks or "_to_delete:?}" in command, block.place
    assert count >= 5
