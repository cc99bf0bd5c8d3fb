"""Changes each fact in the prose of the guide, and sees whether a test turns red.

`make fact-mutants` runs this program. It finds the facts by itself: numbers, also in words; inline
code; the targets of links; the facts that pages show by name, and their values. Each is changed to
something that does not exist and, where the guide has others of its kind, to another of them. The
tests are those that check prose, called as pytest calls them but with the changed text.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import test_facts
import test_inline_code
import test_links
import test_permissions
import test_statements
import test_symptoms
from prose import CODE, LINK, VALUE, facts_of, pages, prose_of

CHECKS: list[Callable[[Mapping[str, str]], Iterator[str]]] = [
    test_facts.objections,
    test_inline_code.objections,
    test_links.objections,
    test_permissions.objections,
    test_statements.objections,
    test_symptoms.objections,
]
_WORDS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
# Numbers, but those of lists and headings, whose order is the order of the page.
_NUMBER = re.compile(rf"(?<![\w.])\d[\d.,]*(?<![.,])|\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_OF_LISTS = re.compile(r"(?m)^[ \t]*\d+\.(?= )|^#+ \d+\.")
_LABEL = re.compile(r"\*\*[^*]+\*\*")  # of a menu or a button, which only the console has
_KINDS = {
    "option": r"--[a-z-]+",
    "action": r"([A-Z][a-z]+){2,}",
    "command": r"[a-z]+(-[a-z]+)+",
    "constant": r"[A-Z]+(_[A-Z]+)+",
    "error": r"[a-z]+(_[a-z]+)+",
    "file": r"[\w/.*]+\.(py|ts|json|js)",
    "path": r"/[a-z0-9/]+",
}


@dataclass(frozen=True)
class Mutant:
    """A page with one fact changed."""

    kind: str
    page: str
    line: int
    before: str
    after: str
    text: str

    def __str__(self) -> str:
        """Return what was changed, in one line."""
        return f"{self.kind}: {self.page}:{self.line}: {self.before!r} to {self.after!r}"


def mutants() -> Iterator[Mutant]:
    """Yield a mutant or two for each fact of the guide; the same at each run."""
    chance = random.Random(0)  # noqa: S311 - nothing is secret
    texts = pages()
    places = [
        one for page, text in texts.items() for one in _places(page, text, texts["facts.yml"])
    ]
    by_kind: dict[str, set[str]] = {}
    for kind, page, start, end in places:
        by_kind.setdefault(kind, set()).add(texts[page][start:end])
    for kind, page, start, end in places:
        text = texts[page]
        before = text[start:end]
        others = sorted(by_kind[kind] - {before})
        afters = [(f"{kind}, none", _none(kind, before))]
        if others and kind not in ("number", "value of a fact", "other code"):
            afters.append((f"{kind}, another", chance.choice(others)))
        for name, after in afters:
            line = text.count("\n", 0, start) + 1
            changed_text = text[:start] + after + text[end:]
            yield Mutant(name, page, line, before, after, changed_text)


def _places(page: str, text: str, facts: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield the kind and the place of each fact in a text."""
    if page == "facts.yml":
        for name, fact in facts_of(text).items():
            value = str(fact["value"])
            start = text.index(value, text.index(f"\n{name}:"))
            yield "value of a fact", page, start, start + len(value)
        return
    prose = prose_of(page, text)
    for code in CODE.finditer(prose):
        if VALUE.sub("", code[1]).strip():
            kinds = (kind for kind, form in _KINDS.items() if re.fullmatch(form, code[1]))
            yield next(kinds, "other code"), page, code.start(1), code.end(1)
    for link in LINK.finditer(prose):
        if link[2] and not VALUE.search(link[2]):
            yield "link", page, link.start(2), link.end(2)
    for placeholder in VALUE.finditer(prose):
        if placeholder[1] in facts_of(facts):
            yield "name of a fact", page, placeholder.start(1), placeholder.end(1)
    rest = prose
    for pattern in (CODE, VALUE, re.compile(r"\]\([^)]*\)"), _OF_LISTS, _LABEL):
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    for number in _NUMBER.finditer(rest):
        yield "number", page, number.start(), number.end()


def _none(kind: str, before: str) -> str:
    """Return something like `before` that does not exist."""
    if kind == "name of a fact":
        return f"{before}s"
    if digits := re.search(r"\d+", before) if kind in ("number", "value of a fact") else None:
        return f"{before[: digits.start()]}{int(digits[0]) + 1}{before[digits.end() :]}"
    word = re.search(rf"(?i)\b(?:{'|'.join(_WORDS)}|one|an?)\b", before)
    if word and kind in ("number", "value of a fact"):
        return f"{before[: word.start()]}eleven{before[word.end() :]}"
    pairs = re.finditer(r"([A-Za-z])(?!\1)(?=[A-Za-z])", before)
    letters = [match.start() for match in pairs]
    place = letters[len(letters) // 2]
    return f"{before[:place]}{before[place + 1]}{before[place]}{before[place + 2 :]}"


def is_noticed(mutant: Mutant, texts: Mapping[str, str]) -> bool:
    """Return whether a test turns red."""
    return next(objections({**texts, mutant.page: mutant.text}), None) is not None


def objections(texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what the tests say of the guide with these texts."""
    for check in CHECKS:
        yield from check(texts)


def main() -> int:
    """Print how many mutants were noticed, and those that were not."""
    tried: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    texts = pages()
    if messages := [*objections(texts)]:
        print("without a change, the tests say:", *messages, sep="\n")
        return 2
    for mutant in mutants():
        tried[mutant.kind] += 1
        if is_noticed(mutant, texts):
            noticed[mutant.kind] += 1
        else:
            print(mutant)
    for kind in sorted(tried):
        print(f"{noticed[kind]:4} of {tried[kind]:4}  {kind}")
    print(f"{noticed.total():4} of {tried.total():4}")
    return int(noticed.total() < 0.9 * tried.total())


if __name__ == "__main__":
    sys.exit(main())
