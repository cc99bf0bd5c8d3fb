"""The verification of a site, as an author runs it: pytest in a process of its own.

Most runs start warm, and without the plugins of pytest that are not the point. Those that are ended
from outside, fill a disk or have workers start plain.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

import fences
import sites
from mkdocs_macros_runbook.problem import Problem
from mkdocs_macros_runbook.verify.session.session import Session
from mkdocs_macros_runbook.verify.settings import Settings
from mkdocs_macros_runbook.verify.site.build import SHARED, Build
from mkdocs_macros_runbook.verify.site.site import Site
from samples import NO_FORM, write_site

DECLARATION = """\
extra:
  runbook:
    parameters:
      city: { default: Basel, pattern: "[A-Za-z]{1,20}" }
      rack: { default: r0, pattern: "[a-z0-9]+" }
      floor: { default: ground, options: { ground: { level: "0" }, first: { level: "1" } } }
    derived:
      rack_url: "https://{rack}.example/{city}"
    value_sets:
      other: { city: Bern }
"""
CONFIG = """\
site_name: Sample
site_url: https://example.com/
theme: {{ name: {theme}, font: false }}
plugins:
  - macros:
      modules: [mkdocs_macros_runbook]
      j2_extensions: [mkdocs_macros_runbook.PageSource]
      on_undefined: strict
      on_error_fail: true
markdown_extensions:
  - mkdocs_macros_runbook
  - attr_list
  - pymdownx.superfences
  - pymdownx.tabbed: {{ alternate_style: true }}
nav: [index.md]  # or each page lists all others
"""


#: what pytest says of these sites
NO_FORM_LINE = f"mkdocs.yml: {NO_FORM.rpartition('warning: ')[2].strip()}"


def write(folder: Path, pages: Mapping[str, str], conftest: str = "", ini: str = "") -> None:
    """Write a site: with the theme that is built soonest where the site generator has it."""
    pages = {"index.md": "# Start\n", **pages}
    theme = "material" if "zensical" in ini else "mkdocs"
    write_site(folder, pages, declaration=DECLARATION, config=CONFIG, theme=theme)
    (folder / "conftest.py").write_text(conftest)
    (folder / "pytest.ini").write_text(f"[pytest]\n{ini}\n")


PYTEST = [
    "-m",
    "pytest",
    "--disable-plugin-autoload",
    "-p",
    "mkdocs_macros_runbook.verify.pytest_plugin",
]
PYTEST += ["-p", "no:cacheprovider", "-rA"]
WORKERS = ["-p", "xdist.plugin", "-n", "2"]


def command(*arguments: str) -> list[str]:
    return [sys.executable, *PYTEST, *arguments]


def warm_command(*arguments: str) -> list[str]:
    imported = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # before pytest could rewrite
    return [sites.python(), *PYTEST, *imported, *arguments]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**sites.environment(), **(more or {})}


def verify(
    folder: Path,
    *arguments: str,
    more: Mapping[str, str] | None = None,
    command: Callable[..., list[str]] = warm_command,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(more),
        capture_output=True,
        text=True,
        check=False,
    )


def outcomes(output: str) -> dict[str, str]:
    """Return what became of each test, by its id."""
    pairs = re.findall(r"^(PASSED|FAILED|ERROR) (\S+::\S+?)(?: - .*)?$", output, re.MULTILINE)
    unverified = re.findall(r"^(\S+::\S+?) UNVERIFIED", output, re.MULTILINE)  # with -v
    return {name: outcome for outcome, name in pairs} | dict.fromkeys(unverified, "FAILED")


def tabs_of_systems(needed: str) -> str:
    """Return two tabs: the blocks of the first need a system, those of the second run."""
    blocks = fence("powershell", "Get-Item .", 'needs="windows"') + fence("text", "x")
    others = fence("bash", "echo x", f'needs="{needed}"') + fence("text", "x")
    tabs = [("Windows", blocks), ("Other", others)]
    return "".join(f'=== "{label}"\n\n{indent(text, "    ")}' for label, text in tabs)


def fence(language: str, code: str, attributes: str = "") -> str:
    return f"```{{.{language} {attributes}}}\n{code.strip()}\n```\n\n"


NET = 'import net from "node:net";\n'
FILES = 'import fs from "node:fs";\nfor (const file of fs.readdirSync("../scratch")) '
REFUSAL_HANDLER = "(e) => { if (/reach only this machine/.test(e.cause)) throw e; }"
TASK = """\
import asyncio

TASKS = []


async def work():
    return 1


async def main():
    task = asyncio.create_task(work())
    TASKS.append(task)
    await asyncio.sleep(0)


asyncio.run(main())
TASKS.clear()
"""
LAST = "most recent call last):\n  ...\nValueError: invalid literal for int() with base 10: 'x'"
TOML = r"""printf "Wait.\n[a]\nb = 1\n\nc = '1 2 3'\nDone.\n" """
JSON = """echo '{"a": "x y z", "b": [1, true]}'"""
PATCH = "--- a/list.txt\n+++ b/list.txt\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c"
CREATION = "--- /dev/null\n+++ b/in/new.txt\n@@ -0,0 +1,2 @@\n+a\n+b"
REMOVAL = "--- a/list.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-a"
# Good and bad twins: by name, the page and its bad twin.
TWINS: dict[str, tuple[str, str]] = {
    "python": (fence("python", "assert 1 + 1 == 2"), fence("python", "assert 1 + 1 == 3")),
    "python, output": (
        fence("python", "print(1 + 1)\n#> 2"),
        fence("python", "print(1 + 1)\n#> 3"),
    ),
    "python, a value": (
        fence("python", 'print("{{ city }}".upper() == "{{ city|upper }}")\n#> True'),
        fence("python", 'print("{{ city }}")\n#> Berlin'),
    ),
    "python, text": (
        fence("python", "print(1 + 1)") + fence("text", "2"),
        fence("python", "print(1 + 1)") + fence("text", "3"),
    ),
    "python, lint": (fence("python", "x = 1"), fence("python", "import os\n\nx = 1")),
    "python, a name in a function": (
        fence("python", "def f():\n    return 1"),
        fence("python", "def f():\n    return missing"),
    ),
    "python, syntax": (fence("python", "x = [1]"), fence("python", "x = [1")),
    "python, names of another block": (
        fence("python", "x = 1") + fence("python", "x = 2\nassert x"),
        fence("python", "x = 1") + fence("python", "assert x  # noqa"),
    ),
    "python, the end": (
        fence("python", 'if __name__ == "__main__":\n    raise SystemExit(0)'),
        fence("python", "raise SystemExit(0)\nx = 1"),
    ),
    "python, the end of a function": (
        fence(
            "python",
            "import sys\n\n\ndef main():\n    sys.exit(0)\n\n\n"
            "if __name__ == '__main__':\n    main()",
        ),
        fence("python", "import sys\n\n\ndef main():\n    sys.exit(0)\n\n\nmain()\nprint()"),
    ),
    "python, the end of a branch": (
        fence("python", "import sys\n\nif sys.argv:\n    sys.exit()\nelse:\n    print()"),
        fence("python", "import sys\n\nwith open('/dev/null'):\n    sys.exit()\n    print()"),
    ),
    "python, a file": (
        fence("python", "x = 1", 'title="one.py"') + fence("python", "import one\n\nassert one.x"),
        fence("python", "x = 0", 'title="one.py"') + fence("python", "import one\n\nassert one.x"),
    ),
    "python, output that nothing prints": (
        fence("python", "def f():\n    print('hello')\n    #> hello\n\n\nf()"),
        fence("python", "def f():\n    print('hello')\n    #> hello\n\n\nprint('a')\n#> a"),
    ),
    "python, output on the other stream": (
        fence("python", "import sys\n\nprint('a', file=sys.stderr)\n#> a"),
        fence("python", "import io\n\nprint('a', file=io.StringIO())\n#> a"),
    ),
    "python, another print": (
        fence("python", 'x = """\n#> a\n"""\nprint(x == "\\n#> a\\n")\n#> True'),
        fence("python", "print = str\nprint('a')\n#> a"),
    ),
    "python, any output": (
        fence("python", "print('a 1 b')\n#> a ... b  # (1)!\nprint({1, 'a'})\n#> {'a', 1}"),
        fence("python", "print('a 1 b')\n#> a ... c"),
    ),
    "python, a thread": (
        fence("python", "import threading\n\nthreading.Thread(target=str).start()"),
        fence("python", "import threading\n\nthreading.Thread(target=int, args='x').start()"),
    ),
    "python, a task": (
        fence("python", TASK),
        fence("python", TASK.replace("return 1", "raise OSError")),
    ),
    "python, a task that is kept": (
        fence("python", TASK.replace("\nTASKS.clear()", "")),
        fence("python", TASK.replace("\nTASKS.clear()", "").replace("return 1", "raise OSError")),
    ),
    "python, its end": (
        fence("python", "import atexit\n\natexit.register(print, 1)"),
        fence("python", "import atexit\n\natexit.register(int, 'x')"),
    ),
    "python, an exception": (
        fence("python", "print(1)\n#> 1\nint('x')", 'raises="ValueError"')
        + fence("text", "1\nTraceback (most recent call last):\n...\nValueError: ... 'x'"),
        fence("python", "print(1)\n#> 1\nint('1')", 'raises="ValueError"'),
    ),
    "python, another exception": (
        fence("python", "int('x')", 'raises="ValueError: invalid literal ..."'),
        fence("python", "int('x')", 'raises="TypeError"'),
    ),
    "python, an exception that ends it": (
        fence("python", "raise SystemExit('bad')", 'raises="SystemExit"'),
        fence("python", "raise SystemExit(0)", 'raises="SystemExit"'),
    ),
    "python, output before an exception": (
        fence("python", "print(1)\n#> 1\nraise SystemExit(2)", 'exits="2"'),
        fence("python", "print(1)\n#> 2\nint('x')", 'raises="ValueError"'),
    ),
    "pycon": (
        fence("pycon", ">>> print('a\\n\\nb')\na\n\nb\n>>> int('x')\nTraceback (" + LAST),
        fence("pycon", ">>> print('a\\n\\nb')\na\n\nc"),
    ),
    "python, newer than 3.7": (
        fence("python", "match 1:\n    case y:\n        print(y)\n        #> 1"),
        fence("python", "match 1:\n    case y:\n        print(y)\n        #> 2"),
    ),
    "python, too deep": (
        fence("python", "x = 1"),
        fence("python", f"x = {'(' * 3000}1{')' * 3000}"),
    ),
    "python, continued": (
        fence("python", "import json\n\nx = 1\nprint(x)\n#> 1")
        + fence("bash", "true")
        + fence("python", "print(json.dumps(x + 1))\n#> 2\ny = x", "continues")
        + fence("text", "2")
        + fence("python", "assert (x, y) == (1, 1)", "continues")
        + fence("python", "x = 2\nassert x"),
        fence("python", "x = 1") + fence("python", "print(x)\n#> 2", "continues"),
    ),
    "python, nothing to continue": (
        fence("python", "x = 1") + fence("python", "x += 1\nassert x == 2", "continues"),
        fence("bash", "true") + fence("python", "x = 1", "continues"),
    ),
    "pycon, names": (
        fence("pycon", ">>> def f(x):\n...     return x * 2\n...\n>>> f('a')\n'aa'\n>>> f(2)"),
        fence("pycon", ">>> missing"),
    ),
    "pycon, continued": (
        fence("pycon", ">>> x = 1")
        + fence("pycon", ">>> x\n1\n>>> y = 2", "continues")
        + fence("python", "assert (x, y) == (1, 2)", "continues"),
        fence("pycon", ">>> x = 1") + fence("pycon", ">>> x\n1"),
    ),
    "pycon, its end": (
        fence("pycon", ">>> 1\n1\n>>> exit()"),
        fence("pycon", ">>> exit()\n>>> 1\n1"),
    ),
    "pycon, no prompt": (fence("pycon", ">>> 1"), fence("pycon", "1 + 1\n2")),
    "python, a session": (fence("py", "1 + 1  # noqa"), fence("py", ">>> 1 + 1\n2")),
    "bash, a code": (
        fence("bash", "echo a\n(exit 2)", 'exits="2"') + fence("text", "a"),
        fence("bash", "echo a\n(exit 3)", 'exits="2"'),
    ),
    "bash, no failure": (fence("bash", "true"), fence("bash", "true", 'exits="1"')),
    "console, a code": (
        fence("console", "$ echo a\na\n$ ls nowhere\nls: ... No such file ...", 'exits="2"'),
        fence("console", "$ ls nowhere\nls: wrong", 'exits="2"'),
    ),
    "console, a code too early": (
        fence("console", "$ true\n$ false", 'exits="1"'),
        fence("console", "$ false\n$ true", 'exits="1"'),
    ),
    "raises, but not in Python": (
        fence("bash", "true", 'data-raises="x"'),
        fence("bash", "false", 'raises="OSError"'),
    ),
    "a need": (
        fence("bash", "false", 'needs="no-such-tool"') + fence("text", "x") + fence("bash", "true"),
        fence("bash", "false", 'needs="bash"'),
    ),
    "a need of a language without a verifier": (
        fence("powershell", "Get-Item .", 'needs="windows"')
        + fence("text", "x")
        + tabs_of_systems("linux"),
        fence("powershell", "Get-Item .", 'needs="linux"') + tabs_of_systems("macos"),
    ),
    "text, after an exempt block": (
        fence("bash", "echo ok") + fence("json", "{}", 'exempt="is not yet"') + fence("text", "ok"),
        fence("bash", "echo ok") + fence("bash", "x", 'exempt="is not yet"') + fence("text", "ok"),
    ),
    "text, the other stream": (
        fence("bash", "echo a; echo b >&2") + fence("text", "b") + fence("text", "b\na"),
        fence("bash", "echo a; echo b >&2") + fence("text", "c"),
    ),
    "text, both streams": (
        fence("bash", "echo a; echo b >&2; echo c") + fence("text", "a\nb\nc"),
        fence("bash", "echo a; echo b >&2; echo c") + fence("text", "c\nb\na"),
    ),
    "text, colors": (
        fence("bash", r"printf '\033[31mred\033[0m 1 s\n'") + fence("text", "red ... s # (1)!"),
        fence("bash", r"printf '\033[31mred\033[0m\n'") + fence("text", "blue"),
    ),
    "text, as it is seen": (
        fence("bash", r"printf '9%%\r100%%\na\tb\r\n'") + fence("text", "100%\na\tb"),
        fence("bash", r"printf '9%%\r100%%\n'") + fence("text", "9%"),
    ),
    "json, output": (
        fence("bash", JSON) + fence("json", '{"b": [1, true], "a": "x ... z" // (1)!\n}'),
        fence("bash", JSON) + fence("json", '{"b": [1, 1], "a": "x y z"}'),
    ),
    "json, any lines": (
        fence("bash", JSON) + fence("json", '{\n  "a": "x y z",\n  ...\n}'),
        fence("bash", JSON) + fence("json", '{\n  "a": "x",\n  ...\n}'),
    ),
    "json, among other lines": (
        fence("bash", f"echo Wait.; {JSON}; echo '[done]'")
        + fence("json", '{"b": [1, true], "a": "..."}'),
        fence("bash", f"echo Wait.; {JSON}; echo '[done]'") + fence("json", '{"b": [2], "a": 1}'),
    ),
    "json, one of several": (
        fence("bash", "echo '{\"a\": 1}'; echo '{\"a\": 2}' >&2") + fence("json", '{"a": 1}'),
        fence("bash", "echo '[1]'; echo '[2]'") + fence("json", "[3]"),
    ),
    "json, on the other stream": (
        fence("bash", f"{JSON} >&2") + fence("json", '{"a": "x y z", "b": [1, true]}'),
        fence("bash", f"{JSON} >&2") + fence("json", "{}"),
    ),
    "json, input": (
        fence("bash", JSON) + fence("json", "{}", "input"),
        fence("bash", JSON) + fence("json", "{}"),
    ),
    "json, after an exempt block": (
        fence("bash", JSON) + fence("bash", "x", 'exempt="is not yet"') + fence("json", "{}"),
        fence("bash", "echo []") + fence("json", "{}"),
    ),
    "json of a command": (
        fence("json", '{"city": "{{ city }}"}', 'shows=\'echo "{\\"city\\": \\"{{ city }}\\"}"\''),
        fence("json", '{"a": 1}', "shows='echo 1'"),
    ),
    "json, a number that is none": (fence("json", "[1e3]"), fence("json", "[NaN]")),
    "json, too deep": (fence("json", "[" * 50 + "]" * 50), fence("json", "[" * 100_000)),
    "jsonc": (
        fence("jsonc", '{"a": "//", /* b */ "c": [1,],\n// d\n}'),
        fence("jsonc", '{"a": 1 // b\n"c": 2}'),
    ),
    "yaml, output": (
        fence("bash", "echo 'a: [1, 2]'") + fence("yaml", "a:\n  - 1\n  - 2"),
        fence("bash", "echo 'a: [1, 2]'") + fence("yaml", "a: [1, 3]"),
    ),
    "yaml, any lines": (
        fence("bash", "printf 'a: 1\\nb: 2\\n'") + fence("yaml", "a: 1\n..."),
        fence("bash", "printf 'a: 1\\nb: 2\\n'") + fence("yaml", "b: 1\n..."),
    ),
    "yaml of a command": (
        fence("yaml", "a: !Ref 1", "shows=\"echo 'a: !Ref 1'\""),
        fence("yaml", "a: !Ref 1", "shows=\"echo 'a: !Sub 1'\""),
    ),
    "yaml, a sentence": (
        fence("yaml", "# (1)!") + fence("bash", "true") + fence("yaml", "a: 1"),
        fence("yaml", "FROM scratch\nkey = value"),
    ),
    "yaml, keys that are data": (
        fence("yaml", "? [a]\n: 1\n? [b]\n: &c [*c]"),
        fence("yaml", "? [a]\n: 1\n? - a\n: 1"),
    ),
    "toml": (
        fence("bash", "echo '# done'") + fence("toml", "[a]\nb = 1 # (1)!"),
        fence("toml", "a = 1\na = 2"),
    ),
    "toml, output": (
        fence("bash", "echo 'a = 2026-01-01'") + fence("toml", "a = 2026-01-01"),
        fence("bash", "echo 'a = 2026-01-01'") + fence("toml", "a = 2026-01-02"),
    ),
    "ini": (
        fence("ini", "root = true\n; a comment\n[a b]\n\tc: d ; (1)!\ne = %x"),
        fence("ini", "[a]\nThis is a sentence."),
    ),
    "ini, a key": (fence("cfg", "[a]\nb=1\n[c]\nb=1"), fence("cfg", "[a]\nb=1\nb=2")),
    "dotenv": (
        fence("dotenv", "# one\nexport A=1\nB=\"a\nb\" # two\nC='x'\nD=\nE=it's a b # c"),
        fence("dotenv", 'A="1'),
    ),
    "dotenv, a name": (fence("env", "A=1\nB=1"), fence("env", "A=1\nA=2")),
    "diff": (
        fence("text", "a\nb\nc", 'title="list.txt"')
        + fence("diff", PATCH)
        + fence("diff", PATCH)
        + fence("bash", "grep x list.txt"),
        fence("text", "a\nc\nb", 'title="list.txt"') + fence("diff", PATCH),
    ),
    "diff, its lines": (
        fence("diff", PATCH)
        + fence("diff", "- a\n+ b", 'title="app.py"')
        + fence("bash", "test ! -e app.py"),
        fence("diff", PATCH.replace("-1,3", "-1,4")),
    ),
    "diff, a new file": (
        fence("diff", CREATION)
        + fence("bash", 'test "$(cat in/new.txt)" = "$(printf "a\\nb")"')
        + fence("diff", CREATION),
        fence("text", "a", 'title="in/new.txt"') + fence("diff", CREATION),
    ),
    "diff, a file that is removed": (
        fence("text", "a", 'title="list.txt"')
        + fence("diff", REMOVAL)
        + fence("bash", "test ! -e list.txt"),
        fence("text", "a\nb", 'title="list.txt"') + fence("diff", REMOVAL),
    ),
    "diff, a line too many": (
        fence("diff", f"{PATCH}\n--- a/two.txt\n+++ b/two.txt\n@@ -1 +1 @@\n-a\n+b\n-- "),
        fence("diff", f"{PATCH}\n d"),
    ),
    "diff, lines of one side": (
        fence("diff", PATCH.replace("1,3 @@", "1,3 @@ part")),
        fence("diff", PATCH.replace("-1,3 +1,3", "-1,2 +1,4")),
    ),
    "diff, no change": (fence("diff", "  a\n+ b # (1)!"), fence("diff", "a\nb")),
    "diff, output": (
        fence("bash", f"cat << 'END'\n{PATCH}\nEND") + fence("diff", PATCH),
        fence("bash", f"cat << 'END'\n{PATCH}\nEND") + fence("diff", PATCH.replace("x", "y")),
    ),
    "bash": (fence("bash", "true\ntest -d ."), fence("bash", "false\ntest -d .")),
    "bash, a pipe": (fence("bash", "cat /dev/null | cat"), fence("bash", "false | cat")),
    "bash, one terminal": (
        fence("bash", "mkdir in; cd in; n=1") + fence("sh", 'test "$n" = 1; test -d ../in'),
        fence("bash", "mkdir in; cd in; n=1") + fence("sh", 'test "$n" = 2'),
    ),
    "bash, a name that is not set": (
        fence("bash", 'if [ "$DEBUG" = 1 ]; then false; fi; echo "$1"'),
        fence("bash", 'set -u; echo "$n"'),
    ),
    "bash, in a command": (
        fence("bash", 'export n="$(echo 1)"\nyes | head -n 1'),
        fence("bash", 'export n="$(no-such-command)"'),
    ),
    "bash, an end that is missing": (
        fence("bash", "cat > a << END\n1\nEND\ntrue"),
        fence("bash", "cat > a << END\n1\n END\ntrue"),
    ),
    "bash, a job that fails later": (
        fence("bash", "{ sleep 0.4; true; } &") + fence("json", "{}") + fence("bash", "wait"),
        fence("bash", "{ sleep 0.4; false; } &") + fence("bash", "sleep 0.5"),
    ),
    "python, of the terminal": (
        fence("bash", "export n=1; mkdir in; cd in; PATH=/nowhere")
        + fence(
            "python", 'import os\n\nassert os.environ["n"] == "1"\nassert os.getcwd()[-2:] == "in"'
        ),
        fence("bash", "export n=1")
        + fence("bash", "unset n")
        + fence("python", 'import os\n\nos.environ["n"]'),
    ),
    "python, its result": (
        fence("python", "import os\nimport sys\n\nos.write(1, b'end')\nsys.stdout.close()"),
        fence(
            "python",
            "import contextlib\nimport os\n\nfor file in range(3, 256):\n"
            "    with contextlib.suppress(OSError):\n"
            "        os.write(file, b'end\\0{\"prints\": []}\\0')\nos._exit(0)",
        ),
    ),
    "bash, text": (
        fence("bash", "echo {{ city }}; echo more") + fence("text", "{{ city }}\n..."),
        fence("bash", "echo {{ city }}") + fence("text", "Bonn"),
    ),
    "console": (
        fence("console", "$ echo {{ city }}\n{{ city }}\n$ true\n$ echo a \\\n> b\na b"),
        fence("console", "$ echo Basel\nBasle"),
    ),
    "console, no output": (fence("console", "$ echo x"), fence("console", "$ false")),
    "console, no prompt": (fence("console", "$ true"), fence("console", "true")),
    "console, another prompt": (
        fence("console", "# As the user:\n\n(venv) $ true"),
        fence("console", "ada@host:~$ true\n$ true"),
    ),
    "console, output like a comment": (
        fence("console", "$ printf '# Title\\n%% 5\\n'\n# Title\n% 5"),
        fence("console", "$ printf '# echo staging\\n'\n# echo production"),
    ),
    "console, a comment after a command": (
        fence("console", "# Look:\n$ true\n# Look again:\n\n$ true\n# The end."),
        fence("console", "$ echo '# a'\n# Look again:\n$ true"),
    ),
    "console, output like a second line": (
        fence("console", "$ printf '> touch quoted\\n'\n> touch quoted\n$ test ! -e quoted"),
        fence("console", "$ printf '> echo a\\n'\n> echo b"),
    ),
    "console, more lines": (
        fence(
            "console",
            "$ cat << END\n> a\n> END\na\n$ echo 'a\n> b'\na\nb\n$ cat << END\na\nEND\na",
        ),
        fence("console", "$ cat << END\n> a\n$ true"),
    ),
    "console, errors": (
        fence("console", "$ echo wrong >&2\nwrong"),
        fence("console", "$ echo wrong >&2\nright"),
    ),
    "json": (fence("json", '{"a": [1]}'), fence("json", '{"a": [1,]}')),
    "json, a key": (fence("json", '{"a": 1, "b": 2}'), fence("json", '{"a": 1, "a": 2}')),
    "yaml": (fence("yaml", "a: !Ref b"), fence("yaml", "a: [b")),
    "yaml, a key": (fence("yml", "a: 1\nb: 1"), fence("yml", "a: 1\na: 1")),
    "javascript": (
        fence("js", "if (1 + 1 !== 2) throw new Error();"),
        fence("js", "if (1 + 1 === 2) throw new Error();"),
    ),
    "javascript, the end": (
        fence("js", "export const a = 1; // the last"),
        fence("js", "process.exit(0);\nthrow new Error();"),
    ),
    "javascript, a code": (
        fence("bash", "n=1")
        + fence("js", "process.exit(2);", 'exits="2"')
        + fence("bash", "test $n = 1"),
        fence("js", "throw new Error();", 'exits="2"'),
    ),
    "javascript, its end": (
        fence("js", f'{FILES}fs.existsSync("../scratch/" + file);'),
        fence("js", f'{FILES}fs.writeFileSync("../scratch/" + file, "0");\nprocess.exit(0);\n0;'),
    ),
    "javascript, syntax": (fence("js", "const a = 1;"), fence("js", "const a = ;")),
    "javascript, text": (
        fence("js", "console.log(1 + 1);") + fence("text", "2"),
        fence("js", "console.log(1 + 1);") + fence("text", "3"),
    ),
    "javascript, a file": (
        fence("js", "export const a = 1;", 'title="one.mjs"')
        + fence("js", 'import { a } from "./one.mjs";\nif (a !== 1) throw a;'),
        fence("js", "export const a = 0;", 'title="one.mjs"')
        + fence("js", 'import { a } from "./one.mjs";\nif (a !== 1) throw a;'),
    ),
    "text of a command": (
        fence("text", "{{ city }}", "shows='echo {{ city }}'"),
        fence("text", "Bonn", """title="a.txt" shows='echo {{ city }}'"""),
    ),
    "text of nothing": (fence("bash", "echo x") + fence("text", "x"), fence("text", "x")),
    "a value that was printed": (
        fence("bash", 'echo \'{"id": "r7"}\'', 'sets="rack=id"')
        + fence(
            "console", "$ echo {{ rack }} {{ rack_url }}\nr7 https://r7.example/{{ city }}"
        ).replace("r7 https://r7", "{{ rack }} https://{{ rack }}")
        + fence("bash", 'test "{{ rack }}" = "r$((3 + 4))"'),
        fence("bash", 'echo \'{"id": "r7"}\'', 'sets="rack=id"')
        + fence("bash", 'test "{{ rack }}" = r0'),
    ),
    "a value that does not fit": (
        fence("bash", "echo rack: r8", 'sets="rack"'),
        fence("bash", "echo rack: R-8", 'sets="rack"'),
    ),
    "a value that was not printed": (
        fence("bash", "echo rack: r8", 'sets="rack"'),
        fence("bash", "echo no", 'sets="rack"'),
    ),
    "a language": (fence("bash", "true"), fence("bsh", "true")),
    "text that is a file": (
        fence("text", "one", 'title="list.txt"') + fence("bash", "grep -q one list.txt"),
        fence("text", "one", 'title="A list."') + fence("bash", "true"),
    ),
    "no language": (fence("bash", "true"), "```\ntrue\n```\n"),
    "a fence": (fence("bash", "true"), "{{ '```bash foo=bar\\ntrue\\n```' | trim }}\n"),
    "indented": ("Text.\n", "Text:\n\n    true\n"),
    "a tab without a route": (
        '=== "One"\n\n    ```bash\n    true\n    ```\n\n=== "Two"\n\n    Text.\n',
        '=== "One"\n\n    ```bash\n    true\n    ```\n\n=== "Two"\n\n    ```text\n    x\n    ```\n',
    ),
    "an exemption": (
        fence("bash", "false", 'exempt="needs a real inbox"'),
        fence("bash", "false", 'data-other="needs a real inbox"'),
    ),
    "a plain exemption": (
        '```bash exempt="needs a real inbox"\nfalse\n```\n',
        "```bash\nfalse\n```\n",
    ),
    "the network": (
        fence("python", "import socket\n\nassert socket"),
        fence("python", "import socket\n\nsocket.create_connection(('192.0.2.1', 80), 1)"),
    ),
    "a list in a substitution beside a quote": (
        fence("bash", "echo \"$(cd / && pwd)\" 'done'"),
        fence("bash", "echo \"$(cd no-such && pwd)\" 'done'"),
    ),
    "a list in single quotes, which is no substitution": (
        fence("bash", "echo '$(false && true)'") + fence("text", "$(false && true)"),
        fence("bash", "echo \"$(false && true)\" ''"),
    ),
    "the network, from a terminal": (
        fence("bash", "python3 -c 'import socket; socket.socket()'"),
        fence("bash", "python3 -c 'import socket; socket.getaddrinfo(\"example.com\", 80)'"),
    ),
    "the network, from node": (
        fence("js", f'{NET}net.connect(9, "127.0.0.1").on("error", () => {{}}).unref();'),
        fence("js", f'{NET}net.connect(9, "192.0.2.1").on("error", () => {{}}).unref();'),
    ),
    "the network, a server in node": (
        fence("js", f'{NET}net.createServer().listen(0, "0.0.0.0").unref();'),
        fence("js", 'import dns from "node:dns";\ndns.resolve4("example.com", () => {});'),
    ),
    "the network, by fetch": (
        fence("js", f'await fetch("http://127.0.0.1:4/").catch({REFUSAL_HANDLER});'),
        fence("js", f'await fetch("http://192.0.2.1:4/").catch({REFUSAL_HANDLER});'),
    ),
    "credentials": (
        fence("bash", 'test -z "${CANARY:-}"')
        + fence("python", "import os\n\nassert 'CANARY' not in os.environ"),
        fence("bash", 'test -n "${CANARY:-}"'),
    ),
    "toml, among other lines": (
        fence("bash", f"{TOML}>&2") + fence("toml", "[a]\nb = 1\n\nc = '1 ... 3' # (1)!"),
        fence("bash", TOML) + fence("toml", "[a]\nb = 2"),
    ),
}


def more_twins() -> dict[str, tuple[str, str]]:
    """Return the twins of a file: `%%` and a name, the page, `%%`, its bad twin."""
    text = Path(__file__).with_name("twins.txt").read_text(encoding="utf-8")
    twins = re.findall(r"^%% (.+)\n([\s\S]*?)^%%\n([\s\S]*?)(?=^%% |\Z)", text, re.MULTILINE)
    return {name: (good, bad) for name, good, bad in twins}


@pytest.mark.parametrize("value_set", ["default", "other"])
def test_correct_pages_pass_and_their_copies_with_an_error_fail(
    value_set: str, is_full: bool, tmp_path: Path
) -> None:
    twins = {
        name: pages
        for number, (name, pages) in enumerate(TWINS.items())
        if value_set == "default" or any("{{" in page for page in pages)
        if is_full or number % 4 == 1
    }
    tell_apart(twins, value_set, tmp_path)


@pytest.mark.only_full
def test_more_twins_are_told_apart(tmp_path: Path) -> None:
    tell_apart(more_twins(), "default", tmp_path)


@pytest.mark.only_full
def test_both_generators_give_the_twins_the_same_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SHARED, str(tmp_path))
    twins = {**TWINS, **more_twins()}.values()
    pages = {
        f"{number}-{side}.md": page
        for number, pair in enumerate(twins)
        for side, page in enumerate(pair)
    }
    built_pages = []
    for generator in sites.GENERATORS:
        write(tmp_path / generator, pages, ini=f"runbook_generator = {generator}")
        site = Site(tmp_path / generator / "mkdocs.yml", generator)
        built_pages.append(Build(site).pages("default"))
    assert built_pages[0].keys() == {"index.md", *pages}
    assert built_pages[0] == built_pages[1]


def test_the_page_says_how_many_there_are() -> None:
    page = (sites.PROJECT / "docs" / "plugin" / "verification.md").read_text()
    forms = len(fences.FENCES) + len(fences.NO_FENCES)
    pages = f"{len(TWINS) + len(more_twins())} correct pages and on a copy of each with one error"
    assert f"{pages}, and with {forms} ways to write a fence" in " ".join(page.split())


def tell_apart(twins: Mapping[str, tuple[str, str]], value_set: str, tmp_path: Path) -> None:
    pages = {}
    for number, (good, bad) in enumerate(twins.values()):
        pages[f"good-{number}.md"] = f"# Good\n\n{good}"
        pages[f"bad-{number}.md"] = f"# Bad\n\n{bad}"
    write(tmp_path, pages)
    result = verify(tmp_path, "-v", "--runbook-values", value_set, more={"CANARY": "secret"})
    outcome_by_test = outcomes(result.stdout)
    wrong = []
    for number, name in enumerate(twins):
        well = [
            o for test, o in outcome_by_test.items() if test.startswith(f"docs/good-{number}.md")
        ]
        ill = [o for test, o in outcome_by_test.items() if test.startswith(f"docs/bad-{number}.md")]
        if set(well) - {"PASSED"} or (
            not well and name not in ("indented",) and "exempt" not in name
        ):
            wrong.append(f"{name}: {well}")
        if "FAILED" not in ill:
            wrong.append(f"{name}, the bad twin: {ill}")
    assert not wrong, result.stdout
    assert "secret" not in result.stdout


PROMPTS = ("#", "%", "root@host:~#", ">")


def test_only_what_follows_a_dollar_is_run(tmp_path: Path) -> None:
    file = tmp_path / "made"
    pages = {}
    for number, prompt in enumerate(PROMPTS):
        line = f"{prompt} touch {file}"
        texts = (line, f"{line}\n$ true", f"$ true\n{line}\n$ true")
        pages[f"{number}.md"] = "".join(fence("console", text) for text in texts)
    write(tmp_path, pages)
    result = verify(tmp_path, "--runbook-values", "default")
    assert not file.exists()
    outcome_by_test = outcomes(result.stdout)
    for number, prompt in enumerate(PROMPTS):
        here = [outcome for test, outcome in outcome_by_test.items() if f"docs/{number}.md" in test]
        comments = 2 if prompt == "#" else 0  # before and after a command that prints nothing
        assert sorted(here) == ["FAILED"] * (3 - comments) + ["PASSED"] * comments
        pattern = rf"^docs/{number}.md:1: the console block has no `\$ ` prompt; begin each command"
        assert re.search(pattern, result.stdout, re.MULTILINE)


@pytest.mark.one_generator
@pytest.mark.parametrize("code", [fences.PASSES, fences.RAISES], ids=["good", "bad"])
@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_every_form_of_a_fence_is_judged(generator: str, code: str, tmp_path: Path) -> None:
    names = fences.write(tmp_path, code, DECLARATION)
    (tmp_path / "conftest.py").write_text("")
    ini = f"[pytest]\nrunbook_generator = {generator}\nrunbook_lint = false\n"
    (tmp_path / "pytest.ini").write_text(ini)
    result = verify(tmp_path, "--runbook-values", "default", "-v")
    outcome_by_test = outcomes(result.stdout)
    wrong = {}
    for name, page in names.items():
        here = {
            test.rpartition("::")[2]: outcome
            for test, outcome in outcome_by_test.items()
            if test.startswith(f"docs/{page}.md::")
        }
        if name in fences.NO_FENCES:  # a fence around it may fail, for want of a verifier
            is_right = not re.search(
                rf"^docs/{page}\.md:.*SystemError", result.stdout, re.MULTILINE
            )
        else:
            place = "block" if name in fences.ELSEWHERE else f"line-{fences.line_of(name)}["
            judged = {outcome for test, outcome in here.items() if test.startswith(place)}
            is_good = code == fences.PASSES and name not in fences.WITHOUT_LANGUAGE
            is_right = judged == {"PASSED" if is_good else "FAILED"}
        if not is_right:
            wrong[name] = here
    assert not wrong, wrong


ASSERTIONS = {
    "found = [1]\nassert len(found) == 2": "assert 1 == 2",
    "assert {'a': 1} == {'a': 2}": "assert {'a': 1} == {'a': 2}",
    "assert 1 > 2, 'too small'": "AssertionError: too small",
    "it = iter([1, 2])\nassert next(it) == 5": "assert 1 == 5",
    "assert 1 == 1\nassert not len('a')": "AssertionError\n",  # not the one before
    "def f(x):\n    assert x == 1\n\n\nf(2)": "assert 2 == 1",
}
# By a block that fails: what its report says.
SAYS = {
    **{fence("python", code): message for code, message in ASSERTIONS.items()},
    fence("bash", 'echo one\nif true; then\n  test "$HOME" = b\nfi\necho two'): (
        'a command ended with code 1, at `test "$HOME" = b`'
    ),
    fence("bash", 'set -u; echo "$MISSING"'): "    bash: MISSING: unbound variable",
    '```bash script="run.sh"\n```\n': (
        "an excerpt of run.sh, but only Python scripts can be traced; exempt"
    ),
}


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_failure_says_all_that_its_author_needs(generator: str, tmp_path: Path) -> None:
    page = (
        "# Page\n\n"
        + fence("bash", "echo a")
        + fence("python", 'x = "{{ city }}"\n\nassert x == "B"')
        + fence("python", "print('\\d')\n#> \\d")  # pytest's warnings are not the block's
        + fence("bash", "echo 'echo \"usage: rack.sh [--fast]\"' > rack.sh")
        + '```{.text shows="sh rack.sh --help"}\nusage: rack.sh [--fast]\n```\n\n'
        + "Run `rack.sh --fast`, or\n`rack.sh` with `--fats`.\n"
    )
    says = {f"{number}.md": block for number, block in enumerate(SAYS)}
    tabs = "".join(f'=== "{label}"\n\n    ```sh\n    true\n    ```\n\n' for label in "AB")
    twice = fence("bash", "test 1 = 2") + tabs
    # the first failure of each route is another, and the message names the route's own folder
    after = tabs.replace("true", "false") + fence("bash", 'cat "$PWD/none"')
    ini = f"runbook_generator = {generator}\nrunbook_lint = false\nfilterwarnings = error"
    write(tmp_path, {"page.md": page, "twice.md": twice, "after.md": after, **says}, ini=ini)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "run.sh").write_text("true\n")
    result = verify(tmp_path, "--runbook-values", "other")
    assert result.returncode == 1
    assert outcomes(result.stdout) == {
        "docs/page.md::line-3[other]": "PASSED",
        "docs/page.md::line-7[other]": "FAILED",
        "docs/page.md::line-13[other]": "PASSED",
        "docs/page.md::line-18[other]": "PASSED",
        "docs/page.md::line-22[other]": "PASSED",
        "docs/page.md::line-27[option]": "FAILED",
        **{f"docs/{name}::line-1[other]": "FAILED" for name in says},
        **{f"docs/twice.md::line-1[{route}-other]": "FAILED" for route in "ab"},
        "docs/after.md::line-3[a-other]": "FAILED",
        "docs/after.md::line-9[b-other]": "FAILED",
        **{f"docs/after.md::line-13[{route}-other]": "FAILED" for route in "ab"},
        "docs/twice.md::line-7[a-other]": "PASSED",
        "docs/twice.md::line-13[b-other]": "PASSED",
    }
    assert result.stdout.count("at `test 1 = 2`") == 1
    assert result.stdout.count("reader/none: No such file") == 1
    for text in (
        "docs/after.md:13: fails in the same way as docs/after.md::line-13[a-other]\n",
        "docs/twice.md:1: fails in the same way as docs/twice.md::line-1[a-other]\n",
        'docs/page.md:7: line 3 of the block, `assert x == "B"`: AssertionError: assert ',
        "assert 'Bern' == 'B'",
        'command:\n    x = "Bern"\n',
        'run it again:\n    pytest "docs/page.md::line-7[other]"',
        "docs/page.md:27: the help of rack.sh has no option --fats (did you mean '--fast'?)",
    ):
        assert text in result.stdout
    for name, block in says.items():
        (report,) = re.findall(
            rf"^docs/{name}:1: (?:.*\n)*?run it again", result.stdout, re.MULTILINE
        )
        assert SAYS[block] in report
    assert "pytest_plugin.py" not in result.stdout
    assert "/scratch/" not in result.stdout
    if generator == "mkdocs":
        again = verify(tmp_path, "docs/page.md::line-7[other]")
        assert outcomes(again.stdout) == {"docs/page.md::line-7[other]": "FAILED"}
        assert "1 block run as setup" in again.stdout


BAD_WORLDS = {
    "raise RuntimeError('no server')": "RuntimeError: no server (conftest.py, line 8)",
    "yield {'PORT': 8080}": "PORT must be a string, got 8080",
    "yield {'A=B': '1'}": "'A=B' is not the name of an environment variable",
    "yield {'': '1'}": "'' is not the name of an environment variable",
    "yield {'A': chr(0)}": "A must be a string without NUL characters",
    "yield {'PATH': '/nowhere'}": "PATH has no bash in it: '/nowhere'",
    "yield": "it must yield a mapping of environment variables, got None",
}


def test_every_block_fails_if_the_world_fails(tmp_path: Path) -> None:
    worlds = "\n".join(
        f"        if walkthrough.page == 'docs/{number}.md': {world}"
        for number, world in enumerate(BAD_WORLDS)
    )
    conftest = f"""
import contextlib
import pytest
@pytest.fixture(scope="session")
def runbook_world():
    @contextlib.contextmanager
    def world(walkthrough):
{worlds}
    return world
"""
    pages = {f"{number}.md": fence("bash", "true") * 3 for number in range(len(BAD_WORLDS))}
    write(tmp_path, pages, conftest=conftest)
    result = verify(tmp_path, "--runbook-values", "default")
    assert [*outcomes(result.stdout).values()] == ["FAILED"] * 3 * len(BAD_WORLDS)
    for message in BAD_WORLDS.values():
        assert (
            result.stdout.count(f"cannot start the walkthrough: runbook_world failed: {message}")
            >= 3
        )
    assert "Traceback" not in result.stdout


BAD_HOOKS = """
import contextlib
import pytest
@pytest.fixture(scope="session")
def runbook_world():
    @contextlib.contextmanager
    def world(walkthrough):
        yield {}
        if walkthrough.page.endswith("bad.md"):
            raise RuntimeError("it is gone")
    return world
def pytest_runbook_end(walkthrough):
    if walkthrough.page.endswith("end.md"):
        open("/nowhere")
def pytest_runbook_tools():
    return ["docker"]
"""


def test_what_an_authors_hook_raises_is_one_line_with_its_place(tmp_path: Path) -> None:
    pages = {f"{name}.md": fence("bash", "true") for name in ("bad", "end", "fine")}
    write(tmp_path, pages, conftest=BAD_HOOKS)
    file = tmp_path / "mkdocs.yml"
    against = "  runbook:\n    verification: {against: a server}\n"
    file.write_text(file.read_text().replace("  runbook:\n", against))
    result = verify(tmp_path, "--runbook-values", "default")
    assert result.returncode == 1 and "Traceback" not in result.stdout + result.stderr
    for message in (
        "docs/end.md:1: pytest_runbook_end failed: FileNotFoundError: [Errno 2] No such file or "
        "directory: '/nowhere' (conftest.py, line 14); fix it in conftest.py",
        "docs/bad.md:1: runbook_world failed: RuntimeError: it is gone (conftest.py, line 10)",
        "pytest_runbook_tools failed: it must return a mapping of names to versions, got [",
    ):
        assert message in result.stdout, result.stdout
    results = outcomes(result.stdout)
    assert results["docs/fine.md::line-1[default]"] == "PASSED"
    assert (tmp_path / "docs" / "verification.json").is_file()


def test_a_configuration_in_utf_16_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": fence("bash", "true")})
    file = tmp_path / "mkdocs.yml"
    file.write_text(file.read_text(), encoding="utf-16")
    result = verify(tmp_path)
    assert result.returncode == 1
    assert "mkdocs.yml: the file is not UTF-8" in result.stdout + result.stderr


MISTAKES = {
    "a settings file": (["-o", "runbook_config=none.yml"], "there is no none.yml"),
    "a truth value": (
        ["-o", "runbook_lint=maybe"],
        "runbook_lint: invalid truth value 'maybe'; set",
    ),
    "a number": (["-o", "runbook_seconds=long"], "runbook_seconds: could not convert string to"),
    "a value set": (["--runbook-values", "othr"], "no value set 'othr'; choose from: default"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_whoever_runs_it_is_one_line(name: str, tmp_path: Path) -> None:
    arguments, message = MISTAKES[name]
    write(tmp_path, {"page.md": fence("bash", "true")})
    result = verify(tmp_path, *arguments)
    assert result.returncode == 4, result.stdout + result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.stdout + result.stderr
    assert "INTERNALERROR" not in result.stdout + result.stderr


def session(folder: Path, **settings: Any) -> Session:
    return Session(Site(folder / "mkdocs.yml"), Settings(**settings), lambda _: None)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"each": "rack"}, "'rack' is not a parameter with options"),
        ({"each": "flor"}, "'flor' is not a parameter with options"),
        (
            {"each": "floor", "condition": "level=9"},
            "has the property level=9; its properties are: level",
        ),
        ({"is_full": True}, "--runbook-full requires --runbook-each PARAMETER"),
    ],
)
def test_options_that_there_are_not_are_refused(
    settings: dict[str, Any], message: str, tmp_path: Path
) -> None:
    write(tmp_path, {})
    with pytest.raises(Problem, match=re.escape(message)):
        session(tmp_path, **settings)


def test_no_option_takes_the_place_of_another(tmp_path: Path) -> None:
    write(tmp_path, {})
    config = tmp_path / "mkdocs.yml"
    options = "{ default: 東京, options: [東京, 大阪, 京都, a.b, a-b, a b, Other] }"
    text = re.sub(r"floor: \{.*\}", f"floor: {options}", config.read_text())
    config.write_text(text, encoding="utf-8")
    chosen = session(tmp_path, each="floor").options
    floors = [values.by_name["floor"] for values in chosen.values()]
    assert floors == ["東京", "大阪", "京都", "a.b", "a-b", "a b", "Other"]
    assert [*chosen] == [
        "floor",
        "floor-2",
        "floor-3",
        "a-b",
        "floor-a-b",
        "floor-a-b-2",
        "floor-other",
    ]


def test_options_are_chosen_by_a_property(tmp_path: Path) -> None:
    write(tmp_path, {})
    assert [*session(tmp_path, each="floor").options] == ["ground", "first"]
    assert [*session(tmp_path, each="floor", condition="level=1").options] == ["first"]


def test_pages_that_nothing_would_be_read_from_fail(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": fence("bash", "true")})
    config = (tmp_path / "mkdocs.yml").read_text()
    without = config.replace("  - mkdocs_macros_runbook\n  - attr_list", "  - attr_list")
    (tmp_path / "mkdocs.yml").write_text(without)
    result = verify(tmp_path, "docs/page.md", "--tb=no", "-rN")
    assert "\nfailed: no block can be read from the built site; add mkdocs_macros" in result.stdout
    assert result.returncode


@pytest.mark.one_generator
@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_module_that_is_not_there_is_named(generator: str, tmp_path: Path) -> None:
    write(tmp_path, {}, ini=f"runbook_generator = {generator}")
    config = (tmp_path / "mkdocs.yml").read_text()
    (tmp_path / "mkdocs.yml").write_text(
        config.replace("[mkdocs_macros_runbook]", "[mkdocs_runbook]")
    )
    result = verify(tmp_path)
    expected = (
        "there is no module 'mkdocs_runbook' (did you mean 'mkdocs_macros_runbook'?); correct"
    )
    assert re.search(
        rf"^mkdocs\.yml:\d+: {re.escape(expected)} its name", result.stdout, re.MULTILINE
    )
    assert "Traceback" not in result.stdout


def test_an_option_and_a_value_set_of_one_name_are_two(tmp_path: Path, is_full: bool) -> None:
    declaration = DECLARATION.replace("other: {", "first: { city: Bern }\n      other: {")
    write(tmp_path, {"page.md": fence("bash", "test {{ floor }}{{ city }} != groundBasel")})
    (tmp_path / "mkdocs.yml").write_text(declaration + CONFIG.format(theme="mkdocs"))
    workers = WORKERS if is_full else []
    start = command if is_full else warm_command
    every = ["--runbook-each", "floor", "--runbook-full", "--tb=no"]
    result = verify(tmp_path, *every, *workers, command=start)
    cause = "a command ended with code 1, at `test …`"
    assert f"\nfailed: 1 block, the first at docs/page.md:1: {cause}\n" in result.stdout
    assert outcomes(result.stdout) == {
        "docs/page.md::line-1[default]": "FAILED",
        "docs/page.md::line-1[first]": "PASSED",  # with which "other" shows the same
        "docs/page.md::line-1[floor-first]": "PASSED",
    }


PAGE_OF_ROUTES = """\
# Page

=== "One"

    ```bash
    echo {{ city }} > made
    ```

=== "Two"

    ```bash
    echo {{ city }} > made
    ```

=== "By hand"

    Write it.

Then:

```bash
test -e made
```

=== "Two"

    ```bash
    cp made copied
    ```

=== "Other"

    ```bash
    mv made copied
    ```
"""
ENDS = """
def pytest_runbook_end(walkthrough):
    return {file.name: file.read_text() for file in walkthrough.folder.iterdir()}
"""


def test_routes_are_walked_and_their_ends_compared(tmp_path: Path, is_full: bool) -> None:
    write(tmp_path, {"page.md": PAGE_OF_ROUTES}, conftest=ENDS)
    workers = WORKERS if is_full else []
    start = command if is_full else warm_command
    result = verify(tmp_path, "--runbook-values", "default", *workers, command=start)
    assert outcomes(result.stdout) == {
        **{f"docs/page.md::line-{line}[one-default]": "PASSED" for line in (5, 21, 27)},
        **{f"docs/page.md::line-{line}[two-default]": "PASSED" for line in (11, 21, 27)},
        **{f"docs/page.md::line-{line}[other-default]": "PASSED" for line in (5, 21, 33)},
        "docs/page.md::same-final-state[default]": "FAILED",
    }
    assert (
        "pytest_runbook_end returned different values after One and Other; correct the"
        in result.stdout
    )
    assert "the routes One and Two end" not in result.stdout
    assert "as setup" not in result.stdout
    alone = verify(tmp_path, "docs/page.md::line-27[two-default]")
    assert alone.returncode == 0
    assert "2 blocks run as setup" in alone.stdout


PAGE_OF_NEEDS = """\
# Page

=== "One"

    ```bash
    echo a > made
    ```

=== "Two"

    ```bash needs="no-such-tool"
    no-such-tool > made
    ```

```bash
cat made
```

=== "One"

    ```bash
    cat made
    ```

=== "Two"

    ```bash
    rm made
    ```
"""


@pytest.mark.only_full
def test_a_route_ends_where_it_cannot_go_on_here(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": PAGE_OF_NEEDS}, conftest=ENDS)
    result = verify(tmp_path, "--runbook-values", "default")
    assert result.returncode == 0
    verified = [f"docs/page.md::line-{line}[one-default]" for line in (5, 15, 21)]
    state = "docs/page.md::same-final-state[default]"
    assert outcomes(result.stdout) == dict.fromkeys([*verified, state], "PASSED")
    reason = "the block needs no-such-tool, which is not installed here"
    skipped = f"skipped: docs/page.md:27: the earlier block docs/page.md:11 was skipped: {reason}"
    assert skipped in reported(result.stdout)


def reported(printed: str) -> list[str]:
    """Return the report on blocks, without what it says of a machine that allows no namespaces."""
    lines = printed.partition("= blocks =")[2].splitlines()[1:]
    return [line for line in lines if line and not line.startswith(("=", "blocks ran without "))]


def test_the_report_has_a_line_for_each_language_without_a_verifier(tmp_path: Path) -> None:
    page = fence("hcl", "a") * 3 + fence("bash", "true", 'needs="no-such-tool"')
    pages = {
        "page.md": page + fence("bash", "true"),
        "other.md": "```\nx\n```\n"
        + fence("hcl", "b", 'title="x.tf"')
        + fence("bash", "grep b x.tf"),
        "api/one.md": fence("bash", "false") + "<pre>x</pre>\n",
        "api/two.md": fence("sql", "x"),
        "same.md": fence("bash", "test {{ floor }} = ground"),  # with both value sets
        "out.md": "{{ city }}\n\n"
        + fence("bash", "x", 'exempt="needs  a {{ city }} \x1b[1minbox"'),
    }
    write(tmp_path, pages)
    exempt = '\n    exempt:\n      api/: "made from\\e[1m docstrings"\n    value_sets:'
    (tmp_path / "mkdocs.yml").write_text(
        (tmp_path / "mkdocs.yml").read_text().replace("\n    value_sets:", exempt)
    )
    result = verify(tmp_path)
    assert result.returncode == 1 and "\x1b" not in result.stdout
    verified = (
        "docs/page.md::line-17[default]",
        "docs/other.md::line-8[default]",
        "docs/same.md::line-1[default]",
    )
    assert outcomes(result.stdout) == dict.fromkeys(verified, "PASSED")
    report = reported(result.stdout.partition("= short test summary")[0])
    fix = (
        "if the code is in another language, correct the fence; otherwise write"
        " exempt=\"the reason\" on it, or add a function with @verifies('hcl') to conftest.py"
    )
    assert report == [
        "3 blocks verified in 3 walkthroughs, 4 exempt, 1 skipped, 5 without a verifier",
        r"exempt: docs/out.md:3: needs a Basel \x1b[1minbox",
        r"exempt: api/ (3 blocks): made from\x1b[1m docstrings",
        "skipped: docs/page.md:13: the block needs no-such-tool, which is not installed here",
        f"4 blocks, the first at docs/other.md:4: there is no verifier for 'hcl'; {fix}",
        "1 block, the first at docs/other.md:1: the block has no language;"
        " name its language on the fence, or exempt it",
        NO_FORM_LINE,
    ]
    assert "FAILURES" not in result.stdout
    alone = verify(tmp_path, "docs/page.md::line-17[default]")
    assert alone.returncode == 0, alone.stdout


# Pages of the shapes that other projects have, before their maintainer has changed one.
SHAPES = {
    # a client library: sessions that go on from block to block, and commands with a prompt
    "quickstart.md": fence("pycon", ">>> import json as j\n>>> j.dumps([1])\n'[1]'")
    + fence("pycon", ">>> j.loads('[]')\n[]") * 6
    + fence("shell", "$ pip install client") * 3
    + fence("python", "import no_such_framework\n\napp = no_such_framework.App()") * 2,
    # a tool: its command, its settings, and files for others
    "guides/projects.md": fence("console", "$ no-such-tool init app\nInitialized project `app`") * 4
    + fence("toml", '[project]\nname = "app"', 'title="pyproject.toml" hl_lines="2"')
    + fence("dockerfile", "FROM scratch\nCOPY app /app") * 3
    + fence("text", ".\n├── app\n└── pyproject.toml")
    + "```mermaid\ngraph TD\n```\n",
    # a framework: a program as a file, run below with its output
    "tutorial/first.md": fence("python", "print('Hello World')", 'title="main.py"')
    + fence("console", "$ python3 main.py\n\nHello World")
    + "<pre><code>main(name: str)</code></pre>\n\n<pre><code>other()</code></pre>\n",
    "reference/cli.md": "<pre><code>client [OPTIONS]</code></pre>\n" * 5,
}


def test_the_report_on_a_site_that_was_never_verified_is_one_screen(tmp_path: Path) -> None:
    write(tmp_path, SHAPES, ini="runbook_lint = false")
    exempt = "\n    exempt:\n      reference/: made from docstrings\n      old/: no longer there\n"
    (tmp_path / "mkdocs.yml").write_text(
        (tmp_path / "mkdocs.yml")
        .read_text()
        .replace("\n    value_sets:", f"{exempt}    value_sets:")
    )
    result = verify(tmp_path, "docs", "--runbook-values", "default", "--tb=no", "-rN")
    assert result.returncode == 1
    report = reported(result.stdout)
    missing = "there is no verifier for"
    language = "if the code is in another language, correct the fence; otherwise write"
    language += ' exempt="the reason" on it, or add a function with @verifies({!r}) to conftest.py'
    page = (
        "write the block as a fence of the page, with a language, or exempt its page in mkdocs.yml"
    )
    assert report == [
        "4 blocks verified in 3 walkthroughs, 5 exempt, 6 without a verifier",
        "exempt: reference/ (5 blocks): made from docstrings",
        f"3 blocks, the first at docs/guides/projects.md:26: {missing} 'dockerfile';"
        f" {language.format('dockerfile')}",
        "2 blocks, the first after docs/tutorial/first.md:5 (`main(name: str)`):"
        " indented text, HTML and what a plugin adds, such as docstrings, are not verified;"
        f" {page}",
        f"1 block, the first at docs/guides/projects.md:47: {missing} 'mermaid';"
        f" {language.format('mermaid')}",
        "failed: 6 blocks, the first at docs/quickstart.md:7:"
        " the statement raised NameError: name 'j' is not defined, which the page does not show",
        "failed: 4 blocks, the first at docs/guides/projects.md:1:"
        " a command ended with code 127, at `no-such-tool …`",
        "failed: 3 blocks, the first at docs/quickstart.md:37:"
        " the block begins with the prompt `$ `, which is not a command",
        "failed: 2 blocks, the first at docs/quickstart.md:49:"
        " ModuleNotFoundError: No module named 'no_such_framework'",
        "failed: 1 block, the first at docs/guides/projects.md:41:"
        " there is no output to compare with: no earlier block on this route printed any",
        "failed: 1 block, the first at mkdocs.yml:11:"
        " the site has no page for the exemption 'old/'",
        NO_FORM_LINE,
    ]


FLOORS = (
    fence("bash", "test {{ floor }} = ground")
    + fence("json", '{"{{ floor }}": 1, "first": 2}')
    + fence("json", '{"a": 1}')
    + fence("json", '{"{{ floor }}": 1}')
)


READ = {"line-5[first]": "FAILED", "line-13[first]": "PASSED"}
WALKED = {**READ, "line-1[first]": "FAILED", "line-9[first]": "PASSED"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        # what can be read is, where it differs
        (["-o", "runbook_each=floor"], READ),
        # all is walked, where anything differs
        (["--runbook-each", "floor", "--runbook-full"], WALKED),
        (["-o", "runbook_each=floor", "--runbook-each", "floor:level=0", "--runbook-full"], {}),
    ],
)
def test_options_are_verified_by_reading_or_in_full(
    arguments: list[str], expected: dict[str, str], tmp_path: Path
) -> None:
    write(tmp_path, {"page.md": FLOORS})
    result = verify(tmp_path, *arguments)
    by_default = {f"line-{line}[default]": "PASSED" for line in (1, 5, 9, 13)}
    assert outcomes(result.stdout) == {
        f"docs/page.md::{name}": outcome for name, outcome in {**by_default, **expected}.items()
    }


def test_what_is_only_read_needs_no_preparation(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": FLOORS})
    result = verify(tmp_path, "--runbook-each", "floor", "docs/page.md::line-13[first]")
    assert outcomes(result.stdout) == {"docs/page.md::line-13[first]": "PASSED"}
    assert "as setup" not in result.stdout


WAYS_TO_RUN = [
    "python3 show.py",
    "python3 ./show.py",
    "./show.py",
    "cd in && python3 -u ../show.py && cd ..",
    "python3 in/../show.py",
    "env python3 -W ignore show.py",
    "python3 -m show",
    "cp show.py in && cd in && python3 show.py",
]


def test_an_excerpt_is_verified_however_its_script_is_run(tmp_path: Path) -> None:
    script = (
        "#!/usr/bin/env python3\nimport threading\n\n\n# --8<-- [start:part]\ndef show():\n"
        "    print(1)\n\n\n# --8<-- [end:part]\nthreading.Thread(target=show).start()\n"
    )
    shows = '```python script="show.py#part"\n```\n'
    pages = {f"{n}.md": fence("bash", way) + shows for n, way in enumerate(WAYS_TO_RUN)}
    pages["bad.md"] = fence("bash", "true") + shows
    pages["old.md"] = fence("bash", "sed -i s/1/2/ show.py && ./show.py") + shows
    write(tmp_path, pages, conftest=SHOW_WORLD, ini="runbook_lint = false")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "show.py").write_text(script)
    (tmp_path / "scripts" / "show.py").chmod(0o755)
    result = verify(tmp_path, "--runbook-values", "default")
    outcome_by_test = outcomes(result.stdout)
    assert [outcome_by_test[f"docs/{page}::line-5[default]"] for page in pages] == [
        *["PASSED" for _ in WAYS_TO_RUN],
        "FAILED",
        "FAILED",
    ], result.stdout
    assert (
        "docs/bad.md:5: the block is an excerpt of show.py, which no block before it ran"
        in result.stdout
    )
    assert "docs/old.md:5: the block differs from the excerpt of show.py that ran" in result.stdout


SHOW_WORLD = """
import contextlib, shutil
import pytest

@pytest.fixture(scope="session")
def runbook_world():
    @contextlib.contextmanager
    def world(walkthrough):
        shutil.copy("scripts/show.py", walkthrough.folder)
        (walkthrough.folder / "in").mkdir()
        yield {}
    return world
"""


def test_an_author_adds_a_language_and_a_world(tmp_path: Path) -> None:
    conftest = """
import contextlib, tomllib
import pytest
from mkdocs_macros_runbook import verifies

@verifies("toml", "JS", "yml")
def toml(block, walkthrough):
    tomllib.loads(block.text)

@pytest.fixture(scope="session")
def runbook_world(tmp_path_factory):
    @contextlib.contextmanager
    def world(walkthrough):
        (walkthrough.folder / "given").write_text("x")
        (walkthrough.folder / "own").mkdir()
        (walkthrough.folder / "own" / "given_module.py").touch()
        yield {"GIVEN": walkthrough.value_set, "PYTHONPATH": str(walkthrough.folder / "own")}
        print("closed", walkthrough.page)
    return world
"""
    page = fence("toml", "a = 1") + fence("bash", 'test "$GIVEN" = default; test -e given')
    page += fence("python", "import given_module\n\nprint(given_module.__name__)")
    own = {f"{name}.md": fence(name, "a =") for name in ("js", "yaml")}
    write(tmp_path, {"page.md": page, "bad.md": fence("toml", "a ="), **own}, conftest=conftest)
    result = verify(tmp_path, "--runbook-values", "default", "-s")
    assert outcomes(result.stdout) == {
        "docs/page.md::line-1[default]": "PASSED",
        "docs/page.md::line-5[default]": "PASSED",
        "docs/page.md::line-9[default]": "PASSED",
        **{f"docs/{name}.md::line-1[default]": "FAILED" for name in ("bad", "js", "yaml")},
    }
    for name in ("bad", "js", "yaml"):
        assert f"docs/{name}.md:1: TOMLDecodeError: " in result.stdout
    assert result.stdout.count("closed docs/") == 4


@pytest.mark.parametrize("generator", sites.GENERATORS)
def test_a_site_that_cannot_be_built_says_why(generator: str, tmp_path: Path) -> None:
    ini = f"runbook_generator = {generator}"
    write(tmp_path, {"page.md": "{{ cty }}\n", "other.md": "# Other\n"}, ini=ini)
    result = verify(tmp_path)
    assert result.returncode == 1
    assert result.stdout.count("docs/page.md:1: 'cty' is unknown (did you mean 'city'?)") == 1
    assert "Traceback" not in result.stdout


def test_a_site_without_the_plugin_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": fence("bash", "false")})
    (tmp_path / "mkdocs.yml").write_text("site_name: Other\n")
    result = verify(tmp_path)
    assert result.returncode == 5  # no tests


def test_a_site_without_a_block_is_told_so(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": "# Page\n"})
    result = verify(tmp_path)
    assert result.returncode == 5  # no tests
    expected = "docs: no page of the site has a block of code, so there is nothing to verify; write"
    assert f"\n{expected} what readers run or save as a fence" in result.stdout


def test_updating_changes_output_without_values_and_tells_the_rest(tmp_path: Path) -> None:
    page = (
        "# Page\n\n- one\n\n    ```python\n    print(1)\n    #> 2\n    print({{ rack }} + 1)\n"
        "    #> {{ rack }}\n    ```\n\n```python\nprint(3)\n#> 4\n\nprint(5)\n#> 6\n#> 7\n```\n"
        '\n```python\nprint("{{ city }}!")\n#> Bonn!\n```\n'
    )
    tabs = "".join(f'=== "{name}"\n\n    ```bash\n    true\n    ```\n\n' for name in "AB")
    routes = "```python\nprint(8)\n#> 9\nprint(9)\n#> 0\n#> 1\n```\n\nText\n\n"
    page = page.replace("print({{ rack }} + 1)", 'print("{{ rack }}")')
    write(tmp_path, {"page.md": page, "routes.md": f"# Page\n\n{routes}{tabs}"})
    update = ["-p", "pytest_examples", "--update-examples", "--runbook-values", "default"]
    result = verify(tmp_path, *update)
    text = (tmp_path / "docs" / "page.md").read_text(encoding="utf-8")
    assert "    print(1)\n    #> 1\n" in text
    assert "    #> {{ rack }}\n" in text
    assert "print(3)\n#> 3\n\nprint(5)\n#> 5\n```\n" in text
    assert "#> Bonn!\n" in text
    expected = routes.replace("#> 9", "#> 8").replace("#> 0\n#> 1", "#> 9")
    text = (tmp_path / "docs" / "routes.md").read_text(encoding="utf-8")
    assert text == f"# Page\n\n{expected}{tabs}"
    assert "+#> Basel!" in result.stdout
    assert len([o for o in outcomes(result.stdout).values() if o == "FAILED"]) == 1
    assert re.findall(r"^updated: (.*)$", result.stdout, re.MULTILINE) == [
        "docs/page.md:12",
        "docs/page.md:5",
        "docs/routes.md:3",
    ]


def test_updating_changes_nothing_but_output(tmp_path: Path) -> None:
    """Neither the ends of lines, nor the program, nor what Jinja would read."""
    page = (
        '# Page\n\n```python\nprint(\n    {\n        "a": 1,\n    }\n)\n#> 4\nprint()\n#> x\n'
        "```\n\n"
        '```python\nprint("{" + "# x")\n#> y\n```\n'
    )
    write(tmp_path, {"page.md": ""})
    file = tmp_path / "docs" / "page.md"
    file.write_bytes(page.replace("\n", "\r\n").encode())
    result = verify(tmp_path, "-p", "pytest_examples", "--update-examples")
    expected = page.replace("#> 4\n", "#> {'a': 1}\n").replace("#> x\n", "#>\n")
    assert file.read_bytes().decode() == expected.replace("\n", "\r\n")
    assert [*outcomes(result.stdout).values()].count("FAILED") == 1
    assert (
        "correct the block: --update-examples changes and writes no signs of Jin" in result.stdout
    )
    assert list(outcomes(verify(tmp_path).stdout).values()).count("FAILED") == 1


MODES = "".join(
    f'=== "{mode}"\n\n' + textwrap.indent(fence("bash", f"export MODE={mode}"), "    ")
    for mode in "ab"
)
MODE = 'import os\n\nprint(os.environ["MODE"])\n#> '
ANYWHERE = "writes only what the block prints wherever it runs"
#: pages that are not updated, each with what the test that fails says
NOT_UPDATED = {
    MODES + fence("python", f"{MODE}b"): ANYWHERE,
    MODES + fence("python", f"{MODE}a"): ANYWHERE,
    MODES + fence("python", f"{MODE}c"): ANYWHERE,
    "{% for one in (1, 2) %}\n"
    + fence("python", "print({{ one }} + 1)\n#> 3")
    + "{% endfor %}\n": ANYWHERE,
    fence("bash", "echo rack: r8", 'sets="rack"')
    + fence("python", 'print("on {{ rack }}")\n#> on r0'): "writes neither values",
    fence("python", "import os\n\nprint(os.getcwd())\n#> /home/ada"): (
        "writes neither values nor the reader's folder"
    ),
    fence("python", 'print("Took 3 s, 4 items")\n#> Took ... s, 5 items'): (
        "changes no line with `...`"
    ),
    fence("python", "print(1)\n#> 2 # (1)!"): "changes no line with a code annotation",
    fence("python", "print(1)\nprint(2)\n#> 2", 'hl_lines="2"'): "neither adds nor removes lines",
    fence("python", 'print("a\\nb")\n"""\na\nc\n"""'): "changes only lines `#> …`",
    fence("python", "{% for one in (1, 2) %}print(1)\n#> 2\n{% endfor %}x = 1"): (
        "changes only blocks whose lines are in the page"
    ),
}


def test_updating_says_why_it_leaves_a_page_as_it_is(tmp_path: Path) -> None:
    pages = {f"{number}.md": f"# Page\n\n{page}" for number, page in enumerate(NOT_UPDATED)}
    write(tmp_path, pages)
    result = verify(tmp_path, "-p", "pytest_examples", "--update-examples")
    failed = [test for test, one in outcomes(result.stdout).items() if one == "FAILED"]
    for number, reason in enumerate(NOT_UPDATED.values()):
        name = f"docs/{number}.md"
        assert (tmp_path / name).read_text(encoding="utf-8") == pages[f"{number}.md"], name
        assert len([test for test in failed if test.startswith(name)]) == 1, name
        pattern = rf"^{name}:\d+: .*; correct the block: --update-examples {re.escape(reason)}"
        assert re.search(pattern, result.stdout, re.MULTILINE), result.stdout
    assert "updated:" not in result.stdout


def test_updating_keeps_the_form_of_long_output_and_reports_blocks_that_fail(
    tmp_path: Path,
) -> None:
    old, new = "4\n\n", '{\n#>   "a": [\n#>     ""\n#>   ]\n#> }\n\n'
    dumps = 'import json\n\nprint(json.dumps({"a": [""]}, indent=2))\n#> '
    unused = "```python\nimport json\n\nprint(3)\n#> 4\n```\n"
    unseen = '```python\nprint("\\r1", \'"""\', "b\\r", sep="\\n")\n#> 2\n```\n\n'
    page = f"# Page\n\n```python\n{dumps}{old}```\n\n{unused}\n{unseen}"
    write(tmp_path, {"page.md": page})
    result = verify(tmp_path, "-p", "pytest_examples", "--update-examples")
    expected = page.replace(old, new, 1).replace("#> 4", "#> 3")
    expected = expected.replace("#> 2\n", '#> 1\n#> """\n#> b\n')
    assert (tmp_path / "docs" / "page.md").read_text(encoding="utf-8") == expected
    assert [*outcomes(result.stdout).values()] == ["PASSED", "PASSED", "FAILED"]
    assert re.findall(r"^updated: (.*)$", result.stdout, re.MULTILINE) == [
        "docs/page.md:11",
        "docs/page.md:18",
        "docs/page.md:3",
    ]


def test_updating_writes_no_sign_of_the_sites_own_jinja(tmp_path: Path) -> None:
    page = "# Page\n\n```python\nrow = [1]\nprint([row])\n#> x\n```\n"
    write(tmp_path, {"page.md": page})
    config = (tmp_path / "mkdocs.yml").read_text()
    own = '      j2_variable_start_string: "[["\n      j2_variable_end_string: "]]"\n'
    (tmp_path / "mkdocs.yml").write_text(
        config.replace("      on_error_fail", f"{own}      on_error_fail")
    )
    verify(tmp_path, "-p", "pytest_examples", "--update-examples")
    assert (tmp_path / "docs" / "page.md").read_text() == page


FIXES = {
    fence(
        "console", "$ python3 -c '\nprint(1)\n'\n1"
    ): "begin each line that continues the command",
    fence("bash", 'printf \'{"a": 1}\\n{"a": 2}\\n\'')
    + fence(
        "json", '{"a": 1}\n{"a": 2}'
    ): "show each of its documents in a block of its own, or ch",
    fence("bash", "mkdir a.d") + fence("text", "a", 'title="a.d"'): "use another path",
    fence("json", '{"a": 1,}'): "remove the last item's comma",
    fence("json", '{"a": 1} // b'): "change its language to jsonc",
    fence("yaml", "a:\n  b: 1\n  ...\nc:", 'title="c.yaml"'): "write `# [.]{3}` for what is left",
    fence(
        "console", "$ cat no.txt\ncat: no.txt: No such file or directory\n$ true"
    ): 'end the block below this command, and add exits="1" to',
}


def test_failures_say_what_would_do(tmp_path: Path) -> None:
    write(tmp_path, {f"{number}.md": f"# P\n\n{page}" for number, page in enumerate(FIXES)})
    printed = verify(tmp_path, "--runbook-values", "default").stdout
    for number, fix in enumerate(FIXES.values()):
        assert re.search(rf"^docs/{number}\.md:\d+: .*; {fix}", printed, re.MULTILINE), printed


# Hostile blocks. WORD is found again in the command line of whatever is left running.
HOSTILE = {
    "hangs": (fence("python", "import time\n\ntime.sleep(1000)"), "the block took longer than 5 s"),
    "spins": (fence("python", "while True:\n    pass"), "the block took longer than 5 s"),
    "asks": (fence("python", 'input("name?")'), "EOFError"),
    "prints": (
        fence("python", "while True:\n    print('x' * 1000)"),
        "printed more than 1,000,000",
    ),
    "leaves": (fence("python", "import os\n\nos._exit(0)"), "before its last line"),
    "ends itself": (
        fence("python", "import os\n\nos.kill(os.getpid(), 9)"),
        "signal 9 ended the process that ran the block",
    ),
    "ends its parent": (
        fence("python", "import os\n\nos.kill(os.getppid(), 9)"),
        "the block ended the process that runs blocks",
    ),
    "exits": (fence("python", "import sys\n\nsys.exit(0)\nprint(1)"), "before its last line"),
    "forks": (
        fence(
            "python",
            "import subprocess\nimport time\n\n"
            "subprocess.Popen(['sleep', 'WORD'], start_new_session=True)\ntime.sleep(1000)",
        ),
        "the block took longer than 5 s",
    ),
    "hides": (
        fence(
            "python",
            "import os\nimport sys\n\nif os.fork() == 0:\n    os.setsid()\n    os.chdir('/')\n"
            "    if os.fork() == 0:\n        os.execve('/bin/sleep', ['sleep', 'WORD'], {})\n"
            "    os._exit(0)\nos.wait()\nsys.exit(1)",
        ),
        "the block ended with SystemExit(1)",
    ),
    "shell hangs": (fence("bash", "sleep WORD"), "the block took longer than 5 s"),
    "shell asks": (fence("bash", "read -r answer"), "a command ended with code 1"),
    "shell prints": (fence("bash", "yes"), "printed more than 1,000,000"),
    "shell leaves": (
        fence("bash", "exit 0\ntrue"),
        "the shell exited before",
    ),
    "shell ends itself": (
        fence("bash", "kill -9 $$"),
        "signal 9 ended the process that ran the block",
    ),
    "shell hides": (
        fence("bash", "(env -i setsid sleep WORD &)\n(cd / && setsid sleep WORD &)\nfalse"),
        "a command ended with code 1",
    ),
}
HARMLESS = {
    "changes directory": fence("python", "import os\n\nos.chdir('/')\nos.environ['X'] = '1'"),
    "breaks a module": fence("python", "import json\n\njson.dumps = None\ndel json"),
    "leaves a server": fence("bash", "sleep WORD &") + fence("bash", "jobs -p | grep -q ."),
    "locks its folder": fence("bash", "mkdir in; touch in/x; chmod 000 in"),
}
AFTER = fence(
    "python",
    "import json\nimport os\n\nassert json.dumps(1) == '1'\nassert 'X' not in os.environ\n"
    "assert os.getcwd() != '/'",
) + fence("bash", 'test -z "${X:-}"; test "$PWD" != /')


def left_running(word: str) -> list[str]:
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            lines += [line] if f"sleep {word}" in line else []
    return lines


def word() -> str:
    return str(100_000 + uuid.uuid4().int % 900_000)


def test_hostile_blocks_end_with_a_message_and_leave_nothing(tmp_path: Path, is_full: bool) -> None:
    sought = word()
    blocks = {**{name: text for name, (text, _) in HOSTILE.items()}, **HARMLESS}
    if not is_full:
        del blocks["spins"]  # all of its time is CPU time; what hangs is ended alike
    pages = {}
    for number, name in enumerate(blocks):
        pages[f"{number:02}-a.md"] = blocks[name].replace("WORD", sought)
        pages[f"{number:02}-b.md"] = AFTER
    # with namespaces, test_isolation.py
    ini = "runbook_seconds = 5\nrunbook_lint = false\nrunbook_namespaces = false"
    write(tmp_path, pages, ini=ini)
    temp_folder = tmp_path / "made"
    temp_folder.mkdir()
    result = verify(tmp_path, "--runbook-values", "default", more={"TMPDIR": str(temp_folder)})
    outcome_by_test = outcomes(result.stdout)
    wrong = []
    for number, name in enumerate(blocks):
        for page in "ab":
            here = {
                o
                for test, o in outcome_by_test.items()
                if test.startswith(f"docs/{number:02}-{page}.md")
            }
            if here != ({"FAILED"} if page == "a" and name in HOSTILE else {"PASSED"}):
                wrong.append((name, page, here))
        if name in HOSTILE:
            match = re.search(rf"^docs/{number:02}-a\.md:1: .*$", result.stdout, re.MULTILINE)
            if not match or HOSTILE[name][1] not in match[0]:
                wrong.append((name, match[0] if match else "", {HOSTILE[name][1]}))
    assert not wrong, result.stdout
    assert "blocks ran without namespaces" in result.stdout
    assert left_running(sought) == []
    assert [path for path in temp_folder.iterdir() if path.name.startswith("runbook-")] == []


SLEEPS = {
    signal.SIGINT: fence("bash", "sleep WORD"),
    signal.SIGTERM: fence("python", "import subprocess\n\nsubprocess.run(['sleep', 'WORD'])"),
}


@pytest.mark.parametrize(
    "signal_number",
    [
        pytest.param(signal.SIGINT, marks=pytest.mark.only_full),
        signal.SIGTERM,
        pytest.param(signal.SIGKILL, marks=pytest.mark.only_full),
    ],
)
def test_an_interrupt_leaves_nothing_running(
    signal_number: signal.Signals, is_full: bool, tmp_path: Path
) -> None:
    for number, sleeps in enumerate(SLEEPS.values() if is_full else [SLEEPS[signal_number]]):
        _interrupt(sleeps, signal_number, tmp_path / str(number))


@pytest.mark.only_full
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_workers_end_with_pytest(tmp_path: Path) -> None:
    _interrupt(SLEEPS[signal.SIGINT], signal.SIGKILL, tmp_path / "site", *WORKERS)


def _interrupt(block: str, signal_number: signal.Signals, folder: Path, *arguments: str) -> None:
    sought = word()
    write(folder, {"page.md": block.replace("WORD", sought)})
    temp_folder = folder / "made"
    temp_folder.mkdir()
    running = subprocess.Popen(
        command(*arguments),
        cwd=folder,
        env=environment({"TMPDIR": str(temp_folder)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    while not left_running(sought):
        assert running.poll() is None, running.communicate()[0]
        time.sleep(0.5)
    (os.kill if arguments else os.killpg)(running.pid, signal_number)
    running.wait()
    deadline = time.monotonic() + (2 if arguments else 120)
    while left_running(sought) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left_running(sought) == []
    output, _ = running.communicate()
    assert running.returncode, output
    if signal_number == signal.SIGKILL:  # the next run removes what it left
        (folder / "docs" / "page.md").write_text(fence("bash", "true"))
        assert verify(folder, more={"TMPDIR": str(temp_folder)}).returncode == 0
    assert [path for path in temp_folder.iterdir() if path.name.startswith("runbook-")] == []


@pytest.mark.only_full  # each walkthrough has a folder of its own
def test_two_runs_at_once_do_not_meet(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": fence("bash", "mkdir one; sleep 1; rmdir one")})
    both = [
        subprocess.Popen(warm_command(), cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [run.wait() for run in both] == [0, 0]


FILLS = {
    "bash": fence("bash", "head -c 100000000 /dev/zero > big"),
    "python": fence("python", "with open('big', 'wb') as file:\n    file.write(b'x' * 10**8)"),
    "python, unsaid": fence(
        "python",
        "import contextlib\n\nwith contextlib.suppress(OSError), open('big', 'wb', 0) as file:\n"
        "    while file.write(b'x' * 4096):\n        pass",
    )
    + fence("bash", "true"),
    "then": fence("bash", "head -c 100000000 /dev/zero > big || true") + fence("bash", "true"),
}


def on_a_small_disk(folder: Path, *arguments: str, before: str = "") -> str:
    """Return what a run says whose temporary files are on a disk of their own, of 12 MB."""
    if shutil.which("unshare") is None:
        pytest.skip("no disk can be mounted here: there is no unshare")
    disk = folder / "disk"
    disk.mkdir()
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    script = f'mount -t tmpfs -o size=12m tmpfs "$0" && {{ {before} "$@"; echo left: $(ls "$0"); }}'
    result = subprocess.run(
        ["unshare", *as_root, "--mount", "sh", "-c", script, str(disk), *command(*arguments)],
        cwd=folder,
        env=environment({"TMPDIR": str(disk)}),
        capture_output=True,
        text=True,
        check=False,
    )
    if "left:" not in result.stdout:
        pytest.skip(f"no disk can be mounted here: {result.stderr.strip()}")
    return result.stdout + result.stderr


def test_a_block_that_fills_the_disk_is_named_and_the_next_page_is_well(tmp_path: Path) -> None:
    pages = {}
    for number, page in enumerate(FILLS.values()):
        pages[f"{number}-a.md"], pages[f"{number}-b.md"] = page, AFTER
    write(tmp_path, pages, ini="runbook_lint = false")
    output = on_a_small_disk(tmp_path, "--runbook-values", "default")
    outcome_by_test = outcomes(output)
    for number, name in enumerate(FILLS):
        ill = [
            outcome for test, outcome in outcome_by_test.items() if f"docs/{number}-a.md" in test
        ]
        well = [
            outcome for test, outcome in outcome_by_test.items() if f"docs/{number}-b.md" in test
        ]
        assert ("FAILED" in ill, set(well)) == (True, {"PASSED"}), (name, output)
        (report,) = re.findall(rf"^docs/{number}-a\.md:\d+: .*(?:\n.*){{,8}}", output, re.MULTILINE)
        assert "No space left on device" in report, report
    assert output.rstrip().endswith("left:")


@pytest.mark.only_full
def test_a_disk_that_is_full_from_the_start_is_not_used(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": fence("bash", 'case "$PWD" in */disk/*) false; esac')})
    output = on_a_small_disk(tmp_path, before='head -c 100000000 /dev/zero > "$0/big";')
    assert "1 passed" in output
    assert output.rstrip().splitlines()[0].startswith("=")


def test_typescript_is_checked_together_and_judged_alone(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(sites.PROJECT / "tests" / "node_modules")
    codes = [
        "const one: string = '';",
        "const one: string = 1;",  # wrong, and of the same name
        "declare global { const shared: string; }\nexport {};",
        "console.log(shared);",  # which only the block before would declare
        "const two: number = 2;",
    ]
    write(tmp_path, {"page.md": "".join(fence("typescript", code) for code in codes)})
    result = verify(tmp_path, "--runbook-values", "default")
    failed = {name for name, outcome in outcomes(result.stdout).items() if outcome == "FAILED"}
    assert failed == {f"docs/page.md::line-{line}[default]" for line in (5, 14)}
    assert "block.ts(1,7): error TS2322: Type 'number' is not assignable" in result.stdout


def test_typescript_finds_what_is_installed(tmp_path: Path) -> None:
    packages = tmp_path / "node_modules"
    packages.mkdir()
    for package in (sites.PROJECT / "tests" / "node_modules").glob("*typescript"):
        (packages / package.name).symlink_to(package)
    for name, declarations in {
        "@acme/sdk": "export function connect(host: string): number;",
        "@types/acme": 'declare module "acme:fs" { const size: number; }\ndeclare const host: "";',
    }.items():
        (packages / name).mkdir(parents=True)
        (packages / name / "index.d.ts").write_text(declarations)
    use = 'import {{ connect }} from "@acme/sdk";\nimport {{ size }} from "acme:fs";\n'
    use += "export const all: {} = connect(host) + size;"
    pages = [fence("typescript", use.format(kind)) for kind in ("number", "string")]
    write(tmp_path, {"page.md": "".join(pages)})
    result = verify(tmp_path, "--runbook-values", "default")
    assert [*outcomes(result.stdout).values()] == ["PASSED", "FAILED"], result.stdout
