"""What superfences, as the site configures it, makes of a fence's options: code or text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from markdown import Markdown

from ..page.fence import without_own_attributes

_NAME = "pymdownx.superfences"
_LANGUAGE_ALONE = re.compile(r"[ \t]*\.?[\w#.+-]*[ \t\r]*")


def code_test(config: Any) -> Callable[[str], bool]:
    """Return a function: do readers see a fence with this info string as a code block?

    `config` is the site's. The answers are those of superfences itself and of the validators of
    the site's custom fences; nothing is drawn or run for them.
    """

    @cache
    def preprocessor() -> Any:
        options = config["mdx_configs"].get(_NAME, {})
        md = Markdown(extensions=[_NAME], extension_configs={_NAME: options})
        found: Any = md.preprocessors["fenced_code_block"]
        for entry in found.extension.superfences:
            entry["formatter"] = _nothing
        return found

    @cache
    def is_code(info: str) -> bool:
        if _LANGUAGE_ALONE.fullmatch(info):
            return True
        ticks = "~~~" if "`" in info else "```"
        opening = ticks + without_own_attributes(info).rstrip("\r")
        lines: list[str] = preprocessor().run([opening, "x", ticks])
        return lines[0] != opening

    return is_code


def _nothing(*_: object, **__: object) -> str:
    return ""
