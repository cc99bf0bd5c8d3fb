"""Statements of the guide that would do harm if they were wrong."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping

import pytest

import create_user_pool
from mkdocs_macros_cognito.symptoms import FILE, rows_of
from prose import pages
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
    mentions = ENDS_THE_BROWSER.finditer(text)
    return [mention[0] for mention in mentions if not DOES_NOT.match(text, mention.end())]


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
    claims_by_page = {page.name: claims(page.read_text(encoding="utf-8")) for page in PAGES}
    assert {page: mentions for page, mentions in claims_by_page.items() if mentions} == {}


def test_each_step_ends_with_what_the_reader_should_see() -> None:
    source = (PROJECT / "docs" / "using-aws-cognito.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", source, flags=re.MULTILINE)
    steps = [section for section in sections if re.match(r"\d+\. ", section)]
    assert len(steps) == 6
    for step in steps:
        before, _, after = step.rpartition('!!! success "You should see"\n')
        assert before and not re.search(r"^\S", after, re.MULTILINE), step.partition("\n")[0]


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


# What the end state of a route does not show

PAGE = "using-aws-cognito.md"


def in_order(text: str, *parts: str) -> bool:
    """Return whether `text` has each part once, in this order."""
    if any(text.count(part) != 1 for part in parts):
        return False
    places = [text.index(part) for part in parts]
    return places == sorted(places)


def between(text: str, start: str, end: str) -> str:
    """Return what is between two parts of `text`; empty if it does not have them."""
    return text.partition(start)[2].partition(end)[0]


def objections(texts: Mapping[str, str]) -> Iterator[str]:
    """Tell what the guide's page states wrong and no walkthrough shows."""
    guide = texts[PAGE]
    # The login pages of a domain are unavailable to an app client without a style.
    style, domain = "idp create-managed-login-branding", "aws cognito-idp create-user-pool-domain"
    resource = between(guide, "Type: AWS::Cognito::UserPoolDomain", "Properties:")
    if not in_order(guide, style, domain) or "DependsOn: Style" not in resource:
        yield f"{PAGE}: the domain may come before the style"
    # The clean-up deletes what the stack keeps by its ID.
    resources = re.split(r"(?m)^ {6}(?=\w+:$)", between(guide, "Resources:\n", "Outputs:"))
    types = [
        between(one, "Type: ", "\n")
        for one in resources
        if "DeletionPolicy: Retain\n" in one and "UpdateReplacePolicy: Retain\n" in one
    ]
    if types != ["AWS::Cognito::UserPool"]:
        yield f"{PAGE}: a stack that is deleted keeps {types}"
    of_stack = guide.partition("{ #clean-up }")[2].partition('=== "CloudFormation"')[2]
    steps = ("cloudformation delete-stack", "stack-delete-complete", "idp delete-user-pool")
    if not in_order(of_stack, *steps):
        yield f"{PAGE}: the stack must be gone before its user pool"
    # Cognito compares a callback URL to the letter; the issuer of AWS has no slash at its end.
    for sentence in (
        "Include the **slash at the end.**",
        "The OIDC URL does not end with a slash.",
    ):
        if sentence not in guide:
            yield f"{PAGE} does not say: {sentence}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("        DependsOn: Style\n", ""),
        ("idp create-managed-login-branding", "idp update-managed-login-branding"),
        ("        UpdateReplacePolicy: Retain\n", ""),
        ("wait stack-delete-complete", "describe-stacks"),
        ("The OIDC URL does not end", "The OIDC URL ends"),
    ],
)
def test_a_wrong_statement_is_noticed(before: str, after: str) -> None:
    texts = pages()
    assert [*objections(texts)] == []
    assert texts[PAGE].count(before) == 1
    assert [*objections({PAGE: texts[PAGE].replace(before, after)})]


def test_what_the_statements_are_held_to() -> None:
    """The script makes the style before the domain; the slash is where the page says."""
    names = argparse.Namespace(user_pool_name="a", app_client_name="a", domain_prefix="a")
    calls = list(create_user_pool.settings_of(names))
    assert calls.index("CreateManagedLoginBranding") < calls.index("CreateUserPoolDomain")
    config = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
    [application_url] = re.findall(r'(?s)application_url:.*?default: "(.*?)"', config)
    [oidc_url] = re.findall(r'(?m)^      oidc_url: "(.*)"', config)
    assert application_url.endswith("/") and 'callback_url: "{application_url}"' in config
    assert not oidc_url.endswith("/")
