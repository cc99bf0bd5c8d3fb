"""What a value may be: what is allowed reads as itself wherever a page puts it."""

from __future__ import annotations

import html
import json
import re
import shlex
import string
import subprocess

import jinja2
import markdown
import pytest
import yaml
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mkdocs_macros_runbook.values.text import LONGEST, objection, slug

EXTENSIONS = [
    "abbr",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "tables",
    "toc",
    "pymdownx.superfences",
]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "is empty"),
        ("<b>", "LESS-THAN SIGN"),
        ('a"b', "QUOTATION MARK"),
        ("a'b", "APOSTROPHE"),
        ("a`b", "GRAVE ACCENT"),
        ("a\\b", "REVERSE SOLIDUS"),
        ("a{{b}}", "LEFT CURLY BRACKET"),
        ("$(reboot)", "DOLLAR SIGN"),
        ("a;b", "SEMICOLON"),
        ("a&b", "AMPERSAND"),
        ("a|b", "VERTICAL LINE"),
        ("a*b*", "ASTERISK"),
        ("a[b](c)", "LEFT SQUARE BRACKET"),
        ("a!", "EXCLAMATION MARK"),
        ("a\nb", "U+000A"),
        ("a\x00b", "U+0000"),
        ("a\u202eb", "RIGHT-TO-LEFT OVERRIDE"),
        ("a\u200bb", "ZERO WIDTH SPACE"),
        ("a\u00a0b", "NO-BREAK SPACE"),
        ("- a", "must begin"),
        (" a", "must begin"),
        ("a ", "must not end with a space"),
        ("a  b", "two spaces in a row"),
        ("1. a", "a numbered list"),
        ("a _b_", "an underscore"),
        ("a__b", "an underscore"),
        ("a_ b", "an underscore"),
        ("a" * 257, "more than 256"),
        ("42.", "a numbered list"),
        ("a:b:c", "an emoji"),
        ("a\u3164b", "HANGUL FILLER"),
        ("a\ufe0fb", "VARIATION SELECTOR-16"),
    ],
)
def test_refused(value: str, why: str) -> None:
    assert why in (objection(value) or "")


@pytest.mark.parametrize(
    "value",
    [
        "MLSpace",
        "Acme Data",
        "Acme, Inc.",
        "Zoë 東京 Ж",
        "my_app",
        "us-east-2_oUmWoN1YP",
        "https://abc123defg.execute-api.us-east-2.amazonaws.com:443/Prod/",
        "a" * LONGEST,
    ],
)
def test_allowed(value: str) -> None:
    assert objection(value) is None


def test_of_ascii_nothing_else_is_allowed() -> None:
    allowed = {sign for sign in map(chr, range(128)) if objection(f"a{sign}b") is None}
    assert allowed == {*string.ascii_letters, *string.digits, *" .,:/@%_-"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("MLSpace", "mlspace"),
        ("Acme Data", "acme-data"),
        ("  Zoë & Co. ", "zoe-co"),
        ("A--b__c", "a-b-c"),
        ("東京", ""),
    ],
)
def test_slug(value: str, expected: str) -> None:
    assert slug(value) == expected


LETTERS = st.characters(categories=["L", "Nd"])
VALUES = st.builds(
    lambda first, rest: first + rest,
    LETTERS,
    st.text(st.one_of(LETTERS, st.sampled_from(" .,:/@%_-")), max_size=30),
).filter(lambda value: objection(value) is None)


def text_of(source: str) -> str:
    rendered = markdown.markdown(source, extensions=EXTENSIONS)
    return html.unescape(re.sub(r"<[^>]+>", "", rendered)).strip()


@settings(
    max_examples=3 * settings().max_examples,
    suppress_health_check=[HealthCheck.filter_too_much],
)
@given(VALUES)
def test_an_allowed_value_is_itself_in_every_place(value: str) -> None:
    assert jinja2.Environment(autoescape=False).from_string(value).render() == value
    assert text_of(value) == value, "at the start of a paragraph"
    assert text_of(f"Open {value} now") == f"Open {value} now"
    assert text_of(f"## About {value}") == f"About {value}"
    assert text_of(f"**{value}**") == value
    assert text_of(f"`{value}`") == value
    assert text_of(f"[{value}](https://example.com/)") == value
    assert text_of(f"| a | b |\n| --- | --- |\n| x | {value} |").split("\n")[-1] == value
    assert text_of(f"```\n{value}\n```") == value
    assert json.loads(f'"{value}"') == value
    assert yaml.safe_load(f"x: '{value}'") == {"x": value}
    assert shlex.split(f'echo "{value}"') == ["echo", value]
    link = BeautifulSoup(f'<a title="{value}">', "html.parser").a
    assert link
    assert link.attrs == {"title": value}


def test_allowed_values_are_themselves_in_bash_and_javascript() -> None:
    found: list[str] = []

    @settings(database=None)
    @given(VALUES)
    def collect(value: str) -> None:
        assume(value not in found)
        found.append(value)

    collect()
    bash = "".join(f'printf "%s\\n" "{value}"\n' for value in found)
    node = "".join(f"console.log('{value}');\n" for value in found)
    assert subprocess.check_output(["bash", "-c", bash], text=True).splitlines() == found
    assert subprocess.check_output(["node", "-e", node], text=True).splitlines() == found
