"""A walkthrough: one run of a page's blocks, top to bottom, on one route with one value set.

Its blocks share a folder, an environment and a terminal, but no Python names. A block can set
parameters to values that it prints; the blocks after it then show the new values, as they do in
the browser.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import uuid
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO

from ..problem import Failure, suggestion
from ..values.printed_values import printed_value
from ..values.resolution import Override, resolve
from .block import Block
from .output import without_annotations
from .plan import Plan
from .run.folder import new_folder
from .run.process import Limits, Result, clean_environment, kill_all
from .run.python_runner import PythonResult, PythonRunner
from .run.server import Server
from .run.terminal import Terminal
from .settings import Settings

_LEAST_FREE = 64 * 1024  # bytes
_DISK_FULL = os.strerror(errno.ENOSPC)
_WAIT = re.compile(r"(?<![\w./-])wait(?![\w./-])")  # the command, in a shell


class Walkthrough:
    """State of one run of a page: its next block, folder, environment, values and last output.

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
        update: Callable[[Block, str], bool] | None = None,
    ) -> None:
        self.plan = plan
        self.page, self.route, self.value_set = plan.page, plan.route, plan.value_set
        self.values = plan.values
        #: the output of the block before; `None` if nothing was executed
        self.printed: str | None = None
        #: what it printed on standard error, unless that is among its output
        self.printed_errors = ""
        #: why the block before was skipped; empty if it was not
        self.skipped = ""
        #: the place of the first block that was skipped
        self.skipped_place = ""
        #: why the rest of the route cannot run; empty if it can
        self.obstacle = ""
        #: the position of the block that printed this
        self.executed_position = 0
        #: the result of what ran last for the block that runs now
        self.result: Result | None = None
        #: the code that the block that runs now is to end with; 0 if it is to succeed
        self.expected_code = 0
        #: the next block, by its place in the plan
        self.position = 0
        self.has_failed = False
        #: returns what linters report about Python code, but for messages with some codes
        self.lint = lint
        #: changes what a block shows in its page's source, and returns whether it could
        self.update = update
        self.limits, self._style = Limits(settings.seconds), settings.style
        self._server, self._python_runner = server, PythonRunner(server)
        self._owned = new_folder("walkthrough")
        self._root = self._owned.path
        self._tag = self._root.name
        self.folder = self._root / "reader"
        self._scratch = self._root / "scratch"
        self._trace_folder = self._root / "lines"
        for folder in (self.folder, self._scratch, self._trace_folder):
            folder.mkdir()
        self.reset({})

    def reset(self, environment: Mapping[str, str]) -> None:
        """Get a new terminal, whose environment is a clean one with `environment` added."""
        names = {block.script.partition("#")[0] for block in self.plan.blocks if block.script}
        scripts = os.pathsep.join(str((self.folder / name).resolve()) for name in sorted(names))
        self.environment = clean_environment(
            self.folder,
            self._tag,
            {**environment, "RUNBOOK_SCRIPTS": scripts, "RUNBOOK_LINES": str(self._trace_folder)},
        )
        self._terminal = Terminal(self._server, self.folder, self._scratch, self.environment)
        self._world_environment = environment

    def block(self, position: int) -> Block:
        """Return a block as it shows now, with the values that were set meanwhile."""
        return self.plan.blocks[position].with_values(self.values.at)

    def save(self, block: Block) -> None:
        """Save a block as the file that its title names, if it does."""
        file = self.file_of(block)
        if not file:
            return
        if not file.is_relative_to(self.folder.resolve()):
            message = f"the title {block.file!r} names a file outside of the reader's folder"
            raise Failure(message, fix="use a path below that folder")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(without_annotations(block.text), encoding="utf-8")

    def file_of(self, block: Block) -> Path | None:
        """Return the path of the file that a block is saved as; `None` if its title is none.

        It is in the terminal's folder, unless the title begins with the folder that was entered.
        """
        if not block.file:
            return None
        home, here = self.folder.resolve(), self.terminal_folder.resolve()
        entered = here.relative_to(home).parts[:1] if here.is_relative_to(home) else ()
        is_from_home = block.title.startswith("~/") or (*entered,) == Path(block.file).parts[:1]
        return ((home if is_from_home or not entered else here) / block.file).resolve()

    def set_values(self, block: Block) -> None:
        """Set the parameters that `block` sets to the values that it printed."""
        if not block.sets:
            return
        parameters = self.values.declaration.parameters
        overrides = dict(self.values.overrides)
        streams = self.printed or "", self.printed_errors
        for name, key in block.sets.items():
            if name not in parameters:
                hint = suggestion(name, parameters)
                message = f"the fence sets {name!r}, which is not a parameter{hint}"
                raise Failure(message, fix="name one that mkdocs.yml declares")
            values = (printed_value(key, text) for text in streams)
            value = next((one for one in values if one is not None), None)
            if value is None:
                message = f'the fence has sets="{name}", but the output contains no {key!r}'
                fix = "print a JSON object, or lines such as `key: value`"
                raise Failure(message, actual="\n".join(streams).strip() or "nothing", fix=fix)
            overrides[name] = Override(value, f"the output of {block.place}")
        self.values = resolve(self.values.declaration, overrides)

    def lines_run(self, script: str) -> set[int]:
        """Return the lines of `script`, in the reader's folder, that ran so far."""
        lines = set[int]()
        for record in self._trace_folder.iterdir():
            if record.is_file():  # not what a block put there, which may have no end
                text = record.read_text(encoding="utf-8", errors="replace")
                numbers = re.findall(rf"^([0-9]+) {re.escape(script)}$", text, re.MULTILINE)
                lines.update(map(int, numbers))
        return lines

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
        place = self.plan.blocks[self.position - 1].place
        result = self._terminal.run(
            commands,
            self.limits,
            name=place,
            merge_output=merge_output,
            following=following,
            exits=0 if following else self.expected_code,
            sees_jobs=not self._waits_later(following),
        )
        self.result = result
        return result

    def _waits_later(self, following: str) -> bool:
        """Return whether what runs later waits for jobs, and so sees how they end."""
        blocks = self.plan.blocks[self.position :]
        texts = [block.text for block in blocks if block.language in ("bash", "sh", "console")]
        return any(map(_WAIT.search, [following, *texts]))

    def run_python(
        self, source: str, *, compare: bool, is_statement: bool = False, is_last: bool = True
    ) -> PythonResult:
        """Run Python code in a process of its own; `compare` its output with what it shows.

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
            scratch=self._scratch,
            environment=environment,
            limits=self.limits,
            style=self._style if compare else None,
            continues=is_statement or block.continues,
            is_continued=not is_last or self.is_continued,
            is_statement=is_statement,
        )
        if result.error and is_last and 0 < result.code == self.expected_code:
            result = replace(result, error="")
        self.result = result
        return result

    def _forward_world_ports(self) -> None:
        """Make reachable what the world serves: what its variables and the values name."""
        self._server.reach([*self._world_environment.values(), *self.values.by_name.values()])

    @property
    def terminal_folder(self) -> Path:
        """The folder that the terminal is in."""
        return Path(self._terminal.state(self.limits)[1])

    @property
    def is_continued(self) -> bool:
        """Whether the next Python block continues the one that runs now."""
        rest = (block for block in self.plan.blocks[self.position :] if not block.script)
        following = (block for block in rest if block.language in ("python", "pycon"))
        return next((block.continues for block in following), False)

    def finish(self) -> None:
        """Raise `Failure` if something failed that a block left running."""
        result = self._terminal.look_again(self.limits)
        if result.error:
            raise Failure(result.error, command=result.command)

    def with_disk_full_reason(self, failure: Failure) -> Failure:
        """Return `failure`, with the reason if the disk is full."""
        with suppress(OSError):  # the block may have removed the folder
            is_full = shutil.disk_usage(self._root).free < _LEAST_FREE
            if is_full and _DISK_FULL not in str(failure):  # its own message was not written
                return failure.because(_DISK_FULL)
        return failure

    def close(self) -> None:
        """Kill what still runs, and remove the folder."""
        self._terminal.close()
        self._python_runner.close()
        if not self._server.end_all():
            kill_all(self._tag, self._root)
        self._owned.remove()
