"""A walkthrough: one run of a page's blocks, top to bottom, on one route with one value set.

Its blocks share a folder, an environment and a terminal, but no Python names. A block can set
parameters to values that it prints; the blocks after it then show the new values, as they do in
the browser.
"""

from __future__ import annotations

import os
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from ...problem import Failure
from ..block import Block
from ..plan import Plan, Progress
from ..run.folder import new_folder
from ..run.process import Limits, Result, clean_environment, kill_all
from ..run.python_runner import PythonResult, PythonRunner
from ..run.server import Server
from ..run.terminal import Terminal
from ..settings import Settings

_WAIT = re.compile(r"(?<![\w./-])wait(?![\w./-])")  # the command, in a shell


class Walkthrough:
    """State of one run of a page: its progress, values, folder, environment and terminal.

    For authors: `page`, `route`, `value_set`, `values`, `folder`, `environment`, `printed`,
    `printed_errors` and `run_in_terminal`.
    """

    def __init__(
        self,
        plan: Plan,
        settings: Settings,
        server: Server,
        *,
        lint: Callable[[str, Set[str]], str] | None = None,
        update: Callable[[Block, str, Iterable[str]], str] | None = None,
    ) -> None:
        self.plan = plan
        self.page, self.route, self.value_set = plan.page, plan.route, plan.value_set
        self.values = plan.values
        self.progress = Progress()
        #: the result of what ran last for the block that runs now
        self._result = Result("")
        #: the code that the block that runs now is to end with; 0 if it is to succeed
        self._expected_code = 0
        #: returns what linters report about Python code, but for messages with some codes
        self.lint = lint
        #: changes what a block shows in its page's source, or returns why it cannot: see update.py
        self.update = update
        #: of the output that Python blocks show
        self.style = settings.style
        self.limits, self._server = Limits(settings.seconds), server
        self._owned = new_folder("walkthrough")
        self._root = self._owned.path
        self.folder = self._root / "reader"
        self._scratch = self._root / "scratch"
        #: where the processes of scripts record which lines ran
        self.trace_folder = self._root / "lines"
        for folder in (self.folder, self._scratch, self.trace_folder):
            folder.mkdir()
        self._python_runner = PythonRunner(server, self._scratch)
        self.reset({})

    def reset(self, environment: Mapping[str, str]) -> None:
        """Get a new terminal, whose environment is a clean one with `environment` added."""
        names = {block.script.partition("#")[0] for block in self.plan.blocks if block.script}
        scripts = os.pathsep.join(sorted(names))
        self.environment = clean_environment(
            self.folder,
            self._root.name,
            {**environment, "RUNBOOK_SCRIPTS": scripts, "RUNBOOK_LINES": str(self.trace_folder)},
        )
        self._terminal = Terminal(self._server, self.folder, self._scratch, self.environment)
        #: what the world yielded
        self.world_environment = environment

    @property
    def position(self) -> int:
        """The position of the next block in the plan."""
        return self.progress.position

    @property
    def printed(self) -> str | None:
        """The last output of a block, which its verifier sets; `None` if there is none."""
        return self.progress.printed

    @printed.setter
    def printed(self, output: str | None) -> None:
        self.note(printed=output)

    @property
    def printed_errors(self) -> str:
        """What that block printed on standard error, unless it is among its output."""
        return self.progress.printed_errors

    def note(self, **changes: Any) -> None:
        """Note changes in the progress."""
        self.progress = replace(self.progress, **changes)

    def block(self, position: int) -> Block:
        """Return a block as it shows now, with the values that were set meanwhile."""
        return self.plan.blocks[position].with_values(self.values.at)

    def go_to(self, position: int) -> None:
        """Let the block at `position` be the next."""
        self.note(position=position)

    def next_block(self) -> Block:
        """Return the next block, whose turn begins."""
        self.go_to(self.position + 1)
        return self.block(self.position - 1)

    def verify(
        self, block: Block, verify: Callable[[Block, Walkthrough], None], *, is_executed: bool
    ) -> Result:
        """Verify a block with limits of its own; return the result of what ran.

        If readers execute the block, what it prints takes the place of the output before.
        """
        limits, self._result, self._expected_code = self.limits, Result(""), block.exits
        self.limits = replace(limits, deadline=time.monotonic() + limits.seconds)
        if is_executed:
            self.note(printed=None, printed_errors="", skipped="", executed_position=self.position)
        try:
            verify(block, self)
        finally:
            self._expected_code, self.limits = 0, limits
        if is_executed:
            self.note(printed_errors=self._result.errors)
        return self._result

    def expect_more_output(self) -> None:
        """Let the next block be right behind what readers executed last, which printed more."""
        self.note(executed_position=self.position)

    def add_errors(self, text: str) -> None:
        """Add `text` to what the block that runs now printed on standard error."""
        self._result = replace(self._result, errors=self._result.errors + text)

    def file_of(self, block: Block) -> Path | None:
        """Return the path of the file that a block is saved as; `None` if its title is none.

        It is in the terminal's folder, unless the title begins with the folder that was entered.
        """
        if not block.file:
            return None
        home, here = self.folder.resolve(), self.terminal_folder.resolve()
        entered = here.relative_to(home).parts[:1] if here.is_relative_to(home) else ()
        first = Path(block.file).parts[0]  # a package may have the name of its project
        is_entered = entered == (first,) and not (here / first).is_dir()
        is_from_home = block.title.startswith("~/") or not entered or is_entered
        return ((home if is_from_home else here) / block.file).resolve()

    def scratch_file(self) -> IO[str]:
        """Return a new file outside of the reader's folder; no block can guess its name."""
        file = self._scratch / uuid.uuid4().hex
        return file.open("x+", encoding="utf-8", errors="replace")

    def run_in_terminal(
        self, commands: str, *, merge_output: bool = False, following: str = ""
    ) -> Result:
        """Run commands in the terminal; `merge_output` puts standard error among the output.

        The last one may fail if the `following` commands of the block begin with `$?`, or if there
        are none and the fence says so (`exits`). Return the output, and an error if a command
        failed or a limit was passed. After an error the next commands get a new terminal.
        """
        self._forward_world_ports()
        result = self._terminal.run(
            commands,
            self.limits,
            name=self.plan.blocks[self.position - 1].place,
            merge_output=merge_output,
            following=following,
            exits=0 if following else self._expected_code,
            sees_jobs=not self._waits_later(following),
        )
        self._result = result
        return result

    def _waits_later(self, following: str) -> bool:
        """Return whether what runs later waits for jobs, and so sees how they end."""
        blocks = self.plan.blocks[self.position :]
        texts = [block.text for block in blocks if block.is_shell]
        return any(map(_WAIT.search, [following, *texts]))

    def run_python(
        self,
        source: str,
        *,
        compare: bool = False,
        is_statement: bool = False,
        is_last: bool = True,
    ) -> PythonResult:
        """Run Python code in a process of its own; record what it prints, to `compare` that.

        The process has the environment and the folder that the terminal has now. A statement runs
        in the process of the code before it; there is more of the block unless it `is_last`.
        """
        self._forward_world_ports()
        environment, folder = self._terminal.state(self.limits)
        block = self.block(self.position - 1)
        result = self._python_runner.run(
            source,
            saved=self.file_of(block) if block.language == "python" else None,
            folder=folder,
            environment=environment,
            limits=self.limits,
            compare=compare,
            continues=is_statement or block.continues,
            is_continued=not is_last or self.is_continued,
            is_statement=is_statement,
        )
        if result.error and is_last and 0 < result.code == self._expected_code:
            result = replace(result, error="")
        self._result = result
        return result

    def _forward_world_ports(self) -> None:
        """Make reachable what the world serves: what its variables and the values name."""
        self._server.reach([*self.world_environment.values(), *self.values.by_name.values()])

    @property
    def terminal_folder(self) -> Path:
        """The folder that the terminal is in."""
        return Path(self._terminal.state(self.limits)[1])

    @property
    def is_continued(self) -> bool:
        """Whether the next Python block continues the one that runs now."""
        for block in self.plan.blocks[self.position :]:
            if block.language in ("python", "pycon") and not block.script:
                return block.continues
        return False

    def finish(self) -> None:
        """Raise `Failure` if something failed that a block left running."""
        result = self._terminal.look_again(self.limits)
        if result.error:
            raise Failure(result.error, command=result.command)

    def close(self) -> None:
        """Kill what still runs, and remove the folder."""
        self._terminal.close()
        self._python_runner.close()
        if not self._server.end_all():
            kill_all(self._root.name, self._root)
        self._owned.remove()
