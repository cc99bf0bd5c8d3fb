"""Bakes `docs/scripts.md`: each companion script's own help, and the policy that it needs.

`make scripts-page` runs it, a test compares. Values of the examples in the help become the
guide's values, so that readers see their own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

from script_actions import ACTIONS
from sites import PROJECT

FILE = PROJECT / "docs" / "scripts.md"

# What the examples of the scripts say, longest first, and the name that pages write.
EXAMPLES = {
    "https://cognito-idp.us-east-2.amazonaws.com/us-east-2_oUmWoN1YP": "oidc_url",
    "https://abc123defg.execute-api.us-east-2.amazonaws.com/Prod/": "callback_url",
    "7sm0a9nvvurn0guite1f2jgqi9": "client_id",
    "us-east-2_oUmWoN1YP": "user_pool_id",
    "us-east-2": "region",
    "MLSpace": "APPLICATION_NAME",
}

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

They need Python 3.11 or newer, and all but one need boto3, the AWS SDK for Python. With
[uv](https://docs.astral.sh/uv/), that is taken care of: `uv run create_user_pool.py` reads what the
script needs from its head, and `uv run` takes the address of a script as well. Without it:

```bash
python3 -m pip install "boto3>=1.44"
```
"""


def page() -> str:
    """Return the page's Markdown."""
    return _HEAD + "".join(_section(name) for name in ACTIONS)


def _section(name: str) -> str:
    help_ = _with_values(_help(name))
    out = ["", f"## {name}", "", f"[Download `{name}`](scripts/{name}){{ download }}", ""]
    out += [f'```{{.text shows="python3 {name} --help"}}', help_.strip(), "```", ""]
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


def _with_values(text: str) -> str:
    pattern = "|".join(map(re.escape, EXAMPLES))
    return re.sub(pattern, lambda found: f"{{{{ {EXAMPLES[found[0]]} }}}}", text)


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
