"""The page that is being rendered: what its Jinja part and its Markdown part share.

Both site generators run a page's macros and its Markdown in one thread, one after the other.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from .guide import Guide

# The part of the script of letters (see live/mark.py) that is for a page's own use.
FIRST, LAST = 0x18000, 0x187F6
#: the letters as a class of regular expressions has them
PAGE_LETTERS = f"{chr(FIRST)}-{chr(LAST)}"
#: stands for the form's data until all else is done: every processor would go through it
FORM = chr(LAST + 1)


@dataclass
class CurrentPage:
    """A page that is being rendered."""

    #: `None` if Jinja does not render the page
    guide: Guide | None
    #: the text without front matter; of an earlier template if the title is rendered
    body: str = ""
    #: the template that Jinja renders, which has excerpts filled in, for one
    template: str = ""
    #: whether it is the page itself, not a text inside it, such as a docstring
    is_whole_page: bool = True
    #: the texts with fences that macros wrote, by the lines of their calls
    calls: list[tuple[int, str]] = field(default_factory=list)
    #: the guide, also on pages that Jinja does not render; `None` until the pluglet runs
    site_guide: ClassVar[Guide | None] = None
    #: what each letter stands for: the place of a fence or of a call, what a fence says (`dict`),
    #: the HTML of a block's status (`str`)
    entry_by_letter: dict[str, Any] = field(default_factory=dict)

    def letter_for(self, entry: object) -> str:
        """Return a letter that stands for `entry`; nothing if there is no letter left."""
        code = FIRST + len(self.entry_by_letter)
        if code > LAST:
            return ""
        self.entry_by_letter[chr(code)] = entry
        return chr(code)


current_page: ContextVar[CurrentPage | None] = ContextVar("current_page", default=None)
