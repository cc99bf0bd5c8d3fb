"""The Content-Security-Policy under which a built site works: `make csp` prints it.

Scripts are the site's own files, and those that the theme writes into each page, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup

from sites import PROJECT

# Zensical's script writes the style of its search into the page: one long text in single quotes.
_STYLE_IN_SCRIPT = re.compile(r"'(\.[\w-]+\{[^'\\]{1000,}\})'")
# what a <script> holds where a browser runs it; all else is data
_RUN = {"", "module", "text/javascript"}


class InlineError(Exception):
    """A page holds what no hash can allow; the message says where."""


def policy(site: Path) -> str:
    """Return the policy of all pages below `site`; raises `InlineError`."""
    pages, bundles = site.rglob("*.html"), site.glob("assets/javascripts/bundle.*.js")
    scripts = {_hash(text) for page in pages for text in _inline_scripts(page)}
    styles = {_hash(text) for bundle in bundles for text in _styles(bundle)}
    directives = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *sorted(scripts)],
        "style-src": ["'self'", *sorted(styles)],
        "img-src": ["'self'", "data:"],  # the theme's icons are in its style
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],  # the search
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(" ".join([name, *sources]) for name, sources in directives.items())


def _inline_scripts(page: Path) -> Iterator[str]:
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    for tag in soup.find_all(True):
        for name in tag.attrs:
            if name.startswith("on") or name == "style":
                raise InlineError(f"{page}: <{tag.name}> has the attribute {name}")
        if tag.name == "style":
            raise InlineError(f"{page}: there is a <style>")
    for script in soup.find_all("script", src=False):
        if str(script.get("type", "")) in _RUN:
            yield script.string or ""


def _styles(bundle: Path) -> list[str]:
    return _STYLE_IN_SCRIPT.findall(bundle.read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def main(folder: Path) -> int:
    """Print the policy of the site in `folder`; return 0 where there is one."""
    try:
        print(f"Content-Security-Policy: {policy(folder)}")
    except InlineError as error:
        print(f"csp: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(PROJECT / "site"))
