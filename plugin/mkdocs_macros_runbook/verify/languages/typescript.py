"""TypeScript, which its compiler checks."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ...problem import Failure, InvalidBlock
from ..block import Block
from ..run.process import run_tool
from ..walkthrough.walkthrough import Walkthrough
from .batch import Batch

_COMPILER = "node_modules/typescript/bin/tsc"
_OPTIONS = (
    *("--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext"),
    *("--moduleResolution", "bundler", "--moduleDetection", "force", "--pretty", "false"),
)
#: a declaration or a comment that other files of one compilation would see
_SHARED = re.compile(r"\bdeclare\b|^\s*///", re.MULTILINE)
#: the messages about each text; empty where nothing is wrong
_BATCH: Batch[str] = Batch()


def expect_typescript(texts: Iterable[str]) -> None:
    """Expect blocks, so that they are checked together."""
    _BATCH.expect(text for text in texts if not _SHARED.search(text))


def installed_compiler() -> Path | None:
    """Return the compiler that npm installed where pytest runs, around it, or in `tests` there."""
    folders = (Path.cwd(), *Path.cwd().parents)
    places = (place for folder in folders for place in (folder, folder / "tests"))
    return next(filter(Path.is_file, (place / _COMPILER for place in places)), None)


def verify_typescript(block: Block, walkthrough: Walkthrough) -> None:
    """Check the block with the TypeScript compiler."""
    compiler = installed_compiler()
    if compiler is None:
        fix = "run `npm install typescript` in the folder where you run pytest"
        raise Failure("there is no TypeScript compiler", fix=fix)
    if shutil.which("node") is None:
        raise Failure("there is no command `node`", fix="install Node.js")

    def check(texts: list[str]) -> dict[str, str] | None:
        messages = _messages_about(texts, compiler, walkthrough.limits.seconds)
        # of several, since a mistake in one text says nothing of another
        return None if messages and len(texts) > 1 else dict.fromkeys(texts, messages)

    if actual := _BATCH.result(block.text, check):
        raise InvalidBlock("this is not valid TypeScript", command=block.text, actual=actual)


def _messages_about(texts: list[str], compiler: Path, seconds: float) -> str:
    """Return the compiler's messages about `texts`; empty where nothing is wrong."""
    installed = compiler.parents[2]
    types = ",".join(sorted(file.parent.name for file in installed.glob("@types/*/index.d.ts")))
    with tempfile.TemporaryDirectory(prefix="runbook-typescript-") as folder:
        Path(folder, "node_modules").symlink_to(installed)
        files = [Path(folder, str(number), "block.ts") for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.parent.mkdir()
            file.write_text(text, encoding="utf-8")
        options = *_OPTIONS, *(("--types", types) if types else ())  # TypeScript 7 loads none
        command = ["node", str(compiler), *options, *map(str, files)]
        result = run_tool(command, Path(folder), seconds)
    actual = re.sub(r"(?m)^.*\bblock\.ts(?=\()", "block.ts", result.all_output)
    return (actual or result.error) if result.error else ""
