"""A walkthrough: one run of a page's blocks, top to bottom, on one route with one value set.

Its blocks share a folder, an environment and a terminal, and no Python names. What a block prints
can set parameters; the blocks after it then show the new values, as they do in the browser.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from ..page.excerpt import not_run
from ..problem import Failure, Problems, suggestion
from ..values.resolution import Override, Values, resolve
from .block import Block
from .output import printed_value
from .run.bash import Terminal
from .run.process import Limits, Ran, end_all, remove, scrubbed
from .run.python import Interpreter
from .verifier import languages, near, verifier_of

_LEAST_FREE = 64 * 1024  # bytes
_FULL = os.strerror(errno.ENOSPC)


class Walkthrough:
    """The reader: where they are, what they have, and what was printed last."""

    def __init__(
        self,
        page: str,
        route: str,
        value_set: str,
        values: Values,
        blocks: Sequence[Block],
        interpreter: Interpreter,
        style: Mapping[str, object] | None = None,
        limits: Limits | None = None,
        lint: Callable[[str], str] | None = None,
        update: Callable[[Block, str], bool] | None = None,
    ) -> None:
        self.page, self.route, self.value_set = page, route, value_set
        self.values = values
        self.blocks = list(blocks)
        self.limits = limits or Limits()
        self.lint = lint or (lambda text: "")
        #: writes what a block should show into its page's source, where that may be done
        self.update = update or (lambda block, shown: False)
        self.done = 0
        self.style = dict(style or {})
        #: what the block before printed, or `None` where it is of no language that prints
        self.printed: str | None = None
        self.failures: dict[int, Failure] = {}
        self._interpreter = interpreter
        self._mark = uuid.uuid4().hex
        self._root = Path(tempfile.mkdtemp(prefix="runbook-"))
        self.folder = self._root / "reader"
        self._notes = self._root / "notes"
        self._lines = self._root / "lines"
        for folder in (self.folder, self._notes, self._lines):
            folder.mkdir()
        self.environment: dict[str, str] = {}
        self._terminal: Terminal | None = None
        self.enter({})

    def enter(self, environment: Mapping[str, str]) -> None:
        """Begin, in a world whose `environment` the author gives."""
        shown = {block.script.partition("#")[0] for block in self.blocks if block.script}
        scripts = os.pathsep.join(str((self.folder / name).resolve()) for name in sorted(shown))
        watched = {"RUNBOOK_SCRIPTS": scripts, "RUNBOOK_LINES": str(self._lines)}
        more = {**environment, **watched}
        self.environment = scrubbed(self.folder, self._mark, more)
        if "PYTHONPATH" in environment:
            guard = scrubbed(self.folder, self._mark, {})["PYTHONPATH"]
            self.environment["PYTHONPATH"] = f"{guard}:{environment['PYTHONPATH']}"
        self._terminal = Terminal(self.folder, self._notes, self.environment, self._mark)

    def shown(self, position: int) -> Block:
        """Return a block as it shows now, with the values that were printed meanwhile."""
        return self.blocks[position].with_values(self.values)

    def verify_next(self) -> None:
        """Verify the next block; raises `Failure`."""
        block = self.shown(self.done)
        self.done += 1
        try:
            self._verify(block)
        except Failure as failure:
            self._failed(failure)
        except Problems as problems:
            self._failed(Failure(str(problems), command=block.text))
        except Exception as error:  # of a verifier of the author's, or a full disk
            self._failed(Failure(f"{type(error).__name__}: {error}", command=block.text))

    def _failed(self, failure: Failure) -> None:
        self.failures[self.done - 1] = failure
        with suppress(OSError):  # the block may have removed its folder
            if shutil.disk_usage(self._root).free < _LEAST_FREE and _FULL not in str(failure):
                # what the block said of it could not be written either
                failure = failure.because(_FULL)
        raise failure from None

    def _verify(self, block: Block) -> None:
        verifier = verifier_of(block.language)
        if verifier is None:
            if not block.language:
                remedy = "name its language on the fence, or exempt it"
                if not block.is_noted:
                    remedy = "make it a fence with a language: it is an indented block, or HTML"
                raise Failure("a block without a language", command=block.text, fix=remedy)
            known = f"one of {', '.join(languages())}"
            raise Failure(
                f"no verifier knows {block.language!r}{near(block.language)}",
                fix=f"name {known}; add a verifier in conftest.py; or exempt the block",
            )
        if block.script:
            self._verify_excerpt(block)
            return
        self._save(block)
        before, self.printed = self.printed, None
        if not verifier.runs:
            self.printed = before
        verifier.verify(block, self)
        self._set(block)

    def _save(self, block: Block) -> None:
        """Save a block under its title, where that names a file."""
        name = block.file
        if not name:
            return
        file = (self.folder / name).resolve()
        if not file.is_relative_to(self.folder.resolve()):
            raise Failure(f"the title {name!r} names a file outside of the reader's folder")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, encoding="utf-8")

    def _set(self, block: Block) -> None:
        """Take the values that the block printed."""
        if not block.sets:
            return
        parameters = self.values.declaration.parameters
        overrides = dict(self.values.overrides)
        for name, key in block.sets.items():
            if name not in parameters:
                found = (
                    f"the block sets {name!r}, which is no parameter{suggestion(name, parameters)}"
                )
                raise Failure(found, fix="name one that mkdocs.yml declares")
            value = printed_value(key, self.printed or "")
            if value is None:
                raise Failure(
                    f"the block sets {name}, but printed no {key!r}",
                    actual=self.printed or "nothing",
                )
            overrides[name] = Override(value, f"what {block.place} printed")
        self.values = resolve(self.values.declaration, overrides)

    def _verify_excerpt(self, block: Block) -> None:
        """Hold that the walkthrough ran the script, and every statement of it that is shown."""
        name, _, part = block.script.partition("#")
        if not name.endswith(".py"):
            found = f"an excerpt of {name}: only Python scripts can be followed"
            raise Failure(found, command=block.text, fix="exempt the excerpt")
        lines_run = self.lines_run(name)
        if not lines_run:
            raise Failure(
                f"an excerpt of {name}, which no block before it ran",
                command=block.text,
                fix="run the script in a block before, or exempt the excerpt",
            )
        script = (self.folder / name).read_text(encoding="utf-8")
        if left_out := not_run(script, part, lines_run):
            lines = script.splitlines()
            raise Failure(
                f"an excerpt of {name} of which the blocks before it did not run every statement",
                actual="\n".join(f"{name}:{n}: not run: {lines[n - 1].strip()}" for n in left_out),
                fix="run it so that they do, show less, or exempt the excerpt",
            )

    def lines_run(self, script: str) -> set[int]:
        """Return the lines of `script`, in the reader's folder, that ran so far."""
        found = set()
        for record in self._lines.iterdir():
            for line in record.read_text(encoding="utf-8").splitlines():
                number, _, name = line.partition(" ")
                if name == script:
                    found.add(int(number))
        return found

    def scratch(self, name: str, text: str) -> Path:
        """Write `text` where a checker can read it, and no block sees it."""
        file = self._notes / name
        file.write_text(text, encoding="utf-8")
        return file

    def type_in(self, commands: str, *, together: bool = False) -> Ran:
        """Paste commands into the terminal; both streams as one where they are shown `together`."""
        assert self._terminal
        return self._terminal.run(commands, self.limits, together=together)

    def run_python(self, source: str, *, compare: bool) -> tuple[Ran, dict[str, object]]:
        """Run a Python block in a process of its own."""
        return self._interpreter.run(
            source,
            page=self.page,
            folder=self.folder,
            notes=self._notes,
            environment=self.environment,
            style=self.style,
            limits=self.limits,
            compare=compare,
        )

    def close(self) -> list[int]:
        """End what still runs, and remove the folder; return the processes that had to be ended."""
        if self._terminal:
            self._terminal.close()
        left = end_all(self._mark, self._root, adopter=self._interpreter.pid)
        remove(self._root)
        return left
