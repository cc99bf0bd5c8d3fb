"""Changes the blocks of the guide's pages, one at a time, and sees whether they are noticed.

`make mutants` runs this program. A mutant is a page on which one rendered block has one change
(`block_operators`), or two blocks are in the other order. It is noticed if a block of the shortest
route that has it fails, as pytest runs that route; if the route ends in another state than routes
without the block; or if a test of what pages state finds something. That a digest differs does not
count.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import yaml

from block_operators import CODE, FORM, MEANING, SHELL, Change, Operator, changes, choose
from mkdocs_macros_runbook import Block
from mkdocs_macros_runbook.values.declaration import DEFAULT
from mkdocs_macros_runbook.verify.plan import Plan
from mkdocs_macros_runbook.verify.plans.page_plans import blocks_to_verify, plan_routes
from mkdocs_macros_runbook.verify.site.build import Build
from mkdocs_macros_runbook.verify.site.built_page import BuiltPage
from mkdocs_macros_runbook.verify.site.site import Site

#: how many mutants of each kind a block has: so many, and one more for each so many lines
LEAST, LINES = {FORM: 1, MEANING: 2}, 30
EQUAL = Path(__file__).with_name("equal_blocks.yml")
#: as a value set of a walkthrough: commands then start warm
_VALUE_SET = "mutant"
_TEST = Path(__file__).with_name("test_block_mutants.py")


@dataclass(frozen=True)
class Mutant:
    """A page with one change, and the shortest of its routes that has the changed block."""

    kind: str
    operator: str
    place: str
    before: str
    after: str
    #: all blocks of the page
    blocks: tuple[Block, ...]
    #: the number of the changed one, and that block without the change
    number: int
    unchanged: Block

    def __str__(self) -> str:
        """Return what was changed, in one line."""
        return f"{self.kind}, {self.operator}: {self.place}: {self.before!r} to {self.after!r}"

    @property
    def block(self) -> Block:
        """The changed block."""
        return self.blocks[self.number]


@cache
def pages_of(site: Site) -> Mapping[str, BuiltPage]:
    """Return the pages that have a block to verify, by their paths."""
    exempt = site.declaration.exemption_of
    return {
        path: page
        for path, page in Build(site).pages(DEFAULT).items()
        if not exempt(path) and blocks_to_verify(page)
    }


def mutants(site: Site, path: str) -> Iterator[Mutant]:
    """Yield the mutants of each block of a page; the same at each run."""
    page = pages_of(site)[path]
    blocks = tuple(page.blocks)
    for number, block in enumerate(blocks):
        if block.exemption:
            continue
        chance = Random(block.text)  # noqa: S311 - nothing is secret
        all_changes = changes(
            block.language, block.text, [*_values(block)], lambda by: _others(site, by), chance
        )
        more = block.text.count("\n") // LINES
        for kind, least in LEAST.items():
            for change in choose(all_changes, kind, least + more, chance):
                changed_block = replace(block, parts=_parts(block, change))
                around = blocks[:number], blocks[number + 1 :]
                before = block.text[change.start : change.end]
                description = (kind, change.operator, block.place, before, change.after)
                yield Mutant(*description, (*around[0], changed_block, *around[1]), number, block)
        following = blocks[number + 1] if number + 1 < len(blocks) else None
        if following and _are_steps(block, following):
            exchanged = (*blocks[:number], following, block, *blocks[number + 2 :])
            description = (MEANING, "steps exchanged", block.place, block.place, following.place)
            yield Mutant(*description, exchanged, number, following)


def _are_steps(block: Block, following: Block) -> bool:
    """Return whether readers take two blocks one after the other, and run one of them."""
    if following.exemption or following.shows or following.tabs != block.tabs:
        return False
    return any(one.language in (*SHELL, *CODE) and not one.script for one in (block, following))


@cache
def _others(site: Site, operator: Operator) -> Sequence[str]:
    """Return what an operator finds in all blocks."""
    texts = (
        match[0]
        for page in pages_of(site).values()
        for block in blocks_to_verify(page)
        if block.language in operator.languages
        for match in operator.places(block.text)
    )
    return sorted(set(texts))


def _values(block: Block) -> Iterator[tuple[int, int]]:
    """Yield where the text of a block has a reader's value."""
    at = 0
    for part in block.parts:
        start, at = at, at + len(part if isinstance(part, str) else part[1])
        if not isinstance(part, str):
            yield start, at


def _parts(block: Block, change: Change) -> tuple[str | tuple[str, str], ...]:
    """Return the parts of a block with a change: what it does not touch stays the reader's."""
    before: list[str | tuple[str, str]] = []
    after: list[str | tuple[str, str]] = []
    middle, at = change.after, 0
    for part in block.parts:
        text = part if isinstance(part, str) else part[1]
        start, at = at, at + len(text)
        if at <= change.start:
            before.append(part)
        elif start >= change.end:
            after.append(part)
        else:
            middle = text[: max(change.start - start, 0)] + middle
            middle += text[change.end - start :] if at > change.end else ""
    return (*before, middle, *after)


# What is asked


@dataclass(frozen=True)
class Walk:
    """A mutant on a route: the route's blocks, and the number of the first that differs."""

    blocks: Sequence[Block]
    first: int
    #: whether other routes of the page do not have the changed block
    is_compared: bool


def plans(site: Site, path: str, blocks: Sequence[Block] | None = None) -> list[Plan]:
    """Return the routes of a page, which may have other `blocks`."""
    page = pages_of(site)[path]
    page = page if blocks is None else replace(page, blocks=[*blocks])
    values = site.values(DEFAULT)
    return plan_routes(page, f"docs/{path}", _VALUE_SET, values)


def walk_of(site: Site, path: str, mutant: Mutant) -> tuple[str, Walk]:
    """Return the route of a mutant, and how it is walked."""
    before = plans(site, path)
    place = mutant.block.place
    with_it = [plan for plan in before if any(block.place == place for block in plan.blocks)]
    plan = min(with_it, key=lambda plan: len(plan.blocks))
    [changed_plan] = [one for one in plans(site, path, mutant.blocks) if one.route == plan.route]
    blocks = [
        old if new == old else new
        for new, old in zip(changed_plan.blocks, plan.blocks, strict=True)
    ]
    differ = [new is not old for new, old in zip(blocks, plan.blocks, strict=True)]
    return plan.route, Walk(blocks, differ.index(True), len(with_it) < len(before))


def with_source(texts: Mapping[str, str], before: Block, after: Block) -> Mapping[str, str]:
    """Return the sources of pages with a block's change where its fence is.

    Those without it if the source is written in another way, as an excerpt is.
    """
    file, _, number = before.place.rpartition(":")
    name = file.removeprefix("docs/")
    if name not in texts:
        return texts
    lines = texts[name].split("\n")
    first = int(number)
    opening = re.match(r"([ \t]*)(`{3,})", lines[first - 1])
    assert opening, before.place
    last = next(at for at in range(first, len(lines)) if lines[at].strip() == opening[2])
    if lines[first:last] != _source(before, opening[1]):
        return texts
    lines[first:last] = _source(after, opening[1])
    return {**texts, name: "\n".join(lines)}


def _source(block: Block, indent: str) -> list[str]:
    """Return the lines of a block with the names of values, as pages have them."""
    parts = (part if isinstance(part, str) else f"{{{{ {part[0]} }}}}" for part in block.parts)
    lines = "".join(parts).removesuffix("\n").split("\n")
    return [f"{indent}{line}".rstrip() for line in lines]


@cache
def _equal() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = yaml.safe_load(EQUAL.read_text(encoding="utf-8"))
    return rows


def why_equal(mutant: Mutant) -> str:
    """Return why a mutant does what the page did; empty if nothing says so."""
    for row in _equal():
        texts = {"operator": mutant.operator, "before": mutant.before, "after": mutant.after}
        texts |= {"place": mutant.place, "block": mutant.block.text}
        if all(re.search(row[name], text) for name, text in texts.items() if name in row):
            return row["reason"]
    return ""


# The program


def main(arguments: Sequence[str]) -> int:
    """Print how many mutants were noticed, and those that were not.

    `arguments` are for pytest.
    """
    tried: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    equal: Counter[str] = Counter()
    blocks: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-n", "auto", "-q", str(_TEST)]
        command += ["--runbook-full", f"--junitxml={report}", *arguments]
        subprocess.run(command, check=False)
        properties = [*ElementTree.parse(report).iter("property")]  # noqa: S314 - our own
    for row in (json.loads(element.get("value", "")) for element in properties):
        tried[row["kind"]] += 1
        blocks[row["place"]] += 1
        noticed[row["kind"]] += row["is_noticed"]
        equal[row["kind"]] += bool(row["equal"])
        if not row["is_noticed"]:
            print(row["mutant"], *filter(None, [row["equal"]]), sep="\n    equal: ")
    for kind in sorted(tried):
        print(f"{noticed[kind]:4} of {tried[kind]:4} noticed, {equal[kind]} equal  {kind}")
    spread = sorted(Counter(blocks.values()).items())
    print("blocks:", ", ".join(f"{count} with {number}" for number, count in spread))
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{usage.ru_utime + usage.ru_stime:.0f} CPU seconds")
    return int(any(noticed[kind] < 0.97 * (tried[kind] - equal[kind]) for kind in tried))


def row_of(mutant: Mutant, objection: str) -> dict[str, Any]:
    """Return what `main` reads of a mutant."""
    return {
        "kind": mutant.kind,
        "place": mutant.place,
        "mutant": str(mutant),
        "is_noticed": bool(objection),
        "equal": "" if objection else why_equal(mutant),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
