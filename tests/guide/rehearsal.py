"""A route of a page that is walked once, and can then be walked again from any of its blocks.

Before each block, all that the blocks share is saved: values, the reader's folder, the variables of
the terminal, and the account.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import guide_world
from local_aws import LocalAws
from mkdocs_macros_runbook import Block, Failure, Walkthrough
from mkdocs_macros_runbook.values.resolution import Values
from mkdocs_macros_runbook.verify.languages.linter import Linter
from mkdocs_macros_runbook.verify.plan import Plan, Progress
from mkdocs_macros_runbook.verify.run.server import Server
from mkdocs_macros_runbook.verify.settings import Settings
from mkdocs_macros_runbook.verify.walkthrough.turn import verify_next
from mkdocs_macros_runbook.verify.walkthrough.world import World

# Blocks name theirs in lower case; those of the terminal begin with an underscore.
_VARIABLES = """\
for name in $(compgen -v | grep -E '^([a-z]|PATH$)'); do declare -p "$name"; done
for name in $(compgen -A function | grep '^[a-z]'); do declare -f "$name"; done
printf 'cd %q\\n' "$PWD"
"""


@dataclass(frozen=True)
class _Saved:
    """What there was before a block."""

    progress: Progress
    values: Values
    variables: str
    files: dict[Path, bytes]
    #: which lines of scripts ran
    lines: frozenset[str]
    account: bytes
    notes: dict[str, Any]


class Rehearsal:
    """The walkthrough of `plan`; `aws` is the account, if it has one."""

    def __init__(
        self, plan: Plan, settings: Settings, server: Server, world: World, aws: LocalAws | None
    ) -> None:
        self.plan = plan
        self._aws = aws
        self._saved: list[_Saved] = []
        self._ends: list[object] = []
        self._stack = ExitStack()
        lint = Linter(settings.style).report
        self._walkthrough = Walkthrough(plan, settings, server, lint=lint)
        self._stack.callback(self._walkthrough.close)
        self._environment = {**self._stack.enter_context(world(self._walkthrough))}
        self._walkthrough.reset(self._environment)
        self._root = self._walkthrough.folder.parent
        self._saved.append(self._save())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def objection(self, blocks: Sequence[Block], first: int, *, is_compared: bool) -> str:
        """Return what is wrong if the route has `blocks`, which differ from the `first` on.

        Empty if nothing is. If `is_compared`, the route must also end as it does without them.
        Raises `Failure` if the route fails without them.
        """
        walkthrough = self._walkthrough
        pairs = enumerate(zip(blocks, self.plan.blocks, strict=True))
        last = max(at for at, (one, other) in pairs if one is not other)
        self._restore(min(last + 2, len(blocks)))  # which a change that does nothing leads to
        self._restore(first)
        walkthrough.plan = replace(self.plan, blocks=blocks)
        report, end = "", None
        try:
            while walkthrough.position < len(blocks):
                verify_next(walkthrough)
                if walkthrough.position > last and self._is_as_before():
                    return ""  # and so is all that follows
            walkthrough.finish()
            end = guide_world.pytest_runbook_end(walkthrough)
        except Failure as failure:
            report = failure.report(blocks[walkthrough.position - 1].place)
        if walkthrough.position < len(blocks):
            return report
        unchanged = self._unchanged_end()
        return report or (
            "the route ends in another state" if is_compared and end != unchanged else ""
        )

    def _unchanged_end(self) -> object:
        """Return the state in which the route ends. Raises `Failure` if that is wrong."""
        if not self._ends:
            self._restore(len(self.plan.blocks))
            self._ends.append(guide_world.pytest_runbook_end(self._walkthrough))
        return self._ends[0]

    def _is_as_before(self) -> bool:
        """Return whether what was saved before the next block, if it was, is as it is now."""
        position = self._walkthrough.position
        return position < len(self._saved) and self._save() == self._saved[position]

    def _save(self) -> _Saved:
        walkthrough = self._walkthrough
        paths = (path for path in sorted(walkthrough.folder.rglob("*")) if not path.is_symlink())
        records = (self._root / "lines").iterdir()
        return _Saved(
            walkthrough.progress,
            walkthrough.values,
            walkthrough.run_in_terminal(_VARIABLES).output,
            {path.relative_to(self._root): path.read_bytes() for path in paths if path.is_file()},
            frozenset(line for record in records for line in record.read_text().splitlines()),
            self._aws.save() if self._aws else b"",
            {**guide_world.notes[walkthrough]},
        )

    def _restore(self, position: int) -> None:
        """Have what there was before a block; the blocks before it run if they never did."""
        walkthrough = self._walkthrough
        while len(self._saved) <= position:
            self._take(len(self._saved) - 1)
            verify_next(walkthrough)
            if self._aws:
                # what is restored is saved in another form than what was made, and then in the same
                self._aws.restore(self._aws.save())
            self._saved.append(self._save())
        self._take(position)

    def _take(self, position: int) -> None:
        walkthrough, saved = self._walkthrough, self._saved[position]
        walkthrough.plan = self.plan
        walkthrough.progress, walkthrough.values = saved.progress, saved.values
        self._restore_files(saved)
        walkthrough._terminal.close()
        walkthrough.reset(self._environment)
        walkthrough.run_in_terminal(saved.variables)
        if self._aws:
            self._aws.restore(saved.account)
        guide_world.notes[walkthrough] = {**saved.notes}

    def _restore_files(self, saved: _Saved) -> None:
        for path in sorted(self._walkthrough.folder.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif not path.is_symlink() and path.relative_to(self._root) not in saved.files:
                path.unlink()
        for name, content in saved.files.items():
            file = self._root / name
            if not file.is_file() or file.read_bytes() != content:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        for record in (self._root / "lines").iterdir():
            record.unlink()
        text = "".join(f"{line}\n" for line in sorted(saved.lines))
        (self._root / "lines" / "saved").write_text(text)
