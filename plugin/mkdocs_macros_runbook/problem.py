"""One problem: place, message, fix; a failure adds expected and actual output."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from textwrap import indent

# of a terminal, and those that change the direction of text; tabs and line breaks stay
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# where one begins: `::error::` in a line of its own, `##[error]` anywhere
_WORKFLOW_COMMAND = re.compile(r"^[^\S\n]*(?=::[\w-]+.*::)|##(?=\[)", re.MULTILINE)
_LONGEST = 4000  # characters of one text that a report shows in full
_AFTER, _CONSEQUENCE = "first fix {}, which failed before this block", "not run, since {} failed: "
# what differs between the failures of one block on several routes
_ROUTE = re.compile(
    f"runbook-walkthrough-\\w+|; {_AFTER.format('.*?')}|{_CONSEQUENCE.format('.*?')}"
)


class Problem(Exception):
    """One problem, worded for the person who can fix it.

    `place` is `docs/page.md:41`, `mkdocs.yml:12` or `environment variable CITY`, and empty until
    it is known; `message` says what is wrong there, `fix` what to do.
    """

    def __init__(self, place: str, message: str, fix: str = "") -> None:
        self.place, self.message, self.fix = place, message, fix
        super().__init__(place, message, fix)

    def __str__(self) -> str:
        """Return the problem in one line."""
        text = f"{self.message}; {self.fix}" if self.fix else self.message
        return printable(" ".join(f"{self.place}: {text}".split() if self.place else text.split()))

    def at(self, place: str) -> Problem:
        """Return the same problem at `place`."""
        return Problem(place, self.message, self.fix)


class Problems(Exception):
    """All problems of one pass, so that one never hides the next."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Failure(Problem):
    """A block that fails: a problem and, if known, the command, its expected and actual output.

    The report shows each of these texts below the message, if it is not empty.
    """

    def __init__(
        self,
        message: str,
        *,
        fix: str = "",
        command: str = "",
        expected: str = "",
        actual: str = "",
    ) -> None:
        super().__init__("", message, fix)
        self.command, self.expected, self.actual = command, expected, actual

    def because(self, cause: str) -> Failure:
        """Return the failure with what caused it."""
        return self._worded(f"{self.message}: {cause}", self.fix)

    def as_cause(self, place: str) -> Failure:
        """Return the failure of a block that does not run because of this one, at `place`."""
        return self._worded(f"{_CONSEQUENCE.format(place)}{self.message}", self.fix)

    def after(self, place: str) -> Failure:
        """Return the failure as a possible consequence of one at `place`."""
        return self.with_cause(_AFTER.format(place))

    def with_cause(self, fix: str) -> Failure:
        """Return the failure with one more fix, which is for its possible cause."""
        return self._worded(self.message, f"{self.fix}; {fix}" if self.fix else fix)

    def _worded(self, message: str, fix: str) -> Failure:
        return Failure(
            message, fix=fix, command=self.command, expected=self.expected, actual=self.actual
        )

    def report(self, place: str) -> str:
        """Return the lines that a person reads, for the block at `place`."""
        lines = [f"{place}: {self}"]
        texts = {"command": self.command, "expected": self.expected, "got": self.actual}
        for name, text in texts.items():
            if text:
                lines += [f"{name}:", indent(_shortened(text.rstrip("\n")), "    ")]
        if characters := _invisible_difference(self.expected, self.actual):
            lines.append(f"both look alike, but they differ in {characters}")
        return printable("\n".join(lines))

    def essence(self, place: str) -> str:
        """Return the report without what differs from route to route: it has the same cause."""
        return _ROUTE.sub("", self.report(place))


class InvalidBlock(Failure):
    """A failure that only the block itself can cause, such as invalid syntax."""

    def with_cause(self, fix: str) -> Failure:
        """Return the failure itself."""
        return self


def printable(text: str) -> str:
    """Return a text in which a terminal finds no commands: control characters are escaped.

    On GitHub, the log of a workflow finds none either.
    """
    if "GITHUB_ACTIONS" in os.environ:
        text = _WORKFLOW_COMMAND.sub(r"\g<0>\\", text)
    return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], text)


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]}\n… {len(text) - _LONGEST} characters …\n{text[-half:]}"


def _invisible_difference(expected: str, actual: str) -> str:
    """Return the characters that only one of two texts has which look alike; empty if none do."""
    if not actual or _visible(expected) != _visible(actual):
        return ""
    different = sorted(one for one in {*expected} ^ {*actual} if not one.isascii())
    return ", ".join(f"U+{ord(one):04X} ({unicodedata.name(one, '?')})" for one in different)


def _visible(text: str) -> list[str]:
    """Return the lines of a text as they look: characters in one form (NFC), spaces as spaces."""
    categories = {"Cf": "", "Zs": " "}
    composed = unicodedata.normalize("NFC", text)
    shown = (categories.get(unicodedata.category(one), one) for one in composed)
    return [line.rstrip() for line in "".join(shown).strip("\n").split("\n")]


def suggestion(name: str, names: Iterable[object], least: float = 0.6) -> str:
    """Return ` (did you mean 'city'?)` for a misspelled name; empty if nothing is close.

    `least` is how much of two names has to be alike. Of `names`, which may be keys of a YAML file,
    only texts are suggested.
    """
    texts = sorted(candidate for candidate in names if isinstance(candidate, str))
    by_folded = {candidate.lower(): candidate for candidate in texts}
    close = get_close_matches(name.lower(), by_folded, n=3, cutoff=least)
    swapped = [one for one in close if sorted(one) == sorted(name.lower())]  # no letter is wrong
    best = [*swapped, *close][:1]
    return f" (did you mean {by_folded[best[0]]!r}?)" if best else ""
