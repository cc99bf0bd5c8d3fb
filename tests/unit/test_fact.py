"""Facts: what a file of them may say, and how pages come to know them."""

from __future__ import annotations

from pathlib import Path

import pytest

from test_declaration import declare, mistakes_of

GOOD = """\
rooms:
  value: 12
  source: the plan of the house
open:
  value: "`9:00` to `17:00`"
  source: https://example.com/hours
"""


def site(folder: Path, facts: str) -> str:
    (folder / "facts.yml").write_text(facts, encoding="utf-8")
    city = "city: {default: a, pattern: a}"
    return f"{{parameters: {{{city}}}, derived: {{host: '{{city}}'}}, facts: facts.yml}}"


def test_facts_have_values_and_sources(tmp_path: Path) -> None:
    facts = declare(site(tmp_path, GOOD), tmp_path).facts
    assert {name: fact.value for name, fact in facts.items()} == {
        "rooms": "12",
        "open": "`9:00` to `17:00`",
    }
    assert facts["rooms"].source == "the plan of the house"


NEITHER = "facts.yml:1: the fact 'a' must be a string or a whole number, not"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("- a", "facts.yml: the file is not a mapping"),
        ("a: {", "facts.yml:1: this is not YAML"),
        (GOOD + GOOD, "facts.yml:7: the key 'rooms' occurs twice"),
        ("a: 12", "facts.yml:1: the fact 'a' is not a mapping"),
        ("a: {value: 12}", "facts.yml:1: the fact 'a' has no source"),
        ("a:\n  value: 12\nb: {value: 1, source: ' '}", "facts.yml:3: the fact 'b' has no source"),
        ("a: {source: b}", f"{NEITHER} None"),
        ("a: {source: b, value: 0.50}", f"{NEITHER} 0.5"),
        ("a: {source: b, value: yes}", f"{NEITHER} True"),
        ("a: {source: b, valu: 1}", "the fact 'a' has the unknown key 'valu' (did you mean"),
        (
            "a: {source: b, value: 1, not_tested: no}",
            "needs a reason under `not_tested`, not False",
        ),
        ("a: {source: b, value: 1, not_tested: }", "needs a reason under `not_tested`, not None"),
        ("~: {source: b, value: 1}", "the fact None has a name that YAML reads as null"),
        ("2a: {source: b, value: 1}", "facts.yml:1: the fact '2a' does not have a valid name"),
        (
            "city: {source: b, value: 1}",
            "the name of the fact 'city' is already used by a parameter",
        ),
        (
            "host: {source: b, value: 1}",
            "the name of the fact 'host' is already used by a derived value",
        ),
        ("page: {source: b, value: 1}", "the name of the fact 'page' is already used by mkdocs"),
    ],
)
def test_facts_that_are_refused(tmp_path: Path, facts: str, message: str) -> None:
    assert message in "\n".join(mistakes_of(site(tmp_path, facts), tmp_path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    section = "{parameters: {}, facts: docs/facts.yml}"
    assert mistakes_of(section, tmp_path) == [
        "docs/facts.yml: the file cannot be read (No such file or directory); correct the path"
        " under `facts`"
    ]
    assert (
        "facts: extra.runbook.facts must be the path"
        in mistakes_of("{parameters: {}, facts: [a]}", tmp_path)[0]
    )
