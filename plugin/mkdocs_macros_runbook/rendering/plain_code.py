"""Code without elements that nobody sees, and without any colors in a build to be verified."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

#: Pygments' classes for whitespace, text, punctuation, operators and names
_PLAIN = ("w", "x", "p", "o", "n")
_CODE = re.compile(r"<pre><span></span>.*?</pre>", re.DOTALL)  # so Pygments begins a block
_TOKEN = re.compile(rf'<span class="(?:{"|".join(_PLAIN)})">([^<]*)</span>')


def without_plain_tokens(html: str) -> str:
    """Return `html` without elements of tokens in code that look like the text around them.

    Pygments makes an element of each space, bracket and name, which in a page of commands are most
    of all its elements, and browsers take time for each.
    """
    return _CODE.sub(lambda code: _TOKEN.sub(r"\1", code[0]), html)


def highlight_nothing(md: Any) -> None:
    """Have pymdownx.highlight show code as it does code that has no language: colors take long."""
    for extension in md.registeredExtensions:
        if hasattr(extension, "get_pymdownx_highlighter"):
            extension.get_pymdownx_highlighter = _plain_highlight


@cache
def _plain_highlight() -> type:
    from pygments.lexers.special import TextLexer  # type: ignore[import-untyped]
    from pygments.style import Style, StyleMeta  # type: ignore[import-untyped]
    from pymdownx.highlight import Highlight

    class NoStyles(StyleMeta):  # type: ignore[misc]
        def __iter__(self) -> Iterator[Any]:
            """Yield the style of no token: a formatter reads them all for each block."""
            return iter(())

    class NoStyle(Style, metaclass=NoStyles):  # type: ignore[misc]
        pass

    class PlainHighlight(Highlight):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.pygments_style = NoStyle

        def get_lexer(self, src: str, language: str, inline: bool, stripnl: bool) -> Any:
            """Return a lexer that finds nothing, with the options that the language has."""
            options = self.get_extended_language(language)[1] if language else {}
            return TextLexer(**{"stripnl": stripnl, **options}), language or "text"

    return PlainHighlight
