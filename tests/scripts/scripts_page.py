"""Bakes `docs/scripts.md`: each companion script's own help, and the policy that it needs.

`make scripts-page` runs it, a test compares. A help text has placeholders such as
`<user pool ID>` in place of the reader's values: bash refuses them, so a help text that is pasted
into a terminal, all of it at once, runs no script.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from script_actions import ACTIONS
from sites import PROJECT

FILE = PROJECT / "docs" / "scripts.md"

_HEAD = """\
<!-- Written by `make scripts-page` from the scripts themselves. -->

# Scripts

Each step of the guide that changes something has a script that does it. A script is one file, short
enough to read before you run it, and it is the very file that the tests run.
{ .lead }

## What they have in common

- **They can be run again.** A script looks first. What is there already, it finds and reports; what
  differs, it names and leaves alone. A run that was interrupted is completed by the next one.
- **`--dry-run`** reads, says the steps that would follow, and writes nothing. It needs the same
  credentials.
- **Credentials and endpoint** are found as AWS's own tools find them: `AWS_PROFILE`, environment
  variables, a role. No script asks for a key, and none prints a secret.
- **One JSON object** on standard output, for you and for the next program; short sentences on
  standard error.
- **The exit code** is 0 where the wanted state holds, whether it was made or found; 1 where AWS
  refused or something differs, with one line that says what to do; 2 where the command was wrong.

In the examples of their help texts, replace each `<placeholder>` by your value;
[the guide](using-aws-cognito.md) shows the same commands with your values in them.

They need Python 3.11 or newer, and all but one need boto3, the AWS SDK for Python. With
[uv](https://docs.astral.sh/uv/), that is taken care of: `uv run create_user_pool.py` reads what the
script needs from its head, and `uv run` takes the address of a script as well. Without it:

```bash
python3 -m pip install --upgrade "boto3>=1.44.3"
```
"""


def page() -> str:
    """Return the page's Markdown."""
    return _HEAD + "".join(_section(name) for name in ACTIONS)


def _section(name: str) -> str:
    out = ["", f"## {name}", "", f"[Download `{name}`](scripts/{name}){{ download }}", ""]
    out += [f'```{{.text shows="python3 {name} --help"}}', _help(name).strip(), "```", ""]
    if policy := _policy(name):
        out += ["It needs these permissions, and no others:", ""]
        out += [f'```json title="{name.removesuffix(".py")}-policy.json"', policy, "```", ""]
    else:
        out += ["It needs no permission in AWS: it changes a file of yours.", ""]
    return "\n".join(out)


def _help(name: str) -> str:
    command = [sys.executable, str(PROJECT / "scripts" / name), "--help"]
    whole = subprocess.check_output(command, text=True, env={**os.environ, "COLUMNS": "88"})
    _usage, _, rest = whole.partition("\n\n")  # which each Python breaks into other lines
    return rest


def _policy(name: str) -> str | None:
    actions = ACTIONS[name]
    if not any(actions):
        return None
    pool = "{{ user_pool_id }}" if name != "create_user_pool.py" else "*"
    arn = f"arn:{{{{ partition }}}}:cognito-idp:{{{{ region }}}}:*:userpool/{pool}"
    statements = [
        {
            "Effect": "Allow",
            "Action": [f"cognito-idp:{operation}" for operation in operations],
            "Resource": resource,
        }
        for operations, resource in ((actions.anywhere, "*"), (actions.on_the_pool, arn))
        if operations
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
    print(f"{FILE.name}: {len(ACTIONS)} scripts")
