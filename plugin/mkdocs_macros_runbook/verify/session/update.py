"""Updates of the output that Python blocks show, in the sources of their pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ...page.fence import fences
from ...values.declaration import DEFAULT
from ...values.yaml_file import delimiters_in
from ..block import Block
from ..output import without_annotations
from ..site.site import Site

# why the source of a block cannot be updated
_FOREIGN_LINES = "changes only blocks whose lines are in the page"
_OTHER_LINES = "changes only lines `#> …`"
_DIFFERENT = "writes only what the block prints wherever it runs"


class Update(NamedTuple):
    """The lines `before` of a page, which begin at `start` (counted from 0), and those after."""

    start: int
    before: list[str]
    after: list[str]


class Updates:
    """The updates of a run, which are written at its end: until then, places stay as they are."""

    def __init__(self, site: Site) -> None:
        self._site = site
        #: by the place of each block that prints something else, whether it is updated
        self.places: dict[str, bool] = {}
        #: by the file and the line where they start: several walkthroughs may have the same block
        self._by_file: dict[Path, dict[int, Update]] = {}

    def add(self, block: Block, should_show: str, private: Iterable[str]) -> str:
        """Add what `block` should show, even if it does, since other walkthroughs have to agree.

        Return why its source cannot be updated; empty if it can. A line with a text that is
        `private` to the walkthrough is not updated.
        """
        is_right = block.text == should_show
        file, _, line = block.place.rpartition(":")
        path = self._site.folder / file
        if not line.isdigit() or not path.is_file():
            return "" if is_right else _FOREIGN_LINES
        texts = *self._site.values(DEFAULT).by_name.values(), *private
        values = [text for text in texts if len(text) > 1]
        signs = delimiters_in(self._site.config.get("plugins"))
        source = path.read_text(encoding="utf-8")
        update = _update_of(source, int(line), block.text, should_show, values, signs)
        if isinstance(update, str):
            return "" if is_right else update
        updates = self._by_file.setdefault(path, {})
        if updates.setdefault(update.start, update) != update:
            updates[update.start] = update._replace(after=update.before)
            self.places[block.place] = False
            return _DIFFERENT
        if not is_right:
            self.places[block.place] = True
        return ""

    def write(self) -> None:
        """Write the updates, which do not overlap."""
        for path, updates in self._by_file.items():
            lines = path.read_bytes().decode().split("\n")
            changes = [update for update in updates.values() if update.after != update.before]
            for update in sorted(changes, reverse=True):
                end = "\r" if lines[update.start].endswith("\r") else ""  # as on Windows
                place = slice(update.start, update.start + len(update.before))
                before, after = ([f"{one}{end}" for one in part] for part in update[1:])
                if lines[place] == before:  # else another worker updated it
                    lines[place] = after
            if changes:
                path.write_bytes("\n".join(lines).encode())


def _update_of(
    source: str,
    line: int,
    block: str,
    should_show: str,
    values: Sequence[str],
    signs: Sequence[str],
) -> Update | str:
    """Return the update that makes the fence at `line` of `source` show what it should.

    `block` is the fence as it is rendered. Return why there is none if something else than output
    differs, or if a changed line leaves text out, has one of the `values` in it, which would be
    wrong for others if it were written out, a code annotation, or one of the `signs` of Jinja; or
    if the fence counts lines that would move.
    """
    source_lines = source.split("\n")
    fence = next((fence for fence in fences(source) if fence.first == line - 1), None)
    if fence is None:
        return _FOREIGN_LINES
    inside = source_lines[fence.first + 1 : fence.last]
    before, after = block.rstrip("\n").split("\n"), should_show.rstrip("\n").split("\n")
    while len(inside) > len(before) and not inside[-1].removeprefix(fence.prefix.rstrip()).strip():
        inside.pop()  # as Markdown does
    if len(inside) != len(before):
        return _FOREIGN_LINES
    old, new = _outputs(before), _outputs(after)
    if [before[at] for at, _ in old] != [after[at] for at, _ in new]:
        return _OTHER_LINES
    lines: list[str] = []
    for (at, shown), (_, printed) in zip(old, new, strict=True):
        lines += inside[at : at + 1]
        shown_inside = inside[at + 1 : at + 1 + len(shown)]
        if shown == printed:
            lines += shown_inside
        elif reason := _reason_to_keep(shown_inside, printed, values, signs):
            return reason
        else:
            lines += [f"{fence.prefix}{text}".rstrip() for text in printed]
    if len(lines) != len(inside) and "hl_lines" in source_lines[fence.first]:
        return "neither adds nor removes lines in a block with `hl_lines`"
    return Update(fence.first + 1, inside, lines)


def _reason_to_keep(
    shown: Sequence[str], printed: Sequence[str], values: Sequence[str], signs: Sequence[str]
) -> str:
    """Return why lines of output cannot take the place of those that are shown, or nothing."""
    if _has_any(("...", "…"), shown):
        return "changes no line with `...`"
    if any(without_annotations(line) != line for line in shown):
        return "changes no line with a code annotation"
    if _has_any(values, printed):
        return "writes neither values nor the reader's folder"
    if _has_any(signs, [*shown, *printed]):
        return "changes and writes no signs of Jinja"
    return ""


def _outputs(lines: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Return the number of each line of code, with the lines of output below it."""
    outputs: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines):
        if outputs and line.lstrip().startswith("#> "):
            outputs[-1][1].append(line)
        else:
            outputs.append((number, []))
    return outputs


def _has_any(texts: Iterable[str], lines: Iterable[str]) -> bool:
    return any(text in line for text in texts for line in lines)
