"""The template of a page: what is raised while Jinja renders it is a problem of the page."""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import Template

from ..page.place import Place
from ..problem import Problem, Problems
from .current_page import current_page


class PageTemplate(Template):
    """A template that reports what is raised, with its line of the page.

    mkdocs-macros would print a traceback without that line, and end the process.
    """

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Return the rendered page; nothing if something is raised."""
        page = current_page.get()
        try:
            return super().render(*args, **kwargs)
        except Problems:
            raise
        except Exception as error:
            if page is None or page.guide is None or not page.is_whole_page:
                raise
            source = page.guide.source
            place, folder = source.place(page.body), source.config_file.parent
            page.guide.report([raised_problem(error, place, folder)])
            return ""


def raised_problem(error: Exception, place: Place, folder: Path) -> Problem:
    """Return the problem of the page at `place` for what its macros, in `folder`, raised."""
    line, raised_at = 1, ""
    for frame in extract_tb(error.__traceback__):
        if frame.filename == "<template>":
            line = frame.lineno or line
        elif Path(frame.filename).parent == folder:
            raised_at = f" (raised at {Path(frame.filename).name}:{frame.lineno})"
    message = f"{type(error).__name__}: {' '.join(str(error).split())}{raised_at}"
    return Problem(place.line(line), message, "fix the page or the macro")
