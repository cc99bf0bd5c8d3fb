"""Collects pages, also in folders that pytest skips, and tells which it did not collect."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Generator, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from ..built_page import BuiltPage
from .item import BrokenPage
from .pages import Page, is_installed

_FENCE = re.compile(rb"^[ \t>]*(```|~~~)", re.MULTILINE)


class Collection:
    """Sees which pages pytest collects; workers of pytest-xdist send what they saw."""

    def __init__(
        self, file: Path, docs: Path, built_pages: Callable[[], Mapping[str, BuiltPage]]
    ) -> None:
        self._file, self._docs, self._built_pages = file, docs, built_pages
        self._has_page = False
        #: files with blocks that the command line names, but that are no pages of the site
        self._no_pages: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_ignore_collect(
        self, collection_path: Path, config: pytest.Config
    ) -> Generator[None, bool | None, bool | None]:
        """Have pytest collect pages in folders that it leaves out by name, such as `build`."""
        names: list[str] = config.getini("norecursedirs")  # the list itself, which pytest reads
        before = names[:]
        if self._is_folder_of_pages(collection_path, names):
            names.clear()
        try:
            return (yield)
        finally:
            names[:] = before

    def _is_folder_of_pages(self, path: Path, names: list[str]) -> bool:
        """Return whether `path` has one of `names`, and the site has pages from it."""
        is_named = self._docs in path.parents and any(fnmatch(path.name, name) for name in names)
        if not is_named or not path.is_dir() or not is_installed():
            return False
        start = f"{path.relative_to(self._docs).as_posix()}/"
        return any(page.startswith(start) for page in self._built_pages())

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Note that pages are collected, and a file that is named but is not on the site."""
        self._has_page = self._has_page or isinstance(collector, Page | BrokenPage)
        if not isinstance(collector, Page):
            return
        if collector.session.isinitpath(collector.path) and is_installed():
            pages, path = self._built_pages(), collector.path
            is_absent = pages and path.relative_to(self._docs).as_posix() not in pages
            if is_absent and _FENCE.search(path.read_bytes()):
                self._no_pages.append(collector.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let a worker send what it saw."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["runbook_collection"] = self._has_page, self._no_pages

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker saw."""
        seen = getattr(node, "workeroutput", {}).get("runbook_collection", (False, []))
        self._has_page, self._no_pages = self._has_page or seen[0], seen[1] or self._no_pages

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what of the guide is not verified, although somebody may think so."""
        for line in self._lines(terminalreporter.config):
            terminalreporter.write_line(line, yellow=True)

    def _lines(self, config: pytest.Config) -> Iterator[str]:
        for name in self._no_pages:
            cause = "the site does not have this page; exclude_docs or a plugin may leave it out"
            yield f"{name}: its blocks are not verified, because {cause}"
        if not (self._has_page or _is_part_chosen(config)) and self._docs.is_dir():
            name, docs = os.path.relpath(self._file, config.rootpath), os.path.relpath(self._docs)
            root = [] if self._docs.is_relative_to(config.rootpath) else ["--rootdir=."]
            command = shlex.join(["pytest", *config.invocation_params.args, *root, docs])
            fix = f"run `{command}`, or add {docs} to testpaths in pytest's settings"
            yield f"{name}: its pages are not verified; {fix}"


def _is_part_chosen(config: pytest.Config) -> bool:
    """Return whether the command line says which part of the tests to run."""
    invocation = config.invocation_params
    is_ignored = any(str(argument).startswith("--ignore") for argument in invocation.args)
    is_named = config.args_source is config.ArgsSource.ARGS
    return is_named or is_ignored or config.rootpath in invocation.dir.parents
