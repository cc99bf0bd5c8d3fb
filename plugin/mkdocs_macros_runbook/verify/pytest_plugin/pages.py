"""The tests of a page: one for each block of each walkthrough, and for what no walkthrough has.

A test's id has the page, the line of the source, the route and the value set:
`docs/page.md::line-141[script-default]`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from importlib.util import find_spec
from itertools import chain, count
from types import ModuleType
from typing import Any

import pytest

from ...problem import Failure, printable
from ...values.declaration import DEFAULT, is_exempted_by
from ...values.text import slug
from ..block import Block
from ..languages.typescript import expect_typescript
from ..plan import Plan
from ..plans.page_plans import (
    NumberedContent,
    blocks_on_no_route,
    plan_routes,
    plan_standalone_blocks,
    routes_of,
    standalone_contents,
)
from ..session.session import Session
from ..site.built_page import BuiltPage, made_pages
from ..walkthrough.verifier import NoVerifier, verifier_for
from ..walkthrough.world import World
from .final_state import final_state_test
from .item import Item, failing_item, site_item
from .report import Note

_REQUIRED = ("filelock", "pytest_examples", "selectolax")


class Pages(pytest.Directory):
    """The folder of the pages: those that are files, and those that a plugin of the site makes."""

    def __init__(self, *, runbook: Session, **named: Any) -> None:
        super().__init__(**named)
        self._session = runbook

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Yield what is in the folder, and the pages that are not."""
        yield from pytest.Dir.from_parent(self, path=self.path).collect()
        is_chosen = any(map(self.session.isinitpath, (self.path, *self.path.parents)))
        pages = self._session.built_pages() if is_installed() and is_chosen else {}
        for path in made_pages(pages, self.path):
            yield MadePage.from_parent(self, path=self.path / path, runbook=self._session)
        declaration = self._session.site.declaration
        for path in declaration.exempt if pages else ():
            if not any(is_exempted_by(path, page) for page in pages):
                fix = "correct the path, or remove it"
                failure = Failure(f"the site has no page for the exemption {path!r}", fix=fix)
                place = declaration.locate(("exempt", path))
                yield failing_item(self, f"exempt[{path}]", place, failure)


class Page(pytest.Collector):
    """A page of the guide."""

    def __init__(self, *, runbook: Session, **named: Any) -> None:
        super().__init__(**named)
        self._session = runbook
        self._names: set[str] = set()
        #: what readers see in the walkthroughs that have tests
        self._contents: set[object] = set()

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the tests of the page."""
        if not is_installed():
            message = "the packages that verify blocks are not installed"
            fix = 'install the plugin\'s extra `verify`: `pip install "path/to/the/clone[verify]"`'
            raise self.CollectError(f"{message}; {fix}")
        pages = self._page_by_value_set(self._session.value_sets)
        if failure := self._session.site_failure:
            yield site_item(self, failure)
            return
        first = next(iter(pages.values()))
        if first is None:
            return  # the site does not have the page
        names = {name for page in pages.values() if page for name in routes_of(page)}
        self._session.recorder.note_page(self.nodeid, first, names)
        if exemption := self._session.site.declaration.exemption_of(first.path):
            path, reason = exemption
            note = Note.EXEMPT_PAGE, [path, reason, len(first.blocks)]
            yield self._exempt("exempt", self.nodeid, reason, note)
            return
        yield from self._not_in_a_walkthrough(first)
        yield from self._in_sentences()
        yield from self._in_value_sets(pages, first)
        yield from self._in_options()

    def _in_value_sets(
        self, pages: Mapping[str, BuiltPage | None], first: BuiltPage
    ) -> Iterator[pytest.Item]:
        """Yield the tests of the walkthroughs with each value set."""
        for value_set, page in pages.items():
            if page is None:
                message = f"the page is not built with the value set {value_set}"
                fix = "find the setting or plugin that excludes the page, such as `exclude_docs`"
                failure = Failure(message, fix=fix)
                yield failing_item(self, f"built[{value_set}]", self.nodeid, failure)
                continue
            if page is not first:
                yield from self._not_all_read(page, f"count[{value_set}]")
            values = self._session.value_sets[value_set]
            yield from self._tests(plan_routes(page, self.nodeid, value_set, values))

    def _in_options(self) -> Iterator[pytest.Item]:
        """Yield the tests with each option.

        As in the browser, options change the page that was built with the default values.
        """
        page = self._page_by_value_set([DEFAULT]).get(DEFAULT) if self._session.options else None
        if page is None:
            return
        contents = set[NumberedContent]()  # of blocks that have tests
        for values in self._session.value_sets.values():
            contents |= standalone_contents(page, values)
        for option, values in self._session.options.items():
            if self._session.settings.is_full:
                yield from self._tests(plan_routes(page, self.nodeid, option, values))
            else:
                new = standalone_contents(page, values) - contents
                contents |= new
                plans = plan_standalone_blocks(page, self.nodeid, option, values, new)
                yield from self._tests(plans)

    def _page_by_value_set(self, value_sets: Collection[str]) -> Mapping[str, BuiltPage | None]:
        """Return the page as it is built with each value set."""
        path = self.path.relative_to(self._session.site.docs).as_posix()
        pages = self._session.pages_with(value_sets)
        return {name: by_path.get(path) for name, by_path in pages.items()}

    def _tests(self, plans: list[Plan]) -> Iterator[pytest.Item]:
        """Yield the tests of walkthroughs, unless others with the same content have tests."""
        contents = {plan.content for plan in plans}
        if contents <= self._contents:
            return
        self._contents |= contents
        for plan in plans:
            if not self._session.recorder.verified_at_if_unchanged(plan, 0):
                self._expect(plan)
            for position in range(len(plan.blocks)):
                yield self._block(plan, position)
        if len(plans) > 1 and self.config.hook.pytest_runbook_end.get_hookimpls():
            name = f"same-final-state[{plans[0].value_set}]"
            yield Item.make(self, name, self.nodeid, final_state_test(self._session, plans))

    def _expect(self, plan: Plan) -> None:
        """Tell tools that take long to start which blocks they will see."""
        blocks = [block.with_values(plan.values.at) for block in plan.blocks if not block.script]
        if linter := self._session.linter:
            linter.expect(block.text for block in blocks if block.language == "python")
        expect_typescript(block.text for block in blocks if block.language == "typescript")

    def _block(self, plan: Plan, position: int) -> Item:
        """Return the test of a block."""

        def verify(request: pytest.FixtureRequest, runbook_world: World) -> None:
            self._verify(plan, position, request.node, runbook_world)

        block = plan.blocks[position]
        name = self._name(block, "-".join(filter(None, (slug(plan.route), plan.value_set))))
        date = self._session.recorder.verified_at_if_unchanged(plan, position)
        test: Callable[..., None] = (lambda: None) if date else verify  # pytest lists docstrings
        item = Item.make(self, name, block.place, test, plan=plan, position=position, runs=not date)
        walkthrough = [plan.page, plan.route, plan.value_set]
        if date:
            item.note(Note.FROM_RECORD, [block.place, walkthrough, date])
        else:
            item.note(Note.BLOCK, [block.place, walkthrough])
        return item

    def _verify(self, plan: Plan, position: int, item: Item, world: World) -> None:
        """Verify a block, and note for the report what became of it."""
        place, setup = plan.blocks[position].place, list[str]()
        item.note(Note.SETUP, setup)
        try:
            skipped = self._session.verify(plan, position, world, setup)
        except NoVerifier as failure:
            item.note(Note.UNVERIFIED, [str(failure), plan.blocks[position].mention])
            raise
        finally:
            item.note(Note.ISOLATION, self._session.isolation)
            if place in self._session.updates.places:
                item.note(Note.UPDATED, [place, self._session.updates.places[place]])
        if skipped:
            item.note(Note.SKIPPED, [place, skipped])
            pytest.skip(printable(skipped))

    def _not_in_a_walkthrough(self, page: BuiltPage) -> Iterator[pytest.Item]:
        """Yield a test for each block that is in no walkthrough: it is exempt, or it fails."""
        for block in page.blocks:
            if block.exemption:
                note = Note.EXEMPT, [block.place, block.exemption]
                yield self._exempt(self._name(block, "exempt"), block.place, block.exemption, note)
        for block in blocks_on_no_route(page):
            labels = ", ".join(label for _, label in block.tabs)
            message = f"this block is not verified: no route includes the tab {labels}"
            fix = (
                "put the block below the command whose output it shows, or exempt the block;"
                " if all tabs of the group only show output, add `needs` to a block in one of them"
            )
            failure = Failure(message, command=block.text, fix=fix)
            item = failing_item(self, self._name(block, "no-route"), block.place, failure)
            try:
                verifier_for(block)
            except NoVerifier as missing:
                item.note(Note.UNVERIFIED, [str(missing), block.mention])
            yield item
        for place in page.unrendered:
            message = "this fence was not rendered as a code block, so readers see it as text"
            fix = "use only the options title, hl_lines and linenums, and no HTML around it"
            name = f"line-{place.rpartition(':')[2]}[not-rendered]"
            yield failing_item(self, name, place, Failure(message, fix=fix))
        yield from self._not_all_read(page, "count")

    def _in_sentences(self) -> Iterator[pytest.Item]:
        """Yield a test for each option in a sentence that its command does not have."""
        value_set = next(iter(self._session.value_sets))
        for problem in self._session.build.option_problems(self.path, value_set):
            failure = Failure(problem.message, fix=problem.fix)
            name = self._unique(f"line-{problem.line}", "option")
            yield failing_item(self, name, f"{self.nodeid}:{problem.line}", failure)

    def _not_all_read(self, page: BuiltPage, name: str) -> Iterator[pytest.Item]:
        if page.fence_count != page.read_count:
            numbers = f"{page.fence_count} fences, but the parser read {page.read_count}"
            message = f"the built page has {numbers}, so some blocks would not be verified"
            fix = "look for unclosed HTML around the code blocks of this page"
            yield failing_item(self, name, self.nodeid, Failure(message, fix=fix))

    def _exempt(self, name: str, place: str, reason: str, note: tuple[str, object]) -> Item:
        """Return the skipped test of a block, or of a whole page, with a `note` for the report."""
        item = Item.make(self, name, place, lambda: None)
        item.add_marker(pytest.mark.skip(reason=printable(f"exempt: {reason}")))
        item.note(*note)
        return item

    def _name(self, block: Block, suffix: str) -> str:
        """Return a unique name for the test of `block`."""
        file, _, number = block.place.removeprefix("after ").rpartition(":")
        is_here = not file or (self._session.site.folder / file).resolve() == self.path.resolve()
        parts = ["after" if block.place.startswith("after ") else "", "" if is_here else slug(file)]
        parts.append(f"line-{number}" if number.isdigit() else "block")
        return self._unique("-".join(filter(None, parts)), suffix)

    def _unique(self, stem: str, suffix: str) -> str:
        """Return `stem[suffix]`; with a number behind the stem if another test has that name."""
        stems = chain([stem], (f"{stem}-{number}" for number in count(2)))
        names = (f"{one}[{suffix}]" for one in stems)
        name = next(name for name in names if name not in self._names)
        self._names.add(name)
        return name


class FilePage(Page, pytest.Module):
    """A page that is a file, and to fixtures with the scope `module` an empty module."""

    obj = ModuleType("page")


class MadePage(Page, pytest.Directory):
    """A page that a plugin of the site makes.

    With `--lf`, pytest leaves out each `pytest.File` but the files in which a test failed.
    """


def is_installed() -> bool:
    """Return whether the packages of the extra `verify` are installed."""
    return all(find_spec(name) for name in _REQUIRED)
