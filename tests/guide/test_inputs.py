"""The inputs of the verification, as `mkdocs.yml` declares them: all that the world is made of."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import sites

TESTS = sites.PROJECT / "tests"
#: where tests find their modules; the root `conftest.py` names these two
FOLDERS = [sites.PROJECT / "scripts", TESTS, TESTS / "guide"]
WORLD = [TESTS / "guide" / "guide_world.py", TESTS / "local_aws" / "fixtures.py"]


def imported(file: Path) -> Iterator[Path]:
    """Yield the modules of this project that a module imports, also inside of functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names, folders = [alias.name for alias in node.names], FOLDERS
        elif isinstance(node, ast.ImportFrom):
            above = [file.parents[node.level - 1]] if node.level else FOLDERS
            names = [".".join(filter(None, (node.module, alias.name))) for alias in node.names]
            names, folders = [*filter(None, (node.module, *names))], above
        else:
            continue
        for path in (folder.joinpath(*name.split(".")) for name in names for folder in folders):
            yield from (
                at for at in (path.with_suffix(".py"), path / "__init__.py") if at.is_file()
            )


def test_all_that_the_world_imports_is_an_input() -> None:
    inputs = [
        sites.PROJECT / name for name in sites.verification_inputs(sites.PROJECT / "mkdocs.yml")
    ]
    assert [path for path in inputs if not path.exists()] == []
    files: set[Path] = set()
    to_read = [*WORLD]
    while to_read:
        file = to_read.pop()
        files.add(file)
        to_read += {*imported(file)} - files
    assert {"warm_commands.py", "emulator.py"} <= {file.name for file in files}
    others = [file for file in files if not any(file.is_relative_to(path) for path in inputs)]
    assert others == []
