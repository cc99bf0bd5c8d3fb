"""The rooms of the plugin: which may import which, also where an import is only for types."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from sites import PROJECT

PACKAGE = PROJECT / "plugin" / "mkdocs_macros_runbook"
# by room, the rooms that it may import from, besides `problem`
ROOMS = {
    "values": set[str](),
    "page": {"values"},
    "live": {"values", "page"},
    "rendering": {"values", "page", "live"},
    "verify": {"values", "page"},
}
MEET_PYTEST = {"verify.pytest_plugin", "verify.items", "verify.report"}


def name_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and parts[1:] else parts)


MODULES = {name_of(file): file for file in PACKAGE.rglob("*.py")}


def imports(name: str) -> tuple[set[str], set[str]]:
    """Return the modules of the plugin and the libraries that a module imports, anywhere in it."""
    file = MODULES[name]
    folder = list(file.relative_to(PACKAGE).parts[:-1])
    own, libraries = set(), set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = folder[: len(folder) - node.level + 1] + (node.module or "").split(".")
            base = [part for part in base if part]
            for alias in node.names:
                known = ".".join([*base, alias.name])
                own.add(known if known in MODULES else ".".join(base))
        elif isinstance(node, ast.ImportFrom):
            libraries.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Import):
            libraries |= {alias.name.split(".")[0] for alias in node.names}
    return own & MODULES.keys() - {name}, libraries


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {name: imports(name)[0] for name in MODULES if name != "__init__"}
    assert len([*TopologicalSorter(graph).static_order()]) >= len(graph)  # raises for a circle


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_the_rooms_that_it_stands_on(room: str) -> None:
    for name in MODULES:
        if name.split(".")[0] == room:
            own, _ = imports(name)
            rooms = {module.split(".")[0] for module in own} - {"problem", room}
            assert rooms <= ROOMS[room], f"{name} imports from {rooms - ROOMS[room]}"


def test_what_runs_blocks_knows_no_guide() -> None:
    for name in MODULES:
        if name.startswith("verify.run"):
            own, _ = imports(name)
            assert {module for module in own if not module.startswith("verify.run")} == set(), name


def test_pytest_is_met_in_three_modules() -> None:
    assert {name for name in MODULES if "pytest" in imports(name)[1]} == MEET_PYTEST
