"""A batch: texts that a tool checks together, because its start takes most of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

Result = TypeVar("Result")
#: returns the result of each text; of several texts, it may return `None` if it cannot tell
Check = Callable[[list[str]], Mapping[str, Result] | None]


class Batch(Generic[Result]):
    """Texts that are still to be checked, and the results of those that were."""

    def __init__(self) -> None:
        self._expected: set[str] = set()
        self._results: dict[str, Result] = {}

    def expect(self, texts: Iterable[str]) -> None:
        """Expect texts, so that they are checked together."""
        self._expected |= set(texts) - self._results.keys()

    def result(self, text: str, check: Check[Result]) -> Result:
        """Return the result of a text; if it is expected, check all expected texts together."""
        if text in self._expected:
            self._add(sorted(self._expected), check)
            self._expected.clear()
        elif text not in self._results:
            self._add([text], check)
        return self._results[text]

    def _add(self, texts: list[str], check: Check[Result]) -> None:
        results = check(texts)
        if results is not None:
            self._results.update(results)
            return
        half = len(texts) // 2
        self._add(texts[:half], check)
        self._add(texts[half:], check)
