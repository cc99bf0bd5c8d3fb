"""The direction of imports: values and sources know nothing of a site generator."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from sites import PROJECT

RUNBOOK = PROJECT / "plugin" / "mkdocs_macros_runbook"
COGNITO = PROJECT / "plugin" / "mkdocs_macros_cognito"

# Each layer may import from those before it, and from the libraries named beside it.
LAYERS: list[tuple[set[str], set[str]]] = [
    ({"mistake", "value", "template", "mark", "failure", "loopback", "output"}, set()),
    ({"parameter", "declaration", "values"}, set()),
    ({"form", "fence"}, set()),
    (
        {"block", "excerpt", "vitepress", "page", "config_file", "assets"},
        {"jinja2", "markdown_it", "yaml"},
    ),
    ({"jinja"}, {"jinja2"}),
    ({"markdown_extension"}, {"markdown"}),
    ({"pluglet"}, {"mkdocs"}),
    ({"__init__"}, set()),
    ({"check"}, {"jinja2", "mkdocs", "yaml"}),
    ({"__main__"}, set()),
    # verification
    ({"process", "route", "site", "update"}, {"mkdocs"}),
    ({"program"}, {"pytest_examples"}),
    ({"terminal", "interpreter"}, set()),
    ({"python_server"}, {"_pytest"}),
    ({"lint"}, {"pytest_examples", "ruff"}),
    ({"verifier", "walkthrough"}, set()),
    ({"verifiers", "plan"}, {"yaml"}),
    ({"verification"}, set()),
    ({"hooks", "pytest_plugin"}, {"pytest", "xdist"}),
]


def imports(file: Path) -> tuple[set[str], set[str]]:
    """Return the modules of its own package and the libraries that `file` imports."""
    own, libraries = set(), set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            own |= {node.module} if node.module else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            libraries.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Import):
            libraries |= {alias.name.split(".")[0] for alias in node.names}
    return own, libraries - sys.stdlib_module_names


def test_every_module_has_a_layer() -> None:
    named = set().union(*(modules for modules, _ in LAYERS))
    assert {file.stem for file in RUNBOOK.glob("*.py")} == named


@pytest.mark.parametrize("position", range(len(LAYERS)))
def test_a_layer_imports_only_what_is_below_it(position: int) -> None:
    modules, allowed = LAYERS[position]
    below = set().union(*(names for names, _ in LAYERS[: position + 1]))
    for module in modules:
        own, libraries = imports(RUNBOOK / f"{module}.py")
        assert own <= below, f"{module} imports {own - below}"
        assert libraries <= allowed, f"{module} imports {libraries - allowed}"


def test_plugin_and_facts_know_nothing_of_each_other() -> None:
    for file in (*RUNBOOK.glob("*.py"), *COGNITO.glob("*.py")):
        _, libraries = imports(file)
        assert not {name for name in libraries if name.startswith("mkdocs_macros_")}, file


def test_only_baking_needs_botocore() -> None:
    using = {file.name for file in COGNITO.glob("*.py") if "botocore" in imports(file)[1]}
    assert using == {"bake.py"}


def test_the_plugin_knows_no_aws() -> None:
    for file in RUNBOOK.glob("*.py"):
        text = file.read_text(encoding="utf-8").lower()
        assert "aws" not in text, file
        assert "cognito" not in text, file
