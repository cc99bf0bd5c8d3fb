"""The texts of the form, by key, and those that a publisher sets in another language."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files

from ..problem import Problem, suggestion

#: in English; each `{}` is filled in, in this order
TEXTS: Mapping[str, str] = json.loads(
    (files(__package__) / "texts.json").read_text(encoding="utf-8")
)


def text_problems(texts: Mapping[str, object]) -> Iterator[Problem]:
    """Yield a problem for each text that the form does not have, or that has other parts.

    The place of a problem is the key of the text.
    """
    for key, text in texts.items():
        if key not in TEXTS:
            message = f"the form has no text {str(key)!r}{suggestion(str(key), TEXTS)}"
            yield Problem(key, message, "remove or rename it")
        elif not isinstance(text, str) or not text.strip():
            yield Problem(key, f"the text {key!r} is not a string", f"translate {TEXTS[key]!r}")
        elif text.count("{}") != TEXTS[key].count("{}"):
            number, needed = text.count("{}"), TEXTS[key].count("{}")
            message = f"the number of {{}} in the text {key!r} is {number}, but must be {needed}"
            yield Problem(key, message, f"translate {TEXTS[key]!r} and keep each {{}}")
