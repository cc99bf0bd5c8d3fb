"""Tokens of highlighted code that look like the text around them: they need no elements.

Pygments makes an element of each space, bracket and name, which in a page of commands are most of
all its elements, and browsers take time for each.
"""

from __future__ import annotations

import re

#: Pygments' classes for whitespace, text, punctuation, operators and names
_PLAIN = ("w", "x", "p", "o", "n")
_CODE = re.compile(r"<pre><span></span>.*?</pre>", re.DOTALL)  # so Pygments begins a block
_TOKEN = re.compile(rf'<span class="(?:{"|".join(_PLAIN)})">([^<]*)</span>')


def without_plain_tokens(html: str) -> str:
    """Return `html` without the elements of such tokens in blocks of code."""
    if "<pre><span></span>" not in html:
        return html
    return _CODE.sub(lambda code: _TOKEN.sub(r"\1", code[0]), html)
