"""The check: every mistake of a guide, one line each, before anything is built."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config import load_config
from mkdocs.exceptions import Abort, ConfigurationError, PluginError
from mkdocs.structure.files import get_files
from mkdocs.structure.pages import Page

from .jinja import GUIDE
from .mistake import Mistake, Mistakes


def mistakes_of(config_file: Path) -> Iterator[str]:
    """Yield each mistake of the guide that `config_file` describes, as one line.

    The pages go through MkDocs' own configuration and mkdocs-macros' own Jinja environment; only
    Markdown is not converted and nothing is written.
    """
    logged = _quiet("mkdocs")
    found, remedy = "mkdocs_macros_runbook is not among the modules of macros", "add it"
    try:
        config = load_config(str(config_file))
        macros: Any = config.plugins.get("macros")
        if macros is None:
            found, remedy = "the macros plugin is not among the plugins", "add it"
        else:
            macros.on_config(config)
    except Abort:
        remedy = "mend the configuration"
        yield from (str(Mistake(config_file.name, error, remedy)) for error in logged)
        return
    except PluginError as error:  # our own mistakes, a line each
        yield from str(error).splitlines()
        return
    except ConfigurationError as error:
        yield str(Mistake(config_file.name, " ".join(str(error).split()), "mend the configuration"))
        return
    if macros is None or GUIDE not in macros.env.globals:
        yield str(Mistake(config_file.name, found, remedy))
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


def _quiet(logger_name: str) -> list[str]:
    """Keep a logger from the terminal; return the list that its errors go to."""
    errors: list[str] = []

    class Errors(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            errors.append(" ".join(record.getMessage().split()))

    logger = logging.getLogger(logger_name)
    logger.addHandler(Errors(logging.ERROR))
    logger.propagate = False
    return errors


def _line_in_template(error: BaseException) -> int:
    """Return the line of the page at which `error` was raised."""
    line = 1
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line
