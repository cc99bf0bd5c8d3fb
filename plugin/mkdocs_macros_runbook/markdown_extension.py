"""The Markdown extension: where a page is seen after its macros, on both site generators.

A verifier that wants the pages as readers get them names a folder in `RUNBOOK_RENDERED`; the
build then leaves each page's Markdown there, under the page's own path.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

FOLDER = "RUNBOOK_RENDERED"
_AFTER_MACROS = 34  # Zensical runs macros as a preprocessor at 35, MkDocs before any


class RunbookExtension(Extension):
    """Hands rendered pages over; named under `markdown_extensions`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the interface's own name)
        """Take part in the rendering of every page where a folder is named."""
        folder = os.environ.get(FOLDER)
        if folder:
            md.preprocessors.register(_HandOver(md, Path(folder)), "runbook", _AFTER_MACROS)


class _HandOver(Preprocessor):
    def __init__(self, md: Markdown, folder: Path) -> None:
        super().__init__(md)
        self._folder = folder

    def run(self, lines: list[str]) -> list[str]:
        file = self._folder / _page_path(self.md)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return lines


def _page_path(md: Any) -> str:
    """Return the path of the page that `md` converts, below the folder of pages."""
    if "relpath" in md.treeprocessors:  # MkDocs rewrites links by the page's own file
        return str(md.treeprocessors["relpath"].file.src_uri)
    return str(md.preprocessors["rendering_context"].page.path)  # Zensical


def makeExtension(**settings: Any) -> RunbookExtension:  # noqa: N802 (the interface's own name)
    """Return the extension, for Python-Markdown."""
    return RunbookExtension(**settings)
