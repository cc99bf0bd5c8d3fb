"""The rows of the page Troubleshooting: complete, with sources, and all of them on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
import jinja2
import pytest
from bs4 import BeautifulSoup

from mkdocs_macros_cognito.symptoms import FILE, Row, rows_of, symptoms
from mkdocs_macros_runbook.page.place import Place
from mkdocs_macros_runbook.rendering.current_page import CurrentPage
from mkdocs_macros_runbook.rendering.fences.places import with_places
from prose import LINK, pages
from sites import PROJECT, Build
from test_links import targets_of

TEXT = (PROJECT / "docs" / FILE).read_text(encoding="utf-8")
ROWS = rows_of(TEXT)
KEYS = {"id", "stage", "short", "title", "symptoms", "cause", "check", "fix", "sources"}
COMMAND = re.compile(r"(?m)^ *```(bash|\{[.]bash)")

# What operators see, word for word, in the order of a sign-in.
MESSAGES = [
    "Unable to locate credentials",
    "The security token included in the request is expired",
    "Token has expired and refresh failed",
    "Domain already associated with another user pool",
    "Username cannot be of email format, since user pool is configured for email alias",
    "FeatureUnavailableInTierException",
    "Failed to connect to the authentication service",
    "Failed to fetch",
    "Metadata does not contain property authorization_endpoint",
    "redirect_mismatch",
    "Login pages unavailable. Please contact an administrator.",
    "unauthorized_client",
    "Client is not enabled for OAuth2.0 flows.",
    "Login option is not available. Please try another one",
    "Client does not exist",
    "Required parameters missing",
    "Something went wrong",
    "Incorrect username or password.",
    "Password attempts exceeded",
    "Temporary password has expired and must be reset by an administrator.",
    "User account has expired, it must be reset by an administrator.",
    "Invalid attributes given, name is missing",
    "The attribute is required",
    "Request not allowed due to WAF block.",
    "invalid_scope",
    "invalid_client",
    "invalid_grant",
    "Greetings, !",
    "Cannot read properties of undefined (reading 'replace')",
    "Required String parameter 'redirect_uri' is not present",
]


@cache
def model() -> Any:
    return botocore.session.Session().get_service_model("cognito-idp")


def in_model(name: str) -> bool:
    """Return whether `Operation`, `Operation.Member` or `Shape.Member` is in botocore's model."""
    owner, _, member = name.partition(".")
    if owner in model().operation_names:
        return not member or member in model().operation_model(owner).input_shape.members
    return owner in model().shape_names and member in model().shape_for(owner).members


def objections(texts: Mapping[str, str]) -> Iterator[str]:
    """Tell which titles have another error than the ID of their row."""
    for row in rows_of(texts[FILE]):
        error = re.match(r"`(\w+_\w+)`", row["title"])
        if error and error[1].replace("_", "-") != row["id"]:
            yield f"{FILE}: the row {row['id']} has the title {row['title']}"
        for symptom in row["symptoms"]:
            for code in re.findall(r"`(\w+_\w+)`", symptom["text"]):
                if code not in row["title"]:
                    yield f"{FILE}: the row {row['id']} has the symptom {code}, not in its title"


def test_titles_are_those_of_their_rows() -> None:
    texts = {FILE: TEXT}
    assert [*objections(texts)] == []
    assert [*objections({FILE: TEXT.replace('title: "`invalid_grant`', 'title: "`invalid_scope`')})]
    assert [*objections({FILE: TEXT.replace('text: "`invalid_grant`', 'text: "`invalid_scope`')})]


def by_hand(row: Row, texts: Mapping[str, str]) -> list[str]:
    """Return which of check and fix is neither a command, nor leads to one within the guide."""
    targets = targets_of(texts)

    def leads_to_command(part: str) -> bool:
        links = (target for _, target, _ in LINK.findall(part))
        places = (f"troubleshooting.md{to}" if to.startswith("#") else to for to in links)
        return any(COMMAND.search(targets[place].text) for place in places if place in targets)

    parts = ("check", "fix")
    return [one for one in parts if not (COMMAND.search(row[one]) or leads_to_command(row[one]))]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_check_or_fix_without_a_command_says_why(row: Row) -> None:
    assert {"unseen", "by_hand"} & set(row) or by_hand(row, pages()) == []


def test_a_part_without_a_command_is_noticed() -> None:
    row = {"check": "Look at [the user pool](#no-name).", "fix": "Choose **Delete**."}
    assert by_hand(row, pages()) == ["fix"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_row_is_complete(row: Row) -> None:
    assert set(row) >= KEYS and set(row) <= KEYS | {"intro", "more", "unseen", "by_hand"}
    assert all(set(symptom) == {"where", "text"} for symptom in row["symptoms"])
    for source in row["sources"]:
        mark, _, what = source.partition(": ")
        if mark == "BM":
            assert in_model(what), what
        elif what:
            assert mark in ("DG", "ML") and re.fullmatch(r"[\w./-]+", what), source
        else:
            assert re.fullmatch(r"[\w.-]+/[\w.-]+#[0-9]+|Stack Overflow [0-9]+", source), source


def test_names_that_are_not_in_the_model() -> None:
    assert in_model("ListUsers.Filter") and in_model("AdminEnableUser")
    assert not in_model("ListUser") and not in_model("ListUsers.Filters")


def test_rows_have_ids_of_their_own() -> None:
    ids = [row["id"] for row in ROWS]
    assert len(ids) == len(set(ids))


def test_lines_of_data_may_begin_with_a_value() -> None:
    """In a build for verification, only fences have places, which YAML does not read."""
    text = "- id: a\n  fix: |\n    {{ b }}\n\n    ```bash\n    c\n    ```\n"
    page, place = CurrentPage(None), Place("docs/a.yml")
    marked = with_places(text, place, page, is_data=True)
    [(letter, fence)] = page.entry_by_letter.items()
    assert fence.place == "docs/a.yml:5"
    assert rows_of(marked) == [{"id": "a", "fix": f"{{{{ b }}}}\n\n```bash {letter}\nc\n```\n"}]


def test_a_stage_without_rows_is_reported() -> None:
    loader = jinja2.DictLoader({FILE: "- {stage: before}"})
    template = jinja2.Environment(loader=loader).from_string("{{ symptoms('befor') }}")
    with pytest.raises(LookupError, match=rf"{FILE}: no row has the stage 'befor'"):
        template.render(symptoms=symptoms)


def test_every_row_is_on_the_page(built_site: Build) -> None:
    html = (built_site("mkdocs") / "troubleshooting" / "index.html").read_text(encoding="utf-8")
    page = BeautifulSoup(html, "html.parser").select_one("article")
    assert page
    table = next(table for table in page.select("table") if "Message or symptom" in table.text)
    for row in ROWS:
        [heading] = page.select(f"h3#{row['id']}")
        terms = [term.text for term in heading.find_all_next("dt")[:3]]
        assert terms == ["Cause", "Check", "Fix"], row["id"]
        assert len(table.select(f'a[href="#{row["id"]}"]')) == len(row["symptoms"])
    for text in MESSAGES:
        assert text in table.text, text
