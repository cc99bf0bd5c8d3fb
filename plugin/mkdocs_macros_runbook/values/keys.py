"""The keys of a mapping in `mkdocs.yml`, compared with those that have a meaning there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..problem import Problem, suggestion


def unknown_keys(subject: str, keys: Iterable[object], known: Sequence[str]) -> Iterator[Problem]:
    """Yield each of the `keys` of `subject` that is none of `known`; it is the problem's place."""
    for key in keys:
        if key not in known:
            message = f"{subject} has the unknown key {key!r}{suggestion(str(key), known)}"
            yield Problem(str(key), message, "remove or rename it")
