"""The direction of imports: values and sources know nothing of a site generator."""

from __future__ import annotations

import ast
import re
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
    for file in (*RUNBOOK.rglob("*.py"), *COGNITO.rglob("*.py")):
        _, libraries = imports(file)
        assert not {name for name in libraries if name.startswith("mkdocs_macros_")}, file


def test_only_baking_needs_botocore() -> None:
    using = {file.name for file in COGNITO.glob("*.py") if "botocore" in imports(file)[1]}
    assert using == {"bake.py"}


# Words of the guide's subject; letters around one make another word, such as "draws".
AWS = re.compile(r"(?<![a-z])(aws|amazon\w*|boto\w*|cognito|regions?|user.?pools?)(?![a-z])", re.I)


def test_the_plugin_knows_no_aws() -> None:
    files = [path for path in RUNBOOK.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {".py", ".js", ".css", ".cjs"} <= {file.suffix for file in files}
    found = [
        f"{file.relative_to(PROJECT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if AWS.search(line)
    ]
    assert found == []
