"""The linter of Python blocks: ruff, with the settings that pytest-examples has for them."""

from __future__ import annotations

import builtins
import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Set
from difflib import unified_diff
from pathlib import Path
from typing import Any, NamedTuple

from ..run.process import Result, run_tool
from .batch import Batch

# Mistakes, not style: ruff's own choice when pytest-examples was written. Later ones refuse what
# tutorials show, such as `Optional[int]` and `logging.warning`.
_RULES = ("E4", "E7", "E9", "F")


class _Report(NamedTuple):
    """What ruff says of a block."""

    #: its messages, each after its code
    messages: list[tuple[str, str]]
    #: how the block should be formatted, as a difference
    difference: str = ""


class Linter:
    """Lints blocks, in batches."""

    def __init__(self, style: Mapping[str, Any], seconds: float = 60.0) -> None:
        from pytest_examples.config import ExamplesConfig  # takes 0.3 s, with black

        self._config, self._seconds = ExamplesConfig(**style), seconds
        self._batch: Batch[_Report] = Batch()

    def expect(self, texts: Iterable[str]) -> None:
        """Expect blocks, so that they are linted together."""
        self._batch.expect(texts)

    def report(self, text: str, ignored: Set[str] = frozenset()) -> str:
        """Return ruff's messages about the block `text`, but for those with `ignored` codes."""
        report = self._batch.result(text, self._lint)
        messages = (message for code, message in report.messages if code not in ignored)
        return "\n".join(messages) or report.difference

    def _lint(self, texts: list[str]) -> dict[str, _Report] | None:
        """Return the report of each text; `None` if several may be too much for ruff."""
        # the formatter has to see `#> output` as a comment that begins with a space
        spaced = [re.sub(r"(?m)^( *#)>( .*\S)? *$", r"\1 >\2", text) for text in texts]
        with tempfile.TemporaryDirectory(prefix="runbook-lint-") as folder:
            files = [Path(folder, f"{number}.py") for number in range(len(texts))]
            try:
                _write(files, texts)
                messages = self._check(folder)
                _write(files, spaced)
                self._format(folder)
            except RuntimeError as error:
                return None if len(texts) > 1 else {texts[0]: _Report([("", str(error))])}
            formatted = [file.read_text(encoding="utf-8") for file in files]
        return {
            text: _Report(messages.get(file.stem, []), _difference(before, after))
            for file, text, before, after in zip(files, texts, spaced, formatted, strict=True)
        }

    def _check(self, folder: str) -> dict[str, list[tuple[str, str]]]:
        """Return the messages about each file with their codes, by its stem."""
        # names may be newer than the version that pytest-examples gives ruff
        settings = (f"builtins={json.dumps(dir(builtins))}", f"lint.select={json.dumps(_RULES)}")
        options = [part for setting in settings for part in ("--config", setting)]
        options += self._config.ruff_config()
        result = self._ruff("check", *options, "--output-format", "json", folder)
        if result.code not in (0, 1):
            raise RuntimeError(f"ruff cannot lint the block: {result.errors.strip()}")
        messages: dict[str, list[tuple[str, str]]] = {}
        for problem in json.loads(result.output or "[]"):
            line, code = problem["location"]["row"], problem["code"]
            # too new for the version that pytest-examples names, but the block ran
            if code in (None, "invalid-syntax"):
                continue
            message = f"line {line} of the block: {code} {problem['message']}"
            messages.setdefault(Path(problem["filename"]).stem, []).append((code, message))
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
        self._ruff("format", "--isolated", *options, folder)

    def _ruff(self, command: str, *arguments: str) -> Result:
        from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]

        options = [command, "--no-cache", "--quiet", *arguments]
        result = run_tool([find_ruff_bin(), *options], Path.cwd(), self._seconds)
        if result.error and not result.code:  # it could not run, or took too long
            raise RuntimeError(result.error)
        return result


def _write(files: Iterable[Path], texts: Iterable[str]) -> None:
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")


def _difference(before: str, after: str) -> str:
    sides = before.splitlines(), after.splitlines()
    return "\n".join(unified_diff(*sides, "the page shows", "ruff formats it as", lineterm=""))
