"""Commands in shell text: those after the prompts of a session, and the words of each."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..page.languages import PROMPT
from .run.process import run_tool

_DOCUMENT = re.compile(
    r"<<-?[ \t]*([\"']?)(?P<end>[\w.-]+)\1(?P<rest>.*\n)(?:.*\n)*?[ \t]*(?P=end)[ \t]*(?=\n|\Z)"
)
# a comment begins a word, and is not in quotation marks
_COMMENT = re.compile(
    r"""^((?:[^#'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*"|(?<=[^\s;&|(])#)*)(?<![^\s;&|(])#.*$"""
)
_OPERATORS = ";&|()<>"
_REDIRECTION = re.compile(r"[<>&|]*[<>][&|]?")
#: words that a command may follow
_BEFORE = {"!", "{", "}", "if", "then", "elif", "else", "while", "until", "do", "exec", "time"}
_BEFORE |= {"sudo", "nohup", "env", "command", "xargs"}
_ASSIGNMENT = re.compile(r"\w+=")
_SUBSTITUTION = re.compile(r"\$\(((?:[^()]|\([^()]*\))*)\)")
_PROMPT = re.compile(PROMPT)


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
            has_signs = True  # the lines that continue it, unless the first has none
        elif not commands:
            before += "" if line.startswith("#") or not line.strip() else f"{line}\n"
        elif not expected and _continues(command, line):
            is_empty = line == ">"  # whose space editors strip
            if "\n" not in command and "<<" in command:
                has_signs = is_empty or line.startswith("> ")
            if has_signs:
                line = "" if is_empty else line.removeprefix("> ")
            commands[-1] = (f"{command}\n{line}", "")
        else:
            commands[-1] = (command, f"{expected}{line}\n")
    return before, commands


def _continues(command: str, line: str) -> bool:
    """Return whether `line` is more of `command`, not output that begins with `> `."""
    if command.endswith("\\"):
        return True
    if line != ">" and not line.startswith("> ") and "<<" not in command:
        return False
    result = run_tool(["bash", "-n", "-c", command], Path.cwd())
    return bool(result.error or result.errors)


def commands_of(text: str) -> Iterator[list[str]]:
    """Yield the words of each command in `text`, also of those in `$(…)`."""
    text = _DOCUMENT.sub(lambda match: match["rest"].rstrip("\n"), text.replace("\\\n", " "))
    for words in _lines(text):
        for inner in _SUBSTITUTION.findall("\n".join(words)):
            yield from commands_of(inner)
        yield from _commands_in_line(words)


def _commands_in_line(words: Sequence[str]) -> Iterator[list[str]]:
    """Yield the words of each command, without files of redirections and what may precede it."""
    command, is_target = list[str](), False
    for word in [*words, ";"]:
        is_operator = not word.strip(_OPERATORS)
        if is_operator and _REDIRECTION.fullmatch(word):
            is_target = True  # the next word is a file
            if command and command[-1].isdigit():  # the number of a stream
                command.pop()
        elif is_operator:
            if command:
                yield command
            command, is_target = [], False
        elif is_target:
            is_target = False
        elif command or not (word in _BEFORE or _ASSIGNMENT.match(word)):
            command.append(word)


def _lines(text: str) -> Iterator[list[str]]:
    """Yield the words of each line; one whose quotation mark is open goes on in the next."""
    unit = ""
    for line in text.split("\n"):
        unit += _COMMENT.sub(r"\1", line)
        lexer = shlex.shlex(unit, posix=True, punctuation_chars=_OPERATORS)
        lexer.commenters = ""
        lexer.wordchars += "#$!@%^,+{}[]:"
        try:
            yield [*lexer]
        except ValueError:
            unit += "\n"
            continue
        unit = ""
