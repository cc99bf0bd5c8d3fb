"""JavaScript, which Node.js runs, and TypeScript, which its compiler checks."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...problem import Failure
from ..block import Block
from ..run.process import run_tool
from ..walkthrough import Walkthrough
from .program_file import check_syntax, is_run_later

_COMPILER = "node_modules/typescript/bin/tsc"
_OPTIONS = (
    *("--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext"),
    *("--moduleResolution", "bundler", "--moduleDetection", "force", "--pretty", "false"),
)
#: where a block ends by `process.exit(0)` as its last statement, also of a condition
_LAST_EXIT = re.compile(
    r"(?P<before>(?P<if>^(?:if|\} else|\} catch)\b.*\{(?:\n[ \t].*)*?\s+)?)"
    r"\bprocess(?=\.exit\(0?\);?(?(if)\s*\})\s*\Z)",
    re.MULTILINE,
)
#: what Node.js runs first: it defines what the block calls at its end
_FIRST = """
const {{ writeFileSync }} = require("node:fs");
globalThis.{function} = () => writeFileSync({file}, "{word}");
"""
#: a declaration or a comment that other files of one compilation would see
_SHARED = re.compile(r"\bdeclare\b|^\s*///", re.MULTILINE)

#: TypeScript that is to be checked; its messages, once it was: empty where nothing is wrong
_expected: set[str] = set()
_messages: dict[str, str] = {}


def expect_typescript(texts: Iterable[str]) -> None:
    """Expect blocks, so that they are checked together: the compiler's start takes most time."""
    _expected.update(text for text in texts if not _SHARED.search(text))


def verify_javascript(block: Block, walkthrough: Walkthrough) -> None:
    """Run the block with Node.js, as its file or as a module, unless a later one runs it."""
    if is_run_later(block, walkthrough):
        check_syntax(block, walkthrough, "node", "--check")
        return
    word = uuid.uuid4().hex
    with walkthrough.scratch_file() as end, walkthrough.scratch_file() as first:
        first.write(_FIRST.format(function=f"end_{word}", file=json.dumps(end.name), word=word))
        first.flush()
        at_end = f"globalThis.end_{word}?.()"  # only in a process that ran what comes first
        text = _LAST_EXIT.sub(rf'\g<before>globalThis[{at_end} ?? "process"]', block.text)
        with _input(f"{text}\n;{at_end};", walkthrough.file_of(block)) as source:
            # the terminal goes on, whatever Node.js ends with
            node = f"node --require {shlex.quote(first.name)} {source}"
            result = walkthrough.run_in_terminal(node, following="$?")
        is_at_end = end.read() == word
    walkthrough.printed, error = result.output, result.error
    if not error and result.code not in (0, block.exits):
        error = f"the block ended with code {result.code}"
    elif not error and not result.code and not is_at_end:
        error = "Node.js ended before the last line"
    if error:
        raise Failure(error, command=block.text, actual=result.all_output)


@contextmanager
def _input(text: str, file: Path | None) -> Iterator[str]:
    """Yield from where Node.js reads `text`: from `file`, which has it meanwhile, or its input."""
    if file is None or file.suffix not in (".js", ".mjs", ".cjs"):
        end = uuid.uuid4().hex
        yield f"--input-type=module <<'{end}'\n{text}\n{end}"
        return
    saved = file.read_bytes()
    file.write_text(text, encoding="utf-8")
    try:
        yield shlex.quote(str(file))
    finally:
        if file.is_file():  # the block may remove it
            file.write_bytes(saved)


def verify_typescript(block: Block, walkthrough: Walkthrough) -> None:
    """Check the block with the TypeScript compiler that npm installed in the author's project."""
    folders = (
        place for above in (Path.cwd(), *Path.cwd().parents) for place in (above, above / "tests")
    )
    compiler = next(
        (folder / _COMPILER for folder in folders if (folder / _COMPILER).is_file()), None
    )
    if compiler is None:
        fix = "run `npm install typescript` in the folder of mkdocs.yml"
        raise Failure("there is no TypeScript compiler", fix=fix)
    if shutil.which("node") is None:
        raise Failure("there is no command node", fix="install Node.js")
    if actual := _messages_about(block.text, compiler, walkthrough.limits.seconds):
        raise Failure("this is not valid TypeScript", command=block.text, actual=actual)


def _messages_about(text: str, compiler: Path, seconds: float) -> str:
    if text not in _messages:
        if text in _expected:
            together = sorted(_expected)
            _expected.clear()
            if not _compile(together, compiler, seconds):
                _messages.update(dict.fromkeys(together, ""))
                return ""
        # alone, since a mistake in one text says nothing of another
        _messages[text] = _compile([text], compiler, seconds)
    return _messages[text]


def _compile(texts: list[str], compiler: Path, seconds: float) -> str:
    """Return the compiler's messages about `texts`; empty where nothing is wrong."""
    with tempfile.TemporaryDirectory(prefix="runbook-typescript-") as folder:
        files = [Path(folder, str(number), "block.ts") for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.parent.mkdir()
            file.write_text(text, encoding="utf-8")
        command = ["node", str(compiler), *_OPTIONS, *map(str, files)]
        result = run_tool(command, Path(folder), seconds)
    actual = re.sub(r"(?m)^.*\bblock\.ts(?=\()", "block.ts", result.all_output)
    return (actual or result.error) if result.error else ""
