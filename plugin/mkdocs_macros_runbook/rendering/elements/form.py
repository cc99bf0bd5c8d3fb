"""The place of the form, with its data, and the script that runs before the page is painted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

from ...live.assets import early_script
from ..current_page import FORM
from ..guide import Guide

#: stands for the place until all else is done
PLACE = f'<div class="{FORM}"></div>'

_LIVE = re.compile(r'<span data-live="([^"]*)">')
_EXAMPLE = '<span class="live-example" data-live="{}">'
_TAG = re.compile(r"<[^>]*>")


def with_form(html: str, guide: Guide, tokens: list[Any]) -> str:
    """Return a page with the form's place; `tokens` is its table of contents.

    The place has the data of the form. A script before it, in the page's title if that is right
    above, has the headings that the table of contents shows with values in them. Browsers run it
    at once: so the first paint has the reader's values. Values that are examples have their class
    from the start, so that they look like examples in the first paint and without the script.
    """
    if PLACE not in html:
        return html
    headings = dict(_live_headings(tokens))
    data = f' data-live-headings="{escape(json.dumps(headings))}"' if headings else ""
    script = f"<script{data}>{early_script()}</script>"
    place = f'<div class="live" data-live-form="{guide.form}"></div>'
    html = _LIVE.sub(
        lambda live: _EXAMPLE.format(live[1]) if live[1] in guide.examples else live[0], html
    )
    *befores, end = html.split(PLACE)
    parts = (_with_script(before, script, guide) for before in befores)
    return "".join(f"{before}{place}" for before in parts) + end


def _with_script(html: str, script: str, guide: Guide) -> str:
    """Return `html` with `script` at its end; if it is the title alone, at the beginning of that.

    Before the title, the script would begin a section of its own in the search index.
    """
    is_title = html.startswith("<h1") and html.rstrip().endswith("</h1>")
    is_title = is_title and not guide.has_plain_titles
    at = html.index(">") + 1 if is_title else len(html)  # attributes have `&gt;`
    return html[:at] + script + html[at:]


def _live_headings(tokens: list[Any]) -> Iterator[tuple[str, str]]:
    """Yield ID and template of each heading with values, unless it is listed as another text."""
    for token in tokens:
        html, name = token["html"], unescape(token["name"])
        if "data-live=" in html and _text(html) == name.strip():
            field = _LIVE.sub(lambda value: f"{{{value[1]}}}<span hidden>", html)
            yield token["id"], _text(re.sub(r"<span hidden>[^<]*", "", field))
        yield from _live_headings(token["children"])


def _text(html: str) -> str:
    return unescape(_TAG.sub("", html)).strip()
