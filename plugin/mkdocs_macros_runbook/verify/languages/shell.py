"""Shells: commands alone (`bash`), and commands with their output (`console`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...problem import Failure, InvalidBlock
from ..block import Block
from ..output import matches_terminal, on_screen
from ..run.process import Result
from ..shell_commands import commands_in, commands_of
from ..walkthrough.walkthrough import Walkthrough
from .advice import advice, error_of_notice
from .programs.program_file import check_syntax, is_run_later

_EXIT = re.compile(r"\s*exit(\s+\d+)?\s*(#.*)?$")
_READERS = {"awk", "cat", "egrep", "fgrep", "grep", "head", "journalctl", "less", "sed", "tail"}
_SESSION = re.compile(r"^>>> ", re.MULTILINE)
_COMMENT = re.compile(r"#+(?:\s|$)")
_BEGIN = "begin each command with `$ `; commands after other prompts are not run"


def check_bash(block: Block) -> None:
    """Raise `InvalidBlock` if the block has a prompt."""
    if block.text.lstrip().startswith("$ "):
        message = "the block begins with the prompt `$ `, which is not a command"
        raise InvalidBlock(message, command=block.text, fix="change its language to console")


def verify_bash(block: Block, walkthrough: Walkthrough) -> None:
    """Run the block in the terminal, unless a later one does; every command must succeed."""
    check_bash(block)
    if is_run_later(block, walkthrough):
        check_syntax(block, walkthrough, "bash", "-n")
        return
    result = walkthrough.run_in_terminal(block.text)
    walkthrough.printed = result.output
    if result.error:
        raise _failure(result, result.command, block.text)
    if notice := error_of_notice(result.errors, block.text):
        raise Failure(notice, command=block.text, actual=result.all_output)


def console_commands(block: Block) -> list[tuple[str, str]]:
    """Return each command with its output; raise `InvalidBlock` for none, or for other text."""
    before, commands = commands_in(block.text)
    if not commands:
        raise InvalidBlock("the console block has no `$ ` prompt", command=block.text, fix=_BEGIN)
    if before:
        fix = "begin a comment with `# `" if before.lstrip().startswith("//") else _BEGIN
        raise InvalidBlock("there is text before the first `$ ` prompt", command=before, fix=fix)
    return commands


def verify_console(block: Block, walkthrough: Walkthrough) -> None:
    """Run each command after `$ `; its output must be what is shown below it, if anything."""
    commands = [
        pair for pair in console_commands(block) if any(map(str.strip, pair))
    ]  # no empty prompts
    output = ""
    for number, (command, expected) in enumerate(commands, 1):
        following = "\n".join(text for text, _ in commands[number:])
        result = walkthrough.run_in_terminal(command, merge_output=True, following=following)
        output += result.output
        is_last = number == len(commands)
        _check(command, expected, result, is_last=is_last)
        expected = _without_job_lines(expected, command, result.output)
        _check_output(command, expected, result.output, is_last=is_last)
    walkthrough.printed = output


def _check(command: str, expected: str, result: Result, *, is_last: bool) -> None:
    """Raise `Failure` if a command failed, or if Python printed of a mistake that is not shown."""
    if result.error:
        is_shown = expected.strip() and matches_terminal(command, expected, result.output)
        may_exit = is_shown and result.code and f"code {result.code}" in result.error
        at = result.command or command  # of a pipe, only its last command can be meant
        may_exit = may_exit and command.split()[-1] == at.split()[-1]
        end = "" if is_last else "end the block below this command, and "
        fix = f'{end}add exits="{result.code}" to the fence' if may_exit else ""
        if "incomplete" in result.error and expected.strip():
            fix = "begin each line that continues the command with `> `"
        raise _failure(result, at, command, fix)
    notice = error_of_notice(result.output, command)
    if notice and not error_of_notice(expected, command) and not _only_reads(command):
        raise Failure(notice, command=command, actual=result.all_output)


def _only_reads(command: str) -> bool:
    """Return whether a command shows what is in files, such as a log."""
    return all(words[0] in _READERS for words in commands_of(command))


def _check_output(command: str, expected: str, output: str, *, is_last: bool) -> None:
    """Raise `Failure` if a command printed something else than is shown below it."""
    if _is_comment(expected, output):
        return
    forms = _without_comments(expected, may_follow=not is_last)
    if not any(matches_terminal(command, form, output) for form in forms):
        message = "the output differs from what the page shows"
        actual = output or "nothing"
        fix = "change its language to pycon" if _SESSION.search(expected) else ""
        raise Failure(message, command=command, expected=expected, actual=actual, fix=fix)


def _failure(result: Result, at: str, command: str, fix: str = "") -> Failure:
    message = f"{result.error}, at `{at}`" if at else result.error
    fix = fix or advice(result.error, result.all_output)
    return Failure(message, command=command, actual=result.all_output, fix=fix)


def _is_comment(expected: str, output: str) -> bool:
    """Return whether what is shown is empty, or comments on the commands."""
    lines = [line for line in expected.splitlines() if line.strip()]
    has_comment = any(map(_COMMENT.match, on_screen(output).splitlines()))
    return not lines or (not has_comment and all(map(_COMMENT.match, lines)))


def _without_job_lines(expected: str, command: str, output: str) -> str:
    """Return what is shown below a command without what only a terminal prints.

    That is `[1] 12345` when a job begins, `[1]+  Done …` after it ended, and `exit` at its own end.
    """
    begins = r" (?:\d+|\.\.\.)$|" if re.search("(?<![&>])&(?![&>])", command) else ""
    ends = r"\A(?:exit|logout)$|" if _EXIT.match(command) else ""
    line = re.compile(rf"{ends}^\[\d+\](?:{begins}[+-]?[ ]{{2,}}[A-Z].*)\n?", re.MULTILINE)
    return expected if line.search(output) else line.sub("", expected)


def _without_comments(expected: str, *, may_follow: bool) -> Iterator[str]:
    """Yield what is shown below a command, also without comments on the next command.

    They `may_follow` the output directly if there is a next command, else below an empty line.
    """
    lines = expected.splitlines(keepends=True)
    yield expected
    while lines and (_COMMENT.match(lines[-1]) or not lines[-1].strip()):
        is_empty = not lines.pop().strip()
        if is_empty or may_follow:
            yield "".join(lines)
