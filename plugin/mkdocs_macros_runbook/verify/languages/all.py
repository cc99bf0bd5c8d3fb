"""The verifiers that come with the plugin, one for each language."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from difflib import unified_diff
from pathlib import Path
from typing import Any

import yaml

from ...problem import Failure
from ..block import Block
from ..output import is_shown
from ..run.process import Ran, run_tool
from ..verifier import verifies
from ..walkthrough import Walkthrough

_SHOWS = re.compile(r"""^[ \t]*(?:\#> |['"]{3}$)""", re.MULTILINE)
_PROMPT = re.compile(r"^(?:\(\S+\) )?\$ ")

_BEGIN = "begin each command with `$ `, which is the one prompt that is run"


def _came(ran: Ran) -> str:
    return "\n".join(filter(None, (ran.output.rstrip("\n"), ran.errors.rstrip("\n"))))


@verifies("bash")
def bash(block: Block, walkthrough: Walkthrough) -> None:
    """Paste the block into the terminal; every command of it must succeed."""
    ran = walkthrough.type_in(block.text)
    walkthrough.printed = ran.output
    if ran.trouble:
        at = f", at `{ran.command}`" if ran.command else ""
        raise Failure(f"{ran.trouble}{at}", command=block.text, actual=_came(ran))


@verifies("console")
def console(block: Block, walkthrough: Walkthrough) -> None:
    """Type each command after `$ `; what it prints must be what is shown, where any is."""
    before, commands = _commands(block.text)
    if not commands:
        raise Failure("a console without a `$ ` prompt", command=block.text, fix=_BEGIN)
    if before:
        raise Failure("text before the first `$ ` prompt", command=before, fix=_BEGIN)
    everything = ""
    for command, shown in commands:
        ran = walkthrough.type_in(command, together=True)
        everything += ran.output
        if ran.trouble:
            raise Failure(ran.trouble, command=command, actual=_came(ran))
        if shown.strip() and not is_shown(shown, ran.output):
            found = "the command prints something else than the page shows"
            raise Failure(found, command=command, expected=shown, actual=ran.output or "nothing")
    walkthrough.printed = everything


def _commands(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what stands before the first prompt, and each command with what is shown below it."""
    before, commands = "", list[tuple[str, str]]()
    for line in text.splitlines():
        command, shown = commands[-1] if commands else ("", "")
        if prompt := _PROMPT.match(line):
            commands.append((line[prompt.end() :], ""))
        elif not commands:
            before += "" if line.startswith("#") or not line.strip() else f"{line}\n"
        elif not shown and (
            command.endswith("\\") or (line.startswith("> ") and _goes_on(command))
        ):
            commands[-1] = (f"{command}\n{line.removeprefix('> ')}", "")
        else:
            commands[-1] = (command, f"{shown}{line}\n")
    return before, commands


def _goes_on(command: str) -> bool:
    """Return whether bash waits for more of the command, so that `> ` is its prompt, not output."""
    read = run_tool(["bash", "-n", "-c", command], Path.cwd())
    return bool(read.trouble or read.errors)


@verifies("text", runs=False)
def text(block: Block, walkthrough: Walkthrough) -> None:
    """Hold a block to what the one before it printed, or to what the command that it names does.

    One whose title names a file is that file, and was saved.
    """
    if block.file:
        return
    command = "".join(
        part if isinstance(part, str) else part[1] for part in block.said.get("shows", ())
    )
    if command:
        ran = walkthrough.type_in(command)
        if ran.trouble:
            raise Failure(ran.trouble, command=command, actual=_came(ran))
        came, ran_text = ran.output, command
    elif walkthrough.printed is None:
        raise Failure(
            "a text that nothing before it printed",
            expected=block.text,
            fix='name the command as shows="…", or exempt the block',
        )
    else:
        came, ran_text = walkthrough.printed, ""
    if not is_shown(block.text, came):
        found = "the page shows something else than what was printed"
        raise Failure(found, command=ran_text, expected=block.text, actual=came or "nothing")


@verifies("python")
def python(block: Block, walkthrough: Walkthrough) -> None:
    """Run the block through pytest-examples; what it prints must be what is shown, where any is."""
    compare = _SHOWS.search(block.text) is not None
    ran, known = walkthrough.run_python(block.text, compare=compare)
    walkthrough.printed = ran.output
    if ran.trouble:
        line = known.get("line")
        lines = block.text.splitlines()
        at = ""
        if isinstance(line, int) and 0 < line <= len(lines):
            at = f"line {line} of the block, `{lines[line - 1].strip()}`: "
        first, *more = ran.trouble.splitlines()
        came = "\n".join(filter(None, (*more, _came(ran))))
        raise Failure(f"{at}{first}", command=block.text, actual=came)
    shown = known.get("shown")
    if isinstance(shown, str) and not walkthrough.update(block, shown):
        difference = unified_diff(
            block.text.splitlines(), shown.splitlines(), "the page shows", "it prints", lineterm=""
        )
        found = "the block prints something else than it shows"
        remedy = "mend it, or run pytest with --update-examples"
        raise Failure(found, command=block.text, actual="\n".join(difference), fix=remedy)
    if not isinstance(shown, str) and (said := walkthrough.lint(block.text)):
        raise Failure("the linter refuses the block", command=block.text, actual=said)


@verifies("json", alone=True)
def json_(block: Block, walkthrough: Walkthrough) -> None:
    """Read the block as JSON, in which no key is given twice."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"{min(twice)!r} is given twice")
        return dict(pairs)

    try:
        json.loads(block.text, object_pairs_hook=once)
    except ValueError as error:
        raise Failure(f"this is not JSON: {error}", command=block.text) from None


@verifies("yaml", alone=True)
def yaml_(block: Block, walkthrough: Walkthrough) -> None:
    """Read the block as YAML, of which tags may be anybody's, and no key is given twice."""
    try:
        nodes: list[Any] = [*yaml.compose_all(block.text, Loader=yaml.SafeLoader)]
    except yaml.YAMLError as error:
        raise Failure(
            f"this is not YAML: {' '.join(str(error).split())}", command=block.text
        ) from None
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            nodes += [value for _, value in node.value]
            if twice := [key for key in keys if keys.count(key) > 1]:
                raise Failure(f"this is not YAML: {twice[0]!r} is given twice", command=block.text)


@verifies("javascript")
def javascript(block: Block, walkthrough: Walkthrough) -> None:
    """Let node run the block, as a module in the reader's folder."""
    end = walkthrough.scratch("block.end", "")
    reached = f'\n;(await import("node:fs")).writeFileSync({json.dumps(str(end))}, "reached");\n'
    file = walkthrough.scratch("block.mjs", block.text + reached)
    ran = walkthrough.type_in(f"node --input-type=module < {shlex.quote(str(file))}")
    walkthrough.printed = ran.output
    trouble = ran.trouble or ("" if end.read_text() else "it left node before its last line")
    if trouble:
        raise Failure(trouble, command=block.text, actual=_came(ran))


@verifies("typescript", alone=True)
def typescript(block: Block, walkthrough: Walkthrough) -> None:
    """Let the TypeScript compiler read the block: npm's `typescript`, in the author's project."""
    compiler = _found_above(Path.cwd(), "node_modules/typescript/bin/tsc", "tests")
    if compiler is None:
        raise Failure("there is no TypeScript compiler", fix="run `npm install typescript`")
    file = walkthrough.scratch("block.ts", block.text)
    options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022"]
    options += ["--module", "esnext", "--moduleResolution", "bundler", "--pretty", "false"]
    _check(["node", str(compiler), *options, str(file)], file, block)


def _found_above(folder: Path, name: str, beside: str) -> Path | None:
    places = (place for above in (folder, *folder.parents) for place in (above, above / beside))
    return next((place / name for place in places if (place / name).is_file()), None)


def _check(command: list[str], file: Path, block: Block) -> None:
    if shutil.which(command[0]) is None:
        raise Failure(f"there is no command {command[0]}", fix="install it")
    ran = run_tool(command, file.parent)
    if ran.trouble:
        came = _came(ran).replace(str(file), file.name)
        raise Failure(f"this is no {block.language}", command=block.text, actual=came)
