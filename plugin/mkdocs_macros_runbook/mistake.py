"""A mistake of the author or publisher: where it is, what was found, what would do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class Mistake(Exception):
    """One mistake, worded for the person who can mend it.

    `place` is `docs/page.md:41`, `mkdocs.yml:12` or `environment variable CITY`;
    `found` says what is wrong there, `remedy` what would do instead.
    """

    def __init__(self, place: str, found: str, remedy: str) -> None:
        self.place, self.found, self.remedy = place, found, remedy
        super().__init__(" ".join(f"{place}: {found}; {remedy}".split()))


class Mistakes(Exception):
    """Several mistakes found in one pass, so that one never hides the next."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = list(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ` (nearest: city)` for a misspelt `name`, or nothing where none is near."""
    by_folded = {candidate.lower(): candidate for candidate in sorted(known)}
    close = get_close_matches(name.lower(), by_folded, n=1, cutoff=0.6)
    return f" (nearest: {by_folded[close[0]]})" if close else ""
