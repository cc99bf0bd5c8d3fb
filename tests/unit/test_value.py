"""What a value may be: what is allowed reads as itself wherever a page puts it."""

from __future__ import annotations

import html
import json
import shlex
import string
import subprocess

import jinja2
import pytest
import yaml
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mkdocs_macros_runbook.values.text import DECLARABLE, LONGEST, objection, slug

#: values with what a parameter declares, and why it may not have them; the client script agrees
OBJECTIONS = [
    ("<b>", "", "LESS-THAN SIGN"),
    ('a"b', "", "QUOTATION MARK"),
    ("O'Brien", "", "APOSTROPHE"),
    ("O'Brien", "'", ""),
    ("O\u2019Brien", "'", "RIGHT SINGLE QUOTATION MARK"),
    ("AT&T Data", "", "AMPERSAND"),
    ("AT&T Data", "&", ""),
    ("AT&T Data", "'", "AMPERSAND"),
    ("a`b", "", "GRAVE ACCENT"),
    ("a\\b", "", "REVERSE SOLIDUS"),
    ("a{{b}}", "", "LEFT CURLY BRACKET"),
    ("$(reboot)", DECLARABLE, "DOLLAR SIGN"),
    ("a;b", "", "SEMICOLON"),
    ("a|b", "", "VERTICAL LINE"),
    ("a*b*", "", "ASTERISK"),
    ("a[b](c)", DECLARABLE, "LEFT SQUARE BRACKET"),
    ("a!", "", "EXCLAMATION MARK"),
    ("a\nb", "", "U+000A"),
    ("a\x00b", "", "U+0000"),
    ("a\u202eb", "", "RIGHT-TO-LEFT OVERRIDE"),
    ("a\u200bb", "", "ZERO WIDTH SPACE"),
    ("a\u00a0b", "", "NO-BREAK SPACE"),
    ("a\u3164b", "", "HANGUL FILLER"),
    ("a\ufe0fb", "", "VARIATION SELECTOR-16"),
    ("- a", "", "does not begin"),
    ("--flag", DECLARABLE, "does not begin"),
    ("@file", "", "does not begin"),
    (" a", "", "does not begin"),
    ("a ", "", "extra spaces"),
    ("a  b", "", "extra spaces"),
    ("a" * (LONGEST + 1), "", "more than 256"),
    ("a" * LONGEST, "", ""),
    ("", "", ""),
    ("MLSpace", "", ""),
    ("Acme, Inc.", "", ""),
    ("Zoë 東京 Ж", "", ""),
    ("ada+test@example.com", "", ""),
    ("Ada@Example.COM", "", ""),
    ("ada_lovelace", "", ""),
    ("a__b_", "", ""),
    ("us-east-2_oUmWoN1YP", "", ""),
    ("arn:aws:iam::123456789012:role/a_b", "", ""),
    ("/srv/data/x.txt", "", ""),
    ("./x", "", ""),
    ("~/x", "~", ""),
    ("https://abc123defg.execute-api.us-east-2.amazonaws.com:443/Prod/", "", ""),
    ("https://a.example/x?a=1&b=%20#c", "?=&", "NUMBER SIGN"),
    ("https://a.example/x?a=1&b=%20#c", "#?=&", ""),
]


@pytest.mark.parametrize(("value", "characters", "why"), OBJECTIONS)
def test_what_a_value_may_be(value: str, characters: str, why: str) -> None:
    reason = objection(value, characters)
    assert (why in reason) if why and reason else (reason or "") == why


def test_of_ascii_nothing_else_is_allowed() -> None:
    signs = {sign for sign in map(chr, range(128)) if objection(f"a{sign}b") is None}
    common = {*string.ascii_letters, *string.digits, *" .,:/@%_+-"}
    assert signs == common
    signs = {sign for sign in map(chr, range(128)) if objection(f"a{sign}b", DECLARABLE) is None}
    assert signs == common | {*DECLARABLE}


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
    st.text(st.one_of(LETTERS, st.sampled_from(" .,:/@%_+-" + DECLARABLE)), max_size=30),
).filter(lambda value: objection(value, DECLARABLE) is None)


@settings(
    max_examples=3 * settings().max_examples,
    suppress_health_check=[HealthCheck.filter_too_much],
)
@given(VALUES)
def test_an_allowed_value_is_itself_between_quotation_marks(value: str) -> None:
    assert jinja2.Environment(autoescape=False).from_string(value).render() == value
    assert json.loads(f'"{value}"') == value
    assert yaml.safe_load(f'x: "{value}"') == {"x": value}
    if "'" not in value:
        assert yaml.safe_load(f"x: '{value}'") == {"x": value}
    assert shlex.split(f'echo "{value}"') == ["echo", value]
    link = BeautifulSoup(f'<a title="{html.escape(value)}">', "html.parser").a
    assert link
    assert link.attrs == {"title": value}


def test_allowed_values_are_themselves_in_bash_and_javascript() -> None:
    values: list[str] = []

    @settings(database=None)
    @given(VALUES)
    def collect(value: str) -> None:
        assume(value not in values)
        values.append(value)

    collect()
    bash = "".join(f'printf "%s\\n" "{value}"\n' for value in values)
    node = "".join(f'console.log("{value}");\n' for value in values)
    assert subprocess.check_output(["bash", "-c", bash], text=True).splitlines() == values
    assert subprocess.check_output(["node", "-e", node], text=True).splitlines() == values
