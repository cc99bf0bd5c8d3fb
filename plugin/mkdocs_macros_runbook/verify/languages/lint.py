"""What linters say of Python blocks: ruff and black, as pytest-examples configures both.

Ruff is started once for all blocks: once for each would be what takes the time. Its formatter also
says which blocks black need not look at; where the two differ, black's word counts.
"""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def known_settings() -> list[str]:
    """Return the names of pytest-examples' settings."""
    from pytest_examples.config import ExamplesConfig

    return [field.name for field in dataclasses.fields(ExamplesConfig)]


class Linter:
    """Lints blocks, each text once."""

    def __init__(self, style: Mapping[str, Any]) -> None:
        from pytest_examples.config import ExamplesConfig  # by then it is known to be there

        self._config = ExamplesConfig(**style)
        self._said: dict[str, str] = {}
        self._waiting: set[str] = set()
        self._formatted: set[str] = set()

    def expect(self, texts: Iterable[str]) -> None:
        """Take note of blocks that will be asked for, so that they are linted together."""
        self._waiting |= set(texts) - set(self._said)

    def said(self, text: str) -> str:
        """Return what the linters say of the block `text`: nothing where it is well."""
        from pytest_examples import CodeExample
        from pytest_examples.lint import FormatError, black_check

        if text not in self._said:
            self.expect([text])
            self._ruff()
        if self._said[text] or text in self._formatted:
            return self._said[text]
        try:
            black_check(CodeExample.create(text, prefix="python"), self._config)
        except FormatError as error:
            self._said[text] = str(error)
        except Exception:  # black cannot read it; when it runs, Python says why
            return ""
        return self._said[text]

    def _ruff(self) -> None:
        from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]

        texts = sorted(self._waiting)
        self._waiting = set()
        with tempfile.TemporaryDirectory(prefix="runbook-lint-") as made:
            for number, text in enumerate(texts):
                (Path(made) / f"{number}.py").write_text(text, encoding="utf-8")
            ruff = find_ruff_bin()
            command = [ruff, "check", *self._config.ruff_config(), "--no-cache"]
            ran = subprocess.run(
                [*command, "--output-format", "json", made],
                capture_output=True,
                text=True,
                check=False,
            )
            self._format(ruff, Path(made), texts)
        found: dict[str, list[str]] = {}
        if ran.returncode not in (0, 1):
            raise RuntimeError(f"ruff cannot lint the blocks: {ran.stderr.strip()}")
        for problem in json.loads(ran.stdout or "[]"):
            line, said = problem["location"]["row"], problem["message"]
            found.setdefault(Path(problem["filename"]).stem, []).append(
                f"line {line} of the block: {problem['code']} {said}"
            )
        for number, text in enumerate(texts):
            self._said[text] = "\n".join(found.get(str(number), ()))

    def _format(self, ruff: str, folder: Path, texts: list[str]) -> None:
        """Take note of the blocks that are formatted well."""
        before = {}
        for number, text in enumerate(texts):
            file = folder / f"{number}.py"
            before[file] = re.sub(r"^( *#)> ", r"\1 > ", text, flags=re.MULTILINE)
            file.write_text(before[file], encoding="utf-8")
        quotes = "double" if self._config.quotes == "double" else "preserve"
        trailing = self._config.magic_trailing_comma
        settings = [
            f"line-length={self._config.line_length}",
            f"format.quote-style='{quotes}'",
            f"format.skip-magic-trailing-comma={'false' if trailing else 'true'}",
        ]
        command = [ruff, "format", "--isolated", "--no-cache", "--quiet"]
        for setting in settings:
            command += ["--config", setting]
        subprocess.run([*command, str(folder)], capture_output=True, check=False)
        for number, text in enumerate(texts):
            file = folder / f"{number}.py"
            if file.read_text(encoding="utf-8") == before[file]:
                self._formatted.add(text)
