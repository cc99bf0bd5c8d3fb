"""The site as readers get it: built by its own site generator, once for each value set."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from ...files import pages_in
from ...page.command_options import helped_command, option_problems, options_in
from ...page.place import LineProblem
from ...page.verification_build import VERIFYING, WHOLE
from ...problem import Problem
from ...record.digest import digest
from ...values.yaml_file import missing_module, modules_in
from ..block import Block
from ..output import has_any_lines
from ..run.process import run_tool
from ..shell_commands import commands_in
from .built_page import BuiltPage, load_pages, read_page, save_pages
from .site import Site, build_environment

#: the variable with the folder that the workers of one test run share
SHARED = "RUNBOOK_SHARED"
#: problems of a page as Zensical prints them, at the end of a traceback
_PROBLEMS = re.compile(r"Problems: ((?:\S+:\d+: .*(?:\n|$))+)")
#: one of ours, as MkDocs prints it
_OUR_PROBLEM = re.compile(r"^(?:ERROR +- +)?\S+:\d+: ", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\s*\n.*?^---\s*$", re.DOTALL | re.MULTILINE)
#: what both print of a module that Python does not have, in a traceback
_NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
#: the file with the pages of a built site, in the folder that workers share
_PAGES = "pages.json"
#: no colors, and none of the advertisements that Material and other plugins print
_QUIET = dict.fromkeys(("NO_COLOR", "NO_MKDOCS_2_WARNING", "DISABLE_MKDOCS_2_WARNING"), "true")
_INFO = re.compile(r"^(?:INFO|DEBUG) .*\n(?:[ \t].*\n)*", re.MULTILINE)


class Build:
    """The pages of `site`, built with each value set that is asked for.

    `key` returns a digest of what the site is built from; empty if that is not known. While it is
    the same, pages are taken from an earlier run, unless the build `is_fresh`.
    """

    def __init__(self, site: Site, key: Callable[[], str] = str, *, is_fresh: bool = False) -> None:
        self._site, self._key, self._is_fresh = site, key, is_fresh

    @cache  # noqa: B019 (a build lives as long as its run)
    def pages(self, value_set: str) -> Mapping[str, BuiltPage]:
        """Return the pages by the paths of their sources, below the folder of the pages."""
        return load_pages(self._folder(value_set) / _PAGES) or {}

    @cache  # noqa: B019
    def _helps(self, value_set: str) -> Mapping[str, Set[str]]:
        """Return the options of each command whose help a page shows, by the command."""
        helps: dict[str, Set[str]] = {}
        for page in self.pages(value_set).values():
            for command, text in chain.from_iterable(map(_help_texts, page.blocks)):
                if (name := helped_command(command)) and not has_any_lines(text):
                    helps[name] = helps.get(name, set()) | options_in(text)
        return helps

    def option_problems(self, page: Path, value_set: str) -> Iterator[LineProblem]:
        """Yield each option in a sentence of `page` that is not in the help that the site shows."""
        helps = self._helps(value_set)
        if helps and page.is_file():  # else a plugin of the site makes it
            yield from option_problems(page.read_text(encoding="utf-8"), helps)

    def pages_with(self, value_sets: Collection[str]) -> Mapping[str, Mapping[str, BuiltPage]]:
        """Return the pages with each of `value_sets`; if the first can be built, with the others.

        Raises `SiteError`, `OSError` or `Problems`.
        """
        first, *others = value_sets
        self._folder(first)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            [*pool.map(self._folder, others)]
        pages = {name: self.pages(name) for name in value_sets}
        if not pages[first] and not _is_empty(self._site.docs):
            fix = "add mkdocs_macros_runbook to markdown_extensions"
            raise SiteError(f"no block can be read from the built site; {fix}")
        return pages

    @cache  # noqa: B019
    def _folder(self, value_set: str) -> Path:
        """Return the folder of what is built, by whichever worker comes first."""
        parameters = self._site.declaration.parameters
        overrides = {
            parameters[name].variable: override.value
            for name, override in self._site.values(value_set).overrides.items()
        }
        earlier = self._site.cache_folder / f"{self._site.generator}-{value_set}.json"
        return once(
            f"{self._site.config_file} {value_set}",
            lambda folder: self._write_pages(folder, overrides, earlier),
        )

    def _write_pages(self, folder: Path, overrides: Mapping[str, str], earlier: Path) -> None:
        """Write the pages into `folder`: those that an `earlier` run kept, if nothing changed."""
        key = self._key()
        pages = load_pages(earlier, key) if key and not self._is_fresh else None
        if pages is None:
            self._generate(folder, overrides)
            files = sorted((folder / "site").rglob("*.html"))
            docs = Path(os.path.relpath(self._site.docs, self._site.folder)).as_posix()
            read = [read_page(file.read_text(encoding="utf-8"), docs) for file in files]
            pages = {page.path: page for page in read if page.path}
            if key:
                with suppress(OSError):  # then the next run builds the site
                    save_pages(earlier, pages, key)
        save_pages(folder / _PAGES, pages)

    def _generate(self, folder: Path, overrides: Mapping[str, str]) -> None:
        site, config_file = self._site, self._site.config_file
        command = [sys.executable, "-m", site.generator, "build", "--config-file"]
        if site.generator == "mkdocs":
            command += [str(config_file), "--site-dir", str(folder / "site")]
        else:  # Zensical builds below its configuration, and keeps what it built before
            copy = folder / "project" / site.folder.name
            shutil.copytree(site.folder, copy, ignore=self._not_sources, symlinks=False)
            with suppress(PermissionError):  # of a folder that can only be entered
                for other in site.folder.parent.iterdir():  # `../base.yml`, say
                    if other.name != copy.name:
                        (copy.parent / other.name).symlink_to(other)
            config_file = copy / site.config_file.name
            command += [str(config_file), "--clean"]
            (folder / "site").symlink_to(copy / str(site.config.get("site_dir", "site")))
        environment = {**build_environment(), **_QUIET, VERIFYING: str(config_file), **overrides}
        result = run_tool(command, site.folder, None, environment)
        is_ours = _OUR_PROBLEM.search(result.all_output)
        if result.code and not is_ours and site.generator == "mkdocs":
            # a hook may read what is left out
            result = run_tool(command, site.folder, None, {**environment, WHOLE: "true"})
        if result.code:
            why = self._why(result.all_output.strip())
            raise SiteError(f"the site cannot be built with {site.generator}:\n{why}")

    def _why(self, printed: str) -> str:
        """Return why the site cannot be built, from what its generator `printed`."""
        if "utf-8" in printed.lower() and (pages := [*_unreadable_pages(self._site)]):
            return "\n".join(map(str, pages))
        if name := _NO_MODULE.search(printed):
            modules = modules_in(self._site.config.get("plugins"))
            if problem := missing_module(name[1], modules, self._site.config_file):
                return str(problem)
        lines = "\n".join(_PROBLEMS.findall(printed)).splitlines()
        problems = dict.fromkeys(filter(None, lines))  # without Zensical's tracebacks
        return "\n".join(problems) or _INFO.sub("", f"{printed}\n").strip() or printed

    def _not_sources(self, folder: str, names: list[str]) -> list[str]:
        """Return the names that no site is made from: hidden ones, packages of node, a built site.

        A folder of pages may be named `site`, too. What is no file or folder cannot be copied.
        """
        is_top = Path(folder) == self._site.folder
        others = ["node_modules", "site"] if is_top else ["node_modules"]
        own = self._site.own_folders if is_top else ()
        return [
            name
            for name in names
            if not ((path := Path(folder, name)).is_file() or path.is_dir())
            or ((name.startswith(".") or name in others) and name not in own)
        ]


class SiteError(Exception):
    """The site cannot be built; the message has what the site generator printed."""


@dataclass
class SiteFailure:
    """Why no page of a site can be verified, and the test that reported it, if one did."""

    message: str
    reported_by: str = ""


def _unreadable_pages(site: Site) -> Iterator[Problem]:
    """Yield a problem for each page that no site generator can read."""
    for file in pages_in(site.docs):
        try:
            file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            place = Path(os.path.relpath(file, site.folder)).as_posix()
            yield Problem(place, f"the page is not UTF-8 ({error})", "save it as UTF-8")


def _help_texts(block: Block) -> Iterable[tuple[str, str]]:
    """Return each command that a block names, with the output that it shows, which is verified."""
    if block.exemption:
        return []
    if block.shows:
        return [(block.shows, block.text)]
    return commands_in(block.text)[1] if block.language == "console" else []


def _is_empty(docs: Path) -> bool:
    """Return whether no page below `docs` has a text, which Markdown would convert."""
    files = pages_in(docs)
    texts = (file.read_text(encoding="utf-8", errors="replace") for file in files)
    return bool(files) and not any(_FRONT_MATTER.sub("", text).strip() for text in texts)


def once(name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder that `make` fills, by whichever worker comes first."""
    from filelock import FileLock  # brought by the extra `verify`, like all that only blocks need

    key = digest(name)
    shared = Path(os.environ[SHARED])
    with FileLock(shared / f"{key}.lock"):
        folder = shared / key
        if (folder / "failed").exists():
            raise SiteError((folder / "failed").read_text(encoding="utf-8"))
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                make(folder)
            except SiteError as error:  # the other workers would meet the same
                (folder / "failed").write_text(str(error), encoding="utf-8")
                raise
            (folder / "made").touch()
    return folder
