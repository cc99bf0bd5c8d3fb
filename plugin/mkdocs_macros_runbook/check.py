"""The check: every mistake of a guide, one line each, before anything is built."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config import load_config
from mkdocs.exceptions import Abort, MkDocsException
from mkdocs.structure.files import get_files
from mkdocs.structure.pages import Page

from .jinja import GUIDE
from .mistake import Mistake, Mistakes


def mistakes_of(config_file: Path) -> Iterator[str]:
    """Yield each mistake of the guide that `config_file` describes, as one line.

    The pages go through MkDocs' own configuration and mkdocs-macros' own Jinja environment; only
    Markdown is not converted and nothing is written.
    """
    logging.getLogger("mkdocs").addHandler(logging.NullHandler())
    logging.getLogger("mkdocs").propagate = False
    try:
        config = load_config(str(config_file))
        macros: Any = config.plugins["macros"]
        macros.on_config(config)
    except KeyError:
        remedy = "add mkdocs_macros_runbook to its modules"
        yield str(Mistake(config_file.name, "the macros plugin is not among the plugins", remedy))
        return
    except (MkDocsException, Abort) as error:
        yield from str(error).splitlines()
        return
    guide = macros.env.globals[GUIDE]
    for file in get_files(config).documentation_pages():
        page = Page(None, file, config)
        page.read_source(config)
        macros.variables["page"] = page
        try:
            template = macros.env.from_string(page.markdown)
            template.render(**{**macros.variables, **page.meta})
        except Mistakes as mistakes:
            yield from map(str, mistakes.mistakes)
        except Exception as error:  # whatever a macro of the author raises
            place, first_line = guide.begin(page.markdown)
            line = first_line + _line_in_template(error) - 1
            found = f"{type(error).__name__}: {error}"
            yield str(Mistake(f"{place}:{line}", found, "mend the page or the macro"))


def _line_in_template(error: BaseException) -> int:
    """Return the line of the page at which `error` was raised."""
    line = 1
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line
