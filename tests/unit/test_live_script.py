"""The client script by itself: its own tests, its size, and the same rules as the plugin's."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from hostile import KEYS, LOOKALIKES, VALUES
from mkdocs_macros_runbook.live.form import form_data
from mkdocs_macros_runbook.page.languages import names_of
from mkdocs_macros_runbook.problem import Problems
from mkdocs_macros_runbook.values.declaration import TEXTS, Declaration
from mkdocs_macros_runbook.values.printed_values import RULE
from mkdocs_macros_runbook.values.resolution import Override, Values, resolve
from mkdocs_macros_runbook.values.runbook_section import read
from mkdocs_macros_runbook.values.text import DECLARABLE, objection, slug
from mkdocs_macros_runbook.verify.site.site import Site
from sites import PROJECT
from test_output import PRINTED
from test_value import OBJECTIONS
from value_sets import VALUE_SETS

LIVE = PROJECT / "docs" / "assets" / "live.js"
MODULES = PROJECT / "plugin" / "mkdocs_macros_runbook" / "live" / "script"


def node(program: str, argument: object) -> Any:
    """Return what a program of JavaScript makes of `argument`, with the script as `live`."""
    begin = 'import fs from "node:fs"; const live = {};'
    for name in ("output", "text", "values"):
        url = json.dumps((MODULES / f"{name}.mjs").as_uri())
        begin += f"Object.assign(live, await import({url}));"
    end = "process.stdout.write(JSON.stringify(answer(JSON.parse(fs.readFileSync(0, 'utf8')))))"
    result = subprocess.run(
        ["node", "--input-type=module", "-e", f"{begin} {program} {end}"],
        input=json.dumps(argument),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_its_own_tests_pass() -> None:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = ["node", "--test", str(PROJECT / "tests" / "unit" / "live.test.mjs")]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert result.returncode == 0, result.stdout
    assert "# fail 0" in result.stdout
    assert "# pass 0" not in result.stdout


def test_it_is_small_and_asks_for_nothing() -> None:
    text = LIVE.read_text(encoding="utf-8")
    assert len(gzip.compress(text.encode(), 9)) <= 9 * 1024
    for word in ("fetch(", "XMLHttp", "import(", "innerHTML", "outerHTML", "eval(", "new Function"):
        assert word not in text


def test_it_copies_the_blocks_that_a_shell_runs() -> None:
    tabs = (MODULES / "tabs.mjs").read_text(encoding="utf-8")
    names = re.search(r"RUN = .*?:is\((.*?)\)", tabs)
    assert names and names[1].split(", ") == [f".language-{name}" for name in names_of("bash")]


def test_the_shipped_files_are_made_of_the_modules(tmp_path: Path) -> None:
    copy = tmp_path / "live"
    command = ["make", "-C", str(PROJECT), "--no-print-directory", "live", f"MADE={copy}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    for name in ("live.js", "early.js"):
        shipped = (MODULES.parent / name).read_text(encoding="utf-8")
        assert shipped == (copy / name).read_text(encoding="utf-8"), "run `make live`"


def test_every_text_is_used_and_defined() -> None:
    code = "".join(module.read_text(encoding="utf-8") for module in MODULES.iterdir())
    code += (MODULES.parent / "form.py").read_text(encoding="utf-8")
    code += (PROJECT / "plugin/mkdocs_macros_runbook/rendering/elements/steps.py").read_text(
        encoding="utf-8"
    )
    words = {word for word in re.findall(r'"([a-z_]+)"', code) if word in TEXTS}
    assert words == {*TEXTS}
    keys = re.findall(r'(?:word\(|sentence\(form, )"(\w+)"', code)
    assert {*keys} <= {*TEXTS}
    section = {"parameters": {"a": {"default": "x", "pattern": "x"}}, "texts": {"reset": "Leeren"}}
    form = unpacked(resolve(read(section, PROJECT, lambda keys: ""), {}))
    assert form["texts"] == {**TEXTS, "reset": "Leeren"}


def test_both_find_the_same_in_an_output() -> None:
    program = "const answer = ([output, cases]) =>"
    program += " cases.map(([name, text]) => live.printed({ output }, text, name))"
    program += ".map(([one, more]) => (more === undefined ? one ?? null : null));"
    values = node(program, [dict(RULE), [[name, output] for name, output, _ in PRINTED]])
    assert values == [value for _, _, value in PRINTED]


def values_to_try() -> list[str]:
    """Return texts of the characters that the rules tell apart, the same in every run."""
    generator = random.Random(4)  # noqa: S311 - not for secrets
    alphabet = "aZ09äß東ж\u0661ⅷ²\u0301 .,:/@%_-+*<>&\"'`${}\\\n\t"
    alphabet += "\u200b\u202e\u3164\ufe0f\U0001f600\U000e0100"
    texts = ["".join(generator.choices(alphabet, k=generator.randint(0, 7))) for _ in range(3000)]
    texts += [
        "".join(generator.choices("aB9 ._-:1", k=generator.randint(1, 9))) for _ in range(3000)
    ]
    texts += ["x" * 256, "x" * 257, "東" * 256]
    texts += ["\U00020bb7" * 256, "\U00020bb7" * 257]
    return [*texts, *VALUE_SETS["awkward"].values()]


def test_both_refuse_the_same_values() -> None:
    texts = [(text, "") for text in values_to_try()] + [(one, also) for one, also, _ in OBJECTIONS]
    texts += [(text, DECLARABLE[number % 11 :: 3]) for number, (text, _) in enumerate(texts)]
    program = "const answer = (texts) => texts.map(([one, also]) => live.objection(one, also));"
    objections = node(program, texts)
    expected = [objection(text, also) or "" for text, also in texts]
    assert [
        one for one, a, b in zip(texts, objections, expected, strict=True) if bool(a) != bool(b)
    ] == []
    assert 0.2 < sum(map(bool, expected)) / len(expected) < 0.95, "both kinds are tried"
    reasons = {text: why for (text, also), why in zip(texts, objections, strict=True) if not also}
    assert reasons["O'Brien"] == ["character", "'"]
    assert reasons["AT&T Data"] == ["character", "&"]
    assert reasons["a\u200bb"] == ["character", "hidden"]


def test_both_refuse_the_same_characters() -> None:
    characters = [chr(code) for code in range(0x32000) if not 0xD800 <= code < 0xE000]
    codepoints = [
        one for one in characters if unicodedata.category(one) != "Cn"
    ]  # node knows newer ones
    texts = [f"a{one}b" for one in codepoints]
    actual = node("const answer = (texts) => texts.map((one) => !!live.objection(one));", texts)
    expected = [objection(text) is not None for text in texts]
    assert [text for text, a, b in zip(texts, actual, expected, strict=True) if a != b] == []


def test_both_make_the_same_slugs() -> None:
    texts = [text for text in values_to_try() if objection(text) is None]
    slugs = node("const answer = (texts) => texts.map(live.slug);", texts)
    assert slugs == [slug(text) for text in texts]


def unpacked(values: Values) -> Any:
    """Return the form of `values` as the script reads it on a page."""
    return node("const answer = live.unpack;", form_data(values))


@pytest.fixture(scope="module")
def declaration() -> Declaration:
    return Site(PROJECT / "mkdocs.yml").declaration


def test_nothing_that_a_reader_opens_changes_what_is_fixed(declaration: Declaration) -> None:
    """A link that could name another place for the scripts would run its author's commands."""
    values = resolve(declaration, {})
    own, other = values.by_name["guide_url"], "https://other.example/"
    overrides = {"guide_url": other, "client_id": "2" * 26}
    program = (
        "const answer = ([packed, overrides], form = live.unpack(packed)) =>"
        " [live.withValues(form, {}, overrides)[1], live.resolve(form, overrides)('guide_url')];"
    )
    names, url = node(program, [form_data(values), overrides])
    assert names == ["client_id"] and url == own


@pytest.mark.parametrize("values", VALUE_SETS.values(), ids=VALUE_SETS)
def test_both_give_the_same_values(declaration: Declaration, values: dict[str, str]) -> None:
    """For the publisher's overrides, for the reader's, and in every other Region."""
    choices = {
        name: values[parameter.variable]
        for name, parameter in declaration.parameters.items()
        if parameter.variable in values and not parameter.is_fixed
    }
    overrides = {name: Override(text, "") for name, text in choices.items()}
    expected = resolve(declaration, overrides)
    names = [*expected.by_name]
    program = (
        "const answer = ([packed, choices, names, regions], form = live.unpack(packed)) =>"
        " regions.map((region) => {"
        " const valueOf = live.resolve(form, region ? {...choices, region} : choices);"
        " return names.map(valueOf); });"
    )
    regions = ["", *(declaration.parameters["region"].options or ())]
    by_region = [[*expected.by_name.values()]] + [
        [*expected.other(region=region).values()] for region in regions[1:]
    ]
    for published, read_ in ((overrides, {}), ({}, choices)):
        packed = form_data(resolve(declaration, published))
        assert node(program, [packed, read_, names, regions]) == by_region


def test_both_refuse_the_same_overrides(declaration: Declaration, is_full: bool) -> None:
    packed = form_data(resolve(declaration, {}))
    texts = [text for text in values_to_try() if len(text) < 10][:: 20 if is_full else 60]
    texts += ["us-east-2_ok", "us-east-2_", "eu-west-1_ok", "https://a.example/", "aws-x", "Amazon"]
    tried = [
        (name, text)
        for name, parameter in declaration.parameters.items()
        for text in texts
        if text.strip() == text and not parameter.is_fixed
    ]
    program = (
        "const answer = ([packed, tried], form = live.unpack(packed)) =>"
        " tried.map(([name, text]) =>"
        " live.resolve(form, {[name]: text})(name) === text"
        " && live.withValue(form, {}, name, text)[1] === '');"
    )
    answers = node(program, [packed, tried])
    default = resolve(declaration, {}).by_name
    for (name, text), is_taken in zip(tried, answers, strict=True):
        try:
            resolve(declaration, {name: Override(text, "")})
        except Problems as mistakes:
            # a user pool ID of another Region is a mistake of a publisher, and chooses for a reader
            moves = "which belongs to" in str(mistakes)
            assert not is_taken or moves, (name, text)
        else:
            assert is_taken or text == default[name], (name, text)


def test_no_hostile_value_is_taken(declaration: Declaration, is_full: bool) -> None:
    """Every value for every parameter at once; and alone for each, in every Region, or a sample.

    The browser tests take a part of the values.
    """
    parameters = {name: one for name, one in declaration.parameters.items() if not one.is_fixed}
    options = parameters["region"].options or {}
    of_each_partition = {one["partition"]: name for name, one in options.items()}
    regions = [*(options if is_full else of_each_partition.values())]
    packed = form_data(resolve(declaration, {}))
    values = [*VALUES, *LOOKALIKES]
    program = (
        "const answer = ([packed, values, names, keys, regions, step]) => {"
        " const form = live.unpack(packed);"
        " const valuesOf = regions.map((region) => live.resolve(form, {region}));"
        " return values.map((value, at) => ["
        "  names.map((name) => valuesOf.map((valueOf) =>"
        "   live.fits(form.parameters[name], value, valueOf))),"
        "  [...names.filter((_, other) => (at + other) % step === 0)"
        "   .map((name) => ({[name]: value})),"
        "   Object.fromEntries([...names, ...keys].map((name) => [name, value]))]"
        "   .flatMap((pack) => Object.entries(live.withValues(form, {}, pack)[0]))]); };"
    )
    argument = [packed, values, [*parameters], KEYS, regions, 1 if is_full else len(parameters)]
    for value, (fitting, entries) in zip(values, node(program, argument), strict=True):
        expected = [
            [
                objection(value, parameter.characters) is None
                and parameter.fits(value, {"region": region})
                for region in regions
            ]
            for parameter in parameters.values()
        ]
        assert fitting == expected, value[:100]
        for name, text in entries:
            assert objection(text, parameters[name].characters) is None, (name, text[:100])
            assert any(parameters[name].fits(text, {"region": region}) for region in regions)


@pytest.mark.parametrize(
    ("pattern", "default"),
    [
        (r"[A-Za-z]{1,3}", "x"),
        (r"(?!root)(a|b)+?[^0-9 .,-]*", "a"),
        (r"a\.B|a\.b\[1\]\\|/|\/", "a.B"),
        (r"(?=.*[a-z])[^0-9][^,:/@%]{0,47}", "x"),
        (r"(?<!b)a|.{2}|x{2,}|\$\^\{\}\(\)\|\*\+\?", "a"),
    ],
)
def test_both_read_a_pattern_alike(pattern: str, default: str) -> None:
    section = {"parameters": {"a": {"default": default, "pattern": pattern}}}
    declaration = read(section, PROJECT, lambda keys: "")
    texts = [text for text in [*values_to_try(), default, "\U00020bb7"] if objection(text) is None]
    packed = form_data(resolve(declaration, {}))
    program = (
        "const answer = ([packed, texts], form = live.unpack(packed)) => texts.map((text) =>"
        " live.fits(form.parameters.a, text, live.resolve(form, {})));"
    )
    fitting = node(program, [packed, texts])
    assert fitting == [declaration.parameters["a"].fits(text, {}) for text in texts]
    assert {*fitting} == {True, False}, "both kinds are tried"


def test_a_pattern_that_they_read_otherwise_is_refused() -> None:
    section = {"parameters": {"a": {"default": "x", "pattern": r"[^]]|[a\]]"}}}
    with pytest.raises(Problems):
        read(section, PROJECT, lambda keys: "")
