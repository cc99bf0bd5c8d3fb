"""JavaScript, which Node.js runs."""

from __future__ import annotations

import json
import re
import shlex
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...problem import Failure
from ..block import Block
from ..walkthrough.walkthrough import Walkthrough
from .advice import advice
from .programs.program_file import check_syntax, is_run_later

#: where a block ends by `process.exit(0)` as its last statement, also of a condition
_LAST_EXIT = re.compile(
    r"(?P<before>(?P<if>^(?:if|\} else|\} catch)\b.*\{(?:\n[ \t].*)*?(?:[^\n{}]*;)?\s+)?)"
    r"\bprocess(?=\.exit\(0?\);?(?(if)\s*\}(?:\s*else\b.*\{(?:\n[ \t].*)*\s*\})*)\s*\Z)",
    re.MULTILINE,
)
#: what Node.js runs first: it defines what the block calls at its end
_FIRST = """
const {{ writeFileSync }} = require("node:fs");
globalThis.{function} = () => writeFileSync({file}, "{word}");
"""


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
    if not error and result.code and not block.exits:
        error = f"the block ended with code {result.code}"
    elif not error and not result.code and not is_at_end:
        error = "Node.js ended before the block's last line"
    if error:
        fix = advice(error, result.all_output)
        raise Failure(error, command=block.text, actual=result.all_output, fix=fix)


@contextmanager
def _input(text: str, file: Path | None) -> Iterator[str]:
    """Yield from where Node.js reads `text`: from `file`, which has it meanwhile, or its input."""
    if file is None or file.suffix not in (".js", ".mjs", ".cjs"):
        end = uuid.uuid4().hex
        yield f"--input-type=module <<'{end}'\n{text}\n{end}"
        return
    content = file.read_bytes()
    file.write_text(text, encoding="utf-8")
    try:
        yield shlex.quote(str(file))
    finally:
        if file.is_file():  # the block may remove it
            file.write_bytes(content)
