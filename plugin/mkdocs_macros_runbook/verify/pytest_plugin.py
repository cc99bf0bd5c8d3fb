"""The pytest plugin: every block of a site's built pages as a test, and the one module that knows
pytest.

A test's id names page, source line, route and value set: `docs/page.md::line-141[script-default]`.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import unified_diff
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from pprint import pformat
from typing import Any

import pytest

from ..problem import Failure, Problems
from ..values.declaration import DEFAULT
from ..values.text import slug
from . import hooks
from .block import Block, BuiltPage
from .languages import all as verifiers
from .languages.lint import known_settings
from .plan import Plan, Read, reading, unmet, walkthroughs
from .session import Settings, Verification, World
from .site import SHARED, SiteError, site_of
from .walkthrough import Walkthrough

assert verifiers  # importing them registers them


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Offer the hooks of `hooks.py`."""
    pluginmanager.add_hookspecs(hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options of the verification."""
    group = parser.getgroup("runbook", "verified documentation")
    group.addoption(
        "--runbook-values",
        default="",
        help="the value sets to verify with, separated by commas (default: all that are declared)",
    )
    group.addoption(
        "--runbook-each",
        default=None,
        metavar="PARAMETER[:FACT=TEXT]",
        help="verify with each option of a parameter too, or with those of which a fact is so: "
        "blocks that can be verified by reading them",
    )
    group.addoption(
        "--runbook-full",
        action="store_true",
        help="with each option, verify whole walkthroughs",
    )
    parser.addini("runbook_config", "the site's configuration", default="mkdocs.yml")
    parser.addini("runbook_generator", "mkdocs or zensical", default="mkdocs")
    parser.addini("runbook_each", "what --runbook-each is by default", default="")
    parser.addini("runbook_seconds", "how long a block may take", default="60")
    parser.addini("runbook_lint", "lint Python blocks", type="bool", default=True)
    parser.addini(
        "runbook_style",
        "pytest-examples' settings for Python blocks, as name=value",
        type="linelist",
        default=[],
    )


_STASH = pytest.StashKey[Verification]()


def pytest_configure(config: pytest.Config) -> None:
    """Find the site; share what is built between workers."""
    name, generator = config.getini("runbook_config"), config.getini("runbook_generator")
    try:
        site = site_of(config.rootpath, name, generator)
    except Problems as problems:
        raise pytest.UsageError(str(problems)) from None
    if site is None:
        if name != "mkdocs.yml" and not (config.rootpath / name).is_file():
            raise pytest.UsageError(f"runbook_config: there is no {name}")
        return
    verification = Verification(site, _settings(config), partial(_described, config))
    try:
        verification.value_sets()
        verification.options()
    except Problems as problems:
        raise pytest.UsageError(str(problems)) from None
    config.stash[_STASH] = verification
    if threading.current_thread() is threading.main_thread():
        # as at Ctrl-C: what blocks started is ended first
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)

        def restore() -> None:
            signal.signal(signal.SIGTERM, before)

        config.add_cleanup(restore)
    if SHARED not in os.environ:
        os.environ[SHARED] = tempfile.mkdtemp(prefix="runbook-built-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(SHARED), ignore_errors=True))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what still runs, also after an interrupt."""
    if verification := config.stash.get(_STASH, None):
        verification.end()
        verification.write_updates()


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep all routes of a page with one value set on one worker of xdist.

    By its id, since what xdist makes of the mark `xdist_group` is lost on pytest 9.2.
    """
    verification = config.stash.get(_STASH, None)
    if verification is None or config.getvalue("dist") not in ("load", "loadgroup", "worksteal"):
        return None
    from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]

    sets = {**verification.value_sets(), **verification.options()}
    names = sorted(sets, key=len, reverse=True)
    ours = re.compile(rf"(?P<page>.*\.md)::.*[\[-](?P<value_set>{'|'.join(names)})\]$")

    class KeepingTogether(LoadGroupScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            found = ours.match(nodeid)
            if found:
                return f"{found['page']} {found['value_set']}"
            own: str = super()._split_scope(nodeid)
            return own

    return KeepingTogether(config, log)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Page | None:
    """Collect the pages of the site."""
    verification = parent.config.stash.get(_STASH, None)
    if verification is None or file_path.suffix != ".md":
        return None
    if not file_path.is_relative_to(verification.site.docs):
        return None
    page: Page = Page.from_parent(parent, path=file_path)
    return page


class Page(pytest.File):
    """A page of the site."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each block of each walkthrough, and for what is no part of any."""
        verification = self.config.stash[_STASH]
        if find_spec("pytest_examples") is None:
            missing = "blocks are verified with pytest-examples, which is not installed"
            raise self.CollectError(f"{missing}; pip install 'mkdocs-macros-runbook[verify]'")
        path = self.path.relative_to(verification.site.docs).as_posix()
        site = verification.site
        try:
            value_sets, options = verification.value_sets(), verification.options()
            pages = {name: site.pages(name).get(path) for name in value_sets}
            # the browser too makes a page with another option from the one that was built
            by_default = site.pages(DEFAULT).get(path) if options else None
        except (SiteError, OSError) as error:
            told = verification.told.setdefault(str(error), self.nodeid)
            raise self.CollectError(
                str(error) if told == self.nodeid else f"as for {told}"
            ) from None
        if not site.pages(next(iter(value_sets))):
            found = "no block can be read from the built site"
            raise self.CollectError(f"{found}; add mkdocs_macros_runbook to markdown_extensions")
        self._names: set[str] = set()
        first, *_ = pages.values()
        if first is None:
            return  # the site leaves the page out
        yield from self._without_a_walkthrough(first)
        walked: set[object] = set()
        for value_set, page in pages.items():
            if page is not None and page is not first:
                yield from self._miscounted(page, f"count[{value_set}]")
            if page is None:
                found = f"the page is not built with the value set {value_set}"
                yield self._failing(f"built[{value_set}]", self.nodeid, Failure(found))
                continue
            plans = walkthroughs(page, self.nodeid, value_set, value_sets[value_set])
            yield from self._tests(plans, walked)
        if by_default is None:
            return
        read: Read = {}
        for value_set, values in value_sets.items():
            reading(by_default, self.nodeid, value_set, values, read)
        for option, values in options.items():
            if verification.settings.is_full:
                plans = walkthroughs(by_default, self.nodeid, option, values)
            else:
                plans = reading(by_default, self.nodeid, option, values, read)
            yield from self._tests(plans, walked)

    def _tests(self, plans: list[Plan], walked: set[object]) -> Iterator[pytest.Item]:
        """Yield the tests of walkthroughs, and of how they end, unless `walked` has their like."""
        if {plan.shown for plan in plans} <= walked:
            return
        walked |= {plan.shown for plan in plans}
        linter = self.config.stash[_STASH].linter
        for plan in plans:
            if linter:
                linter.expect(
                    block.with_values(plan.values).text
                    for block in plan.blocks
                    if block.language == "python" and not block.script
                )
            for position, block in enumerate(plan.blocks):
                word = "-".join(filter(None, (slug(plan.route), plan.value_set)))
                item: BlockItem = BlockItem.make(self, self._name(block, word), plan, position)
                yield item
        hook = self.config.hook.pytest_runbook_end
        if len(plans) > 1 and hook.get_hookimpls():
            ends: EndsItem = EndsItem.make(self, f"equal-ends[{plans[0].value_set}]", plans)
            yield ends

    def _without_a_walkthrough(self, page: BuiltPage) -> Iterator[pytest.Item]:
        """Yield a test for what no walkthrough meets: it is exempt, or it fails."""
        for block in page.blocks:
            if block.exemption:
                item: ExemptItem = ExemptItem.make(self, self._name(block, "exempt"), block)
                yield item
        for block in unmet(page):
            labels = ", ".join(label for _, label in block.tabs)
            found = f"no route takes this block, in the tab {labels}"
            remedy = "exempt it, or name a language on its fence that has a verifier"
            failure = Failure(found, command=block.text, fix=remedy)
            yield self._failing(self._name(block, "no-route"), block.place, failure)
        for place in page.strays:
            name = f"line-{place.rpartition(':')[2]}[no-fence]"
            found = "the site generator takes this for no fence, so readers see it as text"
            remedy = "mend its first line, or add pymdownx.superfences to markdown_extensions"
            failure = Failure(found, fix=remedy)
            yield self._failing(name, place, failure)
        yield from self._miscounted(page, "count")

    def _miscounted(self, page: BuiltPage, name: str) -> Iterator[pytest.Item]:
        if page.counted != len(page.blocks):
            found = f"the page has {page.counted} blocks, but {len(page.blocks)} were read"
            yield self._failing(name, self.nodeid, Failure(found))

    def _failing(self, name: str, place: str, failure: Failure) -> pytest.Item:
        item: FailingItem = FailingItem.make(self, name, place, failure)
        return item

    def _name(self, block: Block, word: str) -> str:
        """Return a name of its own for the test of `block`."""
        file, _, number = block.place.removeprefix("after ").rpartition(":")
        site = self.config.stash[_STASH].site
        own = not file or (site.folder / file).resolve() == self.path
        parts = ["after" if block.place.startswith("after ") else "", "" if own else slug(file)]
        parts.append(f"line-{number}" if number.isdigit() else "block")
        stem = "-".join(filter(None, parts))
        name = f"{stem}[{word}]"
        again = count(2)
        while name in self._names:
            name = f"{stem}-{next(again)}[{word}]"
        self._names.add(name)
        return name


class _Item(pytest.Function):
    """A test of the verification: told in its own terms, without a traceback."""

    place = ""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """Say what was found; what a verifier of the author's raised is shown as pytest does."""
        if not isinstance(excinfo.value, Failure):
            return super().repr_failure(excinfo)
        return f'{excinfo.value.report(self.place)}\nrun it again:\n    pytest "{self.nodeid}"'

    def reportinfo(self) -> tuple[Path, int, str]:
        """Tell pytest where the block is."""
        line = self.place.rpartition(":")[2]
        return self.path, int(line) - 1 if line.isdigit() else 0, self.name


class BlockItem(_Item):
    """A block, as it is met in a walkthrough."""

    plan: Plan
    position: int

    @classmethod
    def make(cls, page: Page, name: str, plan: Plan, position: int) -> BlockItem:
        """Return the test of the block at `position`."""

        def verify(runbook_world: World) -> None:
            verification = item.config.stash[_STASH]
            prepared: list[str] = []
            item.user_properties.append(("runbook_prepared", prepared))
            verification.walk(plan, position, runbook_world, prepared)
            if item.place in verification.updated:
                item.user_properties.append(("runbook_updated", item.place))

        item: BlockItem = cls.from_parent(page, name=name, callobj=verify)
        item.plan, item.position = plan, position
        item.place = plan.blocks[position].place
        walk = [plan.page, plan.route, plan.value_set]
        item.user_properties.append(("runbook_block", [item.place, walk]))
        return item


class EndsItem(_Item):
    """The comparison of how all routes of a page ended."""

    @classmethod
    def make(cls, page: Page, name: str, plans: list[Plan]) -> EndsItem:
        """Return the test that compares the ends of `plans`."""

        def compare(runbook_world: World) -> None:
            verification = item.config.stash[_STASH]
            ends = verification.ends.setdefault(plans[0].all_routes, {})
            for plan in plans:
                if plan.route not in ends:
                    verification.walk(plan, len(plan.blocks) - 1, runbook_world, [])
            one, *others = (plan.route for plan in plans)
            for other in others:
                if difference := _difference(ends[one], ends[other], one, other):
                    raise Failure(f"{one} and {other} do not end alike", actual=difference)

        item: EndsItem = cls.from_parent(page, name=name, callobj=compare)
        item.place = page.nodeid
        return item


class ExemptItem(_Item):
    """A block that says why it is not verified."""

    @classmethod
    def make(cls, page: Page, name: str, block: Block) -> ExemptItem:
        """Return the test of an exempt block."""

        def skip() -> None:
            raise pytest.skip.Exception(f"exempt: {block.exemption}", _use_item_location=True)

        item: ExemptItem = cls.from_parent(page, name=name, callobj=skip)
        item.place = block.place
        item.user_properties.append(("runbook_exempt", [block.place, block.exemption]))
        return item


class FailingItem(_Item):
    """What is neither verified nor exempt."""

    @classmethod
    def make(cls, page: Page, name: str, place: str, failure: Failure) -> FailingItem:
        """Return a test that fails."""

        def fail() -> None:
            raise failure

        item: FailingItem = cls.from_parent(page, name=name, callobj=fail)
        item.place = place
        return item


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _difference(one: object, other: object, name: str, other_name: str) -> str:
    if one == other:
        return ""
    before, after = (pformat(end, width=100).splitlines() for end in (one, other))
    return "\n".join(unified_diff(before, after, name, other_name, lineterm="", n=0))


def _described(config: pytest.Config, walkthrough: Walkthrough) -> object:
    """Return what the author's hook says of the end of a walkthrough."""
    described: object = config.hook.pytest_runbook_end(walkthrough=walkthrough)
    return described


def _settings(config: pytest.Config) -> Settings:
    """Return the settings from the command line and from pytest's own configuration."""
    each = config.getoption("runbook_each")
    return Settings(
        values=config.getoption("runbook_values"),
        each=config.getini("runbook_each") if each is None else each,
        is_full=config.getoption("runbook_full"),
        is_updating=bool(config.getoption("update_examples", default=False)),
        seconds=_seconds(config.getini("runbook_seconds")),
        lint=config.getini("runbook_lint"),
        style=_style(config.getini("runbook_style")),
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not seconds > 0:
        raise pytest.UsageError(f"runbook_seconds: {text!r} is no number above 0")
    return seconds


def _style(lines: list[str]) -> dict[str, Any]:
    """Return pytest-examples' settings from lines such as `line_length=100`."""
    style: dict[str, Any] = {}
    for line in lines:
        name, _, value = (part.strip() for part in line.partition("="))
        style[name] = int(value) if value.isdigit() else value
        if name in ("ruff_select", "ruff_ignore"):
            style[name] = value.split(",")
    known = known_settings() if style and find_spec("pytest_examples") else [*style]
    for name in set(style) - set(known):
        choose = f"choose from: {', '.join(known)}"
        raise pytest.UsageError(f"runbook_style: there is no {name!r}; {choose}")
    return style


@pytest.fixture(scope="session")
def runbook_world() -> World:
    """The world of walkthroughs: nothing. An author's own fixture of this name gives another."""

    @contextmanager
    def world(walkthrough: Walkthrough) -> Iterator[Mapping[str, str]]:
        yield {}

    return world


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """End a walkthrough with its last test, while the author's fixtures are still there."""
    verification = item.config.stash.get(_STASH, None)
    if verification is None or not isinstance(item, _Item):
        return
    if not isinstance(nextitem, BlockItem) or not verification.is_open_for(nextitem.plan):
        verification.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many blocks were verified, and list those that are exempt, with their reasons."""
    verified: set[str] = set()
    walks: set[tuple[str, ...]] = set()
    exempt: dict[str, str] = {}
    written: set[str] = set()
    prepared = failed = 0
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, value in getattr(report, "user_properties", ()):
                if name == "runbook_block" and report.when == "call":
                    verified |= {value[0]} if outcome == "passed" else set()
                    failed += outcome == "failed"
                    walks.add(tuple(value[1]))
                elif name == "runbook_prepared":
                    prepared += len(value)
                elif name == "runbook_updated":
                    written.add(value)
                elif name == "runbook_exempt":
                    exempt[value[0]] = value[1]
    if not (verified or failed or exempt):
        return
    terminalreporter.section("blocks")
    said = f"{len(verified)} verified in {len(walks)} walkthroughs, {len(exempt)} exempt"
    if prepared:
        said += f", {_times(prepared)} a block was run as preparation"
    terminalreporter.line(said)
    for place in sorted(written):
        terminalreporter.line(f"updated: {place}")
    for place, reason in sorted(exempt.items()):
        terminalreporter.line(f"exempt: {place}: {reason}")
