"""The facts of the guide: each is compared with its source, and no number is anything else.

The text around a fact has a word of its name, so that no other fact stands in its place.
A fact that no test can compare says why under `not_tested`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from fact_sources import source_values
from prose import CODE, LINK, VALUE, all_sections, facts_of, pages, speaks_of
from sites import PROJECT

# What has a number and is no fact: the numbers of lists and headings, names, labels, links to steps
# (which are compared with the headings), and what is no prose.
_NO_FACT = [
    re.compile(r"(?m)^[ \t]*\d+\.(?= )|^#+ \d+\."),
    re.compile(r"\bOAuth ?2\.0\b"),
    re.compile(r"\*\*[^*]+\*\*"),
    LINK,
    CODE,
    VALUE,
]
_NUMBER = re.compile(
    r"(?<![A-Za-z\d])\d[\d.,]*(?<![.,])"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|dozen)\b"
    r"|\b(?:an?|one) (?:minute|hour)\b",
    re.IGNORECASE,
)
_MARK = re.compile(r'(?:>|\*\*)?([\w -]+?) ?<b class="figure-mark">(\d)</b>')


@cache
def values() -> set[str]:
    """Return the names of the guide's parameters and derived values."""
    config = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
    return {*re.findall(r"(?m)^      (\w+):", config.partition("value_sets:")[0])}


def objections(texts: Mapping[str, str]) -> Iterator[str]:
    """Tell which facts are wrong or compared with nothing, and which numbers are no facts."""
    facts = facts_of(texts["facts.yml"])
    for name, fact in facts.items():
        if name in source_values() and str(fact["value"]) != source_values()[name]:
            yield f"facts.yml: {name} is {source_values()[name]}, not {fact['value']}"
        if (name in source_values()) == ("not_tested" in fact):
            yield f"facts.yml: {name} needs a source in fact_sources.py or not_tested"
    for name in source_values().keys() - facts.keys():
        yield f"facts.yml: there is no {name}"
    for section in all_sections(texts):
        for number in numbers(section.prose):
            yield f"{section.place}: {number!r} is no fact"
        for sentence in section.sentences:
            for name in {*VALUE.findall(sentence)} - values():
                if name not in facts:
                    yield f"{section.place}: there is no fact {name}"
                elif not speaks_of(name, VALUE.sub("", sentence), 0.5):
                    yield f"{section.place}: the text around {name} is about something else"
    for page, text in texts.items():
        for version in re.findall(r"boto3>=([\d.]+)", text):
            if version != facts["boto_version"]["value"]:
                yield f"{page}: boto3 {version} is not the version that the scripts need"
        for figure in re.findall(r"(?s)<figure.*?</figure>", text):
            for label, number in marks_that_are_not_drawn(figure):
                yield f"{page}: the drawing has no {label} {number}"


@cache
def numbers(prose: str) -> list[str]:
    """Return the numbers in prose that are no facts."""
    for pattern in _NO_FACT:
        prose = pattern.sub(" ", prose)
    return _NUMBER.findall(prose)


def marks_that_are_not_drawn(figure: str) -> set[tuple[str, str]]:
    """Return the labels with their numbers that the caption of a figure has, and it has not."""
    drawing, caption = (
        {(label.strip(), number) for label, number in _MARK.findall(" ".join(part.split()))}
        for part in figure.split("<figcaption>")
    )
    return caption - drawing


def test_the_facts_are_right_and_every_number_is_one() -> None:
    assert [*objections(pages())] == []


def test_another_version_in_a_command_is_noticed() -> None:
    text = pages()["scripts.md"]
    assert "boto3>=1." in text
    assert [*objections({**pages(), "scripts.md": text.replace("boto3>=1.", "boto3>=2.")})]


@pytest.mark.parametrize(
    "prose",
    ["It takes 7 days.", "Wait two minutes.", "It lasts an hour.", "Up to 10,000 users", "0.5 USD"],
)
def test_a_number_is_noticed(prose: str) -> None:
    assert len(numbers(prose)) == 1


@pytest.mark.parametrize(
    "prose",
    ["1.  Do it.", "## 2. Do", "{{ days }} days", "`2`", "**In 2 minutes**", "OAuth 2.0", "boto3"],
)
def test_what_is_no_number(prose: str) -> None:
    assert numbers(prose) == []


def test_a_number_of_a_figure_is_noticed() -> None:
    drawing = '<dt>Client ID <b class="figure-mark">2</b></dt><figcaption>'
    caption = '<strong>Client ID <b class="figure-mark">2</b></strong>'
    assert not marks_that_are_not_drawn(drawing + caption)
    assert marks_that_are_not_drawn(drawing + caption.replace("2", "3"))
