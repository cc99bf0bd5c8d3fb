"""What a result depends on: while none of it changes, a block is not run again.

An author declares which files the blocks use. Without that, nobody knows, and blocks always run.
"""

from __future__ import annotations

import inspect
import os
import platform
import re
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from ...record.digest import dependencies_digest, digest, files_digest
from ...record.record import PACKAGES, PROGRAMS
from ...record.record_file import FILE
from ..languages.typescript import installed_compiler
from ..plan import Plan
from ..run.process import LOCALE, run_tool
from ..settings import Settings
from ..site.site import Site
from ..walkthrough.verifier import verifiers

_CONFTEST = "conftest.py"
_PLUGIN = Path(__file__).parents[2]


def common_digest(site: Site, settings: Settings) -> str:
    """Return a digest of what all results depend on.

    That is the files that the site declares, the code of the plugin, of `conftest.py` and of
    verifiers, the versions of all that is installed, the programs, and the settings. It is empty if
    the site does not declare `depends_on`.
    """
    depends_on = site.declaration.depends_on
    if depends_on is None:
        return ""
    # those that pytest finds for the pages: a world may be in any of them
    folders = (site.folder, site.docs, *site.docs.parents)
    conftests = [*(folder / _CONFTEST for folder in folders), *site.docs.rglob(_CONFTEST)]
    packages = Path(sysconfig.get_path("purelib"))
    installed = sorted(path.name for path in packages.glob("*.dist-info"))  # with versions
    digests = [f"{name}/RECORD" for name in installed]  # of the files, at the same version too
    style = sorted(settings.style.items())
    return digest(
        [
            dependencies_digest(site.folder, site.declaration.against, depends_on),
            files_digest(_PLUGIN, ["."]),
            [files_digest(file.parent, [file.name]) for file in _sources(conftests)],
            [installed, files_digest(packages, digests)],
            [sys.platform, platform.machine(), platform.release(), sys.version],
            [*_programs()],
            [os.environ.get(name) for name in LOCALE],
            (settings.seconds, settings.lint, settings.namespaces, style),
            settings.is_full,
        ]
    )


def _sources(conftests: Iterable[Path]) -> list[Path]:
    """Return the files of the author's verifiers, and of `conftest.py`."""
    files = {*conftests}
    for verifier in verifiers().values():
        if source := inspect.getsourcefile(verifier.verify):
            files.add(Path(source))
    return sorted(one for one in files if one.is_file() and not one.is_relative_to(_PLUGIN))


def _programs() -> Iterator[object]:
    for name in sorted({*PROGRAMS.values()} - {"Python"}):  # whose packages are in the digest
        if path := shutil.which(name):
            yield _state(Path(path))
    if compiler := installed_compiler():
        yield _state(compiler.parents[1] / "package.json")
        packages = compiler.parents[2] / ".package-lock.json"  # as npm keeps it
        yield _state(packages) if packages.is_file() else None


def _state(file: Path) -> list[object]:
    state = file.stat()
    return [str(file), state.st_mtime_ns, state.st_size]


def site_digest(site: Site, common: str) -> str:
    """Return a digest of what the site is built from, and of what its results depend on."""
    names = [*map(str, site.configurations), str(site.docs)]
    files = files_digest(site.folder, names, without=FILE)
    # options and facts may be in files elsewhere
    declared = repr([site.declaration.parameters, site.declaration.facts])
    return digest([common, site.generator, files, declared])


def inputs_digest_of(plan: Plan, positions: range, common: str) -> str:
    """Return a digest of what the results of these blocks depend on; empty if that is not known."""
    if not common:
        return ""
    contents = [
        [block.language, block.parts, block.attributes, block.is_fence, exempt and exempt.language]
        for block in plan.blocks[positions.start : positions.stop]
        for exempt in [block.follows_exempt]
    ]
    names = [plan.page, plan.route, plan.value_set, plan.is_standalone]
    return digest([common, names, dict(plan.values.by_name), contents])


def tool_versions(languages: Iterable[str]) -> dict[str, str]:
    """Return the versions of the programs that verify blocks."""
    versions = {"Python": platform.python_version()}
    for package in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            versions[package] = metadata.version(package)
    for program in sorted({PROGRAMS[language] for language in PROGRAMS.keys() & {*languages}}):
        if program not in versions and shutil.which(program):
            printed = run_tool([program, "--version"], Path.cwd()).output
            if version := re.search(r"[0-9]+[.][0-9.]*[0-9]", printed):
                versions[program] = version[0]
    return versions
