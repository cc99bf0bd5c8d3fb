"""The rule of imports, and what the packages of the plugin may not know."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from sites import PROJECT

PLUGIN = PROJECT / "plugin"
RUNBOOK = PLUGIN / "mkdocs_macros_runbook"
COGNITO = PLUGIN / "mkdocs_macros_cognito"

# Each room may import from itself, from the rooms beside it, and from those libraries.
ROOMS: dict[str, tuple[set[str], set[str]]] = {
    "problem": (set(), set()),
    "files": (set(), set()),
    "wording": (set(), set()),
    "values": ({"problem", "files"}, {"yaml"}),
    "record": ({"files"}, set()),
    "page": ({"problem", "values"}, {"jinja2", "markdown_it", "pymdownx"}),
    "live": ({"problem", "values"}, set()),
    "rendering": (
        {"problem", "files", "wording", "record", "values", "page", "live"},
        {"jinja2", "markdown", "mkdocs", "pygments", "pymdownx"},
    ),
    "verify.run": ({"problem"}, {"_pytest", "pytest_examples"}),
    "verify": (
        {"problem", "files", "record", "values", "page", "verify.run"},
        {"filelock", "mkdocs", "pygments", "pytest_examples", "ruff", "selectolax", "yaml"},
    ),
    "verify.pytest_plugin": (
        {"problem", "wording", "record", "values", "live", "verify", "verify.run"},
        {"pytest", "xdist"},
    ),
    "robot": ({"problem", "page", "verify", "verify.run"}, {"playwright"}),
    "check_command": (
        {"problem", "values", "page", "live", "rendering"},
        {"jinja2", "markdown", "mkdocs", "yaml"},
    ),
    "__main__": ({"check_command", "live", "record"}, set()),
    "__init__": ({"problem", "rendering", "robot", "verify"}, set()),
}
# Words of the guide's subject; letters around one make another word, such as "draws".
OF_AWS = re.compile(
    r"(?<![a-z])(aws|amazon\w*|boto\w*|cognito|regions?|user.?pools?)(?![a-z])", re.IGNORECASE
)


def room_of(module: str) -> str:
    """Return the room of a module such as `verify.run.terminal`."""
    return max((room for room in ROOMS if f"{module}.".startswith(f"{room}.")), key=len)


def modules() -> dict[str, Path]:
    """Return the files of the plugin by their modules: `verify.run.terminal`."""
    files = {file.relative_to(RUNBOOK): file for file in RUNBOOK.rglob("*.py")}
    return {
        ".".join(path.with_suffix("").parts).removesuffix(".__init__"): file
        for path, file in files.items()
        if "guard" not in path.parts  # loaded by its path, without this package
    }


@cache  # each module is asked of by several tests
def import_nodes(file: Path) -> list[ast.Import | ast.ImportFrom]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def imports(module: str, file: Path) -> Iterator[tuple[str, bool]]:
    """Yield what `module` imports, and whether that is of its own package."""
    package = module.split(".") if file.name == "__init__.py" else module.split(".")[:-1]
    package = [] if module == "__init__" else package
    for node in import_nodes(file):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = package[: len(package) - node.level + 1]
            inside = [*above, *(node.module or "").split(".")] if node.module else above
            names = [""] if node.module else [alias.name for alias in node.names]
            for name in names:
                path = RUNBOOK.joinpath(*inside, name)
                is_module = path.is_dir() or path.with_suffix(".py").is_file()
                parts = (*inside, name) if is_module else inside  # else what `__init__.py` has
                yield ".".join(filter(None, parts)) or "__init__", True
        elif isinstance(node, ast.ImportFrom):
            name = (node.module or "").split(".")[0]
            # where a program is started by its path, files import what is beside them
            is_own = any(file.parent.glob("*_main.py")) and file.with_name(f"{name}.py").exists()
            yield (".".join([*package, name]), True) if is_own else (name, False)
        else:
            yield from ((alias.name.split(".")[0], False) for alias in node.names)


@pytest.mark.parametrize("module", sorted(modules()))
def test_a_module_imports_only_what_its_room_may(module: str) -> None:
    room = room_of(module)
    rooms, libraries = ROOMS[room]
    for name, is_own in imports(module, modules()[module]):
        if is_own:
            assert room_of(name) in {room, *rooms}, name
        elif name not in sys.stdlib_module_names:
            assert name in libraries, name


def test_the_rooms_have_no_circle() -> None:
    arrows = {room: set(rooms) for room, (rooms, _) in ROOMS.items()}
    while arrows:
        ground = {room for room, others in arrows.items() if not others & arrows.keys()}
        assert ground, f"a circle in {sorted(arrows)}"
        arrows = {room: others for room, others in arrows.items() if room not in ground}


def test_no_circle_of_modules() -> None:
    files = modules()
    arrows = {
        module: {name for name, is_own in imports(module, file) if is_own and name in files}
        for module, file in files.items()
        if module != "__init__"
    }
    while arrows:
        ground = {module for module, others in arrows.items() if not others & arrows.keys()}
        assert ground, f"a circle in {sorted(arrows)}"
        arrows = {module: others for module, others in arrows.items() if module not in ground}


def test_plugin_and_facts_know_nothing_of_each_other() -> None:
    for package in (RUNBOOK, COGNITO):
        for file in package.rglob("*.py"):
            libraries = {name for name, is_own in imports("x", file) if not is_own}
            assert not {name for name in libraries if name.startswith("mkdocs_macros_")}, file


def test_only_the_generator_of_regions_needs_botocore() -> None:
    using = {
        file.name for file in COGNITO.rglob("*.py") if ("botocore", False) in imports("x", file)
    }
    assert using == {"write_regions.py"}


def test_the_plugin_contains_nothing_specific_to_aws() -> None:
    files = [path for path in RUNBOOK.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {".py", ".mjs", ".css", ".cjs"} <= {file.suffix for file in files}
    lines = [
        f"{file.relative_to(PROJECT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if OF_AWS.search(line)
    ]
    assert lines == []
