"""Code without colors, in a build that is to be verified: nobody sees them, and they take long."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any


def highlight_nothing(md: Any) -> None:
    """Have pymdownx.highlight show code as it does code that has no language."""
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
