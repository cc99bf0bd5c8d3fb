"""Collects pages, also in folders that pytest skips, and tells which it did not collect."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Generator, Mapping
from fnmatch import fnmatch
from pathlib import Path

import pytest

from ..site.build import SiteFailure
from ..site.built_page import BuiltPage
from .item import BrokenPage
from .pages import Page, is_installed

_FENCE = re.compile(rb"^[ \t>]*(```|~~~)", re.MULTILINE)


class Collection:
    """Lets pytest collect the pages of the site that `file` configures; adds to `notices`."""

    def __init__(
        self,
        file: Path,
        docs: Path,
        built_pages: Callable[[], Mapping[str, BuiltPage]],
        notices: dict[str, str],
        failure: SiteFailure | None = None,
    ) -> None:
        self._file, self._docs, self._built_pages = file, docs, built_pages
        self._notices, self._failure = notices, failure

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

    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Add the test that reports why no page can be verified, if there is no folder of pages."""
        if not self._failure or self._docs.is_dir():
            return
        if items and _is_part_chosen(config):  # of the tests, which may be meant without the site's
            self._notices[str(self._docs)] = self._failure.message
        else:
            page: BrokenPage = BrokenPage.from_parent(
                session, path=self._docs, failure=self._failure
            )
            items += page.collect()

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Note that pages are collected, and a file that is named but is not on the site."""
        if isinstance(collector, Page | BrokenPage):
            self._notices[str(self._docs)] = ""
        if not isinstance(collector, Page):
            return
        if collector.session.isinitpath(collector.path) and is_installed():
            pages, path = self._built_pages(), collector.path
            is_absent = pages and path.relative_to(self._docs).as_posix() not in pages
            if is_absent and _FENCE.search(path.read_bytes()):
                cause = (
                    "the site does not have this page; exclude_docs or a plugin may leave it out"
                )
                line = f"{collector.nodeid}: its blocks are not verified, because {cause}"
                self._notices[collector.nodeid] = line

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note if there is nothing to test, because no page of the site has a block."""
        is_collected = str(self._docs) in self._notices
        if session.items or not is_collected or not is_installed():
            return
        pages = self._built_pages()
        if pages and not any(page.blocks for page in pages.values()):
            fix = "write what readers run or save in a fence with a language, such as ```bash"
            cause = "no page of the site has a block of code, so there is nothing to verify"
            self._notices["blocks"] = f"{os.path.relpath(self._docs)}: {cause}; {fix}"

    def pytest_terminal_summary(self, config: pytest.Config) -> None:
        """Note if no page is verified, although somebody may think so."""
        is_collected = str(self._docs) in self._notices  # maybe by a worker
        if is_collected or _is_part_chosen(config) or not self._docs.is_dir():
            return
        name, docs = os.path.relpath(self._file, config.rootpath), os.path.relpath(self._docs)
        root = [] if self._docs.is_relative_to(config.rootpath) else ["--rootdir=."]
        command = shlex.join(["pytest", *config.invocation_params.args, *root, docs])
        fix = f"run `{command}`, or add {docs} to testpaths in pytest's settings"
        self._notices[str(self._docs)] = f"{name}: its pages are not verified; {fix}"


def _is_part_chosen(config: pytest.Config) -> bool:
    """Return whether the command line says which part of the tests to run."""
    invocation = config.invocation_params
    is_ignored = any(str(argument).startswith("--ignore") for argument in invocation.args)
    is_named = config.args_source is config.ArgsSource.ARGS
    return is_named or is_ignored or config.rootpath in invocation.dir.parents
