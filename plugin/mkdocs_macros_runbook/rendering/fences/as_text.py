"""Fences that the site's own extensions left as text, although a line closes each.

superfences takes a fence with an option that it does not know for text, and so do readers. Another
extension may know the option, so that is only certain once all of them had their turn.
"""

from __future__ import annotations

from ...live.mark import plain
from ...page.fence import Fence, fences, has_fences, without_own_attributes
from ...problem import Problem
from ..source import Source

_NO_PYGMENTS = "remove them, or `use_pygments: false` from the settings of pymdownx.highlight"
_FIX = "use only title, hl_lines and linenums, or write the options in braces: {.bash #id}"


def fence_as_text(lines: list[str], source: Source) -> Problem | None:
    """Return the problem of the first fence among the lines that are left of a page, if any.

    There may be more, but the end of a fence that is text begins another one.
    """
    fence = next(fences(lines), None) if has_fences("\n".join(lines)) else None
    if fence is None:
        return None
    message = f"readers see this fence as text: its options {_info(fence)!r} are not known"
    highlight = source.extensions.get("pymdownx.highlight", {})
    fix = _FIX if highlight.get("use_pygments", True) else _NO_PYGMENTS
    return source.problem(_line(fence, source), message, fix)


def _info(fence: Fence) -> str:
    return without_own_attributes(plain(fence.info)).strip()


def _line(fence: Fence, source: Source) -> int:
    """Return the line of the fence in the source, or 1 if it comes from elsewhere."""
    on_page = [*fences(source.text.split("\n"))]
    same = [one for one in on_page if _info(one) == _info(fence)]
    with_jinja = [one for one in on_page if "{{" in one.info and one.language == fence.language]
    return next((one.first + 1 for one in same + with_jinja), 1)
