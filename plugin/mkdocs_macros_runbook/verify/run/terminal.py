"""The terminal of a walkthrough: one bash, into which its blocks are pasted one after the other.

So the variables that a block sets, the folder that it changes to and the servers that it starts
are there for the next block. A command that fails ends the block, and with it the terminal.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .block_process import BlockProcess
from .process import Limits, Result, Watch
from .server import Server

# The driver, which runs in bash: the files in the order in which bash reads them.
_FILES = ("commands.sh", "code.sh", "failures.sh", "jobs.sh", "terminal.sh")
_FOLDER = Path(__file__).with_name("driver")
_DRIVER = "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _FILES)
_DESCRIPTOR = 213  # of the file by which the driver talks to pytest, which no block is likely to
_SEPARATOR = "\x1f"
# What bash, if it is not interactive, says before a message and below one about the syntax; then
# the driver's sign before what `set -x` shows, of its own commands and, twice, of a block's.
# Lines below 100 are those of another bash, to which a block gives a few commands.
_PREFIX = re.compile(
    r"^(?:(?:bash|environment): eval: line \d+|(?:bash|environment): line \d{3,}"
    r"|(?:bash|environment): line \d+(?=: +\d+ [A-Z])): ",  # of a job that ended by a signal
    re.MULTILINE,
)
# of a program that crashed, of which a terminal shows the words alone
_CRASH = re.compile(
    r"^bash: +\d+ (Aborted|Bus error|Floating point exception|Illegal instruction"
    r"|Segmentation fault)\b.*",
    re.MULTILINE,
)
# the line of the driver in what bash says of a here-document without an end
_DRIVER_LINE = re.compile(r"(?<=here-document) at line \d+(?= delimited)")
# what it says of a job that `kill` ended, if it sees the end in time; a terminal says that later
_KILLED_JOB = re.compile(r"^bash: +\d+ (?:Hangup|Killed|Terminated) .*\n", re.MULTILINE)
_WRONG_LINE = re.compile(r"^(bash: syntax error .*\n)bash: `.*'\n", re.MULTILINE)
_OWN_TRACE = re.compile(r"(?<!\x1d)\x1d\+ .*\n")
_TRACE = re.compile(r"^\x1d(\x1d+)\+ ", re.MULTILINE)
#: the message of a variable that ends a bash which is not interactive, with code 127
_UNSET = re.compile(r"^bash: (?!exec: )\w+: (?!command not found$).*\n\Z", re.MULTILINE)
#: of a job that was asked to end, as in the driver
_STOPPED = (129, 130, 141, 143)
#: of one that was killed, and what may have done that
_KILLED, _KILLS = 137, re.compile(r"(?<![^\s;&|(/'\"])(?:p?kill|killall|fuser)\s")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ERRORS = {
    "incomplete": "the commands are incomplete: bash waits for more lines",
    "skipped": "`break` or `continue` outside of a loop: the commands after it did not run",
    "old": "blocks need bash 4.4 or newer",
}
# what is in quotes, the sign of a pipe, and what a command follows
_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\.", re.DOTALL)
_PIPE = re.compile(r"(?<!\|)\|(?!\|)&?")
_BEGIN = re.compile(r";|\n|\bdo\b|\bthen\b|&&")
_EXITED = "the shell exited before the block's last line"


@dataclass(frozen=True)
class _End:
    """How a block ended, what the driver said of it, and what it printed."""

    #: whether it came to its end; otherwise it ended the shell, or was stopped
    is_at_end: bool
    code: int
    #: how many jobs it left running
    jobs: int
    messages: list[str]
    too_much: str
    output: str
    errors: str


class Terminal:
    """A bash in `folder` with `environment`; files of its own are in `scratch`."""

    def __init__(
        self, server: Server, folder: Path, scratch: Path, environment: Mapping[str, str]
    ) -> None:
        self._server = server
        self._folder, self._scratch = folder, scratch
        self._environment = dict(environment)
        self._bash: BlockProcess | None = None
        #: the names of blocks, by their files
        self._names: dict[str, str] = {}
        self._has_jobs = False
        self._kills = False
        #: jobs that subshells left running, by their numbers: what a message says if one fails
        self._orphans: dict[int, list[str]] = {}

    def run(
        self,
        commands: str,
        limits: Limits,
        *,
        name: str = "",
        merge_output: bool = False,
        following: str = "",
        exits: int = 0,
        sees_jobs: bool = True,
    ) -> Result:
        """Run the commands of a block; `merge_output` puts errors among the output.

        The block is named by `name` if what it leaves running fails later. The last command may
        fail, and the terminal goes on, if the `following` one begins by reading its code, or if the
        block may end with the code `exits`. With `sees_jobs`, a job that failed fails the block.
        """
        block = self._scratch / uuid.uuid4().hex  # no block can guess the name
        block.write_text(f"{commands}\n" if commands else "", encoding="utf-8")
        self._names[str(block)] = name
        self._kills = self._kills or _KILLS.search(_COMMENT.sub("", commands)) is not None
        after = "$?" if exits else following.partition("\n")[0]
        mode = "see" if sees_jobs else "keep"
        end = self._paste(block, f"{mode} {after}", limits, merge_output=merge_output)
        failures = self._failures(end.messages)
        self._has_jobs = end.jobs > 0 or bool(self._orphans)
        error, command = end.too_much, ""
        is_expected = 0 < end.code == exits and all(map(_is_last, failures))
        if not (error or is_expected):
            error, command = self._error(end, failures, str(block))
        if error:
            self.close()
        elif not end.is_at_end:
            self._leave()
        return Result(end.output, end.errors, error, command, end.code)

    def _paste(self, block: Path, mode: str, limits: Limits, *, merge_output: bool) -> _End:
        """Let the terminal run a block in a `mode`, and wait for its end."""
        bash = self._open()
        output_file, errors_file = block.with_suffix(".out"), block.with_suffix(".err")
        if merge_output:
            errors_file.symlink_to(output_file)
        with output_file.open("w+b") as output_stream, errors_file.open("w+b") as errors_stream:
            output, errors = output_stream.fileno(), errors_stream.fileno()
            watch = Watch(limits, output, errors)
            bash.send(str(block))
            bash.expect("ready", watch)
            # No block can write to these by their names, nor read what stands around its own text.
            for file in (block, output_file, errors_file):
                file.unlink()
            bash.send(mode)
            end, messages, too_much = bash.finish(watch)
            printed = _as_in_terminal(watch.read(output))
            printed_errors = "" if merge_output else _as_in_terminal(watch.read(errors))
        if end is not None:
            jobs, code = map(int, end.split())
        else:
            jobs, code = 0, bash.exit_code or 0
            if code == 127 and _UNSET.search(printed_errors or printed):
                code = 1  # as in a terminal
        return _End(end is not None, code, jobs, messages, too_much, printed, printed_errors)

    def _failures(self, messages: list[str]) -> list[str]:
        """Return the messages that tell of failures, also of jobs that shells left running."""
        failures = list[str]()
        for message in messages:
            kind, number, *origin = [*message.split(_SEPARATOR), ""]
            if kind == "left" and number.isdecimal():
                self._orphans[int(number)] = origin
            elif kind == "forget" and number.isdecimal():
                self._orphans.pop(int(number), None)
            elif kind != "exit" and not (kind == "job" and self._is_stopped(number)):
                failures.append(message)
        for job in [*self._orphans]:
            code = self._server.exit_code(job)
            if code is not None:
                origin = self._orphans.pop(job)
                if code > 0 and not self._is_stopped(str(code)):
                    failures.append(_SEPARATOR.join(["job", str(code), *origin]))
        return failures

    def _is_stopped(self, code: str) -> bool:
        """Return whether a job that ended with `code` was stopped, maybe by a block."""
        return int(code) in _STOPPED or (int(code) == _KILLED and self._kills)

    def _error(self, end: _End, failures: list[str], block: str) -> tuple[str, str]:
        """Return why a block failed, and the command that did; empty if it did not."""
        if failures:
            return self._failure(failures[0], block)
        if end.is_at_end or (end.code == 0 and f"exit{_SEPARATOR}" in end.messages):
            return "", ""
        return f"the block ended with code {end.code}" if end.code else _EXITED, ""

    def look_again(self, limits: Limits) -> Result:
        """Return a failure of what blocks left running, if there is any."""
        return self.run("", limits) if self._has_jobs else Result("")

    def state(self, limits: Limits) -> tuple[dict[str, str], str]:
        """Return the environment and the folder that a command would have now."""
        if self._bash is None or not self._bash.is_running:
            return self._environment, str(self._folder)
        file = self._scratch / f"{uuid.uuid4().hex}.environment"
        with file.open("w+b") as variables_file:
            self._bash.send(str(file))
            self._bash.expect("environment", Watch(limits, variables_file.fileno()))
            lines = variables_file.read().decode(errors="surrogateescape").split("\0")
        variables = dict(line.split("=", 1) for line in lines if "=" in line)
        return variables, variables.get("PWD", str(self._folder))

    def _open(self) -> BlockProcess:
        if self._bash is None or not self._bash.is_running:
            self.close()
            request = {
                "kind": "bash",
                "command": ["bash", "--noprofile", "--norc", "-c", _DRIVER, "bash"],
                "environment": self._environment,
                "folder": str(self._folder),
                "descriptor": _DESCRIPTOR,
            }
            self._bash = BlockProcess(self._server, request)
        return self._bash

    def _failure(self, message: str, block: str) -> tuple[str, str]:
        """Return what a message of the driver says: the error, and the command that failed."""
        kind, status, file, command, in_pipe, commands, *_ = message.split(_SEPARATOR) + [""] * 6
        statuses = in_pipe.split()
        at = next((at for at, text in enumerate(statuses) if text not in ("0", "141")), 0)
        if len(statuses) > 1:
            status, command = statuses[at], _part_of_pipe(commands, len(statuses), at) or command
        error = _ERRORS.get(status, "")
        if not error:
            what = "a job in the background" if kind == "job" or file != block else "a command"
            name = self._names.get(file) if file != block else ""
            of = f" of {name}" if name else ""
            error = f"{what}{of} ended with code {status}"
        return error, " ".join(command.split())

    def close(self) -> None:
        """End everything that was started in the walkthrough."""
        if self._bash is None:
            return
        self._server.end_all()
        self._orphans.clear()
        self._leave()

    def _leave(self) -> None:
        """Leave this shell; what others left running is watched all the same."""
        if self._bash:
            self._bash.close()
        self._bash, self._has_jobs = None, bool(self._orphans)


def _as_in_terminal(text: str) -> str:
    """Return what bash said as an interactive one says it."""
    text = _DRIVER_LINE.sub("", _KILLED_JOB.sub("", _PREFIX.sub("bash: ", text)))
    text = _CRASH.sub(r"\1", text)
    text = _OWN_TRACE.sub("", _WRONG_LINE.sub(r"\1", text))
    return _TRACE.sub(lambda trace: "+" * len(trace[1]) + " ", text)


def _is_last(message: str) -> bool:
    """Return whether a message is about the last command of its block."""
    return message.split(_SEPARATOR)[6:7] == ["$?"]


def _part_of_pipe(commands: str, count: int, at: int) -> str:
    """Return one command of a pipe of `count` commands, if it can be told from the others."""
    bare = _QUOTED.sub(lambda text: "x" * len(text[0]), commands)  # of the same length
    ends = [*(pipe.span() for pipe in _PIPE.finditer(bare)), (len(bare), len(bare))]
    if len(ends) != count:
        return ""
    start = ends[at - 1][1] if at else 0
    before = [word.end() for word in _BEGIN.finditer(bare, start, ends[at][0])]
    return commands[before[-1] if before else start : ends[at][0]]
