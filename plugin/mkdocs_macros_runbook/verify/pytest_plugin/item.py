"""A test of the verification, and the test of a page that cannot be verified."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ...problem import Failure
from ..plan import Plan
from ..site.build import SiteError, SiteFailure
from .report import Note

#: the name of the test of a page that cannot be verified
SITE = "site"
_FIRST = pytest.StashKey[dict[str, str]]()  # the first test of a page with a failure


class Item(pytest.Function):
    """A test of the verification, which fails without a traceback."""

    place = ""
    #: the walkthrough that the test is part of, and the position of its block in it
    plan: Plan | None = None
    position = 0
    #: whether it runs the block, rather than take a result from the record
    runs = False

    @classmethod
    def make(
        cls,
        page: pytest.Collector,
        name: str,
        place: str,
        test: Callable[..., None],
        *,
        plan: Plan | None = None,
        position: int = 0,
        runs: bool = False,
    ) -> Item:
        """Return the test that calls `test`, for the block at `place`."""
        item: Item = cls.from_parent(page, name=name, callobj=test)
        item.place, item.plan, item.position, item.runs = place, plan, position, runs
        paths = (page.path, *page.path.parents)
        item.path = next(path for path in paths if path.exists())  # `--nf` asks for its time
        return item

    def note(self, name: str, value: object) -> None:
        """Note something for the report; workers of pytest-xdist send it."""
        self.user_properties.append((name, value))

    def setup(self) -> None:
        """Set up the author's fixtures, unless the result is taken from the record."""
        if self.runs or self.plan is None:
            super().setup()

    @property
    def id(self) -> Any:
        """The id as `--lf`, `--ff`, `--sw` and `--nf` of pytest 9.2 compare it: parsed.

        pytest's own is not parsed, since it takes the name of a function for free of brackets.
        """
        return type(super().id).parse(self.nodeid)

    def runtest(self) -> None:
        """Run the test; note why it fails."""
        try:
            super().runtest()
        except Failure as failure:
            self.note(Note.FAILED, [failure.message, self.place])
            raise
        except SiteError as error:
            self.note(Note.SITE_FAILED, str(error))
            raise

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """Return the report of a `Failure`; another exception is shown as pytest does."""
        if isinstance(excinfo.value, SiteError):
            return str(excinfo.value)
        if not isinstance(excinfo.value, Failure):
            return super().repr_failure(excinfo)
        failures = (self.parent or self).stash.setdefault(_FIRST, {})
        first = failures.setdefault(excinfo.value.essence(self.place), self.nodeid)
        if first != self.nodeid:  # with other values, or on another route
            return f"{self.place}: fails in the same way as {first}"
        return f"{excinfo.value.report(self.place)}\nrun it again:\n    {self._command()}"

    def _command(self) -> str:
        """Return the command that runs the test again.

        pytest takes the name of a page only if it is a file, and no `[` in it.
        """
        page = self.parent
        if page is None or (page.path.exists() and "[" not in page.nodeid):
            return f"pytest {_quoted(self.nodeid)}"
        nodes = page.listchain()[:-1]
        folders = [node.nodeid for node in nodes if isinstance(node, pytest.Directory)]
        folder = [".", *(name for name in folders if "[" not in name)][-1]
        return f"pytest {_quoted(folder)} -k {_quoted(f'{page.name} and {self.name}')}"

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the block is."""
        line = self.place.rpartition(":")[2]
        page = self.parent or self
        return page.path, int(line) - 1 if line.isdigit() else 0, self.name


def _quoted(text: str) -> str:
    """Return an argument of a command: between double quotes, unless a shell reads it there."""
    return shlex.quote(text) if re.search(r'["$`\\!]', text) else f'"{text}"'


class BrokenPage(pytest.File):
    """A page of a site that cannot be verified."""

    def __init__(self, *, failure: SiteFailure, **named: Any) -> None:
        super().__init__(**named)
        self._failure = failure

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the test that reports why."""
        yield site_item(self, self._failure)


def site_item(page: pytest.Collector, failure: SiteFailure) -> Item:
    """Return the test of a page that cannot be verified, for a reason that the site has.

    The first that runs reports it; tests of other parts of the project run as ever.
    """
    if page.session.isinitpath(page.path):  # a test of it was named, which does not exist
        raise page.CollectError(failure.message)

    def fail() -> None:
        failure.reported_by = failure.reported_by or page.nodeid
        if failure.reported_by != page.nodeid:
            reported_by = f"the test of {failure.reported_by} reports why"
            pytest.skip(f"not run: the site cannot be verified; {reported_by}")
        raise SiteError(failure.message)

    return Item.make(page, SITE, page.nodeid, fail)


def failing_item(page: pytest.Collector, name: str, place: str, failure: Failure) -> Item:
    """Return a test that fails, for what is wrong at `place`."""

    def fail() -> None:
        raise failure

    return Item.make(page, name, place, fail)


def plan_of(item: pytest.Item | None) -> Plan | None:
    """Return the plan of the walkthrough that a test is part of, or `None`."""
    return item.plan if isinstance(item, Item) else None
