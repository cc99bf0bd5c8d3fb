"""Declarations: what `mkdocs.yml` may say, and what is said of what it may not."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from mkdocs_macros_runbook.problem import Problems
from mkdocs_macros_runbook.values.declaration import Declaration
from mkdocs_macros_runbook.values.resolution import resolve
from mkdocs_macros_runbook.values.runbook_section import declaration_of, read
from mkdocs_macros_runbook.values.yaml_file import place_of
from samples import DECLARATION


def declare(text: str, root: Path = Path()) -> Declaration:
    return read(yaml.safe_load(textwrap.dedent(text)), root, lambda keys: "/".join(keys))


def mistakes_of(text: str, root: Path = Path()) -> list[str]:
    with pytest.raises(Problems) as caught:
        declare(text, root)
    return [str(mistake) for mistake in caught.value.problems]


def test_parameters_and_derived_values_are_read() -> None:
    declaration = declare(
        """
        parameters:
          city: {label: City, help: Letters., default: Basel, pattern: "[A-Z][a-z]+"}
          tier: {default: low, options: [low, high]}
        derived: {greeting: "Hello from {city}"}
        """
    )
    city = declaration.parameters["city"]
    assert (city.label, city.help, city.default, city.variable) == (
        "City",
        "Letters.",
        "Basel",
        "CITY",
    )
    assert list(declaration.parameters["tier"].options or ()) == ["low", "high"]
    empty = declare(
        """
        parameters: {city: {default: a, pattern: a, label: , characters: , find: }}
        value_sets: {far: }
        """
    )
    assert (empty.parameters["city"].label, empty.parameters["city"].characters) == ("city", "")
    assert empty.value_sets["far"] == {}
    assert {*declaration.templates} == {"city", "tier", "greeting"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", "extra.runbook.parameters is missing"),
        (
            "parameters: [a]",
            "is missing or not a mapping; declare at least one parameter, such as `",
        ),
        ("{parameters: {}, exempt: [a]}", "exempt: extra.runbook.exempt must be a mapping"),
        (
            "{parameters: {}, exempt: {/api/: made from docstrings}}",
            "exempt//api/: '/api/' is not a page or a folder",
        ),
        (
            "{parameters: {}, exempt: {api: made from docstrings}}",
            "exempt/api: 'api' is not a page or a folder",
        ),
        (
            "{parameters: {}, exempt: {api/: later}}",
            "exempt/api/: exempt 'api/' needs a reason of at least three words, not 'later'",
        ),
        (
            "{parameters: {}, exempt: {docs/api/: made from docstrings}}",
            "exempt/docs/api/: the path 'docs/api/' begins with the folder of pages; write 'api/'"
            ", since paths are relative to that folder",
        ),
        ("{paramters: {}}", "paramters: extra.runbook has the unknown key 'paramters' (did you me"),
        ("{1: {}}", "1: extra.runbook has the unknown key 1; remove or rename it"),
        ("{parameters: {}, parametres: {}}", "key 'parametres' (did you mean 'parameters'?)"),
        ("parameters: {a: b}", "parameters/a: parameter 'a' must be a mapping"),
        (
            "parameters: {on: {default: a, pattern: a}}",
            "parameters/True: parameter True has a name th",
        ),
        (
            "{parameters: {}, derived: {yes: a}}",
            "derived/True: derived value True has a name that Y",
        ),
        (
            "parameters: {self: {default: a, pattern: a}}",
            "is already used by mkdocs-macros or Jinja; choose another name",
        ),
        (
            "parameters: {a: {default: a, pattern: a}, A: {default: a, pattern: a}}",
            "parameters/A: parameters 'a' and 'A' share the environment variable A; choose another",
        ),
        (
            "parameters: {a: {default: a, pattern: a, label: [b]}}",
            "parameters/a/label: parameter 'a' has `label: ['b']`, which is not text; put it in qu",
        ),
        ("parameters: {a: {pattern: x}}", "needs a string as its default; add `default:`"),
        (
            "{parameters: {a: {default: x, pattern: x}}, value_sets: [a]}",
            "value_sets: extra.runbook.value_sets must be a mapping",
        ),
        (
            "{parameters: {a: {default: x, pattern: x}}, value_sets: {default: {}}}",
            "the value set 'default' is built in",
        ),
        (
            "{parameters: {a: {default: x, pattern: x}}, value_sets: {B c: {}}}",
            "'B c' is not a valid name of a value set; start with a lowercase letter, then use",
        ),
        (
            "{parameters: {home: {default: x, pattern: x}}}",
            "HOME, which shells set; choose another",
        ),
        (
            "{parameters: {}, verification: {against: a server, depends_on: [./]}}",
            "depends_on names the whole folder",
        ),
        (
            "{parameters: {a: {default: C, options: [C, 'C#']}}}",
            "has an option 'C#' that contains '#' (NUMBER SIGN), which is not allowed here;",
        ),
        (
            "{parameters: {a: {default: C, options: [C, 'C|D']}}}",
            "which is not allowed here; rename it",
        ),
        (
            "{parameters: {a: {default: x, pattern: 'x{1,99999999999}'}}}",
            "has a pattern that is not a regular expression",
        ),
        (
            "{parameters: {null: {default: x, pattern: x}}, value_sets: {b: {a: x}}}",
            "parameter None has a name that YAML reads as null; put the name in quotes",
        ),
        (
            "{parameters: {abc: {default: x, pattern: x}}, value_sets: {b: {abd: x}}}",
            "value_sets/b/abd: value set 'b' sets 'abd', which is not a parameter (did you mean ",
        ),
        (
            "{parameters: {a: {default: x, pattern: x}}, value_sets: {b: {a: 1}}}",
            "value set 'b' must set a to a string",
        ),
        ("parameters: {a: {default: yes, pattern: x}}", "as its default; put its value in quotes"),
        (
            "parameters: {a: {default: 12, pattern: x}}",
            "quotes; instead of `!ENV`, set the environment variable with the parameter's name in",
        ),
        ("parameters: {a: {default: x}}", "has neither `pattern` nor `options`; add one of them"),
        ("parameters: {a: {default: x, pattern: x, options: [x]}}", "remove one of them"),
        (
            "parameters: {a: {default: x, pattern: '['}}",
            "has a pattern that is not a regular expression: '['",
        ),
        (
            "parameters: {a: {default: x, pattern: x, find: '['}}",
            "has a pattern that is not a regular expression",
        ),
        (
            "parameters: {a: {default: x, pattern: x, find: x}}",
            "needs exactly one group in each pattern of `find`",
        ),
        (
            "parameters: {a: {default: x, pattern: x, find: [(x), x]}}",
            "needs exactly one group in each pattern of `find`",
        ),
        ("parameters: {a: {default: x, pattern: x, example: maybe}}", "write true or false"),
        (
            "parameters: {a: {default: x, pattern: x, fixed: maybe}}",
            "has `fixed: 'maybe'`, which is nei",
        ),
        ("parameters: {a: {default: x, options: [x], fixed: true}}", "declare a pattern"),
        ("parameters: {a: {default: x, pattern: x, characters: '$'}}", "declares '$' under `char"),
        (
            "{parameters: {a: {default: x, pattern: x}}, texts: {resett: Leeren}}",
            "the form has no text 'resett' (did you mean 'reset'?)",
        ),
        (
            "{parameters: {a: {default: x, pattern: x}}, texts: {before: '{}'}}",
            "the number of {} in the text 'before' is 1, but must be 2; translate '{} (was {})'",
        ),
        (
            "{parameters: {a: {default: x, pattern: x}}, texts: {reset: 1}}",
            "the text 'reset' is not a string",
        ),
        ("parameters: {a: {default: x, options: []}}", "has no options"),
        (
            "parameters: {a: {default: x, options: 3}}",
            "has `options: 3`, which is not a list, a mapping or a file",
        ),
        ("parameters: {a: {default: x, options: [[x]]}}", "not a string: ['x']; put it in quotes"),
        (
            "parameters: {a: {default: x, options: {x: {f g: y}}}}",
            "has an option 'x' with a property that no template can use: 'f g': 'y'",
        ),
        (
            "parameters: {a: {default: x, options: {x: {f: '{y}'}}}}",
            "has an option 'x' with a property that no template can use: 'f': '{y}'",
        ),
        (
            "{parameters: {}, verification: {}}",
            "verification/against: verification needs `against`",
        ),
        (
            "{parameters: {}, verification: {against: a server, depends_on: data.txt}}",
            "verification/depends_on: depends_on must be a list of files and folders",
        ),
        ("parameters: {a: {default: x, options: nowhere.json}}", "cannot be read"),
        ("parameters: {a: {default: x, options: 'no_such_package:x.json'}}", "cannot be read"),
        *(
            (
                f"parameters: {{a: {{default: x, pattern: '{pattern}'}}}}",
                f"a pattern that Python and browsers read differently: {other!r}",
            )
            for pattern, other in [
                (r"x|\d+", r"\d"),
                ("(?=[A-Z])?x", ")?"),
                ("(?<!(?:B))*x", ")*"),
                ("(?!B){2}x", "){"),
                (r"x|\-", r"\-"),
                ("(?P<b>x)", "(?"),
                ("(?i)x", "(?"),
                ("x++", "++"),
                ("x{,3}", "{,"),
                ("x|[]a]", "[]"),
                ("x|a]", "]"),
                ("x|a}", "}"),
            ]
        ),
        ("parameters: {a: {defualt: x, pattern: x}}", "key 'defualt' (did you mean 'default'?)"),
        ("parameters: {a: {default: x, pattern: x, 1: y}}", "parameter 'a' has the unknown key 1;"),
        (
            "parameters: {page: {default: x, pattern: x}}",
            "the name of parameter 'page' is already used by mkdocs",
        ),
        (
            "parameters: {a-b: {default: x, pattern: x}}",
            "parameter 'a-b' does not have a valid name",
        ),
        (
            "{parameters: {a: {default: x, pattern: x}}, derived: {a: y}}",
            "value 'a' is already used by a p",
        ),
        ("{parameters: {a: {default: x, pattern: x}}, derived: {b: 1}}", "must be a string"),
        (
            "parameters: {a: {default: '{b}', pattern: x}}",
            "'b', which is not declared; use the name of a parameter or a derived value",
        ),
        (
            "parameters: {a: {default: x, pattern: '{b}'}}",
            "the pattern of a refers to 'b', which is not declared; use the name of a parameter",
        ),
        ("parameters: {a: {default: '{a}', pattern: x}}", "a refers to itself (a → a)"),
        (
            "parameters: {a: {default: '{b}', pattern: x}, b: {default: '{a}', pattern: x}}",
            "a refers to itself (a → b → a)",
        ),
        ("parameters: {a: {default: 'x{', pattern: x}}", "has an unmatched '{'"),
        (
            "parameters: {a: {default: x, options: {x: {f: 3.10}}}}",
            "that is not a string: 'f': 3.1",
        ),
        (
            "parameters: {a: {default: x, options: [3.10]}}",
            "has an option that is not a string: 3.1",
        ),
        (
            "parameters: {a: {default: x, options: {x: y}}}",
            "if it has no properties, write `x: {}`",
        ),
        (
            "parameters: {a: {default: x, pattern: null}}",
            "has neither `pattern` nor `options`; add one of them",
        ),
        (
            "parameters: {a: {default: b, pattern: b}, c: {default: b-1, pattern: '{a}-1'}}",
            "the pattern of c contains {a}, but c's default does not",
        ),
        (
            "parameters: {a: {default: b, pattern: b}, c: {default: '{a}', pattern: '{a|slug}'}}",
            "can use only the value of a",
        ),
        (
            "{parameters: {a: {default: x, options: {x: {f: g}, y: {}}}}, derived: {b: '{a.f}'}}",
            "refers to the property 'f', which not every option has",
        ),
        (
            "{parameters: {a: {default: b, pattern: b}}, derived: {b: '{a.f}'}}",
            "refers to the property 'f' of a, which has no options; write {a}",
        ),
    ],
)
def test_refused(text: str, expected: str) -> None:
    assert any(expected in line for line in mistakes_of(text))


def test_a_good_declaration_asks_for_no_place() -> None:
    def locate(keys: tuple[str, ...]) -> str:
        raise AssertionError(f"{keys} was looked up, which means reading mkdocs.yml again")

    section = yaml.safe_load(DECLARATION)["extra"]["runbook"]
    assert resolve(read(section, Path(), locate), {}).by_name["rack"] == "office-1"


def test_every_mistake_is_said_at_once() -> None:
    mistakes = mistakes_of(
        "parameters: {a: {pattern: '['}, b: {default: x}, c: {default: x, pattern: x}}"
    )
    assert [line.split(":")[0] for line in mistakes] == [
        "parameters/a/default",
        "parameters/a/pattern",
        "parameters/b",
    ]


def test_options_come_from_a_file_and_follow_its_changes(tmp_path: Path) -> None:
    file = tmp_path / "cities.json"
    file.write_text('{"Basel": {"code": "41"}}')
    text = "parameters: {city: {default: Basel, options: cities.json}}"
    first = declare(text, tmp_path).parameters["city"].options
    file.write_text('{"Basel": {"code": "61"}, "Bern": {"code": "31"}}')
    second = declare(text, tmp_path).parameters["city"].options
    assert first == {"Basel": {"code": "41"}}
    assert second == {"Basel": {"code": "61"}, "Bern": {"code": "31"}}


def test_a_broken_option_file_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "cities.json").write_text("{")
    mistakes = mistakes_of("parameters: {city: {default: x, options: cities.json}}", tmp_path)
    assert "takes its options from 'cities.json', which cannot be read" in mistakes[0]


def test_places_in_the_configuration_file(tmp_path: Path) -> None:
    file = tmp_path / "mkdocs.yml"
    file.write_text("site_url: !ENV [X, '']\nextra:\n  runbook:\n    parameters:\n      city: {}\n")
    keys: Any = ("extra", "runbook", "parameters", "city", "default")
    assert place_of(file, keys) == "mkdocs.yml:5"
    assert place_of(file, ("nothing",)) == "mkdocs.yml"
    file.write_text("plugins:\n- search\n- macros:\n    modules:\n    - a\n    - b\n")
    assert place_of(file, ("plugins", "macros", "modules", "b")) == "mkdocs.yml:6"
    (tmp_path / "base.yml").write_text("extra:\n  runbook:\n    parameters: {city: {default: 1}}\n")
    (tmp_path / "site").mkdir()
    child = tmp_path / "site" / "mkdocs.yml"
    child.write_text("INHERIT: ../base.yml\nextra:\n  runbook:\n    derived: {}\n")
    assert place_of(child, keys) == "../base.yml:3"
    assert place_of(child, ("extra", "runbook", "derived", "url")) == "mkdocs.yml:4"
    file.write_text("a: [")
    assert place_of(file, keys) == "mkdocs.yml"


@pytest.mark.parametrize("verification", ["a test server", "{agianst: a test server}"])
def test_one_mistake_is_one_problem(verification: str) -> None:
    assert len(mistakes_of(f"{{parameters: {{}}, verification: {verification}}}")) == 1


def test_a_page_may_have_each_suffix_of_mkdocs() -> None:
    declaration = declare("{parameters: {}, exempt: {old.markdown: made from docstrings}}")
    assert declaration.exempt == {"old.markdown": "made from docstrings"}


def test_the_longest_path_exempts_a_page() -> None:
    declaration = declare(
        """
        parameters: {}
        exempt:
          api/: made from docstrings
          api/http/: made from another source
          a.md: has only pictures of code
        """
    )
    assert declaration.exemption_of("api/one.md") == ("api/", "made from docstrings")
    assert declaration.exemption_of("api/http/one.md") == (
        "api/http/",
        "made from another source",
    )
    assert declaration.exemption_of("a.md") == ("a.md", "has only pictures of code")
    assert declaration.exemption_of("apis.md") is None
    assert declaration.exemption_of("b/a.md") is None


def test_a_folder_of_the_name_of_that_of_pages_can_be_exempt(tmp_path: Path) -> None:
    pages, reason = tmp_path / "guide" / "pages", "made from docstrings"
    parameters = {"city": {"default": "Bern", "pattern": "[A-Za-z]+"}}
    runbook = {"parameters": parameters, "exempt": {"guide/pages/api/": reason}}
    config = {"docs_dir": str(pages), "extra": {"runbook": runbook}}
    with pytest.raises(Problems, match="the folder of pages; write 'api/'"):
        declaration_of(config, tmp_path / "mkdocs.yml")
    (pages / "guide" / "pages").mkdir(parents=True)
    assert declaration_of(config, tmp_path / "mkdocs.yml").exempt == runbook["exempt"]
