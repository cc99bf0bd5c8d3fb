"""Programs that readers save and run with a later block: that block verifies them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import takewhile

from ....problem import InvalidBlock
from ...block import Block
from ...run.process import run_tool
from ...shell_commands import commands_in, commands_of
from ...walkthrough.walkthrough import Walkthrough
from .file_commands import is_run
from .program_text import is_imported, started_commands

_PROGRAM_LANGUAGES = ("python", "pycon", "javascript")
_LANGUAGES = ("bash", "console", *_PROGRAM_LANGUAGES)
#: output below a `print`
_SHOWS = re.compile(r"""^[ \t]*\#> |\)\n[ \t]*['"]{3}\n""", re.MULTILINE)


def is_run_later(block: Block, walkthrough: Walkthrough) -> bool:
    """Return whether a later block runs the file that `block` is saved as.

    Not if the page tells what the block does where it is, or has another such file before that.
    """
    tells = block.exits or block.raises or block.sets or _SHOWS.search(block.text)
    if not block.file or tells or block.continues or walkthrough.is_continued:
        return False
    blocks = [walkthrough.block(position) for position in range(len(walkthrough.plan.blocks))]
    earlier, later = blocks[: walkthrough.position - 1], blocks[walkthrough.position :]
    if not later or _may_show_output(later[0]):
        return False
    followers = [*takewhile(lambda other: other.file != block.file, later)]
    programs = [other for other in earlier if other.file]
    scripts = _npm_scripts(blocks)

    def users(file: str, others: Iterable[Block]) -> Iterator[Block]:
        names = _names(file, blocks)
        return (other for other in others if _runs(other, names, scripts))

    # an earlier program counts if a later block runs it
    return any(
        other in followers or any(users(other.file, followers))
        for other in users(block.file, [*followers, *programs])
    )


def _may_show_output(block: Block) -> bool:
    """Return whether `block` may show the output of the one before it."""
    is_own = block.language in (*_LANGUAGES, "diff") or block.shows or block.is_input
    return not (is_own or block.is_file)


def _names(file: str, page: Sequence[Block]) -> list[str]:
    """Return the file's path, and what is left of it in each folder that the page enters, or `src`.

    Python looks there if the program is installed, or by `PYTHONPATH`.
    """
    parts = file.split("/")
    entered = " ".join(other.text for other in page if other.is_shell)
    folders = ["/".join(parts[:number]) for number in range(1, len(parts))]
    return [file] + [
        file.removeprefix(f"{folder}/")
        for folder in folders
        if (folder == "src" and file.endswith(".py"))
        or re.search(rf"\bcd +\S*\b{re.escape(folder)}\b", entered)
    ]


def _runs(block: Block, names: Sequence[str], scripts: Mapping[str, str]) -> bool:
    """Return whether `block` runs the file that has `names`, by a command or an import."""
    if block.needs:  # which may not be here
        return False
    if any(is_run(words, names) for words in _commands(block, scripts)):
        return True
    return block.language in _PROGRAM_LANGUAGES and is_imported(block.text, block.file, names)


def _commands(block: Block, scripts: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield the words of each command of a block, also of those that `npm` runs by their names."""
    if block.shows or block.language == "bash":
        commands = commands_of(block.shows or block.text)
    elif block.language == "console":
        commands = commands_of("\n".join(command for command, _ in commands_in(block.text)[1]))
    else:
        commands = started_commands(block.text if block.language in _PROGRAM_LANGUAGES else "")
    for words in commands:
        yield words
        if words[0] in ("npm", "pnpm", "yarn"):
            for name in scripts.keys() & {*words}:
                yield from commands_of(scripts[name])


def _npm_scripts(blocks: Iterable[Block]) -> dict[str, str]:
    """Return the commands that `npm` runs, by their names in `package.json`."""
    scripts = dict[str, str]()
    for block in blocks:
        if block.file.endswith("package.json"):
            with suppress(ValueError, AttributeError, TypeError, KeyError):  # it has no scripts
                scripts |= json.loads(block.text)["scripts"]
    return scripts


def check_syntax(block: Block, walkthrough: Walkthrough, *command: str) -> None:
    """Raise `InvalidBlock` unless `command`, such as `bash -n`, accepts the file of `block`."""
    seconds = walkthrough.limits.seconds
    file = str(walkthrough.file_of(block))
    result = run_tool([*command, file], walkthrough.folder, seconds)
    if result.error or "here-document" in result.errors:  # one without an end is only a warning
        message = f"this is not valid {block.language}"
        raise InvalidBlock(message, command=block.text, actual=result.all_output or result.error)
