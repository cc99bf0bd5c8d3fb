"""Values: resolved from defaults and overrides, and refused where they do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mkdocs_macros_runbook.problem import Problems
from mkdocs_macros_runbook.values.declaration import Declaration
from mkdocs_macros_runbook.values.resolution import (
    Override,
    Values,
    overrides_from,
    resolve,
)
from mkdocs_macros_runbook.values.runbook_section import read
from samples import DECLARATION


@pytest.fixture
def declaration() -> Declaration:
    section = yaml.safe_load(DECLARATION)["extra"]["runbook"]
    return read(section, Path(), lambda keys: "mkdocs.yml:" + "/".join(keys))


def resolved(declaration: Declaration, **values: str) -> Values:
    return resolve(
        declaration, {name: Override(text, f"test {name}") for name, text in values.items()}
    )


def mistakes_of(declaration: Declaration, **values: str) -> list[str]:
    with pytest.raises(Problems) as caught:
        resolved(declaration, **values)
    return [str(mistake) for mistake in caught.value.problems]


def test_defaults(declaration: Declaration) -> None:
    assert resolved(declaration).by_name == {
        "city": "Basel",
        "network": "office",
        "host": "basel.corp.example",
        "rack": "office-1",
        "health_url": "https://basel.corp.example/health",
    }


def test_what_depends_on_an_override_follows_it(declaration: Declaration) -> None:
    values = resolved(declaration, city="Bern", network="lab").by_name
    assert values["health_url"] == "https://bern.lab.example/health"
    assert values["rack"] == "lab-1"


def test_a_default_may_be_overridden_whole(declaration: Declaration) -> None:
    assert (
        resolved(declaration, host="a.example").by_name["health_url"] == "https://a.example/health"
    )


def test_overrides_come_from_variables_in_capitals(declaration: Declaration) -> None:
    overrides = overrides_from(declaration, {"CITY": "Bern", "city": "Chur", "PATH": "/bin"})
    assert overrides == {"city": Override("Bern", "environment variable CITY")}


def test_an_unknown_option_names_the_others(declaration: Declaration) -> None:
    assert mistakes_of(declaration, network="ofice") == [
        "test network: network is 'ofice', which is not one of its 2 options"
        " (did you mean 'office'?); choose one of: office, lab"
    ]


def test_a_value_that_does_not_match_quotes_the_help(declaration: Declaration) -> None:
    assert mistakes_of(declaration, city="B4") == [
        "test city: city is 'B4', which does not match its pattern; choose another value (Letters.)"
    ]


def test_a_value_bound_to_another_says_which(declaration: Declaration) -> None:
    assert mistakes_of(declaration, rack="lab-7") == [
        "test rack: rack is 'lab-7', which belongs to network 'lab', but network is 'office';"
        " set network to 'lab', or change rack"
    ]
    assert resolved(declaration, rack="lab-7", network="lab").by_name["rack"] == "lab-7"


def test_a_default_made_of_a_refused_value_is_not_blamed(declaration: Declaration) -> None:
    assert len(mistakes_of(declaration, network="shed")) == 1


def test_a_default_that_no_longer_fits_says_what_to_set() -> None:
    strict = yaml.safe_load(DECLARATION.replace("[a-z0-9.-]+", "b.*"))["extra"]["runbook"]
    assert mistakes_of(read(strict, Path(), lambda keys: "mkdocs.yml"), city="Chur") == [
        "mkdocs.yml: host is 'chur.corp.example' (computed from city, network),"
        " which does not match its pattern b.*; set HOST"
    ]


def test_an_unknown_parameter(declaration: Declaration) -> None:
    assert mistakes_of(declaration, citty="x") == [
        "test citty: 'citty' is not a parameter (did you mean 'city'?);"
        " use the name of a parameter that mkdocs.yml declares"
    ]


def test_all_invalid_values_are_reported_at_once(declaration: Declaration) -> None:
    assert len(mistakes_of(declaration, city="</script>", network="shed")) == 2


def test_the_values_of_another_option(declaration: Declaration) -> None:
    values = resolved(declaration, rack="office-7", city="Bern")
    assert values.other(network="lab")["health_url"] == "https://bern.lab.example/health"
    assert values.other(network="lab")["rack"] == "lab-1", "an override bound to the old network"
    assert values.by_name["rack"] == "office-7"
    assert values.other(network="office")["rack"] == "office-7", "it fits where it was set for"
    with pytest.raises(Problems, match="not one of its 2 options"):
        values.other(network="shed")


def test_a_value_that_leaves_nothing_for_a_name_is_refused() -> None:
    loose = DECLARATION.replace("[A-Za-z]{1,20}", ".*").replace('"{city|slug}', '"a-{city|slug}')
    declaration = read(yaml.safe_load(loose)["extra"]["runbook"], Path(), lambda keys: "mkdocs.yml")
    assert mistakes_of(declaration, city="東京") == [
        "mkdocs.yml: host uses {city|slug}, but city is '東京',"
        " which has neither a letter from A to Z nor a digit; change city"
    ]


@pytest.mark.parametrize(
    ("default", "pattern", "fix"),
    [
        ("O'Brien & Co", ".+", 'declare `characters: "&\'"` for team, or choose another value'),
        ("O'Brien", "O.Brien", 'declare `characters: "\'"` for team, or choose another value'),
        ("O'Brien", "[A-Z].+[^']en x", "change this default"),
        ("<b>!", ".+", "change this default"),
    ],
)
def test_characters_that_a_parameter_can_declare_are_named(
    default: str, pattern: str, fix: str
) -> None:
    section = {"parameters": {"team": {"default": default, "pattern": pattern}}}
    with pytest.raises(Problems) as caught:
        resolve(read(section, Path(), lambda keys: "mkdocs.yml"), {})
    (problem,) = caught.value.problems
    assert problem.fix == fix
