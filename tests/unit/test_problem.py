"""What a message suggests for a name that does not exist, and says of texts that look alike."""

from __future__ import annotations

import pytest

from mkdocs_macros_cognito.regions_table import regions
from mkdocs_macros_runbook.problem import Failure, suggestion
from mkdocs_macros_runbook.verify.block import Block
from mkdocs_macros_runbook.verify.languages import BUILT_IN
from mkdocs_macros_runbook.verify.walkthrough.verifier import (
    NoVerifier,
    add_verifiers,
    verifier_for,
)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("us-esat-2", "us-east-2"),
        ("eu-cental-1", "eu-central-1"),
        ("US-East-1", "us-east-1"),
        ("ap-suotheast-7", "ap-southeast-7"),
        ("us-gov-wset-1", "us-gov-west-1"),
        ("nowhere", ""),
    ],
)
def test_the_nearest_name_is_suggested(name: str, meant: str) -> None:
    expected = f" (did you mean {meant!r}?)" if meant else ""
    assert suggestion(name, regions()) == expected


@pytest.mark.parametrize(
    ("language", "meant"),
    [
        ("pyhton", "python"),
        ("bahs", "bash"),
        ("consle", "console"),
        ("tomll", "toml"),
        *(
            (name, "")
            for name in ("html", "conf", "jsonl", "ndjson", "json5", "tex", "batch", "csv")
        ),
    ],
)
def test_a_language_is_suggested_only_for_a_slip(language: str, meant: str) -> None:
    add_verifiers(BUILT_IN)
    with pytest.raises(NoVerifier) as raised:
        verifier_for(Block(place="", language=language, parts=()))
    hint = f" (did you mean {meant!r}?)" if meant else ""
    assert raised.value.message == f"there is no verifier for {language!r}{hint}"


def test_a_report_has_no_commands_for_a_terminal() -> None:
    hostile = "\x1b]0;owned\x07 a\u202eb \u200d\t\n"
    failure = Failure(hostile, fix=hostile, command=hostile, actual=hostile)
    report = failure.report("docs/\x1b.md:3")
    assert {*report} & {"\x1b", "\x07", "\u202e"} == set()
    assert "\\x1b]0;owned\\x07 a\\u202eb" in report and "docs/\\x1b.md:3: " in report


@pytest.mark.parametrize("is_workflow", [False, True])
def test_a_report_has_no_commands_for_a_workflow(
    is_workflow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    if is_workflow:
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
    printed = "::error title=a::owned\n\n ::stop-commands::x\na ##[error]b\n::std\n"
    *_, one, _, two, three, four = Failure("a", actual=printed).report("docs/a.md:3").split("\n")
    sign = "\\" if is_workflow else ""
    assert one == f"    {sign}::error title=a::owned"
    assert two == f"     {sign}::stop-commands::x"
    assert [three, four] == [f"    a ##{sign}[error]b", "    ::std"]


@pytest.mark.parametrize(
    ("expected", "actual", "characters"),
    [
        ("a\u00a0b c", "a b c", "U+00A0 (NO-BREAK SPACE)"),
        ("Zu\u0308rich", "Z\u00fcrich", "U+00FC (LATIN SMALL LETTER U WITH DIAERESIS), "),
        ("a", "a\u200b \n", "U+200B (ZERO WIDTH SPACE)"),
        ("a b", "a c", ""),
        ("é", "e", ""),
        ("m²", "m2", ""),
        ("", "é", ""),
    ],
)
def test_characters_that_nobody_sees_are_named(expected: str, actual: str, characters: str) -> None:
    report = Failure("it differs", expected=expected, actual=actual).report("docs/page.md:3")
    note = f"both look alike, but they differ in {characters}"
    assert (note in report) == ("alike" in report) == bool(characters)
