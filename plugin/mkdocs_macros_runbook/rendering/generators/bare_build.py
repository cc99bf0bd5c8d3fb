"""What a build that is to be verified leaves out, since nothing reads it and it takes long.

With MkDocs, pages are their content alone: what a theme puts around them takes as long as they do.
A page with a template of its own is built with it, since that decides what of the page readers see;
and so are all pages, if the site itself changes how its theme shows the content. With both site
generators, code has no colors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
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


def make_bare(config: Any) -> None:
    """Have the site show pages as their content alone, and nothing beside them."""
    theme = config["theme"]
    _leave_out_search(config["plugins"])
    if theme.custom_dir and (theme.name is None or _shows_content(Path(theme.custom_dir))):
        return
    get_env = theme.get_env
    left_out: set[str] = set()
    if not config["plugins"].events["template_context"]:  # a plugin may make a page of one
        left_out, theme.static_templates = theme.static_templates, set()  # 404.html is no page

    def get_bare_env() -> Environment:
        env: Environment = get_env()
        find, bare = env.get_template, env.from_string(_PAGE)

        def get_template(name: Any, parent: Any = None, globals: Any = None) -> Any:
            is_page = name == "main.html" and parent is None
            return bare if is_page else find(name, parent, globals)

        def list_templates(
            extensions: object = None, filter_func: Callable[[str], bool] | None = None
        ) -> list[str]:
            return sorted(filter(filter_func, {*_files(theme.dirs)} - left_out))

        env.get_template = get_template  # type: ignore[method-assign]
        env.list_templates = list_templates  # type: ignore[method-assign]
        return env

    theme.get_env = get_bare_env


def _leave_out_search(plugins: Any) -> None:
    """Leave out the search index, which takes a tenth of a build's time."""
    search = [plugin for name, plugin in plugins.items() if name.rpartition("/")[2] == "search"]
    for event in ("page_context", "post_build"):
        methods = plugins.events[event]
        methods[:] = [one for one in methods if getattr(one, "__self__", None) not in search]


def _shows_content(templates: Path) -> bool:
    """Return whether the site's own templates for every page show the content."""
    names = ("main.html", "base.html", "content.html", "partials/content.html")
    files = [file for name in names if (file := templates / name).is_file()]
    return any(
        re.search(r"page\.content|block content\b", file.read_text("utf-8", errors="replace"))
        for file in files
    )


def _files(folders: Iterable[str]) -> Iterator[str]:
    """Yield the files of a theme but those that MkDocs leaves out: Material has 14,000 icons."""
    for folder in filter(Path.is_dir, map(Path, folders)):
        for entry in folder.iterdir():
            if not entry.name.startswith("."):
                paths = entry.rglob("*") if entry.is_dir() else [entry]
                yield from (file.relative_to(folder).as_posix() for file in paths if file.is_file())


def highlight_nothing(md: Any) -> None:
    """Have pymdownx.highlight leave code to a script that highlights it in browsers."""
    for extension in md.registeredExtensions:
        if hasattr(extension, "get_pymdownx_highlighter"):
            extension.get_pymdownx_highlighter = _plain_highlight


@cache
def _plain_highlight() -> type:
    from pymdownx.highlight import Highlight

    class PlainHighlight(Highlight):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **{**options, "use_pygments": False})

    return PlainHighlight
