"""Python: run in a process of its own, compared with what it shows, and linted by ruff."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from difflib import unified_diff
from pathlib import Path
from typing import Any

from ...problem import Failure
from ..block import Block
from ..walkthrough import Walkthrough

_OUTPUT = re.compile(r"""^[ \t]*(?:\#> |['"]{3}$)""", re.MULTILINE)


def verify_python(block: Block, walkthrough: Walkthrough) -> None:
    """Run the block; its output must be what it shows, if anything, and linters must accept it."""
    result = walkthrough.run_python(block.text, compare=_OUTPUT.search(block.text) is not None)
    walkthrough.printed = result.output
    if result.error:
        lines = block.text.splitlines()
        at = ""
        if 0 < result.line <= len(lines):
            at = f"line {result.line} of the block, `{lines[result.line - 1].strip()}`: "
        first, *more = result.error.splitlines()
        actual = "\n".join(filter(None, (*more, result.all_output)))
        raise Failure(f"{at}{first}", command=block.text, actual=actual)
    if result.should_show is None:
        if walkthrough.lint and (report := walkthrough.lint(block.text)):
            raise Failure("linters reject the block", command=block.text, actual=report)
    elif not (walkthrough.update and walkthrough.update(block, result.should_show)):
        message = "the output differs from what the block shows"
        actual = _difference(block.text, result.should_show, "the page shows", "it prints")
        fix = "correct it, or run pytest with --update-examples"
        raise Failure(message, command=block.text, actual=actual, fix=fix)


def _difference(before: str, after: str, name: str, other_name: str) -> str:
    lines = unified_diff(before.splitlines(), after.splitlines(), name, other_name, lineterm="")
    return "\n".join(lines)


class Linter:
    """Lints Python blocks by ruff, with the settings that pytest-examples has for them.

    ruff is started once for all blocks that are expected: its start takes most of the time.
    """

    def __init__(self, style: Mapping[str, Any]) -> None:
        from pytest_examples.config import ExamplesConfig  # takes 0.3 s, with black

        self._config = ExamplesConfig(**style)
        self._reports: dict[str, str] = {}
        self._expected: set[str] = set()

    def expect(self, texts: Iterable[str]) -> None:
        """Expect blocks, so that they are linted together."""
        self._expected |= set(texts) - set(self._reports)

    def report(self, text: str) -> str:
        """Return ruff's messages about the block `text`; empty if there are none."""
        if text not in self._reports:
            self.expect([text])
            self._lint(sorted(self._expected))
            self._expected = set()
        return self._reports[text]

    def _lint(self, texts: list[str]) -> None:
        with tempfile.TemporaryDirectory(prefix="runbook-lint-") as folder:
            files = [Path(folder, f"{number}.py") for number in range(len(texts))]
            for file, text in zip(files, texts, strict=True):
                file.write_text(text, encoding="utf-8")
            problems = self._check(folder)
            # the formatter has to see `#> output` as a comment that begins with a space
            spaced = [re.sub(r"(?m)^( *#)> ", r"\1 > ", text) for text in texts]
            for file, text in zip(files, spaced, strict=True):
                file.write_text(text, encoding="utf-8")
            self._format(folder)
            for file, text, before in zip(files, texts, spaced, strict=True):
                after = file.read_text(encoding="utf-8")
                difference = _difference(before, after, "the page shows", "ruff formats it as")
                self._reports[text] = "\n".join(problems.get(file.stem, ())) or difference

    def _check(self, folder: str) -> dict[str, list[str]]:
        """Return the messages about each file, by its stem."""
        ran = _ruff("check", *self._config.ruff_config(), "--output-format", "json", folder)
        if ran.returncode not in (0, 1):
            raise RuntimeError(f"ruff cannot lint the blocks: {ran.stderr.strip()}")
        messages: dict[str, list[str]] = {}
        for problem in json.loads(ran.stdout or "[]"):
            line, code = problem["location"]["row"], problem["code"]
            message = f"line {line} of the block: {code} {problem['message']}"
            messages.setdefault(Path(problem["filename"]).stem, []).append(message)
        return messages

    def _format(self, folder: str) -> None:
        """Format the files; one that is not valid Python stays as it is."""
        settings = {
            "line-length": self._config.line_length,
            "format.quote-style": "'double'" if self._config.quotes == "double" else "'preserve'",
            "format.skip-magic-trailing-comma": str(not self._config.magic_trailing_comma).lower(),
        }
        options = [
            part for name, value in settings.items() for part in ("--config", f"{name}={value}")
        ]
        _ruff("format", "--isolated", *options, folder)


def _ruff(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ruff", command, "--no-cache", "--quiet", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
