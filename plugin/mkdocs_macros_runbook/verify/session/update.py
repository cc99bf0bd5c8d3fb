"""Updates of the output that Python blocks show, in the sources of their pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ...page.fence import fences
from ...values.declaration import DEFAULT
from ...values.yaml_file import delimiters_in
from ..block import Block
from ..site.site import Site


class Update(NamedTuple):
    """The lines of a page, from `start` up to `end` (counted from 0), that `lines` replace."""

    start: int
    end: int
    lines: list[str]


class Updates:
    """The updates of a run, which are written at its end: until then, places stay as they are."""

    def __init__(self, site: Site) -> None:
        self._site = site
        #: the places of blocks that are updated
        self.places: set[str] = set()
        #: by the file and the line where they start: several walkthroughs may have the same block
        self._by_file: dict[Path, dict[int, Update]] = {}

    def add(self, block: Block, should_show: str) -> bool:
        """Add an update of `block`; return whether its source can be updated."""
        file, _, line = block.place.rpartition(":")
        path = self._site.folder / file
        if not line.isdigit() or not path.is_file():
            return False
        values = [text for text in self._site.values(DEFAULT).by_name.values() if len(text) > 1]
        signs = delimiters_in(self._site.config.get("plugins"))
        source = path.read_text(encoding="utf-8")
        update = _update_of(source, int(line), block.text, should_show, values, signs)
        if update is None:
            return False
        self.places.add(block.place)
        self._by_file.setdefault(path, {})[update.start] = update
        return True

    def write(self) -> None:
        """Write the updates, which do not overlap."""
        for path, updates in self._by_file.items():
            lines = path.read_bytes().decode().split("\n")
            for update in sorted(updates.values(), reverse=True):
                end = "\r" if lines[update.start].endswith("\r") else ""  # as on Windows
                lines[update.start : update.end] = [f"{line}{end}" for line in update.lines]
            path.write_bytes("\n".join(lines).encode())


def _update_of(
    source: str,
    line: int,
    block: str,
    should_show: str,
    values: Sequence[str],
    signs: Sequence[str],
) -> Update | None:
    """Return the update that makes the fence at `line` of `source` show what it should.

    `block` is the fence as it is rendered. Return `None` if something else than output differs, or
    if a changed line has one of the `values` in it, which would be wrong for others if it were
    written out, or one of the `signs` of Jinja.
    """
    source_lines = source.split("\n")
    fence = next((fence for fence in fences(source) if fence.first == line - 1), None)
    if fence is None:
        return None
    inside = source_lines[fence.first + 1 : fence.last]
    before, after = block.rstrip("\n").split("\n"), should_show.rstrip("\n").split("\n")
    if len(inside) != len(before):
        return None
    old, new = _outputs(before), _outputs(after)
    if [before[at] for at, _ in old] != [after[at] for at, _ in new]:
        return None
    lines: list[str] = []
    for (at, shown), (_, printed) in zip(old, new, strict=True):
        lines += inside[at : at + 1]
        shown_inside = inside[at + 1 : at + 1 + len(shown)]
        if shown == printed:
            lines += shown_inside
        elif _has_any(values, printed) or _has_any(signs, [*shown_inside, *printed]):
            return None
        else:
            lines += [f"{fence.prefix}{text}".rstrip() for text in printed]
    return Update(fence.first + 1, fence.last, lines)


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
