"""The theme of a build of MkDocs that is to be verified: pages are their content alone.

What a theme puts around pages is not read, and takes as long as the pages themselves. A page with a
template of its own is built with it, since that decides what of the page readers see.
"""

from __future__ import annotations

from typing import Any

from jinja2 import Environment

_PAGE = """\
<!doctype html>
<html>
<head><title>{{ page.title }}</title></head>
<body>
{{ page.content }}
</body>
</html>
"""


def make_bare(theme: Any) -> None:
    """Have `theme` show pages as their content alone."""
    get_env = theme.get_env

    def get_bare_env() -> Environment:
        env: Environment = get_env()
        find, bare = env.get_template, env.from_string(_PAGE)

        def get_template(name: Any, parent: Any = None, globals: Any = None) -> Any:
            is_page = name == "main.html" and parent is None
            return bare if is_page else find(name, parent, globals)

        env.get_template = get_template  # type: ignore[method-assign]
        return env

    theme.get_env = get_bare_env
