"""The pytest plugin: the hooks and options of the verification.

pytest imports this module in every project that has the package installed, so it imports the rest
of the plugin only if the project has a guide.
"""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .session import Session, World
    from .site import SiteFailure
    from .walkthrough import Walkthrough

_SESSION = pytest.StashKey["Session"]()
#: the folder of the pages of a site whose configuration is invalid, and why
_BROKEN = pytest.StashKey[tuple[Path, "SiteFailure"]]()
#: sites whose pages were found but not verified, each with what to do
_OTHER_SITES = pytest.StashKey[dict[str, str]]()
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
        help="run all blocks, also those that did not change since the record of them",
    )
    parser.addini("runbook_config", "the site's configuration", default="mkdocs.yml")
    parser.addini("runbook_generator", "the site generator, mkdocs or zensical", default="mkdocs")
    parser.addini("runbook_each", "the default of --runbook-each", default="")
    parser.addini("runbook_seconds", "time limit of a block, in seconds", default="60")
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
    config.stash[_OTHER_SITES] = {}
    name = config.getini("runbook_config")
    names = [name, "mkdocs.yaml"] if name == "mkdocs.yml" else [name]  # as MkDocs looks for it
    file = next((path for path in map(config.rootpath.joinpath, names) if path.is_file()), None)
    if file is None:
        if name != "mkdocs.yml":
            raise pytest.UsageError(f"runbook_config: there is no {name}")
        return
    if file.suffix == ".toml":
        from .other_sites import without_toml

        raise pytest.UsageError(f"runbook_config: {without_toml(name)}")
    text = file.read_bytes()
    if not _GUIDE.search(text):
        return
    from ..problem import Problem, Problems

    try:
        session = _session(config, file)
    except Problem as error:  # of the command line, or of pytest's settings
        raise pytest.UsageError(str(error)) from None
    except Problems as error:  # of the site: tests of other parts of the project run as ever
        from .site import SiteFailure

        named = re.search(rb"^docs_dir: *[\"']?([^\s\"'#]+)", text, re.MULTILINE)
        docs = file.parent / (named[1].decode(errors="replace") if named else "docs")
        config.stash[_BROKEN] = docs.resolve(), SiteFailure(str(error))
        return
    if session is None:
        return
    if not session.site.docs.is_dir():
        message = f"{file.name}: there is no folder {session.site.docs.name}, its docs_dir"
        config.stash[_OTHER_SITES][file.name] = f"{message}; no page is verified"
    config.stash[_SESSION] = session
    if session.recorder.is_on:
        from .recording import Recording

        config.pluginmanager.register(Recording(session))
    if threading.current_thread() is threading.main_thread():
        # as Ctrl-C does it: the processes of blocks are killed first
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)

        def restore() -> None:
            signal.signal(signal.SIGTERM, before)

        config.add_cleanup(restore)
    from .run.folder import new_folder, remove_abandoned
    from .site import SHARED

    if SHARED not in os.environ:  # workers have it from the process that started them
        remove_abandoned()
        folder = new_folder("built")
        os.environ[SHARED] = str(folder.path)

        def remove() -> None:
            del os.environ[SHARED]
            folder.remove()

        config.add_cleanup(remove)


def _session(config: pytest.Config, file: Path) -> Session | None:
    """Return the session of the site that `file` configures, or `None` if it is not a guide."""
    from .session import Session
    from .settings import Settings, seconds_from, style_from
    from .site import guide_of

    site = guide_of(file, config.getini("runbook_generator"))
    if site is None:
        return None
    each = config.getoption("runbook_each")
    settings = Settings(
        values=config.getoption("runbook_values"),
        each=config.getini("runbook_each") if each is None else each,
        is_full=config.getoption("runbook_full"),
        is_fresh=config.getoption("runbook_fresh"),
        is_updating=bool(config.getoption("update_examples", default=False)),
        seconds=seconds_from(config.getini("runbook_seconds")),
        lint=config.getini("runbook_lint"),
        namespaces=config.getini("runbook_namespaces"),
        style=style_from(config.getini("runbook_style")),
    )

    def describe(walkthrough: Walkthrough) -> object:
        state: object = config.hook.pytest_runbook_end(walkthrough=walkthrough)
        return state

    return Session(site, settings, describe)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what still runs, also after an interrupt."""
    if session := config.stash.get(_SESSION, None):
        session.end()


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
    from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]

    names = {**session.value_sets, **session.options} if session else {}
    longest_first = "|".join(sorted(names, key=len, reverse=True))
    ours = re.compile(rf"(?P<page>.*\.md)::.*[\[-](?P<value_set>{longest_first})\]$")

    class KeepingTogether(LoadGroupScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            match = ours.match(nodeid)
            if nodeid.endswith(".md::site"):  # one worker reports what the site has
                return "site"
            if match:
                return f"{match['page']} {match['value_set']}"
            scope: str = super()._split_scope(nodeid)
            return scope

    return KeepingTogether(config, log)


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the folder of the pages, with the pages that are no files."""
    session = parent.config.stash.get(_SESSION, None)
    if session is None or path != session.site.docs:
        return None
    from .items import Pages

    pages: Pages = Pages.from_parent(parent, path=path, runbook=session)
    return pages


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Collect the pages of the guide."""
    if file_path.suffix not in _PAGES:
        return None
    stash = parent.config.stash
    session, broken = stash.get(_SESSION, None), stash.get(_BROKEN, None)
    if session and file_path.is_relative_to(session.site.docs):
        from .items import Page

        page: Page = Page.from_parent(parent, path=file_path, runbook=session)
        return page
    if broken and file_path.is_relative_to(broken[0]):
        from .item import BrokenPage

        broken_page: BrokenPage = BrokenPage.from_parent(parent, path=file_path)
        broken_page.failure = broken[1]
        return broken_page
    from .other_sites import not_verified

    root = parent.config.rootpath
    own = root / parent.config.getini("runbook_config")
    if other := not_verified(file_path, root, own):
        stash[_OTHER_SITES].update([other])
    return None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell the session which blocks have tests in this run."""
    if runbook := session.config.stash.get(_SESSION, None):
        from .item import tested_blocks

        runbook.tested = tested_blocks(session.items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a worker of pytest-xdist send what it noted."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["runbook_other_sites"] = session.config.stash[_OTHER_SITES]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker noted."""
    sites = getattr(node, "workeroutput", {}).get("runbook_other_sites", {})
    node.config.stash[_OTHER_SITES].update(sites)


@pytest.fixture(scope="session")
def runbook_world() -> World:
    """The world of walkthroughs, which is empty; an author's fixture of this name replaces it."""

    @contextmanager
    def world(walkthrough: Walkthrough) -> Iterator[Mapping[str, str]]:
        yield {}

    return world


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End a walkthrough after its last test, while the author's fixtures still exist."""
    session = item.config.stash.get(_SESSION, None)
    if session is None:
        return
    from .item import plan_of

    plan = plan_of(nextitem)
    if plan is None or not session.is_open_for(plan):
        session.close()


def pytest_report_teststatus(
    report: pytest.CollectReport | pytest.TestReport, config: pytest.Config
) -> tuple[str, str, str] | None:
    """Keep blocks without a verifier apart: they fail, but the report has one line for them all."""
    if config.stash.get(_SESSION, None) and isinstance(report, pytest.TestReport):
        from .report import is_unverified

        if is_unverified(report):
            return "unverified", "U", "UNVERIFIED"
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report how many blocks were verified, and list those that are exempt, with their reasons."""
    stash = terminalreporter.config.stash
    if stash.get(_SESSION, None):
        from .report import summarize

        summarize(terminalreporter)
    for line in stash[_OTHER_SITES].values():
        terminalreporter.write_line(line, yellow=True)
