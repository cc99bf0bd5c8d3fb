"""Results of blocks: they travel where other blocks and processes cannot write, and within a limit.

What a block does to its own process cannot be told apart from what that process reports.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mkdocs_macros_runbook.problem import Failure
from mkdocs_macros_runbook.values.declaration import Declaration
from mkdocs_macros_runbook.values.resolution import resolve
from mkdocs_macros_runbook.verify.block import Block, Parts
from mkdocs_macros_runbook.verify.languages import BUILT_IN, python
from mkdocs_macros_runbook.verify.languages.linter import Linter
from mkdocs_macros_runbook.verify.plan import Plan
from mkdocs_macros_runbook.verify.run.server import Server
from mkdocs_macros_runbook.verify.settings import Settings
from mkdocs_macros_runbook.verify.walkthrough import verifier
from mkdocs_macros_runbook.verify.walkthrough.turn import verify_next
from mkdocs_macros_runbook.verify.walkthrough.walkthrough import Walkthrough

VALUES = resolve(Declaration({}, {}, lambda _: ""), {})
Verify = Callable[..., list[str]]


def _attributes(info: str) -> dict[str, Parts]:
    return {name: (text,) for name, text in re.findall(r'(\w+)(?:="(.*?)")?', info)}


@pytest.fixture(scope="module")
def verify() -> Iterator[Verify]:
    server = Server()

    def verify_page(page: str, seconds: float = 10.0) -> list[str]:
        """Return the message of each block of `page`; empty if it passed."""
        blocks = [
            Block(f"{number}", language, (text,), attributes=_attributes(info))
            for number, (language, info, text) in enumerate(
                re.findall(r"^```(\w+)(.*)\n([\s\S]*?)^```$", page, re.MULTILINE)
            )
        ]
        plan = Plan("page.md", "", "default", VALUES, blocks)
        walkthrough = Walkthrough(plan, Settings(seconds=seconds), server)
        walkthrough.reset({})
        messages = []
        for _ in blocks:
            try:
                messages.append(verify_next(walkthrough))
            except Failure as failure:
                messages.append(str(failure))
        walkthrough.close()
        return messages

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifier, "_VERIFIERS", {**BUILT_IN})  # not those of the guide
        yield verify_page
    server.close()


DIFFERS = "the output differs from what the page shows"
CHANGE_FILES = """\
>>> from pathlib import Path
>>> def change():
...     for file in Path("../scratch").iterdir():
...         file.write_text('[["", ""], ["", ""], ["", ""], ["3\\\\n", ""]]')
...
"""
# By a page, whose last block fails: the message of that block.
FAILS = {
    "a session, at its end": (
        f"```pycon\n{CHANGE_FILES}>>> import atexit; _ = atexit.register(change)\n>>> 1\n3\n```",
        DIFFERS,
    ),
    "a session, by another process": (
        '```pycon\n>>> import os\n>>> os.system("echo 3")\n0\n```',
        DIFFERS,
    ),
    "a fork that passes": (
        "```python\nimport os\n\nif os.fork():\n    os.wait()\n    raise OSError\n```",
        "line 5 of the block, `raise OSError`: OSError",
    ),
    "an exception without a name": (
        '```python\nraise type("", (Exception,), {"__module__": "builtins"})\n```',
        'line 1 of the block, `raise type("", (Exception,), {"__module__": "builtins"})`: '
        "an exception",
    ),
    "a session that takes longer than a block may": (
        "```pycon\n>>> import time\n>>> time.sleep(0.35)\n>>> time.sleep(0.35)\n```",
        "the block took longer than 0.5 s (limit: runbook_seconds)",
    ),
    "commands that take longer than a block may": (
        "```console\n$ sleep 0.35\n$ sleep 0.35\n```",
        "the block took longer than 0.5 s (limit: runbook_seconds), at `sleep 0.35`",
    ),
    "a session that ends too soon": (
        "```pycon\n>>> exit()\n>>> 1\n1\n```",
        "the block ended with SystemExit before its last line",
    ),
    "a session with a task that fails": (
        "```pycon\n>>> import asyncio\n>>> async def fail(): raise OSError\n...\n"
        ">>> async def main():\n...     asyncio.create_task(fail()); await asyncio.sleep(0)\n...\n"
        ">>> asyncio.run(main())\n```",
        "OSError (in a task)",
    ),
    "another exception than the fence has": (
        "```python raises=\"ValueError\"\n{}['a']\n```",
        "line 1 of the block, `{}['a']`: KeyError: 'a', but the fence has raises=\"ValueError\"",
    ),
    "another code than the fence has": (
        '```javascript exits="2"\nprocess.exit(1);\n```',
        'the fence has exits="2", but the exit code was 1',
    ),
}


@pytest.mark.parametrize("name", FAILS)
def test_no_block_passes_that_should_fail(name: str, verify: Verify) -> None:
    page, message = FAILS[name]
    limit = 0.5 if "longer" in name else 10.0
    *_, last = verify(page, limit)
    assert last.partition(";")[0] == message


def test_a_session_shows_what_a_terminal_shows(verify: Verify) -> None:
    page = (
        "```pycon\n>>> 1 +\nTraceback (most recent call last):\n  ...\n"
        'SyntaxError: invalid syntax\n>>> import os, sys\n>>> os.system("echo a")\na\n0\n'
        ">>> print(1); print(2, file=sys.stderr); print(3)\n1\n2\n3\n"
        ">>> assert 1 == 2\nTraceback (most recent call last):\n  ...\nAssertionError\n"
        ">>> import warnings\n>>> warnings.warn('w')\n<stdin>:1: UserWarning: w\n"
        ">>> x = 1\n```\n\n```text\n...\nAssertionError\n<stdin>:1: UserWarning: w\n```\n\n"
        "```python continues\nassert x == 1\n```"
    )
    assert verify(page) == ["", "", ""]


@pytest.mark.parametrize(
    "name", ["connection", "namespaces", "pool_errors", "prints", "python_block"]
)
def test_a_block_imports_its_own_module_of_any_name(name: str, verify: Verify) -> None:
    module = f'```python title="{name}.py"\nHELLO = "Hello"\n```'
    assert verify(f"{module}\n\n```python\nfrom {name} import HELLO\n```") == ["", ""]


@pytest.mark.skipif(sys.platform != "linux", reason="files in memory are there on Linux alone")
def test_a_python_block_prints_even_if_the_disk_is_full(verify: Verify) -> None:
    code = 'assert "memfd" in os.readlink("/proc/self/fd/1")\n'
    assert verify(f"```python\nimport os\n\n{code}```") == [""]


def test_a_fork_of_a_block_has_no_way_to_speak_for_it(verify: Verify) -> None:
    page = """\
```python
import os
import stat


def is_socket(number):
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


if os.fork() == 0:
    os._exit(any(map(is_socket, range(256))))
assert os.wait()[1] == 0
```
"""
    assert verify(page) == [""]


def test_no_block_can_guess_the_name_of_a_file(verify: Verify, tmp_path: Path) -> None:
    """Or it could put there what the next block reads, or what is never read to its end."""
    add_names = f"ls ../scratch >> {tmp_path}/names"
    page = (
        f'```bash\nbasename "$_runbook_file" >> {tmp_path}/names\n```\n\n'
        f"```javascript\n1;\n```\n\n```python\nimport os; os.system('{add_names}')\n```"
    )
    for _ in range(2):
        assert verify(page) == ["", "", ""]
    names = (tmp_path / "names").read_text().splitlines()
    assert len({*names}) == len(names) > 0


def test_a_record_that_is_no_file_is_not_read(verify: Verify) -> None:
    """It may have no end."""
    page = (
        '```bash\nmkfifo "$RUNBOOK_LINES/1"\necho "1 show.py" > "$RUNBOOK_LINES/1" &\n```\n\n'
        '```python script="show.py#part"\nx = 1\n```'
    )
    assert verify(page)[1].startswith("the block is an excerpt of show.py, which no block before")


def test_a_rule_that_ruff_does_not_have_is_a_mistake_in_a_setting() -> None:
    walkthrough: Any = SimpleNamespace(lint=Linter({"ruff_select": ["XYZ9"]}).report)
    walkthrough.is_continued = False
    with pytest.raises(Failure) as raised:
        python._lint(Block("docs/page.md:1", "python", ("x = 1\n",)), walkthrough)
    assert (
        raised.value.fix == "correct `ruff_select` in `runbook_style`, or turn off `runbook_lint`"
    )


def test_ruff_has_the_limit_of_a_block() -> None:
    assert Linter({}, 10.0).report("x = 1\n") == ""
    linter = Linter({}, 0.0001)
    linter.expect(["x = 1\n", "y = 1\n"])
    assert linter.report("x = 1\n") == "ruff took longer than 0.0001 s (limit: runbook_seconds)"
