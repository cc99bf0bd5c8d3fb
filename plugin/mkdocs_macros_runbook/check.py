"""The check: every problem of a guide, one line each, before anything is built."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.files import get_files
from mkdocs.structure.pages import Page
from yaml import YAMLError

from .live.assets import other_copies
from .problem import Problem, Problems
from .rendering.jinja import GUIDE
from .values.resolution import of_value_set
from .values.yaml_file import yaml_problems


def problems_of(config_file: Path) -> Iterator[str]:
    """Yield each problem of the guide that `config_file` describes, as one line.

    The pages go through MkDocs' own configuration and mkdocs-macros' own Jinja environment; only
    Markdown is not converted and nothing is written.
    """
    logged = _quiet("mkdocs")
    if problems := [*yaml_problems(config_file)]:
        yield from map(str, problems)
        return
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
        yield from (str(Problem(config_file.name, error, remedy)) for error in logged)
        return
    except PluginError as error:  # our own problems, a line each
        yield from str(error).splitlines()
        return
    except Exception as error:  # a module that cannot be imported, or that refuses
        found = f"{type(error).__name__}: {' '.join(str(error).split())}"
        yield str(Problem(config_file.name, found, "mend the configuration"))
        return
    if macros is None or GUIDE not in macros.env.globals:
        yield str(Problem(config_file.name, found, remedy))
        return
    named = map(str, [*config["extra_css"], *config["extra_javascript"]])
    yield from map(str, other_copies(Path(config["docs_dir"]), named))
    guide = macros.env.globals[GUIDE]
    for value_set in guide.resolved.declaration.value_sets:
        try:
            of_value_set(guide.resolved.declaration, value_set)
        except Problems as error:
            yield from map(str, error.problems)
    for file in get_files(config).documentation_pages():
        page = Page(None, file, config)
        try:
            page.read_source(config)
        except (UnicodeDecodeError, ValueError, YAMLError) as error:
            place = Path(file.abs_src_path or file.src_uri)
            remedy = "save it as UTF-8, and mend its front matter"
            yield str(Problem(place_in(config, place), " ".join(str(error).split()), remedy))
            continue
        macros.variables["page"] = page
        try:
            template = macros.env.from_string(page.markdown)
            template.render(**{**macros.variables, **page.meta})
            yield from map(str, guide.refused())
        except Exception as error:  # an unknown filter, or whatever a macro of the author raises
            yield from map(str, guide.refused())
            guide.begin(page.markdown)
            place, first_line = guide.place()
            line = first_line + _line_in_template(error) - 1
            found = f"{type(error).__name__}: {error}"
            yield str(Problem(f"{place}:{line}", found, "mend the page or the macro"))


def place_in(config: Any, file: Path) -> str:
    """Return the path of `file` as seen from the configuration file's folder."""
    root = Path(config["config_file_path"]).parent
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


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
    line = error.lineno if isinstance(error, TemplateSyntaxError) else 1
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    return line
