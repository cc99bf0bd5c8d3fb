"""The site as readers get it: built by its own site generator, once for each value set."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from mkdocs.utils.yaml import yaml_load

from ..page.fence import VERIFYING
from ..problem import Problem, Problems
from ..values.declaration import Declaration, read
from ..values.resolution import Values, of_value_set
from ..values.yaml_file import place_of, yaml_problems
from .block import BuiltPage, count_blocks, read_page

#: names the folder that the workers of one test run share
SHARED = "RUNBOOK_SHARED"
GENERATORS = ("mkdocs", "zensical")
#: a problem of ours as Zensical tells it, at the end of a traceback
_OURS = re.compile(r"Problems: (\S+:\d+: .*)")
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")


class Site:
    """The site that `config_file` describes."""

    def __init__(self, config_file: Path, generator: str = "mkdocs") -> None:
        self.config_file, self.generator = config_file, generator

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
    def docs(self) -> Path:
        """The folder of the pages."""
        return (self.folder / str(self._config.get("docs_dir", "docs"))).resolve()

    @property
    def is_a_guide(self) -> bool:
        """Say whether the plugin takes part in it."""
        return "runbook" in (self._config.get("extra") or {})

    @cached_property
    def declaration(self) -> Declaration:
        """What the site declares; raises `Problems`."""
        declared = (self._config.get("extra") or {}).get("runbook")
        return read(
            declared,
            self.folder,
            lambda keys: place_of(self.config_file, ("extra", "runbook", *keys)),
        )

    @cache  # noqa: B019 (a site lives as long as its run)
    def values(self, value_set: str) -> Values:
        """Return the values of a value set; raises `Problems`."""
        return of_value_set(self.declaration, value_set)

    @cache  # noqa: B019
    def pages(self, value_set: str) -> Mapping[str, BuiltPage]:
        """Return the pages by their path in the folder of pages."""
        pages = {}
        for file in sorted(self._built(value_set).rglob("*.html")):
            html = file.read_text(encoding="utf-8")
            page = read_page(html)
            if page.path:
                page.counted = count_blocks(html)
                pages[page.path] = page
        return pages

    def _built(self, value_set: str) -> Path:
        """Build the site, unless another worker did."""
        parameters = self.declaration.parameters
        overrides = {
            parameters[name].variable: override.value
            for name, override in self.values(value_set).overrides.items()
        }
        return once(f"{self.config_file} {value_set}", lambda to: self._build(to, overrides))

    def _build(self, folder: Path, overrides: Mapping[str, str]) -> None:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment = {**kept, "NO_COLOR": "1", "NO_MKDOCS_2_WARNING": "1", VERIFYING: "1"}
        config_file = self.config_file
        command = [sys.executable, "-m", self.generator, "build", "--config-file"]
        if self.generator == "mkdocs":
            command += [str(config_file), "--site-dir", str(folder / "site"), "--quiet"]
        else:  # Zensical builds below its configuration, and keeps what it built before
            copy = folder / "project"
            shutil.copytree(self.folder, copy, ignore=_left_out, symlinks=False)
            command += [str(copy / config_file.name), "--clean"]
            (folder / "site").symlink_to(copy / self._config.get("site_dir", "site"))
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env={**environment, **overrides},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            said = "\n".join(filter(None, (ran.stdout.strip(), ran.stderr.strip())))
            ours = dict.fromkeys(_OURS.findall(said))  # Zensical's tracebacks around them are long
            told = "\n".join(ours) or said
            raise SiteError(f"the site cannot be built with {self.generator}:\n{told}")


class SiteError(Exception):
    """The site could not be built; says what the site generator said."""


def _left_out(folder: str, names: list[str]) -> list[str]:
    """Leave out what no site is made of: hidden folders, packages of node, what was built."""
    return [name for name in names if name.startswith(".") or name in ("node_modules", "site")]


def once(name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder of the site that `make` builds, by whichever worker asks for it first."""
    key = hashlib.sha256(name.encode()).hexdigest()[:16]
    shared = Path(os.environ[SHARED])
    with (shared / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shared / key
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder / "site"


def site_of(folder: Path, name: str, generator: str) -> Site | None:
    """Return the site of `folder`, where its configuration declares one for the plugin."""
    config_file = folder / name
    if not config_file.is_file():
        return None
    if problems := [*yaml_problems(config_file)]:
        raise Problems(problems)
    if generator not in GENERATORS:
        known = " or ".join(GENERATORS)
        raise Problems([Problem("runbook_generator", f"{generator!r} is none", f"write {known}")])
    site = Site(config_file, generator)
    return site if site.is_a_guide else None
