"""The rule of imports, and what the packages of the plugin may not know."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
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
    "page": ({"problem", "values"}, {"jinja2", "markdown", "markdown_it", "pymdownx"}),
    "live": ({"problem", "values"}, set()),
    "rendering": (
        {"problem", "files", "wording", "record", "values", "page", "live"},
        {"jinja2", "markdown", "mkdocs", "pygments", "pymdownx"},
    ),
    "verify.run": ({"problem"}, {"pytest_examples"}),
    "verify": (
        {"problem", "files", "record", "values", "page", "verify.run"},
        {"filelock", "mkdocs", "pygments", "pytest_examples", "ruff", "selectolax", "yaml"},
    ),
    "verify.pytest_plugin": (
        {"problem", "files", "wording", "record", "values", "page", "live", "verify", "verify.run"},
        {"pytest", "xdist"},
    ),
    "robot": ({"problem", "page", "verify", "verify.run"}, {"playwright"}),
    "check_command": (
        {"problem", "values", "live", "rendering"},
        {"mkdocs", "yaml"},
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


def listed_rooms() -> list[str]:
    """Return the folders and modules of the architecture page's list, such as `verify.run`."""
    page = (PROJECT / "docs/plugin/architecture.md").read_text(encoding="utf-8")
    listed = page.partition("```text\nplugin/mkdocs_macros_runbook/\n")[2].partition("```")[0]
    rooms, folder = [], ""
    for line in listed.splitlines():
        name = line.split()[0].rstrip("/").removesuffix(".py")
        folder = name if line.startswith("  ") and line[2] != " " else folder
        rooms.append(name if name == folder else f"{folder}.{name}")
    return rooms


@pytest.mark.parametrize("module", sorted(modules().keys() - {"__init__"}))
def test_a_module_imports_only_from_its_folder_and_from_above_it(module: str) -> None:
    rooms = listed_rooms()

    def listed_room(name: str) -> str:
        return max((room for room in rooms if f"{name}.".startswith(f"{room}.")), key=len)

    for name, is_own in imports(module, modules()[module]):
        if is_own:
            room = listed_room(module)
            is_inside = f"{name}.".startswith(f"{room}.")
            assert is_inside or rooms.index(listed_room(name)) < rooms.index(room), name


def test_no_circle_of_folders() -> None:
    arrows: dict[str, set[str]] = {}
    for module, file in modules().items():
        folder = str(file.parent.relative_to(RUNBOOK))
        for name, is_own in imports(module, file):
            if is_own and folder != "." and name in modules():
                other = str(modules()[name].parent.relative_to(RUNBOOK))
                arrows.setdefault(folder, set()).update({other} - {folder, "."})
    TopologicalSorter(arrows).prepare()  # which raises `CycleError`


def test_no_circle_of_modules() -> None:
    files = modules()
    arrows = {
        module: {name for name, is_own in imports(module, file) if is_own and name in files}
        for module, file in files.items()
        if module != "__init__"
    }
    TopologicalSorter(arrows).prepare()


def test_no_circle_of_modules_of_the_client_script() -> None:
    arrows = {
        file.name: re.findall(r'^import .* from "\./(.*)";$', file.read_text("utf-8"), re.MULTILINE)
        for file in (RUNBOOK / "live" / "script").glob("*.mjs")
    }
    assert arrows["start.mjs"]
    TopologicalSorter(arrows).prepare()


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
