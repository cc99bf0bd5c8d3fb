"""Live values in code and raw HTML, which Markdown puts back when the element tree is done."""

from __future__ import annotations

import re
from html import escape

from markdown.postprocessors import Postprocessor

from ..live.mark import LETTERS, Mark, as_template, has_marks, plain, split
from .conversion import ConversionProcessor
from .live_places import LIVE_ATTRIBUTES, READ_BY_SCRIPTS

_COMMENT = r"!--.*?-->"
# `<title>…</title>`: an element in it would be shown as text, or run
_NEVER_LIVE = r"(?P<never_live>(?i:script|style|textarea|title|option|svg))\b.*?</(?P=never_live)>"
# `<span class="arithmatex">…</span>`
_READ_BY_SCRIPT = (
    rf'(?P<read_by_script>pre|div|span) class="(?:{"|".join(READ_BY_SCRIPTS)})">'
    r".*?</(?P=read_by_script)>"
)
# `<a href="…">`, if a letter is in it
_TAG = (
    rf"[a-zA-Z](?:[^\"'>{LETTERS}]++|\"[^\"{LETTERS}]*+\"|'[^'{LETTERS}]*+')*+"
    rf"(?:\"[^\"]*+\"|'[^']*+'|[{LETTERS}])(?:\"[^\"]*+\"|'[^']*+'|[^\"'>]++)*+>"
)
# A letter alone, or one of these. It begins with a class of characters, since that is what a search
# skips to quickest.
_TOKEN = re.compile(
    rf"[<{LETTERS}](?:(?<!<)|{_COMMENT}|{_NEVER_LIVE}|{_READ_BY_SCRIPT}|{_TAG})", re.DOTALL
)
_SPAN = re.compile(r'<span data-live="[^"]*">([^<]*)</span>')
# A lexer may take the letter amiss where a number could stand.
_ERROR = re.compile(r'<span class="err">(<span data-live="[^"]*">[^<]*</span>)</span>')
_ATTRIBUTE = re.compile(r"""(?P<name>[\w:-]+)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s"'>]+)""")


class LiveStash(ConversionProcessor, Postprocessor):
    """Replaces marks in code and raw HTML, which bypass the element tree."""

    def run(self, text: str) -> str:
        if not self._conversion.has_marks:
            return text
        return _ERROR.sub(r"\1", _TOKEN.sub(_live, text))


def _live(token: re.Match[str]) -> str:
    """Return a token with elements, templates or plain values in place of its marks."""
    html = token[0]
    if len(html) == 1:
        return "".join(map(_element, split(html)))
    if token["never_live"]:
        html = _SPAN.sub(r"\1", html)  # where Markdown saw a paragraph
    if not has_marks(html):
        return html
    if token["never_live"] in ("script", "style") or html.startswith("<!--"):
        return plain(html)
    if token["never_live"] or token["read_by_script"]:
        return plain(html, _quoted)
    return plain(_ATTRIBUTE.sub(_with_template, html), escape)


def _element(part: str | Mark) -> str:
    if isinstance(part, str):
        return part
    return f'<span data-live="{escape(part.name)}">{_quoted(part.value)}</span>'


def _quoted(text: str) -> str:
    return escape(text, quote=False)


def _with_template(attribute: re.Match[str]) -> str:
    """Return an attribute, and behind it another with its template if it can be live."""
    name, value = attribute["name"].lower(), attribute["value"]
    if name not in LIVE_ATTRIBUTES or not has_marks(value):
        return attribute[0]
    with_fields = as_template(value[1:-1] if value[0] in "\"'" else value)
    if not with_fields:
        return attribute[0]
    return f'{attribute[0]} data-live-{name}="{escape(with_fields)}"'
