"""The help texts of commands that a site shows: their blocks are verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from ...page.command_options import helped_command, options_in
from ..block import Block
from ..languages.programs.shell_commands import commands_in
from ..output import has_any_lines
from .built_page import BuiltPage


def helps_on(pages: Iterable[BuiltPage]) -> Mapping[str, Set[str]]:
    """Return the options of each command whose help one of `pages` shows, by the command."""
    helps: dict[str, Set[str]] = {}
    for page in pages:
        for block in page.blocks:
            for command, text in _help_texts(block):
                if (name := helped_command(command)) and not has_any_lines(text):
                    helps[name] = helps.get(name, set()) | options_in(text)
    return helps


def _help_texts(block: Block) -> Iterator[tuple[str, str]]:
    """Yield each command that a block names, with the output that it shows."""
    if block.exemption:
        return
    if block.shows:
        yield block.shows, block.text
    elif block.language == "console":
        yield from commands_in(block.text)[1]
