"""Programs that readers save and run with a later block: that block verifies them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from ...problem import Failure
from ..block import Block
from ..run.process import run_tool
from ..walkthrough import Walkthrough
from .shell_commands import commands_of

#: the languages of programs
_LANGUAGES = ("bash", "console", "python", "pycon", "javascript")
_PROMPT = re.compile(r"^(?:\(\S+\) ?)?\$ ")
_INTERPRETER = re.compile(r"python[\d.]*|bash|sh|node|source|\.")
#: options with a value, and those with which an interpreter runs no file
_WITH_VALUE = {"-W", "-X", "-o", "-O", "-e", "--require"}
_NO_FILE = {"-c", "-n", "-V", "--check", "--version", "--help", "--collect-only"}
#: output below a `print`
_SHOWS = re.compile(r"""^[ \t]*\#> |\)\n[ \t]*['"]{3}\n""", re.MULTILINE)


def is_run_later(block: Block, walkthrough: Walkthrough) -> bool:
    """Return whether a later block runs the file that `block` is saved as.

    Not if the page tells what the block does where it is, or has another such file before that.
    """
    positions = range(walkthrough.position, len(walkthrough.plan.blocks))
    later = [walkthrough.block(position) for position in positions]
    tells = block.exits or block.raises or block.sets or block.continues
    if not block.file or not later or tells or walkthrough.is_continued:
        return False
    if _SHOWS.search(block.text) or _may_show_output(later[0]):
        return False
    kept = [*takewhile(lambda other: other.file != block.file, later)]
    names = _names(block.file, kept)
    return any(_runs(other, names) for other in kept)


def _may_show_output(block: Block) -> bool:
    """Return whether `block` may show the output of the one before it."""
    is_own = block.language in (*_LANGUAGES, "diff") or block.shows or block.is_input
    return not (is_own or block.file or (block.title and block.language != "text"))


def _names(file: str, later: Sequence[Block]) -> list[str]:
    """Return the file's path, and what is left of it in each folder that a later block enters."""
    parts = file.split("/")
    entered = " ".join(other.text for other in later if other.language in ("bash", "console"))
    return [
        "/".join(parts[number:])
        for number in range(len(parts))
        if not number or re.search(rf"\bcd +\S*\b{re.escape('/'.join(parts[:number]))}\b", entered)
    ]


def _runs(block: Block, names: Sequence[str]) -> bool:
    """Return whether `block` runs one of `names`, by a command or an import."""
    if block.needs:  # which may not be here
        return False
    if block.shows:
        return any(_is_run(words, names) for words in commands_of(block.shows))
    if block.language in ("bash", "console"):
        text = block.text
        if block.language == "console":
            lines = text.splitlines()
            text = "\n".join(_PROMPT.sub("", line) for line in lines if _PROMPT.match(line))
        return any(_is_run(words, names) for words in commands_of(text))
    return block.language in _LANGUAGES and any(
        re.search(pattern, block.text, re.MULTILINE) for pattern in _imports(block.language, names)
    )


def _is_run(words: Sequence[str], names: Sequence[str]) -> bool:
    """Return whether a command runs one of `names`."""
    program, *rest = words
    program = program.rpartition("/")[2] if "/bin/" in program else program
    if program in ("pytest", "unittest") or words[:3] == [program, "-m", "pytest"]:
        if _NO_FILE & {*rest}:
            return False
        files = [word.partition("::")[0] for word in rest if not word.startswith("-")]
        is_alone = not [file for file in files if file != "pytest"]
        return any(_is_path(file, names) for file in files) or (
            is_alone and any(re.match(r"(?:.*/)?test_", name) for name in names[:1])
        )
    if not _INTERPRETER.fullmatch(program):
        return "/" in program and _is_path(program, names)
    while rest and rest[0][:1] in ("-", "+") and rest[0] not in ("-", "-m"):
        if rest[0] in _NO_FILE:
            return False
        rest = rest[2:] if rest[0] in _WITH_VALUE or re.fullmatch("-[a-z]*o", rest[0]) else rest[1:]
    if rest[:1] == ["-m"]:
        return bool({*rest[1:2]} & {*map(_module, names)})
    return bool(rest) and _is_path(rest[0], names)


def _is_path(word: str, names: Sequence[str]) -> bool:
    return re.sub(r"^(?:\./|~/|\$(?:HOME|PWD)/|\$\{(?:HOME|PWD)\}/)", "", word) in names


def _module(name: str) -> str:
    """Return the name of the module in a file, or of the package that the file begins."""
    return re.sub(r"(?:/__(?:init|main)__)?\.py$", "", name).replace("/", ".")


def _imports(language: str, names: Sequence[str]) -> Iterator[str]:
    """Yield patterns of what imports one of `names`."""
    for name in names:
        if language == "javascript":
            stem = re.escape(name.removesuffix(".js"))
            yield rf"\b(?:from|import|require)\b *\(? *['\"](?:\.{{1,2}}/)*{stem}(?:\.js)?['\"]"
        elif name.endswith(".py"):
            package, _, last = _module(name).rpartition(".")
            module, last = re.escape(_module(name)), re.escape(last)
            start = r"^[ \t]*(?:>>> |\.\.\. )?"
            yield rf"{start}(?:from {module} import|import (?:[\w.]+, )*{module}(?![\w.]))"
            around = rf"(?:\.|{re.escape(package)})" if package else r"\."
            yield rf"{start}from (?:\.{last} import|{around} import .*\b{last}\b)"


def check_syntax(block: Block, walkthrough: Walkthrough, *command: str) -> None:
    """Raise `Failure` unless `command`, such as `bash -n`, accepts the file of `block`."""
    seconds = walkthrough.limits.seconds
    result = run_tool([*command, f"./{block.file}"], walkthrough.folder, seconds)
    if result.error or "here-document" in result.errors:  # one without an end is only a warning
        message = f"this is not valid {block.language}"
        raise Failure(message, command=block.text, actual=result.all_output or result.error)
