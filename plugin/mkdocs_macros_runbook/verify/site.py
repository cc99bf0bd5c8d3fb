"""The site as readers get it: built by its own site generator, once for each value set."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from mkdocs.utils.yaml import yaml_load

from ..page.command_options import option_problems
from ..page.place import LineProblem
from ..page.verification_build import VERIFYING
from ..problem import Problem, Problems, suggestion
from ..values.declaration import Declaration
from ..values.resolution import Values, of_value_set
from ..values.runbook_section import declaration_of
from ..values.yaml_file import yaml_problems
from . import page_cache
from .built_page import BuiltPage, read_page
from .command_help import helps_on

#: the variable with the folder that the workers of one test run share
SHARED = "RUNBOOK_SHARED"
GENERATORS = ("mkdocs", "zensical")
#: problems of a page as Zensical prints them, at the end of a traceback
_PROBLEMS = re.compile(r"Problems: ((?:\S+:\d+: .*(?:\n|$))+)")
_NAME = "mkdocs_macros_runbook"
#: the file with the pages of a built site, in the folder that workers share
_PAGES = "pages.json"
#: no colors, and none of the advertisements that Material and other plugins print
_QUIET = dict.fromkeys(("NO_COLOR", "NO_MKDOCS_2_WARNING", "DISABLE_MKDOCS_2_WARNING"), "true")
_INFO = re.compile(r"^(?:INFO|DEBUG) .*\n(?:[ \t].*\n)*", re.MULTILINE)
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")


class Site:
    """The site that `config_file` describes."""

    def __init__(self, config_file: Path, generator: str = "mkdocs") -> None:
        self.config_file, self.generator = config_file, generator
        #: returns a digest of what the site is built from; empty if that is not known
        self.key: Callable[[], str] = str
        #: whether the site is built again, although nothing changed
        self.is_fresh = False

    @cached_property
    def _config(self) -> dict[str, Any]:
        with self.config_file.open("rb") as file:
            loaded: dict[str, Any] = yaml_load(file)
        return loaded

    @property
    def folder(self) -> Path:
        """The folder that the configuration is in."""
        return self.config_file.parent

    @property
    def cache_folder(self) -> Path:
        """The folder of what runs of the tests keep for the next."""
        return self.folder / ".cache" / "runbook"

    @property
    def docs(self) -> Path:
        """The folder of the pages."""
        folder = self.folder / str(self._config.get("docs_dir", "docs"))
        return Path(os.path.abspath(folder))  # noqa: PTH100 (pytest does not follow links either)

    @property
    def assets(self) -> tuple[list[Any], list[Any]]:
        """The site's scripts and styles, as they are listed."""
        names = ("extra_javascript", "extra_css")
        scripts, styles = ([*(self._config.get(name) or ())] for name in names)
        return scripts, styles

    @property
    def configurations(self) -> list[Path]:
        """The file of the configuration, and what it inherits from."""
        text = self.config_file.read_text(encoding="utf-8")
        inherited = re.findall(r"(?m)^INHERIT: *[\"']?([^\s\"'#]+)", text)
        return [self.config_file, *(self.folder / name for name in inherited)]

    @property
    def is_guide(self) -> bool:
        """Whether it declares something for the plugin, or names it anywhere."""
        return "runbook" in (self._config.get("extra") or {}) or _NAME in repr(self._config)

    @cached_property
    def declaration(self) -> Declaration:
        """The parameters and value sets of the site; raises `Problems`."""
        return declaration_of(self._config, self.config_file)

    @cache  # noqa: B019 (a site lives as long as its run)
    def values(self, value_set: str) -> Values:
        """Return the values of a value set; raises `Problems`."""
        return of_value_set(self.declaration, value_set)

    @cache  # noqa: B019
    def pages(self, value_set: str) -> Mapping[str, BuiltPage]:
        """Return the pages by the paths of their sources, below the folder of the pages."""
        return page_cache.load(self._built(value_set) / _PAGES) or {}

    @cache  # noqa: B019
    def _helps(self, value_set: str) -> Mapping[str, Set[str]]:
        return helps_on(self.pages(value_set).values())

    def option_problems(self, page: Path, value_set: str) -> Iterator[LineProblem]:
        """Yield each option in a sentence of `page` that is not in the help that the site shows."""
        helps = self._helps(value_set)
        if helps and page.is_file():  # else a plugin of the site makes it
            yield from option_problems(page.read_text(encoding="utf-8"), helps)

    def build(self, value_sets: Iterable[str]) -> None:
        """Build with each of `value_sets`: with the first, and if it can be, with the others.

        Raises `SiteError` or `Problems`.
        """
        first, *others = value_sets
        self._built(first)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            [*pool.map(self._built, others)]

    @cache  # noqa: B019
    def _built(self, value_set: str) -> Path:
        """Return the folder of what is built, by whichever worker comes first."""
        parameters = self.declaration.parameters
        overrides = {
            parameters[name].variable: override.value
            for name, override in self.values(value_set).overrides.items()
        }
        earlier = self.cache_folder / f"{self.generator}-{value_set}.json"

        def build(folder: Path) -> None:
            self._build(folder, overrides, earlier)

        return once(f"{self.config_file} {value_set}", build)

    def _build(self, folder: Path, overrides: Mapping[str, str], earlier: Path) -> None:
        """Write the pages into `folder`: those that an `earlier` run kept, if nothing changed."""
        key = self.key()
        pages = page_cache.load(earlier, key) if key and not self.is_fresh else None
        if pages is None:
            self._generate(folder, overrides)
            files = sorted((folder / "site").rglob("*.html"))
            read = [read_page(file.read_text(encoding="utf-8")) for file in files]
            pages = {page.path: page for page in read if page.path}
            if key:
                with suppress(OSError):  # then the next run builds the site
                    page_cache.save(earlier, pages, key)
        page_cache.save(folder / _PAGES, pages)

    def _generate(self, folder: Path, overrides: Mapping[str, str]) -> None:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment = {**inherited, **_QUIET, VERIFYING: "1"}
        config_file = self.config_file
        command = [sys.executable, "-m", self.generator, "build", "--config-file"]
        if self.generator == "mkdocs":
            command += [str(config_file), "--site-dir", str(folder / "site")]
        else:  # Zensical builds below its configuration, and keeps what it built before
            copy = folder / "project"
            shutil.copytree(self.folder, copy, ignore=self._not_sources, symlinks=False)
            command += [str(copy / config_file.name), "--clean"]
            (folder / "site").symlink_to(copy / self._config.get("site_dir", "site"))
        process = subprocess.run(
            command,
            cwd=self.folder,
            env={**environment, **overrides},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if process.returncode:
            printed = "\n".join(filter(None, (process.stdout.strip(), process.stderr.strip())))
            lines = "\n".join(_PROBLEMS.findall(printed)).splitlines()
            problems = dict.fromkeys(filter(None, lines))  # without Zensical's tracebacks
            message = "\n".join(problems) or _INFO.sub("", f"{printed}\n").strip() or printed
            raise SiteError(f"the site cannot be built with {self.generator}:\n{message}")

    def _not_sources(self, folder: str, names: list[str]) -> list[str]:
        """Return the names that no site is made from: hidden ones, packages of node, a built site.

        A folder of pages may be named `site`, too.
        """
        others = ["node_modules", "site"] if Path(folder) == self.folder else ["node_modules"]
        return [name for name in names if name.startswith(".") or name in others]


class SiteError(Exception):
    """The site cannot be built; the message has what the site generator printed."""


@dataclass
class SiteFailure:
    """Why no page of a site can be verified, and the test that reported it, if one did."""

    message: str
    reported_by: str = ""


def once(name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder that `make` fills, by whichever worker comes first."""
    from filelock import FileLock  # brought by the extra `verify`, like all that only blocks need

    key = hashlib.sha256(name.encode()).hexdigest()[:16]
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


def guide_of(config_file: Path, generator: str) -> Site | None:
    """Return the site that `config_file` describes, or `None` if it is not a guide.

    Raises `Problem` or `Problems`.
    """
    if problems := [*yaml_problems(config_file)]:
        raise Problems(problems)
    if generator not in GENERATORS:
        message = f"there is no site generator {generator!r}{suggestion(generator, GENERATORS)}"
        raise Problem("runbook_generator", message, f"choose from: {', '.join(GENERATORS)}")
    site = Site(config_file, generator)
    return site if site.is_guide else None
