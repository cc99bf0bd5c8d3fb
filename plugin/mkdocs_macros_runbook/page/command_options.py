"""Options that sentences name, compared with the help texts of their commands.

A block that shows a command's help is verified; a sentence that gives the command another option
would go out of date without anyone noticing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set

from ..problem import suggestion
from .fence import without_fences
from .hidden import COMMENTS, without_parts
from .place import LineProblem

_OPTION = re.compile(r"(?<![\w-])--[A-Za-z][\w-]*")
_HELP = re.compile(r"(?P<command>\S.*?)\s+(?:--help|-h)")
_FILE = re.compile(r"(?<!\S)(?:\S*/)?([\w-]+\.\w+)")
#: parts of a page that have no sentences
_NO_PROSE = {r"\A---\n": r"(?<=\n)---\n", **COMMENTS}
# A sentence ends at its mark before a capital letter or code, and where a paragraph, an item of a
# list or a row of a table ends.
_SENTENCE_END = re.compile(
    r"(?<=[.;!?*)])(?<!\be\.g\.)(?<!\bi\.e\.)\s+(?=[A-Z`\[*<])"
    r"|\n[ \t>]*\n|\n(?=[ \t>]*(?:[-*+|#]|\d+\.)[ \t])"
)
# The sentence tells what is not there, or no longer.
_DENIES = re.compile(
    r"\b(?:no|not|never|neither|without|renamed?|removed?|instead of)\b", re.IGNORECASE
)
_RUNNER = re.compile(
    r"^(?:\$ )?(?:sudo )?(?:(?:python[\d.]*|bash|sh|node|uv run) (?:-m )?)?(?:\S*/)?"
)
_CODE = re.compile(r"(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)", re.DOTALL)


def helped_command(command: str) -> str:
    """Return the name of the command whose help `command` asks for; empty if it asks for none.

    `python3 tools/rack.py --help` is about `rack.py`, `rack list --help` about `rack list`.
    """
    match = _HELP.fullmatch(command.strip())
    if not match:
        return ""
    file = _FILE.search(match["command"])
    return file[1] if file else match["command"]


def options_in(text: str) -> Set[str]:
    """Return the options that a help text names."""
    return {
        *_OPTION.findall(text.replace("[no-]", "")),
        *_OPTION.findall(text.replace("[no-]", "no-")),
    }


def option_problems(source: str, helps: Mapping[str, Set[str]]) -> Iterator[LineProblem]:
    """Yield each option that a sentence gives to a command whose help does not have it.

    `helps` has the options of each command whose help the site shows. Code that is an option alone
    is about the commands that its sentence names.
    """
    for line, sentence in _sentences(source):
        named = [name for name in helps if _names(sentence, name)]
        if not named or _DENIES.search(_CODE.sub("", sentence)):
            continue
        for inline in _CODE.finditer(sentence):
            code = re.split(r"&&|[|;]|\s--(?=\s|$)", inline["code"])[0]
            commands = named if code.startswith("-") else _command_of(code, helps)
            has = {"--help"}.union(*(helps[name] for name in commands))
            for option in _OPTION.findall(code) if commands else ():
                if option not in has:
                    message = f"the help of {' and '.join(commands)} has no option {option}"
                    message += suggestion(option, has)
                    at = line + sentence.count("\n", 0, inline.start())
                    yield LineProblem(at, message, "correct the option, or the help")


def _command_of(code: str, helps: Iterable[str]) -> list[str]:
    """Return the command that `code` begins with, if it is one of `helps`.

    A command that is no file may have commands of its own, so it must not be followed by a word.
    """
    text = _RUNNER.sub("", " ".join(code.split()), count=1)
    names = [name for name in helps if re.match(rf"{re.escape(name)}(?![\w.-])", text)]
    name = max(names, key=len, default="")
    rest = text.removeprefix(name).split()
    is_other = "." not in name and rest and not rest[0].startswith("-")
    return [name] if name and not is_other else []


def _sentences(source: str) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a page, each with the line that it begins in."""
    prose = without_parts(without_fences(source), _NO_PROSE)
    begin = 0
    for end in (*(match.end() for match in _SENTENCE_END.finditer(prose)), len(prose)):
        yield prose.count("\n", 0, begin) + 1, prose[begin:end]
        begin = end


def _names(text: str, command: str) -> bool:
    """Return whether a text has a command's words, with any spaces between them."""
    words = r"\s+".join(map(re.escape, command.split()))
    return re.search(rf"(?<![\w-]){words}(?![\w-])", text) is not None
