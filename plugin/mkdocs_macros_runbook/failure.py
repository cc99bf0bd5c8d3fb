"""A failure: what a block showed to be wrong, told in the author's own terms."""

from __future__ import annotations

from textwrap import indent

_LONGEST = 4000  # characters of one text that a report still shows


class Failure(Exception):
    """What was found, and where there is something to see: what ran, what was expected, came."""

    def __init__(
        self, found: str, *, ran: str = "", expected: str = "", came: str = "", remedy: str = ""
    ) -> None:
        self.found, self.remedy = found, remedy
        self.ran, self.expected, self.came = ran, expected, came
        super().__init__(f"{found}; {remedy}" if remedy else found)

    def because(self, cause: str) -> Failure:
        """Return the failure with what caused it."""
        return Failure(
            f"{self.found}: {cause}",
            ran=self.ran,
            expected=self.expected,
            came=self.came,
            remedy=self.remedy,
        )

    def report(self, place: str) -> str:
        """Return the lines that a person reads."""
        said = [f"{place}: {self}"]
        for name in ("ran", "expected", "came"):
            if text := getattr(self, name):
                said += [f"{name}:", indent(_short(text.rstrip("\n")), "    ")]
        return "\n".join(said)


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    left_out = len(text) - _LONGEST
    return f"{text[: _LONGEST // 2]}\n… {left_out} characters …\n{text[-_LONGEST // 2 :]}"
