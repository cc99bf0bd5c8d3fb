"""Python blocks: each runs in a process of its own, which the server forks."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from .block_process import BlockProcess
from .prints import Print
from .process import Limits, Result, Watch
from .program import Program
from .server import Server


@dataclass(frozen=True)
class PythonResult(Result):
    """The result of a Python block."""

    #: the line at which it failed; 0 if it is not known
    line: int = 0
    #: what Python prints of the exception that it raised; empty if it raised none
    trace: str = ""
    #: what a failed assertion compared, as the end of a sentence
    comparison: str = ""
    #: whether it is no Python, and so did not run
    is_invalid: bool = False
    #: what it printed, if that was recorded to be compared; `None` if it did not reach its end
    prints: Sequence[Print] | None = None

    @property
    def hint(self) -> str:
        """What may help with its exception; empty if nothing is known."""
        if self.error.startswith("NameError"):
            return (
                "if the Python block before this one defines the name, add `continues` to the fence"
            )
        if self.error.endswith("was never awaited"):
            return "await it, or show it in a pycon block"
        return ""


class PythonRunner:
    """Runs Python blocks, by a server; files of its own are in `scratch`."""

    def __init__(self, server: Server, scratch: Path) -> None:
        self._server, self._scratch = server, scratch
        #: what to call the files of that block, and of those that it continues
        self._titles: dict[str, str] = {}
        #: the process of a block that the next one continues, if there is one
        self._continued_process: BlockProcess | None = None

    def run(
        self,
        source: str,
        *,
        saved: Path | None,
        environment: Mapping[str, str],
        folder: str,
        limits: Limits,
        compare: bool,
        continues: bool = False,
        is_continued: bool = False,
        is_statement: bool = False,
    ) -> PythonResult:
        """Run `source` in `folder`; record what it prints, to `compare` that with what it shows.

        If the block is saved, it runs as the program in the file `saved`. A block that `continues`
        runs in the process of the one before it, which `is_continued`. A statement of a session
        prints to one stream, and leaves the session only if it is the last.
        """
        if not continues:
            self.close()
        elif not self._continued_process:
            return PythonResult(
                "", error="there is no earlier Python block that this block can continue"
            )
        if is_statement:  # as Python calls it, say in a warning
            place = dict[str, Any](file="<stdin>", arguments=["<stdin>"], package="", path=[folder])
        else:
            place = self._place(source, saved, folder)
        name, title = place["file"], place["arguments"][0]
        try:
            program = Program(source, name, is_statement=is_statement)
        except SyntaxError as error:
            error.filename = title
            return invalid_result(error)
        if not os.path.isdir(folder):  # noqa: PTH112
            return PythonResult("", error=f"the terminal is in {folder}, which no longer exists")
        request = {
            **place,
            "kind": "python",
            "code": program.code.hex(),
            "last_statements": [] if is_statement and is_continued else program.last_statements,
            "folder": folder,
            "environment": dict(environment),
            "compare": compare,
            "is_continued": is_continued,
        }
        answer, output, errors = self._run(request, limits, merge_output=is_statement)
        trace = answer.pop("trace", "").replace(name, title)
        if saved is None:  # the name is another one in each run
            self._titles[name] = title
        texts = json.dumps([answer, output, errors, trace])
        for other, shown in self._titles.items():
            texts = texts.replace(other, shown)
        answer, output, errors, trace = json.loads(texts)
        return PythonResult(output, errors, trace=trace, **answer)

    def _place(self, source: str, saved: Path | None, folder: str) -> dict[str, Any]:
        """Return what a request says of the file that a block in `folder` runs as.

        That is the file `saved`, or a new one with the `source`; its path as the block sees it; the
        package that the block may import from; and the folders in which it finds modules.
        """
        if saved is None:
            file = self._scratch / f"{uuid.uuid4().hex}.py"  # no block can guess the name
            file.write_bytes(source.encode())
            return {"file": str(file), "arguments": ["block.py"], "package": "", "path": [folder]}
        title = os.path.relpath(saved, folder)
        # a module of a package, which imports from it, is no program by itself
        package = ".".join(Path(title).parent.parts)
        import_path = [folder, str(saved.parent)]
        return {"file": str(saved), "arguments": [title], "package": package, "path": import_path}

    def _run(
        self, request: Mapping[str, Any], limits: Limits, *, merge_output: bool
    ) -> tuple[dict[str, Any], str, str]:
        """Return what the process of a block says at its end, and what it wrote to its streams."""
        with _nameless_file(self._scratch) as out, _nameless_file(self._scratch) as err:
            watch = Watch(limits, out.fileno(), err.fileno())
            files = out.fileno(), (out if merge_output else err).fileno()
            answer = self._answer(request, watch, *files)
            return answer, watch.read(out.fileno()), watch.read(err.fileno())

    def _answer(self, request: Mapping[str, Any], watch: Watch, *files: int) -> dict[str, Any]:
        """Return what the process of a block says at its end; at least an error, if it does not."""
        if process := self._continued_process:
            process.send(json.dumps(request), *files)
        else:
            process = BlockProcess(self._server, request, *files)
        text, _, error = process.finish(watch)
        self._continued_process = (
            process if request["is_continued"] and process.is_running else None
        )
        if not self._continued_process:
            error = error or process.wait_for_exit(watch)
            process.close()
        if error:
            return {"error": error}
        if text is None:
            return {"error": "the block ended its process before its last line"}
        answer: dict[str, Any] = json.loads(text)
        return answer

    def close(self) -> None:
        """Let no block continue the last one."""
        if self._continued_process:
            self._continued_process.close()
        self._continued_process = None
        self._titles.clear()


def invalid_result(error: SyntaxError) -> PythonResult:
    """Return the result of a block that is no Python."""
    message = f"{type(error).__name__}: {error.msg}"
    trace = "".join(traceback.format_exception_only(error))
    return PythonResult("", error=message, line=error.lineno or 0, trace=trace, is_invalid=True)


def _nameless_file(folder: Path) -> IO[bytes]:
    """Return a new file that no block can open: in memory, so that it may print on a full disk.

    Where that is not possible, it is in `folder`.
    """
    if sys.platform == "linux":
        return open(os.memfd_create("output"), "w+b", buffering=0)  # noqa: PTH123
    return tempfile.TemporaryFile(dir=folder, buffering=0)
