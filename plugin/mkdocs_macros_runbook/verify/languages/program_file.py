"""Programs that readers save and run with a later block: that block verifies them."""

from __future__ import annotations

import re
from itertools import takewhile

from ...problem import Failure
from ..block import Block
from ..run.process import run_tool
from ..walkthrough import Walkthrough

#: the languages of programs
_LANGUAGES = ("bash", "console", "python", "pycon", "javascript")
_PROMPT = re.compile(r"^(?:\(\S+\) ?)?\$ ")
#: the start of a line, with no comment and no half of a text in it
_LINE = r"""^(?:[^#'"\n]|"[^"\n]*"|'[^'\n]*')*?"""
#: what runs the file that follows, but for options that only have it checked
_RUNS = (
    r"(?:(?:^|[;&|!]|(?<!=)\(|(?<![\w.-])(?:then|do|exec|sudo|time))[ \t]*"
    r"(?:\.[ \t]+|(?=\S*/))"
    r"|(?<![\w.-])(?:python[\d.]*|bash|sh|node|pytest|unittest|source)[ \t]+"
    r"(?:-(?!-check|[cn]\b)\S+[ \t]+)*)"
)
_PYTEST = r"(?<![\w.-])(?:pytest|unittest)(?:[ \t]+-\S+)*[ \t]*$"
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
    kept = takewhile(lambda other: other.file != block.file, later)
    return any(_runs(other, block.file) for other in kept)


def _may_show_output(block: Block) -> bool:
    """Return whether `block` may show the output of the one before it."""
    is_own = block.language in _LANGUAGES or block.title or block.shows or block.is_input
    return not is_own


def _runs(block: Block, file: str) -> bool:
    """Return whether `block` runs `file`, by a command or an import."""
    if block.language not in _LANGUAGES or block.needs:  # which may not be here
        return False
    text = block.text.replace("\\\n", " ")
    if block.language == "console":
        lines = text.splitlines()
        text = "\n".join(_PROMPT.sub("", line) for line in lines if _PROMPT.match(line))
    return re.search(_pattern(block.language, file), text, re.MULTILINE) is not None


def _pattern(language: str, file: str) -> str:
    """Return a pattern of what runs `file` in `language`; its path may lack the first folders."""
    parts = file.split("/")
    ends = ["/".join(parts[number:]) for number in range(len(parts))]
    path = rf"""["']?(?:[.~]/)?(?:{"|".join(map(re.escape, ends))})(?![\w./-])"""
    modules = "|".join(re.escape(end.removesuffix(".py").replace("/", ".")) for end in ends)
    module = rf"(?:{modules})(?![\w.])"
    match language:
        case "python" | "pycon":
            imports = rf"(?:from {module} import|import (?:[\w.]+, )*{module})"
            return rf"^[ \t]*(?:>>> |\.\.\. )?{imports}"
        case "javascript":
            return rf"\b(?:from|import|require)\b *\(? *{path}"
    tests = rf"|{_PYTEST}" if parts[-1].startswith("test_") else ""
    return rf"{_LINE}(?:{_RUNS}{path}|python[\d.]*[ \t]+-m[ \t]+{module}{tests})"


def check_syntax(block: Block, walkthrough: Walkthrough, *command: str) -> None:
    """Raise `Failure` unless `command`, such as `bash -n`, accepts the file of `block`."""
    seconds = walkthrough.limits.seconds
    result = run_tool([*command, f"./{block.file}"], walkthrough.folder, seconds)
    if result.error or "here-document" in result.errors:  # one without an end is only a warning
        message = f"this is not valid {block.language}"
        raise Failure(message, command=block.text, actual=result.all_output or result.error)
