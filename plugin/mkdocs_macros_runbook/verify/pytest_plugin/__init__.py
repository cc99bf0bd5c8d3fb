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
    from ..walkthrough.walkthrough import Walkthrough
    from ..walkthrough.world import World
    from .collection import Collection

#: what collects the pages, if the project has a guide
_COLLECTION: pytest.StashKey[Collection] = pytest.StashKey()
#: lines for the end of the run, by what they are about; empty if there is nothing to say of that
_NOTICES: pytest.StashKey[dict[str, str]] = pytest.StashKey()
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
        help="run all blocks, also those that have not changed since they were verified",
    )
    parser.addini("runbook_config", "the site's configuration", default="mkdocs.yml")
    parser.addini("runbook_generator", "the site generator, mkdocs or zensical", default="mkdocs")
    parser.addini("runbook_each", "the default of --runbook-each", default="")
    parser.addini("runbook_seconds", "time limit of a block, in seconds", "float", default=60.0)
    parser.addini("runbook_lint", "whether to lint Python blocks", type="bool", default=True)
    parser.addini(
        "runbook_namespaces",
        "whether blocks get a network and processes of their own, if the machine allows it",
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
    if file is None or not _GUIDE.search(file.read_bytes().replace(b"\0", b"")):  # or in UTF-16
        return
    from ...problem import Problem, Problems
    from ..site.build import SiteFailure
    from .collection import Collection
    from .other_sites import folder_of_pages
    from .session_hooks import register, session_of

    try:
        session = session_of(config, file)
    except Problem as error:  # of the command line, or of pytest's settings
        raise pytest.UsageError(str(error)) from None
    except Problems as error:  # of the site: tests of other parts of the project run as ever
        docs, failure = folder_of_pages(file), SiteFailure(str(error))
        config.stash[_COLLECTION] = Collection(file, docs, notices, failure)
    else:
        if session is None:
            return
        config.stash[_COLLECTION] = Collection(file, session.site.docs, notices, session)
        register(config, session, notices)
    config.pluginmanager.register(config.stash[_COLLECTION])


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


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Collect the pages of the guide."""
    if not file_path.suffix.startswith(".m"):  # as those of all pages do
        return None
    from ...files import PAGES

    if file_path.suffix not in PAGES:
        return None
    config, stash = parent.config, parent.config.stash
    collection = stash.get(_COLLECTION, None)
    if collection and file_path.is_relative_to(collection.docs):
        page: pytest.File = collection.page(file_path, parent)
        return page
    from .other_sites import not_verified

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
    if _COLLECTION in stash:
        from .report import summarize

        summarize(terminalreporter)
    elif _is_in_repository(config.rootpath):
        from .other_sites import beside

        stash[_NOTICES].update(beside(config.rootpath))
    if config.args_source is config.ArgsSource.TESTPATHS:
        from .other_sites import below

        stash[_NOTICES].update(below(config.rootpath, _configuration(config)))
    for line in filter(None, stash[_NOTICES].values()):
        from ...problem import printable

        terminalreporter.write_line(printable(line), yellow=True)


def _is_in_repository(folder: Path) -> bool:
    """Return whether a folder is a part of a git repository, and not the whole."""
    is_whole = (folder / ".git").exists()
    return not is_whole and any((above / ".git").exists() for above in folder.parents)
