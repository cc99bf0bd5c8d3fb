"""Custom fences of pymdownx.superfences: what they draw, such as a diagram, is no code block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...page.verification_build import DRAWN
from ..current_page import CurrentPage

#: the format of superfences that shows code, unless a script of the site draws it
_SHOWS_CODE = "fence_code_format"


def drawn_languages(md: Any) -> set[str]:
    """Return the languages of custom fences."""
    return {entry["name"] for entry in _custom_fences(md)}


def mark_drawn(md: Any, page: CurrentPage) -> None:
    """Have what custom fences draw marked, in a build for verification."""
    for entry in _custom_fences(md):
        formatter = getattr(entry["formatter"], "drawing", entry["formatter"])
        entry["formatter"] = _marking(formatter, page)


def _custom_fences(md: Any) -> list[dict[str, Any]]:
    """Return the custom fences of superfences, as it keeps them."""
    if "fenced_code_block" not in md.preprocessors:
        return []
    superfences = getattr(md.preprocessors["fenced_code_block"], "extension", None)
    entries = getattr(superfences, "superfences", ())
    return [entry for entry in entries if entry["name"] not in ("superfences", "*")]


def _marking(formatter: Any, page: CurrentPage) -> Callable[..., Any]:
    """Return `formatter`, which also marks what it draws, and does not see our letters."""
    drawing = getattr(formatter, "keywords", {}).get("_fmt")  # in a partial of superfences
    shows_code = getattr(drawing, "__name__", "") == _SHOWS_CODE

    def marking(*, src: str, **named: Any) -> Any:
        first, _, rest = src.partition("\n")
        if first in page.entry_by_letter and not shows_code:
            src = rest
        html = formatter(src=src, **named)
        return f"<div {DRAWN}>{html}</div>" if isinstance(html, str) else html

    marking.drawing = formatter  # type: ignore[attr-defined]
    return marking
