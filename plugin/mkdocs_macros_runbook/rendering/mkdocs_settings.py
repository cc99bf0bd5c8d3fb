"""Settings of the site in `mkdocs.yml`, outside of what it declares for the plugin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

from jinja2 import Environment

from ..page.expressions import texts_in, unrendered_jinja
from ..problem import Problem
from ..values.yaml_file import place_of

#: settings of mkdocs-macros without which a page with a problem would be published
_STRICT = {"on_undefined": "strict", "on_error_fail": True, "render_by_default": True}
#: settings that readers see, but that Jinja does not render; of the navigation, the sections
_NOT_RENDERED = ("site_name", "site_description", "site_author", "copyright", "nav")
_IS_LINK = re.compile(r"[a-z+.-]+:|/")
_JINJA_EXTENSION = "mkdocs_macros_runbook.PageSource"


def macros_problems(settings: Mapping[str, Any], config_file: Path) -> Iterator[Problem]:
    """Yield what is wrong with the `settings` of mkdocs-macros."""
    place = place_of(config_file, ("plugins", "macros"))
    for key, value in _STRICT.items():
        if settings.get(key) != value:
            expected = str(value).lower()
            message = f"{key} is not {expected}, so mkdocs-macros would publish pages with errors"
            yield Problem(place, message, f"set `{key}: {expected}` under plugins, macros")
    if _JINJA_EXTENSION not in (settings.get("j2_extensions") or ()):
        message = f"pages are not checked without {_JINJA_EXTENSION}"
        yield Problem(place, message, "add it to j2_extensions under plugins, macros")


def template_problems(
    conf: Mapping[str, Any], names: Set[str], jinja: Environment, config_file: Path
) -> Iterator[Problem]:
    """Yield what looks like a template with one of `names` in a setting that is not one."""
    for key in _NOT_RENDERED:
        for text in texts_in(_without_pages(conf.get(key))):
            for _, template in unrendered_jinja(text, names, jinja):
                message = f"Jinja does not render {template!r} in {key}"
                yield Problem(
                    _place_of(text, key, config_file), message, "write the value itself instead"
                )


def section_problems(
    page: Any, names: Set[str], jinja: Environment, place: str
) -> Iterator[Problem]:
    """Yield what looks like a template in the title of a section around a page.

    A plugin may have made the section from a file of its own.
    """
    for section in page.ancestors:
        for _, template in unrendered_jinja(section.title or "", names, jinja):
            message = f"Jinja does not render {template!r} in the title of the section"
            yield Problem(place, message, "write the value itself instead")


def _without_pages(data: object) -> object:
    """Return a setting; of the navigation only sections and links: Jinja renders pages' titles."""
    if isinstance(data, list):
        return [_without_pages(entry) for entry in data]
    if not isinstance(data, Mapping):
        return data
    if "children" in data:  # as Zensical has it
        if data["children"] or _IS_LINK.match(str(data.get("url"))):
            return [data["title"], data.get("url"), _without_pages(data["children"])]
        return ()
    return {
        key: _without_pages(value)
        for key, value in data.items()
        if not isinstance(value, str) or _IS_LINK.match(value)
    }


def _place_of(text: str, key: str, config_file: Path) -> str:
    """Return the place of a text in the configuration, or of the key that it is below."""
    lines = config_file.read_text(encoding="utf-8").split("\n")
    numbers = (number for number, line in enumerate(lines, 1) if text.split("\n")[0] in line)
    number = next(numbers, None)
    return f"{config_file.name}:{number}" if number else place_of(config_file, (key,))
