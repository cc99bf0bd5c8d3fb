"""The chain of page, script and test: the command that the page shows, run as it stands there.

After it, the constants file holds what the page shows under "By hand", and node reads the values.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import sites
from value_sets import VALUE_SETS

BLOCK = re.compile(
    r"^( *)```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^\1```$", re.DOTALL | re.MULTILINE
)


def blocks(page: str) -> dict[str, str]:
    """Return the first block of each language of the section on the constants."""
    section = page.split("### Set the constants")[1].split("\n## ")[0]
    found: dict[str, str] = {}
    for match in BLOCK.finditer(section):
        indent = len(match[1])
        text = "\n".join(line[indent:] for line in match["text"].splitlines())
        found.setdefault(match["language"], text)
    return found


@pytest.mark.parametrize("name", VALUE_SETS)
def test_the_command_of_the_page_makes_the_block_of_the_page(name: str, tmp_path: Path) -> None:
    page = sites.render(VALUE_SETS[name]) / "using-aws-cognito.md"
    shown = blocks(page.read_text(encoding="utf-8"))
    source = tmp_path / "source"
    (source / "lib").mkdir(parents=True)
    constants = source / "lib" / "constants.ts"
    before = "// The provider.\nexport const OIDC_URL = '';\nexport const OIDC_CLIENT_NAME = '';\n"
    constants.write_text(before)
    shutil.copy(sites.PROJECT / "docs" / "scripts" / "set_oidc_constants.py", source)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    for expected in ('"changed": true', '"changed": false'):
        ran = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", shown["bash"]],
            cwd=source,
            env=sites.environment() | {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr
        assert expected in ran.stdout
    assert constants.read_text() == "// The provider.\n" + shown["typescript"] + "\n"

    module = constants.with_suffix(".mjs")
    module.write_bytes(constants.read_bytes())
    program = f"import * as m from {json.dumps(module.as_uri())}; console.log(JSON.stringify(m))"
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", program], capture_output=True, text=True, check=True
    )
    values = json.loads(ran.stdout)
    text = page.read_text(encoding="utf-8")
    assert values["OIDC_URL"] in text
    assert values["OIDC_CLIENT_NAME"] in text
    assert values["OIDC_URL"].split("/")[-1].startswith(VALUE_SETS[name].get("REGION", ""))


def test_the_site_offers_the_very_file_that_is_tested() -> None:
    published = sites.PROJECT / "docs" / "scripts" / "set_oidc_constants.py"
    assert (
        published.read_bytes() == (sites.PROJECT / "scripts" / "set_oidc_constants.py").read_bytes()
    )
