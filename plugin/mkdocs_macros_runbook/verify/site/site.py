"""The site of a guide, as its configuration describes it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import get_yaml_loader, yaml_load

from ...files import with_inherited
from ...problem import Problem, Problems, suggestion
from ...values.declaration import Declaration
from ...values.resolution import Values, of_value_set
from ...values.runbook_section import declaration_of
from ...values.yaml_file import yaml_problems

GENERATORS = ("mkdocs", "zensical")
_NAME = "mkdocs_macros_runbook"
_INHERITED = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SYSTEMROOT")


class Site:
    """The site that `config_file` describes."""

    def __init__(self, config_file: Path, generator: str = "mkdocs") -> None:
        self.config_file, self.generator = config_file, generator

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """The configuration, as the file has it."""
        # of the tag `!relative`, whose files only a build needs
        loader = get_yaml_loader(config=MkDocsConfig(str(self.config_file)))
        with self.config_file.open("rb") as file, _environment_of_builds():
            loaded: dict[str, Any] = yaml_load(file, loader)
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
        folder = self.folder / str(self.config.get("docs_dir", "docs"))
        return Path(os.path.abspath(folder))  # noqa: PTH100 (pytest does not follow links either)

    @property
    def own_folders(self) -> set[str]:
        """The names of folders beside the configuration that it names, whatever they look like."""
        theme = self.config.get("theme")
        named = [self.config.get("docs_dir"), isinstance(theme, dict) and theme.get("custom_dir")]
        return {part for name in named if name for part in Path(str(name)).parts[:1]}

    @property
    def configurations(self) -> list[Path]:
        """The file of the configuration, and those that it inherits from."""
        return [*with_inherited(self.config_file)]

    @cached_property
    def declaration(self) -> Declaration:
        """The parameters and value sets of the site; raises `Problems`."""
        declaration = declaration_of(self.config, self.config_file)
        if problems := [*self._missing_files(declaration)]:
            raise Problems(problems)
        return declaration

    def _missing_files(self, declaration: Declaration) -> Iterator[Problem]:
        """Yield a problem for each file that blocks depend on and that is not there.

        A site can be built without them, so only a verification looks for them.
        """
        for name in declaration.depends_on or ():
            path = self.folder / name
            if not path.exists():
                others = path.parent.iterdir() if path.parent.is_dir() else ()
                hint = suggestion(path.name, (other.name for other in others))
                message = f"depends_on names {name!r}, which does not exist{hint}"
                place = declaration.locate(("verification", "depends_on"))
                yield Problem(place, message, "write a path relative to mkdocs.yml")

    @cache  # noqa: B019 (a site lives as long as its run)
    def values(self, value_set: str) -> Values:
        """Return the values of a value set; raises `Problems`."""
        return of_value_set(self.declaration, value_set)


def build_environment() -> dict[str, str]:
    """Return what a build has of the environment: no credentials, and no values of parameters."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ}


@contextmanager
def _environment_of_builds() -> Iterator[None]:
    """Have the environment of builds, which `!ENV` in the configuration reads."""
    others = {name: os.environ.pop(name) for name in os.environ.keys() - {*_INHERITED}}
    try:
        yield
    finally:
        os.environ.update(others)


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
    try:
        declares_something = "runbook" in (site.config.get("extra") or {})
        if not declares_something and _NAME not in repr(site.config):
            return None
    except ConfigurationError as error:  # `{{ name }}` without quotation marks, say
        message = f"MkDocs cannot read the configuration ({error})"
        raise Problems([Problem(config_file.name, message, "correct it")]) from None
    if not site.docs.is_dir():
        message = f"docs_dir is {os.path.relpath(site.docs, site.folder)}, which is not a folder"
        fix = "correct docs_dir, or create the folder"
        raise Problems([Problem(config_file.name, message, fix)])
    return site
