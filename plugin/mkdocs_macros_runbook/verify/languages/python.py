"""Python: run in a process of its own, compared with what it shows, and linted by ruff."""

from __future__ import annotations

import builtins
import json
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

from ...problem import Failure
from ..block import Block
from ..output import line_matches, matches, without_annotations
from ..run.program import Program
from ..run.python_runner import PythonResult, invalid_result
from ..walkthrough import Walkthrough
from .program_file import is_run_later

# ruff's codes for names that are defined, or imports that are used, in another block
_UNDEFINED, _UNUSED = "F821", "F401"
# Mistakes, not style: ruff's own choice when pytest-examples was written. Later ones refuse what
# tutorials show, such as `Optional[int]` and `logging.warning`.
_RULES = ("E4", "E7", "E9", "F")
#: the module of an exception, its name and its message
_EXCEPTION = re.compile(r"((?:\w+\.)*)(\w*)(.*)", re.DOTALL)
# what Python prints of a mistake, and then goes on
_NOTICE = re.compile(
    r"^.*: (RuntimeWarning: coroutine '.*' was never awaited)$"
    r"|^(?:--- Logging error ---|exception calling callback .*|Process \S+-\d+:"
    r"|Exception occurred during processing of request from .*)(?=\nTraceback)",
    re.MULTILINE,
)
_SHOWN = re.compile(r"^[ \t]*#> .*$", re.MULTILINE)
_OUTPUT = re.compile(r"""^[ \t]*(?:\#> |['"]{3}$)""", re.MULTILINE)


def verify_python(block: Block, walkthrough: Walkthrough) -> None:
    """Run the block, unless a later one does; its output must be what it shows, if anything.

    Linters must accept it.
    """
    if block.text.lstrip().startswith(">>> "):
        fix = "change its language to pycon"
        raise Failure("this is a Python session, not a program", command=block.text, fix=fix)
    if is_run_later(block, walkthrough):
        _check_syntax(block)
        _lint(block, walkthrough)
        return
    text = _SHOWN.sub(lambda line: without_annotations(line[0]), block.text)
    result = walkthrough.run_python(text, compare=_OUTPUT.search(text) is not None)
    walkthrough.printed = result.output
    if not result.error:
        result = replace(result, error=_error_of_notice(block, result))
    if block.raises:
        _check_raised(block, walkthrough, result)
    elif result.error:
        raise _failure(block, result, result.error)
    should_show = keep_matching_output(text, result.should_show) if result.should_show else text
    if should_show == text:
        _lint(block, walkthrough)
    elif not (
        walkthrough.update and walkthrough.update(replace(block, parts=(text,)), should_show)
    ):
        message = "the output differs from what the block shows"
        actual = _difference(text, should_show, "the page shows", "it prints")
        fix = "correct it, or run pytest with --update-examples"
        raise Failure(message, command=block.text, actual=actual, fix=fix)


def _error_of_notice(block: Block, result: PythonResult) -> str:
    """Return the error that Python printed before it went on; empty if there is none."""
    notice = _NOTICE.search(result.errors)
    if not notice or "exitcode" in block.text:  # the block looks at how its processes end
        return ""
    return notice[1] or f"Python printed {notice[0].rstrip(':')!r}"


def _check_syntax(block: Block) -> None:
    """Raise `Failure` if the block is no Python."""
    try:
        Program(block.text, block.file)
    except SyntaxError as error:
        result = invalid_result(error)
        raise _failure(block, result, result.error) from None


def _lint(block: Block, walkthrough: Walkthrough) -> None:
    """Raise `Failure` if linters reject the block."""
    elsewhere = {_UNDEFINED} if block.continues else set[str]()
    if walkthrough.is_continued:
        elsewhere.add(_UNUSED)
    if walkthrough.lint and (report := walkthrough.lint(block.text, elsewhere)):
        fix = "correct it, or turn off `runbook_lint`"
        raise Failure("ruff rejects the block", command=block.text, actual=report, fix=fix)


def _failure(block: Block, result: PythonResult, error: str) -> Failure:
    lines = block.text.splitlines()
    at = ""
    if 0 < result.line <= len(lines):
        at = f"line {result.line} of the block, `{lines[result.line - 1].strip()}`: "
    first, *more = error.splitlines()
    actual = "\n".join(filter(None, (*more, result.all_output)))
    return Failure(f"{at}{first}", command=block.text, actual=actual, fix=hint(error))


def hint(error: str) -> str:
    """Return what may help with an exception; empty if nothing is known."""
    if error.startswith("NameError"):
        return "if the Python block before it defines the name, add `continues` to the fence"
    return ""


def _check_raised(block: Block, walkthrough: Walkthrough, result: PythonResult) -> None:
    """Raise `Failure` unless the block raised what its fence says; then its traceback is output."""
    raised = result.error.partition("\n")[0].removeprefix("the block ended with ")
    if not raised:
        message = f'the fence has raises="{block.raises}", but the block raised nothing'
        raise Failure(message, command=block.text, actual=result.all_output)
    if not _is_raised(block.raises, raised):
        error = f'{result.error}\nthe fence has raises="{block.raises}"'
        raise _failure(block, result, error)
    walkthrough.add_errors(result.trace)


def _is_raised(expected: str, raised: str) -> bool:
    """Return whether a page that names the exception `expected` is right about what was raised.

    It may leave out the message and the module, or name the package that exports the exception.
    """
    (module, name, message), (our_module, our_name, our_message) = (
        match.groups() for text in (raised, expected) if (match := _EXCEPTION.match(text))
    )
    has_package = our_module.partition(".")[0] in ("", module.partition(".")[0])
    has_message = not our_message or line_matches(our_message, message)
    return (our_name == name and has_package and has_message) or line_matches(expected, raised)


def keep_matching_output(text: str, should_show: str) -> str:
    """Return `should_show`, with the output that `text` shows wherever that is right.

    Both are one block, with other output; `...` in it stands for any lines or any text.
    """
    ours, theirs = _outputs(text), _outputs(should_show)
    if [code for code, _ in ours] != [code for code, _ in theirs]:
        return should_show
    lines: list[str] = []
    for (code, on_page), (_, printed) in zip(ours, theirs, strict=True):
        is_right = matches(
            *("\n".join(_OUTPUT.sub("", line) for line in one) for one in (on_page, printed))
        )
        lines += [code, *(on_page if is_right else printed)]
    return "\n".join(lines[1:]) + "\n"


def _outputs(text: str) -> list[tuple[str, list[str]]]:
    """Return each line of code with the lines of output below it."""
    lines: list[tuple[str, list[str]]] = [("", [])]
    quotes, is_in_text = "", False  # quotes are around output, the text is part of a statement
    for line in text.removesuffix("\n").split("\n"):
        if quotes:
            lines[-1][1].append(line)
            quotes = "" if line.endswith(quotes) else quotes
        elif _OUTPUT.match(line) and not is_in_text:
            lines[-1][1].append(line)
            quotes = "" if _SHOWN.match(line) else line.strip()
        else:
            lines.append((line, []))
            is_in_text ^= len(re.findall("\"{3}|'{3}", line)) % 2 == 1
    return lines


def _difference(before: str, after: str, name: str, other_name: str) -> str:
    lines = unified_diff(before.splitlines(), after.splitlines(), name, other_name, lineterm="")
    return "\n".join(lines)


class Linter:
    """Lints Python blocks by ruff, with the settings that pytest-examples has for them.

    ruff is started once for all blocks that are expected: its start takes most of the time.
    """

    def __init__(self, style: Mapping[str, Any], seconds: float = 60.0) -> None:
        from pytest_examples.config import ExamplesConfig  # takes 0.3 s, with black

        self._config, self._seconds = ExamplesConfig(**style), seconds
        #: the messages about each text, with their codes, and how it should be formatted
        self._reports: dict[str, tuple[list[tuple[str, str]], str]] = {}
        self._expected: set[str] = set()

    def expect(self, texts: Iterable[str]) -> None:
        """Expect blocks, so that they are linted together."""
        self._expected |= set(texts) - set(self._reports)

    def report(self, text: str, ignored: Set[str] = frozenset()) -> str:
        """Return ruff's messages about the block `text`, but for those with `ignored` codes."""
        if text not in self._reports:
            self.expect([text])
            self._lint(sorted(self._expected))
            self._expected = set()
        messages, difference = self._reports[text]
        return "\n".join(text for code, text in messages if code not in ignored) or difference

    def _lint(self, texts: list[str]) -> None:
        with tempfile.TemporaryDirectory(prefix="runbook-lint-") as folder:
            files = [Path(folder, f"{number}.py") for number in range(len(texts))]
            for file, text in zip(files, texts, strict=True):
                file.write_text(text, encoding="utf-8")
            # the formatter has to see `#> output` as a comment that begins with a space
            spaced = [re.sub(r"(?m)^( *#)> ", r"\1 > ", text) for text in texts]
            try:
                problems = self._check(folder)
                for file, text in zip(files, spaced, strict=True):
                    file.write_text(text, encoding="utf-8")
                self._format(folder)
            except RuntimeError as error:
                if len(texts) == 1:
                    self._reports[texts[0]] = [("", str(error))], ""
                else:  # one of them is too much for ruff
                    half = len(texts) // 2
                    self._lint(texts[:half])
                    self._lint(texts[half:])
                return
            for file, text, before in zip(files, texts, spaced, strict=True):
                after = file.read_text(encoding="utf-8")
                difference = _difference(before, after, "the page shows", "ruff formats it as")
                self._reports[text] = problems.get(file.stem, []), difference

    def _check(self, folder: str) -> dict[str, list[tuple[str, str]]]:
        """Return the messages about each file with their codes, by its stem."""
        # names may be newer than the version that pytest-examples gives ruff
        settings = (f"builtins={json.dumps(dir(builtins))}", f"lint.select={json.dumps(_RULES)}")
        options = [part for setting in settings for part in ("--config", setting)]
        options += self._config.ruff_config()
        process = self._ruff("check", *options, "--output-format", "json", folder)
        if process.returncode not in (0, 1):
            raise RuntimeError(f"ruff cannot lint the block: {process.stderr.strip()}")
        messages: dict[str, list[tuple[str, str]]] = {}
        for problem in json.loads(process.stdout or "[]"):
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

    def _ruff(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        from ruff.__main__ import find_ruff_bin  # type: ignore[import-untyped]

        try:
            return subprocess.run(
                [find_ruff_bin(), command, "--no-cache", "--quiet", *arguments],
                capture_output=True,
                text=True,
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            limit = f"{self._seconds:g} s (limit: runbook_seconds)"
            raise RuntimeError(f"ruff took longer than {limit}") from None
