"""Differences: they show what the block before printed, or change a file that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...problem import Failure
from ..block import Block
from ..output import without_annotations
from ..walkthrough import Walkthrough
from .text import printed_before, verify_shown

_FILE = re.compile(r"(?:---|\+\+\+) (?:[abiwco]/)?(?P<name>[^\t\n]+)")
_HUNK = re.compile(r"@@ -\d+(?:,(?P<old>\d+))? \+\d+(?:,(?P<new>\d+))? @@")


@dataclass
class _Hunk:
    """A part of a file before and after: the lines of both, and how many there are to be."""

    file: str
    old_length: int
    new_length: int
    #: whether the diff makes the file, and whether it removes it
    makes: bool = False
    removes: bool = False
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether it has all its lines, and no more."""
        return (len(self.old), len(self.new)) == (self.old_length, self.new_length)

    @property
    def is_too_long(self) -> bool:
        """Whether it has more lines than it says."""
        return len(self.old) > self.old_length or len(self.new) > self.new_length

    def add(self, line: str) -> bool:
        """Add a line; return whether it can be one of a hunk."""
        sign, text = line[:1], line[1:]
        if sign in ("", " ", "-"):
            self.old.append(text)
        if sign in ("", " ", "+"):
            self.new.append(text)
        return sign in ("", " ", "+", "-", "\\")


def verify_diff(block: Block, walkthrough: Walkthrough) -> None:
    """Compare the block with the output that it shows; else change the files that it names.

    A file that already is as the block makes it stays so. Files that are not there do not matter,
    unless the block makes them.
    """
    printed = printed_before(block, walkthrough)
    if printed and (block.shows or _HUNK.search(printed.output)):
        verify_shown(block, printed)
        return
    text = without_annotations(block.text)
    if not re.search(r"^[+-]", text, re.MULTILINE):
        raise Failure("this diff adds or removes no line", command=block.text)
    for hunk in _hunks(block, text.removesuffix("\n").split("\n")):
        path = (walkthrough.folder / hunk.file).resolve()
        if not path.is_relative_to(walkthrough.folder.resolve()):
            continue
        if hunk.makes and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{line}\n" for line in hunk.new), encoding="utf-8")
        elif path.is_file():
            _apply(block, hunk, path)


def _hunks(block: Block, lines: list[str]) -> Iterator[_Hunk]:
    """Yield the hunks of a unified diff; lines alone, without `@@`, are none."""
    file, hunk = block.title, None
    makes = removes = False
    for line in lines:
        if hunk and not hunk.is_whole:
            if not hunk.add(line) or hunk.is_too_long:
                break
            if hunk.is_whole:
                yield hunk
        elif match := _HUNK.match(line):
            old, new = (int(match[name] or 1) for name in ("old", "new"))
            hunk = _Hunk(file, old, new, makes, removes)
        elif header := _FILE.match(line):
            is_nothing = header["name"] == "/dev/null"
            makes, removes = (is_nothing, False) if line[0] == "-" else (makes, is_nothing)
            file = file if is_nothing else header["name"].strip()
        elif hunk and line[:1] in (" ", "+", "-") and line.rstrip() != "--":  # ends a mail
            hunk.add(line)
            break
    if hunk and not hunk.is_whole:
        message = (
            f"a hunk of this diff should have {hunk.old_length} lines before and"
            f" {hunk.new_length} after, but it has {len(hunk.old)} and {len(hunk.new)}"
        )
        raise Failure(message, command=block.text, fix="correct its line `@@ … @@`")


def _apply(block: Block, hunk: _Hunk, path: Path) -> None:
    """Change the file; raise `Failure` if it is neither as before nor as after."""
    lines = path.read_text(encoding="utf-8").split("\n")
    is_whole_file = lines == [*(hunk.new if hunk.makes else hunk.old), ""]
    at = _place(lines, hunk.old)
    if hunk.removes and is_whole_file:
        path.unlink()
    elif hunk.makes or hunk.removes or at is None:
        is_done = is_whole_file if hunk.makes else _place(lines, hunk.new) is not None
        if hunk.removes or not is_done:
            message = f"this diff does not apply to {hunk.file}, which has other lines"
            raise Failure(message, command=block.text, actual="\n".join(lines))
    else:
        lines[at : at + len(hunk.old)] = hunk.new
        path.write_text("\n".join(lines), encoding="utf-8")


def _place(lines: list[str], part: list[str]) -> int | None:
    """Return where `part` begins in `lines`, or `None`."""
    places = range(len(lines) - len(part) + 1)
    return next((at for at in places if lines[at : at + len(part)] == part), None)
