"""A Python environment of a reader's own, in which this project is not installed yet.

What the project needs is found in the project's environment, since nothing can be downloaded.
"""

from __future__ import annotations

import shutil
import sys
import sysconfig
import venv
from pathlib import Path

from sites import PROJECT

COMMANDS = ("pip", "pytest")


def make(folder: Path) -> dict[str, str]:
    """Make the environment and a clone of this project in `folder`; return what pip is told."""
    own = folder / "env"
    venv.create(own, with_pip=False, symlinks=True)
    packages = own / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    (packages / "project.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    for command in COMMANDS:
        file = own / "bin" / command
        file.write_text(
            f"#!{own}/bin/python\nimport runpy, sys\n"
            f'sys.exit(runpy.run_module("{command}", run_name="__main__"))\n'
        )
        file.chmod(0o755)
    clone = folder / "path" / "to" / "the" / "clone"
    clone.mkdir(parents=True)
    for name in ("README.md", "LICENSE", "pyproject.toml"):
        shutil.copy(PROJECT / name, clone)
    shutil.copytree(
        PROJECT / "plugin", clone / "plugin", ignore=shutil.ignore_patterns("__pycache__")
    )
    return {
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip's own way to say yes
        "PIP_NO_INDEX": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
    }
