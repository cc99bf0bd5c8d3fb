"""Differences: they show what the block before printed, or change files that are there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from ...problem import Failure
from ..block import Block
from ..output import without_annotations
from ..walkthrough import Walkthrough
from .text import printed_before, verify_shown

# the name of a file, without what diff, Mercurial or Subversion say of its time or revision
_TIME = r"\d{4}-\d\d-\d\d|\w{3} \w{3} [ \d]\d |\((?:revision|working) "
_NAME = rf"(?:[abiwco~]/)?(.+?)(?:[ \t]+(?:{_TIME}).*|[ \t]*)\n"
_NAMES = re.compile(rf"--- {_NAME}\+\+\+ {_NAME}")
_NUMBERS = re.compile(r"@@ -\d+(?:,(?P<old>\d+))? \+(?P<line>\d+)(?:,(?P<new>\d+))? @@.*(?:\n|$)")
# in output: of `diff` with and without `-u`, and of git, which may only rename
_DIFF = re.compile(rf"{_NUMBERS.pattern}|^\d+(?:,\d+)?[acd]\d|^diff --git ", re.MULTILINE)
_START = r"^(?=--- .+\n\+\+\+ )"
_START_OR_NUMBERS = re.compile(rf"{_START}|^(?=@@ -\d)", re.MULTILINE)
# in a diff without numbers: `@@`, or what stands for any lines, such as `# ...`
_START_OR_GAP = re.compile(
    rf"{_START}|^(?:@@.*|(?![+-])[^\w\n]*(?:\.\.\.|…)[^\w\n]*)\n", re.MULTILINE
)
#: how wide is what precedes the text of lines with a sign, and of other lines. People put a space
#: after each sign, nothing where there is none, or the sign in the place of a space
_MARGINS = ((1, 1), (2, 2), (2, 0), (1, 0), (0, 0))


class _Hunk(NamedTuple):
    """A part of a file, as a diff shows it."""

    file: str
    lines: Sequence[str]
    #: how many lines of the file precede it, if the diff says so
    at: int | None
    #: whether the diff makes or removes the file
    is_whole_file: bool

    def sides(self) -> Iterator[tuple[list[str], list[str]]]:
        """Yield its lines before and after, for each layout that it may have."""
        for signed, unsigned in _MARGINS if self.at is None else _MARGINS[:1]:
            margins = [signed if line[:1] in ("+", "-") else unsigned for line in self.lines]
            texts = [re.sub("^[+-]", " ", line) for line in self.lines]
            rows = [*zip(self.lines, texts, margins, strict=True)]
            if not any(text[:margin].strip() for _, text, margin in rows):
                before = [text[margin:] for line, text, margin in rows if line[:1] != "+"]
                after = [text[margin:] for line, text, margin in rows if line[:1] != "-"]
                yield before, after


def verify_diff(block: Block, walkthrough: Walkthrough) -> None:
    """Compare the block with the output that it shows; else change the files that it names.

    A file that already is as the block makes it stays so. Files that are not there do not matter,
    unless the block makes them. A later command applies a block that is saved.
    """
    printed = printed_before(block, walkthrough)
    if printed and (block.shows or _DIFF.search(printed.output)):
        verify_shown(block, printed)
        return
    text = without_annotations(block.text).removesuffix("\n") + "\n"
    if not re.search(r"^[+-]", text, re.MULTILINE):
        raise Failure("this diff adds or removes no line", command=block.text)
    hunks = [*_hunks(block, text)]
    folder, all_files = _folder(hunks, walkthrough), walkthrough.folder.resolve()
    for hunk in hunks:
        path = (folder / hunk.file).resolve()
        is_inside = path.is_relative_to(all_files)
        if is_inside and (path.is_file() or hunk.is_whole_file):
            _apply(block, hunk, path)
            walkthrough.printed = None  # the program may print something else now


def _hunks(block: Block, text: str) -> Iterator[_Hunk]:
    """Yield the hunks of a diff, which a person may have written without the numbers of lines."""
    has_numbers = _NUMBERS.search(text) is not None
    has_names, has_sign = _NAMES.search(text) is not None, re.compile("^[+-]", re.MULTILINE).search
    file, is_whole_file = "" if has_names else block.title.removeprefix("~/"), False
    for part in (_START_OR_NUMBERS if has_numbers else _START_OR_GAP).split(text):
        if names := _NAMES.match(part):
            part = part[names.end() :]
            file = names[1] if names[2] == "/dev/null" else names[2]
            is_whole_file = "/dev/null" in names.groups()
        if numbers := _NUMBERS.match(part):
            lines = _counted(block, numbers, part[numbers.end() :].split("\n"))
            at = int(numbers["line"]) - (numbers["new"] != "0")
            yield _Hunk(file, lines, at, is_whole_file)
        elif not has_numbers and (has_sign(part) or (part.strip() and not has_names)):
            yield _Hunk(file, part.strip("\n").split("\n"), None, is_whole_file)


def _counted(block: Block, numbers: re.Match[str], lines: list[str]) -> list[str]:
    """Return the lines of a hunk; raise `Failure` if they are not as many as its `@@` says."""
    lines = [*takewhile(lambda line: line[:1] in ("", " ", "+", "-", "\\"), lines)]
    old, new = (int(numbers[name] or 1) for name in ("old", "new"))
    while (found := _lengths(lines)) != (old, new):
        if not lines or lines[-1].rstrip() not in ("", "--"):  # which ends a mail
            message = (
                f"a hunk of this diff should have {old} lines before and {new} after, but it has"
                f" {found[0]} and {found[1]}"
            )
            raise Failure(message, command=block.text, fix="correct its line `@@ … @@`")
        lines.pop()
    return [line for line in lines if not line.startswith("\\")]  # no newline at the end


def _lengths(lines: Sequence[str]) -> tuple[int, int]:
    """Return how many lines a hunk has before and after."""
    signs = [line[:1].strip() for line in lines]
    return (signs.count("") + signs.count("-"), signs.count("") + signs.count("+"))


def _folder(hunks: Iterable[_Hunk], walkthrough: Walkthrough) -> Path:
    """Return the reader's folder if it has one of the files, else the terminal's folder."""
    folder = walkthrough.folder
    is_there = any((folder / hunk.file).is_file() for hunk in hunks)
    return folder if is_there else walkthrough.terminal_folder


def _apply(block: Block, hunk: _Hunk, path: Path) -> None:
    """Change the file; raise `Failure` if it is neither as before nor as after."""
    text = without_annotations(path.read_text(encoding="utf-8")) if path.exists() else ""
    lines = text.removesuffix("\n").split("\n") if text else []
    results = (_changed(lines, hunk, before, after) for before, after in hunk.sides())
    changed = next((result for result in results if result is not None), None)
    if changed is None:
        message = f"this diff does not apply to {hunk.file}, which has other lines"
        fix = "" if hunk.at is not None else "write `...` for lines that it leaves out"
        raise Failure(message, command=block.text, actual=text, fix=fix)
    if changed == lines or block.file:
        return
    if hunk.is_whole_file and not changed:
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in changed), encoding="utf-8")


def _changed(
    lines: list[str], hunk: _Hunk, before: list[str], after: list[str]
) -> list[str] | None:
    """Return the lines of a file as the hunk makes them; `None` if it has neither side of it."""
    if hunk.is_whole_file:
        return after if lines in (before, after) else None
    old, new = _places(lines, before), _places(lines, after) if after else []
    at = hunk.at
    if at is None:
        if old and not _places(after, before):  # or the old lines are there as part of the new
            new = []
        at = new[0] if new else 0 if before else len(lines)
    if at in new:
        return lines
    if not old:
        return None
    start = min(old, key=lambda place: abs(place - at))
    return [*lines[:start], *after, *lines[start + len(before) :]]


def _places(lines: list[str], part: list[str]) -> list[int]:
    """Return where `part` begins in `lines`."""
    places = range(len(lines) - len(part) + 1)
    return [at for at in places if lines[at : at + len(part)] == part]
