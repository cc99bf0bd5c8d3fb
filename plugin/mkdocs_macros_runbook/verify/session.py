"""A verification: the walkthroughs of a site, one after the other, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from traceback import extract_tb
from typing import Any

from ..problem import Failure, Problem, Problems
from ..values.declaration import DEFAULT
from ..values.resolution import Override, Values, resolve
from ..values.text import slug
from .block import Block
from .languages.lint import Linter
from .plan import Plan
from .run.process import Limits
from .run.python import Interpreter
from .site import Site
from .update import updated
from .walkthrough import Walkthrough

#: opens a world for a walkthrough: gives its environment, and ends with it
World = Callable[[Walkthrough], AbstractContextManager[Mapping[str, str]]]


@dataclass(frozen=True)
class Settings:
    """What whoever runs a verification chose."""

    #: names of value sets, separated by commas; all where it is empty
    values: str = ""
    #: a parameter each option of which is verified, perhaps with a fact: `network:suffix=lab`
    each: str = ""
    #: whether options are walked, not only read
    is_full: bool = False
    #: whether pages are to show what their Python blocks print
    is_updating: bool = False
    #: how long a block may take
    seconds: float = 60.0
    lint: bool = True
    #: pytest-examples' settings for Python blocks
    style: Mapping[str, Any] = field(default_factory=dict)


class Verification:
    """One run: the site, what walks through it now, and how walkthroughs ended.

    `describe` says how one ended, in words that are the same on each route.
    """

    def __init__(
        self, site: Site, settings: Settings, describe: Callable[[Walkthrough], object]
    ) -> None:
        self.site, self.settings = site, settings
        self._describe = describe
        self.interpreter = Interpreter()
        self.ends: dict[tuple[str, str], dict[str, object]] = {}
        self.updated: set[str] = set()
        #: what keeps pages from being read, with the first of them
        self.told: dict[str, str] = {}
        self._changes: dict[Path, dict[int, tuple[int, list[str]]]] = {}
        self._walkthrough: Walkthrough | None = None
        self._plan: Plan | None = None
        self._world: ExitStack | None = None

    @cached_property
    def linter(self) -> Linter | None:
        """What lints Python blocks, where they are to be linted."""
        return Linter(self.settings.style) if self.settings.lint else None

    def value_sets(self) -> dict[str, Values]:
        """Return the values of each value set that was asked for."""
        declaration = self.site.declaration
        wanted = DEFAULT if self.settings.is_updating else self.settings.values
        names = wanted.split(",") if wanted else [*declaration.value_sets]
        for name in names:
            if name not in declaration.value_sets:
                found = f"there is no value set {name!r}"
                raise _problem("--runbook-values", found, declaration.value_sets)
        return {name: self.site.values(name) for name in names}

    def options(self) -> dict[str, Values]:
        """Return the values with each option that was asked for, by a name for test ids."""
        each, _, fact = self.settings.each.partition(":")
        if not each:
            if self.settings.is_full:
                found, remedy = "it wants the options of a parameter", "add --runbook-each"
                raise Problems([Problem("--runbook-full", found, remedy)])
            return {}
        declaration = self.site.declaration
        parameter = declaration.parameters.get(each)
        if parameter is None or parameter.options is None:
            found = f"{each!r} is no parameter with options"
            others = [name for name, known in declaration.parameters.items() if known.options]
            raise _problem("runbook_each", found, others)
        name, _, text = fact.partition("=")
        chosen = [
            option
            for option, facts in parameter.options.items()
            if not fact or facts.get(name) == text
        ]
        if not chosen:
            facts = {name for known in parameter.options.values() for name in known}
            raise _problem("runbook_each", f"no option of {each!r} has {fact!r}", sorted(facts))
        values: dict[str, Values] = {}
        for option in chosen:
            name = slug(option)
            if name in declaration.value_sets or name in values:
                name = f"{slug(each)}-{name}"
            values[name] = resolve(declaration, {each: Override(option, "--runbook-each")})
        return values

    def walk(self, plan: Plan, position: int, world: World, prepared: list[str]) -> None:
        """Verify the block at `position`; add to `prepared` the places of those run before it.

        Raises `Failure`, also that of a block that was run as preparation.
        """
        walkthrough = self._walkthrough
        if walkthrough is None or plan is not self._plan or walkthrough.done > position:
            self.close()
            walkthrough = self._begin(plan, world)
        if plan.alone:
            walkthrough.done = position
        while walkthrough.done < position:
            place = walkthrough.blocks[walkthrough.done].place
            prepared.append(place)
            try:
                walkthrough.verify_next()
            except Failure as failure:
                raise Failure(
                    f"a block before it fails: {failure.report(place)}",
                    actual="",
                ) from None
        walkthrough.verify_next()
        is_whole = walkthrough.done == len(walkthrough.blocks) and not plan.alone
        if is_whole and not walkthrough.failures:
            self.ends.setdefault(plan.all_routes, {})[plan.route] = self._describe(walkthrough)

    def _begin(self, plan: Plan, world: World) -> Walkthrough:
        try:
            walkthrough = Walkthrough(
                plan.page,
                plan.route,
                plan.value_set,
                plan.values,
                plan.blocks,
                self.interpreter,
                self.settings.style,
                Limits(seconds=self.settings.seconds),
                lint=self.linter.said if self.linter else None,
                update=self._update if self.settings.is_updating else None,
            )
        except OSError as error:
            raise Failure(f"the walkthrough cannot begin: {error}") from None
        opened = ExitStack()
        try:
            given = {} if plan.alone else opened.enter_context(world(walkthrough))
            walkthrough.enter(_environment(given))
        except BaseException as error:
            walkthrough.close()
            with suppress(Exception):  # the first problem is the one to tell
                opened.close()
            if not isinstance(error, Exception):  # an interrupt
                raise
            found = f"the walkthrough cannot begin: runbook_world: {_where(error)}"
            raise Failure(found, fix="mend it in conftest.py") from None
        self._walkthrough, self._plan, self._world = walkthrough, plan, opened
        return walkthrough

    def _update(self, block: Block, shown: str) -> bool:
        file, _, line = block.place.rpartition(":")
        path = self.site.folder / file
        if not line.isdigit() or not path.is_file():
            return False
        values = [text for text in self.site.values(DEFAULT).by_name.values() if len(text) > 1]
        source = path.read_text(encoding="utf-8")
        change = updated(source, int(line), block.text, shown, values)
        if change:
            self.updated.add(block.place)
            self._changes.setdefault(path, {})[change[0]] = (change[1], change[2])
        return change is not None

    def write_updates(self) -> list[Path]:
        """Write what was updated, the last block of a page first; return the pages."""
        for path, changes in self._changes.items():
            lines = path.read_text(encoding="utf-8").split("\n")
            for start in sorted(changes, reverse=True):
                end, new = changes[start]
                lines[start:end] = new
            path.write_text("\n".join(lines), encoding="utf-8")
        return list(self._changes)

    def close(self) -> None:
        """End the walkthrough that is open, and its world."""
        walkthrough, self._walkthrough = self._walkthrough, None
        world, self._world = self._world, None
        if walkthrough:
            walkthrough.close()  # before its world, which may be what its processes talk to
        if world:
            world.close()

    def is_open_for(self, plan: Plan) -> bool:
        """Say whether `plan` is what is walked now."""
        return self._walkthrough is not None and plan is self._plan

    def end(self) -> None:
        """End everything."""
        self.close()
        self.interpreter.close()


def _problem(place: str, found: str, known: Iterable[str]) -> Problems:
    choose = ", ".join(known)
    return Problems(
        [Problem(place, found, f"choose from: {choose}" if choose else "there is none")]
    )


def _environment(given: object) -> Mapping[str, str]:
    """Return what a world gave, where that is an environment."""
    if not isinstance(given, Mapping):
        raise TypeError(f"it gives {given!r}, where a mapping is wanted")
    for name, text in given.items():
        if not isinstance(text, str):
            raise TypeError(f"{name} is {text!r}, which is no text")
    return given


def _where(error: Exception) -> str:
    """Return what an author's code raised, and where."""
    steps = [step for step in extract_tb(error.__traceback__) if step.filename != __file__]
    steps = [step for step in steps if Path(step.filename).name != "contextlib.py"]
    if not steps:
        return str(error)
    place = f"{Path(steps[-1].filename).name}, line {steps[-1].lineno}"
    return f"{type(error).__name__}: {error} ({place})"
