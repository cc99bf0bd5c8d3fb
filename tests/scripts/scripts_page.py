"""Generates `docs/scripts.md`: the help of each companion script, and the policy that it needs.

`make scripts-page` runs this program; a test compares the result. Help texts use placeholders such
as `<user pool ID>`, not the reader's values: bash refuses the placeholders, so a help text that is
pasted into a terminal does not run a script.
"""

from __future__ import annotations

import json
import os
import runpy
from contextlib import redirect_stdout, suppress
from io import StringIO
from unittest.mock import patch

from script_actions import ACTIONS
from sites import PROJECT

FILE = PROJECT / "docs" / "scripts.md"

_HEAD = """\
# Scripts

<!-- Written by `make scripts-page` from the scripts themselves. -->

The guide has scripts for most of its steps. A script is one file that you can read before you run
it. The tests of this guide run exactly these files.
{ .lead }

## What the scripts have in common

- **You can run them again.** A script first looks for existing resources. It lists settings that
  differ, without changing them unless you ask for it, and it completes an interrupted run.
- **`--dry-run`** of scripts that change something prints the planned steps, and changes nothing. It
  needs the same credentials.
- **Credentials and endpoint** follow AWS's own rules: `AWS_PROFILE`, environment variables, a role.
  No script asks for an access key, and none prints a secret. If the calls go to an endpoint that is
  not one of AWS's, such as a local emulator, the script says so.
- **Output.** A script prints one JSON object to standard output, and short sentences to standard
  error; [`diagnose_sign_in.py`](scripts/diagnose_sign_in.py) prints lines for people, or the object
  with `--json`. If the output cannot be written, the script still makes all its calls.
- **The exit code** is {{ exit_done }} if the result is as wanted. It is {{ exit_refused }} if AWS
  refused a call, a setting differs or the output cannot be written, with an explanation in one
  line, and {{ exit_wrong_command }} if the command was wrong.

In the examples of the help texts, replace each placeholder, such as `<name>`, with your value;
[the guide](using-aws-cognito.md) shows the same commands with your values.

The scripts need Python {{ python_version }} or newer, and all but one need boto3, the AWS SDK for
Python. With [uv](https://docs.astral.sh/uv/), you do not need to install boto3:
`uv run create_user_pool.py` reads from the script which packages it needs. `uv run` also accepts
the URL of a script. Without uv, install boto3:

```bash
python3 -m pip install --upgrade "boto3>=1.44.3"
```
"""


def page() -> str:
    """Return the Markdown of the page."""
    return _HEAD + "".join(_section(name) for name in ACTIONS)


def _section(name: str) -> str:
    out = ["", f"## {name}", "", f"[Download `{name}`](scripts/{name}){{ download }}", ""]
    out += [f'```{{.text shows="python3 {name} --help"}}', _help(name).strip(), "```", ""]
    if policy := _policy(name):
        out += ["It needs only these permissions:", ""]
        out += [f'```json title="{name.removesuffix(".py")}-policy.json"', policy, "```", ""]
    else:
        out += ["It does not need permissions in AWS, because it only changes a file.", ""]
    return "\n".join(out)


def _help(name: str) -> str:
    main = runpy.run_path(str(PROJECT / "scripts" / name))["main"]
    wide = patch.dict(os.environ, COLUMNS="88")
    with wide, redirect_stdout(StringIO()) as out, suppress(SystemExit):
        main(["--help"])
    _usage, _, rest = out.getvalue().partition("\n\n")  # versions of Python wrap it differently
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
