"""The command `check`: every problem of a guide, one line each, before anything is built.

It asks the parts that render pages, so what it finds, a build finds too. Only what is about the
other site generator, copied files, value sets and keys that stand twice is looked at here alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any

from mkdocs.config import load_config
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.files import get_files
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page
from yaml import YAMLError

from .live.assets import other_copies
from .problem import Problem, Problems
from .rendering.current_page import current_page
from .rendering.generators.jinja import raised_problem
from .rendering.guide import MARKDOWN_EXTENSION, Guide
from .rendering.source import Source
from .values.resolution import of_value_set
from .values.yaml_file import missing_module, place_of, yaml_problems

_FIX_CONFIG = "fix the configuration"


def problems_of(config_file: Path) -> Iterator[str]:
    """Yield each problem of the guide that `config_file` describes, as one line.

    The pages go through MkDocs' own configuration and mkdocs-macros' own Jinja environment, and
    through Markdown; nothing is written.
    """
    if problems := [*yaml_problems(config_file)]:
        yield from map(str, problems)
        return
    current_page.set(None)
    macros: Any = None
    with _captured_errors("mkdocs") as errors:
        try:
            config = load_config(str(config_file))
            _load_groups(config)
            macros = config.plugins.get("macros")
            if macros is not None:
                macros.on_config(config)
        except Abort:
            for error in errors:
                yield str(Problem(config_file.name, error.getMessage(), _FIX_CONFIG))
        except PluginError as error:  # our own problems, a line each
            yield from str(error).splitlines()
        except ImportError as error:
            yield str(_import_problem(error, macros, config_file))
        except Exception as error:
            fix = "correct the setting or the module that raised this"
            yield str(Problem(config_file.name, _described(error), fix))
        else:
            try:
                yield from _guide_problems(config, macros, config_file.name)
            except PluginError as error:  # a file of the plugin `meta` cannot be read
                yield str(Problem(config_file.name, str(error), _FIX_CONFIG))


def _load_groups(config: Any) -> None:
    """Add the plugins that are in groups, as Material's plugin `group` does when a build begins."""
    for name, plugin in [*config.plugins.items()]:
        if name.partition(" ")[0] in ("group", "material/group"):
            plugin.on_config(config)


def _import_problem(error: ImportError, macros: Any, config_file: Path) -> Problem:
    """Return the problem of a module that cannot be imported, or that a module imports."""
    cause = error.__context__ if isinstance(error.__context__, ImportError) else error
    modules = macros.config["modules"] if macros else ()
    problem = missing_module(cause.name or "", modules, config_file)
    return problem or Problem(
        config_file.name, _described(cause), "install it, or correct its name"
    )


def _guide_problems(config: Any, macros: Any, place: str) -> Iterator[str]:
    """Yield the problems of a guide whose configuration could be loaded."""
    page = current_page.get()
    guide = page.guide if page else None
    if guide is None:
        message = "mkdocs_macros_runbook is missing from `modules` of the macros plugin"
        if macros is None:
            message = "the macros plugin is missing from `plugins`"
        yield str(Problem(place, message, "add it"))
        return
    yield from map(str, _site_problems(config, guide))
    if not guide.can_mark:  # the extension reports what is wrong with fences and snippets
        config["markdown_extensions"].append(MARKDOWN_EXTENSION)
    files = get_files(config)
    get_navigation(files, config)  # which gives pages their titles
    meta = config.plugins.get("meta") or config.plugins.get("material/meta")
    if meta is not None:
        meta.on_files(files, config=config)
    for file in files.documentation_pages():
        yield from _page_problems(config, macros, guide, file, files, meta)


def _site_problems(config: Any, guide: Guide) -> Iterator[Problem]:
    """Yield problems of the copied assets, of the value sets and with the other site generator."""
    if "zensical.extensions.macros" in config["markdown_extensions"]:
        file = Path(config["config_file_path"])
        message = "with zensical.extensions.macros, Zensical ignores plugins.macros"
        fix = "remove zensical.extensions.macros: Zensical needs only plugins.macros"
        yield Problem(place_of(file, ("markdown_extensions",)), message, fix)
    yield from guide.replaced_values()
    yield from other_copies(config)
    for value_set in guide.values.declaration.value_sets:
        try:
            of_value_set(guide.values.declaration, value_set)
        except Problems as error:
            yield from error.problems


def _page_problems(
    config: Any, macros: Any, guide: Guide, file: Any, files: Any, meta: Any
) -> Iterator[str]:
    """Yield the problems of a page, which goes through mkdocs-macros and Markdown as in a build.

    `meta` is the plugin of Material that adds to the front matter of pages, if the site has it.
    """
    page = file.page or Page(None, file, config)
    try:
        page.read_source(config)
        if meta is not None:
            meta.on_page_markdown(page.markdown, page=page, config=config, files=None)
    except (OSError, ValueError, YAMLError) as error:
        fix = "make sure that the file can be read as UTF-8 and its front matter is valid"
        yield str(Problem(Source(page, config).name, str(error), fix))
        return
    config._current_page = page  # as in a build of MkDocs, for the tag `!relative` of mkdocs.yml
    source = page.markdown or ""
    try:
        page.markdown = macros.on_page_markdown(source, page=page, config=config, files=files)
        page.render(config, files)
    except PluginError as error:  # our own problems, a line each
        yield from str(error).splitlines()
    except (Exception, SystemExit) as error:
        # Of a Markdown extension, since what Jinja raises is a problem already; or mkdocs-macros
        # ends the process at a template that cannot be compiled.
        cause = error.__context__ if isinstance(error, SystemExit) else error
        place, folder = Source(page, config).place(source), Path(config["config_file_path"]).parent
        yield str(raised_problem(cause or error, place, folder.absolute()))
    yield from map(str, guide.take_problems())


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


@contextmanager
def _captured_errors(logger_name: str) -> Iterator[list[logging.LogRecord]]:
    """Keep a logger from the terminal for a while; yield the list that its errors go to."""
    logger, handler = logging.getLogger(logger_name), BufferingHandler(1000)
    handler.setLevel(logging.ERROR)
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        yield handler.buffer
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates
