"""Shells: commands alone (`bash`), and commands with their output (`console`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...problem import Failure
from ..block import Block
from ..output import is_shown
from ..walkthrough import Walkthrough

_PROMPT = re.compile(r"^(?:\(\S+\) )?[$%#] ")


def verify_bash(block: Block, walkthrough: Walkthrough) -> None:
    """Run the block in the terminal; every command of it must succeed."""
    result = walkthrough.run_in_terminal(block.text)
    walkthrough.printed = result.output
    if result.error:
        at = f", at `{result.command}`" if result.command else ""
        raise Failure(f"{result.error}{at}", command=block.text, actual=result.all_output)


def verify_console(block: Block, walkthrough: Walkthrough) -> None:
    """Run each command after a prompt; its output must be what is shown below it, if anything."""
    commands = [*_commands(block.text)]
    if not commands:
        raise Failure("console block without a prompt", fix="begin commands with `$ `")
    output = ""
    for command, shown in commands:
        result = walkthrough.run_in_terminal(command, merge_output=True)
        output += result.output
        if result.error:
            raise Failure(result.error, command=command, actual=result.all_output)
        if shown.strip() and not is_shown(shown, result.output):
            message = "the output differs from what the page shows"
            actual = result.output or "nothing"
            raise Failure(message, command=command, expected=shown, actual=actual)
    walkthrough.printed = output


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command, which may continue after a backslash or `>`, and what is shown below."""
    command, shown = "", ""
    for line in text.splitlines():
        prompt = _PROMPT.match(line)
        if prompt:
            if command:
                yield command, shown
            command, shown = line[prompt.end() :], ""
        elif command and not shown and (command.endswith("\\") or line.startswith("> ")):
            command += "\n" + line.removeprefix("> ")
        else:
            shown += f"{line}\n"
    if command:
        yield command, shown
