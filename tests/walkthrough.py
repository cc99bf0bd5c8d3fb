"""A page's blocks, run as a reader would run them: one choice of tabs, from top to bottom."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sites

SHELLS = frozenset({"bash", "console", "sh", "shell", "zsh"})

_TAB = re.compile(r'=== "(?P<label>[^"]+)"')
_FENCE = re.compile(
    r'(?P<indent> *)(?P<marks>`{3,}|~{3,}) ?(?P<language>[\w-]*)(?: title="(?P<title>[^"]*)")?'
)
_PRINTED = {
    "USER_POOL_ID": re.compile(r'"?user_?pool_?id"?[:\s]+"?([\w-]+_[0-9A-Za-z]+)', re.IGNORECASE),
    "CLIENT_ID": re.compile(r'"?client_?id"?[:\s]+"?([\w+]+)', re.IGNORECASE),
}


@dataclass(frozen=True)
class Block:
    """A fenced code block, as the site generator rendered it."""

    line: int
    language: str
    title: str
    text: str


@dataclass
class Step:
    """A group of tabs: the blocks of each, by label. What stands outside of tabs has no label."""

    blocks: dict[str, list[Block]] = field(default_factory=dict)

    def chosen(self, route: str) -> list[Block]:
        """Return the blocks of the route's tab; where it has none, of the first that runs."""
        for label in (route, *self.blocks):
            found = self.blocks.get(label, [])
            if label == route and found:
                return found
            if any(block.language in SHELLS for block in found):
                return found
        return []


def steps(page: str) -> list[Step]:
    """Return the steps of a page that have blocks in a shell's language."""
    found: list[Step] = []
    label = ""
    lines = enumerate(page.splitlines(), 1)
    for number, line in lines:
        tab = _TAB.match(line)
        if tab:
            if not label:
                found.append(Step())
            label = tab["label"]
            found[-1].blocks.setdefault(label, [])
            continue
        if line.strip() and not line.startswith("    "):
            label = ""
        fence = _FENCE.match(line)
        if fence:
            text = "\n".join(_inside(lines, fence["indent"], fence["marks"]))
            block = Block(number, fence["language"], fence["title"] or "", text + "\n")
            if not label:
                found.append(Step())
            found[-1].blocks.setdefault(label, []).append(block)
    runs = [step for step in found for blocks in step.blocks.values() for block in blocks]
    assert runs, "no block was found"
    return [
        step
        for step in found
        if any(block.language in SHELLS for blocks in step.blocks.values() for block in blocks)
    ]


def _inside(lines: Iterator[tuple[int, str]], indent: str, marks: str) -> Iterator[str]:
    for _, line in lines:
        if line.strip() == marks:
            return
        yield line.removeprefix(indent)
    raise AssertionError(f"a fence {marks} has no end")


def same(text: str) -> str:
    return text


class Walkthrough:
    """One route through a page, in a folder and an account that its steps share."""

    def __init__(
        self,
        page: str,
        route: str,
        folder: Path,
        environment: dict[str, str],
        changed: Callable[[str], str] = same,
    ) -> None:
        self.route = route
        self.folder = folder
        self._changed = changed
        self._steps = steps(page)
        # A reader's machine: the aws command, a python3 with boto3, and nothing of this project.
        commands = environment["PATH"].split(":")[0]
        path = ":".join([commands, str(Path(sys.executable).parent), "/usr/bin", "/bin"])
        self._environment = environment | {"PATH": path, "HOME": str(folder)}
        folder.mkdir(parents=True, exist_ok=True)
        for script in (sites.PROJECT / "docs" / "scripts").glob("*.py"):
            shutil.copy(script, folder)

    def __len__(self) -> int:
        return len(self._steps)

    def show(self, page: str) -> None:
        """Go on with the page as it is with other values."""
        self._steps = steps(page)

    def run(self, step: int) -> subprocess.CompletedProcess[str]:
        """Save the step's titled blocks, and paste the others into one terminal."""
        blocks = self._steps[step].chosen(self.route)
        pasted = ""
        for block in blocks:
            text = self._changed(block.text)
            if block.language in SHELLS:
                pasted += text + "\n"
            elif block.title:
                file = self.folder / block.title
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        assert pasted, f"the step has nothing to run on the route {self.route}"
        if "aws cloudformation deploy" in pasted:
            time.sleep(1)  # the command names its change set by the second; the emulator keeps it
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", pasted],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def printed(output: str) -> dict[str, str]:
    """Return the values that a step printed, by the environment variables of their parameters."""
    matches = {name: pattern.search(output) for name, pattern in _PRINTED.items()}
    return {name: match[1] for name, match in matches.items() if match}
