"""Statements of the guide that would do harm if they were wrong."""

from __future__ import annotations

import re

import pytest

from mkdocs_macros_cognito.symptoms import FILE, rows_of
from sites import PROJECT

DOCS = sorted((PROJECT / "docs").rglob("*.*"))
PAGES = [PROJECT / "README.md", *(path for path in DOCS if path.suffix in (".md", ".yml"))]

# Cognito's session cookie is persistent, for one hour: Developer Guide,
# cognito-user-pools-managed-login. So whoever only closes the browser stays signed in.
_WINDOW = r"(?:browser|window|tab)s?"
_ENDS = r"(?:clos|quit|exit|shut)\w*"
ENDS_THE_BROWSER = re.compile(
    rf"\b{_ENDS} (?:down )?(?:\S+ ){{0,3}}{_WINDOW}\b"
    rf"|\b{_WINDOW} (?:(?:is|are|was|has been|gets) )?{_ENDS}\b"
    rf"|\b(?:end|rest) of the {_WINDOW}'?s?(?: session)?\b|\bbrowser session\b",
    re.IGNORECASE,
)
DOES_NOT = re.compile(r" (?:does|do|will|is) not\b")


def claims(text: str) -> list[str]:
    """Return each mention of closing the browser that is not followed by what it does not do."""
    text = " ".join(re.sub(r"[*_`]", "", text).split())
    found = ENDS_THE_BROWSER.finditer(text)
    return [mention[0] for mention in found if not DOES_NOT.match(text, mention.end())]


@pytest.mark.parametrize(
    "sentence",
    [
        "It does not know that, so close the browser to be signed out.",
        "Quit your browser: that signs you out.",
        "Close all browser windows to sign out.",
        "Shut down the browser.",
        "The session lasts until the\nbrowser is closed.",
        "People are signed out when the **tab** closes.",
        "Cognito forgets them at the end of the browser session.",
    ],
)
def test_a_claim_is_recognized(sentence: str) -> None:
    assert claims(sentence)


def test_no_page_claims_that_closing_the_browser_signs_out() -> None:
    assert claims("Closing the browser does not sign anyone out.") == []
    found = {page.name: claims(page.read_text(encoding="utf-8")) for page in PAGES}
    assert {page: mentions for page, mentions in found.items() if mentions} == {}


def test_signing_out_names_the_remedies_that_work() -> None:
    rows = rows_of((PROJECT / "docs" / FILE).read_text(encoding="utf-8"))
    section = "".join(str(row) for row in rows if row["stage"] == "sign-out")
    text = " ".join(section.replace("\\n", " ").split())
    for remedy in (
        "/logout?client_id={{ client_id }}&logout_uri=",
        "{{ session_time }}",
        "cookies",
    ):
        assert remedy in text
    assert "Closing the browser does not" in text
