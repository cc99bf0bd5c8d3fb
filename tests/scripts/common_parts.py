"""Writes the common parts of `plumbing.py` into the companion scripts, for `make scripts`."""

from __future__ import annotations

import re
from pathlib import Path

from sites import PROJECT

SCRIPTS = sorted((PROJECT / "scripts").glob("*.py"))
_SOURCE = Path(__file__).with_name("plumbing.py")
_PART = re.compile(r"^# == (In every [^\n]+) ==\n(?:.*\n)*?# == End ==\n", re.MULTILINE)


def with_common_parts(script: str) -> str:
    """Return the text of a script, with each common part as it is in `plumbing.py`."""
    parts = {part[1]: part[0] for part in _PART.finditer(_SOURCE.read_text(encoding="utf-8"))}
    return _PART.sub(lambda part: parts[part[1]], script)


if __name__ == "__main__":
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        if (new_text := with_common_parts(text)) != text:
            path.write_text(new_text, encoding="utf-8")
            print(f"{path.name}: common parts written")
