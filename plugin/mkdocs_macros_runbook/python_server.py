"""The process that runs Python blocks, a fork for each: none meets what another left behind.

It is started by its path and imports what is slow once. A line of JSON asks for a block, a line of
JSON answers. It uses pytest-examples to compare what a block prints with what it shows.
"""

from __future__ import annotations

import ast
import atexit
import gc
import json
import os
import signal
import sys
import tempfile
import threading
import traceback
from importlib.abc import Loader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from _pytest.assertion.rewrite import rewrite_asserts
from pytest_examples import CodeExample
from pytest_examples import run_code as pytest_examples_run_code
from pytest_examples.config import ExamplesConfig

_encode = json.JSONEncoder().encode  # still itself where a block breaks the module


def _stay_on_this_machine() -> None:
    spec = spec_from_file_location("_runbook_loopback", Path(__file__).with_name("loopback.py"))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    module.stay()


class _BlockLoader(Loader):
    """Runs a block's source with its assertions telling what they compared."""

    def __init__(self, source: str, file: str) -> None:
        self._source, self._file = source, file

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        tree = ast.parse(self._source, self._file)
        rewrite_asserts(tree, self._source.encode(), self._file)
        code = compile(tree, self._file, "exec", dont_inherit=True)
        exec(code, module.__dict__)  # noqa: S102 (this is what the process is for)


def run_block(asked: dict[str, Any]) -> dict[str, Any]:
    """Run one block in this process; return what came of it."""
    source, file = asked["source"], asked["file"]
    example = CodeExample.create(source, path=Path(asked["page"]), prefix="python")
    config = ExamplesConfig(**asked["style"])
    # Its own rewriting of tracebacks takes the process down on Python 3.11.
    pytest_examples_run_code.create_example_traceback = lambda *_: None  # type: ignore[attr-defined]
    try:
        printed, _ = pytest_examples_run_code.run_code(
            example=example,
            python_file=Path(file),
            loader=_BlockLoader(source, file),
            config=config,
            enable_print_mock=asked["compare"],
            print_callback=None,
            include_print=None,
            module_globals={"__file__": file},
            call=None,
        )
    except SystemExit as end:
        if end.code not in (None, 0):
            return {"trouble": f"it ended with SystemExit({end.code!r})"}
        if _line_of(end, file) < _last_statement(source):
            return {"trouble": "it ended with SystemExit before its last line"}
        return {}
    except BaseException as error:
        return {"trouble": _told(error, file), "line": _line_of(error, file)}
    if not asked["compare"]:
        return {}
    return {"shown": printed.updated_print_statements(example)}


def _line_of(error: BaseException, file: str) -> int:
    """Return the line of the block that `error` came from, or 0."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno or 0
    lines = [
        step.lineno for step in traceback.extract_tb(error.__traceback__) if step.filename == file
    ]
    return (lines or [0])[-1] or 0


def _last_statement(source: str) -> int:
    """Return the line at which the last statement begins; an `if` counts its own last one."""
    body = ast.parse(source).body
    while body and isinstance(body[-1], ast.If):
        body = body[-1].body
    return body[-1].lineno if body else 0


def _told(error: BaseException, file: str) -> str:
    return "".join(traceback.format_exception_only(error)).rstrip().replace(file, "the block")


def _child(asked: dict[str, Any]) -> None:
    """Become a block's process; never returns."""
    answer: dict[str, Any] = {"trouble": "it broke the process that ran it"}
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDONLY)
        out = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        err = os.open(asked["errors"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for opened, stream in ((nothing, 0), (out, 1), (err, 2)):
            os.dup2(opened, stream)
        os.closerange(3, 256)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        sys.argv = [asked["file"]]
        sys.path[0:0] = [asked["folder"]]
        result = Path(asked["result"])
        answer = run_block(asked)
        threading._shutdown()  # type: ignore[attr-defined] # as the interpreter does
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        result.write_text(_encode(answer), encoding="utf-8")
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(0)


def _warm_up() -> None:
    """Run a block here, so that what looks for the place of a print finds its caches filled."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "block.py"
        source = "print(1)\n#> 1\nassert True\n"
        file.write_text(source, encoding="utf-8")
        own = sys.modules["__main__"]
        asked = {"source": source, "file": str(file), "page": "", "style": {}, "compare": True}
        run_block(asked)
        sys.modules["__main__"] = own
    gc.collect()
    gc.freeze()  # a fork need not look at what is there already


def main() -> None:
    """Answer until nobody asks."""
    _stay_on_this_machine()
    _warm_up()
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(asked)
        _say({"pid": pid})
        _, status = os.waitpid(pid, 0)
        _say({"ended": os.waitstatus_to_exitcode(status)})


def _say(answer: dict[str, int]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
