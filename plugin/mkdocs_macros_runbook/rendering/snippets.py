"""Templates in snippets (`--8<--`), which come into a page after Jinja has rendered it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..page.unrendered_jinja import unrendered_jinja
from ..problem import Problem
from .guide import Guide
from .source import Source

_NAME = re.compile(r"""--8<--[ ]+["']?([^"'\n]+?)["']?[ \t]*$|^([^\s].*)$""", re.MULTILINE)


def snippet_problems(
    before: str, after: str, guide: Guide, source: Source, md: Any
) -> Iterator[Problem]:
    """Yield each template that the text `after` snippets has, and the one `before` them has not."""
    if before == after:
        return
    seen = set()
    for _, template in unrendered_jinja(after, guide.declared_names, guide.jinja):
        if template not in seen and after.count(template) > before.count(template):
            seen.add(template)
            message = f"Jinja does not render {template!r} in a snippet"
            fix = "bring the file in with `{% include %}`, or write the value itself instead"
            yield Problem(_place(template, before, source, md), message, fix)


def _place(template: str, before: str, source: Source, md: Any) -> str:
    """Return the place of what was found: in the file, or in the page that names it."""
    processors = md.preprocessors
    folders = processors["snippet"].base_path if "snippet" in processors else []
    root = source.config_file.parent
    for match in _NAME.finditer(before):
        name = (match[1] or match[2]).partition(":")[0]
        for file in (Path(folder) / name for folder in folders):
            text = _text(file)
            if template in text:
                line = text.count("\n", 0, text.index(template)) + 1
                file = file.resolve()
                path = file.relative_to(root) if file.is_relative_to(root) else file
                return f"{path}:{line}"
    number = before.find("--8<--")
    return source.place(before).line(before.count("\n", 0, max(number, 0)) + 1)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
