"""The pytest plugin: options, tests, the report, the results for the record.

pytest imports this module in every project that has the package installed, so it imports the rest
of the plugin only if the project has a guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ..session import Session
    from ..site.build import SiteFailure
    from ..walkthrough.walkthrough import Walkthrough
    from ..walkthrough.world import World

_SESSION: pytest.StashKey[Session] = pytest.StashKey()
#: the folder of the pages of a site whose configuration is invalid, and why
_BROKEN: pytest.StashKey[tuple[Path, SiteFailure]] = pytest.StashKey()
#: lines for the end of the run, by what they are about; empty if there is nothing to say of that
_NOTICES: pytest.StashKey[dict[str, str]] = pytest.StashKey()
#: how the names of pages end, for MkDocs
_PAGES = (".md", ".markdown", ".mdown", ".mkd", ".mkdn")
# a guide's configuration, or one that may inherit a guide's
_GUIDE = re.compile(rb"runbook|^INHERIT:", re.MULTILINE)


class Hooks:
    """The hooks that an author's `conftest.py` may implement."""

    @pytest.hookspec(firstresult=True)
    def pytest_runbook_end(self, walkthrough: Walkthrough) -> object:
        """Return the final state of a walkthrough, in JSON types that do not depend on the route.

        It is called after the last block. All routes of a page must have the same final state.
        """

    @pytest.hookspec(firstresult=True)
    def pytest_runbook_tools(self) -> Mapping[str, str] | None:
        """Return versions for the record, by the names of the programs that the blocks ran with."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the hooks for authors."""
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and settings."""
    group = parser.getgroup("runbook", "verified documentation")
    group.addoption(
        "--runbook-values",
        default="",
        metavar="NAMES",
        help="verify with these value sets, separated by commas (default: all that are declared)",
    )
    group.addoption(
        "--runbook-each",
        default=None,
        metavar="PARAMETER[:PROPERTY=TEXT]",
        help="also verify with each option of PARAMETER, or with those whose PROPERTY is TEXT; "
        "checks only blocks that need no execution, unless --runbook-full is given",
    )
    group.addoption(
        "--runbook-full",
        action="store_true",
        help="run whole walkthroughs with each option of --runbook-each",
    )
    group.addoption(
        "--runbook-fresh",
        action="store_true",
        help="run all blocks, including those that did not change since they were recorded",
    )
    parser.addini("runbook_config", "the site's configuration", default="mkdocs.yml")
    parser.addini("runbook_generator", "the site generator, mkdocs or zensical", default="mkdocs")
    parser.addini("runbook_each", "the default of --runbook-each", default="")
    parser.addini("runbook_seconds", "time limit of a block, in seconds", "float", default=60.0)
    parser.addini("runbook_lint", "whether to lint Python blocks", type="bool", default=True)
    parser.addini(
        "runbook_namespaces",
        "whether blocks get a network and processes of their own, where the machine allows it",
        type="bool",
        default=True,
    )
    parser.addini(
        "runbook_style",
        "settings of pytest-examples for Python blocks, as name=value",
        type="linelist",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start a session if the project has a guide."""
    notices = config.stash[_NOTICES] = {}
    file = _configuration(config)
    if file is None or not _GUIDE.search(file.read_bytes()):
        return
    from ...problem import Problem, Problems
    from ..site.build import SiteFailure
    from .collection import Collection
    from .other_sites import folder_of_pages
    from .session_start import session_of

    try:
        session = session_of(config, file)
    except Problem as error:  # of the command line, or of pytest's settings
        raise pytest.UsageError(str(error)) from None
    except Problems as error:  # of the site: tests of other parts of the project run as ever
        docs = folder_of_pages(file)
        failure = SiteFailure(str(error))
        config.stash[_BROKEN] = docs, failure
        config.pluginmanager.register(Collection(file, docs, dict, notices, failure))
        return
    if session:
        _register(config, session, notices)


def _register(config: pytest.Config, session: Session, notices: dict[str, str]) -> None:
    """Register the plugins with which pytest collects, runs and records what `session` has."""
    from ...live.assets import without_form
    from .collection import Collection
    from .record_hooks import Recording
    from .session_hooks import SessionHooks
    from .session_start import prepare

    config.stash[_SESSION] = session
    prepare(config)
    site, file = session.site, session.site.config_file
    config.pluginmanager.register(SessionHooks(session))
    config.pluginmanager.register(Collection(file, site.docs, session.built_pages, notices))
    if site.declaration.verification:
        config.pluginmanager.register(Recording(session, notices))
    if site.declaration.has_form and (why := without_form(site.config)):
        notices[file.name] = f"{file.name}: {why}"


def _configuration(config: pytest.Config) -> Path | None:
    """Return the file that configures the site, or `None` if there is none."""
    name = config.getini("runbook_config")
    names = [name, "mkdocs.yaml"] if name == "mkdocs.yml" else [name]  # as MkDocs looks for it
    file = next((path for path in map(config.rootpath.joinpath, names) if path.is_file()), None)
    if file is None and name != "mkdocs.yml":
        raise pytest.UsageError(f"runbook_config: there is no {name}")
    if file and file.suffix == ".toml":
        fix = "write the site's configuration as mkdocs.yml"
        raise pytest.UsageError(f"runbook_config: {name} cannot be used; {fix}")
    return file


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep all routes of a page with one value set on one worker of pytest-xdist.

    The public way, the mark `xdist_group`, has no effect with pytest-xdist 3.8 on pytest 9.2, so a
    scheduler groups tests by their ids.
    """
    session = config.stash.get(_SESSION, None)
    is_ours = session is not None or _BROKEN in config.stash
    if not is_ours or config.getvalue("dist") not in ("load", "loadgroup", "worksteal"):
        return None
    from .scheduler import scheduler

    return scheduler(config, log, [*session.all_values] if session else [])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Collect the pages of the guide."""
    if file_path.suffix not in _PAGES:
        return None
    stash = parent.config.stash
    session, broken = stash.get(_SESSION, None), stash.get(_BROKEN, None)
    if session and file_path.is_relative_to(session.site.docs):
        from .pages import FilePage

        page: FilePage = FilePage.from_parent(parent, path=file_path, runbook=session)
        return page
    if broken and file_path.is_relative_to(broken[0]):
        from .item import BrokenPage

        broken_page: BrokenPage = BrokenPage.from_parent(parent, path=file_path, failure=broken[1])
        return broken_page
    from .other_sites import not_verified

    config = parent.config
    if other := not_verified(file_path, config.rootpath, _configuration(config)):
        stash[_NOTICES].update([other])
    return None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker of pytest-xdist send its notices."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["runbook_notices"] = session.config.stash[_NOTICES]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over the notices of a worker."""
    notices = getattr(node, "workeroutput", {}).get("runbook_notices", {})
    node.config.stash[_NOTICES].update(notices)


@pytest.fixture(scope="session")
def runbook_world() -> World:
    """The world of walkthroughs, which is empty; an author's fixture of this name replaces it."""

    @contextmanager
    def world(walkthrough: Walkthrough) -> Iterator[Mapping[str, str]]:
        yield {}

    return world


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the report and the notices; without a guide here, also those about guides nearby."""
    config, stash = terminalreporter.config, terminalreporter.config.stash
    root, is_narrow = config.rootpath, config.args_source is config.ArgsSource.TESTPATHS
    if _SESSION in stash or _BROKEN in stash:
        from .report import summarize

        summarize(terminalreporter, _PAGES)
    elif _is_in_repository(root):
        from .other_sites import beside

        stash[_NOTICES].update(beside(root))
    if is_narrow and any(any(root.glob(f"{folder}/mkdocs*.y*ml")) for folder in ("*", "*/*")):
        from .other_sites import below

        stash[_NOTICES].update(below(root, _configuration(config)))
    for line in filter(None, stash[_NOTICES].values()):
        terminalreporter.write_line(line, yellow=True)


def _is_in_repository(folder: Path) -> bool:
    """Return whether a folder is a part of a git repository, and not the whole."""
    repository = next(
        (path for path in (folder, *folder.parents) if (path / ".git").exists()), folder
    )
    return repository != folder
