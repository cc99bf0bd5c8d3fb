"""Differences: they show what the block before printed, or change files that are there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby, takewhile
from pathlib import Path

from ...page.languages import language_of
from ...problem import Failure
from ..block import Block
from ..output import without_annotations
from ..walkthrough.printed import compare, output_right_before
from ..walkthrough.walkthrough import Walkthrough
from .data.formats import FORMATS, parse_block
from .hunk import Hunk

# the name of a file, without what diff, Mercurial or Subversion say of its time or revision
_TIME = r"\d{4}-\d\d-\d\d|\w{3} \w{3} [ \d]\d |\((?:revision|working) "
_NAME = rf"(?:[abiwco~]/)?(.+?)(?:[ \t]+(?:{_TIME}).*|[ \t]*)\n"
_NAMES = re.compile(rf"--- {_NAME}\+\+\+ {_NAME}")
_NUMBERS = re.compile(r"@@ -\d+(?:,(?P<old>\d+))? \+(?P<line>\d+)(?:,(?P<new>\d+))? @@.*(?:\n|$)")
# in output: of `diff` with and without `-u`, and of git, which may only rename; or all of it, as of
# Python's `ndiff`, with a line that is added, since the items of YAML begin with `- `
_DIFF = re.compile(
    rf"{_NUMBERS.pattern}|^\d+(?:,\d+)?[acd]\d|^diff --git "
    r"|\A(?:[-? ] .*\n)*\+ .*(?:\n[-+? ] .*)*\n*\Z",
    re.MULTILINE,
)
_START = r"^(?=--- .+\n\+\+\+ )"
_START_OR_NUMBERS = re.compile(rf"{_START}|^(?=@@ -\d)", re.MULTILINE)
# in a diff without numbers: `@@`, or what stands for any lines, such as `# ...`
_START_OR_GAP = re.compile(
    rf"{_START}|^(?=@@)|^(?![+-])[^\w\n]*(?:\.\.\.|…)[^\w\n]*\n", re.MULTILINE
)
_HEADING = re.compile(r"@@(?:[ .…]*@@)?[ .…]*(?P<text>.*?)[ .…]*(?:@@.*)?\n")


def verify_diff(block: Block, walkthrough: Walkthrough) -> None:
    """Compare the block with the output that it shows; else change the files that it names.

    A file that already is as the block makes it stays so. A later command applies a block that is
    saved.
    """
    printed = output_right_before(block, walkthrough)
    if printed and (block.shows or _DIFF.search(printed.output)):
        compare(block, printed)
        return
    text = without_annotations(block.text).removesuffix("\n") + "\n"
    if not re.search(r"^[+-]", text, re.MULTILINE):
        fix = "begin each line that changes with `+` or `-`, or change the block's language"
        raise Failure("this diff neither adds nor removes a line", command=block.text, fix=fix)
    hunks = [*_hunks(block, text)]
    folder, all_files = _folder(hunks, walkthrough), walkthrough.folder.resolve()
    for name, parts in groupby(hunks, lambda hunk: hunk.file):
        path, hunks_of_file = (folder / name).resolve(), [*parts]
        if _is_meant(block, hunks_of_file, path, all_files):
            _change(block, hunks_of_file, path)
            walkthrough.printed = None  # the program may print something else now


def _is_meant(block: Block, hunks: Sequence[Hunk], path: Path, all_files: Path) -> bool:
    """Return whether the diff is for a file that is there, or that it makes, or only shows.

    Raise `Failure` if a page that has files does not have this one.
    """
    first = hunks[0]
    is_made = len(hunks) == 1 and first.makes_file and not path.exists()
    if path.is_relative_to(all_files) and (path.is_file() or is_made):
        return True
    has_files = any(not file.name.startswith(".") for file in all_files.iterdir())
    if first.names_file and has_files and not block.file:  # which a command may apply later
        message = f"this diff changes {first.file}, which is not in the reader's folder"
        fix = "correct the name, save the file in an earlier block, or exempt the diff"
        raise Failure(message, command=block.text, fix=fix)
    return False


def _hunks(block: Block, text: str) -> Iterator[Hunk]:
    """Yield the hunks of a diff, which a person may have written without the numbers of lines."""
    has_numbers = _NUMBERS.search(text) is not None
    is_named = _NAMES.search(text) is None  # before the first name, a mail may say anything
    file, is_whole_file = block.title.removeprefix("~/") if is_named else "", False
    for part in (_START_OR_NUMBERS if has_numbers else _START_OR_GAP).split(text):
        if names := _NAMES.match(part):
            part, is_named = part[names.end() :], True
            file = names[1] if names[2] == "/dev/null" else names[2]
            is_whole_file = "/dev/null" in names.groups()
        if numbers := _NUMBERS.match(part):
            lines = _lines_of_hunk(block, numbers, part[numbers.end() :].split("\n"))
            at = int(numbers["line"]) - (numbers["new"] != "0")
            yield Hunk(file, lines, at, is_whole_file)
        elif is_named and not has_numbers:
            heading, lines = _split_heading(part)
            yield Hunk(file, lines, None, is_whole_file, heading)


def _split_heading(part: str) -> tuple[str, list[str]]:
    """Return the text after `@@`, if a part without numbers has one, and the lines below."""
    heading = _HEADING.match(part)
    lines = part[heading.end() if heading else 0 :].strip("\n")
    return heading["text"] if heading else "", lines.split("\n") if lines else []


def _lines_of_hunk(block: Block, numbers: re.Match[str], lines: list[str]) -> list[str]:
    """Return the lines of a hunk; raise `Failure` if they are not as many as its `@@` says."""
    lines = [*takewhile(lambda line: line[:1] in ("", " ", "+", "-", "\\"), lines)]
    old, new = (int(numbers[name] or 1) for name in ("old", "new"))
    while (lengths := _lengths(lines)) != (old, new):
        if not lines or lines[-1].rstrip() not in ("", "--"):  # which ends a mail
            message = (
                f"a hunk of this diff should have {old} old lines and {new} new ones, but it has"
                f" {lengths[0]} and {lengths[1]}"
            )
            raise Failure(message, command=block.text, fix="correct its line `@@ … @@`")
        lines.pop()
    return [line for line in lines if not line.startswith("\\")]  # no newline at the end


def _lengths(lines: Sequence[str]) -> tuple[int, int]:
    """Return how many lines a hunk has before and after."""
    signs = [line[:1].strip() for line in lines]
    return (signs.count("") + signs.count("-"), signs.count("") + signs.count("+"))


def _folder(hunks: Iterable[Hunk], walkthrough: Walkthrough) -> Path:
    """Return the reader's folder if it has one of the files, else the terminal's folder."""
    folder = walkthrough.folder
    is_there = any((folder / hunk.file).is_file() for hunk in hunks)
    return folder if is_there else walkthrough.terminal_folder


def _change(block: Block, hunks: Sequence[Hunk], path: Path) -> None:
    """Change the file; raise `Failure` if it is neither as before nor as after."""
    text, end = _read(block, path) if path.exists() else ("", "\n")
    before = text.removesuffix("\n").split("\n") if text else []
    lines, place = before, 0
    for number, hunk in enumerate(hunks, 1):
        result = hunk.put_into(lines, place, is_last=number == len(hunks))
        if result is None:
            message = f"this diff does not apply to {hunk.file}: it expects other lines"
            has_number = hunk.at is not None
            fix = (
                "correct the diff, or the block that writes the file"
                if has_number
                else "write the lines of the diff in order, with `...` between them"
            )
            raise Failure(message, command=block.text, actual=text, fix=fix)
        lines, place = result
    if lines == before or block.file:
        return
    if not lines and hunks[-1].is_whole_file:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    last = "" if not lines or _keeps_no_end(block, text) else end
    _check_data(block, path, text, "\n".join(lines))
    path.write_bytes((end.join(lines) + last).encode())


def _check_data(block: Block, path: Path, before: str, after: str) -> None:
    """Raise `Failure` if a file of data can no longer be read after the change.

    It may become a template, or one document a line.
    """
    language, name = language_of(path.suffix[1:]), path.as_posix()
    if language not in FORMATS or "{{" in after or "{%" in after:
        return
    with suppress(ValueError):
        if before:
            parse_block(language, before, name)
        try:
            parse_block(language, after, name)
        except ValueError as error:
            if str(error).startswith("Extra data"):
                return
            message = f"after this diff, {path.name} is not valid {FORMATS[language][0]}: {error}"
            fix = "correct the diff, or exempt it"
            raise Failure(message, command=block.text, actual=after, fix=fix) from None


def _read(block: Block, path: Path) -> tuple[str, str]:
    """Return the text of a file, and how its lines end, which may be as on Windows."""
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        message = f"this diff changes {path.name}, which is not text in UTF-8"
        raise Failure(message, command=block.text, fix="exempt the diff") from None
    if 0 < text.count("\n") == text.count("\r\n"):
        return text.replace("\r\n", "\n"), "\r\n"
    return text, "\n"


def _keeps_no_end(block: Block, text: str) -> bool:
    """Return whether the last line of the file has no end, and the diff says nothing of that."""
    return bool(text) and not text.endswith("\n") and "\n\\ " not in block.text
