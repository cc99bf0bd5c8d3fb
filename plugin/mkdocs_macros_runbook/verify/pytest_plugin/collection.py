"""Collects pages, also in folders that pytest skips, and tells which it did not collect.

With pytest-xdist, the tests of a page stay together.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Generator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from ...files import PAGES
from ...page.fence import has_fences
from ..session.session import Session
from ..site.build import SiteFailure
from ..site.built_page import BuiltPage
from .item import SITE, BrokenPage
from .pages import FilePage, Page, Pages, is_installed


class Collection:
    """Lets pytest collect the pages in `docs` of the site that `file` configures.

    `site` is the session of the site, or why the site cannot be verified. It adds to `notices`.
    """

    def __init__(
        self, file: Path, docs: Path, notices: dict[str, str], site: Session | SiteFailure
    ) -> None:
        self._file, self.docs, self._notices = file, docs, notices
        self._session = site if isinstance(site, Session) else None
        self._failure = site if isinstance(site, SiteFailure) else None

    def page(self, path: Path, parent: pytest.Collector) -> Any:
        """Return the page in the file `path`."""
        if self._failure:
            return BrokenPage.from_parent(parent, path=path, failure=self._failure)
        return FilePage.from_parent(parent, path=path, runbook=self._session)

    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> Any:
        """Collect the folder of the pages, with the pages that are no files."""
        if path != self.docs or not self._session:
            return None
        return Pages.from_parent(parent, path=path, runbook=self._session)

    def _pages(self) -> Mapping[str, BuiltPage]:
        """Return the pages of the site as it is built; none if that is not possible here."""
        return self._session.built_pages() if self._session and is_installed() else {}

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
        is_named = self.docs in path.parents and any(fnmatch(path.name, name) for name in names)
        if not is_named or not path.is_dir():
            return False
        start = f"{path.relative_to(self.docs).as_posix()}/"
        return any(page.startswith(start) for page in self._pages())

    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Add the test that reports why no page can be verified, if there is no folder of pages."""
        if not self._failure or self.docs.is_dir():
            return
        if items and _is_part_chosen(config):  # of the tests, which may be meant without the site's
            self._notices[str(self.docs)] = self._failure.message
        else:
            items += self.page(self.docs, session).collect()

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        """Note that pages are collected, and a file that is named but is not on the site."""
        if isinstance(collector, Page | BrokenPage):
            self._notices[str(self.docs)] = ""
        if not isinstance(collector, Page):
            return
        path = collector.path
        if collector.session.isinitpath(path) and (pages := self._pages()):
            is_absent = path.relative_to(self.docs).as_posix() not in pages
            if is_absent and has_fences(path.read_text(encoding="utf-8", errors="replace")):
                cause = (
                    "the site does not have this page; exclude_docs or a plugin may leave it out"
                )
                line = f"{collector.nodeid}: its blocks are not verified, because {cause}"
                self._notices[collector.nodeid] = line

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note if there is nothing to test, because no page of the site has a block."""
        if session.items or str(self.docs) not in self._notices:
            return
        pages = self._pages()
        if pages and not any(page.blocks for page in pages.values()):
            fix = "write what readers run or save as a fence with a language, such as ```bash"
            cause = "no page of the site has a block of code, so there is nothing to verify"
            self._notices["blocks"] = f"{os.path.relpath(self.docs)}: {cause}; {fix}"

    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Keep all routes of a page with one value set on one worker of pytest-xdist.

        The public way, the mark `xdist_group`, has no effect with pytest-xdist 3.8 on pytest 9.2,
        so a scheduler groups tests by their ids.
        """
        if config.getvalue("dist") not in ("load", "loadgroup", "worksteal"):
            return None
        from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]

        names = self._session.all_values if self._session else ()
        longest_first = "|".join(sorted(names, key=len, reverse=True))
        page = "|".join(map(re.escape, PAGES))
        sites = tuple(f"{suffix}::{SITE}" for suffix in PAGES)
        block = re.compile(rf"(?P<page>.*(?:{page}))::.*[\[-](?P<value_set>{longest_first})\]$")

        class KeepingTogether(LoadGroupScheduling):  # type: ignore[misc]
            def _split_scope(self, nodeid: str) -> str:
                if nodeid.endswith(sites):  # one worker reports what the site has
                    return SITE
                if match := block.match(nodeid):
                    return f"{match['page']} {match['value_set']}"
                scope: str = super()._split_scope(nodeid)
                return scope

        return KeepingTogether(config, log)

    def pytest_terminal_summary(self, config: pytest.Config) -> None:
        """Note if no page is verified, although somebody may think so."""
        is_collected = str(self.docs) in self._notices  # maybe by a worker
        if is_collected or _is_part_chosen(config) or not self.docs.is_dir():
            return
        name, docs = os.path.relpath(self._file, config.rootpath), os.path.relpath(self.docs)
        root = [] if self.docs.is_relative_to(config.rootpath) else ["--rootdir=."]
        command = shlex.join(["pytest", *config.invocation_params.args, *root, docs])
        fix = f"run `{command}`, or add {docs} to testpaths in pytest's settings"
        self._notices[str(self.docs)] = f"{name}: its pages are not verified; {fix}"


def _is_part_chosen(config: pytest.Config) -> bool:
    """Return whether the command line says which part of the tests to run."""
    invocation = config.invocation_params
    is_ignored = any(str(argument).startswith("--ignore") for argument in invocation.args)
    is_named = config.args_source is config.ArgsSource.ARGS
    return is_named or is_ignored or config.rootpath in invocation.dir.parents
