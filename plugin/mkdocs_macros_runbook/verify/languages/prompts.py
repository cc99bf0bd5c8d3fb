"""The text of a `console` block: the commands after its prompts, and what is shown below each."""

from __future__ import annotations

import re
from pathlib import Path

from ..run.process import run_tool

_PROMPT = re.compile(r"^(?:\(\S+\) |\([\w.-]+\)(?=\$ ))?\$(?: |$)")


def commands_in(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the text before the first prompt, and each command with what is shown below it.

    A comment before the first prompt is ignored. A command may continue after a backslash, in
    a here-document, or after `> ` if bash waits for more.
    """
    before, commands = "", list[tuple[str, str]]()
    for line in text.splitlines():
        command, expected = commands[-1] if commands else ("", "")
        if prompt := _PROMPT.match(line):
            commands.append((line[prompt.end() :], ""))
        elif not commands:
            before += "" if line.startswith("#") or not line.strip() else f"{line}\n"
        elif not expected and _continues(command, line):
            commands[-1] = (f"{command}\n{line.removeprefix('> ')}", "")
        else:
            commands[-1] = (command, f"{expected}{line}\n")
    return before, commands


def _continues(command: str, line: str) -> bool:
    """Return whether `line` is more of `command`, not output that begins with `> `."""
    if command.endswith("\\"):
        return True
    if not line.startswith("> ") and "<<" not in command:
        return False
    result = run_tool(["bash", "-n", "-c", command], Path.cwd())
    return bool(result.error or result.errors)
