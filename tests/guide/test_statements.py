"""Statements of the guide that would do harm if they were wrong."""

from __future__ import annotations

import argparse
import re

import pytest

import create_user_pool
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


# What the end state of a route does not show

GUIDE = (PROJECT / "docs" / "using-aws-cognito.md").read_text(encoding="utf-8")


def in_order(text: str, *parts: str) -> bool:
    """Return whether `text` has each part once, in this order."""
    places = [text.index(part) for part in parts]
    return places == sorted(places) and all(text.count(part) == 1 for part in parts)


def test_the_style_comes_before_the_domain_on_every_route() -> None:
    """The login pages of a domain are unavailable to an app client without a style."""
    names = argparse.Namespace(user_pool_name="a", app_client_name="a", domain_prefix="a")
    calls = list(create_user_pool.wanted(names))
    assert calls.index("CreateManagedLoginBranding") < calls.index("CreateUserPoolDomain")
    assert in_order(
        GUIDE, "idp create-managed-login-branding", "aws cognito-idp create-user-pool-domain"
    )
    domain = GUIDE.split("Type: AWS::Cognito::UserPoolDomain")[1].split("Outputs:")[0]
    assert "DependsOn: Style" in domain.split("Properties:")[0]


def test_deleting_the_stack_keeps_the_user_pool_and_nothing_else() -> None:
    """The clean-up then deletes it by its ID, which the walkthrough runs."""
    template = GUIDE.split("Resources:\n")[1].split("Outputs:")[0]
    kept = [
        resource.split("Type: ")[1].split()[0]
        for resource in re.split(r"(?m)^ {6}(?=\w+:$)", template)
        if "DeletionPolicy: Retain" in resource
    ]
    assert kept == ["AWS::Cognito::UserPool"]
    clean_up = GUIDE.split("{ #clean-up }")[1]
    of_stack = clean_up.split('=== "CloudFormation"')[1]
    assert in_order(
        of_stack, "cloudformation delete-stack", "stack-delete-complete", "idp delete-user-pool"
    )


def test_the_slash_is_where_the_page_says() -> None:
    """Cognito compares a callback URL to the letter; the issuer of AWS has no slash at its end."""
    config = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
    [application_url] = re.findall(r'(?s)application_url:.*?default: "(.*?)"', config)
    [oidc_url] = re.findall(r'(?m)^      oidc_url: "(.*)"', config)
    assert application_url.endswith("/") and 'callback_url: "{application_url}"' in config
    assert "Include the **slash at the end.**" in GUIDE
    assert not oidc_url.endswith("/")
    assert "The OIDC URL does not end with a slash." in GUIDE
