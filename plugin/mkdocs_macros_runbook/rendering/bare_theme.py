"""The theme of a build of MkDocs that is to be verified: pages are their content alone.

What a theme puts around pages is not read, and takes as long as the pages themselves.
"""

from __future__ import annotations

from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment

_PAGE = """\
<!doctype html>
<html>
<head><title>{{ page.title }}</title></head>
<body>
{{ page.content }}
</body>
</html>
"""


class _Templates(ChoiceLoader):
    """Finds the templates that plugins ask for, but lists no files to copy: Material has 14,000."""

    def list_templates(self) -> list[str]:
        return []


def make_bare(theme: Any) -> None:
    """Have `theme` show pages as their content alone."""
    get_env = theme.get_env

    def get_bare_env() -> Environment:
        env: Environment = get_env()
        assert env.loader
        env.loader = _Templates([DictLoader({"main.html": _PAGE}), env.loader])
        return env

    theme.get_env = get_bare_env
