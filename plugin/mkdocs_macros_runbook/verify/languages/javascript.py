"""JavaScript, which Node.js runs, and TypeScript, which its compiler checks."""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path

from ...problem import Failure
from ..block import Block
from ..run.process import run_tool
from ..walkthrough import Walkthrough

_COMPILER = "node_modules/typescript/bin/tsc"
_OPTIONS = (
    *("--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext"),
    *("--moduleResolution", "bundler", "--pretty", "false"),
)


def verify_javascript(block: Block, walkthrough: Walkthrough) -> None:
    """Run the block with Node.js, as a module in the reader's folder."""
    end = walkthrough.write_scratch("block.end", "")
    word = uuid.uuid4().hex  # in no file that the block could read
    at_end = f'(await import("node:fs")).writeFileSync({json.dumps(str(end))}, "{word}");'
    command = f"node --input-type=module <<'{word}'\n{block.text}\n;{at_end}\n{word}"
    result = walkthrough.run_in_terminal(command)
    walkthrough.printed = result.output
    reached = end.read_text(encoding="utf-8", errors="replace") == word
    error = result.error or ("" if reached else "Node.js ended before the last line")
    if error:
        raise Failure(error, command=block.text, actual=result.all_output)


def verify_typescript(block: Block, walkthrough: Walkthrough) -> None:
    """Check the block with the TypeScript compiler that npm installed in the author's project."""
    folders = (
        place for above in (Path.cwd(), *Path.cwd().parents) for place in (above, above / "tests")
    )
    compiler = next(
        (folder / _COMPILER for folder in folders if (folder / _COMPILER).is_file()), None
    )
    if compiler is None:
        raise Failure("there is no TypeScript compiler", fix="run `npm install typescript`")
    if shutil.which("node") is None:
        raise Failure("there is no command node", fix="install Node.js")
    file = walkthrough.write_scratch("block.ts", block.text)
    result = run_tool(["node", str(compiler), *_OPTIONS, str(file)], file.parent)
    if result.error:
        actual = result.all_output.replace(str(file), file.name)
        raise Failure("this is not valid TypeScript", command=block.text, actual=actual)
